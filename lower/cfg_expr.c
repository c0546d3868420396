// Expressions and conditions to blocks of events, in order of evaluation.
//
// in:   a full expression, or one that decides where control goes
// out:  uses and definitions of locals, suspension points, and the branches of &&, ||, ?: where they have events of their own
//
// Expressions with an await follow exactly the order in which lower_expr.c writes them: first what is computed before
// (`before`), later what is left of the expression (`rest`).
//
//     g(x) + await f(y)           before: use x def ac_t1 enter 1 use y point 1 def ac_r1
//                                 rest: use ac_t1 use ac_r1
#include "grammar.h"
#include "lower/cfg_build.h"
#include "lower/lower.h"

static void rest(struct builder *b, struct expr *e);
static void before(struct builder *b, struct expr *e);

void cfg_operand(struct builder *b, struct expr *e)
{
    const struct hoist *h = hoist_of(b->u, e);
    if (h->pin)
        cfg_use(b, h->pin);
    else
        rest(b, e);
}

void cfg_dropped(struct builder *b, struct expr *e)
{
    const struct expr *bare = expr_bare(e);
    if (bare->kind == EXPR_NAME && bare->name.symbol)
        cfg_use(b, bare->name.symbol->local);
    else
        cfg_operand(b, e);
}

void cfg_write(struct builder *b, struct expr *place, bool reads)
{
    bool part;
    struct local *l = place_local(b->u, place, &part);
    if (!l || reads || part)
        cfg_operand(b, place);
}

void cfg_written(struct builder *b, struct expr *place, const struct expr *value)
{
    bool part;
    struct local *l = place_local(b->u, place, &part);
    if (l && part)
        l->is_changed = true;
    else
        cfg_define_as(b, l, value);
}

// Of `place` += ... and its like.
static void updated(struct builder *b, struct expr *place)
{
    bool part;
    struct local *l = place_local(b->u, place, &part);
    if (l && !part)
        cfg_update(b, l);
    else
        cfg_written(b, place, NULL);
}

// The second operand of && is `yes`, that of || is `no`.
static void branch_rest(struct builder *b, struct expr *test, struct expr *yes, struct expr *no)
{
    struct block *join = cfg_block(b), *start = b->at;
    b->at = cfg_block(b);
    cfg_edge_if(b, start, b->at, test, true);
    if (yes)
        cfg_operand(b, yes);
    cfg_edge(b, b->at, join);
    b->at = cfg_block(b);
    cfg_edge_if(b, start, b->at, test, false);
    if (no)
        cfg_operand(b, no);
    cfg_edge(b, b->at, join);
    b->at = join;
}

static void operands_rest(struct builder *b, struct expr *e)
{
    struct operands o = operands_of(b->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        cfg_operand(b, o.list[i].expr);
}

// A builtin that does not evaluate what it is given.
static bool looks_only(const struct expr *call)
{
    return call_is_of(call, "__builtin_constant_p") || call_is_of(call, "__builtin_object_size") ||
           call_is_of(call, "__builtin_dynamic_object_size");
}

// What evaluating e reads and writes, except for what `before` has done already.
static void rest(struct builder *b, struct expr *e)
{
    const struct hoist *h = hoist_of(b->u, e);
    if (h->is_branch) {
        cfg_use(b, h->pin);
        return;
    }
    switch (e->kind) {
    case EXPR_NAME:
        if (e->name.symbol)
            cfg_use_as(b, e->name.symbol->local, e);
        return;
    case EXPR_BINARY:
        if (e->binary.op != TOK_ANDAND && e->binary.op != TOK_OROR)
            break;
        cfg_operand(b, e->binary.lhs);
        if (e->binary.op == TOK_ANDAND)
            branch_rest(b, e->binary.lhs, e->binary.rhs, NULL);
        else
            branch_rest(b, e->binary.lhs, NULL, e->binary.rhs);
        return;
    case EXPR_COND:
        cfg_operand(b, e->cond.test);
        branch_rest(b, e->cond.test, e->cond.yes, e->cond.no);
        return;
    case EXPR_COMMA:
        if (!hoist_of(b->u, e->comma.rhs)->has_pre)
            cfg_dropped(b, e->comma.lhs);
        cfg_operand(b, e->comma.rhs);
        return;
    case EXPR_ASSIGN:
        cfg_write(b, e->assign.lhs, e->assign.op != '=');
        cfg_operand(b, e->assign.rhs);
        if (e->assign.op == '=')
            cfg_written(b, e->assign.lhs, e->assign.rhs);
        else
            updated(b, e->assign.lhs);
        return;
    case EXPR_POSTFIX:
        cfg_write(b, e->postfix.operand, true);
        updated(b, e->postfix.operand);
        return;
    case EXPR_UNARY:
        if (e->unary.op != TOK_INC && e->unary.op != TOK_DEC)
            break;
        cfg_write(b, e->unary.operand, true);
        updated(b, e->unary.operand);
        return;
    case EXPR_AWAIT:
    case EXPR_START:
        cfg_use(b, h->point->result);
        return;
    case EXPR_STMT_EXPR:
        cfg_stmt(b, e->stmt_expr.block);
        return;
    case EXPR_CAST:
        if (type_plain(b->u, e->type)->kind != TYPE_VOID)
            break;
        cfg_dropped(b, e->cast.operand);
        return;
    case EXPR_CALL:
        if (!looks_only(e))
            break;
        for (struct expr *i = e->call.args; i; i = i->next)
            cfg_dropped(b, i);
        return;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_PAREN:
    case EXPR_INDEX:
    case EXPR_MEMBER:
    case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF:
    case EXPR_COMPOUND:
    case EXPR_INIT:
    case EXPR_GENERIC:
    case EXPR_VA_ARG:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_CHOOSE:
    case EXPR_BUILTIN_T:
    case EXPR_ERROR:
        break;
    }
    operands_rest(b, e);
}

static void operand_before(struct builder *b, struct expr *e)
{
    const struct hoist *h = hoist_of(b->u, e);
    if (h->has_pre)
        before(b, e);
    if (h->pin && !h->is_branch) {
        rest(b, e);
        cfg_define(b, h->pin);
    }
}

static void operands_before(struct builder *b, struct expr *e)
{
    struct operands o = operands_of(b->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        operand_before(b, o.list[i].expr);
}

// One outcome of a test: the value of `e`, or the test's own when there is none.
static void arm(struct builder *b, struct block *start, struct expr *test, bool outcome, struct expr *e, struct local *pin)
{
    b->at = cfg_block(b);
    cfg_edge_if(b, start, b->at, test, outcome);
    if (!e)
        return;
    operand_before(b, e);
    cfg_operand(b, e);
    cfg_define(b, pin);
}

static void branch_before(struct builder *b, struct expr *e, struct expr *test, struct expr *yes, struct expr *no)
{
    struct local *pin = hoist_of(b->u, e)->pin;
    operand_before(b, test);
    if (!hoist_of(b->u, e)->is_branch)
        return;
    cfg_operand(b, test);
    if (!yes || !no)
        cfg_define(b, pin);
    struct block *join = cfg_block(b), *start = b->at;
    arm(b, start, test, true, yes, pin);
    cfg_edge(b, b->at, join);
    arm(b, start, test, false, no, pin);
    cfg_edge(b, b->at, join);
    b->at = join;
}

// Its result is too small to lead to what the callee was lent.
static bool is_small_awaited(struct unit *u, const struct expr *e)
{
    return e->kind == EXPR_AWAIT && type_size(u, e->type) < u->target->size_pointer;
}

void cfg_use_lent(struct builder *b, struct point *p, struct expr *e)
{
    struct local *l = e->kind == EXPR_NAME && e->name.symbol ? e->name.symbol->local : NULL;
    bool is_lent = e->is_lent && (e->is_place || type_plain(b->u, e->type)->kind == TYPE_ARRAY);
    if (l && l->is_tracked && is_lent) {
        l->is_lent_across = true;
        p->lends = l;
        cfg_use(b, l);
    }
    struct operands o = operands_of(b->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        if (!is_small_awaited(b->u, o.list[i].expr))
            cfg_use_lent(b, p, o.list[i].expr);
}

void cfg_operands(struct builder *b, struct expr *e)
{
    operands_before(b, e);
    operands_rest(b, e);
}

static void await_before(struct builder *b, struct expr *e)
{
    struct point *p = hoist_of(b->u, e)->point;
    bool may_wait = e->kind == EXPR_AWAIT && !p->is_plain;
    operands_before(b, e);
    if (may_wait && !p->arm)
        cfg_event(b, EVENT_ENTER, p->number - 1, NULL);
    operands_rest(b, e);
    if (may_wait) {
        cfg_define(b, p->handle);
        cfg_point(b, p);
        if (p->kind == CALLEE_HANDLE)       // the callee's frame has it
            cfg_define(b, p->handle);
        cfg_use(b, p->handle);
        cfg_use_lent(b, p, e);
    }
    cfg_define(b, p->result);
}

// The value of a statement expression is that of its last statement; the endings of its block come after that. Who leaves by
// them for elsewhere has not given it one, but they lead to where it is read: what it held before the block is dead.
static void block_value_before(struct builder *b, struct expr *e)
{
    struct local *pin = hoist_of(b->u, e)->pin;
    if (e->stmt_expr.block->block.leaving)
        cfg_define(b, pin);
    cfg_items(b, e->stmt_expr.block);
    cfg_define(b, pin);
    cfg_leave_by(b, e->stmt_expr.block->block.leaving);
}

// What is computed ahead of the rest of e.
static void before(struct builder *b, struct expr *e)
{
    switch (e->kind) {
    case EXPR_BINARY:
        if (e->binary.op != TOK_ANDAND && e->binary.op != TOK_OROR)
            break;
        if (e->binary.op == TOK_ANDAND)
            branch_before(b, e, e->binary.lhs, e->binary.rhs, NULL);
        else
            branch_before(b, e, e->binary.lhs, NULL, e->binary.rhs);
        return;
    case EXPR_COND:
        branch_before(b, e, e->cond.test, e->cond.yes, e->cond.no);
        return;
    case EXPR_COMMA:
        operand_before(b, e->comma.lhs);
        if (hoist_of(b->u, e->comma.rhs)->has_pre) {
            cfg_dropped(b, e->comma.lhs);
            operand_before(b, e->comma.rhs);
        }
        return;
    case EXPR_AWAIT:
    case EXPR_START:
        await_before(b, e);
        return;
    case EXPR_STMT_EXPR:
        if (hoist_of(b->u, e)->is_branch)
            block_value_before(b, e);
        return;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_NAME:
    case EXPR_PAREN:
    case EXPR_INDEX:
    case EXPR_CALL:
    case EXPR_MEMBER:
    case EXPR_POSTFIX:
    case EXPR_UNARY:
    case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF:
    case EXPR_CAST:
    case EXPR_COMPOUND:
    case EXPR_ASSIGN:
    case EXPR_INIT:
    case EXPR_GENERIC:
    case EXPR_VA_ARG:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_CHOOSE:
    case EXPR_BUILTIN_T:
    case EXPR_ERROR:
        break;
    }
    operands_before(b, e);
}

void cfg_full(struct builder *b, struct expr *e)
{
    if (!e)
        return;
    if (hoist_of(b->u, e)->has_pre)
        before(b, e);
    cfg_operand(b, e);
}

void cfg_condition(struct builder *b, struct expr *whole, struct block *yes, struct block *no)
{
    struct expr *test = whole ? expr_bare(whole) : NULL;
    const struct hoist *h = test ? hoist_of(b->u, test) : NULL;
    bool is_split = test && !test->is_constant && (h->is_chain || (!h->has_pre && !h->pin));
    if (is_split && test->kind == EXPR_UNARY && test->unary.op == '!') {
        cfg_condition(b, test->unary.operand, no, yes);
    } else if (is_split && test->kind == EXPR_COMMA) {
        cfg_operand(b, test->comma.lhs);
        cfg_condition(b, test->comma.rhs, yes, no);
    } else if (is_split && test->kind == EXPR_BINARY && (test->binary.op == TOK_ANDAND || test->binary.op == TOK_OROR)) {
        bool is_and = test->binary.op == TOK_ANDAND;
        struct block *second = cfg_block(b);
        cfg_condition(b, test->binary.lhs, is_and ? second : yes, is_and ? no : second);
        b->at = second;
        cfg_condition(b, test->binary.rhs, yes, no);
    } else {
        cfg_full(b, whole);
        cfg_edge_if(b, b->at, yes, whole, true);
        cfg_edge_if(b, b->at, no, whole, false);
    }
}
