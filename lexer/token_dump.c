#include "lexer/lexer.h"
#include "lexer/unit.h"

static const char *kind_word(const struct token *t, char first)
{
    if (token_is_pragma(t))
        return "pragma";
    if (token_is_string(t))
        return "string";
    if (token_is_number(t))
        return "number";
    if (t->name)
        return t->name->keyword ? "keyword" : "name";
    return first == '\'' || first == 'L' || first == 'u' || first == 'U' ? "character" : "punctuator";
}

static void dump_place(struct unit *u, const struct token *t, FILE *out)
{
    if (t->flags & TOKEN_MAPPED) {
        struct place at = file_place(u, t->file, t->lo);
        fprintf(out, "%s:%u:%u ", u->files[t->file].path, at.line, at.column);
    } else {
        fprintf(out, "%s:%u ", u->files[t->file].path, t->line);
    }
}

static void dump_macro(struct unit *u, const struct token *t, FILE *out)
{
    const char *text = file_text(u, t->file);
    uint32_t end = t->lo;
    while (text && end < t->hi && text[end] != '(' && text[end] > ' ')
        end++;
    if (text)
        fprintf(out, " macro %.*s", (int)(end - t->lo), text + t->lo);
}

void tokens_dump(struct unit *u, FILE *out)
{
    for (uint32_t i = 0; i + 1 < u->token_count; i++) {
        const struct token *t = &u->tokens[i];
        if ((t->flags & TOKEN_SYSTEM) && !(t->flags & TOKEN_MAPPED))
            continue;           // of a system header
        const char *text = token_text(u, i);
        dump_place(u, t, out);
        fprintf(out, "%s '%.*s'", kind_word(t, *text), (int)t->len, text);
        if (t->flags & TOKEN_MACRO)
            dump_macro(u, t, out);
        fputc('\n', out);
    }
}
