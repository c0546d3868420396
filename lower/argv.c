// Lists of words for command lines.
#include "lower/argv.h"

#include <string.h>

#include "lexer/preprocess.h"

void argv_add(struct arena *a, struct argv *v, const char *word)
{
    if (v->count + 2 > v->capacity) {
        size_t capacity = v->capacity ? 2 * v->capacity : 16;
        char **at = NEW_ARRAY(a, char *, capacity);
        if (v->count)
            memcpy(at, v->at, v->count * sizeof *at);
        v->at = at;
        v->capacity = capacity;
    }
    v->at[v->count++] = (char *)word;      // exec takes char **, and changes nothing
    v->at[v->count] = NULL;
}

void argv_split(struct arena *a, struct argv *v, const char *text)
{
    struct buf word = {0};
    bool inside = false;
    char quote = 0;
    for (const char *p = text;; p++) {
        bool blank = !quote && strchr(" \t\r\n\v\f", *p);      // the final NUL too
        if (blank || !*p) {
            if (inside)
                argv_add(a, v, arena_copy(a, word.bytes ? word.bytes : "", word.len));
            inside = false;
            word.len = 0;
            if (!*p)
                break;
        } else if (*p == quote || (!quote && (*p == '\'' || *p == '"'))) {
            quote = quote ? 0 : *p;
            inside = true;
        } else {
            if (*p == '\\' && quote != '\'' && p[1])
                p++;
            buf_putc(&word, *p);
            inside = true;
        }
    }
    buf_free(&word);
}

enum { RESPONSE_FILES_NESTED = 32 };

static bool expand(struct arena *a, struct argv *v, const char *word, int depth)
{
    struct text text = word[0] == '@' && word[1] ? text_of_file(a, word + 1) : (struct text){0};
    if (!text.bytes) {
        argv_add(a, v, word);
        return true;
    }
    if (depth == RESPONSE_FILES_NESTED)
        return false;
    struct argv inner = {0};
    argv_split(a, &inner, text.bytes);
    for (size_t i = 0; i < inner.count; i++)
        if (!expand(a, v, inner.at[i], depth + 1))
            return false;
    return true;
}

bool argv_add_expanded(struct arena *a, struct argv *v, const char *word)
{
    return expand(a, v, word, 0);
}
