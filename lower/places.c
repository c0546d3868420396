// Which children that `async CALL` starts have a static place: their task and frame lie in the frame of the parent, and
// starting them allocates nothing and cannot fail.
//
//     async int h = async f(x);       in its block, when h is only awaited and cancelled: the child has ended when the block
//                                     ends, which waits for it if nobody else does, and so the block's next round finds
//                                     its place free
//     async f(x);                     in the function's own, where no loop and no label lets it run again: the function
//                                     waits for the child when it returns
//
// A handle that is given away, or whose address is, may be awaited after the block has ended.
#include <string.h>

#include "lower/lower.h"
#include "lower/walk.h"

struct places {
    struct walk walk;
    struct unit *u;
    struct async *a;
    uint32_t *mentions, *kept;      // by local.index: how often a handle is named, and how often without being given away
    uint32_t again;                 // loops and deferred statements around
};

static struct local *handle_named(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    bool is_handle = e->kind == EXPR_NAME && e->type && type_plain(u, e->type)->kind == TYPE_HANDLE;
    return is_handle && e->name.symbol ? e->name.symbol->local : NULL;
}

static bool is_cancel(const struct expr *call)
{
    const struct expr *callee = expr_bare(call->call.callee);
    return callee->kind == EXPR_NAME && !strcmp(callee->name.name->text, "ac_cancel");
}

static void count_expr(struct walk *w, struct expr *e)
{
    struct places *p = (struct places *)w;
    struct expr *keeps = NULL;
    if (e->kind == EXPR_AWAIT) {
        keeps = e->await.operand;
    } else if (e->kind == EXPR_CALL && is_cancel(e) && e->call.args) {
        struct expr *address = expr_bare(e->call.args);
        keeps = address->kind == EXPR_UNARY && address->unary.op == '&' ? address->unary.operand : NULL;
    }
    const struct local *kept = keeps ? handle_named(p->u, keeps) : NULL, *named = handle_named(p->u, e);
    if (kept)
        p->kept[kept->index]++;
    if (named && expr_bare(e) == e)
        p->mentions[named->index]++;
}

static bool is_repeated(const struct stmt *s)
{
    return s->kind == STMT_WHILE || s->kind == STMT_DO || s->kind == STMT_FOR || s->kind == STMT_DEFER;
}

static void place(struct places *w, struct expr *e, struct region *home)
{
    struct point *p = hoist_of(w->u, e)->point;
    bool is_later = p && p->callee_async && p->callee_async->order >= w->a->order;    // its frame is not known yet
    if (!p || p->kind == CALLEE_OBJECT || is_later)
        return;             // p NULL: it is not evaluated
    p->is_placed = true;
    *home->last_placed = p;
    home->last_placed = &p->next_placed;
}

static void place_declared(struct places *w, const struct stmt *s)
{
    for (const struct declarator *d = s->decl.decl->declarators; d; d = d->next) {
        struct expr *start = d->init ? expr_bare(d->init) : NULL;
        struct local *handle = start && start->kind == EXPR_START && d->symbol ? d->symbol->local : NULL;
        if (!handle || type_plain(w->u, d->type)->kind != TYPE_HANDLE || d->symbol->is_captured)
            continue;
        bool ends_there = handle->region->stmt->kind == STMT_BLOCK;
        if (ends_there && w->mentions[handle->index] == w->kept[handle->index])
            place(w, start, handle->region);
    }
}

static void place_stmt(struct walk *walk, struct stmt *s)
{
    struct places *w = (struct places *)walk;
    w->again += is_repeated(s);
    if (s->kind == STMT_DECL)
        place_declared(w, s);
    bool is_once = s->kind == STMT_EXPR && s->expr.expr && !w->again && !w->a->fn->labels;
    struct expr *start = is_once ? expr_bare(s->expr.expr) : NULL;
    const struct point *p = start && start->kind == EXPR_START ? hoist_of(w->u, start)->point : NULL;
    if (p && p->is_dropped)
        place(w, start, w->a->root);
}

static void place_done(struct walk *walk, struct stmt *s)
{
    ((struct places *)walk)->again -= is_repeated(s);
}

void starts_place(struct unit *u, struct async *a)
{
    if (!a->starts)
        return;
    struct places w = { { .expr = count_expr }, u, a, NEW_ARRAY(&u->fn, uint32_t, a->local_count),
                        NEW_ARRAY(&u->fn, uint32_t, a->local_count), 0 };
    walk_stmt(&w.walk, a->fn->body);
    w.walk = (struct walk){ .stmt = place_stmt, .stmt_done = place_done };
    walk_stmt(&w.walk, a->fn->body);
}
