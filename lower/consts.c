// Which locals that are const are loaded when their function goes on, like others?
//
//     const long limit = most(fd);         long limit = most(fd);
//     await …                              …
//                                              limit = ac_self->at1.limit;
//
// Loading one means assigning to it, so the word goes out of its declaration. Where it cannot, as it stands in a macro, a typedef or an
// `auto`, or is part of another declarator's type, the local lies in the frame from its declaration on, also in a call that never waits.
#include "grammar.h"
#include "lower/lower.h"

// The tokens among which the word makes the object const: behind the last `*`, or the specifiers.
static struct span const_place(struct unit *u, const struct local *l)
{
    bool is_pointer = type_plain(u, l->type)->kind == TYPE_POINTER;
    const struct declarator *d = l->symbol->declarator;
    uint32_t name = l->symbol->span.lo, lo = name;
    if (!is_pointer && d)
        return d->decl->specs;
    while (lo > 0 && (u->tokens[lo - 1].kind == TOK_CONST || (!is_pointer && u->tokens[lo - 1].name)))
        lo--;
    return (struct span){ lo, name };
}

// `const int x = 1, *p = &y;`: the word is part of p's type too, which has to stay what it is.
static bool is_shared(const struct local *l)
{
    const struct declarator *d = l->symbol->declarator;
    for (d = d ? d->decl->declarators : NULL; d; d = d->next)
        if (d->type->kind == TYPE_POINTER || d->type->kind == TYPE_ARRAY || d->type->kind == TYPE_FUNCTION)
            return true;
    return false;
}

// The only one there; 0: none, or not as the user's file has it.
static uint32_t const_token(struct unit *u, const struct local *l)
{
    bool is_pointer = type_plain(u, l->type)->kind == TYPE_POINTER;
    if (!is_pointer && is_shared(l))
        return 0;
    struct span place = const_place(u, l);
    uint32_t found = 0;
    for (uint32_t i = place.lo; i < place.hi; i++) {
        const struct token *t = &u->tokens[i];
        if (t->kind == '(' || t->kind == '{' || t->kind == TOK_AUTO || t->flags & TOKEN_MACRO || (t->kind == TOK_CONST && found))
            return 0;
        found = t->kind == TOK_CONST ? i : found;
    }
    return found;
}

bool const_can_go(struct unit *u, const struct local *l)
{
    return l->symbol && !l->symbol->is_constexpr && type_is_scalar(u, l->type) && type_quals(u, l->type) == QUAL_CONST &&
           const_token(u, l);
}

// In `const x = 5;` of old C no other word tells the type; a parameter's stands behind `(` or `,`.
static bool is_implicit_int(const struct unit *u, const struct local *l, uint32_t token)
{
    const struct declarator *d = l->symbol->declarator;
    if (d)
        return d->decl->type_specs.lo == token && d->decl->type_specs.hi == token + 1;
    int before = u->tokens[token - 1].kind;
    return token + 1 == l->symbol->span.lo && (before == '(' || before == ',');
}

// The word behind it, of the same specifiers, takes its place.
static void const_drop(struct unit *u, uint32_t token, uint32_t end)
{
    struct buf next = {0};
    const struct token *t = &u->tokens[token + 1];
    bool moves = token + 1 < end && t->name && !(t->flags & TOKEN_MACRO) && !edits_at(&u->lowering->edits, token + 1)->replace;
    if (moves)
        token_render(u, &next, token + 1);
    edit_replace(u, (struct span){ token, token + (moves ? 2 : 1) }, buf_keep(&u->arena, &next));
}

void consts_drop(struct unit *u, const struct async *a)
{
    for (uint32_t i = 0; i < a->local_count; i++) {
        const struct local *l = a->locals[i];
        bool is_assigned = l->kept_count > 0 && l->class != LOCAL_RESIDENT && l->class != LOCAL_PLAIN;
        uint32_t token = is_assigned && l->symbol && type_quals(u, l->type) & QUAL_CONST ? const_token(u, l) : 0;
        if (!token || edits_at(&u->lowering->edits, token)->replace)
            continue;
        if (is_implicit_int(u, l, token))
            edit_replace(u, (struct span){ token, token + 1 }, "int");
        else
            const_drop(u, token, const_place(u, l).hi);
    }
}
