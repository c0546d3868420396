// Building and comparing types.
//
//     typedef const int T[3];   volatile T x;   →   type_plain of x: array of 3 const volatile int
#include "parser/type.h"

#include "parser/sema.h"

struct sema *sema_of(struct unit *u)
{
    if (!u->sema)
        u->sema = NEW(&u->ast, struct sema);
    return u->sema;
}

static struct type *type_new(struct unit *u, enum type_kind kind, struct type *base)
{
    struct type *t = NEW(&u->ast, struct type);
    t->kind = kind;
    t->base = base;
    t->levels = base ? base->levels + 1 : 0;
    return t;
}

static struct type *type_copy(struct unit *u, const struct type *t)
{
    struct type *copy = NEW(&u->ast, struct type);
    *copy = *t;
    return copy;
}

struct type *type_basic(struct unit *u, enum type_kind kind)
{
    struct type **place = &sema_of(u)->basic[kind];
    if (!*place)
        *place = type_new(u, kind, NULL);
    return *place;
}

struct type *type_pointer(struct unit *u, struct type *to)
{
    return type_new(u, TYPE_POINTER, to);
}

struct type *type_complex(struct unit *u, struct type *real)
{
    return type_new(u, TYPE_COMPLEX, real);
}

struct type *type_handle(struct unit *u, struct type *result)
{
    return type_new(u, TYPE_HANDLE, result);
}

struct type *type_vector(struct unit *u, struct type *element, uint64_t count)
{
    struct type *t = type_new(u, TYPE_VECTOR, element);
    t->vector.count = count;
    return t;
}

struct type *type_vector_like(struct unit *u, const struct type *vector, struct type *element, uint64_t count)
{
    struct type *t = type_vector(u, element, count);
    t->vector.is_ext = vector->vector.is_ext;
    return t;
}

struct type *type_array(struct unit *u, struct type *element, uint64_t count)
{
    struct type *t = type_new(u, TYPE_ARRAY, element);
    t->array.count = count;
    t->array.is_complete = true;
    return t;
}

struct type *type_qualified(struct unit *u, struct type *t, unsigned quals)
{
    if (t->kind == TYPE_ARRAY) {
        struct type *element = type_qualified(u, t->base, quals);
        if (element == t->base)
            return t;
        t = type_copy(u, t);
        t->base = element;
        return t;
    }
    if ((t->quals | quals) == t->quals)
        return t;
    t = type_copy(u, t);
    t->quals |= quals;
    return t;
}

struct type *type_unqualified(struct unit *u, struct type *t)
{
    if (!type_quals(u, t))
        return t;
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_ARRAY) {
        plain = type_copy(u, plain);
        plain->base = type_unqualified(u, plain->base);
    } else if (plain->quals) {
        plain = type_copy(u, plain);
        plain->quals = 0;
    }
    return plain;
}

// What a type that only stands for another one stands for; NULL when it is none, or not known yet.
static struct type *sugar_target(struct unit *u, struct type *t)
{
    switch (t->kind) {
    case TYPE_TYPEDEF:      // the symbol's type, which an attribute may have changed after the parser copied it
        if (t->symbol && t->symbol->plain)
            return t->symbol->plain;
        return t->symbol && t->symbol->type ? t->symbol->type : t->base ? t->base : type_basic(u, TYPE_ERROR);
    case TYPE_AUTO:
        return t->base ? t->base : type_basic(u, TYPE_ERROR);
    case TYPE_TYPEOF: {
        struct type *of = t->base ? t->base : t->type_of.expr ? t->type_of.expr->type : NULL;
        if (!of)
            return type_basic(u, TYPE_ERROR);
        return t->type_of.is_unqual ? type_unqualified(u, of) : of;
    }
    case TYPE_VOID: case TYPE_BOOL: case TYPE_CHAR: case TYPE_SCHAR: case TYPE_UCHAR: case TYPE_SHORT: case TYPE_USHORT:
    case TYPE_INT: case TYPE_UINT: case TYPE_LONG: case TYPE_ULONG: case TYPE_LLONG: case TYPE_ULLONG: case TYPE_INT128:
    case TYPE_UINT128: case TYPE_BITINT: case TYPE_FLOAT: case TYPE_DOUBLE: case TYPE_LDOUBLE: case TYPE_FLOAT16:
    case TYPE_FLOAT32: case TYPE_FLOAT64: case TYPE_FLOAT128: case TYPE_FLOAT32X: case TYPE_FLOAT64X: case TYPE_BFLOAT16:
    case TYPE_DECIMAL32:
    case TYPE_DECIMAL64: case TYPE_DECIMAL128: case TYPE_COMPLEX: case TYPE_NULLPTR: case TYPE_VA_LIST:
    case TYPE_POINTER: case TYPE_ARRAY: case TYPE_VECTOR: case TYPE_FUNCTION: case TYPE_STRUCT: case TYPE_UNION:
    case TYPE_ENUM: case TYPE_HANDLE: case TYPE_FRAME: case TYPE_ERROR:
        return NULL;
    }
    __builtin_unreachable();
}

struct type *type_plain(struct unit *u, struct type *t)
{
    unsigned quals = 0;
    for (struct type *of; (of = sugar_target(u, t)); t = of)
        quals |= t->quals;
    return quals ? type_qualified(u, t, quals) : t;
}

struct type *type_pointed(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    while (t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY)
        t = type_plain(u, t->base);
    return t;
}

unsigned type_quals(struct unit *u, struct type *t)
{
    unsigned quals = t->quals;
    for (struct type *of;; quals |= t->quals)
        if ((of = sugar_target(u, t)))
            t = of;
        else if (t->kind == TYPE_ARRAY)
            t = t->base;
        else
            return quals;
}

bool type_is_integer(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    return (t->kind >= TYPE_BOOL && t->kind <= TYPE_BITINT) || t->kind == TYPE_ENUM;
}

bool type_is_real_floating(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    return t->kind >= TYPE_FLOAT && t->kind <= TYPE_DECIMAL128;
}

bool type_is_signed(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    switch (t->kind) {
    case TYPE_CHAR:
        return !u->target->char_is_unsigned;
    case TYPE_SCHAR: case TYPE_SHORT: case TYPE_INT: case TYPE_LONG: case TYPE_LLONG: case TYPE_INT128:
        return true;
    case TYPE_BITINT:
        return !t->bitint.is_unsigned;
    case TYPE_ENUM:
        return t->tag->underlying && type_is_signed(u, t->tag->underlying);
    case TYPE_FLOAT: case TYPE_DOUBLE: case TYPE_LDOUBLE: case TYPE_FLOAT16: case TYPE_FLOAT32: case TYPE_FLOAT64:
    case TYPE_FLOAT128: case TYPE_FLOAT32X:
    case TYPE_FLOAT64X: case TYPE_BFLOAT16: case TYPE_DECIMAL32: case TYPE_DECIMAL64: case TYPE_DECIMAL128:
    case TYPE_COMPLEX:
        return true;
    case TYPE_VOID: case TYPE_BOOL: case TYPE_UCHAR: case TYPE_USHORT: case TYPE_UINT: case TYPE_ULONG: case TYPE_ULLONG:
    case TYPE_UINT128: case TYPE_NULLPTR: case TYPE_VA_LIST: case TYPE_POINTER: case TYPE_ARRAY: case TYPE_VECTOR:
    case TYPE_FUNCTION: case TYPE_STRUCT: case TYPE_UNION: case TYPE_TYPEDEF: case TYPE_TYPEOF: case TYPE_AUTO:
    case TYPE_HANDLE: case TYPE_FRAME: case TYPE_ERROR:
        return false;
    }
    __builtin_unreachable();
}

bool type_is_arithmetic(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    return (t->kind >= TYPE_BOOL && t->kind <= TYPE_COMPLEX) || t->kind == TYPE_ENUM;
}

bool type_is_scalar(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    return type_is_arithmetic(u, t) || t->kind == TYPE_POINTER || t->kind == TYPE_NULLPTR;
}

bool type_is_vm(struct unit *u, struct type *t)
{
    for (;;) {
        t = type_plain(u, t);
        if (t->kind == TYPE_ARRAY && t->array.is_vla)
            return true;
        if (t->kind != TYPE_ARRAY && t->kind != TYPE_POINTER && t->kind != TYPE_FUNCTION)
            return (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) && t->tag->has_vla;
        t = t->base;
    }
}

static struct type *type_va_list_element(struct unit *u)
{
    struct sema *s = sema_of(u);
    if (!s->va_list_element) {
        struct tag *tag = NEW(&u->ast, struct tag);
        tag->name = name_of_text(&u->names, "__va_list_tag");
        tag->kind = TYPE_STRUCT;
        tag->is_complete = tag->laid_out = true;
        tag->size = u->target->size_va_list;
        tag->align = u->target->align_va_list;
        s->va_list_element = type_new(u, TYPE_STRUCT, NULL);
        s->va_list_element->tag = tag;
    }
    return s->va_list_element;
}

struct type *type_decayed(struct unit *u, struct type *t)
{
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_ARRAY)
        return type_pointer(u, plain->base);
    if (plain->kind == TYPE_FUNCTION)
        return type_pointer(u, t);
    if (plain->kind == TYPE_VA_LIST && u->target->va_list_is_array)
        return type_pointer(u, type_va_list_element(u));
    return t;
}

// Whether an argument of this parameter type is passed the same with no prototype in sight (C 6.7.6.3, 15).
static bool is_self_promoting(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    if (t->kind == TYPE_ENUM)
        t = type_plain(u, t->tag->underlying ? t->tag->underlying : type_basic(u, TYPE_INT));
    return !(t->kind >= TYPE_BOOL && t->kind <= TYPE_USHORT) && t->kind != TYPE_FLOAT;
}

struct type *type_of_param(struct unit *u, struct type *written)
{
    struct type *plain = type_plain(u, written);
    if (plain->kind == TYPE_ARRAY) {
        struct type *pointer = type_pointer(u, plain->base);
        pointer->quals = plain->array.quals;
        return pointer;
    }
    return type_decayed(u, written);
}

struct type *param_type(struct unit *u, const struct param *p)
{
    return type_of_param(u, p->symbol ? p->symbol->type : p->type);
}

static bool prototype_matches_old_style(struct unit *u, struct type *prototype)
{
    if (prototype->function.is_variadic)
        return false;
    for (struct param *p = prototype->function.params; p; p = p->next)
        if (!is_self_promoting(u, type_of_param(u, p->type)))
            return false;
    return true;
}

// A transparent union stands for any of its members.
static bool params_compatible(struct unit *u, struct type *a, struct type *b)
{
    struct type *plain_a = type_plain(u, a), *plain_b = type_plain(u, b);
    bool is_transparent = (plain_a->kind == TYPE_UNION && plain_a->tag->is_transparent)
                          || (plain_b->kind == TYPE_UNION && plain_b->tag->is_transparent);
    return is_transparent || type_compatible(u, type_unqualified(u, a), type_unqualified(u, b));
}

static bool functions_compatible(struct unit *u, struct type *a, struct type *b)
{
    if (a->function.is_async != b->function.is_async || !type_compatible(u, a->base, b->base))
        return false;
    if (a->function.is_old_style)
        return b->function.is_old_style || prototype_matches_old_style(u, b);
    if (b->function.is_old_style)
        return prototype_matches_old_style(u, a);
    if (a->function.is_variadic != b->function.is_variadic)
        return false;
    struct param *p = a->function.params, *q = b->function.params;
    for (; p && q; p = p->next, q = q->next)
        if (!params_compatible(u, type_of_param(u, p->type), type_of_param(u, q->type)))
            return false;
    return !p && !q;
}

static bool arrays_compatible(struct unit *u, struct type *a, struct type *b)
{
    if (a->array.is_complete && b->array.is_complete && a->array.count != b->array.count)
        return false;
    return type_compatible(u, a->base, b->base);
}

// An enumerated type is compatible with the integer type that holds it.
static bool enum_compatible(struct unit *u, struct type *a, struct type *b)
{
    if (b->kind == TYPE_ENUM)
        return a->tag == b->tag;
    return a->tag->underlying && type_plain(u, a->tag->underlying)->kind == b->kind;
}

bool type_compatible(struct unit *u, struct type *a, struct type *b)
{
    a = type_plain(u, a);
    b = type_plain(u, b);
    if (a == b || a->kind == TYPE_ERROR || b->kind == TYPE_ERROR)
        return true;
    if (a->quals != b->quals)
        return false;
    if (a->kind == TYPE_ENUM)
        return enum_compatible(u, a, b);
    if (b->kind == TYPE_ENUM)
        return enum_compatible(u, b, a);
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TYPE_COMPLEX: case TYPE_POINTER: case TYPE_HANDLE:
        return type_compatible(u, a->base, b->base);
    case TYPE_ARRAY:
        return arrays_compatible(u, a, b);
    case TYPE_VECTOR:
        return a->vector.count == b->vector.count && type_compatible(u, a->base, b->base);
    case TYPE_FUNCTION:
        return functions_compatible(u, a, b);
    case TYPE_STRUCT: case TYPE_UNION: case TYPE_ENUM:
        return a->tag == b->tag;
    case TYPE_BITINT:
        return a->bitint.bits == b->bitint.bits && a->bitint.is_unsigned == b->bitint.is_unsigned;
    case TYPE_FRAME:
        return a->symbol == b->symbol;
    case TYPE_VOID: case TYPE_BOOL: case TYPE_CHAR: case TYPE_SCHAR: case TYPE_UCHAR: case TYPE_SHORT: case TYPE_USHORT:
    case TYPE_INT: case TYPE_UINT: case TYPE_LONG: case TYPE_ULONG: case TYPE_LLONG: case TYPE_ULLONG: case TYPE_INT128:
    case TYPE_UINT128: case TYPE_FLOAT: case TYPE_DOUBLE: case TYPE_LDOUBLE: case TYPE_FLOAT16: case TYPE_FLOAT32:
    case TYPE_FLOAT64: case TYPE_FLOAT128:
    case TYPE_FLOAT32X: case TYPE_FLOAT64X: case TYPE_BFLOAT16: case TYPE_DECIMAL32: case TYPE_DECIMAL64:
    case TYPE_DECIMAL128: case TYPE_NULLPTR: case TYPE_VA_LIST: case TYPE_TYPEDEF: case TYPE_TYPEOF: case TYPE_AUTO:
    case TYPE_ERROR:
        return true;
    }
    __builtin_unreachable();
}

// The parameters of a composite type: array sizes and prototypes inside them are rarely worth more than the first's.
static struct type *composite_function(struct unit *u, struct type *a, struct type *b)
{
    struct type *t = type_copy(u, a->function.is_old_style && !b->function.is_old_style ? b : a);
    t->base = type_composite(u, a->base, b->base);
    return t;
}

struct type *type_composite(struct unit *u, struct type *a, struct type *b)
{
    struct type *pa = type_plain(u, a), *pb = type_plain(u, b);
    if (pa == pb || pa->kind != pb->kind)
        return a;
    if (pa->kind == TYPE_ARRAY) {
        bool takes_b = pb->array.is_complete && !pa->array.is_complete;
        struct type *element = type_composite(u, pa->base, pb->base);
        if (!takes_b && element == pa->base)
            return a;
        struct type *t = type_copy(u, takes_b ? pb : pa);
        t->base = element;
        return t;
    }
    if (pa->kind == TYPE_POINTER) {
        struct type *to = type_composite(u, pa->base, pb->base);
        if (to == pa->base)
            return a;
        struct type *t = type_copy(u, pa);
        t->base = to;
        return t;
    }
    return pa->kind == TYPE_FUNCTION ? composite_function(u, pa, pb) : a;
}
