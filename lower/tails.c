// Which awaits are the last that their function does. The callee takes over the frame, and with it who waits for it:
//
//     async long f(int x) { await step(x); return await g(x + 1); }    →    return g(ac_frame, ac_task, 0, x + 1);
//
// Nobody goes on in f when g has waited: g's result is f's, at the same place, or nobody's, and g's node is where f's was. So a
// function that only forwards has no states, and no byte in its frame that is not g's.
#include "lower/lower.h"
#include "lower/walk.h"

struct tails {
    struct walk walk;
    struct unit *u;
    struct async *a;
};

static bool keeps_something(const struct point *p)
{
    if (p->kept_count)
        return true;
    for (const struct region *r = p->region; r; r = r->parent)
        if (r->residents || r->placed)
            return true;
    return false;
}

static void consider(struct tails *t, struct expr *value)
{
    struct unit *u = t->u;
    const struct async *a = t->a;
    struct expr *e = value ? expr_bare(value) : NULL;
    struct point *p = e && e->kind == EXPR_AWAIT ? hoist_of(u, e)->point : NULL;
    if (!p || !p->is_reachable || p->arm || point_is_fused(p) || (p->kind != CALLEE_EMBEDDED && p->kind != CALLEE_LEAF))
        return;
    bool is_same = type_compatible(u, type_unqualified(u, p->callee_type->base), type_unqualified(u, a->result));
    bool is_nobodys = type_plain(u, a->result)->kind == TYPE_VOID;
    bool is_own_main = p->callee_async && p->callee_async->is_main;
    p->is_tail = (is_same || is_nobodys) && !is_own_main && !keeps_something(p);
}

static void tail_stmt(struct walk *w, struct stmt *s)
{
    if (s->kind == STMT_RETURN && !s->return_.leaving)
        consider((struct tails *)w, s->return_.value);
}

// The last statement of a function without a value.
static void tail_end(struct tails *t)
{
    const struct stmt *body = t->a->fn->body, *last = body->block.items;
    while (last && last->next)
        last = last->next;
    if (last && last->kind == STMT_EXPR && !body->block.leaving && type_plain(t->u, t->a->result)->kind == TYPE_VOID)
        consider(t, last->expr.expr);
}

void tails_find(struct unit *u, struct async *a)
{
    struct tails t = { { .stmt = tail_stmt }, u, a };
    if (!a->suspends || a->is_main || a->has_blocks || a->has_children || a->fn->has_start)
        return;
    walk_stmt(&t.walk, a->fn->body);
    tail_end(&t);
    a->suspends = false;
    for (uint32_t i = 0; i < a->point_count; i++) {
        a->suspends |= !a->points[i]->is_tail;
        a->has_tails |= a->points[i]->is_tail;
    }
    // A part of its caller's machine has no node to give; but one that only forwards needs no machine, and is not fused.
    for (uint32_t i = 0; i < a->point_count && a->fused_into && a->suspends; i++)
        a->points[i]->is_tail = a->has_tails = false;
}
