// Declaration specifiers, in any order, to a type.
//
//     static unsigned const long   →   storage static, 'const unsigned long'
#include "parser/build.h"

#include <string.h>

#include "grammar.h"

enum basic_word {
    WORD_VOID = 1 << 0, WORD_BOOL = 1 << 1, WORD_CHAR = 1 << 2, WORD_SHORT = 1 << 3, WORD_INT = 1 << 4,
    WORD_LONG = 1 << 5, WORD_LONG_LONG = 1 << 6, WORD_FLOAT = 1 << 7, WORD_DOUBLE = 1 << 8, WORD_SIGNED = 1 << 9,
    WORD_UNSIGNED = 1 << 10, WORD_COMPLEX = 1 << 11, WORD_INT128 = 1 << 12, WORD_FLOAT16 = 1 << 13,
    WORD_FLOAT32 = 1 << 14, WORD_FLOAT64 = 1 << 15, WORD_FLOAT128 = 1 << 16, WORD_FLOAT32X = 1 << 17,
    WORD_FLOAT64X = 1 << 18, WORD_BF16 = 1 << 19, WORD_DECIMAL32 = 1 << 20, WORD_DECIMAL64 = 1 << 21,
    WORD_DECIMAL128 = 1 << 22, WORD_AUTO_TYPE = 1 << 23, WORD_BITINT = 1 << 24,
};

void inner_add(struct inner *list, struct expr *e)
{
    if (!e)
        return;
    if (list->last)
        list->last->next_inner = e;
    else
        list->first = e;
    list->last = e;
}

void inner_join(struct inner *list, struct inner more)
{
    if (!more.first)
        return;
    if (list->last)
        list->last->next_inner = more.first;
    else
        list->first = more.first;
    list->last = more.last;
}

static void inner_join_type(struct inner *list, const struct type_name *t)
{
    for (struct expr *e = t->inner, *next; e; e = next) {
        next = e->next_inner;
        inner_add(list, e);
    }
}

static struct specs *specs_new(struct unit *u, struct span span)
{
    struct specs *s = NEW(&u->fn, struct specs);
    s->span = span;
    s->type_span = (struct span){ span.hi, span.hi };
    return s;
}

static uint64_t word_of(int kind)
{
    switch (kind) {
    case TOK_VOID: return WORD_VOID;
    case TOK_BOOL: return WORD_BOOL;
    case TOK_CHAR: return WORD_CHAR;
    case TOK_SHORT: return WORD_SHORT;
    case TOK_INT: return WORD_INT;
    case TOK_LONG: return WORD_LONG;
    case TOK_FLOAT: return WORD_FLOAT;
    case TOK_DOUBLE: return WORD_DOUBLE;
    case TOK_SIGNED: return WORD_SIGNED;
    case TOK_UNSIGNED: return WORD_UNSIGNED;
    case TOK_COMPLEX: case TOK_IMAGINARY: return WORD_COMPLEX;
    case TOK_INT128: return WORD_INT128;
    case TOK_FLOAT16: return WORD_FLOAT16;
    case TOK_FLOAT32: return WORD_FLOAT32;
    case TOK_FLOAT64: return WORD_FLOAT64;
    case TOK_FLOAT128: return WORD_FLOAT128;
    case TOK_FLOAT32X: return WORD_FLOAT32X;
    case TOK_FLOAT64X: return WORD_FLOAT64X;
    case TOK_BF16: return WORD_BF16;
    case TOK_DECIMAL32: return WORD_DECIMAL32;
    case TOK_DECIMAL64: return WORD_DECIMAL64;
    case TOK_DECIMAL128: return WORD_DECIMAL128;
    case TOK_AUTO_TYPE: return WORD_AUTO_TYPE;
    default: return 0;
    }
}

static unsigned qual_of(int kind)
{
    return kind == TOK_CONST      ? QUAL_CONST
           : kind == TOK_VOLATILE ? QUAL_VOLATILE
           : kind == TOK_RESTRICT ? QUAL_RESTRICT
           : kind == TOK_ATOMIC   ? QUAL_ATOMIC
                                  : 0;
}

static enum storage storage_of(int kind)
{
    return kind == TOK_TYPEDEF    ? STORAGE_TYPEDEF
           : kind == TOK_EXTERN   ? STORAGE_EXTERN
           : kind == TOK_STATIC   ? STORAGE_STATIC
           : kind == TOK_AUTO     ? STORAGE_AUTO
           : kind == TOK_REGISTER ? STORAGE_REGISTER
                                  : STORAGE_NONE;
}

struct specs *specs_word(struct unit *u, struct span span)
{
    struct specs *s = specs_new(u, span);
    int kind = u->tokens[span.lo].kind;
    s->words = word_of(kind);
    s->quals = qual_of(kind);
    s->storage = storage_of(kind);
    if (s->words || s->quals)
        s->type_span = span;
    s->is_inline = kind == TOK_INLINE;
    s->is_noreturn = kind == TOK_NORETURN;
    s->is_thread_local = kind == TOK_THREAD_LOCAL;
    s->is_constexpr = kind == TOK_CONSTEXPR;
    s->is_async = kind == TOK_ASYNC || kind == TOK_NAME;
    s->async_token = s->is_async ? span.lo : 0;
    return s;
}

static struct type *type_node(struct unit *u, enum type_kind kind, struct type *base, struct span span)
{
    struct type *t = NEW(&u->ast, struct type);
    t->kind = kind;
    t->base = base;
    t->span = span;
    return t;
}

static struct specs *specs_of_type(struct unit *u, struct span span, struct type *t)
{
    struct specs *s = specs_new(u, span);
    s->type = t;
    s->type_span = span;
    return s;
}

struct specs *specs_typedef(struct unit *u, struct span span, struct name *name)
{
    struct symbol *symbol = scope_find(u, name);
    struct type *t = type_node(u, TYPE_TYPEDEF, symbol->type, span);
    t->symbol = symbol;
    if (symbol->scope_depth > 0) {
        t->next_use = symbol->uses;
        symbol->uses = t;
    }
    t->aligned = attrs_aligned(u, symbol->attrs);
    return specs_of_type(u, span, t);
}

struct specs *specs_typeof(struct unit *u, struct span span, struct expr *e, struct type_name *t)
{
    struct type *type = type_node(u, TYPE_TYPEOF, t ? t->type : NULL, span);
    type->type_of.expr = e;
    type->type_of.is_unqual = u->tokens[span.lo].kind == TOK_TYPEOF_UNQUAL;
    struct specs *s = specs_of_type(u, span, type);
    inner_add(&s->inner, e);
    if (t)
        inner_join_type(&s->inner, t);
    return s;
}

struct specs *specs_atomic(struct unit *u, struct span span, struct type_name *t)
{
    struct specs *s = specs_of_type(u, span, type_qualified(u, t->type, QUAL_ATOMIC));
    inner_join_type(&s->inner, t);
    return s;
}

struct specs *specs_bitint(struct unit *u, struct span span, struct expr *width)
{
    struct specs *s = specs_of_type(u, span, type_node(u, TYPE_BITINT, NULL, span));
    s->words = WORD_BITINT;
    s->type->bitint.width = width;
    inner_add(&s->inner, width);
    return s;
}

struct frame_use *unit_frame_uses(struct unit *u)
{
    return u->parser->frame_uses;
}

static void frame_use_add(struct unit *u, struct type *t)
{
    struct frame_use *use = NEW(&u->ast, struct frame_use);
    use->type = t;
    t->symbol->is_framed = true;
    if (u->parser->last_frame_use)
        u->parser->last_frame_use->next = use;
    else
        u->parser->frame_uses = use;
    u->parser->last_frame_use = use;
}

struct specs *specs_frame(struct unit *u, struct span span, struct name *name, struct span at)
{
    struct type *t = type_node(u, TYPE_FRAME, NULL, span);
    t->symbol = scope_find(u, name);
    if (!t->symbol) {
        diag_error(u, ERROR_UNDECLARED, at, "'%s' is not declared", name->text);
        t->kind = TYPE_ERROR;
    } else {
        frame_use_add(u, t);
    }
    return specs_of_type(u, span, t);
}

struct specs *specs_of_tag(struct unit *u, struct span span, struct tag_head *head)
{
    struct type *t = head->type;
    if (!t) {
        t = type_node(u, head->tag->kind, NULL, span);
        t->tag = head->tag;
    }
    t->span = span;
    struct specs *s = specs_of_type(u, span, t);
    s->tag = head->tag;
    s->defines_tag = s->after_body = head->is_definition;
    s->inner = head->inner;
    return s;
}

struct specs *specs_align(struct unit *u, struct span span, struct expr *e, struct type_name *t)
{
    struct specs *s = specs_new(u, span);
    s->attrs = NEW(&u->ast, struct attr);
    s->attrs->name = name_of_text(&u->names, "alignas");
    s->attrs->args = t ? build_sizeof(u, t->span, TOK_ALIGNOF, NULL, t) : e;
    s->attrs->type = t;
    s->attrs->span = span;
    attrs_inner(&s->inner, s->attrs);
    return s;
}

void specs_alone(struct unit *u, const struct specs *specs)
{
    if (specs->is_async)
        diag_error(u, ERROR_ASYNC_NOTHING, (struct span){ specs->async_token, specs->async_token + 1 },
                   "'async' in a declaration that declares no function and no handle");
}

static struct span span_join(struct span a, struct span b)
{
    if (a.lo == a.hi)
        return b;
    return b.lo == b.hi ? a : (struct span){ a.lo, b.hi };
}

static void specs_join_flags(struct specs *a, const struct specs *b)
{
    a->is_inline |= b->is_inline;
    a->is_noreturn |= b->is_noreturn;
    a->is_thread_local |= b->is_thread_local;
    a->is_constexpr |= b->is_constexpr;
    a->defines_tag |= b->defines_tag;
    a->after_body = b->after_body;
    if (b->is_async && !a->is_async) {
        a->is_async = true;
        a->async_token = b->async_token;
    }
    if (b->storage)
        a->storage = b->storage;
}

struct specs *specs_join(struct unit *u, struct specs *a, struct specs *b)
{
    if (a->is_async && b->is_async) {
        struct span again = { b->async_token, b->async_token + 1 };
        diag_fix_replace(u, diag_error(u, ERROR_ASYNC_TWICE, again, "duplicate 'async'"), again, "");
    }
    specs_join_flags(a, b);
    if (a->words & b->words & WORD_LONG)
        a->words |= WORD_LONG_LONG;
    a->words |= b->words;
    a->quals |= b->quals;
    if (b->type)
        a->type = b->type;
    if (b->tag)
        a->tag = b->tag;
    a->attrs = attrs_join(a->attrs, b->attrs);
    inner_join(&a->inner, b->inner);
    a->span = span_join(a->span, b->span);
    a->type_span = span_join(a->type_span, b->type_span);
    return a;
}

struct specs *specs_attrs(struct unit *u, struct specs *s, struct span span, struct attr *attrs)
{
    if (!s)
        s = specs_new(u, (struct span){ span.lo, span.lo });
    s->span.hi = span.hi;
    attrs_inner(&s->inner, attrs);
    if (s->after_body)
        tag_apply_attrs(u, s->tag, attrs);
    else
        s->attrs = attrs_join(s->attrs, attrs);
    return s;
}

struct specs *specs_after_attrs(struct span span, struct attr *attrs, struct specs *s)
{
    struct inner inner = { NULL, NULL };
    attrs_inner(&inner, attrs);
    inner_join(&inner, s->inner);
    s->inner = inner;
    s->attrs = attrs_join(attrs, s->attrs);
    s->span = span;
    return s;
}

static enum type_kind integer_kind(uint64_t words)
{
    bool is_unsigned = words & WORD_UNSIGNED;
    if (words & WORD_CHAR)
        return is_unsigned ? TYPE_UCHAR : words & WORD_SIGNED ? TYPE_SCHAR : TYPE_CHAR;
    if (words & WORD_SHORT)
        return is_unsigned ? TYPE_USHORT : TYPE_SHORT;
    if (words & WORD_INT128)
        return is_unsigned ? TYPE_UINT128 : TYPE_INT128;
    if (words & WORD_LONG_LONG)
        return is_unsigned ? TYPE_ULLONG : TYPE_LLONG;
    if (words & WORD_LONG)
        return is_unsigned ? TYPE_ULONG : TYPE_LONG;
    return is_unsigned ? TYPE_UINT : TYPE_INT;
}

static enum type_kind words_kind(uint64_t words)
{
    static const struct { uint32_t word; enum type_kind kind; } single[] = {
        { WORD_VOID, TYPE_VOID }, { WORD_BOOL, TYPE_BOOL }, { WORD_FLOAT, TYPE_FLOAT }, { WORD_FLOAT16, TYPE_FLOAT16 },
        { WORD_FLOAT32, TYPE_FLOAT32 }, { WORD_FLOAT64, TYPE_FLOAT64 }, { WORD_FLOAT128, TYPE_FLOAT128 },
        { WORD_FLOAT32X, TYPE_FLOAT32X }, { WORD_FLOAT64X, TYPE_FLOAT64X }, { WORD_BF16, TYPE_BFLOAT16 },
        { WORD_DECIMAL32, TYPE_DECIMAL32 }, { WORD_DECIMAL64, TYPE_DECIMAL64 }, { WORD_DECIMAL128, TYPE_DECIMAL128 },
        { WORD_AUTO_TYPE, TYPE_AUTO },
    };
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (words & single[i].word)
            return single[i].kind;
    if (words & WORD_DOUBLE)
        return words & WORD_LONG ? TYPE_LDOUBLE : TYPE_DOUBLE;
    if (words == WORD_COMPLEX)
        return TYPE_DOUBLE;
    return integer_kind(words);
}

// `auto x = 1;` takes its type from the initialiser since C23.
static bool is_inferred(const struct unit *u, const struct specs *s)
{
    return s->storage == STORAGE_AUTO && !s->words && u->target->std >= 2023;
}

static struct type *unqualified_type(struct unit *u, struct specs *s)
{
    if (s->words & WORD_BITINT)
        s->type->bitint.is_unsigned = s->words & WORD_UNSIGNED;
    if (s->type)
        return s->type;
    struct type *t = type_basic(u, is_inferred(u, s) ? TYPE_AUTO : words_kind(s->words));
    return s->words & WORD_COMPLEX ? type_complex(u, t) : t;
}

struct type *specs_type(struct unit *u, struct specs *s)
{
    if (!s)
        return type_basic(u, TYPE_INT);
    if (!s->base)
        s->base = type_qualified(u, unqualified_type(u, s), s->quals);
    return s->base;
}
