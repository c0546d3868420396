// Constant evaluation: what gcc and clang fold while they compile declarations.
//
//     sizeof (int) * 3   →   12        (int)(1.5 * 2)   →   3        (long)&((struct s *)0)->m   →   offset of m
//
// sema asks for each integer expression when its operands are done, so that one level is looked at each time; only
// floating, pointer and 128-bit operands, which have no place in the node, are evaluated again from their leaves.
#include <string.h>

#include "grammar.h"
#include "parser/sema.h"

static struct number const_compute(struct unit *u, struct expr *e);
static struct number lvalue_address(struct unit *u, struct expr *e);

static struct number integer(__int128 i)
{
    return (struct number){ .is_known = true, .i = i };
}

static struct number floating(long double f)
{
    return (struct number){ .is_known = true, .is_float = true, .f = f };
}

static bool is_true(struct number n)
{
    return n.is_float ? n.f != 0 : n.i != 0;
}

uint32_t type_width(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    if (t->kind == TYPE_BOOL)
        return 1;
    if (t->kind == TYPE_BITINT)
        return t->bitint.bits;
    return (uint32_t)type_size(u, t) * 8;
}

// The value modulo 2^width, in the range of the type.
static __int128 wrap(__int128 i, uint32_t width, bool is_signed)
{
    if (width == 0 || width >= 128)
        return i;
    unsigned __int128 mask = ((unsigned __int128)1 << width) - 1, value = (unsigned __int128)i & mask;
    if (is_signed && value >> (width - 1))
        value |= ~mask;
    return (__int128)value;
}

static struct number convert_floating(enum type_kind kind, struct number n)
{
    if (kind >= TYPE_DECIMAL32)
        return (struct number){ 0 };        // has values that no binary type has
    long double f = n.is_float ? n.f : (long double)n.i;
    if (kind == TYPE_FLOAT || kind == TYPE_FLOAT32)
        return floating((float)f);
    return floating(kind == TYPE_DOUBLE || kind == TYPE_FLOAT64 ? (double)f : f);
}

// What does not fit is the nearest value that does, as gcc folds it; clang takes it for no constant.
static struct number truncate(struct unit *u, long double f, struct type *t)
{
    uint32_t width = type_width(u, t);
    bool is_signed = type_is_signed(u, t);
    if (f != f || width > 64)
        return width > 64 && f > -1e37L && f < 1e37L ? integer((__int128)f) : (struct number){ 0 };
    __int128 most = ((__int128)1 << (width - is_signed)) - 1, least = is_signed ? -most - 1 : 0;
    return integer(f >= (long double)most ? most : f <= (long double)least ? least : (__int128)f);
}

static struct number convert(struct unit *u, struct number n, struct type *t)
{
    t = type_plain(u, t);
    if (!n.is_known)
        return n;
    if (t->kind == TYPE_BOOL)
        return integer(is_true(n));
    if (type_is_real_floating(u, t))
        return convert_floating(t->kind, n);
    if (n.is_float)
        return type_is_integer(u, t) ? truncate(u, n.f, t) : (struct number){ 0 };
    __int128 i = n.i;
    if (type_is_integer(u, t))
        return integer(wrap(i, type_width(u, t), type_is_signed(u, t)));
    if (t->kind == TYPE_POINTER || t->kind == TYPE_NULLPTR)
        return integer(wrap(i, u->target->size_pointer * 8, false));
    return (struct number){ 0 };
}

static struct number compute_unary(struct unit *u, struct expr *e)
{
    if (e->unary.op == '&')
        return lvalue_address(u, e->unary.operand);
    struct number n = const_number(u, e->unary.operand);
    if (!n.is_known)
        return n;
    if (e->unary.op == '!')
        return integer(!is_true(n));
    n = convert(u, n, e->type);
    switch (e->unary.op) {
    case '+': case TOK_EXTENSION:
        return n;
    case '-':
        n.i = (__int128)-(unsigned __int128)n.i;
        n.f = -n.f;
        return convert(u, n, e->type);
    case '~':
        n.i = ~n.i;
        return n.is_float ? (struct number){ 0 } : convert(u, n, e->type);
    }
    return (struct number){ 0 };
}

static struct number compute_floating(int op, long double a, long double b)
{
    switch (op) {
    case '+': return floating(a + b);
    case '-': return floating(a - b);
    case '*': return floating(a * b);
    case '/': return floating(a / b);
    case '<': return integer(a < b);
    case '>': return integer(a > b);
    case TOK_LE: return integer(a <= b);
    case TOK_GE: return integer(a >= b);
    case TOK_EQ: return integer(a == b);
    case TOK_NE: return integer(a != b);
    }
    return (struct number){ 0 };
}

static struct number compare(int op, __int128 a, __int128 b, bool is_unsigned)
{
    bool is_less = is_unsigned ? (unsigned __int128)a < (unsigned __int128)b : a < b;
    switch (op) {
    case '<': return integer(is_less);
    case '>': return integer(!is_less && a != b);
    case TOK_LE: return integer(is_less || a == b);
    case TOK_GE: return integer(!is_less);
    case TOK_EQ: return integer(a == b);
    case TOK_NE: return integer(a != b);
    }
    return (struct number){ 0 };
}

static struct number divide(int op, __int128 a, __int128 b, bool is_unsigned)
{
    if (!b)
        return (struct number){ 0 };
    if (is_unsigned)
        return integer((__int128)(op == '/' ? (unsigned __int128)a / (unsigned __int128)b
                                            : (unsigned __int128)a % (unsigned __int128)b));
    if (b == -1)
        return integer(op == '/' ? (__int128)-(unsigned __int128)a : 0);
    return integer(op == '/' ? a / b : a % b);
}

static struct number compute_integer(int op, __int128 a, __int128 b, bool is_unsigned)
{
    unsigned __int128 x = (unsigned __int128)a, y = (unsigned __int128)b;
    switch (op) {
    case '+': return integer((__int128)(x + y));
    case '-': return integer((__int128)(x - y));
    case '*': return integer((__int128)(x * y));
    case '/': case '%': return divide(op, a, b, is_unsigned);
    case '&': return integer((__int128)(x & y));
    case '|': return integer((__int128)(x | y));
    case '^': return integer((__int128)(x ^ y));
    }
    return compare(op, a, b, is_unsigned);
}

static struct number compute_shift(struct unit *u, struct expr *e, struct number a, struct number b)
{
    a = convert(u, a, e->type);
    if (a.is_float || b.is_float || b.i < 0 || b.i >= type_width(u, e->type))
        return (struct number){ 0 };
    bool is_unsigned = !type_is_signed(u, e->type);
    if (e->binary.op == TOK_SHL)
        return convert(u, integer((__int128)((unsigned __int128)a.i << b.i)), e->type);
    return integer(is_unsigned ? (__int128)((unsigned __int128)a.i >> b.i) : a.i >> b.i);
}

static struct number compute_logical(struct unit *u, struct expr *e)
{
    struct number a = const_number(u, e->binary.lhs);
    if (!a.is_known)
        return a;
    if (is_true(a) == (e->binary.op == TOK_OROR))
        return integer(is_true(a));
    struct number b = const_number(u, e->binary.rhs);
    return b.is_known ? integer(is_true(b)) : b;
}

// p + i, i + p, p - i and p - q of address constants; a comparison of two.
static struct number compute_pointers(struct unit *u, struct expr *e, struct number a, struct number b)
{
    struct type *s = type_plain(u, type_value(u, e->binary.lhs)), *t = type_plain(u, type_value(u, e->binary.rhs));
    struct type *pointer = s->kind == TYPE_POINTER ? s : t;
    if (e->binary.op != '+' && e->binary.op != '-')
        return compare(e->binary.op, a.i, b.i, true);
    __int128 size = pointer->kind == TYPE_POINTER ? (__int128)type_size(u, pointer->base) : 0;
    if (!size || a.is_float || b.is_float)
        return (struct number){ 0 };
    if (s->kind == TYPE_POINTER && t->kind == TYPE_POINTER)
        return integer((a.i - b.i) / size);
    a.i *= s->kind == TYPE_POINTER ? 1 : size;
    b.i *= t->kind == TYPE_POINTER ? 1 : size;
    return convert(u, integer(e->binary.op == '+' ? a.i + b.i : a.i - b.i), e->type);
}

static struct number compute_binary(struct unit *u, struct expr *e)
{
    int op = e->binary.op;
    if (op == TOK_ANDAND || op == TOK_OROR)
        return compute_logical(u, e);
    struct number a = const_number(u, e->binary.lhs), b = const_number(u, e->binary.rhs);
    if (!a.is_known || !b.is_known)
        return (struct number){ 0 };
    if (op == TOK_SHL || op == TOK_SHR)
        return compute_shift(u, e, a, b);
    struct type *s = type_value(u, e->binary.lhs), *t = type_value(u, e->binary.rhs);
    if (!type_is_arithmetic(u, s) || !type_is_arithmetic(u, t))
        return compute_pointers(u, e, a, b);
    struct type *common = type_arithmetic(u, s, t);
    a = convert(u, a, common);
    b = convert(u, b, common);
    if (!a.is_known || !b.is_known)
        return (struct number){ 0 };
    if (a.is_float)
        return convert(u, compute_floating(op, a.f, b.f), e->type);
    return convert(u, compute_integer(op, a.i, b.i, !type_is_signed(u, common)), e->type);
}

static struct number compute_cond(struct unit *u, struct expr *e)
{
    struct number test = const_number(u, e->cond.test);
    if (!test.is_known)
        return test;
    struct expr *chosen = !is_true(test) ? e->cond.no : e->cond.yes ? e->cond.yes : e->cond.test;
    return convert(u, const_number(u, chosen), e->type);
}

static struct number compute_sizeof(struct unit *u, struct expr *e)
{
    struct type *t = e->sizeof_.type ? e->sizeof_.type->type : e->sizeof_.operand->type;
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_ERROR)
        return (struct number){ 0 };
    if (e->sizeof_.op != TOK_SIZEOF)
        return integer(sizeof_align(u, e, t));
    bool is_unknown = (plain->kind == TYPE_ARRAY || plain->kind == TYPE_STRUCT || plain->kind == TYPE_UNION)
                      && (type_has_vla_size(u, plain) || !type_is_complete(u, plain));
    return is_unknown ? (struct number){ 0 } : integer((__int128)type_size(u, t));
}

static bool path_step_index(struct unit *u, struct expr *index, struct type *array, uint64_t *offset)
{
    struct number n = const_number(u, index);
    *offset += (uint64_t)n.i * type_size(u, array);
    return n.is_known && !n.is_float;
}

static bool path_step_member(struct unit *u, struct tag *tag, struct name *name, uint64_t *offset)
{
    struct found_member found = tag_find_member(u, tag, name);
    *offset += found.offset;
    return found.member;
}

// The bytes from the object to the member that `path` names inside it.
static bool path_offset(struct unit *u, struct tag *outer, struct expr *path, uint64_t *offset)
{
    switch (path->kind) {
    case EXPR_NAME:
        return path_step_member(u, outer, path->name.name, offset);
    case EXPR_MEMBER: {
        struct type *t = path->member.object->type ? type_plain(u, path->member.object->type) : NULL;
        return t && path_offset(u, outer, path->member.object, offset) && (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION)
               && path_step_member(u, t->tag, path->member.name, offset);
    }
    case EXPR_INDEX:
        return path_offset(u, outer, path->index.base, offset) && path->type
               && path_step_index(u, path->index.index, path->type, offset);
    case EXPR_PAREN:
        return path_offset(u, outer, path->paren.inner, offset);
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_CALL: case EXPR_POSTFIX: case EXPR_UNARY:
    case EXPR_LABEL_ADDR: case EXPR_SIZEOF: case EXPR_CAST: case EXPR_COMPOUND: case EXPR_BINARY: case EXPR_COND:
    case EXPR_ASSIGN: case EXPR_COMMA: case EXPR_INIT: case EXPR_GENERIC: case EXPR_STMT_EXPR: case EXPR_VA_ARG:
    case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE: case EXPR_BUILTIN_T: case EXPR_AWAIT: case EXPR_START:
    case EXPR_ERROR:
        return false;
    }
    __builtin_unreachable();
}

static struct number compute_offsetof(struct unit *u, struct expr *e)
{
    struct type *t = type_plain(u, e->offsetof_.type->type);
    uint64_t offset = 0;
    if ((t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || !path_offset(u, t->tag, e->offsetof_.path, &offset))
        return (struct number){ 0 };
    return integer((__int128)offset);
}

static struct number compute_name(struct unit *u, struct expr *e)
{
    struct symbol *s = e->name.symbol;
    if (s && s->kind == SYMBOL_CONSTANT && s->is_evaluated)
        return integer(type_is_signed(u, s->type) ? s->value : (__int128)(uint64_t)s->value);
    if (s && s->is_constexpr && s->declarator && s->declarator->init)
        return convert(u, const_number(u, s->declarator->init), s->type);
    return (struct number){ 0 };
}

static struct number lvalue_address(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    if (e->kind == EXPR_UNARY && e->unary.op == '*')
        return const_number(u, e->unary.operand);
    if (e->kind == EXPR_MEMBER && e->member.member) {
        struct number base = e->member.is_arrow ? const_number(u, e->member.object) : lvalue_address(u, e->member.object);
        struct type *t = type_plain(u, e->member.object->type);
        t = e->member.is_arrow && t->kind == TYPE_POINTER ? type_plain(u, t->base) : t;
        if (base.is_known && (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION))
            base.i += (__int128)tag_find_member(u, t->tag, e->member.name).offset;
        return base;
    }
    if (e->kind != EXPR_INDEX)
        return (struct number){ 0 };
    struct number base = const_number(u, e->index.base), index = const_number(u, e->index.index);
    if (!base.is_known || !index.is_known || base.is_float || index.is_float)
        return (struct number){ 0 };
    __int128 size = (__int128)type_size(u, e->type);
    return integer(type_is_integer(u, e->index.base->type) ? index.i + base.i * size : base.i + index.i * size);
}

static struct number compute_types(struct unit *u, struct expr *e)
{
    return integer(type_compatible(u, type_unqualified(u, e->types.a->type), type_unqualified(u, e->types.b->type)));
}

// Requires the operands of `e` to be typed.
static struct number const_compute(struct unit *u, struct expr *e)
{
    switch (e->kind) {
    case EXPR_INT:
        return convert(u, integer((__int128)((unsigned __int128)e->int_.high << 64 | e->int_.value)), e->type);
    case EXPR_FLOAT: return convert(u, floating(e->float_.value), e->type);
    case EXPR_NULLPTR: return integer(0);
    case EXPR_NAME: return compute_name(u, e);
    case EXPR_PAREN: return const_number(u, e->paren.inner);
    case EXPR_UNARY: return compute_unary(u, e);
    case EXPR_SIZEOF: return compute_sizeof(u, e);
    case EXPR_CAST: return convert(u, const_number(u, e->cast.operand), e->type);
    case EXPR_BINARY: return compute_binary(u, e);
    case EXPR_COND: return compute_cond(u, e);
    case EXPR_OFFSETOF: return compute_offsetof(u, e);
    case EXPR_TYPES: return compute_types(u, e);
    case EXPR_GENERIC: return e->generic.chosen ? const_number(u, e->generic.chosen) : (struct number){ 0 };
    case EXPR_CHOOSE: return e->choose.chosen ? const_number(u, e->choose.chosen) : (struct number){ 0 };
    case EXPR_CALL: return builtin_number(u, e);
    case EXPR_MEMBER: case EXPR_INDEX:
        return type_plain(u, e->type)->kind == TYPE_ARRAY ? lvalue_address(u, e) : (struct number){ 0 };
    case EXPR_STRING: case EXPR_POSTFIX: case EXPR_LABEL_ADDR: case EXPR_COMPOUND: case EXPR_ASSIGN: case EXPR_COMMA:
    case EXPR_INIT: case EXPR_STMT_EXPR: case EXPR_VA_ARG: case EXPR_BUILTIN_T: case EXPR_AWAIT: case EXPR_START:
    case EXPR_ERROR:
        return (struct number){ 0 };
    }
    __builtin_unreachable();
}

struct number const_number(struct unit *u, struct expr *e)
{
    if (!e->type)
        return (struct number){ 0 };
    if (e->is_constant)
        return integer(type_is_signed(u, e->type) ? e->value : (__int128)(uint64_t)e->value);
    bool was_tried = type_is_integer(u, e->type) && type_width(u, e->type) <= 64;
    if (was_tried && !u->sema->is_demanded)
        return (struct number){ 0 };
    if (e->is_unknown && !u->sema->is_demanded)
        return (struct number){ 0 };
    struct number n = const_compute(u, e);
    e->is_unknown = !n.is_known && !u->sema->is_demanded;
    return n;
}

struct number const_demanded(struct unit *u, struct expr *e)
{
    u->sema->is_demanded = true;
    struct number n = const_number(u, e);
    u->sema->is_demanded = false;
    return n;
}

void const_set(struct unit *u, struct expr *e)
{
    bool has_wait = u->sema->last_wait > e->span.lo;    // also in an operand that is never evaluated: it must be lowered
    if (has_wait || !type_is_integer(u, e->type))
        return;
    struct number n = const_compute(u, e);
    bool is_signed = type_is_signed(u, e->type);
    bool fits = is_signed ? n.i == (int64_t)n.i : n.i == (__int128)(uint64_t)n.i;
    if (!n.is_known || n.is_float || !fits)
        return;
    e->is_constant = true;
    e->value = (int64_t)n.i;
}

// const_set leaves out what has an await in it, also where that is only measured: `sizeof(await f())`.
static bool is_zero(struct unit *u, struct expr *e)
{
    if (!e->type || !type_is_integer(u, e->type))
        return false;
    if (e->is_constant)
        return e->value == 0;
    if (u->sema->last_wait <= e->span.lo)
        return false;
    struct number n = const_demanded(u, e);
    return n.is_known && !n.is_float && n.i == 0;
}

bool const_is_null_pointer(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    if (e->kind == EXPR_NULLPTR)
        return true;
    if (e->kind == EXPR_CAST && e->type) {
        struct type *t = type_plain(u, e->type);
        if (t->kind == TYPE_POINTER)
            return type_plain(u, t->base)->kind == TYPE_VOID && !type_quals(u, t->base) && is_zero(u, e->cast.operand);
    }
    return is_zero(u, e);
}
