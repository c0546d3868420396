// When does a function that was entered without a frame make one?
//
//     if (d == 0)                                            // no frame yet
//         return (ac_long){ 0, 0 };
//     if (!ac_self)
//         return walk_outside(ac_frame, ac_task, 3, d);      // makes it, and goes on behind this line
//     __coro_enter_1:;
//     ac_void ac_r1 = ac_yield(&ac_self->at1.child, ac_task, 0);
//
// A callee that has its frame in ours needs it before the call; one that makes its own only when it has to wait
// (ac_frame_late). So a recursion that is always ready makes none.
//
//   framed(b)   on every path to b a frame has been made
//   p enters    p needs the frame before its call, and is not framed
// At a point that enters nothing but parameters may be alive: they are passed on. Otherwise, and when more in the frame has
// an address, or when every call gets to that point, the function makes its frame at its beginning.
//
// One that calls itself is compiled twice, unless that has to be small: as it is called, without a frame, and as it goes on in one.
//
//     AC_TWICE static ac_long ac_machine_walk(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, long d) { ... }
//     static ac_long walk_outside(struct ac_task *ac_task, long ac_1) { return ac_machine_walk(0, ac_task, 0, ac_1); }
//
// In the first one the C compiler sees no resumption, and no frame up to the point that enters. There the function makes it itself and goes
// straight on; when it comes back ready, it gives it back (ac_frame_unused).
//
// So is another function that is small: what calls it knows that it begins, and what resumes it that it goes on. Compilers then see
// what they see in synchronous code: loops with one entry, parameters that stay in their registers on the way that waits for nothing.
//
//     AC_TWICE_EXTERN ac_long AC_MACHINE(step)(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, long x) { ... }
//     AC_ENTRY(ac_long step(void *ac_frame, ..., long ac_1), AC_MACHINE(step)(ac_frame, ac_task, 0, ac_1))
//
// Without optimization, or where it has to be small, AC_MACHINE(step) is `step`, and AC_ENTRY nothing.
#include <string.h>

#include "lower/cfg.h"
#include "lower/ctype.h"
#include "lower/lower.h"

struct late {
    struct async *a;
    bool *framed;               // by block number
};

// More places than these that make a frame take more text than they are worth.
enum { MOST_ENTRIES = 2, MOST_LATE = 3 };

// A function of more tokens is compiled once.
enum { MOST_TOKENS = 500 };

// One that does not call itself is compiled once when it has more suspension points, or its machine more tokens.
enum { MOST_STATES = 3, MOST_MACHINE_TOKENS = 200 };

static bool has_residents(const struct region *r)
{
    for (const struct region *c = r->first; c; c = c->next)
        if (has_residents(c))
            return true;
    return r->residents || r->ranged;
}

// Whether a frame has been made behind block b. `record`: also notes it at the points.
static bool framed_behind(struct late *l, const struct block *b, bool record)
{
    bool framed = l->framed[b->number];
    for (uint32_t i = 0; i < b->event_count; i++) {
        const struct event *e = &b->events[i];
        struct point *p = e->kind == EVENT_ENTER || e->kind == EVENT_POINT ? l->a->points[e->index] : NULL;
        if (!p)
            continue;
        if (record && e->kind == EVENT_ENTER)
            p->enters = !framed && p->kind != CALLEE_OUTSIDE;
        if (record)
            p->is_framed = framed;
        framed |= e->kind == EVENT_ENTER && p->kind != CALLEE_OUTSIDE;
    }
    return framed;
}

static void framed_compute(struct unit *u, struct late *l)
{
    const struct cfg *c = l->a->cfg;
    l->framed = NEW_ARRAY(&u->fn, bool, c->count);
    for (uint32_t i = 0; i < c->count; i++)
        l->framed[i] = c->blocks[i] != c->entry;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < c->count; i++) {
            const struct block *b = c->blocks[i];
            bool behind = !b->is_reachable || framed_behind(l, b, false);
            for (uint32_t k = 0; k < b->next_count && !behind; k++) {
                changed |= l->framed[b->next[k]->number];
                l->framed[b->next[k]->number] = false;
            }
        }
    }
    for (uint32_t i = 0; i < c->count; i++)
        if (c->blocks[i]->is_reachable)
            framed_behind(l, c->blocks[i], true);
}

// Whether every call of the function gets to p.
static bool is_always_entered(const struct async *a, const struct point *p)
{
    const struct block *b = a->cfg->entry;
    while (b->event_count == 0 && b->next_count == 1)
        b = b->next[0];
    for (uint32_t i = 0; i < b->event_count; i++)
        if (b->events[i].kind == EVENT_ENTER && b->events[i].index + 1 == p->number)
            return true;
    return false;
}

// Whether the C compiler may have the function twice, inlined: it has no attribute but that it is not to be inlined, which its two
// entries take over, and no function within it, which might jump to a label of the one that it belongs to.
static bool may_stand_twice(struct unit *u, const struct async *a)
{
    const struct function *f = a->fn;
    const struct decl *d = f->decl;
    const char *body = arena_printf(&u->fn, "ac_machine_%s", a->name);
    bool is_typed = d->async_token < d->type_specs.lo && d->type_specs.lo < d->type_specs.hi;
    bool is_plain = is_typed && d->storage != STORAGE_EXTERN && !f->symbol->is_inline && !f->old_style;
    if (!is_plain || is_loose(u, a->result) || a->is_main || f->outer || (f->next && f->next->outer == f) ||
        f->has_computed_goto)
        return false;
    for (const struct attr *i = f->symbol->attrs; i; i = i->next)
        if (strcmp(i->name->text, "noinline") != 0)
            return false;
    for (const struct param *p = f->type->function.params; p; p = p->next)
        if (type_is_vm(u, p->type) || type_is_local(u, p->type))
            return false;
    return !name_find(&u->names, body, strlen(body));
}

static uint32_t token_count(const struct async *a)
{
    return a->fn->decl->span.hi - a->fn->decl->span.lo;
}

static bool calls_itself(const struct async *a)
{
    for (uint32_t i = 0; i < a->point_count; i++)
        if (a->points[i]->is_reachable && a->points[i]->kind == CALLEE_OUTSIDE && a->points[i]->callee == a->fn->symbol)
            return true;
    return false;
}

void late_settle(struct unit *u, struct async *a)
{
    struct late l = { .a = a };
    uint32_t entries = 0, late = 0;
    if (!a->may_be_outside || !a->suspends || a->result_in_frame || a->has_children || a->has_blocks || a->has_tails ||
        has_residents(a->root))
        return;
    framed_compute(u, &l);
    a->is_late = true;
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        late += p->is_reachable && p->kind == CALLEE_OUTSIDE && !p->is_framed;
        if (!p->is_reachable || p->kind == CALLEE_OUTSIDE)
            continue;
        bool is_call = p->await && p->kind != CALLEE_ANY && p->kind != CALLEE_ALL;
        entries += p->enters;
        a->is_late &= is_call && !is_always_entered(a, p) && (!p->enters || !p->has_locals);
    }
    a->is_late &= entries <= MOST_ENTRIES && late <= MOST_LATE;
    for (uint32_t i = 0; i < a->point_count; i++)
        a->points[i]->enters &= a->is_late && a->points[i]->is_reachable;
    a->is_recursive = a->is_late && calls_itself(a) && token_count(a) <= MOST_TOKENS && may_stand_twice(u, a);
}

void twice_settle(struct unit *u, struct async *a)
{
    a->machine_tokens = token_count(a);
    for (uint32_t i = 0; i < a->point_count; i++)
        if (point_is_fused(a->points[i]))
            a->machine_tokens += a->points[i]->callee_async->machine_tokens;
    bool is_small = a->state_count <= MOST_STATES && a->machine_tokens <= MOST_MACHINE_TOKENS;
    a->is_twice = a->is_recursive || (a->suspends && !a->fused_into && is_small && may_stand_twice(u, a));
}
