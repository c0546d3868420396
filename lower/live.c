// Which locals must survive each suspension point?
//   kept(p) = the locals with a use behind p and, on a way from p to it, no definition; of residents, which are in the frame
//             anyway, what is used by name
// Asked for one local after the other, from its uses backwards: most are alive in a few blocks only, so this takes as long as
// the answer is, where sets for all blocks would take locals times blocks.
//
// A tracked local (at most 1,024) whose declaration gives it no value is needed only where something may have given it one: what it is
// given between two points counts from the first of them on, since what one expression names is there at the same time.
#include <string.h>

#include "lower/apart.h"
#include "lower/bits.h"
#include "lower/cfg.h"
#include "lower/lower.h"

// In a function that keeps more than KEPT_LIMIT altogether, those that many points keep are residents: otherwise a thousand
// locals across a thousand awaits are a million lines. (The largest of SQLite, made async, keeps 3,811.)
enum { KEPT_LIMIT = 1 << 12, NEEDED_LIMIT = 1 << 20, MANY_POINTS = 16 };

// Where a local is used or defined: event `at` of a block; or where a point stands, or the arguments of its call begin.
struct occurrence {
    const struct block *block;
    uint32_t at;
};

// Lists in one array: number i's are list[from[i]] to list[from[i + 1] - 1], in the order of blocks and events.
struct occurrences {
    struct occurrence *list;
    uint32_t *from;
};

struct live {
    struct unit *u;
    struct async *a;
    struct occurrences locals, points;      // by local; by block
    struct block **before;      // predecessors of all blocks,
    uint32_t *before_from;      // by block as above
    uint32_t *last_event;       // of the local that is asked for, in each block + 1,
    uint32_t *last_stamp;       // when this is its index + 1
    uint32_t *out_stamp;        // it is alive at the end of a block when this is
    struct block **work;        // at whose beginning it is alive
    uint32_t work_count;
    struct point **found;       // that keep it
    uint32_t found_count, kept_count, needed_count;
    struct span *wholes;        // by local: the full expression that a temporary is part of; NULL: no computed goto
    uint64_t **tracked_in;      // by block: the tracked locals that are alive at its beginning
};

// --- what stands where -------------------------------------------------------------------------------------------------------

// From counts by number to where each list begins; gives the number of all.
static uint32_t lists_begin(uint32_t *from, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i <= count; i++) {
        uint32_t of_i = from[i];
        from[i] = sum;
        sum += of_i;
    }
    return sum;
}

// Ends of lists, after filling them, to where each begins.
static void lists_rewind(uint32_t *from, uint32_t count)
{
    memmove(from + 1, from, count * sizeof *from);
    from[0] = 0;
}

static void events_sort(struct live *l)
{
    const struct cfg *c = l->a->cfg;
    struct arena *arena = &l->u->fn;
    l->locals.from = NEW_ARRAY(arena, uint32_t, l->a->local_count + 1);
    l->points.from = NEW_ARRAY(arena, uint32_t, c->count + 1);
    for (uint32_t b = 0; b < c->count; b++)
        for (uint32_t i = 0; i < c->blocks[b]->event_count; i++) {
            const struct event *e = &c->blocks[b]->events[i];
            ++*(event_is_of_point(e) ? &l->points.from[b] : &l->locals.from[e->index]);
        }
    l->locals.list = NEW_ARRAY(arena, struct occurrence, lists_begin(l->locals.from, l->a->local_count));
    l->points.list = NEW_ARRAY(arena, struct occurrence, lists_begin(l->points.from, c->count));
    for (uint32_t b = 0; b < c->count; b++)
        for (uint32_t i = 0; i < c->blocks[b]->event_count; i++) {
            const struct event *e = &c->blocks[b]->events[i];
            struct occurrence *to = event_is_of_point(e) ? &l->points.list[l->points.from[b]++]
                                                    : &l->locals.list[l->locals.from[e->index]++];
            *to = (struct occurrence){ c->blocks[b], i };
        }
    lists_rewind(l->locals.from, l->a->local_count);
    lists_rewind(l->points.from, c->count);
}

static void edges_turn(struct live *l)
{
    const struct cfg *c = l->a->cfg;
    l->before_from = NEW_ARRAY(&l->u->fn, uint32_t, c->count + 1);
    for (uint32_t b = 0; b < c->count; b++)
        for (uint32_t i = 0; i < c->blocks[b]->next_count; i++)
            l->before_from[c->blocks[b]->next[i]->number]++;
    l->before = NEW_ARRAY(&l->u->fn, struct block *, lists_begin(l->before_from, c->count));
    for (uint32_t b = 0; b < c->count; b++)
        for (uint32_t i = 0; i < c->blocks[b]->next_count; i++)
            l->before[l->before_from[c->blocks[b]->next[i]->number]++] = c->blocks[b];
    lists_rewind(l->before_from, c->count);
}

// Numbers blocks so that what is in one has the numbers up to its last.
static uint32_t regions_number(struct region *r, uint32_t number)
{
    r->number = number;
    for (struct region *c = r->first; c; c = c->next)
        number = regions_number(c, number + 1);
    return r->last_number = number;
}

static void points_mark_reachable(struct live *l)
{
    const struct cfg *c = l->a->cfg;
    for (uint32_t b = 0; b < c->count; b++)
        for (uint32_t i = l->points.from[b]; c->blocks[b]->is_reachable && i < l->points.from[b + 1]; i++) {
            const struct event *e = &c->blocks[b]->events[l->points.list[i].at];
            l->a->points[e->index]->is_reachable |= e->kind == EVENT_POINT;
        }
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

// --- one local ---------------------------------------------------------------------------------------------------------------

bool region_holds(const struct region *outer, const struct region *inner)
{
    return outer->number <= inner->number && inner->number <= outer->last_number;
}

bool is_declared_at(const struct local *v, const struct point *p)
{
    return v->symbol->is_param || v->symbol->span.lo <= p->at.lo;
}

// A computed goto may go, as far as is known here, to any label, also to one inside of an expression: the temporaries that are
// read there are not known outside.
static bool is_known_at(const struct live *l, const struct point *p, const struct local *v)
{
    const struct span *s = l->wholes ? &l->wholes[v->index] : NULL;
    return !s || p->result == v || (s->lo <= p->at.lo && p->at.lo < s->hi);
}

// A jump out of a statement expression in its own initialiser may go to where its name is known.
static bool is_initialised_by(const struct local *v, const struct point *p)
{
    return v->set_at && v->symbol->span.lo <= p->at.lo && p->at.lo < v->set_at;
}

// Not when its block is entered by a jump and has all its locals anew, nor when the C variable is not declared yet: but then
// the object lives already, and was set before a jump back over its declaration.
static bool is_kept_at(const struct live *l, struct local *v, const struct point *p)
{
    if (!is_known_at(l, p, v))
        return false;
    if (!v->symbol)
        return true;
    if (!region_holds(v->region, p->region))
        return false;
    if (is_declared_at(v, p) && !is_initialised_by(v, p))
        return true;
    if (v->class != LOCAL_RESIDENT) {
        v->why_resident = "set before its declaration";
        local_reside(v, v->region);
    }
    return false;
}

static bool is_plain_param(const struct local *v)
{
    return v->symbol && v->symbol->is_param && !v->is_vm;
}

// Whether v has a value behind an event of its own, or, where that is NULL, at the beginning of b.
static bool is_given(const struct local *v, const struct block *b, const struct event *e)
{
    return !v->is_tracked || (e ? !e->is_unset : bit_has(b->given, v->followed));
}

// The points of a block between its events `from` and `to`, where v is alive. Whether it is so in front of them.
static bool alive_between(struct live *l, struct local *v, const struct block *b, uint32_t from, uint32_t to, bool has_value)
{
    const struct occurrence *points = l->points.list + l->points.from[b->number];
    uint32_t lo = 0, hi = l->points.from[b->number + 1] - l->points.from[b->number];
    while (lo < hi) {                   // points before lo stand before `to`, those from hi on do not
        uint32_t middle = lo + (hi - lo) / 2;
        if (points[middle].at < to)
            lo = middle + 1;
        else
            hi = middle;
    }
    while (b->is_reachable && lo-- > 0 && points[lo].at >= from) {
        const struct event *e = &b->events[points[lo].at];
        struct point *p = l->a->points[e->index];
        if (e->kind == EVENT_ENTER)
            p->has_locals |= !is_plain_param(v);
        else if (!has_value)
            return false;
        else if (is_kept_at(l, v, p))
            l->found[l->found_count++] = p;
        else
            return true;
    }
    return true;
}

static void alive_before(struct live *l, struct local *v, struct block *b)
{
    l->work[l->work_count++] = b;
    v->may_be_unset |= b == l->a->cfg->entry;
    if (v->is_tracked)
        bit_put(l->tracked_in[b->number], v->tracked, true);
}

// From its uses to what comes before them in the same block.
static void alive_in_blocks(struct live *l, struct local *v)
{
    const struct occurrence *first = l->locals.list + l->locals.from[v->index],
                            *last = l->locals.list + l->locals.from[v->index + 1];
    for (const struct occurrence *o = first; o < last; o++) {
        const struct block *b = o->block;
        bool is_first = o == first || o[-1].block != b;
        l->last_stamp[b->number] = v->index + 1;
        l->last_event[b->number] = o->at + 1;
        if (b->events[o->at].kind != EVENT_USE)
            continue;
        const struct event *before = is_first ? NULL : &b->events[o[-1].at];
        bool is_before = alive_between(l, v, b, is_first ? 0 : o[-1].at, o->at, is_given(v, b, before));
        if (is_first && is_before)
            alive_before(l, v, l->a->cfg->blocks[b->number]);
    }
}

// From the beginnings of blocks to the blocks before them.
static void alive_across_blocks(struct live *l, struct local *v)
{
    while (l->work_count > 0) {
        const struct block *b = l->work[--l->work_count];
        for (uint32_t i = l->before_from[b->number]; i < l->before_from[b->number + 1]; i++) {
            struct block *n = l->before[i];
            if (l->out_stamp[n->number] == v->index + 1)
                continue;
            l->out_stamp[n->number] = v->index + 1;
            bool occurs = l->last_stamp[n->number] == v->index + 1;
            uint32_t from = occurs ? l->last_event[n->number] : 0;
            const struct event *before = occurs ? &n->events[from - 1] : NULL;
            bool is_before = alive_between(l, v, n, from, n->event_count, is_given(v, n, before));
            if (!occurs && is_before)
                alive_before(l, v, n);
        }
    }
}

// Whether what writes it out can name its place in the frame: not for poll results, addresses, values of branches.
static bool can_reside(struct unit *u, const struct local *v)
{
    if (v->symbol)
        return v->symbol->storage != STORAGE_REGISTER;
    if (!v->of || v->is_literal || v->is_lvalue_pin || v->c_type)
        return false;
    const struct hoist *h = hoist_of(u, v->of);
    return h->pin == v && !h->is_branch;
}

static void point_append(struct unit *u, struct point *p, struct local *v)
{
    p->kept = arena_grow(&u->fn, p->kept, p->kept_count, &p->kept_capacity, sizeof *p->kept);
    p->kept[p->kept_count++] = v;
}

static void local_keep(struct live *l, struct local *v)
{
    l->found_count = 0;
    alive_in_blocks(l, v);
    alive_across_blocks(l, v);
    bool is_many = l->found_count > MANY_POINTS;
    if (v->class == LOCAL_SPILLED && is_many && l->kept_count + l->found_count > KEPT_LIMIT && can_reside(l->u, v)) {
        v->why_resident = "kept by many awaits";
        local_reside(v, v->region);
    }
    uint32_t *count = v->class == LOCAL_SPILLED ? &l->kept_count : &l->needed_count;
    if (v->class == LOCAL_RESIDENT && is_many && *count + l->found_count > NEEDED_LIMIT)
        l->found_count = MANY_POINTS;       // enough to warn of it
    *count += l->found_count;
    v->kept_count = l->found_count;
    for (uint32_t i = 0; i < l->found_count; i++)
        point_append(l->u, l->found[i], v);
}

// --- all of them ---------------------------------------------------------------------------------------------------------------

static void live_open(struct live *l)
{
    const uint32_t count = l->a->cfg->count, words = bit_words(l->a->tracked_count);
    struct arena *arena = &l->u->fn;
    l->last_event = NEW_ARRAY(arena, uint32_t, count);
    l->last_stamp = NEW_ARRAY(arena, uint32_t, count);
    l->out_stamp = NEW_ARRAY(arena, uint32_t, count);
    l->work = NEW_ARRAY(arena, struct block *, 2 * count);
    l->found = NEW_ARRAY(arena, struct point *, l->a->point_count);
    l->tracked_in = words ? NEW_ARRAY(arena, uint64_t *, count) : NULL;
    for (uint32_t i = 0; words && i < count; i++)
        l->tracked_in[i] = NEW_ARRAY(arena, uint64_t, words);
    if (l->a->fn->has_computed_goto)
        l->wholes = NEW_ARRAY(arena, struct span, l->a->local_count);
    for (uint32_t i = 0; l->wholes && i < l->a->local_count; i++)
        l->wholes[i] = whole_of(l->a, l->a->locals[i]);
}

void live_compute(struct unit *u, struct async *a)
{
    struct live l = { .u = u, .a = a };
    events_sort(&l);
    edges_turn(&l);
    regions_number(a->root, 0);
    points_mark_reachable(&l);
    live_open(&l);
    for (uint32_t i = 0; i < a->local_count; i++)
        if (a->locals[i]->class != LOCAL_PLAIN)
            local_keep(&l, a->locals[i]);
    if (a->tracked_count)
        apart_compute(u, a, l.tracked_in);
}

// Where l stands among what p keeps, or would.
static uint32_t kept_index(const struct point *p, const struct local *l)
{
    uint32_t lo = 0, hi = p->kept_count;
    while (lo < hi) {                   // those before lo have a smaller index, those from hi on have not
        uint32_t middle = lo + (hi - lo) / 2;
        if (p->kept[middle]->index < l->index)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static bool is_in_kept(const struct point *p, const struct local *l)
{
    uint32_t i = kept_index(p, l);
    return i < p->kept_count && p->kept[i] == l;
}

bool point_holds(const struct point *p, const struct local *l)
{
    return l->is_ranged && is_in_kept(p, l);
}

bool point_keeps(const struct point *p, const struct local *l)
{
    return (l->class == LOCAL_SPILLED || l->class == LOCAL_COMPUTED) && is_in_kept(p, l);
}

void point_keep(struct unit *u, struct point *p, struct local *l)
{
    uint32_t i = kept_index(p, l);
    point_append(u, p, l);
    memmove(p->kept + i + 1, p->kept + i, (p->kept_count - 1 - i) * sizeof *p->kept);
    p->kept[i] = l;
}
