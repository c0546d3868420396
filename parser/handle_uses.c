// What the expressions of a function do with handles and frame objects, and to those who hold them, along the paths through && || ?:.
//
//     await h            awaited: its child has ended, and what that had the address of is free
//     g = h, f(h)        moved
//     &h                 from here on others have a say
//     memcpy(&g, &fr, sizeof fr)      g = fr
#include "grammar.h"
#include "parser/build.h"
#include "parser/handle_type.h"
#include "parser/handles.h"
#include "parser/sema.h"
#include <string.h>

void children_ended(struct flow *f, const struct symbol *handle, struct span at)
{
    for (uint32_t i = 0; i < f->count; i++) {
        struct handle *h = &f->handles[i];
        if (h->state == STARTED && h->is_running && h->child == handle)
            handle_set(f, h, AWAITED, at);
    }
}

void waited_for(struct flow *f, const struct symbol *handle)
{
    dangling_waited(f, handle);
    for (uint32_t i = 0; i < f->count; i++)
        f->handles[i].is_running &= f->handles[i].child != handle;
}

struct path path_here(struct flow *f)
{
    return (struct path){ handles_saved(f), f->is_dead };
}

void path_swap(struct flow *f, struct path *p)
{
    struct path here = path_here(f);
    handles_restore(f, p->handles, p->is_dead);
    *p = here;
}

void path_meet(struct flow *f, struct path p, struct span by)
{
    handles_meet(f, p.handles, p.is_dead, by);
}

// An operand of which the value is asked, but not moved: that was reported.
static void flow_operand(struct flow *f, struct expr *e)
{
    if (!handle_named(f, e))
        flow_expr(f, e);
}

struct path flow_test(struct flow *f, struct expr *test, struct span own)
{
    struct expr *e = expr_bare(test);
    if (e->kind == EXPR_UNARY && e->unary.op == '!') {
        struct path is_true = flow_test(f, e->unary.operand, own);
        path_swap(f, &is_true);
        return is_true;
    }
    bool is_or = e->kind == EXPR_BINARY && e->binary.op == TOK_OROR;
    if (!is_or && !(e->kind == EXPR_BINARY && e->binary.op == TOK_ANDAND)) {
        handles_settle(f, e->span, own);
        flow_operand(f, e);
        return path_here(f);
    }
    struct path first = flow_test(f, e->binary.lhs, own);      // on which the second operand is not evaluated ...
    if (is_or)
        path_swap(f, &first);
    struct path is_false = flow_test(f, e->binary.rhs, own);
    if (is_or) {
        path_meet(f, first, e->span);
        return is_false;
    }
    path_swap(f, &is_false);
    path_meet(f, first, e->span);                               // ... it is false there, too
    path_swap(f, &is_false);
    return is_false;
}

const struct span no_span;

// One of the two, where both go on from here.
static void flow_either(struct flow *f, struct expr *e)
{
    struct path is_false = flow_test(f, e, no_span);
    path_meet(f, is_false, e->span);
}

static void flow_cond(struct flow *f, struct expr *e)
{
    struct path no = flow_test(f, e->cond.test, no_span);
    if (e->cond.yes)
        flow_expr(f, e->cond.yes);
    path_swap(f, &no);
    flow_expr(f, e->cond.no);
    path_meet(f, no, e->span);
}

bool is_start(const struct expr *e)
{
    return e->kind == EXPR_START;
}

void frame_runs(struct flow *f, struct expr *start, const struct symbol *handle)
{
    struct handle *frame = is_start(start) ? handle_named(f, start->start.operand) : NULL;
    if (frame && frame->state == STARTED) {
        frame->is_running = true;
        frame->child = handle;
    }
}

void flow_given(struct flow *f, struct handle *h, struct expr *value)
{
    bool is_child = is_start(expr_bare(value)) || expr_bare(value)->kind == EXPR_CALL || handle_named(f, value);
    handle_set(f, h, is_child ? HELD : UNKNOWN, value->span);
    frame_runs(f, expr_bare(value), h->symbol);
}

static const struct symbol *root_name(struct expr *e)
{
    for (;;) {
        e = expr_bare(e);
        if (e->kind == EXPR_MEMBER)
            e = e->member.object;
        else if (e->kind == EXPR_INDEX)
            e = e->index.base;
        else if (e->kind == EXPR_UNARY)
            e = e->unary.operand;
        else
            return e->kind == EXPR_NAME ? e->name.symbol : NULL;
    }
}

static void flow_assign(struct flow *f, struct expr *e)
{
    struct handle *h = handle_named(f, e->assign.lhs);
    if (!h) {
        const struct symbol *whole = place_object(f->u, e->assign.lhs);
        f->function->has_start |= f->function->is_async && whole && whole->is_owed && type_holds_handles(f->u, e->assign.lhs->type);
        flow_expr(f, e->assign.lhs);
        flow_expr(f, e->assign.rhs);
    } else {
        flow_expr(f, e->assign.rhs);
        report_left(f, h, "before it gets another child", NULL);
        f->function->has_start |= h->may_owe && h->may_hold;    // for what it held the function waits
        if (h->is_frame)
            handle_replace(f, h, e->assign.lhs->span);
        flow_given(f, h, e->assign.rhs);
    }
    struct expr *value = expr_bare(e->assign.rhs);
    const struct symbol *root = root_name(e->assign.lhs);
    bool is_local = h || (root && root->kind == SYMBOL_OBJECT && type_plain(f->u, root->type)->kind != TYPE_POINTER);
    if (is_start(value))
        dangling_started(f, value, (struct owner){ root, is_local ? root->scope_depth : 0 });
}

static void flow_child(void *context, struct expr *child, bool evaluated)
{
    if (evaluated)
        flow_expr(context, child);
}

static bool is_copy(const struct expr *call)
{
    static const char *const names[] = { "memcpy", "memmove", "mempcpy" };
    const struct expr *callee = call->call.callee;
    const char *name = callee->kind == EXPR_NAME ? callee->name.name->text : "";
    name += strncmp(name, "__builtin_", 10) ? 0 : 10;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return call->call.args && call->call.args->next;
    return false;
}

// The frame object that a call copies bytes to or from.
static struct handle *frame_at(struct flow *f, struct expr *address)
{
    address = expr_bare(address);
    while (address->kind == EXPR_CAST)
        address = expr_bare(address->cast.operand);
    bool is_address = address->kind == EXPR_UNARY && address->unary.op == '&';
    struct handle *h = is_address ? handle_named(f, address->unary.operand) : NULL;
    return h && h->is_frame ? h : NULL;
}

// memcpy(&other, &fr, sizeof fr) is other = fr.
static void flow_copy(struct flow *f, struct expr *e)
{
    struct expr *to = e->call.args, *from = to->next;
    struct handle *source = frame_at(f, from);
    if (source)
        handle_move(f, source, from->span);
    else
        flow_expr(f, from);
    struct handle *target = frame_at(f, to);
    if (target)
        handle_replace(f, target, to->span);
    else
        flow_expr(f, to);
    for (struct expr *arg = from->next; arg; arg = arg->next)
        flow_expr(f, arg);
}

static void flow_call(struct flow *f, struct expr *e)
{
    if (is_copy(e)) {
        flow_copy(f, e);
        return;
    }
    bool is_cancel = call_is_of(e, "ac_cancel");
    struct expr *first = e->call.args && (is_cancel || call_is_of(e, "ac_detach")) ? expr_bare(e->call.args) : NULL;
    struct handle *h = first ? handle_named(f, first->kind == EXPR_UNARY && first->unary.op == '&' ? first->unary.operand : first) : NULL;
    if (h && is_cancel)
        handle_cancel(f, h, first->span);
    else if (h)
        handle_detach(f, h, first->span);
    else
        expr_children(e, flow_child, f);
    f->is_dead |= !call_returns(e);
}

// &h in any other place: from here on others have a say.
static void flow_address(struct flow *f, struct expr *e)
{
    struct handle *h = handle_named(f, e->unary.operand);
    if (h && e->unary.op == '&') {
        handle_open(f, h, e->span);
        waited_for(f, h->symbol);
    } else {
        flow_operand(f, e->unary.operand);
    }
}

static void flow_name(struct flow *f, struct expr *e)
{
    struct handle *h = handle_named(f, e);
    if (h)
        handle_move(f, h, e->span);
    if (e->name.symbol && e->name.symbol->kind == SYMBOL_OBJECT && f->block)
        waited_for(f, e->name.symbol);
}

// await h, await fr, async fr
static void flow_run(struct flow *f, struct expr *operand, enum handle_state state)
{
    struct handle *h = handle_named(f, operand);
    if (!h) {
        flow_expr(f, operand);
        return;
    }
    handle_run(f, h, operand->span, h->is_frame ? state : AWAITED);     // to start a handle is an error: it was meant
    if (h->is_frame)
        return;
    children_ended(f, h->symbol, operand->span);
    waited_for(f, h->symbol);
}

void flow_expr(struct flow *f, struct expr *e)
{
    switch (e->kind) {
    case EXPR_AWAIT: flow_run(f, e->await.operand, AWAITED); return;
    case EXPR_START: flow_run(f, e->start.operand, STARTED); return;
    case EXPR_NAME: flow_name(f, e); return;
    case EXPR_CALL: flow_call(f, e); return;
    case EXPR_UNARY: flow_address(f, e); return;
    case EXPR_ASSIGN: flow_assign(f, e); return;
    case EXPR_COND: flow_cond(f, e); return;
    case EXPR_STMT_EXPR: flow_stmt(f, e->stmt_expr.block); return;
    case EXPR_CAST:
        if (!handle_named(f, e->cast.operand))      // (void)h says that it is used, and uses nothing
            expr_children(e, flow_child, f);
        return;
    case EXPR_POSTFIX: flow_operand(f, e->postfix.operand); return;
    case EXPR_BINARY:
        if (e->binary.op == TOK_ANDAND || e->binary.op == TOK_OROR) {
            flow_either(f, e);
        } else {
            flow_operand(f, e->binary.lhs);
            flow_operand(f, e->binary.rhs);
        }
        return;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_PAREN: case EXPR_INDEX: case EXPR_MEMBER:
    case EXPR_LABEL_ADDR: case EXPR_SIZEOF: case EXPR_COMPOUND: case EXPR_COMMA:
    case EXPR_INIT: case EXPR_GENERIC: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE:
    case EXPR_BUILTIN_T: case EXPR_ERROR:
        expr_children(e, flow_child, f);
        return;
    }
    __builtin_unreachable();
}
