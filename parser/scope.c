// Scopes as chains through the names: name.symbol is the innermost declaration, `shadowed` leads to the outer ones.
//
//     int x; { char x; ... }   inside the block: x → char x (depth 1) → int x (depth 0)
#include "parser/scope.h"

static void scope_enter(struct unit *u, struct scope *s)
{
    s->outer = u->scope;
    s->depth = u->scope ? u->scope->depth + 1 : 0;
    u->scope = s;
}

void scope_push(struct unit *u)
{
    scope_enter(u, NEW(&u->ast, struct scope));
}

static void scope_pop(struct unit *u)
{
    for (struct symbol *s = u->scope->symbols; s; s = s->next_in_scope)
        s->name->symbol = s->shadowed;
    for (struct tag *t = u->scope->tags; t; t = t->next_in_scope)
        if (t->name)
            t->name->tag = t->shadowed;
    u->scope = u->scope->outer;
}

void scope_restore(struct unit *u, struct scope *scope)
{
    while (u->scope != scope)
        scope_pop(u);
}

// In the order of declaration: a tag may have been declared twice in one scope, and the later one is what the name means.
static void tags_reopen(struct scope *scope, struct tag *t)
{
    if (!t)
        return;
    tags_reopen(scope, t->next_in_scope);
    t->scope_depth = scope->depth;
    if (!t->name)
        return;
    t->shadowed = t->name->tag;
    t->name->tag = t;
}

void scope_reopen(struct unit *u, struct scope *scope)
{
    scope_enter(u, scope);
    for (struct symbol *s = scope->symbols; s; s = s->next_in_scope) {
        s->scope_depth = scope->depth;
        s->shadowed = s->name->symbol;
        s->name->symbol = s;
    }
    tags_reopen(scope, scope->tags);
}

struct symbol *scope_find(struct unit *u, struct name *n)
{
    (void)u;
    return n->symbol;
}

struct tag *scope_find_tag(struct unit *u, struct name *n)
{
    (void)u;
    return n->tag;
}

struct symbol *scope_declare_in(struct unit *u, struct scope *scope, struct name *n, enum symbol_kind kind, struct span span)
{
    struct symbol *s = NEW(&u->ast, struct symbol);
    s->kind = kind;
    s->name = n;
    s->span = span;
    s->scope = scope;
    s->scope_depth = scope->depth;
    s->shadowed = n->symbol;
    s->next_in_scope = scope->symbols;
    n->symbol = scope->symbols = s;
    return s;
}

struct symbol *scope_declare(struct unit *u, struct name *n, enum symbol_kind kind, struct span span)
{
    // Else it is a mistake: types that were made of the typedef stay what they are.
    bool is_same = n->symbol && (n->symbol->kind == SYMBOL_TYPEDEF) == (kind == SYMBOL_TYPEDEF);
    if (is_same && n->symbol->scope == u->scope)
        return n->symbol;
    return scope_declare_in(u, u->scope, n, kind, span);
}

struct tag *scope_new_tag(struct unit *u, struct name *n, enum type_kind kind, struct span span)
{
    struct tag *t = NEW(&u->ast, struct tag);
    t->kind = kind;
    t->name = n;
    t->span = span;
    t->first = span.lo;
    t->scope = u->scope;
    t->scope_depth = u->scope->depth;
    t->next_in_scope = u->scope->tags;
    u->scope->tags = t;
    if (!n)
        return t;
    if (n->tag && t->scope_depth > 0) {
        t->next_listed = u->hiding_tags;
        u->hiding_tags = t;
    }
    t->shadowed = n->tag;
    n->tag = t;
    return t;
}

struct tag *scope_declare_tag(struct unit *u, struct name *n, enum type_kind kind, struct span span)
{
    if (n->tag && n->tag->scope == u->scope && n->tag->kind == kind)
        return n->tag;
    return scope_new_tag(u, n, kind, span);
}
