// in(b) is known from live.c; what is alive further down in a block follows from its end, which has what its successors have.
#include "lower/apart.h"

#include <string.h>

#include "lower/cfg.h"
#include "lower/lower.h"

struct apart {
    struct async *a;
    struct local **tracked;     // by local.tracked
    uint64_t *const *in;        // by block
    uint64_t *set;              // what is alive at the place that is looked at
    uint32_t words;
};

static void add(uint64_t *set, uint32_t i)
{
    set[i / 64] |= UINT64_C(1) << i % 64;
}

static void drop(uint64_t *set, uint32_t i)
{
    set[i / 64] &= ~(UINT64_C(1) << i % 64);
}

bool are_apart(const struct local *v, const struct local *other)
{
    return v->apart[other->tracked / 64] >> other->tracked % 64 & 1;
}

// v is needed, or written, where those in the set are needed.
static void meet(const struct apart *s, const struct local *v)
{
    for (uint32_t w = 0; w < s->words; w++) {
        v->apart[w] |= s->set[w];
        for (uint64_t bits = s->set[w]; bits; bits &= bits - 1)
            add(s->tracked[w * 64 + (uint32_t)__builtin_ctzll(bits)]->apart, v->tracked);
    }
}

static void meet_all(const struct apart *s)
{
    for (uint32_t w = 0; w < s->words; w++)
        for (uint64_t bits = s->set[w]; bits; bits &= bits - 1) {
            const struct local *v = s->tracked[w * 64 + (uint32_t)__builtin_ctzll(bits)];
            for (uint32_t k = 0; k < s->words; k++)
                v->apart[k] |= s->set[k];
        }
}

// Parameters are written to the frame one after the other when the function is entered.
static void meet_params(const struct apart *s)
{
    memcpy(s->set, s->in[s->a->cfg->entry->number], s->words * sizeof *s->set);
    for (uint32_t i = 0; i < s->a->tracked_count; i++)
        if (s->tracked[i]->symbol->is_param)
            add(s->set, i);
    meet_all(s);
}

// What is not alive at p: a block that is entered by a jump has all its locals anew.
static void leave_scope(const struct apart *s, const struct point *p)
{
    for (uint32_t w = 0; w < s->words; w++)
        for (uint64_t bits = s->set[w]; bits; bits &= bits - 1) {
            const struct local *v = s->tracked[w * 64 + (uint32_t)__builtin_ctzll(bits)];
            if (!region_holds(v->region, p->region) || !is_declared_at(v, p))
                drop(s->set, v->tracked);
        }
}

static void out_of(const struct apart *s, const struct block *b)
{
    memset(s->set, 0, s->words * sizeof *s->set);
    for (uint32_t i = 0; i < b->next_count; i++)
        for (uint32_t w = 0; w < s->words; w++)
            s->set[w] |= s->in[b->next[i]->number][w];
}

static void event_before(const struct apart *s, const struct event *e)
{
    if (e->kind == EVENT_POINT)
        leave_scope(s, s->a->points[e->index]);
    if (e->kind == EVENT_POINT || e->kind == EVENT_ENTER || !s->a->locals[e->index]->is_tracked)
        return;
    const struct local *v = s->a->locals[e->index];
    if (e->kind == EVENT_USE)
        add(s->set, v->tracked);
    meet(s, v);
    if (e->kind == EVENT_DEF)
        drop(s->set, v->tracked);
}

void apart_compute(struct unit *u, struct async *a, uint64_t *const *in)
{
    const struct cfg *c = a->cfg;
    struct apart s = { .a = a, .in = in, .words = (a->tracked_count + 63) / 64 };
    s.tracked = NEW_ARRAY(&u->fn, struct local *, a->tracked_count);
    s.set = NEW_ARRAY(&u->fn, uint64_t, s.words);
    for (uint32_t i = 0; i < a->local_count; i++)
        if (a->locals[i]->is_tracked) {
            s.tracked[a->locals[i]->tracked] = a->locals[i];
            a->locals[i]->apart = NEW_ARRAY(&u->fn, uint64_t, s.words);
        }
    meet_params(&s);
    for (uint32_t i = 0; i < c->count; i++) {
        if (!c->blocks[i]->is_reachable)
            continue;
        out_of(&s, c->blocks[i]);
        meet_all(&s);
        for (uint32_t k = c->blocks[i]->event_count; k-- > 0;)
            event_before(&s, &c->blocks[i]->events[k]);
    }
}
