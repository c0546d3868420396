// Children that have the address of a local, or lie in it, and may outlive it: -Wdangling-child.
//
//     async int h;
//     { int n = 1; h = async f(&n); }      →    this child has the address of 'n' and may outlive it
//     return await h;
//
// A local ends with its block, a child when its handle is awaited, or, without one, at `await all` and the function's end.
#include "parser/build.h"
#include "parser/handles.h"
#include "parser/sema.h"

// The automatic object that an argument is the address of.
static const struct symbol *address_of_local(struct flow *f, struct expr *e)
{
    e = expr_bare(e);
    while (e->kind == EXPR_CAST)
        e = expr_bare(e->cast.operand);
    if (e->kind == EXPR_UNARY && e->unary.op == '&')
        return place_object(f->u, e->unary.operand);
    return e->type && type_plain(f->u, e->type)->kind == TYPE_ARRAY ? place_object(f->u, e) : NULL;
}

static struct diag *report_risk(struct flow *f, const struct risk *r)
{
    const struct symbol *local = r->local;
    struct diag *d = diag_warn(f->u, WARNING_DANGLING_CHILD, r->start, "this child %s '%s' and may outlive it",
                               r->is_inside ? "runs in" : "has the address of", local->name->text);
    diag_note(f->u, d, local->span, "'%s' ends with %s", local->name->text, local->scope_depth > 1 ? "its block" : "the function");
    return d;
}

static bool declares(const struct decl *d, const struct symbol *s)
{
    for (const struct declarator *i = d ? d->declarators : NULL; i; i = i->next)
        if (i->symbol == s)
            return true;
    return false;
}

static bool block_declares(const struct handle_block *b, const struct symbol *s)
{
    if (b->stmt->kind == STMT_ARM)
        return declares(b->stmt->arm.decl, s);
    for (struct stmt *i = b->stmt->kind == STMT_FOR ? b->stmt->for_.init : b->stmt->block.items; i; i = i->next)
        if (i->kind == STMT_DECL && declares(i->decl.decl, s))
            return true;
    return false;
}

// The block around that ends the life of a local; for parameters the outermost one.
static struct handle_block *block_of(struct flow *f, const struct symbol *local)
{
    struct handle_block *b = f->block;
    while (b->outer && !block_declares(b, local))
        b = b->outer;
    return b;
}

// A local ends before the child does when it lies deeper than the handle, or when that is detached; a child without a handle
// ends with the function.
static void check_local(struct flow *f, struct expr *start, const struct symbol *local, bool is_inside, struct owner to)
{
    if (!local || f->is_dead || f->silent)
        return;
    struct handle_block *b = block_of(f, local);
    struct risk *r = NEW(&f->u->fn, struct risk);
    *r = (struct risk){ .next = b->risks, .start = start->span, .local = local, .handle = to.symbol, .is_inside = is_inside,
                        .is_kept = local->scope_depth <= to.depth };
    b->risks = r;
}

void dangling_started(struct flow *f, struct expr *start, struct owner to)
{
    struct expr *call = expr_bare(start->start.operand);
    if (expr_is_frame(f->u, call))
        check_local(f, start, place_object(f->u, call), true, to);
    else if (call->kind == EXPR_CALL)
        for (struct expr *arg = call->call.args; arg; arg = arg->next)
            check_local(f, start, address_of_local(f, arg), false, to);
}

void dangling_waited(struct flow *f, const struct symbol *handle)
{
    for (struct handle_block *b = f->block; b; b = b->outer)
        for (struct risk *r = b->risks; r; r = r->next)
            r->is_over |= r->handle == handle;
}

void dangling_detached(struct flow *f, const struct symbol *handle, struct span at)
{
    for (struct handle_block *b = f->block; b && !f->silent; b = b->outer)
        for (struct risk *r = b->risks; r; r = r->next)
            if (r->handle == handle && !r->is_over) {
                diag_note(f->u, report_risk(f, r), at, "it is given to the executor here");
                r->is_over = true;
            }
}

void dangling_report(struct flow *f, const struct handle_block *b)
{
    for (const struct risk *r = b->risks; r; r = r->next)
        if (!r->is_over && !r->is_kept)
            report_risk(f, r);
}
