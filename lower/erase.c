#include "lower/erase.h"

#include "grammar.h"
#include "lower/ends.h"
#include "lower/lower.h"

void erase(struct unit *u)
{
    u->lowering = NEW(&u->arena, struct lowering);
    edits_open(u, &u->lowering->edits);
    u->lowering->is_erased = true;
    for (uint32_t i = 0; i < u->token_count; i++) {
        const struct token *t = &u->tokens[i];
        bool is_word = t->kind == TOK_ASYNC || t->kind == TOK_START || t->kind == TOK_AWAIT;
        if (!is_word || t->flags & TOKEN_SYSTEM)
            continue;
        bool is_statement = t->kind == TOK_AWAIT && u->tokens[i + 1].kind == TOK_ALL;
        edit_replace(u, (struct span){i, i + 1 + is_statement}, "");
    }
    lower_objects(u);
    lower_object_types(u);
    drop_own_attributes(u);
    for (struct function *f = unit_functions(u); f; f = f->next) {
        if (f->ends)
            ends_edits(u, f);
        if (f->is_async || f->ends)
            protect_macros(u, f->decl);
    }
}
