// Declarations with `async` in them, wherever they stand: prototypes, pointers to async functions in structs, parameters,
// typedefs and casts, and handles.
//
//     async int fetch(const char *url);   →   ac_int fetch(void *ac_frame, struct ac_task *ac_task, unsigned ac_point,
//                                                          const char *url) AC_SYMBOL("fetch");
//     async int job;                      →   ac_handle job;
#include <string.h>

#include "grammar.h"
#include "lower/ctype.h"
#include "lower/edit.h"
#include "lower/lower.h"
#include "lower/walk.h"

// In a system header or one without the words, or from the runtime's AC_ASYNC, which adapts itself; clang does not say
// that its tokens are a system header's.
static bool is_runtime(struct unit *u, uint32_t token)
{
    static const char name[] = "AC_ASYNC";
    const struct token *t = &u->tokens[token];
    if (t->flags & TOKEN_SYSTEM || !(t->flags & TOKEN_MAPPED))
        return true;
    const char *text = t->flags & TOKEN_MACRO ? file_text(u, t->file) : NULL;
    return text && strncmp(text + t->lo, name, sizeof name - 1) == 0;
}

#define HIDDEN_PARAMS "void *ac_frame, struct ac_task *ac_task, unsigned ac_point"

static bool defines_type(const struct unit *u, const struct async_use *use)
{
    for (uint32_t i = use->type_specs.lo; i < use->type_specs.hi; i++)
        if (u->tokens[i].kind == '{')
            return true;
    return false;
}

// The declaration of file scope whose own specifiers these are; NULL: they belong to a member, a parameter, a block.
static struct decl *decl_of(struct unit *u, const struct async_use *use)
{
    for (struct decl *d = u->decls; d; d = d->next)
        if (d->is_async && d->async_token == use->async_token)
            return d;
    return NULL;
}

// async struct pair { int a, b; } f(int x);   →   struct pair { int a, b; };
//                                                 ac_void f(...);
// In front of a definition it stands before the frame, which may need the type.
static void define_before(struct unit *u, struct decl *d, const struct async_use *use)
{
    (void)c_decl(u, d->base, "", true);         // names what has no tag
    const char *text = arena_printf(&u->arena, "%s;\n", edit_render(u, use->type_specs));
    if (d->function)
        async_of(u, d->function)->defines = text;
    else
        edit_before(u, d->span.lo, text);
}

// A struct that is defined among the specifiers stays defined.
static const char *specs_text(struct unit *u, const struct async_use *use, const char *poll)
{
    struct decl *d = defines_type(u, use) ? decl_of(u, use) : NULL;
    if (d)
        define_before(u, d, use);
    else if (defines_type(u, use))
        return arena_printf(&u->arena, "__typeof__((void)sizeof(%s), (%s){ .pending = 0 })", edit_render(u, use->type_specs), poll);
    bool is_apart = u->tokens[use->type_specs.hi].flags & (TOKEN_SPACE | TOKEN_BOL);
    return is_apart ? poll : arena_printf(&u->arena, "%s ", poll);
}

// Whether the result's declarator goes around the function's: `async int (*get_row(int x))[3]`.
static bool is_nested(struct unit *u, const struct type *t)
{
    uint32_t depth = 0, close = t->function.rparen;
    for (uint32_t i = close + 1; u->tokens[i].kind == ')'; i++)
        depth++;
    uint32_t after = close + 1 + depth;
    return depth > 0 && (u->tokens[after].kind == '[' || u->tokens[after].kind == '(') &&
           type_plain(u, t->base)->kind == TYPE_POINTER && t->base->kind == TYPE_POINTER &&
           (t->base->base->kind == TYPE_ARRAY || t->base->base->kind == TYPE_FUNCTION);
}

static uint32_t group_end(const struct unit *u, uint32_t i)
{
    int depth = 0;
    do {
        int kind = u->tokens[i++].kind;
        depth += kind == '(' || kind == '[' ? 1 : kind == ')' || kind == ']' ? -1 : 0;
    } while (depth > 0 && u->tokens[i].kind != 0);
    return i;
}

// Takes away what the result's declarator puts around the name and its parameters.
static void unnest(struct unit *u, const struct async_use *use)
{
    const struct type *t = use->function;
    uint32_t name = t->function.lparen - 1, i = t->function.rparen + 1;
    if (name > use->type_specs.hi)
        edit_replace(u, (struct span){use->type_specs.hi, name}, "");
    while (u->tokens[i].kind == ')')
        i++;
    while (u->tokens[i].kind == '[' || u->tokens[i].kind == '(')
        i = group_end(u, i);
    edit_replace(u, (struct span){t->function.rparen + 1, i}, "");
}

static void use_function(struct unit *u, const struct async_use *use)
{
    struct type *t = use->function;
    bool in_frame;
    uint32_t open = t->function.lparen, close = t->function.rparen;
    const char *specs = specs_text(u, use, poll_type_of(u, t->base, &in_frame));
    const struct edit *same = edits_at(&u->lowering->edits, use->type_specs.lo)->replace;
    if (same && strcmp(same->text, specs) != 0)
        diag_error(u, ERROR_ASYNC_DECLARATORS, (struct span){open - 1, open},
                   "declarators of async functions with different result types; "
                   "declare them one by one");
    edit_replace(u, use->type_specs, specs);
    if (is_nested(u, t))
        unnest(u, use);
    else if (t->function.pointers.hi > t->function.pointers.lo)
        edit_replace(u, t->function.pointers, "");
    if (t->function.params && type_plain(u, t->function.params->type)->kind != TYPE_VOID)
        edit_after(u, open, HIDDEN_PARAMS ", ");
    else if (close > open + 1)
        edit_replace(u, (struct span){open + 1, close}, HIDDEN_PARAMS);
    else
        edit_after(u, open, HIDDEN_PARAMS);
}

static bool is_labelled(const struct unit *u, const struct declarator *d)
{
    const struct symbol *s = d->symbol;
    return s && s->kind == SYMBOL_FUNCTION && !function_is_internal(u, s) && !s->asm_label && strcmp(s->name->text, "main") != 0;
}

// Attributes that are true of the function as written and not of its state machine.
static const char *const untrue[] = {
    "noreturn", "_Noreturn",                                    // it returns whenever it waits,
    "pure", "const", "reproducible", "unsequenced",             // keeps its locals in its frame,
    "malloc", "alloc_size", "alloc_align", "assume_aligned", "returns_nonnull",     // gives its result inside a poll type,
    "nonnull", "access", "format", "format_arg",                // and has other parameters first
    "vector_size", "ext_vector_type",                           // the poll type holds the vector that these make
    "ac_frame",                                                 // for acc
};

static bool is_deleted(const struct unit *u, struct span item)
{
    const struct edit *r = item.hi > item.lo ? edits_at(&u->lowering->edits, item.lo)->replace : NULL;
    return item.hi == item.lo || (r && *r->text == '\0' && r->span.hi >= item.hi);
}

// The items of an attribute list between two commas, or those around it.
static struct span item_at(const struct unit *u, uint32_t lo)
{
    uint32_t hi = lo;
    while (u->tokens[hi].kind != ',' && u->tokens[hi].kind != ')' && u->tokens[hi].kind != ']')
        hi = u->tokens[hi].kind == '(' ? group_end(u, hi) : hi + 1;
    return (struct span){ lo, hi };
}

void drop_attribute(struct unit *u, struct span attribute)
{
    uint32_t first = attribute.lo, end;
    edit_delete(u, attribute);
    for (int depth = 0; depth || (u->tokens[first - 1].kind != '(' && u->tokens[first - 1].kind != '['); first--)
        depth += u->tokens[first - 1].kind == ')' ? 1 : u->tokens[first - 1].kind == '(' ? -1 : 0;
    bool keeps_any = false;
    for (uint32_t lo = first;; lo = end + 1) {
        struct span item = item_at(u, lo);
        bool is_kept = !is_deleted(u, item), is_last = u->tokens[item.hi].kind != ',';
        if (!is_kept && keeps_any)
            edit_delete(u, (struct span){ lo - 1, item.hi });
        else if (!is_kept && !is_last)
            edit_delete(u, (struct span){ lo, item.hi + 1 });
        keeps_any |= is_kept;
        end = item.hi;
        if (is_last)
            break;
    }
    bool is_gnu = u->tokens[first - 1].kind == '(';
    if (!keeps_any)
        edit_delete(u, (struct span){ first - 2 - is_gnu, end + 2 });
}

static void drop_untrue(struct unit *u, const struct attr *attrs)
{
    for (const struct attr *a = attrs; a; a = a->next)
        for (size_t i = 0; i < sizeof untrue / sizeof *untrue; i++)
            if (strcmp(a->name->text, untrue[i]) == 0)
                drop_attribute(u, a->span);
}

static void drop_own(struct unit *u, struct span attribute, bool is_noescape)
{
    if (is_noescape)
        edit_replace(u, attribute, "AC_NOESCAPE");
    else
        drop_attribute(u, attribute);
}

// [[ac::guard]] and __attribute__((ac_guard)) are for acc, like the other names.
void drop_own_attributes(struct unit *u)
{
    static const char *const spellings[][3] = {
        { "guard", "ac_guard", "__ac_guard__" },
        { "blocking", "ac_blocking", "__ac_blocking__" },
        { "nonblocking", "ac_nonblocking", "__ac_nonblocking__" },
        { "nosend", "ac_nosend", "__ac_nosend__" },
        { "noescape", "ac_noescape", "__ac_noescape__" },       // a macro that is empty: --check-lowering asks for it
    };
    enum { COUNT = sizeof spellings / sizeof *spellings, NOESCAPE = COUNT - 1 };
    const struct name *own = name_of_text(&u->names, "ac"), *names[COUNT][3];
    for (size_t k = 0; k < COUNT; k++)
        for (size_t form = 0; form < 3; form++)
            names[k][form] = name_of_text(&u->names, spellings[k][form]);
    uint32_t depth = 0;                 // of the parentheses of __attribute__(())
    for (uint32_t i = 2; i < u->token_count; i++) {
        const struct token *t = &u->tokens[i];
        if (t->kind == '(' && (depth || t[-1].kind == TOK_ATTRIBUTE))
            depth++;
        else if (t->kind == ')' && depth)
            depth--;
        bool is_own = t[-1].kind == TOK_COLONCOLON && t[-2].name == own;
        bool is_gnu = depth == 2 && (t[-1].kind == '(' || t[-1].kind == ',');
        if (!t->name || t->flags & TOKEN_SYSTEM || !(is_own || is_gnu))
            continue;
        for (size_t k = 0; k < COUNT; k++)
            if (is_own ? t->name == names[k][0] : t->name == names[k][1] || t->name == names[k][2])
                drop_own(u, (struct span){is_own ? i - 2 : i, i + 1}, k == NOESCAPE && !u->lowering->is_erased);
    }
}

void drop_frame_attributes(struct unit *u)
{
    for (const struct decl *d = u->decls; d; d = d->next)
        for (const struct declarator *i = d->declarators; i && !(u->tokens[d->span.lo].flags & TOKEN_SYSTEM); i = i->next)
            for (const struct attr *a = i->attrs; a; a = a->next)
                if (strcmp(a->name->text, "ac_frame") == 0)
                    drop_attribute(u, a->span);
}

static void drop_attributes(struct unit *u, const struct decl *d, const struct declarator *i)
{
    for (uint32_t t = d->specs.lo; t < d->specs.hi; t++)
        if (u->tokens[t].kind == TOK_NORETURN)
            edit_replace(u, (struct span){t, t + 1}, "");
    drop_untrue(u, d->attrs);
    drop_untrue(u, i->attrs);
}

// An inline definition becomes static: `static` comes before its `inline`, or in place of `extern`.
static void make_internal(struct unit *u, const struct decl *d)
{
    uint32_t at = d->specs.lo;
    for (uint32_t t = d->specs.lo; t < d->specs.hi; t++) {
        if (u->tokens[t].kind == TOK_EXTERN) {
            edit_replace(u, (struct span){t, t + 1}, "static");
            return;
        }
        if (u->tokens[t].kind == TOK_INLINE)
            at = t;
    }
    edit_before(u, at, "static ");
}

// The function that a declarator declares, or points to.
static struct type *function_of(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    while (t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY)
        t = type_plain(u, t->base);
    return t->kind == TYPE_FUNCTION ? t : NULL;
}

// The linker symbol of an external async function is not its name.
static void label_declaration(struct unit *u, const struct decl *d)
{
    if (is_runtime(u, d->span.lo))
        return;
    for (const struct declarator *i = d->declarators; i; i = i->next) {
        struct type *t = i->type ? function_of(u, i->type) : NULL;
        if (!t || !t->function.is_async)
            continue;
        drop_attributes(u, d, i);
        if (d->storage == STORAGE_TYPEDEF || type_plain(u, i->type) != t)
            continue;
        if (i->symbol && strcmp(i->symbol->name->text, "main") == 0)
            edit_replace(u, i->name, "ac_main");        // the program's main is another function
        if (i->symbol && i->symbol->storage != STORAGE_STATIC && function_is_internal(u, i->symbol))
            make_internal(u, d);
        if (!is_labelled(u, i))
            continue;
        const char *label = arena_printf(&u->arena, "AC_SYMBOL(\"%s\")", i->symbol->name->text);
        if (d->function)
            edit_before(u, d->span.lo, arena_printf(&u->arena, "%s %s;\n",
                                                    type_text_lowered(u, i->symbol->type, i->symbol->name->text, true), label));
        else
            edit_after(u, i->type->kind == TYPE_FUNCTION && i->type->function.rparen ? i->type->function.rparen : i->name.lo,
                       arena_printf(&u->arena, " %s", label));
    }
}

static void label_stmt(struct walk *w, struct stmt *s);

struct label_walk {
    struct walk walk;
    struct unit *u;
};

static void label_expr(struct walk *w, struct expr *e)
{
    (void)w;
    (void)e;
}

static void label_stmt(struct walk *w, struct stmt *s)
{
    if (s->kind == STMT_DECL)
        label_declaration(((struct label_walk *)w)->u, s->decl.decl);
}

void lower_interface(struct unit *u)
{
    for (const struct async_use *use = unit_async_uses(u); use; use = use->next) {
        if (is_runtime(u, use->async_token))
            continue;
        const struct span word = {use->async_token, use->async_token + 1};
        struct async_use typed = *use;
        drop_untrue(u, use->attrs);
        if (use->type_specs.hi > use->type_specs.lo)
            edit_replace(u, word, "");
        else
            typed.type_specs = word;            // `async f(void)`, of type int as in old C
        if (use->function)
            use_function(u, &typed);
        else
            edit_replace(u, typed.type_specs, "ac_handle");
    }
    struct label_walk w = {{.expr = label_expr, .stmt = label_stmt}, u};
    for (struct decl *d = u->decls; d; d = d->next) {
        label_declaration(u, d);
        walk_decl(&w.walk, d);
    }
}
