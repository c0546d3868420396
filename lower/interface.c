// Declarations with `async` in them, wherever they stand: prototypes, pointers to async functions in structs, parameters,
// typedefs and casts, and handles.
//
//     async int fetch(const char *url);   →   ac_int fetch(void *ac_frame, struct ac_task *ac_task, unsigned ac_point,
//                                                          const char *url) AC_SYMBOL("fetch");
//     async int job;                      →   ac_handle job;
#include <string.h>

#include "grammar.h"
#include "lower/lower.h"
#include "lower/walk.h"

#define HIDDEN_PARAMS "void *ac_frame, struct ac_task *ac_task, unsigned ac_point"

static void use_function(struct unit *u, const struct async_use *use)
{
    struct type *t = use->function;
    bool in_frame;
    uint32_t open = t->function.lparen, close = t->function.rparen;
    edit_replace(u, use->type_specs, poll_type_of(u, t->base, &in_frame));
    if (t->function.pointers.hi > t->function.pointers.lo)
        edit_replace(u, t->function.pointers, "");
    if (t->function.params && type_plain(u, t->function.params->type)->kind != TYPE_VOID)
        edit_after(u, open, HIDDEN_PARAMS ", ");
    else if (close > open + 1)
        edit_replace(u, (struct span){open + 1, close}, HIDDEN_PARAMS);
    else
        edit_after(u, open, HIDDEN_PARAMS);
}

static bool is_labelled(const struct declarator *d)
{
    const struct symbol *s = d->symbol;
    return s && s->kind == SYMBOL_FUNCTION && s->storage != STORAGE_STATIC && !s->asm_label &&
           strcmp(s->name->text, "main") != 0;
}

// The linker symbol of an external async function is not its name.
static void label_declaration(struct unit *u, const struct decl *d)
{
    if (d->storage == STORAGE_TYPEDEF || u->tokens[d->span.lo].flags & TOKEN_SYSTEM)
        return;
    for (const struct declarator *i = d->declarators; i; i = i->next) {
        struct type *t = i->type ? type_plain(u, i->type) : NULL;
        if (!t || t->kind != TYPE_FUNCTION || !t->function.is_async)
            continue;
        if (i->symbol && strcmp(i->symbol->name->text, "main") == 0)
            edit_replace(u, i->name, "ac_main");        // the program's main is another function
        if (!is_labelled(i))
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
        if (u->tokens[use->async_token].flags & TOKEN_SYSTEM)
            continue;
        edit_replace(u, (struct span){use->async_token, use->async_token + 1}, "");
        if (use->function)
            use_function(u, use);
        else
            edit_replace(u, use->type_specs, "ac_handle");
    }
    struct label_walk w = {{label_expr, label_stmt}, u};
    for (struct decl *d = u->decls; d; d = d->next) {
        label_declaration(u, d);
        walk_decl(&w.walk, d);
    }
}
