// Which parts of an expression are evaluated, in which order, and how each is used. The one place that knows; hoisting,
// the CFG and the edits all follow it.
#include "lower/async.h"

#include "grammar.h"

enum { INLINE_OPERANDS = 4 };

struct local *place_local(struct unit *u, struct expr *place, bool *is_part)
{
    const struct expr *whole = place_whole(u, place);
    *is_part = whole != expr_chosen(place);
    return whole->kind == EXPR_NAME && whole->name.symbol ? whole->name.symbol->local : NULL;
}

static enum operand_use use_of(struct unit *u, struct expr *e)
{
    return type_plain(u, e->type)->kind == TYPE_ARRAY ? USE_PLACE : USE_VALUE;
}

static void add(struct operands *o, struct expr *e, enum operand_use use)
{
    if (e)
        o->list[o->count++] = (struct operand){e, use};
}

static void add_value(struct unit *u, struct operands *o, struct expr *e)
{
    if (e)
        add(o, e, use_of(u, e));
}

// A type name is evaluated when it is variably modified: its sizes are.
static uint32_t type_name_count(struct unit *u, struct type_name *t)
{
    uint32_t n = 0;
    if (t && type_is_vm(u, t->type))
        for (struct expr *e = t->inner; e; e = e->next_inner)
            n++;
    return n;
}

static void add_type_name(struct unit *u, struct operands *o, struct type_name *t)
{
    if (t && type_is_vm(u, t->type))
        for (struct expr *e = t->inner; e; e = e->next_inner)
            add_value(u, o, e);
}

static struct operands room(struct unit *u, uint32_t count)
{
    return (struct operands){NEW_ARRAY(&u->fn, struct operand, count), 0};
}

static struct operands call_operands(struct unit *u, struct expr *callee, struct expr *args)
{
    uint32_t count = 1;
    for (struct expr *a = args; a; a = a->next)
        count++;
    struct operands o = room(u, count);     // without the callee of a call that makes a frame
    add(&o, callee, USE_VALUE);
    for (struct expr *a = args; a; a = a->next)
        add_value(u, &o, a);
    return o;
}

static struct operands init_operands(struct unit *u, struct expr *e)
{
    uint32_t count = 0;
    for (struct init_item *i = e->init.items; i; i = i->next)
        count++;
    struct operands o = room(u, count);
    for (struct init_item *i = e->init.items; i; i = i->next)
        if (i->value->kind == EXPR_INIT)
            add(&o, i->value, USE_VALUE);
        else
            add_value(u, &o, i->value);
    return o;
}

static struct operands unary_operands(struct unit *u, struct expr *e)
{
    struct operands o = room(u, 1);
    switch (e->unary.op) {
    case '&':
    case TOK_INC:
    case TOK_DEC:
        add(&o, e->unary.operand, USE_PLACE);
        return o;
    case TOK_REAL:
    case TOK_IMAG:
    case TOK_EXTENSION:
        add(&o, e->unary.operand, e->unary.operand->is_lvalue ? USE_PLACE : USE_VALUE);
        return o;
    }
    add_value(u, &o, e->unary.operand);
    return o;
}

static struct operands awaited_operands(struct unit *u, struct expr *operand)
{
    struct expr *call = expr_bare(operand);
    if (expr_calls_async(u, call))
        return call_operands(u, call->call.callee, call->call.args);
    struct operands o = room(u, 1);
    add(&o, operand, operand->is_lvalue ? USE_PLACE : USE_VALUE);
    return o;
}

struct expr *evaluated_inner(struct unit *u, const struct declarator *d)
{
    return d->type && type_is_vm(u, d->type) ? d->inner : NULL;
}

struct expr *evaluated_specs(struct unit *u, const struct decl *d)
{
    return d->base && type_is_vm(u, d->base) ? d->inner : NULL;
}

struct operands operands_of(struct unit *u, struct expr *e)
{
    struct operands o = {0};
    switch (e->kind) {
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_NAME:
    case EXPR_LABEL_ADDR:
    case EXPR_STMT_EXPR:
    case EXPR_TYPES:
    case EXPR_ERROR:
        return o;
    case EXPR_OFFSETOF:
        return o;
    case EXPR_INIT:
        return init_operands(u, e);
    case EXPR_CALL:
        return call_operands(u, e->call.makes ? NULL : e->call.callee, e->call.args);
    case EXPR_BUILTIN_T:
        return call_operands(u, NULL, e->builtin.args);
    case EXPR_AWAIT:
        return awaited_operands(u, e->await.operand);
    case EXPR_START:
        return awaited_operands(u, e->start.operand);
    case EXPR_UNARY:
        return unary_operands(u, e);
    case EXPR_SIZEOF:
        o = room(u, type_name_count(u, e->sizeof_.type) + 1);
        add_type_name(u, &o, e->sizeof_.type);
        if (e->sizeof_.operand && e->sizeof_.op == TOK_SIZEOF && type_is_vm(u, e->sizeof_.operand->type))
            add_value(u, &o, e->sizeof_.operand);
        return o;
    case EXPR_CAST:
        o = room(u, type_name_count(u, e->cast.type) + 1);
        add_type_name(u, &o, e->cast.type);
        add_value(u, &o, e->cast.operand);
        return o;
    case EXPR_COMPOUND:
        o = room(u, type_name_count(u, e->compound.type) + 1);
        add_type_name(u, &o, e->compound.type);
        add(&o, e->compound.init, USE_VALUE);
        return o;
    case EXPR_VA_ARG:
        o = room(u, 1);
        add(&o, e->va_arg.list, USE_PLACE);
        return o;
    case EXPR_PAREN:
        o = room(u, 1);
        add(&o, e->paren.inner, e->paren.inner->is_lvalue ? USE_PLACE : USE_VALUE);
        return o;
    case EXPR_INDEX:
        o = room(u, INLINE_OPERANDS);
        add(&o, e->index.base, type_plain(u, e->index.base->type)->kind == TYPE_VECTOR && e->index.base->is_lvalue
                                   ? USE_PLACE : use_of(u, e->index.base));
        add_value(u, &o, e->index.index);
        return o;
    case EXPR_MEMBER:
        o = room(u, INLINE_OPERANDS);
        if (e->member.is_arrow)
            add_value(u, &o, e->member.object);
        else
            add(&o, e->member.object, e->member.object->is_lvalue ? USE_PLACE : USE_VALUE);
        return o;
    case EXPR_POSTFIX:
        o = room(u, 1);
        add(&o, e->postfix.operand, USE_PLACE);
        return o;
    case EXPR_BINARY:
        o = room(u, 2);
        add_value(u, &o, e->binary.lhs);
        add_value(u, &o, e->binary.rhs);
        return o;
    case EXPR_COND:
        o = room(u, INLINE_OPERANDS);
        add_value(u, &o, e->cond.test);
        add_value(u, &o, e->cond.yes);
        add_value(u, &o, e->cond.no);
        return o;
    case EXPR_ASSIGN:
        o = room(u, 2);
        add(&o, e->assign.lhs, USE_PLACE);
        add_value(u, &o, e->assign.rhs);
        return o;
    case EXPR_COMMA:
        o = room(u, 2);
        add(&o, e->comma.lhs, USE_EFFECT);
        add_value(u, &o, e->comma.rhs);
        return o;
    case EXPR_GENERIC:
        o = room(u, 1);
        if (e->generic.chosen)
            add(&o, e->generic.chosen, e->generic.chosen->is_lvalue ? USE_PLACE : USE_VALUE);
        return o;
    case EXPR_CHOOSE:
        o = room(u, 1);
        if (e->choose.chosen)
            add(&o, e->choose.chosen, e->choose.chosen->is_lvalue ? USE_PLACE : USE_VALUE);
        return o;
    }
    __builtin_unreachable();
}
