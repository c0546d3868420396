// Parents tell their operands two things, on the way down:
//   is_place   the operand's address is what counts, not its value (of an array it always is)
//   is_lent    whoever gets that address, or the pointer that the operand is, has forgotten it when the value is computed
#include "lower/lend.h"

#include <string.h>

#include "grammar.h"
#include "lower/lower.h"
#include "lower/walk.h"

struct value_stmt {
    struct value_stmt *next;
    const struct stmt *stmt;        // the last of a statement expression: its value is not dropped
};

struct lends {
    struct walk walk;
    struct unit *u;
    bool (*has_await)(struct unit *u, const struct expr *e);
    struct value_stmt *values;
    const struct expr *started;     // the call of a child, which keeps what it is given until it has ended
};

// An operand whose pointer, if it is one, is used at once.
static void use(struct expr *e)
{
    if (e)
        e->is_lent = true;
}

// An operand that is the value of e, or part of its place.
static void pass(const struct expr *e, struct expr *operand)
{
    if (!operand)
        return;
    operand->is_lent = e->is_lent;
    operand->is_place = e->is_place;
}

static bool gives_address(struct unit *u, const struct expr *e)
{
    return e->is_place || type_plain(u, e->type)->kind == TYPE_ARRAY;
}

// The object, or with is_pointer the pointer, of which e is a part.
static void lend_base(struct unit *u, const struct expr *e, struct expr *base, bool is_pointer)
{
    bool is_address = gives_address(u, e);
    base->is_lent = !is_address || e->is_lent;
    base->is_place = is_address && !is_pointer;
}

// The object whose address an argument is, or points into: f(&x.y), f(array + 1). NULL: it is none, or no name says which.
static struct expr *addressed(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    while (e->kind == EXPR_CAST || (e->kind == EXPR_BINARY && (e->binary.op == '+' || e->binary.op == '-')))
        e = expr_bare(e->kind == EXPR_CAST ? e->cast.operand : e->binary.lhs);
    bool is_address = e->kind == EXPR_UNARY && e->unary.op == '&';
    if (!e->type || (!is_address && type_plain(u, e->type)->kind != TYPE_ARRAY))       // no type: what a builtin is given
        return NULL;
    e = place_whole(u, is_address ? e->unary.operand : e);
    return e->kind == EXPR_NAME && e->name.symbol && e->name.symbol->kind == SYMBOL_OBJECT ? e : NULL;
}

// The parameter could have the attribute, if the function does not keep the address.
static void give(struct unit *u, const struct expr *call, uint32_t parameter, struct expr *object)
{
    const struct expr *callee = expr_bare(call->call.callee);
    const struct symbol *function = callee->kind == EXPR_NAME ? callee->name.symbol : NULL;
    struct type *t = function && function->type ? type_plain(u, function->type) : NULL;      // NULL: of a builtin
    if (!t || t->kind != TYPE_FUNCTION || !parameter_of(t, parameter))
        return;
    struct giving **last = &object->name.symbol->givings;
    while (*last && ((*last)->function != function || (*last)->parameter != parameter))
        last = &(*last)->next;
    if (!*last) {
        *last = NEW(&u->arena, struct giving);
        **last = (struct giving){ NULL, function, parameter };
    }
    object->is_given = true;
}

static void lend_arguments(struct lends *l, const struct expr *call)
{
    uint32_t n = 0;
    for (struct expr *arg = call->call.args; arg; arg = arg->next) {
        enum keeping keeping = argument_keeping(l->u, call, ++n);
        arg->is_lent = keeping == KEEPS_NOTHING || (keeping == KEEPS_BY_RESULT && call->is_lent);
        struct expr *object = addressed(l->u, arg);
        if (object && keeping == KEEPS)
            give(l->u, call, n, object);
        if (object && keeping == KEEPS_NOTHING)
            object->name.symbol->is_lent_out = true;
    }
}

// An address that has become an integer may become a pointer again: ((uintptr_t)buf + 63) & ~(uintptr_t)63. What compares gives none.
static void lend_binary(const struct expr *e)
{
    switch (e->binary.op) {
    case TOK_EQ: case TOK_NE: case TOK_LE: case TOK_GE: case '<': case '>': case TOK_ANDAND: case TOK_OROR:
        use(e->binary.lhs);
        use(e->binary.rhs);
        return;
    default:
        e->binary.lhs->is_lent = e->binary.rhs->is_lent = e->is_lent;
    }
}

static void lend_unary(struct unit *u, struct expr *e)
{
    switch (e->unary.op) {
    case '&':
        e->unary.operand->is_place = true;
        e->unary.operand->is_lent = e->is_lent;
        return;
    case '*':
        lend_base(u, e, e->unary.operand, true);
        return;
    case TOK_REAL: case TOK_IMAG:
        lend_base(u, e, e->unary.operand, false);
        return;
    case TOK_EXTENSION:
        pass(e, e->unary.operand);
        return;
    case '~': case '-': case '+':
        e->unary.operand->is_lent = e->is_lent;
        return;
    default:
        use(e->unary.operand);
    }
}

static void note_value(struct lends *l, struct expr *e)
{
    struct value_stmt *v = NEW(&l->u->fn, struct value_stmt);
    *v = (struct value_stmt){ l->values, last_statement(e->stmt_expr.block) };
    l->values = v;
}

static void lend_operands(struct lends *l, struct expr *e)
{
    struct unit *u = l->u;
    switch (e->kind) {
    case EXPR_UNARY:
        lend_unary(u, e);
        return;
    case EXPR_INDEX: {
        bool is_swapped = type_plain(u, e->index.index->type)->kind == TYPE_POINTER;
        bool is_pointer = type_plain(u, e->index.base->type)->kind != TYPE_ARRAY;
        if (!is_swapped)
            lend_base(u, e, e->index.base, is_pointer);
        return;
    }
    case EXPR_MEMBER:
        lend_base(u, e, e->member.object, e->member.is_arrow);
        return;
    case EXPR_CALL:
        lend_arguments(l, e);
        return;
    case EXPR_PAREN:
        pass(e, e->paren.inner);
        return;
    case EXPR_CAST:
        e->cast.operand->is_lent = e->is_lent || type_plain(u, e->type)->kind == TYPE_VOID;
        return;
    case EXPR_BINARY:
        lend_binary(e);
        return;
    case EXPR_COND:
        use(e->cond.test);
        pass(e, e->cond.yes);
        pass(e, e->cond.no);
        return;
    case EXPR_COMMA:
        use(e->comma.lhs);
        pass(e, e->comma.rhs);
        return;
    case EXPR_ASSIGN:
        use(e->assign.lhs);
        return;
    case EXPR_POSTFIX:
        use(e->postfix.operand);
        return;
    case EXPR_GENERIC:
        pass(e, e->generic.chosen);
        return;
    case EXPR_CHOOSE:
        pass(e, e->choose.chosen);
        return;
    case EXPR_SIZEOF:
        use(e->sizeof_.operand);
        return;
    case EXPR_STMT_EXPR:
        note_value(l, e);
        return;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_LABEL_ADDR: case EXPR_COMPOUND:
    case EXPR_INIT: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_BUILTIN_T: case EXPR_AWAIT: case EXPR_START:
    case EXPR_ERROR:
        return;
    }
}

static bool awaits(const struct lends *l, const struct expr *e)
{
    return l->has_await && l->has_await(l->u, e);
}

// What an assignment waits for is written behind the wait, to a place that may have been computed before it.
static void lend_written(struct unit *u, struct expr *place)
{
    place->is_place = place_whole(u, place)->kind != EXPR_NAME;
}

static void lend_expr(struct walk *w, struct expr *e)
{
    struct lends *l = (struct lends *)w;
    if (!e->type)
        return;
    if (e->kind == EXPR_START)
        l->started = expr_bare(e->start.operand);
    bool is_run = e != l->started && !(e->kind == EXPR_CALL && e->call.makes);
    if (is_run && !awaits(l, e))
        lend_operands(l, e);
    else if (e->kind == EXPR_STMT_EXPR)
        note_value(l, e);
    else if (e->kind == EXPR_ASSIGN)
        lend_written(l->u, e->assign.lhs);
    if (e->kind == EXPR_NAME && e->name.symbol && e->name.symbol->kind == SYMBOL_OBJECT && gives_address(l->u, e) && !e->is_lent) {
        e->name.symbol->is_given_away = true;
        e->name.symbol->is_given_elsewhere |= !e->is_given;
    }
}

static bool is_value(const struct lends *l, const struct stmt *s)
{
    for (const struct value_stmt *v = l->values; v; v = v->next)
        if (v->stmt == s)
            return true;
    return false;
}

static void lend_asm(struct expr *operands)
{
    for (; operands; operands = operands->next)
        operands->is_place = true;
}

// A value that nobody has, or that is only tested.
static void lend_stmt(struct walk *w, struct stmt *s)
{
    switch (s->kind) {
    case STMT_EXPR:
        if (!is_value((struct lends *)w, s))
            use(s->expr.expr);
        return;
    case STMT_IF:
        use(s->if_.test);
        return;
    case STMT_WHILE:
        use(s->while_.test);
        return;
    case STMT_DO:
        use(s->do_.test);
        return;
    case STMT_FOR:
        use(s->for_.test);
        use(s->for_.step);
        return;
    case STMT_ASM:
        lend_asm(s->asm_.outputs);
        lend_asm(s->asm_.inputs);
        return;
    case STMT_DECL: case STMT_BLOCK: case STMT_SWITCH: case STMT_CASE: case STMT_DEFAULT: case STMT_LABEL: case STMT_GOTO:
    case STMT_GOTO_PTR: case STMT_BREAK: case STMT_CONTINUE: case STMT_RETURN: case STMT_AWAIT_ALL: case STMT_AWAIT_ANY:
    case STMT_ARM: case STMT_DEFER: case STMT_ERROR:
        return;
    }
}

void lends_find(struct unit *u, struct stmt *body, bool (*has_await)(struct unit *u, const struct expr *e))
{
    struct lends l = { { .expr = lend_expr, .stmt = lend_stmt }, u, has_await, NULL, NULL };
    walk_stmt(&l.walk, body);
}
