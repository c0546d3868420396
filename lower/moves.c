// A handle for whose child the end of a block may have to wait is empty once it was moved:
//
//     return h;   →   return ac_handle_take(&h);
#include "lower/async.h"
#include "lower/edit.h"
#include "lower/lower.h"
#include "lower/walk.h"

struct moves {
    struct walk walk;
    struct unit *u;
};

static bool is_owed(struct unit *u, struct expr *e)
{
    bool is_handle = e->type && type_plain(u, e->type)->kind == TYPE_HANDLE;
    for (e = expr_bare(e); e->kind == EXPR_INDEX; e = expr_bare(e->index.base))
        continue;
    return is_handle && e->kind == EXPR_NAME && e->name.symbol && e->name.symbol->is_owed;
}

// The value of `e` is used.
static void move(struct unit *u, struct expr *e)
{
    if (!e || !is_owed(u, e))
        return;
    edit_before(u, e->span.lo, "ac_handle_take(&");
    edit_after(u, e->span.hi - 1, ")");
}

static void move_expr(struct walk *w, struct expr *e)
{
    struct unit *u = ((struct moves *)w)->u;
    const struct stmt *last = e->kind == EXPR_STMT_EXPR ? last_statement(e->stmt_expr.block) : NULL;
    if (last && last->kind == STMT_EXPR)
        move(u, last->expr.expr);
    bool is_void = e->kind == EXPR_CAST && type_plain(u, e->type)->kind == TYPE_VOID;
    if (is_void || e->kind == EXPR_AWAIT || e->kind == EXPR_START)
        return;             // nothing is taken, or by the call itself
    const struct operands o = operands_of(u, e);
    for (uint32_t i = 0; i < o.count; i++)
        if (o.list[i].use == USE_VALUE)
            move(u, o.list[i].expr);
}

static void move_stmt(struct walk *w, struct stmt *s)
{
    struct unit *u = ((struct moves *)w)->u;
    if (s->kind == STMT_RETURN)
        move(u, s->return_.value);
    for (struct declarator *d = s->kind == STMT_DECL ? s->decl.decl->declarators : NULL; d; d = d->next)
        move(u, d->init);
}

void lower_moves(struct unit *u, struct function *f)
{
    struct moves m = { { .expr = move_expr, .stmt = move_stmt }, u };
    if (f->has_endings)
        walk_stmt(&m.walk, f->body);
}
