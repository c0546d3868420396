// Where a suspension goes on: from the link that ac_suspend gets to the point of the function, by the text of the functions
// behind it.
//
//     static struct ac_node *echo_resume_1(struct ac_node *ac_done, struct ac_task *ac_task)
//     { return echo_resume(AC_PARENT(ac_done, struct echo_frame, at1.child), ac_task, ac_done->up->point); }
//     static const struct ac_link echo_at1 = { echo_resume_1, ..., 1, AC_OFFSET(struct echo_frame, at1.child), 0, 0 };
//
// The members behind the number are what backtraces follow: they have to lead to the same frames.
#include "lower/lowered_read.h"

#include <string.h>

#include "parser/sema.h"

// The members of struct ac_link that are read here.
enum { LINK_RESUME, LINK_POINT = 5, LINK_OFFSET, LINK_CHILDREN, LINK_CALLER };

struct expr *lowered_bare(struct expr *e)
{
    while (e && (e->kind == EXPR_PAREN || e->kind == EXPR_CAST))
        e = e->kind == EXPR_PAREN ? e->paren.inner : e->cast.operand;
    return e;
}

const struct function *lowered_function(struct expr *e)
{
    e = lowered_bare(e);
    const struct symbol *s = e && e->kind == EXPR_NAME ? e->name.symbol : NULL;
    return s && s->kind == SYMBOL_FUNCTION ? s->function : NULL;
}

// The definition of a link; the others are tentative.
static const struct init_item *link_members(struct unit *u, const struct symbol *link)
{
    for (const struct decl *d = u->decls; d; d = d->next)
        for (const struct declarator *i = d->declarators; i; i = i->next)
            if (i->symbol == link && i->init && i->init->kind == EXPR_INIT)
                return i->init->init.items;
    return NULL;
}

static struct expr *link_member(const struct init_item *members, unsigned n)
{
    while (members && n--)
        members = members->next;
    return members ? lowered_bare(members->value) : NULL;
}

static bool member_is(const struct init_item *members, unsigned n, uint64_t value)
{
    const struct expr *e = link_member(members, n);
    return e && e->is_constant && (uint64_t)e->value == value;
}

// The members of the link that `&NAME` is the address of; NULL: it is none.
static const struct init_item *link_of_address(struct unit *u, struct expr *e, const char **name)
{
    e = lowered_bare(e);
    e = e && e->kind == EXPR_UNARY && e->unary.op == '&' ? lowered_bare(e->unary.operand) : NULL;
    if (!e || e->kind != EXPR_NAME || !e->name.symbol)
        return NULL;
    *name = e->name.name->text;
    return link_members(u, e->name.symbol);
}

// The number that a site function passes: a constant, or `ac_done->up->point`.
static uint32_t link_point(struct expr *passed, const struct init_item *members)
{
    if (passed->is_constant)
        return (uint32_t)passed->value;
    const struct expr *point = link_member(members, LINK_POINT);
    return point && lowered_bare(passed)->kind == EXPR_MEMBER ? (uint32_t)point->value : 0;
}

// The call that a function begins with: `return f(...)`, `return ac_int_ended(f(...), …)`, or the initialiser of its first
// declaration, which in a recursion is in a loop.
static struct expr *first_call(const struct function *f)
{
    const struct stmt *s = f ? f->body->block.items : NULL;
    struct expr *e = NULL;
    if (s && s->kind == STMT_FOR)
        s = s->for_.body->block.items;
    if (s && s->kind == STMT_RETURN)
        e = lowered_bare(s->return_.value);
    else if (s && s->kind == STMT_DECL && s->decl.decl->declarators)
        e = lowered_bare(s->decl.decl->declarators->init);
    if (!e || e->kind != EXPR_CALL)
        return NULL;
    return e->call.args && e->call.args->kind == EXPR_CALL ? e->call.args : e;
}

static struct expr *argument(struct expr *call, unsigned n)
{
    struct expr *e = call->call.args;
    while (e && n--)
        e = e->next;
    return e;
}

// Whether the site function finds the machine's frame from where the child's is. The function's own is `offset` bytes into it.
static bool finds_frame(struct expr *self, const struct frame_part *child, uint64_t offset)
{
    struct expr *e = lowered_bare(self);
    if (!child && !offset)
        return e->kind == EXPR_MEMBER;                  // ac_frame_outside(ac_done)->parent
    if (child)
        offset += child->lo;
    return e->kind == EXPR_BINARY && e->binary.op == '-' && e->binary.rhs->is_constant && (uint64_t)e->binary.rhs->value == offset
           && (child || lowered_bare(e->binary.lhs)->kind == EXPR_MEMBER);
}

// Whether a backtrace finds the frame of `fn`, in which `done` bytes in front of what is awaited lie, what `fn` has started without a
// handle, and, where its frame is part of its caller's, the same there.
static bool traces(struct reading *r, const struct init_item *members, const struct function *fn, uint64_t done)
{
    struct unit *u = r->u;
    const struct fused *fused;
    const char *name;
    for (;; fn = fused->caller, done = fused->part.lo) {
        struct tag *frame;
        if (!lowered_self(u, fn, &frame))
            return false;
        struct found_member group = tag_find_member(u, frame, name_of_text(&u->names, "children"));
        if (!member_is(members, LINK_OFFSET, done) || !member_is(members, LINK_CHILDREN, group.member ? 1 + group.offset : 0))
            return false;
        fused = fused_of(r->all_fused, fn);
        if (!fused)
            return member_is(members, LINK_CALLER, 0);
        members = link_of_address(u, link_member(members, LINK_CALLER), &name);
    }
}

uint32_t link_leads_to(struct reading *r, struct expr *link, const struct frame_part *child)
{
    struct unit *u = r->u;
    const char *name;
    const struct init_item *members = link_of_address(u, link, &name);
    struct expr *first = link_member(members, LINK_RESUME);
    if (first && first->is_constant && !first->value) {         // nobody comes to the function
        r->cfg->is_unreachable = true;
        return 0;
    }
    struct expr *site = first_call(lowered_function(first));
    struct expr *resumed = site ? first_call(lowered_function(site->call.callee)) : NULL;
    if (!resumed || !argument(site, 2))
        return 0;
    const struct function *machine = lowered_function(resumed->call.callee), *fn = r->cfg->fn;
    const struct fused *fused;
    uint64_t offset = 0;
    uint32_t base = 0;
    for (; fn != machine && (fused = fused_of(r->all_fused, fn)); fn = fused->caller) {
        offset += fused->part.lo;
        base += fused->base;
    }
    if (fn != machine) {
        diag_error(u, ERROR_LOWERING, link->span, "'%s' does not resume '%s'", name, r->cfg->fn->symbol->name->text);
        return 0;
    }
    if (!finds_frame(argument(site, 0), child, offset))
        diag_error(u, ERROR_LOWERING, link->span, "'%s' looks for the frame elsewhere than the child's frame is", name);
    if (!traces(r, members, r->cfg->fn, child ? child->lo : 0))
        diag_error(u, ERROR_LOWERING, link->span, "'%s' tells backtraces of other frames", name);
    return link_point(argument(site, 2), members) - base;
}
