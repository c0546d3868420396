// Which children nobody holds: a function that may have such has a group of them in its frame, and waits for it before it returns.
// Those with a handle are in no group: who has the handle sees to the child.
//
//     async f(x);                 without a handle; also where the value of what stands around is not asked for
//     h = async f(x);             when h may hold another child, which nobody holds then
//     await all;                  asks for the group
#include "lower/async.h"
#include "lower/lower.h"
#include "lower/text.h"
#include "lower/walk.h"

struct unheld {
    struct walk walk;
    struct unit *u;
    struct async *a;
    int count;                  // of starts that nobody takes a handle of
};

// The value of e is asked for, or it is not.
static void set(struct unheld *w, struct expr *e, bool is_unheld)
{
    e = e ? expr_bare(e) : NULL;
    if (!e)
        return;
    const struct stmt *last = e->kind == EXPR_STMT_EXPR ? last_statement(e->stmt_expr.block) : NULL;
    if (e->kind == EXPR_START) {
        w->count += is_unheld - e->start.is_unheld;
        e->start.is_unheld = is_unheld;
    } else if (e->kind == EXPR_CAST && type_plain(w->u, e->type)->kind == TYPE_VOID) {
        set(w, e->cast.operand, is_unheld);
    } else if (e->kind == EXPR_COMMA) {
        set(w, e->comma.rhs, is_unheld);
    } else if (e->kind == EXPR_COND) {
        set(w, e->cond.yes, is_unheld);
        set(w, e->cond.no, is_unheld);
    } else if (last && last->kind == STMT_EXPR) {
        set(w, last->expr.expr, is_unheld);
    }
}

// From the inside out: the last statement of a statement expression is its value.
static void unheld_expr(struct walk *walk, struct expr *e)
{
    struct unheld *w = (struct unheld *)walk;
    if (e->kind == EXPR_STMT_EXPR)
        set(w, e, false);
    if (e->kind == EXPR_COMMA)
        set(w, e->comma.lhs, true);
    w->a->has_group |= e->kind == EXPR_ASSIGN && w->a->fn->has_start && replaces_owed(w->u, e);
}

static void unheld_stmt(struct walk *walk, struct stmt *s)
{
    struct unheld *w = (struct unheld *)walk;
    if (s->kind == STMT_EXPR)
        set(w, s->expr.expr, true);
    if (s->kind == STMT_FOR)
        set(w, s->for_.step, true);
    w->a->has_group |= s->kind == STMT_AWAIT_ALL;
}

void unheld_find(struct unit *u, struct async *a)
{
    struct unheld w = { { .expr_done = unheld_expr, .stmt_done = unheld_stmt }, u, a, 0 };
    walk_stmt(&w.walk, a->fn->body);
    a->has_group |= w.count > 0;
}
