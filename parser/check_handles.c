// What becomes of handles and of the children behind them, and of frame objects, as far as every path to a place agrees on it.
//
//     async int h = async f(&x);           held: somebody has to await it
//     if (error) return -1;           →    handle 'h' is not awaited when the function returns, which waits for its child
//     await h; await h;               →    handle 'h' was awaited before
//     _Frame(f) fr = f(&x);
//     async fr; other = fr;           →    frame 'fr' is moved after its start
//
// Where paths differ, in loops and switches for handles of outside, and behind labels nothing is known, and nothing is said.
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/jump.h"
#include "parser/sema.h"

// HELD: a handle with a child. EMPTY: a frame object without a frame. STARTED: a frame in which a child runs, or has run.
enum handle_state { UNKNOWN, HELD, EMPTY, STARTED, MOVED, AWAITED };

// A local handle, or a local frame object.
struct handle {
    struct symbol *symbol;
    bool may_owe;                       // the end of its block can wait for its child ...
    bool may_hold;                      // ... and has to if this is so where it is left
    enum handle_state state;
    struct span at;                     // what made it so
    bool is_frame;
    bool is_open;                       // its address is taken: others may use it
    bool is_reported;
    bool is_running;                    // STARTED: the child has not ended before ...
    const struct symbol *child;         // ... this handle is awaited; NULL: before `await all`
};

// A child that has the address of a local which ends before the function does, or lies in it.
struct risk {
    struct risk *next;
    struct span start;
    const struct symbol *local, *handle;    // handle NULL: without one
    bool is_inside;                         // it lies in the local, which is a frame object
    bool is_over;                           // it was waited for
};

// A handle may hold a child where control comes to a label: from above, or by a jump further up.
struct held_at {
    struct held_at *next;
    const struct label *label;
    const struct symbol *handle;
};

struct block {
    struct block *outer;
    const struct stmt *stmt;            // STMT_BLOCK, STMT_FOR or STMT_ARM
    uint32_t first;                     // of its handles
    struct risk *risks;
};

struct flow {
    struct unit *u;
    struct function *function;
    struct arena scratch;
    struct handle *handles;
    uint32_t count, capacity;
    struct block *block;
    struct held_at *held;
    uint32_t first_continue, first_break;   // of the handles that continue and break leave behind
    bool is_dead;                       // the place is not reached
};

static void flow_expr(struct flow *f, struct expr *e);
static void flow_stmt(struct flow *f, struct stmt *s);

// --- handles -----------------------------------------------------------------------------------------------------------------

static bool is_tracked_type(struct flow *f, struct type *t)
{
    enum type_kind kind = type_plain(f->u, t)->kind;
    return kind == TYPE_HANDLE || kind == TYPE_FRAME;
}

static bool is_handle(struct flow *f, const struct expr *e)
{
    return e->type && is_tracked_type(f, e->type);
}

static struct handle *handle_of(struct flow *f, const struct symbol *s)
{
    for (uint32_t i = f->count; s && i-- > 0;)
        if (f->handles[i].symbol == s)
            return &f->handles[i];
    return NULL;
}

static struct handle *handle_named(struct flow *f, struct expr *e)
{
    e = expr_bare(e);
    return e->kind == EXPR_NAME && is_handle(f, e) ? handle_of(f, e->name.symbol) : NULL;
}

static void handle_add(struct flow *f, struct symbol *s)
{
    if (f->count == f->capacity)
        f->handles = arena_grow(&f->scratch, f->handles, f->count, &f->capacity, sizeof *f->handles);
    f->handles[f->count++] = (struct handle){ .symbol = s, .is_frame = type_plain(f->u, s->type)->kind == TYPE_FRAME };
}

static bool is_spent(const struct handle *h)
{
    return h->state == MOVED || h->state == AWAITED;
}

static void handle_set(struct flow *f, struct handle *h, enum handle_state state, struct span at)
{
    if (f->is_dead)
        return;
    h->state = h->is_open ? UNKNOWN : state;
    h->may_hold = !is_spent(h);
    h->at = at;
}

// The end of its block has to see to the children that may be left: defers them, so to speak.
static void owe(struct flow *f, struct symbol *s)
{
    s->is_owed = s->is_address_taken = true;
    f->function->has_endings = true;
}

static void report_left(struct flow *f, struct handle *h, const char *how, const struct stmt *where)
{
    if (h->may_owe && h->may_hold && !f->is_dead)
        owe(f, h->symbol);
    if (h->state != HELD || h->is_reported || f->is_dead || !f->function->is_async)
        return;
    h->is_reported = true;
    struct diag *d = diag_warn(f->u, WARNING_UNAWAITED, h->symbol->span, "handle '%s' is not awaited %s", h->symbol->name->text, how);
    if (where)
        diag_note(f->u, d, where->span, where->kind == STMT_RETURN ? "the function returns here" : "its block is left here");
}

// Where the scope of the handle with number `i` ends: it begins behind its name.
static uint32_t scope_end(const struct flow *f, uint32_t i)
{
    const struct block *b = f->block;
    while (b->outer && b->first > i)
        b = b->outer;
    return b->stmt->span.hi;
}

static bool is_held_at(const struct flow *f, const struct label *l, const struct symbol *handle)
{
    for (const struct held_at *h = f->held; h; h = h->next)
        if (h->label == l && h->handle == handle)
            return true;
    return false;
}

static void hold_at(struct flow *f, const struct label *l, const struct symbol *handle)
{
    struct held_at *h = NEW(&f->scratch, struct held_at);
    *h = (struct held_at){ f->held, l, handle };
    f->held = h;
}

// A jump, while the handle may hold a child. Further down in its scope the label learns it. Further up what is behind the label
// was found to be in order, if it does not hold one there: then one started since is seen to at the end of the block.
static void jump_to(struct flow *f, const struct stmt *s, const struct label *l, uint32_t i)
{
    struct symbol *handle = f->handles[i].symbol;
    bool stays = l->span.lo > handle->span.lo && l->span.lo < scope_end(f, i);
    if (stays && l->span.lo > s->span.lo)
        hold_at(f, l, handle);
    else if (!stays || !is_held_at(f, l, handle))
        owe(f, handle);
}

// goto, goto *, asm goto
static void flow_jump(struct flow *f, const struct stmt *s)
{
    for (uint32_t i = 0; i < f->count && !f->is_dead; i++)
        for (const struct label *l = f->handles[i].may_owe && f->handles[i].may_hold ? f->function->labels : NULL; l; l = l->next)
            if (may_go_to(f->u, s, l))
                jump_to(f, s, l, i);
    f->is_dead |= s->kind != STMT_ASM;
}

// A statement leaves the blocks that declare the handles from number `first` on.
static void leave(struct flow *f, uint32_t first, const struct stmt *where)
{
    for (uint32_t i = first; i < f->count; i++)
        report_left(f, &f->handles[i], "on every path", where);
    f->is_dead = true;
}

static void note_spent(struct flow *f, struct diag *d, const struct handle *h)
{
    diag_note(f->u, d, h->at, "it was %s here", h->state == MOVED ? "moved" : h->state == AWAITED ? "awaited" : "started");
}

static void report_spent(struct flow *f, struct handle *h, struct span again)
{
    if (!is_spent(h) || f->is_dead)
        return;
    struct diag *d = diag_error(f->u, h->is_frame ? ERROR_FRAME_SPENT : ERROR_HANDLE_SPENT, again, "%s '%s' is spent",
                                h->is_frame ? "frame" : "handle", h->symbol->name->text);
    note_spent(f, d, h);
}

// A frame in which a child runs, or has run, stays where it is.
static void report_pinned(struct flow *f, struct handle *h, struct span at, const char *what)
{
    if (h->state != STARTED || f->is_dead)
        return;
    struct diag *d = diag_error(f->u, ERROR_FRAME_PINNED, at, "frame '%s' is %s", h->symbol->name->text, what);
    note_spent(f, d, h);
}

static void report_empty(struct flow *f, struct handle *h, struct span at)
{
    if (h->state != EMPTY || f->is_dead)
        return;
    struct diag *d = diag_error(f->u, ERROR_FRAME_SPENT, at, "frame '%s' was never made", h->symbol->name->text);
    diag_note(f->u, d, h->symbol->span, "'%s' is declared here without a call", h->symbol->name->text);
}

// The value is given to somebody else.
static void handle_move(struct flow *f, struct handle *h, struct span at)
{
    report_spent(f, h, at);
    report_pinned(f, h, at, "moved after its start");
    handle_set(f, h, MOVED, at);
}

// It is awaited, or, a frame, started as a child.
static void handle_run(struct flow *f, struct handle *h, struct span at, enum handle_state state)
{
    report_spent(f, h, at);
    report_empty(f, h, at);
    report_pinned(f, h, at, "started again");
    handle_set(f, h, state, at);
    h->is_running = false;
}

// A frame object gets another frame.
static void handle_replace(struct flow *f, struct handle *h, struct span at)
{
    if (h->is_running)
        report_pinned(f, h, at, "overwritten while a child runs in it");
    handle_set(f, h, UNKNOWN, at);
}

// --- children that have addresses of locals ----------------------------------------------------------------------------------

// The automatic object that `e` is a part of.
static const struct symbol *root_object(struct flow *f, struct expr *e)
{
    for (;;) {
        e = expr_bare(e);
        if (e->kind == EXPR_MEMBER && !e->member.is_arrow)
            e = e->member.object;
        else if (e->kind == EXPR_INDEX && e->index.base->type && type_plain(f->u, e->index.base->type)->kind == TYPE_ARRAY)
            e = e->index.base;
        else
            break;
    }
    const struct symbol *s = e->kind == EXPR_NAME ? e->name.symbol : NULL;
    bool is_automatic = s && s->kind == SYMBOL_OBJECT && s->scope_depth && s->storage != STORAGE_STATIC
                        && s->storage != STORAGE_EXTERN && !s->is_thread_local;
    return is_automatic ? s : NULL;
}

// The automatic object that an argument is the address of.
static const struct symbol *address_of_local(struct flow *f, struct expr *e)
{
    e = expr_bare(e);
    while (e->kind == EXPR_CAST)
        e = expr_bare(e->cast.operand);
    if (e->kind == EXPR_UNARY && e->unary.op == '&')
        return root_object(f, e->unary.operand);
    return e->type && type_plain(f->u, e->type)->kind == TYPE_ARRAY ? root_object(f, e) : NULL;
}

static void report_risk(struct flow *f, const struct risk *r)
{
    const struct symbol *local = r->local;
    struct diag *d = diag_warn(f->u, WARNING_DANGLING_CHILD, r->start, "this child %s '%s' and may outlive it",
                               r->is_inside ? "runs in" : "has the address of", local->name->text);
    diag_note(f->u, d, local->span, "'%s' ends with %s", local->name->text, local->scope_depth > 1 ? "its block" : "the function");
}

static bool declares(const struct decl *d, const struct symbol *s)
{
    for (const struct declarator *i = d ? d->declarators : NULL; i; i = i->next)
        if (i->symbol == s)
            return true;
    return false;
}

static bool block_declares(const struct block *b, const struct symbol *s)
{
    if (b->stmt->kind == STMT_ARM)
        return declares(b->stmt->arm.decl, s);
    for (struct stmt *i = b->stmt->kind == STMT_FOR ? b->stmt->for_.init : b->stmt->block.items; i; i = i->next)
        if (i->kind == STMT_DECL && declares(i->decl.decl, s))
            return true;
    return false;
}

// The block around that ends the life of a local; for parameters the outermost one.
static struct block *block_of(struct flow *f, const struct symbol *local)
{
    struct block *b = f->block;
    while (b->outer && !block_declares(b, local))
        b = b->outer;
    return b;
}

// What holds a child's handle, and how deep it is declared.
struct owner { const struct symbol *symbol; uint32_t depth; };

// A local ends before the child does when it lies deeper than the handle; a child without a handle ends with the function.
static void check_local(struct flow *f, struct expr *start, const struct symbol *local, bool is_inside, struct owner to)
{
    if (!local || local->scope_depth <= to.depth || f->is_dead)
        return;
    struct block *b = block_of(f, local);
    struct risk *r = NEW(&f->scratch, struct risk);
    *r = (struct risk){ b->risks, start->span, local, to.symbol, is_inside, false };
    b->risks = r;
}

static void check_started(struct flow *f, struct expr *start, struct owner to)
{
    struct expr *call = expr_bare(start->start.operand);
    if (expr_is_frame(f->u, call))
        check_local(f, start, root_object(f, call), true, to);
    else if (call->kind == EXPR_CALL)
        for (struct expr *arg = call->call.args; arg; arg = arg->next)
            check_local(f, start, address_of_local(f, arg), false, to);
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
    for (struct block *b = f->block; b; b = b->outer)
        for (struct risk *r = b->risks; r; r = r->next)
            r->is_over |= r->handle == handle;
    for (uint32_t i = 0; i < f->count; i++)
        f->handles[i].is_running &= f->handles[i].child != handle;
}

// --- expressions -------------------------------------------------------------------------------------------------------------

static struct handle *handles_saved(struct flow *f)
{
    struct handle *saved = NEW_ARRAY(&f->scratch, struct handle, f->count);
    if (f->count)
        memcpy(saved, f->handles, f->count * sizeof *saved);
    return saved;
}

static void handles_restore(struct flow *f, const struct handle *saved, bool was_dead)
{
    if (f->count)
        memcpy(f->handles, saved, f->count * sizeof *saved);
    f->is_dead = was_dead;
}

// What is known where two paths meet.
static void handles_meet(struct flow *f, const struct handle *other, bool is_other_dead)
{
    for (uint32_t i = 0; i < f->count && !is_other_dead; i++) {
        struct handle *h = &f->handles[i];
        bool is_reported = h->is_reported || other[i].is_reported, is_open = h->is_open || other[i].is_open;
        h->may_hold = other[i].may_hold || (h->may_hold && !f->is_dead);
        if (f->is_dead)
            *h = other[i];
        else if (h->state != other[i].state && !(is_spent(h) && is_spent(&other[i])))
            h->state = UNKNOWN;
        h->is_running &= other[i].is_running && h->child == other[i].child;
        h->is_reported = is_reported;
        h->is_open = is_open;
    }
    f->is_dead &= is_other_dead;
}

// Something that may be evaluated, or not.
static void flow_maybe(struct flow *f, struct expr *e)
{
    struct handle *before = handles_saved(f);
    bool was_dead = f->is_dead;
    flow_expr(f, e);
    handles_meet(f, before, was_dead);
}

static void flow_cond(struct flow *f, struct expr *e)
{
    flow_expr(f, e->cond.test);
    struct handle *before = handles_saved(f);
    bool was_dead = f->is_dead;
    if (e->cond.yes)
        flow_expr(f, e->cond.yes);
    struct handle *yes = handles_saved(f);
    bool is_yes_dead = f->is_dead;
    handles_restore(f, before, was_dead);
    flow_expr(f, e->cond.no);
    handles_meet(f, yes, is_yes_dead);
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

// `h` gets the handle, or the frame, that `value` is.
static void flow_given(struct flow *f, struct handle *h, struct expr *value)
{
    bool is_child = is_start(expr_bare(value)) || expr_bare(value)->kind == EXPR_CALL || handle_named(f, value);
    flow_expr(f, value);
    handle_set(f, h, is_child && !h->is_frame ? HELD : UNKNOWN, value->span);
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
        flow_expr(f, e->assign.lhs);
        flow_expr(f, e->assign.rhs);
    } else {
        report_left(f, h, "before it gets another child", NULL);
        if (h->is_frame)
            handle_replace(f, h, e->assign.lhs->span);
        flow_given(f, h, e->assign.rhs);
    }
    struct expr *value = expr_bare(e->assign.rhs);
    const struct symbol *root = root_name(e->assign.lhs);
    bool is_local = h || (root && root->kind == SYMBOL_OBJECT && type_plain(f->u, root->type)->kind != TYPE_POINTER);
    if (is_start(value))
        check_started(f, value, (struct owner){ root, is_local ? root->scope_depth : 0 });
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
    bool asks_to_end = is_cancel(e) && first && first->kind == EXPR_UNARY && handle_named(f, first->unary.operand);
    if (!asks_to_end)
        expr_children(e, flow_child, f);
    f->is_dead |= !call_returns(e);
}

// ac_detach(&h), &h in any other place: from here on others have a say.
static void flow_address(struct flow *f, struct expr *e)
{
    struct handle *h = handle_named(f, e->unary.operand);
    if (h && e->unary.op == '&') {
        if (!h->is_frame)               // what is behind the address may make another frame there
            report_spent(f, h, e->span);
        h->is_open = h->may_hold = true;
        h->state = UNKNOWN;
        waited_for(f, h->symbol);
    } else {
        flow_expr(f, e->unary.operand);
    }
}

static void flow_name(struct flow *f, struct expr *e)
{
    struct handle *h = is_handle(f, e) ? handle_of(f, e->name.symbol) : NULL;
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
        flow_expr(f, e->binary.lhs);
        if (e->binary.op == TOK_ANDAND || e->binary.op == TOK_OROR)
            flow_maybe(f, e->binary.rhs);
        else
            flow_expr(f, e->binary.rhs);
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
    return is_local_object(d, i) && is_tracked_type(f, i->type);
}

static bool is_handle_array(struct flow *f, const struct decl *d, const struct declarator *i)
{
    struct type *t = type_plain(f->u, i->type);
    if (t->kind != TYPE_ARRAY || type_is_vm(f->u, t) || !is_local_object(d, i))
        return false;
    while (t->kind == TYPE_ARRAY)
        t = type_plain(f->u, t->base);
    return t->kind == TYPE_HANDLE;
}

static void flow_decl(struct flow *f, struct decl *d)
{
    for (struct declarator *i = d->declarators; i; i = i->next) {
        if (f->function->is_async && is_handle_array(f, d, i))
            owe(f, i->symbol);
        if (is_tracked(f, d, i)) {
            handle_add(f, i->symbol);
            struct handle *h = &f->handles[f->count - 1];
            h->may_owe = f->function->is_async && !h->is_frame;
            if (i->init)
                flow_given(f, h, i->init);
            else if (h->is_frame)
                handle_set(f, h, EMPTY, i->name);
        } else if (i->init) {
            flow_expr(f, i->init);
        }
        if (i->init && i->symbol && is_start(expr_bare(i->init)))
            check_started(f, expr_bare(i->init), (struct owner){ i->symbol, i->symbol->scope_depth });
    }
}

static void block_open(struct flow *f, struct block *b, const struct stmt *s)
{
    *b = (struct block){ .outer = f->block, .stmt = s, .first = f->count };
    f->block = b;
}

static void block_close(struct flow *f)
{
    struct block *b = f->block;
    for (uint32_t i = b->first; i < f->count; i++)
        report_left(f, &f->handles[i], "before its block ends", NULL);
    for (const struct risk *r = b->risks; r; r = r->next)
        if (!r->is_over)
            report_risk(f, r);
    f->count = b->first;
    f->block = b->outer;
}

// A place that is reached from elsewhere: nothing is known there.
static void forget(struct flow *f)
{
    for (uint32_t i = 0; i < f->count; i++)
        f->handles[i].state = UNKNOWN;
    f->is_dead = false;
}

// A label of a switch, or an arm: what holds there of handles declared outside was true in front of it all.
static void hold_outer(struct flow *f)
{
    for (uint32_t i = 0; i < f->count && i < f->first_break; i++)
        f->handles[i].may_hold = true;
}

// The handles that statements mention are not known while they run again and again, nor afterwards.
static void forget_mentioned(struct flow *f, struct span where)
{
    for (uint32_t i = 0; i < f->count; i++)
        for (uint32_t t = where.lo; t < where.hi; t++)
            if (f->u->tokens[t].name == f->handles[i].symbol->name) {
                f->handles[i].state = UNKNOWN;
                f->handles[i].may_hold = true;
                break;
            }
}

static void flow_label(struct flow *f, const struct label *l)
{
    for (uint32_t i = 0; i < f->count; i++) {
        struct handle *h = &f->handles[i];
        h->may_hold |= is_held_at(f, l, h->symbol);
        if (h->may_owe && h->may_hold)
            hold_at(f, l, h->symbol);
    }
    forget(f);
}

static void flow_again(struct flow *f, struct stmt *s, struct expr *test, struct expr *step, struct stmt *body)
{
    bool was_dead = f->is_dead;
    uint32_t first_break = f->first_break, first_continue = f->first_continue;
    f->first_break = f->count;
    f->first_continue = s->kind == STMT_SWITCH || s->kind == STMT_AWAIT_ANY ? first_continue : f->count;
    forget_mentioned(f, s->span);
    if (test && s->kind != STMT_DO)
        flow_expr(f, test);
    if (body)
        flow_stmt(f, body);
    f->is_dead = was_dead;
    if (step)
        flow_expr(f, step);
    if (test && s->kind == STMT_DO)
        flow_expr(f, test);
    forget_mentioned(f, s->span);
    f->is_dead = was_dead;
    f->first_break = first_break;
    f->first_continue = first_continue;
}

static void flow_for(struct flow *f, struct stmt *s)
{
    struct block b;
    block_open(f, &b, s);
    if (s->for_.init)
        flow_stmt(f, s->for_.init);
    flow_again(f, s, s->for_.test, s->for_.step, s->for_.body);
    block_close(f);
}

static void flow_if(struct flow *f, struct stmt *s)
{
    flow_expr(f, s->if_.test);
    struct handle *before = handles_saved(f);
    bool was_dead = f->is_dead;
    flow_stmt(f, s->if_.yes);
    if (!s->if_.no) {
        handles_meet(f, before, was_dead);
        return;
    }
    struct handle *yes = handles_saved(f);
    bool is_yes_dead = f->is_dead;
    handles_restore(f, before, was_dead);
    flow_stmt(f, s->if_.no);
    handles_meet(f, yes, is_yes_dead);
}

static void flow_return(struct flow *f, struct stmt *s)
{
    if (s->return_.value) {
        flow_expr(f, s->return_.value);
        struct expr *value = expr_bare(s->return_.value);
        if (is_start(value))
            check_started(f, value, (struct owner){ NULL, 0 });
    }
    leave(f, 0, s);
}

static void flow_expr_stmt(struct flow *f, struct expr *e)
{
    flow_expr(f, e);
    e = expr_bare(e);
    if (is_start(e))
        check_started(f, e, (struct owner){ NULL, 1 });
    frame_runs(f, e, NULL);
}

// Whether an arm was started, and so its handle spent, is not known behind it.
static void flow_arm(struct flow *f, struct stmt *s)
{
    struct block b;
    block_open(f, &b, s);
    hold_outer(f);
    forget(f);
    if (s->arm.decl)
        flow_decl(f, s->arm.decl);
    else
        flow_expr_stmt(f, s->arm.expr);
    hold_outer(f);
    forget(f);
    flow_stmt(f, s->arm.body);
    block_close(f);
}


// What it finds when it runs is not known, nor how often it has run.
static void flow_defer(struct flow *f, struct stmt *s)
{
    bool was_dead = f->is_dead;
    uint32_t first_break = f->first_break, first_continue = f->first_continue;
    f->first_break = f->first_continue = f->count;
    forget(f);
    flow_stmt(f, s->defer.body);
    forget(f);
    f->is_dead = was_dead;
    f->first_break = first_break;
    f->first_continue = first_continue;
}

static void flow_block(struct flow *f, struct stmt *s)
{
    struct block b;
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
    case STMT_WHILE: flow_again(f, s, s->while_.test, NULL, s->while_.body); return;
    case STMT_DO: flow_again(f, s, s->do_.test, NULL, s->do_.body); return;
    case STMT_FOR: flow_for(f, s); return;
    case STMT_SWITCH:
        flow_expr(f, s->switch_.value);
        flow_again(f, s, NULL, NULL, s->switch_.body);
        return;
    case STMT_CASE: case STMT_DEFAULT:
        hold_outer(f);
        forget(f);
        s = s->kind == STMT_CASE ? s->case_.body : s->default_.body;
        if (s)
            flow_stmt(f, s);
        return;
    case STMT_LABEL:
        flow_label(f, s->label.label);
        if (s->label.body)
            flow_stmt(f, s->label.body);
        return;
    case STMT_RETURN: flow_return(f, s); return;
    case STMT_GOTO_PTR:
        flow_expr(f, s->goto_ptr.target);
        flow_jump(f, s);
        return;
    case STMT_BREAK: leave(f, f->first_break, s); return;
    case STMT_CONTINUE: leave(f, f->first_continue, s); return;
    case STMT_GOTO: case STMT_ASM: flow_jump(f, s); return;
    case STMT_AWAIT_ALL:
        children_ended(f, NULL, s->span);
        waited_for(f, NULL);
        return;
    case STMT_AWAIT_ANY: flow_again(f, s, NULL, NULL, s->await_any.body); return;
    case STMT_ARM: flow_arm(f, s); return;
    case STMT_DEFER: flow_defer(f, s); return;
    case STMT_ERROR: forget(f); return;
    }
    __builtin_unreachable();
}

static void params_add(struct flow *f)
{
    for (const struct param *p = f->function->type->function.params; p; p = p->next)
        if (p->symbol && !p->symbol->is_captured && is_tracked_type(f, p->type)) {
            handle_add(f, p->symbol);
            struct handle *h = &f->handles[f->count - 1];
            handle_set(f, h, h->is_frame ? UNKNOWN : HELD, p->span);
        }
}

static bool has_handles(struct unit *u)
{
    for (const struct async_use *use = unit_async_uses(u); use; use = use->next)
        if (!use->function)
            return true;
    return false;
}

void check_handles(struct unit *u)
{
    bool has_frames = unit_frame_uses(u), anywhere = has_frames || has_handles(u);
    for (struct function *f = unit_functions(u); f; f = f->next) {
        if (!f->body || !(f->is_async ? anywhere || f->has_start : has_frames))
            continue;
        struct flow flow = { .u = u, .function = f };
        params_add(&flow);
        flow_stmt(&flow, f->body);
        for (uint32_t i = 0; i < flow.count; i++)
            report_left(&flow, &flow.handles[i], "before the function ends", NULL);
        arena_free(&flow.scratch);
    }
}
