// A type as C text: the declarator grows from the inside out, the specifiers come last and stand in front.
//
//     pointer to array of 3 int, "x"   →   "*x"  →  "(*x)[3]"  →  "int (*x)[3]"
#include "parser/type.h"

#include <string.h>

#include "parser/sema.h"

// What is being written: the unit, whether typedef names stay, and whether an async function was passed on the way.
struct type_writer {
    struct unit *u;
    bool keep_sugar, is_async;
    bool lowered;               // async functions and handles as the C compiler will see them
    bool is_param;              // of a function type
};

static const char *quals_text(struct unit *u, unsigned quals)
{
    return arena_printf(&u->arena, "%s%s%s%s", quals & QUAL_CONST ? "const " : "", quals & QUAL_VOLATILE ? "volatile " : "",
                        quals & QUAL_RESTRICT ? "restrict " : "", quals & QUAL_ATOMIC ? "_Atomic " : "");
}

// `*x` and `* const x`: as gcc writes it, a blank stands after the star only when a qualifier follows.
static const char *pointer_text(struct unit *u, unsigned quals, const char *inner)
{
    if (!quals)
        return arena_printf(&u->arena, "*%s", inner);
    const char *words = quals_text(u, quals);
    int len = (int)strlen(words) - (*inner == 0);
    return arena_printf(&u->arena, "* %.*s%s", len, words, inner);
}

static const char *type_write(struct type_writer *w, struct type *t, const char *inner);

static const char *param_text(const struct type_writer *w, struct type *t)
{
    struct type_writer of_param = { .u = w->u, .keep_sugar = w->keep_sugar, .lowered = w->lowered, .is_param = true };
    return type_write(&of_param, t, "");
}

static const char *params_text(struct type_writer *w, struct type *t)
{
    struct unit *u = w->u;
    if (t->function.is_old_style)
        return "";
    if (!t->function.params)
        return t->function.is_variadic ? "..." : "void";
    const char *text = "";
    for (struct param *p = t->function.params; p; p = p->next)
        text = arena_printf(&u->arena, "%s%s%s", text, *text ? ", " : "",
                            param_text(w, type_of_param(u, p->type)));
    return t->function.is_variadic ? arena_printf(&u->arena, "%s, ...", text) : text;
}

static const char *array_size_text(const struct type_writer *w, struct type *t)
{
    struct unit *u = w->u;
    if (t->array.is_complete)
        return arena_printf(&u->arena, "%llu", (unsigned long long)t->array.count);
    if (t->array.is_star || (t->array.size && w->lowered && w->is_param))       // what it names is not known there
        return "*";
    return t->array.size ? span_text(u, t->array.size->span) : "";
}

const char *tag_word(enum type_kind kind)
{
    return kind == TYPE_STRUCT ? "struct" : kind == TYPE_UNION ? "union" : "enum";
}

static const char *tag_text(const struct type_writer *w, const struct type *t)
{
    struct unit *u = w->u;
    if (w->lowered && t->tag->alias)
        return t->tag->alias;
    if (t == sema_of(u)->va_list_element || (u->sema->va_list_element && t->tag == u->sema->va_list_element->tag))
        return "__typeof__(**(__builtin_va_list *)0)";
    return arena_printf(&u->arena, "%s %s", tag_word(t->kind), t->tag->name ? t->tag->name->text : "<anonymous>");
}

static bool is_declarator_kind(const struct type *t)
{
    return t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY || t->kind == TYPE_FUNCTION;
}

// The type to write at this level: sugar goes when it is not wanted, and a typeof that is resolved always goes.
static struct type *visible_type(struct type_writer *w, struct type *t)
{
    if (t->kind == TYPE_TYPEDEF && w->keep_sugar)
        return t;
    bool is_known_sugar = (t->kind == TYPE_TYPEOF && (t->base || (t->type_of.expr && t->type_of.expr->type)))
                          || (t->kind == TYPE_AUTO && t->base) || t->kind == TYPE_TYPEDEF;
    return is_known_sugar ? type_plain(w->u, t) : t;
}

// `async char *h` is a pointer to the handle of a char.
static const char *handle_text(struct type_writer *w, struct type *t)
{
    const char *result = type_text(w->u, t->base, "", w->keep_sugar);
    bool is_pointer = is_declarator_kind(visible_type(w, t->base));
    return arena_printf(&w->u->arena, is_pointer ? "async __typeof__(%s)" : "async %s", result);
}

static const char *specifier_text(struct type_writer *w, struct type *t)
{
    struct unit *u = w->u;
    switch (t->kind) {
    case TYPE_VOID: return "void";
    case TYPE_BOOL: return "_Bool";
    case TYPE_CHAR: return "char";
    case TYPE_SCHAR: return "signed char";
    case TYPE_UCHAR: return "unsigned char";
    case TYPE_SHORT: return "short int";
    case TYPE_USHORT: return "short unsigned int";
    case TYPE_INT: return "int";
    case TYPE_UINT: return "unsigned int";
    case TYPE_LONG: return "long int";
    case TYPE_ULONG: return "long unsigned int";
    case TYPE_LLONG: return "long long int";
    case TYPE_ULLONG: return "long long unsigned int";
    case TYPE_INT128: return "__int128";
    case TYPE_UINT128: return "unsigned __int128";
    case TYPE_BITINT: return arena_printf(&u->arena, "%s_BitInt(%u)", t->bitint.is_unsigned ? "unsigned " : "", t->bitint.bits);
    case TYPE_FLOAT: return "float";
    case TYPE_DOUBLE: return "double";
    case TYPE_LDOUBLE: return "long double";
    case TYPE_FLOAT16: return "_Float16";
    case TYPE_FLOAT32: return "_Float32";
    case TYPE_FLOAT64: return "_Float64";
    case TYPE_FLOAT128: return u->target->is_clang ? "__float128" : "_Float128";
    case TYPE_FLOAT32X: return "_Float32x";
    case TYPE_FLOAT64X: return "_Float64x";
    case TYPE_BFLOAT16: return "__bf16";
    case TYPE_DECIMAL32: return "_Decimal32";
    case TYPE_DECIMAL64: return "_Decimal64";
    case TYPE_DECIMAL128: return "_Decimal128";
    case TYPE_COMPLEX: return arena_printf(&u->arena, "_Complex %s", type_text(u, t->base, "", w->keep_sugar));
    case TYPE_NULLPTR: return "__typeof__(nullptr)";
    case TYPE_VA_LIST: return "__builtin_va_list";
    case TYPE_VECTOR:
        return arena_printf(&u->arena, "__attribute__((vector_size(%llu))) %s",
                            (unsigned long long)(t->vector.count * type_size(u, t->base)),
                            type_text(u, t->base, "", w->keep_sugar));
    case TYPE_STRUCT: case TYPE_UNION: case TYPE_ENUM: return tag_text(w, t);
    case TYPE_TYPEDEF: return t->symbol->name->text;
    case TYPE_TYPEOF:
        return t->type_of.expr ? arena_printf(&u->arena, "__typeof__(%s)", span_text(u, t->type_of.expr->span))
                               : span_text(u, t->span);
    case TYPE_AUTO: return "__auto_type";
    case TYPE_HANDLE:
        if (w->lowered)
            return "ac_handle";
        return handle_text(w, t);
    case TYPE_FRAME:
        if (w->lowered && t->symbol->object)
            return arena_printf(&u->arena, "struct %s", t->symbol->object);
        return arena_printf(&u->arena, "_Frame(%s)", t->symbol ? t->symbol->name->text : "?");
    case TYPE_ERROR: return "int";
    case TYPE_POINTER: case TYPE_ARRAY: case TYPE_FUNCTION: break;
    }
    __builtin_unreachable();
}

// An async function as it is lowered: the poll type of its result, and three parameters of acc's before the user's.
static const char *async_text(struct type_writer *w, struct type *t, const char *inner)
{
    bool in_frame;
    const char *params = params_text(w, t);
    return arena_printf(&w->u->arena, "%s %s(void *, struct ac_task *, unsigned%s%s)", poll_type_of(w->u, t->base, &in_frame),
                        inner, t->function.params ? ", " : "", t->function.params ? params : "");
}

static const char *type_write(struct type_writer *w, struct type *t, const char *inner)
{
    struct unit *u = w->u;
    for (; t = visible_type(w, t), is_declarator_kind(t); t = t->base) {
        if (t->kind == TYPE_POINTER) {
            inner = pointer_text(u, t->quals, inner);
            struct type *to = visible_type(w, t->base);
            if (to->kind == TYPE_ARRAY || to->kind == TYPE_FUNCTION)
                inner = arena_printf(&u->arena, "(%s)", inner);
        } else if (t->kind == TYPE_ARRAY) {
            inner = arena_printf(&u->arena, "%s[%s]", inner, array_size_text(w, t));
        } else if (w->lowered && t->function.is_async) {
            return async_text(w, t, inner);
        } else {
            w->is_async |= t->function.is_async;
            inner = arena_printf(&u->arena, "%s(%s)", inner, params_text(w, t));
        }
    }
    bool is_glued = *inner == 0 || *inner == '[' || (*inner == '(' && inner[1] != '*');
    return arena_printf(&u->arena, "%s%s%s%s%s", w->is_async ? "async " : "", quals_text(u, t->quals), specifier_text(w, t),
                        is_glued ? "" : " ", inner);
}

const char *poll_type_of(struct unit *u, struct type *result, bool *in_frame)
{
    static const char *const names[] = {
        [TYPE_BOOL] = "ac_bool", [TYPE_CHAR] = "ac_char", [TYPE_SCHAR] = "ac_schar", [TYPE_UCHAR] = "ac_uchar",
        [TYPE_SHORT] = "ac_short", [TYPE_USHORT] = "ac_ushort", [TYPE_INT] = "ac_int", [TYPE_UINT] = "ac_uint",
        [TYPE_LONG] = "ac_long", [TYPE_ULONG] = "ac_ulong", [TYPE_LLONG] = "ac_llong", [TYPE_ULLONG] = "ac_ullong",
        [TYPE_FLOAT] = "ac_float", [TYPE_DOUBLE] = "ac_double",
    };
    struct type *t = type_plain(u, result);
    *in_frame = false;
    if (t->kind == TYPE_VOID || t->kind == TYPE_ERROR)
        return "ac_void";
    if (t->kind == TYPE_POINTER)
        return type_plain(u, t->base)->kind == TYPE_FUNCTION ? "ac_fptr" : "ac_ptr";
    if (t->kind == TYPE_ENUM && t->tag->underlying)
        t = type_plain(u, t->tag->underlying);
    if (t->kind < sizeof names / sizeof *names && names[t->kind])
        return names[t->kind];
    *in_frame = true;
    return "ac_void";
}

const char *type_text(struct unit *u, struct type *t, const char *name, bool keep_sugar)
{
    struct type_writer w = { .u = u, .keep_sugar = keep_sugar };
    return type_write(&w, t, name);
}

const char *type_text_lowered(struct unit *u, struct type *t, const char *name, bool keep_sugar)
{
    struct type_writer w = { .u = u, .keep_sugar = keep_sugar, .lowered = true };
    return type_write(&w, t, name);
}

const char *span_said(struct unit *u, struct span s)
{
    struct buf b = { 0 };
    for (uint32_t i = s.lo; i < s.hi; i++) {
        if (i > s.lo && u->tokens[i].flags & (TOKEN_SPACE | TOKEN_BOL))
            buf_putc(&b, ' ');
        buf_put(&b, token_text(u, i), u->tokens[i].len);
    }
    return buf_keep(&u->arena, &b);
}

const char *type_said(struct unit *u, struct type *t)
{
    const char *written = type_text(u, t, "", true), *meant = type_text(u, t, "", false);
    if (!strcmp(written, meant))
        return arena_printf(&u->arena, "'%s'", written);
    return arena_printf(&u->arena, "'%s' {aka '%s'}", written, meant);
}
