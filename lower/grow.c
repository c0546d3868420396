// How much larger a frame gets when the `_Frame` objects in it have the sizes that this translation has found, and not those it
// has gone by (translate.c).
//
//     async int f0(int x) { … }                                    found: 40 bytes
//     async int f1(int x) { _Frame(f0) fr = f0(x); … }             128 was guessed for f0's frame: 88 less than was laid out
//     async int f2(int x) { _Frame(f1) fr = f1(x); … }             and here
//
// So a chain of a thousand of these is settled in the second translation and not in the thousandth. It is a guess: of what shares
// bytes the largest decides, which may be another one then. Then it takes a translation more.
#include "lower/lower.h"

// Sizes that double from function to function soon get larger than that, and are not guessed at.
enum { MOST_ELEMENTS = 1 << 16 };
static const int64_t MOST_GROWTH = INT64_C(1) << 40;

static int64_t bounded(int64_t growth)
{
    return growth > MOST_GROWTH || growth < -MOST_GROWTH ? 0 : growth;
}

static int64_t type_growth(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    if (t->kind == TYPE_ARRAY)
        return t->array.count > MOST_ELEMENTS ? 0 : bounded((int64_t)t->array.count * type_growth(u, t->base));
    const struct async *g = t->kind == TYPE_FRAME && t->symbol && t->symbol->function ? async_of(u, t->symbol->function) : NULL;
    if (!g || !g->frame_size)
        return 0;
    struct extent found = { g->frame_size + (uint64_t)g->growth, g->frame_align };
    return bounded((int64_t)frame_object_with(u, t->symbol, found).size - (int64_t)frame_object_extent(u, t->symbol).size);
}

static int64_t region_growth(struct unit *u, const struct region *r)
{
    int64_t beside = 0, most = 0;
    for (const struct local *l = r->residents; l; l = l->next_resident)
        beside += l->type && !l->is_vm && !l->is_typedef ? type_growth(u, l->type) : 0;
    for (const struct point *p = r->points; p; p = p->next_in_region)
        if (p->callee_async && p->kind == CALLEE_EMBEDDED && p->callee_async->growth > most)
            most = p->callee_async->growth;
    for (const struct region *c = r->first; c; c = c->next) {
        int64_t inner = region_growth(u, c);
        most = inner > most ? inner : most;
    }
    return beside + most;
}

void frame_grow(struct unit *u, struct async *a)
{
    a->growth = bounded(region_growth(u, a->root));
}
