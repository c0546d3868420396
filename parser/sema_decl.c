// Declarations in source order: what typeof, array sizes and attributes stand for, and the types initialisers complete.
//
//     typedef char T[sizeof (int) + 1];  T a;  int b[] = { [3] = 1 };   →   a: char[5]   b: int[4]
#include <string.h>

#include "parser/sema.h"

static void sema_inner(struct unit *u, struct expr *inner)
{
    for (struct expr *e = inner; e; e = e->next_inner)
        sema_expr(u, e);
}

static void sema_attrs(struct unit *u, struct attr *attrs)
{
    for (struct attr *a = attrs; a; a = a->next) {
        for (struct expr *arg = a->args; arg; arg = arg->next)
            if (arg->kind != EXPR_NAME || arg->name.symbol)
                sema_expr(u, arg);
        if (a->type)
            sema_type_name(u, a->type);
    }
}

void sema_type_name(struct unit *u, struct type_name *name)
{
    sema_written_type(u, name->type, name->span);
    sema_inner(u, name->inner);
}

static void sema_array(struct unit *u, struct type *t)
{
    if (t->array.is_complete || t->array.is_vla)
        return;
    if (t->array.is_star)
        t->array.is_vla = true;
    if (!t->array.size)
        return;
    sema_expr(u, t->array.size);
    struct number n = u->sema->function ? const_number(u, t->array.size) : const_demanded(u, t->array.size);
    t->array.is_complete = n.is_known && !n.is_float && n.i >= 0;
    t->array.is_vla = !n.is_known;
    t->array.count = t->array.is_complete ? (uint64_t)n.i : 0;
}

static void sema_vector(struct unit *u, struct type *t)
{
    if (t->vector.count || !t->vector.bytes)
        return;
    sema_type(u, t->base);
    sema_expr(u, t->vector.bytes);
    uint64_t element = type_size(u, t->base);
    if (t->vector.bytes->is_constant && element)
        t->vector.count = (uint64_t)t->vector.bytes->value / element;
    t->quals |= type_quals(u, t->base);
    t->base = type_unqualified(u, t->base);
}

static void sema_params(struct unit *u, struct type *function)
{
    for (struct param *p = function->function.params; p; p = p->next) {
        if (!p->type)
            continue;
        if (sema_enter(u, p->span, 1))
            sema_written_type(u, p->type, p->span);
        sema_leave(u, 1);
        if (p->symbol) {
            sema_attrs(u, p->symbol->attrs);
            p->symbol->type = type_of_param(u, p->type);
        }
    }
}

static void sema_tag(struct unit *u, struct type *t)
{
    bool is_definition = t->tag->body.hi > t->tag->body.lo && t->tag->body.lo >= t->span.lo && t->tag->body.hi <= t->span.hi;
    if (is_definition)
        tag_lay_out(u, t->tag);
}

// Goes down to the innermost type; a tag is laid out where it is defined, or when something needs its size.
void sema_type(struct unit *u, struct type *t)
{
    for (; t; t = t->base) {
        switch (t->kind) {
        case TYPE_TYPEDEF:
            return;
        case TYPE_TYPEOF:
            if (t->type_of.expr) {
                sema_expr(u, t->type_of.expr);
                t->base = t->type_of.expr->type;
                t->levels = t->base->levels;
                return;
            }
            break;
        case TYPE_ARRAY: sema_array(u, t); break;
        case TYPE_VECTOR: sema_vector(u, t); break;
        case TYPE_FUNCTION: sema_params(u, t); break;
        case TYPE_STRUCT: case TYPE_UNION: case TYPE_ENUM: sema_tag(u, t); return;
        case TYPE_BITINT:
            if (t->bitint.width) {
                sema_expr(u, t->bitint.width);
                t->bitint.bits = t->bitint.width->is_constant ? (uint32_t)t->bitint.width->value : 0;
            }
            return;
        case TYPE_VOID: case TYPE_BOOL: case TYPE_CHAR: case TYPE_SCHAR: case TYPE_UCHAR: case TYPE_SHORT: case TYPE_USHORT:
        case TYPE_INT: case TYPE_UINT: case TYPE_LONG: case TYPE_ULONG: case TYPE_LLONG: case TYPE_ULLONG: case TYPE_INT128:
        case TYPE_UINT128: case TYPE_FLOAT: case TYPE_DOUBLE: case TYPE_LDOUBLE: case TYPE_FLOAT16: case TYPE_FLOAT32:
        case TYPE_FLOAT64: case TYPE_FLOAT128:
        case TYPE_FLOAT32X: case TYPE_FLOAT64X: case TYPE_BFLOAT16: case TYPE_DECIMAL32: case TYPE_DECIMAL64:
        case TYPE_DECIMAL128: case TYPE_COMPLEX: case TYPE_NULLPTR: case TYPE_VA_LIST: case TYPE_POINTER: case TYPE_AUTO:
        case TYPE_HANDLE: case TYPE_FRAME: case TYPE_ERROR:
            break;
        }
    }
}

static bool is_derived(const struct type *t)
{
    return t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY || t->kind == TYPE_FUNCTION;
}

static uint32_t params_levels(const struct type *t)
{
    uint32_t most = 0;
    for (const struct param *p = t->kind == TYPE_FUNCTION ? t->function.params : NULL; p; p = p->next)
        most = p->type && p->type->levels > most ? p->type->levels : most;
    return most;
}

// Levels of parameters count as if they stood below the function.
static uint32_t count_levels(const struct type *t)
{
    uint32_t most = 0, around = 0;
    for (; t && is_derived(t); t = t->base) {
        uint32_t levels = ++around + params_levels(t);
        most = levels > most ? levels : most;
    }
    const struct type *of = t && t->kind == TYPE_TYPEDEF && t->symbol ? t->symbol->type : t ? t->base : NULL;
    uint32_t levels = around + (of ? of->levels : 0);
    return levels > most ? levels : most;
}

void sema_written_type(struct unit *u, struct type *t, struct span at)
{
    sema_type(u, t);
    uint32_t levels = count_levels(t);
    if (levels > TYPE_LEVELS_MOST) {
        diag_error(u, ERROR_TOO_DEEP, at, "type of more than %d levels", TYPE_LEVELS_MOST);
        *t = *type_basic(u, TYPE_ERROR);
    }
    for (; t && (is_derived(t) || t->kind == TYPE_TYPEDEF); t = t->kind == TYPE_TYPEDEF ? NULL : t->base)
        t->levels = (uint16_t)levels--;
}

// The machine modes that attribute((mode(...))) names.
struct mode {
    const char *name;
    enum type_kind integer, unsigned_integer, floating;
};

static const struct mode modes[] = {
    { "QI", TYPE_SCHAR, TYPE_UCHAR, TYPE_ERROR },      { "HI", TYPE_SHORT, TYPE_USHORT, TYPE_ERROR },
    { "SI", TYPE_INT, TYPE_UINT, TYPE_ERROR },         { "DI", TYPE_LONG, TYPE_ULONG, TYPE_ERROR },
    { "TI", TYPE_INT128, TYPE_UINT128, TYPE_ERROR },   { "byte", TYPE_SCHAR, TYPE_UCHAR, TYPE_ERROR },
    { "word", TYPE_LONG, TYPE_ULONG, TYPE_ERROR },     { "pointer", TYPE_LONG, TYPE_ULONG, TYPE_ERROR },
    { "unwind_word", TYPE_LONG, TYPE_ULONG, TYPE_ERROR }, { "libgcc_cmp_return", TYPE_LONG, TYPE_ULONG, TYPE_ERROR },
    { "libgcc_shift_count", TYPE_LONG, TYPE_ULONG, TYPE_ERROR },
    { "HF", TYPE_ERROR, TYPE_ERROR, TYPE_FLOAT16 },    { "SF", TYPE_ERROR, TYPE_ERROR, TYPE_FLOAT },
    { "DF", TYPE_ERROR, TYPE_ERROR, TYPE_DOUBLE },     { "XF", TYPE_ERROR, TYPE_ERROR, TYPE_LDOUBLE },
    { "TF", TYPE_ERROR, TYPE_ERROR, TYPE_FLOAT128 },   { "SD", TYPE_ERROR, TYPE_ERROR, TYPE_DECIMAL32 },
    { "DD", TYPE_ERROR, TYPE_ERROR, TYPE_DECIMAL64 },  { "TD", TYPE_ERROR, TYPE_ERROR, TYPE_DECIMAL128 },
};

static struct type *complex_with_mode(struct unit *u, const char *name)
{
    static const struct { const char *name; enum type_kind kind; } parts[] = {
        { "SC", TYPE_FLOAT }, { "DC", TYPE_DOUBLE }, { "XC", TYPE_LDOUBLE }, { "TC", TYPE_FLOAT128 },
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strcmp(parts[i].name, name))
            return type_complex(u, type_basic(u, parts[i].kind));
    return NULL;
}

static struct type *type_with_mode(struct unit *u, struct type *t, const struct name *mode);

// "V4SI": four of mode SI.
static struct type *vector_with_mode(struct unit *u, struct type *t, const char *name)
{
    uint64_t count = 0;
    for (name++; *name >= '0' && *name <= '9'; name++)
        count = count * 10 + (uint64_t)(*name - '0');
    return count ? type_vector(u, type_with_mode(u, t, name_of_text(&u->names, name)), count) : t;
}

// Where long has 4 bytes, mode DI is long long.
static enum type_kind integer_of_mode(struct unit *u, const struct mode *m, bool is_signed)
{
    enum type_kind kind = is_signed ? m->integer : m->unsigned_integer;
    if (!strcmp(m->name, "DI") && u->target->size_long < 8)
        return is_signed ? TYPE_LLONG : TYPE_ULLONG;
    bool is_pointer_sized = kind == TYPE_LONG || kind == TYPE_ULONG;
    return is_pointer_sized && strcmp(m->name, "DI") && u->target->size_pointer == u->target->size_int
               ? (is_signed ? TYPE_INT : TYPE_UINT) : kind;
}

static struct type *type_with_mode(struct unit *u, struct type *t, const struct name *mode)
{
    const char *name = mode->text;
    size_t len = strlen(name);
    if (len > 4 && !strncmp(name, "__", 2) && !strcmp(name + len - 2, "__"))
        name = arena_copy(&u->arena, name + 2, len - 4);
    struct type *complex = complex_with_mode(u, name);
    if (complex)
        return type_qualified(u, complex, type_quals(u, t));
    if (*name == 'V' && name[1] >= '0' && name[1] <= '9')
        return vector_with_mode(u, t, name);
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_VECTOR) {
        struct type *element = type_with_mode(u, plain->base, mode);
        return type_vector(u, element, type_size(u, element) ? type_size(u, plain) / type_size(u, element) : 0);
    }
    if (plain->kind == TYPE_POINTER)
        return t;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i].name, name))
            continue;
        enum type_kind kind = modes[i].floating != TYPE_ERROR ? modes[i].floating : integer_of_mode(u, &modes[i], type_is_signed(u, t));
        return type_qualified(u, type_basic(u, kind), type_quals(u, t));
    }
    return t;
}

struct type *type_with_attributes(struct unit *u, struct type *t, struct attr *attrs)
{
    for (struct attr *a = attrs; a; a = a->next)
        if (!strcmp(a->name->text, "mode") && a->args && a->args->kind == EXPR_NAME)
            t = type_with_mode(u, t, a->args->name.name);
    return t;
}

static bool is_auto(const struct declarator *d)
{
    return d->type->kind == TYPE_AUTO && d->init && d->symbol;
}

// A declaration in a block of an object with linkage knows what the file said of it.
static struct type *linked_type(struct unit *u, const struct declarator *d, struct type *t)
{
    struct symbol *outer = d->symbol->shadowed;
    while (outer && outer->scope_depth)
        outer = outer->shadowed;
    bool is_linked = d->symbol->scope_depth && d->decl->storage == STORAGE_EXTERN && outer && outer->type
                     && outer->kind == SYMBOL_OBJECT;
    return is_linked && type_compatible(u, t, outer->type) ? type_composite(u, t, outer->type) : t;
}

// The type of the symbol after this declaration; earlier ones of it count too.
static void symbol_set_type(struct unit *u, struct declarator *d, struct type *t)
{
    struct symbol *symbol = d->symbol;
    bool is_first = symbol->declarator == d || !symbol->is_typed;
    if (!is_first && symbol->kind != SYMBOL_TYPEDEF && type_compatible(u, symbol->type, t))
        t = type_composite(u, t, symbol->type);
    symbol->type = linked_type(u, d, t);
    symbol->is_typed = true;
    if (symbol->kind == SYMBOL_TYPEDEF)     // each use of a chain of typedefs would go along all of it
        symbol->plain = type_plain(u, symbol->type);
}

static void sema_auto(struct unit *u, struct declarator *d)
{
    unsigned quals = d->type->quals;
    sema_expr(u, d->init);
    d->type = type_qualified(u, type_value(u, d->init), quals);
    symbol_set_type(u, d, d->type);
}

static void see_local(struct unit *u, struct symbol *symbol)
{
    struct visible *v = NEW(&u->ast, struct visible);
    *v = (struct visible){ symbol, u->sema->locals };
    u->sema->locals = v;
}

static void sema_local(struct unit *u, struct decl *decl, struct declarator *d)
{
    bool is_object = d->symbol->kind == SYMBOL_OBJECT;
    u->sema->function->has_vla |= is_object && type_has_vla_size(u, d->type);
    if (is_object && decl->storage != STORAGE_EXTERN)
        judge_object(u, d);
}

static void sema_declarator(struct unit *u, struct decl *decl, struct declarator *d)
{
    sema_written_type(u, d->type, d->span);
    sema_inner(u, d->inner);
    sema_attrs(u, d->attrs);
    if (is_auto(d)) {
        sema_auto(u, d);
        return;
    }
    d->type = type_with_attributes(u, type_with_attributes(u, d->type, decl->attrs), d->attrs);
    if (d->symbol)
        symbol_set_type(u, d, d->type);
    if (d->symbol && u->sema->function)
        see_local(u, d->symbol);
    if (d->init) {
        d->type = sema_init(u, d->type, d->init);
        if (d->symbol)
            symbol_set_type(u, d, d->type);
    }
    if (d->symbol && u->sema->function)
        sema_local(u, decl, d);
}

static void sema_old_style(struct unit *u, struct function *f)
{
    for (struct decl *d = f->old_style; d; d = d->next)
        sema_decl(u, d);
    for (struct param *p = f->type->kind == TYPE_FUNCTION ? f->type->function.params : NULL; p; p = p->next)
        if (p->symbol && p->symbol->type)
            p->symbol->type = type_of_param(u, p->symbol->type);
}

static void sema_function(struct unit *u, struct function *f, struct declarator *d)
{
    struct function *outer = u->sema->function;
    struct visible *locals = u->sema->locals;
    u->sema->function = f;
    f->type = type_plain(u, d->type);
    if (f->old_style)
        sema_old_style(u, f);
    for (struct param *p = f->type->kind == TYPE_FUNCTION ? f->type->function.params : NULL; p; p = p->next)
        if (p->symbol)
            see_local(u, p->symbol);
    if (f->body)
        sema_stmt(u, f->body);
    u->sema->function = outer;
    u->sema->locals = locals;
}

void sema_decl(struct unit *u, struct decl *d)
{
    if (d->base)
        sema_type(u, d->base);
    sema_inner(u, d->inner);
    sema_attrs(u, d->attrs);
    if (d->tags)
        tag_lay_out(u, d->tags);
    for (struct declarator *x = d->declarators; x; x = x->next)
        sema_declarator(u, d, x);
    if (d->function && d->declarators)
        sema_function(u, d->function, d->declarators);
}

bool sema(struct unit *u)
{
    if (!u->target)
        u->target = target_read(u);
    sema_of(u);
    for (struct decl *d = u->decls; d; d = d->next)
        sema_decl(u, d);
    return !u->sema->is_too_deep;
}
