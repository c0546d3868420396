// The rules for declarations: which functions may be async, what a frame or a handle may be declared as.
//
// in:   a declaration, at file scope or in a function; the body that comes with it is walked as well
// out:  messages
//
//     async int sum(int n, ...);     →    async function 'sum' cannot take '...'; pass the arguments in an array or a struct
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/check_async.h"
#include "parser/handle_type.h"
#include "parser/sema.h"

static void check_inner(struct checker *c, struct expr *inner, enum where where)
{
    for (struct expr *e = inner; e; e = e->next_inner)
        check_at(c, e, where);
}

static struct type *function_type(struct checker *c, struct type *t)
{
    t = type_plain(c->u, t);
    return t->kind == TYPE_FUNCTION ? t : NULL;
}

// The C compiler would say it of lowered types. Of functions that are not async it says it of the user's.
static void check_type_redeclared(struct checker *c, const struct declarator *d, const struct declarator *first)
{
    if (!function_type(c, first->type)->function.is_async || type_compatible(c->u, first->type, d->type))
        return;
    const char *name = d->symbol->name->text;
    struct diag *e = diag_error(c->u, ERROR_CONFLICTING_TYPES, d->name, "conflicting types for '%s'; have '%s'", name,
                                type_text(c->u, d->type, "", true));
    diag_note(c->u, e, first->name, "previous declaration of '%s' with type '%s'", name, type_text(c->u, first->type, "", true));
}

static void check_redeclaration(struct checker *c, const struct declarator *d, struct type *function)
{
    struct declarator *first = d->symbol ? d->symbol->declarator : NULL;
    struct type *before = first && first != d && first->type ? function_type(c, first->type) : NULL;
    if (!before)
        return;
    if (before->function.is_async == function->function.is_async) {
        check_type_redeclared(c, d, first);
        return;
    }
    struct diag *e = diag_error(c->u, ERROR_ASYNC_REDECLARED, d->name,
                                "conflicting types for '%s': it is declared %s here", d->symbol->name->text,
                                function->function.is_async ? "async" : "without async");
    diag_note(c->u, e, first->name, "previous declaration of '%s' was %s", d->symbol->name->text,
              before->function.is_async ? "async" : "not async");
    const struct decl *plain = (function->function.is_async ? first : d)->decl;
    if (!plain->declarators->next)
        diag_fix_insert(c->u, e, plain->span.lo, "async ");
}

// Of a local, whose declaration in the frame the C compiler does not see.
static void check_local_redefined(struct checker *c, const struct decl *decl, const struct declarator *d)
{
    const struct symbol *s = d->symbol;
    bool is_local = c->function && c->function->is_async && s && s->scope_depth > 0 && s->kind == SYMBOL_OBJECT;
    if (!is_local || decl->storage == STORAGE_EXTERN || (!s->is_param && s->declarator == d))
        return;
    struct diag *e = diag_error(c->u, ERROR_REDEFINED, d->name, "redefinition of '%s'", s->name->text);
    diag_note(c->u, e, s->span, "the first definition is here");
}

static bool is_main_parameter(struct checker *c, struct param *p, int number)
{
    struct type *t = type_plain(c->u, type_of_param(c->u, p->type));
    if (number == 0)
        return t->kind == TYPE_INT;
    struct type *to = t->kind == TYPE_POINTER ? type_plain(c->u, t->base) : t;
    return t->kind == TYPE_POINTER && to->kind == TYPE_POINTER && type_plain(c->u, to->base)->kind == TYPE_CHAR;
}

static const char main_forms[] = "'async int main(void)' or 'async int main(int argc, char **argv)'";

// What the C library calls is neither this file's alone nor part of who calls it.
static void check_main_specifiers(struct checker *c, const struct declarator *d)
{
    for (uint32_t t = d->decl->specs.lo; t < d->decl->specs.hi; t++) {
        int kind = c->u->tokens[t].kind;
        if (kind != TOK_STATIC && kind != TOK_INLINE)
            continue;
        struct diag *e = diag_error(c->u, ERROR_ASYNC_MAIN, (struct span){ t, t + 1 }, "'main' cannot be declared '%s'",
                                    span_said(c->u, (struct span){ t, t + 1 }));
        diag_fix_replace(c->u, e, (struct span){ t, t + 1 }, "");
    }
}

static void check_main(struct checker *c, const struct declarator *d, struct type *function)
{
    int count = 0;
    check_main_specifiers(c, d);
    if (type_plain(c->u, function->base)->kind != TYPE_INT)
        diag_error(c->u, ERROR_ASYNC_MAIN, d->name, "async main gives an 'int', not %s: write %s", type_said(c->u, function->base),
                   main_forms);
    for (struct param *p = function->function.params; p; p = p->next, count++)
        if (count < 3 && !is_main_parameter(c, p, count))
            diag_error(c->u, ERROR_ASYNC_MAIN, p->symbol ? p->symbol->span : d->name, "parameter %d of async main is %s: write %s",
                       count + 1, type_said(c->u, p->type), main_forms);
    if (count > 3)
        diag_error(c->u, ERROR_ASYNC_MAIN, d->name, "async main has %d parameters: write %s", count, main_forms);
    else if (count == 1 && !function->function.is_variadic)
        diag_warn(c->u, WARNING_MAIN, d->name, "'main' takes only zero or two arguments");
}

// Attributes of functions that something else than a call runs.
static void check_attributes(struct checker *c, const struct declarator *d, const struct attr *attrs)
{
    static const char *const plain[] = { "constructor", "destructor", "naked", "alias", "ifunc", "weakref", "interrupt", "signal" };
    for (const struct attr *a = attrs; a; a = a->next)
        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
            if (!strcmp(a->name->text, plain[i]))
                diag_error(c->u, ERROR_ASYNC_ATTRIBUTE, a->span,
                           "attribute '%s' needs the plain calling sequence, which async function '%s' does not have; "
                           "give it to a synchronous function", plain[i], d->symbol ? d->symbol->name->text : "");
}

const struct tag *param_tag(struct unit *u, const struct function *f, const struct param *p)
{
    struct type *t = type_plain(u, p->type);
    while (t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY)
        t = type_plain(u, t->base);
    bool has_tag = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM;
    return has_tag && t->tag->first >= p->span.lo && t->tag->first < f->body->span.lo ? t->tag : NULL;
}

bool is_known_record(struct checker *c, struct type *t, uint32_t at)
{
    t = type_plain(c->u, t);
    bool is_record = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
    return !is_record || (t->tag->is_complete && t->tag->body.lo < at);
}

// The frame has members of these types.
static void check_complete(struct checker *c, const struct declarator *d, struct type *function)
{
    uint32_t at = d->decl->function->body->span.lo;
    if (!is_known_record(c, function->base, at))
        diag_error(c->u, ERROR_INCOMPLETE_TYPE, d->name, "'%s' returns an incomplete type: %s", d->symbol->name->text,
                   type_said(c->u, function->base));
    for (struct param *p = function->function.params; p; p = p->next) {
        const struct tag *own = param_tag(c->u, d->decl->function, p);
        bool is_own = own && own->body.hi && own->body.lo < at, is_value = type_plain(c->u, p->type)->kind != TYPE_POINTER;
        if (is_own && (d->decl->storage != STORAGE_STATIC || (is_value && own->kind != TYPE_ENUM)))
            diag_error(c->u, ERROR_NOT_SUPPORTED, own->span, "a type that the parameters of async function '%s' define, which its "
                       "callers cannot name; define it before", d->symbol->name->text);
        else if (p->symbol && !is_known_record(c, p->type, at))
            diag_error(c->u, ERROR_INCOMPLETE_TYPE, p->name, "parameter '%s' has an incomplete type: %s", p->symbol->name->text,
                       type_said(c->u, p->type));
    }
}

static void check_async_function(struct checker *c, const struct declarator *d, struct type *function)
{
    const char *name = d->symbol ? d->symbol->name->text : "";
    if (function->function.is_variadic)
        diag_error(c->u, ERROR_ASYNC_VARIADIC, d->name,
                   "async function '%s' cannot take '...'; pass the arguments in an array or a struct", name);
    if (function->function.is_old_style && (function->function.params || (d->decl->function && d->decl->function->old_style)))
        diag_error(c->u, ERROR_ASYNC_OLD_STYLE, d->name,
                   "async function '%s' has an old-style parameter list; write the types between the parentheses", name);
    struct function *outer = c->function;
    if (d->decl->function && outer)
        diag_error(c->u, ERROR_ASYNC_NESTED, d->name,
                   "nested function '%s' cannot be async; move it out of '%s'", name, outer->symbol->name->text);
    if (d->decl->function && d->decl->function->body && d->symbol)
        check_complete(c, d, function);
    check_attributes(c, d, d->decl->attrs);
    check_attributes(c, d, d->attrs);
    if (!outer && !strcmp(name, "main"))
        check_main(c, d, function);
}

void check_frame_uses(struct checker *c)
{
    for (struct frame_use *use = unit_frame_uses(c->u); use; use = use->next) {
        struct symbol *s = use->type->symbol;
        struct type *function = s->kind == SYMBOL_FUNCTION && s->type ? function_type(c, s->type) : NULL;
        if (function && function->function.is_async)
            continue;
        struct diag *d = diag_error(c->u, ERROR_FRAME_OF, use->type->span, "'%s' is no async function and has no frame",
                                    s->name->text);
        note_declared(c, d, s, "");
        use->type->kind = TYPE_ERROR;
    }
}

// Where a block ends nobody could tell whether a union holds a handle. Tags defined inside of others come with them.
static void check_unions(struct checker *c, const struct tag *tag, struct span within)
{
    for (const struct member *m = tag->members; m; m = m->next) {
        struct type *t = handles_element(c->u, m->type);
        bool is_record = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
        if (tag->kind == TYPE_UNION && type_holds_handles(c->u, t))
            diag_error(c->u, ERROR_HANDLE_IN_UNION, m->span, "a union cannot hold a handle: nobody could tell whether its child is to be "
                       "awaited; make it a struct");
        else if (is_record && t->tag->body.lo > within.lo && t->tag->body.hi < within.hi)
            check_unions(c, t->tag, t->tag->body);
    }
}

static void check_members_known(struct checker *c, const struct tag *tag)
{
    for (const struct member *m = tag->members; m; m = m->next) {
        struct type *t = m->type;
        while (type_plain(c->u, t)->kind == TYPE_ARRAY)
            t = type_plain(c->u, t)->base;
        if (type_plain(c->u, t)->kind == TYPE_FRAME)
            check_frame_known(c, type_plain(c->u, t), m->span, m->span.lo);
    }
}

static void check_declarator(struct checker *c, struct decl *decl, struct declarator *d)
{
    bool is_static = !c->function || decl->storage == STORAGE_STATIC || decl->storage == STORAGE_EXTERN || decl->is_thread_local;
    check_inner(c, d->inner, c->function ? c->where : WHERE_CONSTANT);
    struct type *t = type_plain(c->u, d->type), *function = function_type(c, d->type);
    if (function && decl->storage != STORAGE_TYPEDEF)
        check_redeclaration(c, d, function);
    if (function && function->function.is_async)
        check_async_function(c, d, function);
    check_local_redefined(c, decl, d);
    while (t->kind == TYPE_ARRAY)
        t = type_plain(c->u, t->base);
    if (t->kind == TYPE_FRAME && decl->storage != STORAGE_EXTERN && decl->storage != STORAGE_TYPEDEF)
        check_frame_known(c, t, d->name, decl->specs.lo);
    check_at(c, d->init, is_static ? WHERE_STATIC : c->where);
    const struct attr *cleanup = cleanup_of(d);
    if (decl->is_async && report_deadline(c->u, decl->async_token + 1)) {
        return;
    } else if (cleanup && type_holds_handles(c->u, d->type)) {      // one of the two would have to be first
        diag_error(c->u, ERROR_NOT_SUPPORTED, cleanup->args->span, "'%s' ends by waiting for its child, and cannot have a cleanup function "
                   "too in this version of acc; defer the call", d->symbol->name->text);
    } else if (cleanup && cleanup_waits(c->u, cleanup)) {
        c->waits++;
        check_place(c, cleanup->args->span, "an async function that cleans up");
    }
}

// The symbol keeps the last definition. Also of a GNU inline one that another follows: each is a struct and functions of the same names.
static void check_redefinition(struct checker *c, struct function *f)
{
    const struct function *last = f->symbol->function;
    if (last == f || !f->is_async || !last->is_async)
        return;
    struct diag *d = diag_error(c->u, ERROR_ASYNC_REDEFINED, last->decl->declarators->name, "redefinition of '%s'",
                                f->symbol->name->text);
    diag_note(c->u, d, f->decl->declarators->name, "the first definition is here");
}

static void check_function(struct checker *outer, struct function *f)
{
    check_redefinition(outer, f);
    struct checker c = { .u = outer->u, .function = f };
    if (f->body)
        check_stmt(&c, f->body);
    check_gotos(&c);
}

void check_decl(struct checker *c, struct decl *d)
{
    bool is_typeof = d->base && d->base->kind == TYPE_TYPEOF;
    check_inner(c, d->inner, is_typeof ? WHERE_UNEVALUATED : WHERE_CONSTANT);
    if (d->defines_tag && d->tags && d->tags->kind != TYPE_ENUM) {
        check_unions(c, d->tags, d->tags->body);
        check_members_known(c, d->tags);
    }
    for (struct declarator *x = d->declarators; x; x = x->next)
        check_declarator(c, d, x);
    if (d->function)
        check_function(c, d->function);
}
