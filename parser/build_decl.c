// Declarations and function definitions: specifiers and declarators to symbols.
//
//     static int f(int a) { ... }   →   decl { declarator f }, symbol f, function with parameter a
#include "parser/build.h"

#include "grammar.h"
#include "parser/missing_header.h"

static struct decl *decl_new(struct unit *u, struct specs *specs, uint32_t lo)
{
    struct decl *d = NEW(&u->ast, struct decl);
    if (!specs) {
        d->span = d->specs = d->type_specs = (struct span){ lo, lo };
        d->base = type_basic(u, TYPE_INT);
        return d;
    }
    d->span = d->specs = specs->span;
    d->type_specs = specs->type_span;
    d->storage = specs->storage;
    d->is_async = specs->is_async;
    d->async_token = specs->async_token;
    d->is_inline = specs->is_inline;
    d->is_noreturn = specs->is_noreturn;
    d->is_thread_local = specs->is_thread_local;
    d->defines_tag = specs->defines_tag;
    d->base = specs_type(u, specs);
    d->attrs = specs->attrs;
    d->inner = specs->inner.first;
    d->tags = specs->defines_tag ? specs->tag : NULL;
    return d;
}

static bool is_function_type(const struct type *t)
{
    while (t->kind == TYPE_TYPEDEF)
        t = t->base;
    return t->kind == TYPE_FUNCTION;
}

static enum symbol_kind kind_of(const struct decl *d, const struct type *t)
{
    return d->storage == STORAGE_TYPEDEF ? SYMBOL_TYPEDEF : is_function_type(t) ? SYMBOL_FUNCTION : SYMBOL_OBJECT;
}

// Whether a later declaration says more about the type than the first.
static bool is_better_type(const struct type *old, const struct type *new)
{
    if (old->kind == TYPE_FUNCTION && new->kind == TYPE_FUNCTION)
        return old->function.is_old_style && !new->function.is_old_style;
    return old->kind == TYPE_ARRAY && new->kind == TYPE_ARRAY && !old->array.size && new->array.size;
}

static void symbol_set_type(struct symbol *s, struct type *t, enum symbol_kind kind)
{
    if (!s->type || s->is_builtin || s->kind != kind || s->is_param || is_better_type(s->type, t))
        s->type = t;
    s->kind = kind;
    s->is_builtin = false;
}

static void symbol_set_flags(struct symbol *s, const struct decl *d, const struct specs *specs)
{
    if (!s->declared || (s->storage == STORAGE_EXTERN && d->storage != STORAGE_EXTERN))
        s->storage = d->storage;
    s->is_thread_local |= d->is_thread_local;
    s->is_inline |= d->is_inline;
    s->is_constexpr |= specs && specs->is_constexpr;
    s->is_noreturn |= d->is_noreturn || attr_find(s->attrs, "noreturn");
    s->is_defined |= s->kind == SYMBOL_OBJECT && d->storage != STORAGE_EXTERN;
}

static bool is_local(const struct unit *u, const struct symbol *s)
{
    return s->scope_depth && s->kind != SYMBOL_FUNCTION && s->storage != STORAGE_EXTERN && u->parser->function;
}

// Whether a name is a type decides how what follows is read, so the compiler cannot judge it alone.
static void judge_kind(struct unit *u, struct name *name, enum symbol_kind kind, struct span span)
{
    const struct symbol *old = name->symbol;
    if (!old || old->scope != u->scope || old->is_builtin || (old->kind == SYMBOL_TYPEDEF) == (kind == SYMBOL_TYPEDEF))
        return;
    struct diag *d = diag_error(u, ERROR_CONFLICTING_TYPES, span, "'%s' redeclared as different kind of symbol", name->text);
    diag_note(u, d, old->span, "previous declaration of '%s'", name->text);
}

static void declare_symbol(struct unit *u, struct declarator *d, const struct specs *specs, const struct shape *shape)
{
    enum symbol_kind kind = kind_of(d->decl, d->type);
    judge_kind(u, shape->name, kind, shape->name_span);
    struct symbol *s = d->symbol = scope_declare(u, shape->name, kind, shape->name_span);
    if (s->is_builtin)
        s->span = shape->name_span;
    if (specs)
        symbol_add_attrs(u, s, specs->attrs);
    symbol_add_attrs(u, s, shape->attrs);
    if (s->type)
        params_join(s->type, d->type);
    symbol_set_type(s, d->type, kind);
    symbol_set_flags(s, d->decl, specs);
    if (!s->scope_depth) {
        note_async(s->name, d->type);
        s->has_extern |= d->decl->storage == STORAGE_EXTERN || !d->decl->is_inline;
    }
    if (!s->declared && !s->is_param) {
        s->declared = d->decl;
        s->declarator = d;
    }
    if (shape->asm_label.lo != shape->asm_label.hi)
        s->asm_label = d;
    if (is_local(u, s))
        s->function = u->parser->function;
    // A resumption enters a block behind its constants. They are the same in each call, so one object does for all.
    if (s->is_constexpr && s->storage == STORAGE_NONE && u->parser->function && u->parser->function->is_async)
        s->storage = STORAGE_STATIC;
}

// typedef union { ... } u __attribute__((transparent_union));
static void declare_transparent(const struct decl *d, const struct shape *shape)
{
    if (d->storage == STORAGE_TYPEDEF && d->base->kind == TYPE_UNION && attr_find(shape->attrs, "transparent_union"))
        d->base->tag->is_transparent = true;
}

static void declare(struct unit *u, struct declaration *declaration, struct shape *shape)
{
    struct declarator *d = NEW(&u->ast, struct declarator);
    d->decl = declaration->decl;
    d->type = shape_type(u, declaration->specs, shape);
    d->span = shape->span;
    d->name = shape->name_span;
    d->attrs = shape->attrs;
    d->asm_label = shape->asm_label;
    d->inner = shape->inner.first;
    if (declaration->last)
        declaration->last->next = d;
    else
        d->decl->declarators = d;
    declaration->last = d;
    declare_transparent(d->decl, shape);
    declare_symbol(u, d, declaration->specs, shape);
}

struct declaration *declare_first(struct unit *u, struct specs *specs, struct shape *s)
{
    struct declaration *d = NEW(&u->fn, struct declaration);
    d->decl = decl_new(u, specs, s->span.lo);
    d->specs = specs;
    declare(u, d, s);
    return d;
}

struct declaration *declare_next(struct unit *u, struct declaration *d, struct shape *s)
{
    declare(u, d, s);
    return d;
}

struct declaration *declare_init(struct declaration *d, struct expr *init)
{
    d->last->init = init;
    if (d->last->symbol->kind == SYMBOL_OBJECT)
        d->last->symbol->is_defined = true;
    return d;
}

struct decl *build_decl(struct span span, struct declaration *d)
{
    d->decl->span = span;
    return d->decl;
}

// `struct s;` alone declares a tag of this scope, whatever an outer one is (C 6.7.2.3p7).
static void declare_tag_alone(struct unit *u, const struct specs *specs)
{
    struct tag *t = specs->tag;
    if (t && t->name && !specs->defines_tag && !specs->quals && !specs->storage && t->kind != TYPE_ENUM
        && t->scope != u->scope)
        scope_new_tag(u, t->name, t->kind, specs->span);
}

struct decl *build_decl_of_specs(struct unit *u, struct span span, struct specs *specs)
{
    struct decl *d = decl_new(u, specs, span.lo);
    d->span = span;
    specs_alone(u, specs);
    declare_tag_alone(u, specs);
    return d;
}

void declare_builtin_type(struct unit *u, struct name *name, struct type *type)
{
    struct symbol *s = scope_declare_in(u, u->parser->file_scope, name, SYMBOL_TYPEDEF, (struct span){ 0, 0 });
    s->storage = STORAGE_TYPEDEF;
    s->type = type;
    s->is_builtin = true;
}

struct decl *build_static_assert(struct unit *u, struct span span, struct expr *test)
{
    struct decl *d = decl_new(u, NULL, span.lo);
    d->span = span;
    d->is_static_assert = true;
    d->inner = test;
    return d;
}

struct decl *build_toplevel_asm(struct unit *u, struct span span)
{
    struct decl *d = decl_new(u, NULL, span.lo);
    d->span = span;
    return d;
}

struct decl_list *decl_list_add(struct unit *u, struct decl_list *list, struct decl *d)
{
    if (!list)
        list = NEW(&u->fn, struct decl_list);
    if (list->last)
        list->last->next = d;
    else
        list->first = d;
    list->last = d;
    return list;
}

// `int x` and then neither `{` nor, after f(a, b), declarations of a and b: a `;` is missing, or what was taken for the
// declared name is meant as a type.
static bool is_definition(struct unit *u, const struct specs *specs, const struct shape *s, int next)
{
    if (s->first && s->first->kind == TYPE_FUNCTION && (next == '{' || s->has_identifiers))
        return true;
    bool has_type = specs && (specs->type || specs->words);
    if (!has_type && !s->first && s->name && next == TOK_NAME)
        diag_error(u, ERROR_UNKNOWN_TYPE, s->name_span, "unknown type name '%s'%s", s->name->text,
                   missing_header_text(u, s->name));
    else if (!s->name || specs || !report_await_function(u, s->name_span))
        report_unexpected(u, token_after(u, s->span.hi - 1), "expected ';'");
    return false;
}

static struct function *function_new(struct unit *u, struct declaration *d)
{
    struct parser *p = u->parser;
    struct function *f = NEW(&u->ast, struct function);
    f->decl = d->decl;
    f->symbol = d->last->symbol;
    f->type = d->last->type;
    f->is_async = f->type->function.is_async;
    f->body = stmt_new(u, STMT_BLOCK, d->decl->specs);
    f->first_expr = p->first_expr;
    f->outer = p->function;
    f->index = p->last_function ? p->last_function->index + 1 : 0;
    if (p->last_function)
        p->last_function->next = f;
    else
        p->functions = f;
    return p->function = p->last_function = f;
}

// Whoever is given a handle has to see to its child, though the body may not name it.
static bool takes_async(const struct function *f)
{
    for (const struct param *p = f->type->function.params; p; p = p->next)
        if (note_async(NULL, p->type))
            return true;
    return false;
}

struct definition *definition_begin(struct unit *u, struct specs *specs, struct shape *s, int next)
{
    if (!is_definition(u, specs, s, next))
        return NULL;
    struct definition *d = NEW(&u->fn, struct definition);
    struct declaration *declaration = declare_first(u, specs, s);
    struct symbol *symbol = declaration->last->symbol;
    d->outer = u->scope;
    d->errors = u->diags.errors;
    d->function = declaration->decl->function = function_new(u, declaration);
    symbol->function = d->function;
    symbol->is_defined = true;
    symbol->type = d->function->type;
    scope_reopen(u, s->params);
    u->scope->is_function = true;
    for (struct symbol *p = u->scope->symbols; p; p = p->next_in_scope)
        if (p->kind == SYMBOL_OBJECT)
            p->function = d->function;
    if (next == '{' && !d->function->outer && !d->function->is_async && !takes_async(d->function))
        skip_plain_body(u);
    return d;
}

// What the declarations between f(a, b) and the body say.
static void set_old_style_params(struct function *f, struct decl_list *old_style)
{
    if (!old_style)
        return;
    f->old_style = old_style->first;
    for (struct param *p = f->type->function.params; p; p = p->next)
        p->type = p->symbol->type;
}

struct decl *definition_end(struct unit *u, struct span span, struct definition *d, struct decl_list *old_style,
                            struct stmt *body)
{
    struct function *f = d->function;
    set_old_style_params(f, old_style);
    f->body = body;
    f->end_expr = u->expr_count + 1;
    f->decl->span = span;
    if (u->diags.errors == d->errors)
        labels_check(u, f);
    definition_abandon(u, d);
    return f->decl;
}

void definition_abandon(struct unit *u, struct definition *d)
{
    scope_restore(u, d->outer);
    u->parser->function = d->function->outer;
}

void unit_add_decl(struct unit *u, struct decl *d)
{
    u->parser->first_expr = u->expr_count + 1;
    arena_reset(&u->fn);
    if (!d)
        return;
    if (u->parser->last_decl)
        u->parser->last_decl->next = d;
    else
        u->decls = d;
    u->parser->last_decl = d;
}
