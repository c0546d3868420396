// Which locals must survive each suspension point?
//   use(b)  read in b before any write          def(b)  written in b before any read
//   in(b)  = use(b) ∪ (out(b) \ def(b))         out(b) = ∪ in(successors of b)
//   kept(p) = what is live after point p; of residents, which are in the frame anyway, what is used by name
#include <string.h>

#include "lower/cfg.h"
#include "lower/lower.h"

struct live {
    struct unit *u;
    struct async *a;
    uint32_t words;             // of a bit set
    uint64_t **in;              // by block number
    uint64_t *tracked;
    struct span *wholes;        // by local: the full expression that a temporary is part of; NULL: no computed goto
};

static bool has(const uint64_t *set, uint32_t i)
{
    return set[i / 64] >> (i % 64) & 1;
}

static void add(uint64_t *set, uint32_t i)
{
    set[i / 64] |= UINT64_C(1) << (i % 64);
}

static void drop(uint64_t *set, uint32_t i)
{
    set[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

bool region_holds(const struct region *outer, const struct region *inner)
{
    while (inner && inner != outer)
        inner = inner->parent;
    return inner != NULL;
}

// The innermost full expression around a temporary's, which lives no longer; all of the function: it has none.
static struct span whole_of(const struct async *a, const struct local *v)
{
    struct span found = { 0, UINT32_MAX };
    for (const struct full *f = v->symbol || !v->of || v->is_literal ? NULL : a->fulls; f; f = f->next) {
        const struct span s = f->expr->span;
        if (s.lo <= v->of->span.lo && v->of->span.hi <= s.hi && s.hi - s.lo <= found.hi - found.lo)
            found = s;
    }
    return found;
}

// A computed goto may go, as far as is known here, to any label, also to one inside of an expression: the temporaries that are
// read there are not known outside.
static bool is_known_at(const struct live *l, const struct point *p, const struct local *v)
{
    const struct span *s = l->wholes ? &l->wholes[v->index] : NULL;
    return !s || p->result == v || (s->lo <= p->at.lo && p->at.lo < s->hi);
}

// Leaves out of the set what is not alive at p: a block that is entered by a jump has all its locals anew.
static void in_scope(struct live *l, const struct point *p, uint64_t *set)
{
    for (uint32_t i = 0; i < l->a->local_count; i++) {
        struct local *v = l->a->locals[i];
        if (has(set, i) && !is_known_at(l, p, v))
            drop(set, i);
        if (!has(set, i) || !v->symbol)
            continue;
        if (!region_holds(v->region, p->region)) {
            drop(set, i);
        } else if (!v->symbol->is_param && v->symbol->span.lo > p->at.lo) {
            // The name is not known yet, but the object lives already: it was set before a jump back over its declaration.
            if (v->class != LOCAL_RESIDENT) {
                v->why_resident = "set before a jump back";
                local_reside(v, v->region);
            }
            drop(set, i);
        }
    }
}

// --- tracked locals whose values are needed at the same time -----------------------------------------------------------------------------

// v is needed, or written, where those in the set are needed.
static void meet(struct live *l, const struct local *v, const uint64_t *set)
{
    for (uint32_t w = 0; w < l->words; w++)
        for (uint64_t bits = set[w] & l->tracked[w]; bits; bits &= bits - 1) {
            const struct local *other = l->a->locals[w * 64 + (uint32_t)__builtin_ctzll(bits)];
            if (other == v)
                continue;
            add(v->apart, other->index);
            add(other->apart, v->index);
        }
}

static void meet_all(struct live *l, const uint64_t *set)
{
    for (uint32_t w = 0; w < l->words; w++)
        for (uint64_t bits = set[w] & l->tracked[w]; bits; bits &= bits - 1)
            meet(l, l->a->locals[w * 64 + (uint32_t)__builtin_ctzll(bits)], set);
}

static void tracked_open(struct live *l)
{
    l->tracked = NEW_ARRAY(&l->u->fn, uint64_t, l->words + 1);
    for (uint32_t i = 0; i < l->a->local_count; i++)
        if (l->a->locals[i]->is_tracked) {
            add(l->tracked, i);
            l->a->locals[i]->apart = NEW_ARRAY(&l->u->fn, uint64_t, l->words + 1);
        }
}

// Parameters are written to the frame one after the other when the function is entered.
static void meet_params(struct live *l, uint64_t *set)
{
    memcpy(set, l->in[l->a->cfg->entry->number], l->words * sizeof *set);
    for (uint32_t i = 0; i < l->a->local_count; i++)
        if (has(l->tracked, i) && l->a->locals[i]->symbol->is_param)
            add(set, i);
    meet_all(l, set);
}

// --- sets ----------------------------------------------------------------------------------------------------------------------------

// Goes through a block from its end to its beginning; `set` is out(b) at first and in(b) at last.
static void backwards(struct live *l, const struct block *b, uint64_t *set, bool record)
{
    for (uint32_t i = b->event_count; i-- > 0;) {
        const struct event *e = &b->events[i];
        switch (e->kind) {
        case EVENT_USE:
            add(set, e->index);
            if (record && has(l->tracked, e->index))
                meet(l, l->a->locals[e->index], set);
            break;
        case EVENT_DEF:
            if (record && has(l->tracked, e->index))
                meet(l, l->a->locals[e->index], set);
            drop(set, e->index);
            break;
        case EVENT_ENTER:
            if (record)
                memcpy(l->a->points[e->index]->entered, set, l->words * sizeof *set);
            break;
        case EVENT_POINT:
            if (!record)
                break;
            l->a->points[e->index]->is_reachable = true;
            in_scope(l, l->a->points[e->index], set);
            memcpy(l->a->points[e->index]->kept, set, l->words * sizeof *set);
            break;
        }
    }
}

static void out_of(struct live *l, const struct block *b, uint64_t *set)
{
    memset(set, 0, l->words * sizeof *set);
    for (uint32_t i = 0; i < b->next_count; i++)
        for (uint32_t w = 0; w < l->words; w++)
            set[w] |= l->in[b->next[i]->number][w];
}

// The blocks are numbered roughly in source order, so going from the last to the first needs few rounds.
static void fixpoint(struct live *l, uint64_t *set)
{
    const struct cfg *c = l->a->cfg;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = c->count; i-- > 0;) {
            out_of(l, c->blocks[i], set);
            backwards(l, c->blocks[i], set, false);
            if (memcmp(set, l->in[i], l->words * sizeof *set) == 0)
                continue;
            memcpy(l->in[i], set, l->words * sizeof *set);
            changed = true;
        }
    }
}

void live_compute(struct unit *u, struct async *a)
{
    struct live l = { .u = u, .a = a, .words = (a->local_count + 63) / 64 };
    const struct cfg *c = a->cfg;
    for (uint32_t i = 0; i < a->point_count; i++) {
        a->points[i]->kept = NEW_ARRAY(&u->fn, uint64_t, l.words + 1);
        a->points[i]->entered = NEW_ARRAY(&u->fn, uint64_t, l.words + 1);
    }
    l.in = NEW_ARRAY(&u->fn, uint64_t *, c->count);
    for (uint32_t i = 0; i < c->count; i++)
        l.in[i] = NEW_ARRAY(&u->fn, uint64_t, l.words + 1);
    if (a->fn->has_computed_goto)
        l.wholes = NEW_ARRAY(&u->fn, struct span, a->local_count + 1);
    for (uint32_t i = 0; l.wholes && i < a->local_count; i++)
        l.wholes[i] = whole_of(a, a->locals[i]);
    uint64_t *set = NEW_ARRAY(&u->fn, uint64_t, l.words + 1);
    fixpoint(&l, set);
    tracked_open(&l);
    meet_params(&l, set);
    for (uint32_t i = 0; i < c->count; i++) {
        if (!c->blocks[i]->is_reachable)
            continue;
        out_of(&l, c->blocks[i], set);
        meet_all(&l, set);
        backwards(&l, c->blocks[i], set, true);
    }
}

bool point_holds(const struct point *p, const struct local *l)
{
    return l->is_ranged && has(p->kept, l->index);
}

bool point_keeps(const struct point *p, const struct local *l)
{
    return l->class == LOCAL_SPILLED && has(p->kept, l->index);
}

bool point_needs(const struct point *p, const struct local *l)
{
    return l->class != LOCAL_PLAIN && has(p->kept, l->index);
}
