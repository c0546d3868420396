// in(b) is known from live.c; what is alive further down in a block follows from its end, which has what its successors have. In front
// of a suspension point only what has a value by then is.
#include "lower/apart.h"

#include <string.h>

#include "lower/bits.h"
#include "lower/cfg.h"
#include "lower/given.h"
#include "lower/lower.h"

struct apart {
    struct async *a;
    struct local **tracked;     // by local.tracked
    uint64_t *const *in;        // by block
    uint64_t *set;              // what is alive at the place that is looked at
    uint64_t *given;            // by point of the block that is looked at: what has a value there
    uint32_t words, given_words;
};

bool are_apart(const struct local *v, const struct local *other)
{
    return bit_has(v->apart, other->tracked);
}

// v is needed, or written, where those in the set are needed.
static void meet(const struct apart *s, const struct local *v)
{
    for (uint32_t w = 0; w < s->words; w++) {
        v->apart[w] |= s->set[w];
        for (uint64_t bits = s->set[w]; bits; bits &= bits - 1)
            bit_put(s->tracked[w * 64 + (uint32_t)__builtin_ctzll(bits)]->apart, v->tracked, true);
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
            bit_put(s->set, i, true);
    meet_all(s);
}

// What is not alive at p: a block that is entered by a jump has all its locals anew.
static void leave_scope(const struct apart *s, const struct point *p)
{
    for (uint32_t w = 0; w < s->words; w++)
        for (uint64_t bits = s->set[w]; bits; bits &= bits - 1) {
            const struct local *v = s->tracked[w * 64 + (uint32_t)__builtin_ctzll(bits)];
            if (!region_holds(v->region, p->region) || !is_declared_at(v, p))
                bit_put(s->set, v->tracked, false);
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
        bit_put(s->set, v->tracked, true);
    if (!e->is_unset)
        meet(s, v);
    if (e->kind == EVENT_DEF)
        bit_put(s->set, v->tracked, false);
}

// What has a value at each suspension point of b; their number.
static uint32_t give(struct unit *u, struct apart *s, const struct block *b)
{
    uint32_t count = 0, n = 0;
    for (uint32_t i = 0; i < b->event_count; i++)
        count += b->events[i].kind == EVENT_POINT;
    uint64_t *given = s->given = NEW_ARRAY(&u->fn, uint64_t, (count + 1) * (size_t)s->given_words);
    memcpy(given, b->given, s->given_words * sizeof *given);
    for (uint32_t i = 0; n < count; i++) {
        given_behind(s->a, &b->events[i], given);
        if (b->events[i].kind != EVENT_POINT)
            continue;
        n++;
        memcpy(given + s->given_words, given, s->given_words * sizeof *given);
        given += s->given_words;
    }
    return count;
}

static void block_apart(struct unit *u, struct apart *s, const struct block *b)
{
    uint32_t points = give(u, s, b);
    out_of(s, b);
    meet_all(s);
    for (uint32_t k = b->event_count; k-- > 0;) {
        event_before(s, &b->events[k]);
        if (b->events[k].kind != EVENT_POINT)
            continue;
        points--;
        for (uint32_t w = 0; w < s->words; w++)
            s->set[w] &= s->given[points * (size_t)s->given_words + w];
    }
}

void apart_compute(struct unit *u, struct async *a, uint64_t *const *in)
{
    const struct cfg *c = a->cfg;
    struct apart s = { .a = a, .in = in, .words = bit_words(a->tracked_count) };
    s.given_words = bit_words(a->followed_count);
    s.tracked = NEW_ARRAY(&u->fn, struct local *, a->tracked_count);
    s.set = NEW_ARRAY(&u->fn, uint64_t, s.words);
    for (uint32_t i = 0; i < a->local_count; i++)
        if (a->locals[i]->is_tracked) {
            s.tracked[a->locals[i]->tracked] = a->locals[i];
            a->locals[i]->apart = NEW_ARRAY(&u->fn, uint64_t, s.words);
        }
    meet_params(&s);
    for (uint32_t i = 0; i < c->count; i++)
        if (c->blocks[i]->is_reachable)
            block_apart(u, &s, c->blocks[i]);
}
