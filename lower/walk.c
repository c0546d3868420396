#include "lower/walk.h"

static void visit(void *context, struct expr *child, bool evaluated)
{
    (void)evaluated;
    walk_expr(context, child);
}

void walk_expr(struct walk *w, struct expr *e)
{
    if (!e)
        return;
    if (w->expr)
        w->expr(w, e);
    expr_children(e, visit, w);
    if (e->kind == EXPR_STMT_EXPR)
        walk_stmt(w, e->stmt_expr.block);
    if (w->expr_done)
        w->expr_done(w, e);
}

void walk_decl(struct walk *w, struct decl *d)
{
    for (struct expr *e = d->inner; e; e = e->next_inner)
        walk_expr(w, e);
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = i->inner; e; e = e->next_inner)
            walk_expr(w, e);
        walk_expr(w, i->init);
    }
    if (d->function)
        walk_stmt(w, d->function->body);
}

static void walk_asm(struct walk *w, struct stmt *s)
{
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        walk_expr(w, e);
    for (struct expr *e = s->asm_.inputs; e; e = e->next)
        walk_expr(w, e);
}

static void walk_parts(struct walk *w, struct stmt *s)
{
    switch (s->kind) {
    case STMT_EXPR:
        walk_expr(w, s->expr.expr);
        return;
    case STMT_DECL:
        walk_decl(w, s->decl.decl);
        return;
    case STMT_BLOCK:
        for (struct stmt *i = s->block.items; i; i = i->next)
            walk_stmt(w, i);
        return;
    case STMT_IF:
        walk_expr(w, s->if_.test);
        walk_stmt(w, s->if_.yes);
        walk_stmt(w, s->if_.no);
        return;
    case STMT_WHILE:
        walk_expr(w, s->while_.test);
        walk_stmt(w, s->while_.body);
        return;
    case STMT_DO:
        walk_stmt(w, s->do_.body);
        walk_expr(w, s->do_.test);
        return;
    case STMT_FOR:
        walk_stmt(w, s->for_.init);
        walk_expr(w, s->for_.test);
        walk_expr(w, s->for_.step);
        walk_stmt(w, s->for_.body);
        return;
    case STMT_SWITCH:
        walk_expr(w, s->switch_.value);
        walk_stmt(w, s->switch_.body);
        return;
    case STMT_CASE:
        walk_expr(w, s->case_.lo);
        walk_expr(w, s->case_.hi);
        walk_stmt(w, s->case_.body);
        return;
    case STMT_DEFAULT:
        walk_stmt(w, s->default_.body);
        return;
    case STMT_LABEL:
        walk_stmt(w, s->label.body);
        return;
    case STMT_GOTO_PTR:
        walk_expr(w, s->goto_ptr.target);
        return;
    case STMT_RETURN:
        walk_expr(w, s->return_.value);
        return;
    case STMT_ASM:
        walk_asm(w, s);
        return;
    case STMT_DEFER:
        walk_stmt(w, s->defer.body);
        return;
    case STMT_AWAIT_ANY:
        walk_stmt(w, s->await_any.body);
        return;
    case STMT_ARM:
        if (s->arm.decl)
            walk_decl(w, s->arm.decl);
        walk_expr(w, s->arm.expr);
        walk_stmt(w, s->arm.body);
        return;
    case STMT_GOTO:
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_AWAIT_ALL:
    case STMT_ERROR:
        return;
    }
}

void walk_stmt(struct walk *w, struct stmt *s)
{
    if (!s)
        return;
    if (w->stmt)
        w->stmt(w, s);
    walk_parts(w, s);
    if (w->stmt_done)
        w->stmt_done(w, s);
}
