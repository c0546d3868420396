// Children that have the address of a local, or lie in it, and may outlive it: -Wdangling-child.
//
//     async int h;
//     { int n = 1; h = async f(&n); }      →    this child has the address of 'n' and may outlive it
//     return await h;
//
// A local ends with its block, a child when its handle is awaited, or, without one, at `await all` and the function's end. And of locals
// that the next round of a loop gives to another child:
//
//     while ((fd = await ac_accept(listener, 0, 0)) >= 0)
//         async serve(&fd);            →    this child has the address of 'fd', which the next round changes
#include "grammar.h"
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

static bool is_whole(struct expr *e)
{
    e = expr_bare(e);
    return e->kind == EXPR_UNARY && e->unary.op == '&' && expr_bare(e->unary.operand)->kind == EXPR_NAME;
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
// ends with the function. `given` is the argument; NULL: the child lies in the local.
static void check_local(struct flow *f, struct expr *start, const struct symbol *local, struct expr *given, struct owner to)
{
    bool is_inside = !given;
    if (!local || f->is_dead || f->silent)
        return;
    struct handle_block *b = block_of(f, local);
    struct risk *r = NEW(&f->u->fn, struct risk);
    *r = (struct risk){ .next = b->risks, .start = start->span, .local = local, .handle = to.symbol, .is_inside = is_inside,
                        .is_kept = local->scope_depth <= to.depth, .is_whole = given && is_whole(given) };
    b->risks = r;
}

void dangling_started(struct flow *f, struct expr *start, struct owner to)
{
    struct expr *call = expr_bare(start->start.operand);
    if (expr_is_frame(f->u, call))
        check_local(f, start, place_object(f->u, call), NULL, to);
    else if (call->kind == EXPR_CALL)
        for (struct expr *arg = call->call.args; arg; arg = arg->next)
            check_local(f, start, address_of_local(f, arg), arg, to);
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

// The token of a local that the loop assigns what it has waited for, or a member of that: fd = await ... 0: there is none.
static uint32_t assigned_anew(const struct unit *u, const struct name *local, struct span loop)
{
    for (uint32_t t = loop.lo; t + 2 < loop.hi; t++) {
        const struct token *k = &u->tokens[t];
        bool is_member = t > 0 && (k[-1].kind == '.' || k[-1].kind == TOK_ARROW);
        uint32_t end = k[1].kind == '.' ? 3 : 1;
        if (k->name == local && !is_member && k[end].kind == '=' && k[end + 1].kind == TOK_AWAIT)
            return t;
    }
    return 0;
}

static bool leaves_behind(const struct unit *u, struct span start)
{
    const struct token *next = &u->tokens[start.hi + (u->tokens[start.hi].kind == ';')];
    return next->kind == TOK_BREAK || next->kind == TOK_RETURN || next->kind == TOK_GOTO;
}

void dangling_rounds(struct flow *f, struct span loop)
{
    for (struct handle_block *b = f->block; b && !f->silent && !f->is_dead; b = b->outer)
        for (struct risk *r = b->risks; r; r = r->next) {
            bool is_here = r->start.lo >= loop.lo && r->start.hi <= loop.hi && r->local->span.lo < loop.lo;
            uint32_t at = is_here && r->is_whole && !r->is_over ? assigned_anew(f->u, r->local->name, loop) : 0;
            if (!at || leaves_behind(f->u, r->start))
                continue;
            struct diag *d = diag_warn(f->u, WARNING_DANGLING_CHILD, r->start, "this child has the address of '%s', which the next round "
                                       "of the loop changes", r->local->name->text);
            diag_note(f->u, d, (struct span){ at, at + 1 }, "'%s' is assigned here", r->local->name->text);
            r->is_over = true;
        }
}
