// The ranged objects first, each at the lowest offset that is free of those it conflicts with; then everything else the same way.
// Which of them comes first matters: the larger, or those that are needed at more points. The smaller outcome is taken.
//
// Written in C, offsets become structs and unions: cut where nothing crosses, then side by side.
//
//     a ├────┤              struct {
//     b ├────┤                  union { a; b; };
//     at1     ├──┤              union { at1; at2; };
//     at2     ├───┤         }
#include "lower/pack.h"

#include <stdlib.h>

#include "lower/apart.h"
#include "lower/lower.h"

static bool ranged_conflicts(const struct local *l, const struct packed *other)
{
    if (other->ranged)
        return are_apart(l, other->ranged);
    if (other->point)
        return point_holds(other->point, l);
    return region_holds(l->region, other->region);
}

static bool conflicts(const struct packed *a, const struct packed *b)
{
    return a->ranged ? ranged_conflicts(a->ranged, b) : b->ranged && ranged_conflicts(b->ranged, a);
}

// --- offsets -----------------------------------------------------------------------------------------------------------------

// The lowest offset of t that is free of the first `count` of `placed`, which are sorted by offset.
static void put_lowest(struct packed *t, struct packed **placed, uint32_t count)
{
    uint64_t at = 0, align = t->piece->align;
    for (uint32_t i = 0; i < count; i++) {
        const struct packed *p = placed[i];
        if (p->lo < at + t->piece->size && at < p->hi && conflicts(t, p))
            at = (p->hi + align - 1) / align * align;
    }
    t->lo = at;
    t->hi = at + t->piece->size;
}

static int by_offset(const void *x, const void *y)
{
    const struct packed *a = *(struct packed *const *)x, *b = *(struct packed *const *)y;
    if (a->lo != b->lo)
        return a->lo < b->lo ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

// Whether a shall be placed before b; among equals the order of the source stays.
typedef bool is_first(const struct packed *a, const struct packed *b);

static bool is_larger(const struct packed *a, const struct packed *b)
{
    return a->piece->size > b->piece->size;
}

static bool is_needed_more(const struct packed *a, const struct packed *b)
{
    return a->conflicts > b->conflicts;
}

static uint32_t conflict_count(const struct packed *t, const struct packed *things)
{
    uint32_t count = 0;
    for (; things; things = things->next)
        count += things != t && conflicts(t, things);
    return count;
}

static void sort_things(struct packed **things, uint32_t count, is_first *before)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i; k > 0 && before(things[k], things[k - 1]); k--) {
            struct packed *moved = things[k];
            things[k] = things[k - 1];
            things[k - 1] = moved;
        }
}

// Places the ranged ones in their order, then the others. The bytes that takes.
static uint64_t put_all(struct unit *u, struct packed **ranged, uint32_t count, struct packed *things)
{
    struct packed **placed = NEW_ARRAY(&u->fn, struct packed *, count + 1);
    uint64_t end = 0;
    for (uint32_t i = 0; i < count; i++) {
        put_lowest(ranged[i], placed, i);
        placed[i] = ranged[i];
        qsort(placed, i + 1, sizeof *placed, by_offset);
    }
    for (struct packed *t = things; t; t = t->next) {
        if (!t->ranged)
            put_lowest(t, placed, count);
        end = t->hi > end ? t->hi : end;
    }
    return end;
}

// --- structs and unions --------------------------------------------------------------------------------------------------------

struct writing {
    struct unit *u;
    uint32_t align;             // of everything
    uint32_t *gap_count;        // of the frame: members of anonymous structs share one name space
};

static void add_gap(struct writing *w, struct piece *to, uint64_t bytes)
{
    const char *name = arena_printf(&w->u->fn, "gap%u", ++*w->gap_count);
    piece_add(to, piece_field(w->u, name, arena_printf(&w->u->fn, "unsigned char %s[%llu]", name, (unsigned long long)bytes), bytes, 1));
}

// One below the other, from offset `base` on.
static struct piece *column(struct writing *w, struct packed **things, uint32_t count, uint64_t base)
{
    if (count == 1 && things[0]->lo == base)
        return things[0]->piece;
    struct piece *s = piece_new(w->u, PIECE_STRUCT, NULL);
    uint64_t at = base;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t align = things[i]->piece->align;
        if ((at + align - 1) / align * align != things[i]->lo)
            add_gap(w, s, things[i]->lo - at);
        piece_add(s, things[i]->piece);
        at = things[i]->hi;
    }
    return s;
}

// Side by side: each goes into the first column that has ended where it begins.
static struct piece *columns(struct writing *w, struct packed **things, uint32_t count, uint64_t base)
{
    struct piece *either = piece_new(w->u, PIECE_UNION, NULL);
    bool *is_written = NEW_ARRAY(&w->u->fn, bool, count);
    struct packed **chosen = NEW_ARRAY(&w->u->fn, struct packed *, count);
    for (uint32_t written = 0; written < count;) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < count; i++)
            if (!is_written[i] && (!n || chosen[n - 1]->hi <= things[i]->lo)) {
                is_written[i] = true;
                chosen[n++] = things[i];
            }
        piece_add(either, column(w, chosen, n, base));
        written += n;
    }
    return either->first->next ? either : either->first;
}

// The things are sorted by offset.
static struct piece *pieces_write(struct writing *w, struct packed **things, uint32_t count)
{
    struct piece *s = piece_new(w->u, PIECE_STRUCT, NULL);
    uint64_t base = 0, end = 0;
    for (uint32_t i = 0, first = 0; i <= count; i++) {
        bool is_cut = i == count || (i > first && things[i]->lo >= end && things[i]->lo % w->align == 0);
        if (is_cut) {
            piece_add(s, columns(w, things + first, i - first, base));
            first = i;
            base = i < count ? things[i]->lo : end;
        }
        if (i < count)
            end = things[i]->hi > end ? things[i]->hi : end;
    }
    return s->first->next ? s : s->first;
}

struct piece *pieces_pack(struct unit *u, struct packed *things, uint32_t *gap_count)
{
    uint32_t count = 0, ranged_count = 0;
    struct writing w = { u, 1, gap_count };
    for (struct packed *t = things; t; t = t->next) {
        piece_measure(t->piece);
        t->order = count++;
        ranged_count += t->ranged != NULL;
        w.align = t->piece->align > w.align ? t->piece->align : w.align;
    }
    struct packed **all = NEW_ARRAY(&u->fn, struct packed *, count), **ranged = NEW_ARRAY(&u->fn, struct packed *, ranged_count + 1);
    uint32_t n = 0, k = 0;
    for (struct packed *t = things; t; t = t->next) {
        all[n++] = t;
        if (t->ranged)
            ranged[k++] = t;
    }
    sort_things(ranged, k, is_larger);
    uint64_t by_size = put_all(u, ranged, k, things);
    for (uint32_t i = 0; i < k; i++)
        ranged[i]->conflicts = conflict_count(ranged[i], things);
    sort_things(ranged, k, is_needed_more);
    if (put_all(u, ranged, k, things) > by_size) {
        sort_things(ranged, k, is_larger);
        put_all(u, ranged, k, things);
    }
    qsort(all, count, sizeof *all, by_offset);
    return pieces_write(&w, all, count);
}
