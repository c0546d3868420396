#include "lower/edit.h"

#include <string.h>

#include "grammar.h"
#include "lexer/lexer.h"
#include "lower/lower.h"

void edits_open(struct unit *u, struct edits *e)
{
    e->token_count = u->token_count;
    e->by_token = NEW_ARRAY(&u->arena, uint32_t, u->token_count);
    e->list_capacity = u->token_count / 8 + 16;
    e->list = NEW_ARRAY(&u->arena, struct edits_at, e->list_capacity);
    e->list_count = 1;
}

// Stays where it is until the next call.
static struct edits_at *edits_for(struct unit *u, uint32_t token)
{
    struct edits *all = &u->lowering->edits;
    if (!all->by_token[token]) {
        all->list = arena_grow(&u->arena, all->list, all->list_count, &all->list_capacity, sizeof *all->list);
        all->list[all->list_count] = (struct edits_at){ 0 };
        all->by_token[token] = all->list_count++;
    }
    return &all->list[all->by_token[token]];
}

static struct edit *edit_new(struct unit *u, struct span span, const char *text, uint32_t line_token)
{
    struct edit *e = NEW(&u->arena, struct edit);
    e->span = span;
    e->text = text;
    e->line_token = e->indent_token = line_token;
    u->lowering->edits.count++;
    return e;
}

// Text for the place of a parenthesis may begin with a name, and the word before it may stand close: `return({ ... })`.
static const char *apart(struct unit *u, uint32_t token, const char *text)
{
    if (token == 0 || !is_name_byte(*text) || u->tokens[token].flags & (TOKEN_SPACE | TOKEN_BOL))
        return text;
    const struct token *before = &u->tokens[token - 1];
    return before->len && is_name_byte(token_text(u, token - 1)[before->len - 1]) ? arena_printf(&u->arena, " %s", text) : text;
}

void edit_replace(struct unit *u, struct span span, const char *text)
{
    // What was inserted at the rim belongs to the text that is being replaced.
    edits_for(u, span.lo)->before = NULL;
    edits_for(u, span.hi - 1)->after = NULL;
    edits_for(u, span.lo)->replace = edit_new(u, span, apart(u, span.lo, text), span.lo);
}

void edit_delete(struct unit *u, struct span span)
{
    edits_for(u, span.lo)->replace = edit_new(u, span, "", span.lo);
}

static struct edit *insert_before(struct unit *u, uint32_t token, const char *text)
{
    struct edits_at *at = edits_for(u, token);
    struct edit *e = edit_new(u, (struct span){token, token}, apart(u, token, text), token);
    e->next = at->before;
    return at->before = e;
}

static struct edit *insert_after(struct unit *u, uint32_t token, const char *text)
{
    struct edit **at = &edits_for(u, token)->after;
    while (*at)
        at = &(*at)->next;
    return *at = edit_new(u, (struct span){token + 1, token + 1}, text, token);
}

void edit_before(struct unit *u, uint32_t token, const char *text)
{
    insert_before(u, token, text);
}

void edit_after(struct unit *u, uint32_t token, const char *text)
{
    insert_after(u, token, text);
}

void edit_before_end(struct unit *u, uint32_t brace, uint32_t item, const char *text)
{
    struct edit *e = insert_before(u, brace, text);
    e->indent_token = item;
    e->is_inside = item == brace;
}

void edit_before_body(struct unit *u, uint32_t body, uint32_t line_token, const char *text)
{
    insert_before(u, body, text)->line_token = line_token;
}

void edit_after_body(struct unit *u, struct span body, uint32_t loop, uint32_t line_token, const char *text)
{
    struct edit *e = insert_after(u, body.hi - 1, text);
    e->line_token = line_token;
    bool has_own_line = u->tokens[body.lo].flags & TOKEN_BOL;
    e->indent_token = has_own_line ? body.lo : loop;
    e->is_inside = !has_own_line;
}

// R"x(...)x" that goes over several lines: generated text is laid out line by line, so it becomes a string on one.
static void raw_string_render(struct buf *out, const char *text, const char *end)
{
    const char *quote = strchr(text, '"'), *open = strchr(quote, '(');
    buf_put(out, text, (size_t)(quote - 1 - text));
    buf_put_literal(out, open + 1, (size_t)(end - (open - quote) - 1 - (open + 1)));
}

void token_render(struct unit *u, struct buf *out, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    const char *text = token_text(u, token), *end = text + t->len;
    if (t->kind == TOK_STRING && memchr(text, '\n', t->len)) {
        raw_string_render(out, text, end);
        return;
    }
    if (t->kind != TOK_PRAGMA) {
        buf_put(out, text, t->len);
        return;
    }
    // "#pragma x" that came out of _Pragma in a macro: a directive cannot stand inside a line.
    text += strcspn(text, "p") + strlen("pragma");
    text += *text == ' ';
    const char *newline = memchr(text, '\n', (size_t)(end - text));
    buf_puts(out, "_Pragma(");
    buf_put_literal(out, text, (size_t)((newline ? newline : end) - text));
    buf_putc(out, ')');
}

const char *token_dropping(const struct token *t)
{
    return t->flags & TOKEN_DROPS ? "(void)" : "";
}

uint32_t call_end(const struct unit *u, uint32_t i, uint32_t end)
{
    const struct token *t = u->tokens;
    uint32_t k = i;
    while (k < end && t[k].flags & TOKEN_MACRO && t[k].file == t[i].file && t[k].lo == t[i].lo)
        k++;
    return k;
}

// The tokens of [i, end) that a macro call stands for which may be written as it is: nothing in it is edited. 0: none.
static uint32_t call_kept(const struct unit *u, uint32_t i, uint32_t end)
{
    if (!(u->tokens[i].flags & TOKEN_CALL))
        return 0;
    uint32_t hi = call_end(u, i, end + 1), *by_token = u->lowering->edits.by_token;
    if (hi > end)
        return 0;
    for (uint32_t k = i; k < hi; k++)
        if (by_token[k])
            return 0;
    return hi - i;
}

static void insertions_render(struct buf *out, const struct edit *e)
{
    for (; e; e = e->next)
        buf_puts(out, e->text);
}

const char *edit_render(struct unit *u, struct span span)
{
    const struct edits *all = &u->lowering->edits;
    struct buf out = {0};
    for (uint32_t i = span.lo; i < span.hi; i++) {
        const struct token *t = &u->tokens[i];
        uint32_t kept = call_kept(u, i, span.hi);
        const char *source = kept ? u->files[t->file].text + t->lo : NULL;
        bool is_apart = kept ? strchr(" \t\n", source[-1]) != NULL : t->flags & (TOKEN_SPACE | TOKEN_BOL);
        if (i > span.lo && is_apart)
            buf_putc(&out, ' ');
        insertions_render(&out, edits_at(all, i)->before);
        const struct edit *r = edits_at(all, i)->replace;
        if (kept) {
            buf_put(&out, source, t->hi - t->lo);
            i += kept - 1;
        } else if (r && r->span.hi <= span.hi) {
            buf_puts(&out, r->text);
            i = r->span.hi - 1;
        } else {
            buf_puts(&out, token_dropping(t));
            token_render(u, &out, i);
        }
        insertions_render(&out, edits_at(all, i)->after);
    }
    return buf_keep(&u->fn, &out);
}

static void text_keep(struct unit *u, struct edit *e)
{
    e->text = arena_copy(&u->arena, e->text, strlen(e->text));
}

void edits_keep(struct unit *u, struct span span)
{
    const struct edits *all = &u->lowering->edits;
    for (uint32_t i = span.lo; i < span.hi; i++) {
        for (struct edit *e = edits_at(all, i)->before; e; e = e->next)
            text_keep(u, e);
        struct edit *r = edits_at(all, i)->replace;
        if (r) {
            text_keep(u, r);
            i = r->span.hi - 1;
        }
        for (struct edit *e = edits_at(all, i)->after; e; e = e->next)
            text_keep(u, e);
    }
}
