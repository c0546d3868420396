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


// A statement leaves the blocks that declare the handles from number `first` on.
static void leave(struct flow *f, uint32_t first, const struct stmt *where)
{
    for (uint32_t i = first; i < f->count; i++)
        report_left(f, &f->handles[i], "on every path", where);
    f->is_dead = true;
}

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

// What a handle or a frame object is declared with; NULL: nothing, or { 0 }.
static struct expr *first_value(struct expr *init)
{
    if (init && init->kind == EXPR_INIT)
        init = init->init.items ? init->init.items->value : NULL;
    return init && expr_bare(init)->kind != EXPR_INT ? init : NULL;
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
            struct expr *value = first_value(i->init);
            if (value) {
                flow_expr(f, value);
                flow_given(f, h, value);
            } else {
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
    dangling_rounds(f, l.stmt->span);
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

static struct expr *arm_call(const struct stmt *arm)
{
    return arm->arm.decl ? arm->arm.decl->declarators->init : arm->arm.expr;
}

static void flow_arm(struct flow *f, struct stmt *s)
{
    struct handle_block b;
    block_open(f, &b, s);
    ways_label(f);
    hold_outer(f);
    f->silent++;                        // flow_calls has told of it
    if (s->arm.decl)
        flow_decl(f, s->arm.decl);
    f->silent--;
    f->is_dead = false;
    flow_stmt(f, s->arm.body);
    block_close(f);
}

// A handle, or a frame, that an arm awaits by itself.
static struct handle *arm_handle(struct flow *f, const struct stmt *arm)
{
    struct expr *e = expr_bare(arm_call(arm));
    e = e->kind == EXPR_ASSIGN ? expr_bare(e->assign.rhs) : e;
    return e->kind == EXPR_AWAIT ? handle_named(f, e->await.operand) : NULL;
}

// The calls of the arms, in order. Behind them what the first one awaits is spent; what the others do may be: they may not have been
// started.
static void flow_calls(struct flow *f, struct stmt *s)
{
    struct stmt *outer_arm = f->arm;
    struct handle *first = NULL, spent = {0};
    bool is_first = true;
    for (struct stmt *i = s->await_any.body->block.items; i; i = i->next) {
        if (i->kind != STMT_ARM)
            continue;
        f->arm = i;
        if (i->arm.decl)
            flow_expr(f, arm_call(i));
        else
            flow_expr_stmt(f, arm_call(i));
        if (is_first && (first = arm_handle(f, i)))
            spent = *first;
        is_first = false;
    }
    f->arm = outer_arm;
    for (struct stmt *i = s->await_any.body->block.items; i; i = i->next)
        if (i->kind == STMT_ARM)
            handles_forget_mentioned(f, arm_call(i)->span);
    for (struct stmt *i = s->await_any.body->block.items; i; i = i->next)
        if (i->kind == STMT_ARM)
            handle_raced(arm_handle(f, i));
    if (first)
        *first = spent;
}

// Each arm is reached from behind the calls.
static void flow_any(struct flow *f, struct stmt *s)
{
    bool was_dead = f->is_dead;
    flow_calls(f, s);
    f->is_dead = was_dead;
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

void flow_stmt(struct flow *f, struct stmt *s)
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
        arena_reset(&u->fn);
    }
}
