// What becomes of handles and of the children behind them, and of frame objects, along the paths of a function.
//
//     async int h = async f(&x);           held: somebody has to await it
//     if (error) return -1;           →    handle 'h' is not awaited when the function returns, which waits for its child
//     await h; await h;               →    handle 'h' was awaited before
//     _Frame(f) fr = f(&x);
//     async fr; other = fr;           →    frame 'fr' is moved after its start
//
// Where paths meet that differ, what some of them have done is a warning, unless what follows asks for something that they name:
// then they are told apart there. A loop is followed in silence first, to know what its next rounds find. Behind labels
// nothing is known, and nothing is said.
#include "grammar.h"
#include "parser/build.h"
#include "parser/handle_type.h"
#include "parser/handles.h"
#include "parser/sema.h"
#include <string.h>

static void flow_expr(struct flow *f, struct expr *e);
static void flow_stmt(struct flow *f, struct stmt *s);

// --- children and jumps ------------------------------------------------------------------------------------------------------

// A statement leaves the blocks that declare the handles from number `first` on.
static void leave(struct flow *f, uint32_t first, const struct stmt *where)
{
    for (uint32_t i = first; i < f->count; i++)
        report_left(f, &f->handles[i], "on every path", where);
    f->is_dead = true;
}

// The child of a handle, or NULL, all those without one, have ended.
static void children_ended(struct flow *f, const struct symbol *handle, struct span at)
{
    for (uint32_t i = 0; i < f->count; i++) {
        struct handle *h = &f->handles[i];
        if (h->state == STARTED && h->is_running && h->child == handle)
            handle_set(f, h, AWAITED, at);
    }
}

static void waited_for(struct flow *f, const struct symbol *handle)
{
    dangling_waited(f, handle);
    for (uint32_t i = 0; i < f->count; i++)
        f->handles[i].is_running &= f->handles[i].child != handle;
}

// --- expressions -------------------------------------------------------------------------------------------------------------

// What is known where a path that is not followed now begins.
struct path {
    struct handle *handles;
    bool is_dead;
};

static struct path path_here(struct flow *f)
{
    return (struct path){ handles_saved(f), f->is_dead };
}

// Goes on where `p` begins; what is known here becomes `p`.
static void path_swap(struct flow *f, struct path *p)
{
    struct path here = path_here(f);
    handles_restore(f, p->handles, p->is_dead);
    *p = here;
}

static void path_meet(struct flow *f, struct path p, struct span by)
{
    handles_meet(f, p.handles, p.is_dead, by);
}

// What decides on the way: goes on where it is true, and gives the path on which it is not. A loop whose test it is is `own`.
static struct path flow_test(struct flow *f, struct expr *test, struct span own)
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
        flow_expr(f, e);
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

static const struct span no_span;

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

static bool is_start(const struct expr *e)
{
    return e->kind == EXPR_START;
}

// `start` may start a frame: until `handle` is awaited, or all children without a handle, its child runs there.
static void frame_runs(struct flow *f, struct expr *start, const struct symbol *handle)
{
    struct handle *frame = is_start(start) ? handle_named(f, start->start.operand) : NULL;
    if (frame && frame->state == STARTED) {
        frame->is_running = true;
        frame->child = handle;
    }
}

// `h` gets the handle, or the frame, that `value` is, which was computed.
static void flow_given(struct flow *f, struct handle *h, struct expr *value)
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
        const struct symbol *whole = root_object(f, e->assign.lhs);
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

static bool is_cancel(const struct expr *call)
{
    const struct expr *callee = call->call.callee;
    return callee->kind == EXPR_NAME && !strcmp(callee->name.name->text, "ac_cancel");
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
    struct expr *first = e->call.args ? expr_bare(e->call.args) : NULL;
    struct handle *asked_to_end = is_cancel(e) && first && first->kind == EXPR_UNARY ? handle_named(f, first->unary.operand) : NULL;
    if (asked_to_end)
        asked_to_end->is_cancelled = true;
    else
        expr_children(e, flow_child, f);
    f->is_dead |= !call_returns(e);
}

// ac_detach(&h), &h in any other place: from here on others have a say.
static void flow_address(struct flow *f, struct expr *e)
{
    struct handle *h = handle_named(f, e->unary.operand);
    if (h && e->unary.op == '&') {
        handle_open(f, h, e->span);
        waited_for(f, h->symbol);
    } else {
        flow_expr(f, e->unary.operand);
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
    handle_run(f, h, operand->span, state);
    if (h->is_frame)
        return;
    children_ended(f, h->symbol, operand->span);
    waited_for(f, h->symbol);
}

static void flow_expr(struct flow *f, struct expr *e)
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
    case EXPR_BINARY:
        if (e->binary.op == TOK_ANDAND || e->binary.op == TOK_OROR) {
            flow_either(f, e);
        } else {
            flow_expr(f, e->binary.lhs);
            flow_expr(f, e->binary.rhs);
        }
        return;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_PAREN: case EXPR_INDEX: case EXPR_MEMBER:
    case EXPR_POSTFIX: case EXPR_LABEL_ADDR: case EXPR_SIZEOF: case EXPR_COMPOUND: case EXPR_COMMA:
    case EXPR_INIT: case EXPR_GENERIC: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE:
    case EXPR_BUILTIN_T: case EXPR_ERROR:
        expr_children(e, flow_child, f);
        return;
    }
    __builtin_unreachable();
}

// --- statements --------------------------------------------------------------------------------------------------------------

static bool is_local_object(const struct decl *d, const struct declarator *i)
{
    bool is_object = d->storage != STORAGE_STATIC && d->storage != STORAGE_EXTERN && d->storage != STORAGE_TYPEDEF;
    return i->symbol && is_object && !i->symbol->is_captured;
}

static bool is_tracked(struct flow *f, const struct decl *d, const struct declarator *i)
{
    return is_local_object(d, i) && is_handle_type(f, i->type);
}

// In an array, or in a struct: what becomes of them is not followed, the end of the block looks.
static bool holds_handles(struct flow *f, struct type *t)
{
    return type_plain(f->u, t)->kind != TYPE_HANDLE && type_holds_handles(f->u, t);
}

// Whether the end of what the declaration stands in looks after children. (A `for` of a function that is not async stays as it is.)
static bool is_ended(const struct flow *f)
{
    return f->function->is_async || f->block->stmt->kind == STMT_BLOCK;
}

static void warn_not_ended(struct flow *f, const struct declarator *d)
{
    if (!f->silent)
        diag_warn(f->u, WARNING_UNAWAITED, d->name, "children of '%s' that are left when this 'for' ends go on: declare it in front of it",
                  d->symbol->name->text);
}

static void flow_decl(struct flow *f, struct decl *d)
{
    for (struct declarator *i = d->declarators; i; i = i->next) {
        if (is_local_object(d, i) && holds_handles(f, i->type)) {
            if (is_ended(f))
                owe(f, i->symbol);
            else
                warn_not_ended(f, i);
        }
        if (is_tracked(f, d, i)) {
            struct handle *h = handle_add(f, i->symbol);
            h->may_owe = is_ended(f) && !h->is_frame;
            if (i->init) {
                flow_expr(f, i->init);
                flow_given(f, h, i->init);
            } else if (h->is_frame) {
                handle_set(f, h, EMPTY, i->name);
            }
        } else if (i->init) {
            flow_expr(f, i->init);
        }
        if (i->init && i->symbol && is_start(expr_bare(i->init)))
            dangling_started(f, expr_bare(i->init), (struct owner){ i->symbol, i->symbol->scope_depth });
    }
}

static void block_open(struct flow *f, struct handle_block *b, const struct stmt *s)
{
    *b = (struct handle_block){ .outer = f->block, .stmt = s, .first = f->count };
    f->block = b;
}

static void block_close(struct flow *f)
{
    struct handle_block *b = f->block;
    for (uint32_t i = b->first; i < f->count; i++)
        report_left(f, &f->handles[i], "before its block ends", NULL);
    dangling_report(f, b);
    f->count = b->first;
    f->block = b->outer;
}

// A label of a switch, or an arm: what holds there of handles declared outside was true in front of it all.
static void hold_outer(struct flow *f)
{
    for (uint32_t i = 0; i < f->count && i < f->first_break; i++)
        f->handles[i].may_hold = true;
}

// The statement whose jumps are followed, and what belongs to it.
struct around {
    struct ways *breaks, *continues;
    const struct ways *entry;
    uint32_t first_break, first_continue;
    bool has_default, was_dead;
};

static struct around inner_open(struct flow *f, struct ways *breaks, struct ways *continues, const struct ways *entry)
{
    struct around outer = { f->breaks, f->continues, f->entry, f->first_break, f->first_continue, f->has_default, f->is_dead };
    f->breaks = breaks;
    f->continues = continues;
    f->entry = entry;
    f->first_break = f->count;
    f->has_default = false;
    return outer;
}

static void inner_close(struct flow *f, struct around outer)
{
    f->breaks = outer.breaks;
    f->continues = outer.continues;
    f->entry = outer.entry;
    f->first_break = outer.first_break;
    f->first_continue = outer.first_continue;
    f->has_default = outer.has_default;
    f->is_dead = outer.was_dead;
}

// The parts of a loop; there may be no test and no step.
struct loop {
    struct stmt *stmt, *body;
    struct expr *test, *step;
};

static void flow_loop_test(struct flow *f, const struct loop *l, struct ways *out)
{
    struct path no = flow_test(f, l->test, l->stmt->span);
    path_swap(f, &no);
    if (!l->test->is_constant || l->test->value == 0)
        ways_join(f, out);
    path_swap(f, &no);
    f->is_dead |= l->test->is_constant && l->test->value == 0;
}

// From the loop's head to its next round. `out` are the ways behind the loop.
static void flow_round(struct flow *f, const struct loop *l, struct ways *out)
{
    struct ways again = { .count = f->count, .of = l->stmt->span };
    struct around outer = inner_open(f, out, &again, NULL);
    f->first_continue = f->count;
    if (l->test && l->stmt->kind != STMT_DO)
        flow_loop_test(f, l, out);
    if (l->body)
        flow_stmt(f, l->body);
    ways_take(f, &again);
    if (l->step)
        flow_expr(f, l->step);
    if (l->test && l->stmt->kind == STMT_DO)
        flow_loop_test(f, l, out);
    outer.was_dead = f->is_dead;
    inner_close(f, outer);
}

enum { SILENT_MOST = 3 };               // loops, one in the other, of which the rounds are followed to know what the next one finds

// What later rounds find at the loop's head comes in, too.
static void meet_next_rounds(struct flow *f, const struct loop *l)
{
    if (f->silent == SILENT_MOST) {
        handles_forget_mentioned(f, l->stmt->span);
        return;
    }
    struct held_at *held = f->held;
    for (bool changed = true; changed;) {
        struct path head = path_here(f), met = head;
        struct ways out = { .count = f->count, .of = l->stmt->span };
        f->silent++;
        flow_round(f, l, &out);
        f->silent--;
        f->held = held;
        path_swap(f, &head);
        path_meet(f, head, l->stmt->span);
        changed = !handles_are(f, met.handles);
    }
}

// What a handle that it mentions holds behind it is not known for what the lowered text does there.
static void hold_mentioned(struct flow *f, struct span where)
{
    for (uint32_t i = 0; i < f->count; i++)
        for (uint32_t t = where.lo; t < where.hi && !f->handles[i].may_hold; t++)
            f->handles[i].may_hold = f->u->tokens[t].name == f->handles[i].symbol->name;
}

// Behind it; where no way leads there, what a label brings is not known.
static void flow_behind(struct flow *f, const struct ways *out, bool was_dead)
{
    if (out->is_reached) {
        f->is_dead = true;
        ways_take(f, out);
    } else {
        handles_forget(f);
    }
    hold_mentioned(f, out->of);
    f->is_dead = was_dead;
}

static void flow_loop(struct flow *f, struct loop l)
{
    bool was_dead = f->is_dead;
    struct ways out = { .count = f->count, .of = l.stmt->span };
    hold_mentioned(f, l.stmt->span);
    meet_next_rounds(f, &l);
    flow_round(f, &l, &out);
    flow_behind(f, &out, was_dead);
}

static void flow_switch(struct flow *f, struct stmt *s)
{
    handles_settle(f, s->switch_.value->span, no_span);
    flow_expr(f, s->switch_.value);
    hold_mentioned(f, s->span);
    struct ways entry = { .count = f->count, .of = s->span }, out = entry;
    ways_join(f, &entry);
    struct around outer = inner_open(f, &out, f->continues, &entry);
    flow_stmt(f, s->switch_.body);
    ways_join(f, &out);
    if (!f->has_default) {
        handles_restore(f, entry.is_reached ? entry.handles : f->handles, outer.was_dead);
        ways_join(f, &out);
    }
    inner_close(f, outer);
    flow_behind(f, &out, outer.was_dead);
}

static void flow_for(struct flow *f, struct stmt *s)
{
    struct handle_block b;
    block_open(f, &b, s);
    if (s->for_.init)
        flow_stmt(f, s->for_.init);
    flow_loop(f, (struct loop){ s, s->for_.body, s->for_.test, s->for_.step });
    block_close(f);
}

static void flow_if(struct flow *f, struct stmt *s)
{
    struct path no = flow_test(f, s->if_.test, no_span);
    flow_stmt(f, s->if_.yes);
    path_swap(f, &no);
    if (s->if_.no)
        flow_stmt(f, s->if_.no);
    path_meet(f, no, s->span);
}

static void flow_return(struct flow *f, struct stmt *s)
{
    if (s->return_.value) {
        flow_expr(f, s->return_.value);
        struct expr *value = expr_bare(s->return_.value);
        if (is_start(value))
            dangling_started(f, value, (struct owner){ NULL, 0 });
    }
    leave(f, 0, s);
}

static void flow_expr_stmt(struct flow *f, struct expr *e)
{
    flow_expr(f, e);
    e = expr_bare(e);
    if (is_start(e))
        dangling_started(f, e, (struct owner){ NULL, 1 });
    frame_runs(f, e, NULL);
}

// Whether an arm was started, and so its handle spent, is not known behind it.
static void flow_arm(struct flow *f, struct stmt *s)
{
    struct handle_block b;
    block_open(f, &b, s);
    ways_label(f);
    hold_outer(f);
    const struct span outer_call = f->arm_call;
    const struct declarator *bound = s->arm.decl ? s->arm.decl->declarators : NULL;
    f->arm_call = bound && bound->init ? bound->init->span : s->arm.expr ? s->arm.expr->span : no_span;
    if (s->arm.decl)
        flow_decl(f, s->arm.decl);
    else
        flow_expr_stmt(f, s->arm.expr);
    f->arm_call = outer_call;
    handles_forget_mentioned(f, s->arm.decl ? s->arm.decl->span : s->arm.expr->span);
    f->is_dead = false;
    flow_stmt(f, s->arm.body);
    block_close(f);
}

// Its calls are made in front of it all, each arm is reached from there.
static void flow_any(struct flow *f, struct stmt *s)
{
    handles_forget_mentioned(f, s->span);
    struct ways entry = { .count = f->count, .of = s->span }, out = entry;
    ways_join(f, &entry);
    struct around outer = inner_open(f, &out, f->continues, &entry);
    flow_stmt(f, s->await_any.body);
    ways_join(f, &out);
    inner_close(f, outer);
    flow_behind(f, &out, outer.was_dead);
}

// What it finds when it runs is not known, nor how often it has run.
static void flow_defer(struct flow *f, struct stmt *s)
{
    struct around outer = inner_open(f, NULL, NULL, NULL);
    f->first_continue = f->count;
    handles_forget(f);
    flow_stmt(f, s->defer.body);
    handles_forget(f);
    inner_close(f, outer);
}

static void flow_block(struct flow *f, struct stmt *s)
{
    struct handle_block b;
    block_open(f, &b, s);
    for (struct stmt *i = s->block.items; i; i = i->next)
        flow_stmt(f, i);
    block_close(f);
}

static void flow_stmt(struct flow *f, struct stmt *s)
{
    switch (s->kind) {
    case STMT_EXPR:
        if (s->expr.expr)
            flow_expr_stmt(f, s->expr.expr);
        return;
    case STMT_DECL: flow_decl(f, s->decl.decl); return;
    case STMT_BLOCK: flow_block(f, s); return;
    case STMT_IF: flow_if(f, s); return;
    case STMT_WHILE: flow_loop(f, (struct loop){ s, s->while_.body, s->while_.test, NULL }); return;
    case STMT_DO: flow_loop(f, (struct loop){ s, s->do_.body, s->do_.test, NULL }); return;
    case STMT_FOR: flow_for(f, s); return;
    case STMT_SWITCH: flow_switch(f, s); return;
    case STMT_CASE: case STMT_DEFAULT:
        f->has_default |= s->kind == STMT_DEFAULT;
        ways_label(f);
        hold_outer(f);
        s = s->kind == STMT_CASE ? s->case_.body : s->default_.body;
        if (s)
            flow_stmt(f, s);
        return;
    case STMT_LABEL:
        owed_label(f, s->label.label);
        handles_forget(f);
        if (s->label.body)
            flow_stmt(f, s->label.body);
        return;
    case STMT_RETURN: flow_return(f, s); return;
    case STMT_GOTO_PTR:
        flow_expr(f, s->goto_ptr.target);
        owed_jump(f, s);
        return;
    case STMT_BREAK:
        ways_join(f, f->breaks);
        leave(f, f->first_break, s);
        return;
    case STMT_CONTINUE:
        ways_join(f, f->continues);
        leave(f, f->first_continue, s);
        return;
    case STMT_GOTO: case STMT_ASM: owed_jump(f, s); return;
    case STMT_AWAIT_ALL:
        children_ended(f, NULL, s->span);
        waited_for(f, NULL);
        return;
    case STMT_AWAIT_ANY: flow_any(f, s); return;
    case STMT_ARM: flow_arm(f, s); return;
    case STMT_DEFER: flow_defer(f, s); return;
    case STMT_ERROR: handles_forget(f); return;
    }
    __builtin_unreachable();
}

static void params_add(struct flow *f)
{
    for (const struct param *p = f->function->type->function.params; p; p = p->next) {
        bool is_pointer = type_plain(f->u, p->type)->kind == TYPE_ARRAY;
        if (!p->symbol && !is_pointer && type_holds_handles(f->u, p->type))
            diag_warn(f->u, WARNING_UNAWAITED, p->span, "a handle that this parameter is given is dropped: give it a name");
        if (!p->symbol || p->symbol->is_captured)
            continue;
        if (!is_pointer && holds_handles(f, p->type))
            owe(f, p->symbol);
        if (!is_handle_type(f, p->type))
            continue;
        struct handle *h = handle_add(f, p->symbol);
        handle_set(f, h, HELD, p->span);
        h->may_owe = !h->is_frame;
    }
}

void check_handles(struct unit *u)
{
    bool anywhere = unit_frame_uses(u) || unit_has_handles(u);
    for (struct function *f = unit_functions(u); f; f = f->next) {
        if (!f->body || !(anywhere || f->has_start))
            continue;
        struct flow flow = { .u = u, .function = f };
        params_add(&flow);
        flow_stmt(&flow, f->body);
        for (uint32_t i = 0; i < flow.count; i++)
            report_left(&flow, &flow.handles[i], "before the function ends", NULL);
        arena_free(&flow.scratch);
    }
}
