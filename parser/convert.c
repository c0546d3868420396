// The conversions of C 6.3: decay, promotion, the usual arithmetic conversions, and what `? :` makes of two types.
//
//     char + unsigned short → int      float + _Complex int → _Complex float      c ? (void *)0 : "x" → char *
#include "grammar.h"
#include "parser/sema.h"

struct expr *place_whole(struct unit *u, struct expr *e)
{
    for (;;) {
        e = expr_chosen(e);
        if (e->kind == EXPR_MEMBER && !e->member.is_arrow)
            e = e->member.object;
        else if (e->kind == EXPR_INDEX && e->index.base->type && type_plain(u, e->index.base->type)->kind != TYPE_POINTER)
            e = e->index.base;
        else if (e->kind == EXPR_UNARY && (e->unary.op == TOK_REAL || e->unary.op == TOK_IMAG))
            e = e->unary.operand;
        else
            return e;
    }
}

bool symbol_is_automatic(const struct symbol *s)
{
    bool is_local = s->kind == SYMBOL_OBJECT && s->scope_depth && !s->is_thread_local;
    return is_local && s->storage != STORAGE_STATIC && s->storage != STORAGE_EXTERN;
}

const struct symbol *place_object(struct unit *u, struct expr *place)
{
    struct expr *whole = place_whole(u, place);
    const struct symbol *s = whole->kind == EXPR_NAME ? whole->name.symbol : NULL;
    return s && symbol_is_automatic(s) ? s : NULL;
}

void expr_take_address(struct unit *u, struct expr *e)
{
    const struct expr *whole = place_whole(u, e);
    if (whole->kind == EXPR_NAME && whole->name.symbol)
        whole->name.symbol->is_address_taken = true;
}

struct type *type_value(struct unit *u, struct expr *e)
{
    struct type *t = type_plain(u, e->type);
    if (t->kind == TYPE_ARRAY || (t->kind == TYPE_VA_LIST && u->target->va_list_is_array))
        expr_take_address(u, e);
    return type_unqualified(u, type_decayed(u, e->type));
}

static struct type *type_promoted(struct unit *u, struct type *t)
{
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_ENUM) {
        tag_lay_out(u, plain->tag);
        plain = plain->tag->underlying ? type_plain(u, plain->tag->underlying) : type_basic(u, TYPE_INT);
    }
    if (plain->kind >= TYPE_BOOL && plain->kind <= TYPE_USHORT) {
        bool fits_int = plain->kind != TYPE_USHORT || u->target->size_short < u->target->size_int;
        return type_basic(u, fits_int ? TYPE_INT : TYPE_UINT);
    }
    return plain == type_plain(u, t) ? type_unqualified(u, t) : plain;
}

// The bit-field whose value `e` is, also by assignment and comma: both compilers remember its width, gcc after x++ too.
static struct member *source_bitfield(struct unit *u, struct expr *e)
{
    for (;;) {
        e = expr_bare(e);
        if (e->kind == EXPR_COMMA)
            e = e->comma.rhs;
        else if (e->kind == EXPR_ASSIGN)
            e = e->assign.lhs;
        else if (e->kind == EXPR_UNARY && (e->unary.op == TOK_INC || e->unary.op == TOK_DEC))
            e = e->unary.operand;
        else if (e->kind == EXPR_POSTFIX && !u->target->is_clang)
            e = e->postfix.operand;
        else
            break;
    }
    return e->kind == EXPR_MEMBER && e->member.member && e->member.member->width ? e->member.member : NULL;
}

struct type *type_promoted_of(struct unit *u, struct expr *e)
{
    struct member *m = source_bitfield(u, e);
    uint32_t int_bits = u->target->size_int * 8u;
    if (!m || (uint32_t)m->bits > int_bits)
        return type_promoted(u, type_value(u, e));
    bool is_unsigned_int = (uint32_t)m->bits == int_bits && !type_is_signed(u, m->type);
    return type_basic(u, is_unsigned_int ? TYPE_UINT : TYPE_INT);
}

// -1: not a floating type. The larger type wins; of one size the _FloatN, then long double, double, float, then the _FloatNx (TS
// 18661-3). Decimal types win over binary ones.
static int floating_rank(struct unit *u, struct type *t)
{
    static const enum type_kind order[] = { TYPE_FLOAT32X, TYPE_FLOAT64X, TYPE_BFLOAT16, TYPE_FLOAT, TYPE_DOUBLE, TYPE_LDOUBLE,
                                            TYPE_FLOAT16, TYPE_FLOAT32, TYPE_FLOAT64, TYPE_FLOAT128, TYPE_DECIMAL32,
                                            TYPE_DECIMAL64, TYPE_DECIMAL128 };
    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
        if (order[i] == t->kind)
            return (t->kind >= TYPE_DECIMAL32) * 1024 + (int)type_size(u, t) * 16 + i;
    return -1;
}

// _BitInt(32) ranks below int when int has 32 bits (C23 6.3.1.1).
static unsigned integer_rank(struct unit *u, struct type *t)
{
    unsigned standard = t->kind == TYPE_BITINT ? 0 : t->kind >= TYPE_INT128 ? 4 : t->kind >= TYPE_LLONG ? 3 : t->kind >= TYPE_LONG ? 2 : 1;
    return type_width(u, t) * 8 + standard;
}

// Each signed kind stands before its unsigned one.
static struct type *unsigned_of(struct unit *u, struct type *t)
{
    return t->kind == TYPE_BITINT ? t : type_basic(u, t->kind + 1);
}

static struct type *integer_common(struct unit *u, struct type *a, struct type *b)
{
    bool a_signed = type_is_signed(u, a), b_signed = type_is_signed(u, b);
    unsigned a_rank = integer_rank(u, a), b_rank = integer_rank(u, b);
    if (a_signed == b_signed)
        return b_rank > a_rank ? b : a;
    struct type *with_sign = a_signed ? a : b, *without = a_signed ? b : a;
    if (integer_rank(u, without) >= integer_rank(u, with_sign))
        return without;
    return type_width(u, with_sign) > type_width(u, without) ? with_sign : unsigned_of(u, with_sign);
}

static struct type *real_common(struct unit *u, struct type *a, struct type *b)
{
    struct type *plain_a = type_plain(u, a), *plain_b = type_plain(u, b);
    int a_rank = floating_rank(u, plain_a), b_rank = floating_rank(u, plain_b);
    if (a_rank >= 0 || b_rank >= 0)
        return a_rank >= b_rank ? plain_a : plain_b;
    return integer_common(u, type_plain(u, type_promoted(u, a)), type_plain(u, type_promoted(u, b)));
}

struct type *type_arithmetic(struct unit *u, struct type *a, struct type *b)
{
    struct type *plain_a = type_plain(u, a), *plain_b = type_plain(u, b);
    if (plain_a->kind == TYPE_VECTOR || plain_b->kind == TYPE_VECTOR)
        return plain_a->kind == TYPE_VECTOR ? a : b;
    if (!type_is_arithmetic(u, a) || !type_is_arithmetic(u, b))
        return type_basic(u, TYPE_ERROR);
    if (plain_a->kind != TYPE_COMPLEX && plain_b->kind != TYPE_COMPLEX)
        return real_common(u, a, b);
    struct type *real_a = plain_a->kind == TYPE_COMPLEX ? plain_a->base : a;
    struct type *real_b = plain_b->kind == TYPE_COMPLEX ? plain_b->base : b;
    return type_complex(u, real_common(u, real_a, real_b));
}

static struct type *pointer_with_quals(struct unit *u, struct type *to, unsigned quals)
{
    return type_pointer(u, type_qualified(u, to, quals));
}

// Two pointers: qualifiers of both pointees, void wins over objects, a null pointer constant over nothing.
static struct type *pointers_common(struct unit *u, struct expr *x, struct expr *y, struct type *a, struct type *b)
{
    struct type *to_a = type_plain(u, a)->base, *to_b = type_plain(u, b)->base;
    unsigned quals = type_quals(u, to_a) | type_quals(u, to_b);
    if (const_is_null_pointer(u, x))
        return b;
    if (const_is_null_pointer(u, y))
        return a;
    bool is_void = type_plain(u, to_a)->kind == TYPE_VOID || type_plain(u, to_b)->kind == TYPE_VOID;
    struct type *bare_a = type_unqualified(u, to_a), *bare_b = type_unqualified(u, to_b);
    if (is_void || !type_compatible(u, bare_a, bare_b))
        return pointer_with_quals(u, type_basic(u, TYPE_VOID), quals);
    return pointer_with_quals(u, type_composite(u, to_a, to_b), quals);
}

struct type *type_conditional(struct unit *u, struct expr *x, struct expr *y)
{
    struct type *a = type_value(u, x), *b = type_value(u, y);
    enum type_kind kind_a = type_plain(u, a)->kind, kind_b = type_plain(u, b)->kind;
    if (kind_a == TYPE_VOID || kind_b == TYPE_VOID)
        return type_basic(u, TYPE_VOID);
    if (kind_a == TYPE_POINTER && kind_b == TYPE_POINTER)
        return pointers_common(u, x, y, a, b);
    if (kind_a == TYPE_POINTER || kind_b == TYPE_POINTER)
        return kind_a == TYPE_POINTER ? a : b;
    if (type_is_arithmetic(u, a) && type_is_arithmetic(u, b))
        return type_arithmetic(u, type_promoted_of(u, x), type_promoted_of(u, y));
    return kind_a == TYPE_ERROR ? b : a;
}
