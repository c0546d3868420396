// in:   the unit's tokens, and the lexemes of the user's files
// out:  byte ranges, the same that origin.c finds
//
//     #if LARGE                  the next token of the file stands behind #else: so the first branch was left out
//     int x = F(1) + y;
//     #else
//     int x = F(2);     →        int, x, = are themselves; F is a macro here, F(2) becomes 2 as its definition says; ; is itself
//     #endif
//
// Each token that came out is compared with what it must be, so a wrong guess ends the attempt and cannot map wrongly.
#include "lexer/follow.h"

#include <string.h>

#include "lexer/expand.h"
#include "lexer/unit.h"

// Where a token came from: lexemes [from, last] of a copy.
struct source_range {
    uint32_t from, last;
    bool is_mapped, is_macro;
};

struct follower {
    struct unit *u;
    const struct copies *copies;
    const uint32_t *copy_of_file;
    struct arena scratch;
    struct expander *expander;
    uint32_t *next;             // of each inclusion: the lexeme to go on from
    struct source_range *ranges;    // of each token
};

// --- directives --------------------------------------------------------------------------------------------------------------

enum conditional { CONDITIONAL_NONE, CONDITIONAL_IF, CONDITIONAL_ELSE, CONDITIONAL_END };

static const char *directive_word(const struct copy *copy, uint32_t l, size_t *len)
{
    const struct lexeme *lexeme = &copy->lexemes.at[l];
    return directive_name(copy->clean.bytes + lexeme->lo, lexeme->hi - lexeme->lo, len);
}

static bool begins_with(const char *word, size_t len, const char *start)
{
    return len >= strlen(start) && memcmp(word, start, strlen(start)) == 0;
}

static enum conditional conditional_at(const struct copy *copy, uint32_t l)
{
    size_t len;
    if (!copy->lexemes.at[l].is_directive)
        return CONDITIONAL_NONE;
    const char *word = directive_word(copy, l, &len);
    if (begins_with(word, len, "if"))
        return CONDITIONAL_IF;
    if (begins_with(word, len, "el"))
        return CONDITIONAL_ELSE;
    return begins_with(word, len, "endif") ? CONDITIONAL_END : CONDITIONAL_NONE;
}

// The next #elif, #else or #endif of the section that the directive `l` belongs to; the end of the file when it is missing.
static uint32_t next_branch(const struct copy *copy, uint32_t l)
{
    uint32_t depth = 0;
    for (l++; l < copy->lexemes.count; l++)
        switch (conditional_at(copy, l)) {
        case CONDITIONAL_NONE:
            break;
        case CONDITIONAL_IF:
            depth++;
            break;
        case CONDITIONAL_ELSE:
            if (depth == 0)
                return l;
            break;
        case CONDITIONAL_END:
            if (depth-- == 0)
                return l;
            break;
        }
    return l;
}

// Behind the #if at `l`, in the branch that holds a line; behind the #endif when none does.
static uint32_t enter_branch(const struct copy *copy, uint32_t l, uint32_t line)
{
    uint32_t end = next_branch(copy, l);
    while (end < copy->lexemes.count && line >= copy->lines[end]) {
        l = end;
        if (conditional_at(copy, l) == CONDITIONAL_END)
            break;
        end = next_branch(copy, l);
    }
    return l + 1;
}

static uint32_t leave_branch(const struct copy *copy, uint32_t l)
{
    while (l < copy->lexemes.count && conditional_at(copy, l) != CONDITIONAL_END)
        l = next_branch(copy, l);
    return l < copy->lexemes.count ? l + 1 : l;
}

static uint32_t skip_directive(const struct copy *copy, uint32_t l, uint32_t line)
{
    switch (conditional_at(copy, l)) {
    case CONDITIONAL_IF:
        return enter_branch(copy, l, line);
    case CONDITIONAL_ELSE:
        return leave_branch(copy, l);
    case CONDITIONAL_NONE:
    case CONDITIONAL_END:
        return l + 1;
    }
    __builtin_unreachable();
}

// Lines are not what they seem behind #line.
static bool has_line_directives(const struct copy *copy)
{
    for (uint32_t l = 0; l < copy->lexemes.count; l++) {
        size_t len;
        if (!copy->lexemes.at[l].is_directive)
            continue;
        const char *word = directive_word(copy, l, &len);
        if ((len && *word >= '0' && *word <= '9') || (len == 4 && memcmp(word, "line", 4) == 0))
            return true;
    }
    return false;
}

// --- tokens ------------------------------------------------------------------------------------------------------------------

static bool is_pragma_line(const struct unit *u, const struct token *t)
{
    return u->text[t->text] == '#' && t->len > 1;
}

static bool is_same_text(const struct unit *u, const struct token *t, const struct copy *copy, uint32_t l)
{
    const struct lexeme *lexeme = &copy->lexemes.at[l];
    return t->len == lexeme->hi - lexeme->lo && memcmp(u->text + t->text, copy->clean.bytes + lexeme->lo, t->len) == 0;
}

// Places the tokens from number `i` on that came out of the lexemes from *l on: itself or a macro call. Gives the number
// of the next token, `i` when nothing came out; UINT32_MAX when it is not what came out.
static uint32_t place(struct follower *f, const struct copy *copy, uint32_t *l, uint32_t i)
{
    struct unit *u = f->u;
    const struct token *t = &u->tokens[i];
    uint32_t inclusion = t->lo, from = *l;
    bool is_same = is_same_text(u, t, copy, from);
    if (is_same && (!t->name || !is_macro_at(f->expander, t->name, i))) {
        f->ranges[i] = (struct source_range){ from, from, true, false };
        ++*l;
        return i + 1;
    }
    struct pieces out;
    if (!expand(f->expander, copy, l, i, &out))
        return UINT32_MAX;
    uint32_t last = *l - 1;
    const char *text = copy->clean.bytes + copy->lexemes.at[from].lo;
    bool is_itself = out.count == 1 && last == from && (is_same || out.at[0].text == text);     // or with \u in it
    for (uint32_t n = 0; n < out.count; n++, i++) {
        t = &u->tokens[i];
        if (!t->kind || t->lo != inclusion || !piece_matches(u, &out.at[n], t))
            return UINT32_MAX;
        f->ranges[i] = (struct source_range){ from, last, true, !is_itself };
    }
    return i;
}

static bool is_embed(const struct copy *copy, uint32_t l)
{
    const struct lexeme *lexeme = &copy->lexemes.at[l];
    return directive_is(copy->clean.bytes + lexeme->lo, lexeme->hi - lexeme->lo, "embed");
}

// What may stand behind an #embed in its list, and looks like what came out of it.
static bool is_number_or_comma(const struct copy *copy, uint32_t l)
{
    char first = copy->clean.bytes[copy->lexemes.at[l].lo];
    return first == ',' || first == '\'' || (first >= '0' && first <= '9');
}

// Where the numbers behind an #embed end, `*numbers` of them: at the first lexeme that is none, past the end of its #if.
static uint32_t behind_embed(const struct copy *copy, uint32_t l, uint32_t *numbers)
{
    *numbers = 0;
    while (l < copy->lexemes.count) {
        bool is_directive = copy->lexemes.at[l].is_directive;
        if (!is_directive && !is_number_or_comma(copy, l))
            break;
        *numbers += !is_directive;
        l = is_directive && conditional_at(copy, l) == CONDITIONAL_ELSE ? leave_branch(copy, l) : l + 1;
    }
    return l;
}

// #embed: what came out of it, which stands nowhere, ends where the lexemes begin that follow it: `}`, or `, 0 }`.
static uint32_t follow_embed(struct follower *f, const struct copy *copy, uint32_t *l, uint32_t i)
{
    const struct unit *u = f->u;
    uint32_t numbers, stop = behind_embed(copy, ++*l, &numbers), inclusion = u->tokens[i].lo, end = i;
    while (u->tokens[end].kind && u->tokens[end].lo == inclusion &&
           (stop == copy->lexemes.count || !is_same_text(u, &u->tokens[end], copy, stop)))
        end++;
    bool is_found = u->tokens[end].kind && u->tokens[end].lo == inclusion;
    return is_found && end - i >= numbers ? end - numbers : UINT32_MAX;
}

// Goes on in the file of token `i` until something came out; gives the number of the next token, UINT32_MAX after a surprise.
static uint32_t follow(struct follower *f, const struct copy *copy, uint32_t i)
{
    const struct token *t = &f->u->tokens[i];
    uint32_t *l = &f->next[t->lo];
    while (*l < copy->lexemes.count) {
        if (!copy->lexemes.at[*l].is_directive) {
            uint32_t next = place(f, copy, l, i);
            if (next != i)
                return next;
        } else if (is_pragma_line(f->u, t) && copy->lines[*l] == t->line) {
            f->ranges[i] = (struct source_range){ *l, *l, true, false };
            ++*l;
            return i + 1;
        } else if (is_embed(copy, *l)) {
            uint32_t next = follow_embed(f, copy, l, i);
            if (next != i)
                return next;
        } else {
            *l = skip_directive(copy, *l, t->line);
        }
    }
    return UINT32_MAX;
}

static bool follow_all(struct follower *f)
{
    const struct unit *u = f->u;
    for (uint32_t i = 0; u->tokens[i].kind;) {
        uint32_t c = f->copy_of_file[u->inclusions[u->tokens[i].lo].file];
        if (c == UINT32_MAX || !f->copies->at[c].is_needed)
            i++;
        else
            i = follow(f, &f->copies->at[c], i);
        if (i == UINT32_MAX)
            return false;
    }
    return true;
}

static void keep(struct follower *f)
{
    struct unit *u = f->u;
    for (uint32_t i = 0; u->tokens[i].kind; i++) {
        const struct source_range *r = &f->ranges[i];
        struct token *t = &u->tokens[i];
        if (!r->is_mapped)
            continue;
        uint32_t file = u->inclusions[t->lo].file;
        const struct copy *copy = &f->copies->at[f->copy_of_file[file]];
        t->flags |= (uint8_t)(TOKEN_MAPPED | (r->is_macro ? TOKEN_MACRO : 0));
        t->file = file;
        t->line = copy->lines[r->from];
        t->lo = copy->places[r->from].lo;
        t->hi = copy->places[r->last].hi;
    }
}

bool origins_follow(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file)
{
    struct follower f = { .u = u, .copies = copies, .copy_of_file = copy_of_file };
    for (uint32_t c = 0; c < copies->count; c++)
        if (copies->at[c].is_needed && has_line_directives(&copies->at[c]))
            return false;
    f.expander = expander_open(u, &f.scratch);
    f.next = NEW_ARRAY(&f.scratch, uint32_t, u->inclusion_count + 1);
    f.ranges = NEW_ARRAY(&f.scratch, struct source_range, u->token_count);
    bool ok = follow_all(&f);
    if (ok)
        keep(&f);
    expander_close(f.expander);
    arena_free(&f.scratch);
    return ok;
}
