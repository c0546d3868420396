// Regions, locals and suspension points of a function, and which expressions hold an await: what is written, in source
// order, before anything is decided about it.
#include <string.h>

#include "grammar.h"
#include "lower/ctype.h"
#include "lower/lower.h"
#include "parser/ends.h"
#include "parser/handle_type.h"

struct scan {
    struct unit *u;
    struct async *a;
    struct region *region;
    struct point *arm;          // the arm whose call is looked at
};

static void scan_stmt(struct scan *s, struct stmt *st);
static void scan_expr(struct scan *s, struct expr *e);

static struct region *region_new(struct scan *s, struct stmt *st)
{
    struct region *r = NEW(&s->u->fn, struct region);
    r->parent = s->region;
    r->stmt = st;
    r->last = &r->first;
    r->last_resident = &r->residents;
    r->last_ranged = &r->ranged;
    r->last_point = &r->points;
    r->last_placed = &r->placed;
    if (s->region) {
        *s->region->last = r;
        s->region->last = &r->next;
    }
    return r;
}

static struct local *local_new(struct scan *s, struct type *type)
{
    struct async *a = s->a;
    if (a->local_count == a->local_capacity) {
        uint32_t capacity = a->local_capacity ? 2 * a->local_capacity : 16;
        struct local **grown = NEW_ARRAY(&s->u->fn, struct local *, capacity);
        if (a->local_count)
            memcpy(grown, a->locals, a->local_count * sizeof *grown);
        a->locals = grown;
        a->local_capacity = capacity;
    }
    struct local *l = NEW(&s->u->fn, struct local);
    l->index = a->local_count;
    l->type = type;
    l->region = s->region;
    a->locals[a->local_count++] = l;
    return l;
}

// A local whose name means something else further in cannot be named there, where a suspension point may have to store it;
// nor can a type be spelled with such a name.
static void mark_shadowed(const struct symbol *symbol)
{
    for (struct symbol *outer = symbol->shadowed; outer; outer = outer->shadowed) {
        outer->is_hidden = true;
        if (outer->local)
            outer->local->is_shadowed = true;
    }
}

static void scan_symbol(struct scan *s, struct symbol *symbol)
{
    if (symbol)
        mark_shadowed(symbol);
    if (!symbol || symbol->kind != SYMBOL_OBJECT || symbol->is_thread_local || symbol->local)
        return;
    bool is_outside = symbol->storage == STORAGE_STATIC || symbol->storage == STORAGE_EXTERN;
    if (is_outside && !symbol->is_param)        // of a parameter the compiler refuses it
        return;
    struct local *l = local_new(s, symbol->type);
    l->symbol = symbol;
    l->name = l->lvalue = l->value = l->field = symbol->name->text;
    symbol->local = l;
}

struct local *temp_new(struct unit *u, struct async *a, struct region *region, struct expr *of, struct type *type,
                       const char *prefix, uint32_t number)
{
    struct scan s = {.u = u, .a = a, .region = region};
    struct local *l = local_new(&s, type);
    l->of = of;
    l->name = arena_printf(&u->fn, "ac_%s%u", prefix, number);
    l->lvalue = l->value = l->name;
    l->field = l->name + strlen("ac_");
    l->class = LOCAL_SPILLED;
    return l;
}

static struct point *point_new(struct scan *s, struct span at)
{
    struct async *a = s->a;
    if (a->point_count == a->point_capacity) {
        uint32_t capacity = a->point_capacity ? 2 * a->point_capacity : 8;
        struct point **grown = NEW_ARRAY(&s->u->fn, struct point *, capacity);
        if (a->point_count)
            memcpy(grown, a->points, a->point_count * sizeof *grown);
        a->points = grown;
        a->point_capacity = capacity;
    }
    struct point *p = NEW(&s->u->fn, struct point);
    a->points[a->point_count++] = p;
    p->number = a->point_count;
    p->at = at;
    p->region = s->region;
    *s->region->last_point = p;
    s->region->last_point = &p->next_in_region;
    for (struct region *r = s->region; r && !r->suspends; r = r->parent)
        r->suspends = true;
    a->suspends = true;
    return p;
}

// The value of an await lies in the poll result: `ac_r1.value`, as the pointer it is; or was copied out of a frame.
static void result_new(struct scan *s, struct point *p, struct type *type)
{
    struct unit *u = s->u;
    bool in_frame;
    poll_type_of(u, type, &in_frame);
    in_frame |= p->kind == CALLEE_HANDLE;
    struct type *plain = type_plain(u, type);
    if (plain->kind == TYPE_VOID)
        return;
    const char *prefix = p->is_plain ? "d" : in_frame ? "v" : "r";
    struct local *l = temp_new(u, s->a, s->region, p->await, type_unqualified(u, type), prefix, p->number);
    l->is_result = true;
    p->result = l;
    if (in_frame)
        return;
    l->lvalue = l->value = arena_printf(&u->fn, "%s.value", l->name);
    if (plain->kind == TYPE_POINTER && type_plain(u, plain->base)->kind == TYPE_FUNCTION)
        l->c_type = "ac_any_function";
    if (plain->kind == TYPE_POINTER && type_plain(u, plain->base)->kind != TYPE_VOID)
        l->value = arena_printf(&u->fn, "((%s)%s)", c_decl(u, type_unqualified(u, type), "", false), l->lvalue);
}

static void callee_object(struct unit *u, struct point *p, struct expr *operand)
{
    p->kind = CALLEE_OBJECT;
    p->callee = type_plain(u, operand->type)->symbol;
    p->callee_type = type_plain(u, p->callee->type);
}

// A frame object is where it is: what is kept is its address.
static void object_awaited(struct scan *s, struct point *p, struct expr *operand)
{
    struct unit *u = s->u;
    callee_object(u, p, operand);
    p->handle = temp_new(u, s->a, s->region, operand, NULL, "h", p->number);
    p->handle->c_type = arena_printf(&u->arena, "struct %s *", p->callee->object);
}

// An arm is a child like those of `async CALL`, but its frame lies in this one.
static void scan_arm_call(struct scan *s, struct point *p)
{
    struct unit *u = s->u;
    struct expr *operand = expr_bare(p->await->await.operand);
    hoist_of(u, p->await)->point = p;
    if (expr_calls_async(u, operand)) {
        callee_classify(u, s->a, p, operand->call.callee);
        return;
    }
    if (expr_is_frame(u, operand))
        callee_object(u, p, operand);
    else
        p->kind = CALLEE_HANDLE;
    bool is_taken = arm_declarator(p->stmt) || arm_place(p->stmt);
    if (is_taken && type_plain(u, p->await->type)->kind != TYPE_VOID)
        p->result = temp_new(u, s->a, s->region, p->await, type_unqualified(u, p->await->type), "a", p->number);
}

// A call of what never suspends is evaluated where an await is, and is none.
static void scan_plain(struct scan *s, struct expr *e)
{
    struct unit *u = s->u;
    struct point *p = NEW(&u->fn, struct point);
    *p = (struct point){ .number = ++s->a->plain_count, .await = e, .at = e->span, .region = s->region, .is_plain = true };
    callee_classify(u, s->a, p, expr_bare(e->await.operand)->call.callee);
    hoist_of(u, e)->point = p;
    result_new(s, p, e->type);
}

static void scan_await(struct scan *s, struct expr *e)
{
    struct unit *u = s->u;
    if (s->arm && s->arm->await == e) {
        scan_arm_call(s, s->arm);
        return;
    }
    const struct async *callee = awaited_async(u, e);
    if (callee && callee->is_plain) {
        scan_plain(s, e);
        return;
    }
    struct point *p = point_new(s, e->span);
    struct expr *operand = expr_bare(e->await.operand);
    p->await = e;
    e->await.point = p->number;
    hoist_of(u, e)->point = p;
    if (expr_is_frame(u, operand)) {
        object_awaited(s, p, operand);
    } else if (expr_calls_async(u, operand)) {
        callee_classify(u, s->a, p, operand->call.callee);
    } else {
        p->kind = CALLEE_HANDLE;
        p->child_type = "struct ac_join_frame";
        p->child_size = 3 * u->target->size_pointer;
        p->child_align = u->target->size_pointer;
        p->handle = temp_new(u, s->a, s->region, operand, NULL, "h", p->number);
        p->handle->c_type = "ac_handle";
    }
    result_new(s, p, e->type);
}

static void scan_start(struct scan *s, struct expr *e)
{
    struct unit *u = s->u;
    struct expr *call = expr_bare(e->start.operand);
    struct point *p = NEW(&u->fn, struct point);
    p->await = e;
    p->at = e->span;
    p->number = ++s->a->start_count;
    e->start.point = p->number;
    if (expr_is_frame(u, call)) {
        callee_object(u, p, call);
    } else {
        callee_classify(u, NULL, p, call->call.callee);
    }
    p->result = temp_new(u, s->a, s->region, e, NULL, "s", p->number);
    p->result->c_type = "ac_handle";
    hoist_of(u, e)->point = p;
    s->a->has_children = true;
    *s->a->last_start = p;
    s->a->last_start = &p->next_in_region;
}

// The compound literal whose object a place is part of, NULL when it is no literal's.
static struct local *literal_of(struct unit *u, struct expr *e)
{
    for (;;) {
        e = expr_bare(e);
        if (e->kind == EXPR_COMPOUND)
            return hoist_of(u, e)->literal;
        if (e->kind == EXPR_MEMBER && !e->member.is_arrow)
            e = e->member.object;
        else if (e->kind == EXPR_INDEX && type_plain(u, e->index.base->type)->kind == TYPE_ARRAY)
            e = e->index.base;
        else
            return NULL;
    }
}

// An operand that is an array, or whose address is taken, may leave a pointer to it behind.
static void mark_escape(struct unit *u, const struct expr *parent, struct expr *e)
{
    bool is_taken = parent && parent->kind == EXPR_UNARY && parent->unary.op == '&';
    if (!is_taken && type_plain(u, e->type)->kind != TYPE_ARRAY)
        return;
    struct local *l = literal_of(u, e);
    if (l)
        l->escapes = true;
}

static struct full *scan_full(struct scan *s, struct expr *e)
{
    scan_expr(s, e);
    if (e && e->kind != EXPR_INIT)
        mark_escape(s->u, NULL, e);
    if (!e || !hoist_of(s->u, e)->awaits)
        return NULL;
    struct full *f = NEW(&s->u->fn, struct full);
    f->expr = e;
    *s->a->last_full = f;
    s->a->last_full = &f->next;
    return f;
}

static void scan_condition(struct scan *s, struct expr *e)
{
    struct full *f = scan_full(s, e);
    if (f)
        f->is_condition = true;
}

// A compound literal lives as long as its block; a pointer to it must stay valid across a suspension point there.
static void scan_literal(struct scan *s, struct expr *e)
{
    struct local *l = local_new(s, e->type);
    l->of = e;
    l->is_literal = true;
    l->name = l->field = arena_printf(&s->u->fn, "lit%u", ++s->a->literal_count);
    hoist_of(s->u, e)->literal = l;
}

static void scan_block(struct scan *s, struct stmt *block)
{
    struct region *outer = s->region;
    s->region = region_new(s, block);
    for (struct stmt *i = block->block.items; i; i = i->next)
        scan_stmt(s, i);
    s->region = outer;
}

static bool block_awaits(struct scan *s, struct stmt *st);
static void mark_escape(struct unit *u, const struct expr *parent, struct expr *e);
static void mark_dropped(struct unit *u, struct expr *e);

// The last statement of a statement expression is its value.
static void keep_value(struct unit *u, struct expr *e)
{
    const struct stmt *last = last_statement(e->stmt_expr.block);
    struct expr *value = last && last->kind == STMT_EXPR && last->expr.expr ? expr_bare(last->expr.expr) : NULL;
    if (value && (value->kind == EXPR_AWAIT || value->kind == EXPR_START))
        hoist_of(u, value)->point->is_dropped = false;
}

static void scan_expr(struct scan *s, struct expr *e)
{
    if (!e)
        return;
    struct hoist *h = hoist_of(s->u, e);
    struct operands o = operands_of(s->u, e);
    for (uint32_t i = 0; i < o.count; i++) {
        scan_expr(s, o.list[i].expr);
        if (o.list[i].use == USE_EFFECT)
            mark_dropped(s->u, o.list[i].expr);
        if (o.list[i].expr->kind != EXPR_INIT)
            mark_escape(s->u, e, o.list[i].expr);
        const struct hoist *c = hoist_of(s->u, o.list[i].expr);
        h->awaits |= c->awaits;
        h->effects |= c->effects;
    }
    switch (e->kind) {
    case EXPR_AWAIT:
        scan_await(s, e);
        h->awaits = h->effects = true;
        return;
    case EXPR_START:
        scan_start(s, e);
        h->awaits = h->effects = true;
        return;
    case EXPR_STMT_EXPR:
        scan_block(s, e->stmt_expr.block);
        keep_value(s->u, e);
        h->awaits = block_awaits(s, e->stmt_expr.block);
        h->effects = true;
        return;
    case EXPR_COMPOUND:
        scan_literal(s, e);
        return;
    case EXPR_UNARY:
        h->effects |= e->unary.op == TOK_INC || e->unary.op == TOK_DEC;
        return;
    case EXPR_ASSIGN:
        s->a->replace_count += e->type && type_holds_handles(s->u, e->type);
        h->effects = true;
        return;
    case EXPR_CALL:
    case EXPR_POSTFIX:
    case EXPR_VA_ARG:
        h->effects = true;
        return;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_NAME:
    case EXPR_PAREN:
    case EXPR_INDEX:
    case EXPR_MEMBER:
    case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF:
    case EXPR_CAST:
    case EXPR_BINARY:
    case EXPR_COND:
    case EXPR_COMMA:
    case EXPR_INIT:
    case EXPR_GENERIC:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_CHOOSE:
    case EXPR_BUILTIN_T:
    case EXPR_ERROR:
        return;
    }
}

// A typedef of a variably modified type: its sizes would have to be kept across a suspension point.
static void scan_vm_typedef(struct scan *s, struct symbol *symbol)
{
    struct local *l = local_new(s, symbol->type);
    l->symbol = symbol;
    l->is_typedef = true;
    l->name = l->lvalue = l->value = l->field = symbol->name->text;
    symbol->local = l;
}

// The wait for the children of a variable at the end of its block, or for the async function that cleans it up.
static void scan_ending(struct scan *s, struct declarator *d)
{
    bool is_async = d->ending && d->cleanup && cleanup_waits(s->u, d->cleanup);
    if (!d->ending || (!d->symbol->is_owed && !is_async))
        return;
    d->drop = point_new(s, d->name);
    d->drop->is_dropped = true;
    if (is_async)
        callee_classify(s->u, s->a, d->drop, d->cleanup->args);
    else
        point_drop(s->u, d->drop);
}

static void scan_decl(struct scan *s, struct decl *d)
{
    if (d->function)
        return;
    for (struct symbol *c = d->tags ? d->tags->constants : NULL; c; c = c->next_constant)
        mark_shadowed(c);
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = evaluated_inner(s->u, i); e; e = e->next_inner)
            scan_full(s, e);
        scan_symbol(s, i->symbol);
        if (i->symbol && i->symbol->local)
            i->symbol->local->set_at = i->init ? i->init->span.hi : 0;
        if (i->symbol && i->symbol->kind == SYMBOL_TYPEDEF && type_is_vm(s->u, i->symbol->type))
            scan_vm_typedef(s, i->symbol);
        if (!i->symbol || (i->symbol->storage != STORAGE_STATIC && i->symbol->kind == SYMBOL_OBJECT))
            scan_full(s, i->init);
        scan_ending(s, i);
    }
}

// What an arm of `await any` declares: it has its value already.
static void scan_declared(struct scan *s, struct decl *d)
{
    scan_symbol(s, d->declarators->symbol);
    scan_ending(s, d->declarators);
}

static void scan_arm(struct scan *s, struct any *any, struct stmt *st)
{
    struct point *p = NEW(&s->u->arena, struct point);
    p->await = arm_await(st);
    p->at = p->await->span;
    p->number = ++s->a->start_count;
    s->a->arm_count++;
    p->stmt = st;
    p->any = any;
    p->arm = ++any->arm_count;
    p->is_dropped = !arm_place(st) && !arm_declarator(st);
    p->region = s->region;
    *any->last_arm = p;
    any->last_arm = &p->next_in_region;
    scan_expr(s, arm_place(st));
    s->arm = p;
    scan_full(s, p->await);
    s->arm = NULL;
}

// An arm's statements are a block of their own, what it declares is in another around it.
static void scan_arms(struct scan *s, struct stmt *block)
{
    struct region *outer = s->region;
    for (struct stmt *i = block->block.items; i; i = i->next) {
        s->region = region_new(s, i);
        if (i->kind == STMT_ARM && i->arm.decl)
            scan_declared(s, i->arm.decl);
        scan_stmt(s, i->kind == STMT_ARM ? i->arm.body : i->default_.body);
        s->region = outer;
    }
}

static void scan_any(struct scan *s, struct stmt *st)
{
    struct any *any = NEW(&s->u->arena, struct any);
    struct stmt *block = st->await_any.body;
    struct point *p = any->point = point_new(s, (struct span){ st->span.lo, st->span.lo + 1 });
    any->stmt = st;
    any->last_arm = &any->arms;
    *s->a->last_any = any;
    s->a->last_any = &any->next;
    p->stmt = st;
    p->any = any;
    point_any(s->u, p);
    for (struct stmt *i = block->block.items; i; i = i->next)
        if (i->kind == STMT_ARM)
            scan_arm(s, any, i);
        else
            any->has_default |= i->kind == STMT_DEFAULT;
    scan_arms(s, block);
}

static void scan_asm(struct scan *s, struct stmt *st)
{
    for (struct expr *e = st->asm_.outputs; e; e = e->next)
        scan_full(s, e);
    for (struct expr *e = st->asm_.inputs; e; e = e->next)
        scan_full(s, e);
}

// `return` of a function with children waits for them first.
static void scan_return(struct scan *s, struct stmt *st)
{
    scan_full(s, st->return_.value);
    if (!s->a->fn->has_start)
        return;
    struct point *p = point_new(s, st->span);
    p->stmt = st;
    point_all(s->u, p);
    if (st->return_.value && !st->return_.leaving && type_plain(s->u, s->a->result)->kind != TYPE_VOID)
        p->result = temp_new(s->u, s->a, s->region, st->return_.value, type_unqualified(s->u, s->a->result), "e", p->number);
}

// Places where the function may get a child that it has to wait for.
static uint32_t children_given(const struct async *a)
{
    return a->start_count - a->arm_count + a->replace_count;
}

// Children that are started in a deferred statement have ended when it ends.
static void scan_defer(struct scan *s, struct stmt *st)
{
    uint32_t points = s->a->point_count, given = children_given(s->a);
    scan_stmt(s, st->defer.body);
    if (s->a->fn->has_start && children_given(s->a) > given) {
        struct point *p = st->defer.join = point_new(s, (struct span){st->span.hi - 1, st->span.hi});
        p->stmt = st;
        point_all(s->u, p);
    }
    st->defer.waits = s->a->point_count > points;
}

static void scan_for(struct scan *s, struct stmt *st)
{
    struct region *outer = s->region;
    s->region = region_new(s, st);
    struct stmt *init = st->for_.init;
    scan_stmt(s, init);
    if (init && init->kind == STMT_DECL && init->decl.decl->tags)
        init->decl.decl->tags->is_stated = false;
    scan_condition(s, st->for_.test);
    scan_full(s, st->for_.step);
    scan_stmt(s, st->for_.body);
    s->region = outer;
}

// `async f(x);`, `await f(x);`, `(void)await f(x);`: nobody takes the handle or the result.
static void mark_dropped(struct unit *u, struct expr *e)
{
    e = e ? expr_bare(e) : NULL;
    if (e && e->kind == EXPR_CAST && type_plain(u, e->type)->kind == TYPE_VOID)
        e = expr_bare(e->cast.operand);
    if (e && (e->kind == EXPR_START || e->kind == EXPR_AWAIT))
        hoist_of(u, e)->point->is_dropped = true;
}

static void scan_stmt(struct scan *s, struct stmt *st)
{
    struct unit *u = s->u;
    if (!st)
        return;
    switch (st->kind) {
    case STMT_EXPR:
        scan_full(s, st->expr.expr);
        mark_dropped(u, st->expr.expr);
        return;
    case STMT_DECL:
        scan_decl(s, st->decl.decl);
        if (st->decl.decl->tags)
            st->decl.decl->tags->is_stated = true;
        return;
    case STMT_BLOCK:
        scan_block(s, st);
        return;
    case STMT_IF:
        if (st->if_.no)
            scan_full(s, st->if_.test);
        else
            scan_condition(s, st->if_.test);
        scan_stmt(s, st->if_.yes);
        scan_stmt(s, st->if_.no);
        return;
    case STMT_WHILE:
        scan_condition(s, st->while_.test);
        scan_stmt(s, st->while_.body);
        return;
    case STMT_DO:
        scan_stmt(s, st->do_.body);
        scan_condition(s, st->do_.test);
        return;
    case STMT_FOR:
        scan_for(s, st);
        return;
    case STMT_SWITCH:
        scan_full(s, st->switch_.value);
        scan_stmt(s, st->switch_.body);
        return;
    case STMT_CASE:
        scan_stmt(s, st->case_.body);
        return;
    case STMT_DEFAULT:
        scan_stmt(s, st->default_.body);
        return;
    case STMT_LABEL:
        scan_stmt(s, st->label.body);
        return;
    case STMT_GOTO_PTR:
        scan_full(s, st->goto_ptr.target);
        return;
    case STMT_RETURN:
        scan_return(s, st);
        return;
    case STMT_ASM:
        scan_asm(s, st);
        return;
    case STMT_AWAIT_ALL: {
        struct point *p = point_new(s, st->span);
        p->stmt = st;
        st->await_all.point = p->number;
        s->a->has_children = true;
        point_all(u, p);
        return;
    }
    case STMT_DEFER:
        scan_defer(s, st);
        return;
    case STMT_AWAIT_ANY:
        scan_any(s, st);
        return;
    case STMT_GOTO:
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_ARM:
    case STMT_ERROR:
        return;
    }
}

// Whether a statement expression's block holds a suspension point or a start.
static bool expr_awaits(struct unit *u, struct expr *e)
{
    return e && hoist_of(u, e)->awaits;
}

static bool decl_awaits(struct unit *u, struct decl *d)
{
    for (struct declarator *i = d->declarators; i; i = i->next) {
        if (i->drop || expr_awaits(u, i->init))
            return true;
        for (struct expr *e = evaluated_inner(u, i); e; e = e->next_inner)
            if (expr_awaits(u, e))
                return true;
    }
    return false;
}

static bool block_awaits(struct scan *s, struct stmt *st)
{
    struct unit *u = s->u;
    if (!st)
        return false;
    switch (st->kind) {
    case STMT_EXPR:
        return expr_awaits(u, st->expr.expr);
    case STMT_DECL:
        return decl_awaits(u, st->decl.decl);
    case STMT_BLOCK:
        for (struct stmt *i = st->block.items; i; i = i->next)
            if (block_awaits(s, i))
                return true;
        return false;
    case STMT_IF:
        return expr_awaits(u, st->if_.test) || block_awaits(s, st->if_.yes) || block_awaits(s, st->if_.no);
    case STMT_WHILE:
        return expr_awaits(u, st->while_.test) || block_awaits(s, st->while_.body);
    case STMT_DO:
        return expr_awaits(u, st->do_.test) || block_awaits(s, st->do_.body);
    case STMT_FOR:
        return block_awaits(s, st->for_.init) || expr_awaits(u, st->for_.test) || expr_awaits(u, st->for_.step) ||
               block_awaits(s, st->for_.body);
    case STMT_SWITCH:
        return expr_awaits(u, st->switch_.value) || block_awaits(s, st->switch_.body);
    case STMT_CASE:
        return block_awaits(s, st->case_.body);
    case STMT_DEFAULT:
        return block_awaits(s, st->default_.body);
    case STMT_LABEL:
        return block_awaits(s, st->label.body);
    case STMT_RETURN:
        return expr_awaits(u, st->return_.value) || s->a->fn->has_start;
    case STMT_AWAIT_ALL:
    case STMT_AWAIT_ANY:
        return true;
    case STMT_GOTO_PTR:
        return expr_awaits(u, st->goto_ptr.target);
    case STMT_DEFER:
        return block_awaits(s, st->defer.body);
    case STMT_GOTO:
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_ASM:
    case STMT_ARM:
    case STMT_ERROR:
        return false;
    }
    __builtin_unreachable();
}

// Tags that mean something else in a block of the function, or in one further in, get a second name, which generated code can
// use there: declared in front of the function, or behind the declaration that defines the tag.
static void name_hidden_tags(struct unit *u, struct async *a)
{
    const struct span f = a->fn->decl->span;
    for (const struct tag *t = u->hiding_tags; t; t = t->next_listed) {
        struct tag *outer = t->shadowed;
        if (t->span.lo < f.lo || t->span.lo >= f.hi || outer->alias)
            continue;
        if (outer->scope_depth > 0 && !outer->is_stated) {
            outer->hidden_by = t;
            continue;
        }
        outer->alias = fresh_name(u, arena_printf(&u->arena, "%s_tag_%s", a->prefix, outer->name->text));
        outer->next_hidden = a->hidden_tags;
        a->hidden_tags = outer;
    }
}

// What jumps carry along on their way through the endings.
static void scan_ends(struct scan *s)
{
    struct unit *u = s->u;
    struct async *a = s->a;
    const struct ends *ends = a->fn->ends;
    if (!ends)
        return;
    a->leaves = NEW_ARRAY(&u->arena, struct local *, ends->nest_count + 1);
    if (ends->returns_value)
        a->value = temp_new(u, a, a->root, NULL, type_unqualified(u, a->result), "value", 1);
    for (const struct nest *n = ends->nests; n; n = n->next)
        if (n->has_choice)
            a->leaves[n->number] = temp_new(u, a, a->root, NULL, type_basic(u, TYPE_INT), "leave", n->number);
}

static void scan_param(struct scan *s, struct param *p)
{
    scan_symbol(s, p->symbol);
    if (!p->ending)
        return;
    p->drop = point_new(s, p->span);
    point_drop(s->u, p->drop);
}

void scan_function(struct unit *u, struct async *a)
{
    struct scan s = {.u = u, .a = a};
    struct stmt *body = a->fn->body;
    u->lowering->first_hoist = a->fn->first_expr;
    u->lowering->hoists = NEW_ARRAY(&u->fn, struct hoist, a->fn->end_expr - a->fn->first_expr);
    a->last_start = &a->starts;
    a->last_full = &a->fulls;
    a->last_any = &a->anys;
    a->has_children = a->fn->has_start;
    s.region = a->root = region_new(&s, body);
    for (struct param *p = a->fn->type->function.params; p; p = p->next)
        scan_param(&s, p);
    scan_ends(&s);
    for (struct stmt *i = body->block.items; i; i = i->next)
        scan_stmt(&s, i);
    name_hidden_tags(u, a);
    if (!a->fn->has_start)
        return;
    a->end_point = point_new(&s, (struct span){body->span.hi - 1, body->span.hi});
    point_all(u, a->end_point);
}
