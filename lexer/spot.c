#include "lexer/spot.h"

#include <string.h>

#include "lexer/copy.h"
#include "lexer/lexer.h"
#include "lexer/unit.h"

// --- macro calls -------------------------------------------------------------------------------------------------------------

static const char *name_end(const char *at, const char *limit)
{
    while (at < limit && is_name_byte(*at))
        at++;
    return at;
}

// The name at the start of the macro call a token came from.
static struct name *call_name(struct unit *u, const struct token *t)
{
    const char *text = file_text(u, t->file) + t->lo;
    return name_of(&u->names, text, (size_t)(name_end(text, text + (t->hi - t->lo)) - text));
}

// Text as pointers to both ends; `at` NULL: none.
struct range { const char *at, *limit; };

// A spelling as a whole token; NULL when it is not there.
static const char *find_spelling(struct range in, const char *spelling, uint32_t len)
{
    bool is_word = len && is_name_byte(*spelling);
    for (const char *at = in.at; len && in.limit - at >= (ptrdiff_t)len; at++) {
        if (*at != *spelling || memcmp(at, spelling, len) != 0)
            continue;
        if (!is_word)
            return at;
        if ((at == in.at || !is_name_byte(at[-1])) && name_end(at + len, in.limit) == at + len)
            return at;
    }
    return NULL;
}

// Does the token stand in the macro's body itself, not for one of its parameters?
static bool body_has(const struct unit *u, const struct macro *m, const struct token *t)
{
    if (m->params && find_spelling((struct range){ m->params, m->params + m->params_len }, u->text + t->text, t->len))
        return false;
    return m->body && find_spelling((struct range){ m->body, m->body + m->body_len }, u->text + t->text, t->len);
}

enum { SEARCH_DEPTH = 8, SEARCH_LIMIT = 1000 };

// A search for the macro that gave a token. It is cut short: bodies that name ten macros each lead to millions.
struct search {
    const struct unit *u;
    const struct token *token;
    int depth, looked_at;
};

// Among the macros named in a text, and those that their bodies name.
static const struct macro *search_text(struct search *s, struct range text)
{
    const struct macro *found = NULL;
    s->depth++;
    for (const char *at = text.at, *end; at < text.limit && !found; at = end > at ? end : at + 1) {
        end = name_end(at, text.limit);
        const struct name *n = end > at ? name_find(&s->u->names, at, (size_t)(end - at)) : NULL;
        if (!n || !n->macro || s->looked_at++ > SEARCH_LIMIT)
            continue;
        const struct macro *m = &s->u->macros[n->macro - 1];
        if (body_has(s->u, m, s->token))
            found = m;
        else if (s->depth < SEARCH_DEPTH)
            found = search_text(s, (struct range){ m->body, m->body + m->body_len });
    }
    s->depth--;
    return found;
}

static const struct macro *macro_with(const struct unit *u, struct range text, const struct token *t)
{
    struct search s = { .u = u, .token = t };
    return search_text(&s, text);
}

static struct range call_text(struct unit *u, const struct token *t)
{
    const char *text = file_text(u, t->file);
    return (struct range){ text + t->lo, text + t->hi };
}

// --- arguments ---------------------------------------------------------------------------------------------------------------

static bool is_same_call(const struct token *a, const struct token *b)
{
    return a->lo == b->lo && a->hi == b->hi && a->file == b->file && (b->flags & TOKEN_MACRO);
}

static bool is_spelled(const struct unit *u, const struct token *t, const struct copy *call, uint32_t l)
{
    const struct lexeme *lexeme = &call->lexemes.at[l];
    return lexeme->hi - lexeme->lo == t->len && memcmp(call->clean.bytes + lexeme->lo, u->text + t->text, t->len) == 0;
}

// How many tokens to both sides go on as the lexemes [2, count - 1) of the call do.
static uint32_t agreement(const struct unit *u, uint32_t token, const struct copy *call, uint32_t l)
{
    const struct token *t = &u->tokens[token];
    uint32_t left = 0, right = 0;
    while (l - left > 2 && token > left && is_same_call(t, &t[-1 - (int64_t)left])
           && is_spelled(u, &t[-1 - (int64_t)left], call, l - left - 1))
        left++;
    while (l + right + 2 < call->lexemes.count && is_same_call(t, &t[1 + right])
           && is_spelled(u, &t[1 + right], call, l + right + 1))
        right++;
    return left + right;
}

// The token of an argument that fits best, the first of equals. What fits no better than by its own spelling is taken
// for the macro's own when that has such a token.
static struct origin argument_origin(struct unit *u, uint32_t token, const struct copy *call)
{
    const struct token *t = &u->tokens[token];
    struct origin best = { t->file, t->lo, t->lo };
    uint32_t best_agreement = 0;
    for (uint32_t l = 2; l + 1 < call->lexemes.count; l++) {
        if (!is_spelled(u, t, call, l))
            continue;
        uint32_t agrees = agreement(u, token, call, l);
        if (best.hi > best.lo && agrees <= best_agreement)
            continue;
        best_agreement = agrees;
        best.lo = t->lo + call->places[l].lo;
        best.hi = t->lo + call->places[l].hi;
    }
    if (best_agreement == 0 && macro_with(u, call_text(u, t), t))
        best.hi = best.lo = t->lo;
    return best;
}

struct origin token_origin(struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    struct origin whole = { t->file, t->lo, t->hi };
    if (!(t->flags & TOKEN_MACRO) || !file_text(u, t->file))
        return whole;
    struct origin name = { t->file, t->lo, t->lo + call_name(u, t)->len };
    if (name.hi == t->hi)
        return name;
    struct arena scratch = { 0 };
    struct range text = call_text(u, t);
    uint32_t len = t->hi - t->lo;
    struct copy call = { .text = { arena_alloc(&scratch, len + 2), len }, .has_trigraphs = u->has_trigraphs };
    memcpy(call.text.bytes, text.at, len);
    copy_split(&scratch, &call);
    struct origin argument = argument_origin(u, token, &call);
    arena_free(&scratch);
    return argument.hi > argument.lo ? argument : name;
}

// --- spots -------------------------------------------------------------------------------------------------------------------

struct lines {
    const char *text;                   // of the file
    struct range range;                 // of the line; empty when there is none
};

// A line of a file, with those it continues on when `joined`.
static struct lines lines_of(struct unit *u, uint32_t file, uint32_t line, bool joined)
{
    struct lines none = { 0 };
    const char *text = file_text(u, file);
    if (!text || !line)
        return none;
    file_place(u, file, 0);
    const struct file *f = &u->files[file];
    if (line > f->line_count)
        return none;
    const char *at = text + f->line_starts[line - 1], *end = text + f->len;
    const char *limit = memchr(at, '\n', (size_t)(end - at));
    while (joined && limit && is_spliced(u, at, limit))
        limit = memchr(limit + 1, '\n', (size_t)(end - limit - 1));
    return (struct lines){ text, { at, limit ? limit : end } };
}

static struct spot spot_at(struct unit *u, uint32_t file, uint32_t lo, uint32_t hi)
{
    struct place at = file_place(u, file, lo);
    return (struct spot){ file, at.line, at.column, lo, hi, false };
}

// How many tokens of this spelling the line has before this one.
static uint32_t earlier_on_line(const struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    uint32_t count = 0;
    for (uint32_t i = token; i-- > 0 && u->tokens[i].file == t->file && u->tokens[i].line == t->line;)
        count += u->tokens[i].len == t->len && memcmp(token_text(u, i), token_text(u, token), t->len) == 0;
    return count;
}

// Only the line is known: the token is looked for on it. When macros gave more tokens of its spelling than stand there,
// the last one is as good as any.
static struct spot spot_by_spelling(struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    struct lines l = lines_of(u, t->file, t->line, false);
    const char *found = NULL;
    for (uint32_t left = earlier_on_line(u, token) + 1; left > 0; left--) {
        const char *next = find_spelling(l.range, token_text(u, token), t->len);
        if (!next)
            break;
        found = next;
        l.range.at = next + t->len;
    }
    if (!found)
        return (struct spot){ t->file, t->line, 0, 0, 0, false };
    uint32_t lo = (uint32_t)(found - l.text);
    return spot_at(u, t->file, lo, lo + t->len);
}

// What follows the macro's name and parameters in its #define.
static struct lines body_lines(struct unit *u, const struct macro *m)
{
    struct lines l = lines_of(u, m->file, m->line, true);
    const char *at = l.range.at ? find_spelling(l.range, m->name->text, m->name->len) : NULL;
    if (!at)
        return (struct lines){ 0 };
    l.range.at = at + m->name->len;
    const char *close = m->params ? memchr(l.range.at, ')', (size_t)(l.range.limit - l.range.at)) : NULL;
    l.range.at = close ? close + 1 : l.range.at;
    return l;
}

struct expansion spot_in_macro(struct unit *u, struct span span)
{
    struct expansion none = { 0 };
    if (span.hi < span.lo)          // behind a token
        span = (struct span){ span.hi, span.lo };
    const struct token *first = &u->tokens[span.lo], *last = span.hi > span.lo ? &u->tokens[span.hi - 1] : first;
    const struct macro *m = macro_with(u, call_text(u, first), first);
    if (!m || m->is_predefined || u->files[m->file].is_system)
        return none;
    struct lines l = body_lines(u, m);
    const char *at = l.text ? find_spelling(l.range, u->text + first->text, first->len) : NULL;
    if (!at)
        return none;
    uint32_t lo = (uint32_t)(at - l.text), hi = lo + first->len;
    l.range.at = at;
    bool is_within = last != first && is_same_call(first, last) && body_has(u, m, last);
    const char *end = is_within ? find_spelling(l.range, u->text + last->text, last->len) : NULL;
    if (end && (uint32_t)(end - l.text) >= hi)
        hi = (uint32_t)(end - l.text) + last->len;
    return (struct expansion){ spot_at(u, m->file, lo, hi), m->name };
}

static struct spot spot_of_call(struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    return spot_at(u, t->file, t->lo, t->lo + call_name(u, t)->len);
}

static struct spot spot_of_token(struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    if (!(t->flags & TOKEN_MAPPED))
        return spot_by_spelling(u, token);
    struct origin o = token_origin(u, token);
    if (!(t->flags & TOKEN_MACRO) || o.lo != t->lo)
        return spot_at(u, o.file, o.lo, o.hi);
    struct spot s = spot_of_call(u, token);
    s.is_in_macro = true;
    return s;
}

static struct spot spot_behind(struct unit *u, uint32_t token)
{
    struct spot s = spot_of_token(u, token);
    if (s.column && !s.is_in_macro) {
        s.column += s.hi - s.lo;
        s.lo = s.hi++;
    }
    return s;
}

struct spot spot_of(struct unit *u, struct span span)
{
    if (span.hi < span.lo)
        return spot_behind(u, span.hi);
    uint32_t end = u->token_count - 1;
    uint32_t first = span.lo < end ? span.lo : end;
    uint32_t last = span.hi > first && span.hi <= u->token_count ? span.hi - 1 : first;
    struct spot s = spot_of_token(u, first);
    if (span.hi <= span.lo)
        s.hi = s.lo + 1;
    if (!s.column || last == first)
        return s;
    struct spot s_last = spot_of_token(u, last);
    const struct token *t = &u->tokens[last];
    if (s_last.is_in_macro && !is_same_call(&u->tokens[first], t)) {            // ends with a macro call
        s_last.file = t->file;
        s_last.hi = t->hi;
    }
    if (s_last.column && s_last.file == s.file && s_last.hi > s.hi)
        s.hi = s_last.hi;
    return s;
}
