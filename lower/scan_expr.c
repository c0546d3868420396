// Awaits, starts and compound literals, and which expressions hold an await.
//
// in:   an expression, in source order
// out:  the suspension points and starts in it, with what they call and the locals for their results; the hoist of every
//       expression: whether it awaits, whether it has effects; a->fulls
//
//     n = 1 + await f(await g());     point 1 for g with the local ac_r1, point 2 for f with ac_r2
//     async g();                      start 1 with ac_s1, which nobody takes
#include "grammar.h"
#include "lower/ctype.h"
#include "lower/lower.h"
#include "lower/scan.h"
#include "parser/handle_type.h"

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
    *s->a->last_plain = p;
    s->a->last_plain = &p->next_in_region;
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

// A function whose frame is laid out later, and defined further down, has a size that cannot be written yet: it makes its own frame.
static void size_started(const struct async *a, struct point *p)
{
    struct async *g = p->callee_async;
    if (!g || g->order <= a->order || g->fn->decl->span.lo < a->fn->decl->span.lo)
        return;
    g->may_be_outside = true;
    p->callee_async = NULL;
    p->kind = CALLEE_OUTSIDE;
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
        size_started(s->a, p);
    }
    p->result = temp_new(u, s->a, s->region, e, NULL, "s", p->number);
    p->result->c_type = "ac_handle";
    p->is_dropped = e->start.is_unheld;
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

struct full *scan_full(struct scan *s, struct expr *e)
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

void scan_condition(struct scan *s, struct expr *e)
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

struct expr *value_behind(struct unit *u, struct expr *e)
{
    for (e = expr_bare(e);; e = expr_bare(e->kind == EXPR_CAST ? e->cast.operand : e->comma.rhs))
        if (e->kind != EXPR_COMMA && (e->kind != EXPR_CAST || type_is_vm(u, e->type)))
            return e;
}

void mark_dropped(struct unit *u, struct expr *e)
{
    e = e ? value_behind(u, e) : NULL;
    if (e && e->kind == EXPR_AWAIT)
        hoist_of(u, e)->point->is_dropped = true;
}

// The last statement of a statement expression is its value.
static void keep_value(struct unit *u, struct expr *e)
{
    const struct stmt *last = last_statement(e->stmt_expr.block);
    struct expr *whole = last && last->kind == STMT_EXPR ? last->expr.expr : NULL;
    struct expr *value = whole && type_plain(u, whole->type)->kind != TYPE_VOID ? value_behind(u, whole) : NULL;
    if (value && value->kind == EXPR_AWAIT)
        hoist_of(u, value)->point->is_dropped = false;
}

void scan_expr(struct scan *s, struct expr *e)
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
        if (!e->compound.type->is_static)
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
