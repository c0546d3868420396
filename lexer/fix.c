#include "lexer/fix.h"

#include <stdlib.h>
#include <string.h>

#include "lexer/unit.h"

struct correction correction_of(struct unit *u, const struct fix *fix)
{
    struct correction c = { .text = fix->text };
    if (fix->span.lo >= u->token_count || fix->span.hi > u->token_count)
        return c;
    bool is_behind = fix->span.hi < fix->span.lo;
    const struct token *first = &u->tokens[is_behind ? fix->span.hi : fix->span.lo];
    const struct token *last = fix->span.hi > fix->span.lo ? &u->tokens[fix->span.hi - 1] : first;
    if (!(first->flags & last->flags & TOKEN_MAPPED) || first->file != last->file)
        return c;
    struct origin lo = token_origin(u, (uint32_t)(first - u->tokens)), hi = token_origin(u, (uint32_t)(last - u->tokens));
    if ((first->flags & TOKEN_MACRO && lo.lo == first->lo) || (last->flags & TOKEN_MACRO && hi.lo == last->lo))
        return c;               // in the body of a macro
    c.file = lo.file;
    c.lo = is_behind ? lo.hi : lo.lo;
    c.hi = fix->span.hi > fix->span.lo ? hi.hi : c.lo;
    c.line = file_place(u, c.file, c.lo).line;
    c.is_known = true;
    return c;
}

static int compare(const void *left, const void *right)
{
    const struct correction *a = left, *b = right;
    return a->lo != b->lo ? (a->lo < b->lo ? -1 : 1) : a->hi != b->hi ? (a->hi < b->hi ? -1 : 1) : strcmp(a->text, b->text);
}

// All corrections of the main file, in order; `*is_mended` says whether every error has one.
static struct correction *corrections(struct unit *u, size_t *count, bool *is_mended)
{
    size_t most = 0, n = 0;
    for (const struct diag *d = u->diags.first; d; d = d->next)
        for (const struct fix *fix = d->fixes; fix; fix = fix->next)
            most++;
    struct correction *all = NEW_ARRAY(&u->arena, struct correction, most);
    *is_mended = u->diags.tells_all || u->diags.errors <= DIAG_ERROR_LIMIT;
    for (const struct diag *d = u->diags.first; d; d = d->next) {
        size_t before = n;
        for (const struct fix *fix = d->fixes; fix; fix = fix->next) {
            all[n] = correction_of(u, fix);
            n += all[n].is_known && all[n].file == 0;
        }
        *is_mended &= d->severity < SEVERITY_ERROR || n > before;
    }
    if (n)
        qsort(all, n, sizeof *all, compare);
    *count = n;
    return all;
}

// Where a word is taken out, the blanks behind it go with it: those in front stay.
static uint32_t end_of(const struct correction *c, const char *text)
{
    uint32_t end = c->hi;
    if (*c->text == '\0' && (c->lo == 0 || strchr(" \t\n(", text[c->lo - 1])))
        end += (uint32_t)strspn(text + end, " \t");
    return end;
}

// Two messages that ask for the same edit get it once; of edits that overlap the first is made.
bool fixes_apply(struct unit *u, struct buf *out)
{
    const char *text = file_text(u, 0);
    size_t count;
    bool is_mended;
    const struct correction *all = corrections(u, &count, &is_mended);
    uint32_t at = 0;
    for (size_t i = 0; text && i < count; i++) {
        if (all[i].lo < at || (i && compare(&all[i], &all[i - 1]) == 0))
            continue;
        buf_put(out, text + at, all[i].lo - at);
        buf_puts(out, all[i].text);
        at = end_of(&all[i], text);
    }
    if (text)
        buf_put(out, text + at, u->files[0].len - at);
    return text && is_mended;
}
