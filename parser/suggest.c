// "did you mean": the declared name that is nearest to one that is not.
#include <string.h>

#include "lexer/spelling.h"
#include "parser/sema.h"

// The search for the name nearest to `wanted` among those declared before a token.
struct suggestion {
    struct name *wanted, *best;
    uint32_t best_distance, before;
};

static void suggestion_try(struct suggestion *s, struct name *candidate)
{
    const struct name *wanted = s->wanted;
    bool is_reserved = candidate->text[0] == '_' && wanted->text[0] != '_';
    if (candidate == wanted || is_reserved || candidate->len > SPELLING_LONGEST || wanted->len > SPELLING_LONGEST)
        return;
    uint32_t longer = candidate->len > wanted->len ? candidate->len : wanted->len;
    uint32_t limit = longer / 3 ? longer / 3 : 1;
    uint32_t shorter = longer == candidate->len ? wanted->len : candidate->len;
    if (longer - shorter > limit || longer < 2)
        return;
    uint32_t d = spelling_distance(wanted->text, wanted->len, candidate->text, candidate->len);
    if (d <= limit && (!s->best || d < s->best_distance)) {
        s->best = candidate;
        s->best_distance = d;
    }
}

// Names of the user's own files are tried first: of two equally near ones they are meant.
static void try_file_scope(struct unit *u, struct suggestion *s, bool is_system)
{
    for (uint32_t i = 0; i < u->names.bucket_count; i++)
        for (struct name *n = u->names.buckets[i]; n; n = n->next) {
            struct symbol *symbol = n->symbol;
            if (!symbol || symbol->kind == SYMBOL_TYPEDEF || symbol->is_builtin || symbol->span.lo >= u->token_count)
                continue;
            bool is_earlier = symbol->span.lo < s->before;
            if (is_earlier && !!(u->tokens[symbol->span.lo].flags & TOKEN_SYSTEM) == is_system)
                suggestion_try(s, n);
        }
}

struct name *suggest_identifier(struct unit *u, struct name *wanted, uint32_t before)
{
    struct suggestion s = { .wanted = wanted, .before = before };
    for (struct visible *v = u->sema->locals; v; v = v->next)
        suggestion_try(&s, v->symbol->name);
    try_file_scope(u, &s, false);
    try_file_scope(u, &s, true);
    return s.best;
}

bool suggest_call(const struct unit *u, const char *function, uint32_t before)
{
    const struct name *n = name_find(&u->names, function, strlen(function));
    return n && n->symbol && n->symbol->kind == SYMBOL_FUNCTION && n->symbol->span.lo < before;
}

static void try_members(struct unit *u, struct suggestion *s, struct tag *tag)
{
    for (struct member *m = tag->members; m; m = m->next) {
        struct type *t = type_plain(u, m->type);
        if (m->name)
            suggestion_try(s, m->name);
        else if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION)
            try_members(u, s, t->tag);
    }
}

struct name *suggest_member(struct unit *u, struct tag *tag, struct name *wanted)
{
    struct suggestion s = { .wanted = wanted };
    try_members(u, &s, tag);
    return s.best;
}
