#include "lexer/fix.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lexer/unit.h"

// A token of a macro's body: what is put in front of the first one may as well stand in front of the macro's name.
static bool begins_call(struct unit *u, const struct token *t)
{
    const struct token *before = t > u->tokens ? t - 1 : NULL;
    return !before || !(before->flags & TOKEN_MACRO) || before->lo != t->lo || before->file != t->file;
}

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
    bool is_in_body = (first->flags & TOKEN_MACRO && lo.lo == first->lo) || (last->flags & TOKEN_MACRO && hi.lo == last->lo);
    bool is_in_front = fix->span.hi == fix->span.lo && begins_call(u, first);
    if (is_in_body && !is_in_front)
        return c;
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
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return a->lo != b->lo ? (a->lo < b->lo ? -1 : 1) : a->hi != b->hi ? (a->hi < b->hi ? -1 : 1) : strcmp(a->text, b->text);
}

// The main file, or a header of the user's own that can be written.
static bool is_correctable(struct unit *u, uint32_t file, bool with_headers)
{
    const struct file *f = &u->files[file];
    const char *text = file_text(u, file);
    if (file == 0 || !text)
        return text;
    return with_headers && !f->is_system && f->path[0] != '<' && !strstr(text, "#pragma GCC system_header") && access(f->path, W_OK) == 0;
}

struct fixes fixes_collect(struct unit *u, bool with_headers)
{
    size_t most = 0;
    for (const struct diag *d = u->diags.first; d; d = d->next)
        for (const struct fix *fix = d->fixes; fix; fix = fix->next)
            most++;
    struct fixes f = { NEW_ARRAY(&u->arena, struct correction, most), 0, u->diags.tells_all || u->diags.errors <= DIAG_ERROR_LIMIT };
    for (const struct diag *d = u->diags.first; d; d = d->next) {
        size_t before = f.count;
        for (const struct fix *fix = d->fixes; fix; fix = fix->next) {
            f.all[f.count] = correction_of(u, fix);
            f.count += f.all[f.count].is_known && is_correctable(u, f.all[f.count].file, with_headers);
        }
        f.is_mended &= d->severity < SEVERITY_ERROR || f.count > before;
    }
    if (f.count)
        qsort(f.all, f.count, sizeof *f.all, compare);
    return f;
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
bool fixes_apply(struct unit *u, const struct fixes *fixes, uint32_t file, struct buf *out)
{
    const char *text = file_text(u, file);
    uint32_t at = 0;
    bool any = false;
    for (size_t i = 0; text && i < fixes->count; i++) {
        const struct correction *c = &fixes->all[i];
        if (c->file != file || c->lo < at || (i && compare(c, c - 1) == 0))
            continue;
        buf_put(out, text + at, c->lo - at);
        buf_puts(out, c->text);
        at = end_of(c, text);
        any = true;
    }
    if (text)
        buf_put(out, text + at, u->files[file].len - at);
    return any;
}
