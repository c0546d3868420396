// Declarators, parameters and type names: what is derived from the type of the specifiers.
//
//     (*f(int a))[3]   →   f, function of (int a), pointer, array of 3, of what the specifiers say
#include "parser/build.h"

#include <string.h>

#include "grammar.h"

struct shape *shape_name(struct unit *u, struct span span, struct name *name)
{
    struct shape *s = NEW(&u->fn, struct shape);
    s->name = name;
    s->name_span = s->span = span;
    return s;
}

struct shape *shape_abstract(struct unit *u, struct span span)
{
    struct shape *s = NEW(&u->fn, struct shape);
    s->span = span;
    s->name_span = (struct span){ span.lo, span.lo };
    return s;
}

struct shape *shape_paren(struct unit *u, struct span span, struct scope *outer, struct shape *s)
{
    scope_restore(u, outer);
    s->span = span;
    return s;
}

static void shape_derive(struct shape *s, struct type *t)
{
    if (s->last)
        s->last->base = t;
    else
        s->first = t;
    s->last = t;
}

// The `*` stands first in `span`; those of a function's result are read from the name outwards.
static void note_result_pointer(struct shape *s, struct span star)
{
    if (!s->result)
        return;
    struct span *all = &s->result->function.pointers;
    if (all->lo == all->hi)
        all->hi = star.hi;
    all->lo = star.lo;
}

// `char *__attribute__((cleanup(f))) p`: GNU attributes behind the `*` next to the name are the name's too, those of C23 the pointer's.
static void take_pointer_attributes(struct shape *s, struct attr *attrs)
{
    bool is_next = !s->last || s->last->kind == TYPE_FUNCTION || s->last->kind == TYPE_ARRAY;
    for (struct attr *a = attrs, *next; is_next && a; a = next) {
        next = a->next;
        a->next = NULL;
        if (!a->scope)
            s->attrs = attrs_join(s->attrs, a);
    }
}

struct shape *shape_pointer(struct unit *u, struct span span, struct shape *s, struct specs *quals)
{
    struct type *t = type_pointer(u, NULL);
    if (quals) {
        t->quals = quals->quals;
        inner_join(&s->inner, quals->inner);
        take_pointer_attributes(s, quals->attrs);
    }
    shape_derive(s, t);
    note_result_pointer(s, (struct span){ span.lo, quals ? quals->span.hi : span.lo + 1 });
    s->span = span;
    return s;
}

struct shape *shape_suffix(struct unit *u, struct span span, struct shape *s, struct suffix *suffix)
{
    (void)u;
    s->span = span;
    s->attrs = attrs_join(s->attrs, suffix->attrs);
    inner_join(&s->inner, suffix->inner);
    if (!suffix->type)
        return s;
    s->result = NULL;
    if (suffix->type->kind == TYPE_FUNCTION) {
        s->result = s->nearest = suffix->type;
        if (!s->first) {
            s->params = suffix->params;
            s->has_identifiers = suffix->has_identifiers;
        }
    }
    shape_derive(s, suffix->type);
    return s;
}

struct suffix *suffix_array(struct unit *u, struct span span, struct specs *quals, struct expr *size, bool is_star)
{
    struct suffix *s = NEW(&u->fn, struct suffix);
    s->type = NEW(&u->ast, struct type);
    s->type->kind = TYPE_ARRAY;
    s->type->span = span;
    s->type->array.size = size;
    s->type->array.is_star = is_star;
    if (quals) {
        s->type->array.is_static = quals->storage == STORAGE_STATIC;
        s->type->array.quals = quals->quals;
        s->inner = quals->inner;
    }
    inner_add(&s->inner, size);
    return s;
}

// `(void)`, through typedefs of void too.
static bool is_void_list(const struct param_list *params)
{
    if (!params || params->first != params->last || params->is_variadic || params->first->symbol)
        return false;
    const struct type *t = params->first->type;
    while (t->kind == TYPE_TYPEDEF)
        t = t->base;
    return t->kind == TYPE_VOID;
}

struct suffix *suffix_function(struct unit *u, struct span span, struct scope *outer, struct param_list *params)
{
    struct suffix *s = NEW(&u->fn, struct suffix);
    struct type *t = s->type = NEW(&u->ast, struct type);
    s->params = u->scope;
    scope_restore(u, outer);
    t->kind = TYPE_FUNCTION;
    t->function.lparen = span.lo;
    t->function.rparen = span.hi - 1;
    t->function.is_old_style = params ? params->has_identifiers : u->target->std < 2023;
    if (!params)
        return s;
    s->has_identifiers = params->has_identifiers;
    s->inner = params->inner;
    t->function.is_variadic = params->is_variadic;
    t->function.params = is_void_list(params) ? NULL : params->first;
    return s;
}

struct suffix *suffix_attrs(struct unit *u, struct span span, struct attr *attrs)
{
    struct suffix *s = NEW(&u->fn, struct suffix);
    (void)span;
    s->attrs = attrs;
    attrs_inner(&s->inner, attrs);
    return s;
}

struct shape *shape_attrs(struct span span, struct shape *s, struct attr *attrs)
{
    s->attrs = attrs_join(s->attrs, attrs);
    attrs_inner(&s->inner, attrs);
    s->span = span;
    return s;
}

struct shape *shape_asm(struct span span, struct shape *s, struct span label)
{
    s->asm_label = label;
    s->span = span;
    return s;
}

struct shape *shape_width(struct shape *s, struct span span, struct expr *width)
{
    s->width = width;
    inner_add(&s->inner, width);
    s->span = span;
    return s;
}

static struct expr *synthetic_size(struct unit *u, struct type *t, struct span span)
{
    struct type_name *name = NEW(&u->ast, struct type_name);
    name->type = t;
    name->span = span;
    return build_sizeof(u, span, TOK_SIZEOF, NULL, name);
}

// Both forms apply to the innermost type: `int *p vector` is a pointer to vectors. clang's counts elements, not bytes; gcc ignores it.
static struct type *with_vector(struct unit *u, struct type *element, const struct attr *attrs)
{
    const struct attr *bytes = attr_find(attrs, "vector_size");
    const struct attr *count = u->target->is_clang ? attr_find(attrs, "ext_vector_type") : NULL;
    if (!(bytes && bytes->args) && !(count && count->args))
        return element;
    struct type *t = NEW(&u->ast, struct type);
    t->kind = TYPE_VECTOR;
    t->base = element;
    if (bytes && bytes->args) {
        t->vector.bytes = bytes->args;
        return t;
    }
    t->vector.is_ext = true;
    t->vector.bytes = expr_new(u, EXPR_BINARY, count->span);
    t->vector.bytes->binary.op = '*';
    t->vector.bytes->binary.lhs = count->args;
    t->vector.bytes->binary.rhs = synthetic_size(u, element, count->span);
    return t;
}

struct async_use *unit_async_uses(struct unit *u)
{
    return u->parser->async_uses;
}

static void async_use_add(struct unit *u, const struct specs *specs, struct type *function)
{
    struct async_use *use = NEW(&u->ast, struct async_use);
    *use = (struct async_use){ NULL, specs->async_token, specs->type_span, function, specs->attrs };
    if (u->parser->last_async_use)
        u->parser->last_async_use->next = use;
    else
        u->parser->async_uses = use;
    u->parser->last_async_use = use;
}

// `async` belongs to the function nearest the specifiers; where there is none, it makes handles.
struct type *shape_type(struct unit *u, struct specs *specs, struct shape *s)
{
    struct type *base = specs_type(u, specs);
    if (specs)
        base = with_vector(u, base, specs->attrs);
    if (s)
        base = with_vector(u, base, s->attrs);
    if (specs && specs->is_async) {
        async_use_add(u, specs, s ? s->nearest : NULL);
        if (s && s->nearest)
            s->nearest->function.is_async = true;
        else
            base = type_handle(u, base);
    }
    if (!s || !s->last)
        return base;
    s->last->base = base;
    return s->first;
}

static struct symbol *declare_param(struct unit *u, struct param *p, struct name *name)
{
    struct symbol *s = scope_declare(u, name, SYMBOL_OBJECT, p->name);
    s->kind = SYMBOL_OBJECT;
    s->is_param = true;
    s->type = p->type;
    return s;
}

static struct param_list *param_list_of(struct unit *u, struct param *p)
{
    struct param_list *list = NEW(&u->fn, struct param_list);
    list->first = list->last = p;
    return list;
}

struct param_list *param_new(struct unit *u, struct span span, struct specs *specs, struct shape *s)
{
    struct param *p = NEW(&u->ast, struct param);
    struct param_list *list = param_list_of(u, p);
    p->span = span;
    p->type = shape_type(u, specs, s);
    p->name = s && s->name ? s->name_span : (struct span){ span.hi, span.hi };
    list->inner = specs->inner;
    p->is_noescape = attr_own(specs->attrs, "noescape") || (s && attr_own(s->attrs, "noescape"));
    if (s)
        inner_join(&list->inner, s->inner);
    if (!s || !s->name)
        return list;
    p->symbol = declare_param(u, p, s->name);
    p->symbol->storage = specs->storage;
    symbol_add_attrs(u, p->symbol, specs->attrs);
    symbol_add_attrs(u, p->symbol, s->attrs);
    return list;
}

struct param_list *param_identifier(struct unit *u, struct param_list *list, struct span span, struct name *name)
{
    struct param *p = NEW(&u->ast, struct param);
    p->span = p->name = span;
    p->type = type_basic(u, TYPE_INT);
    p->symbol = declare_param(u, p, name);
    if (!list) {
        list = param_list_of(u, p);
        list->has_identifiers = true;
        return list;
    }
    list->last->next = p;
    list->last = p;
    return list;
}

struct param_list *param_join(struct param_list *list, struct param_list *more)
{
    list->last->next = more->first;
    list->last = more->last;
    inner_join(&list->inner, more->inner);
    return list;
}

struct param_list *param_variadic(struct unit *u, struct param_list *list)
{
    if (!list)
        list = NEW(&u->fn, struct param_list);
    list->is_variadic = true;
    return list;
}

struct param_list *param_forward(struct param_list *forward, struct param_list *list)
{
    inner_join(&forward->inner, list->inner);
    list->inner = forward->inner;
    return list;
}

struct type_name *build_type_name(struct unit *u, struct span span, struct specs *specs, struct shape *s)
{
    struct type_name *t = NEW(&u->ast, struct type_name);
    t->span = span;
    t->type = shape_type(u, specs, s);
    t->is_static = specs->storage == STORAGE_STATIC;
    struct inner inner = specs->inner;
    if (s)
        inner_join(&inner, s->inner);
    t->inner = inner.first;
    return t;
}
