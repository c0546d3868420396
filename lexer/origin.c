// in:   the unit's tokens, and the preprocessed copies: "1.c" line 7 is lexeme 6 of the user's file
// out:  byte ranges
//
//     F(1, x) + y   with   #define F(a, b) a
//     run over the copies:  1 (line of F)   + (line of +)   y (line of y)
//     so:                   1 is the call `F(1, x)`, because the `(` after F did not come out;  + and y are themselves
#include "lexer/origin.h"

#include <string.h>

#include "lexer/unit.h"

enum { NONE = UINT32_MAX };

// A second unit scans the preprocessed copies; it borrows the names, so that equal names are one pointer.
struct origins {
    struct unit *u;
    struct unit copy;
    const struct copies *copies;
    uint32_t *copy_of_file;     // of each file of `copy`: which copy it is, or NONE
    uint32_t *pairs;            // of each token of `copy`: the unit's token, or NONE
    const uint32_t *copy_of_unit_file;
};

// --- which token is which ----------------------------------------------------------------------------------------------------

// __LINE__ is another number in the copy, also when it was pasted to a name; #x has other blanks.
static bool is_similar_name(const struct name *a, const struct name *b)
{
    const char *x = a->text, *y = b->text;
    for (;;) {
        while (*x >= '0' && *x <= '9')
            x++;
        while (*y >= '0' && *y <= '9')
            y++;
        if (*x != *y)
            return false;
        if (!*x)
            return true;
        x++, y++;
    }
}

static bool matches(const struct origins *o, uint32_t i, uint32_t j)
{
    const struct token *a = &o->u->tokens[i], *b = &o->copy.tokens[j];
    if (a->kind != b->kind)
        return false;
    if (a->name)
        return a->name == b->name || is_similar_name(a->name, b->name);
    return true;
}

enum { RESYNC_TOKENS = 8, RESYNC_WINDOW = 256 };

static bool matches_for_long(const struct origins *o, uint32_t i, uint32_t j)
{
    for (uint32_t n = 0; n < RESYNC_TOKENS; n++, i++, j++) {
        if (i == o->u->token_count || j == o->copy.token_count)
            return i == o->u->token_count && j == o->copy.token_count;
        if (!matches(o, i, j))
            return false;
    }
    return true;
}

// A token of each run.
struct pair { uint32_t i, j; };

static bool is_end(const struct origins *o, struct pair p)
{
    return p.i >= o->u->token_count || p.j >= o->copy.token_count;
}

// The nearest place behind p from which both runs go on alike; p itself when it is not near.
static struct pair resync_nearby(const struct origins *o, struct pair p)
{
    for (uint32_t apart = 1; apart < RESYNC_WINDOW; apart++)
        for (uint32_t left = 0; left <= apart; left++) {
            struct pair next = { p.i + left, p.j + apart - left };
            if (!is_end(o, next) && matches_for_long(o, next.i, next.j))
                return next;
        }
    return p;
}

// The line of the main file that a token of the copies stands on, 0 in other files.
static uint32_t main_line(const struct origins *o, uint32_t j)
{
    const struct token *t = &o->copy.tokens[j];
    const struct copy *main = &o->copies->at[0];
    if (t->lo != 0 || o->copy_of_file[t->file] != 0 || t->line - 1 >= main->lexemes.count)
        return 0;
    return main->lines[t->line - 1];
}

// The next token of the main file from which both runs go on alike, found by its line; the end when there is none.
static struct pair resync_by_line(const struct origins *o, struct pair p)
{
    for (; !is_end(o, p); p.i++) {
        const struct token *t = &o->u->tokens[p.i];
        if (t->lo != 0 || !(t->flags & TOKEN_BOL))
            continue;
        while (!is_end(o, p) && main_line(o, p.j) < t->line)
            p.j++;
        if (!is_end(o, p) && matches_for_long(o, p.i, p.j))
            return p;
    }
    return p;
}

// Token i of one run is token j of the other, except where the text depends on __LINE__ or the like.
static void pair_tokens(struct origins *o)
{
    for (uint32_t j = 0; j < o->copy.token_count; j++)
        o->pairs[j] = NONE;
    for (struct pair p = { 0 }; !is_end(o, p);) {
        if (matches(o, p.i, p.j)) {
            o->pairs[p.j++] = p.i++;
            continue;
        }
        struct pair next = resync_nearby(o, p);
        p = next.i == p.i && next.j == p.j ? resync_by_line(o, p) : next;
    }
}

// --- macro calls -------------------------------------------------------------------------------------------------------------

static bool lexeme_is(const struct copy *copy, uint32_t l, char c)
{
    const struct lexeme *lexeme = &copy->lexemes.at[l];
    return lexeme->hi - lexeme->lo == 1 && copy->clean.bytes[lexeme->lo] == c;
}

static bool is_name(const struct copy *copy, uint32_t l)
{
    char c = copy->clean.bytes[copy->lexemes.at[l].lo];
    return (is_name_byte(c) && !(c >= '0' && c <= '9')) || (c == '\\' && copy->lexemes.at[l].hi - copy->lexemes.at[l].lo > 1);
}

static bool is_lexeme(struct origins *o, uint32_t j, const struct copy *copy, uint32_t l)
{
    const struct token *t = &o->copy.tokens[j];
    const struct lexeme *lexeme = &copy->lexemes.at[l];
    uint32_t len = lexeme->hi - lexeme->lo;
    const char *text = copy->clean.bytes + lexeme->lo;
    if (t->len == len && memcmp(o->copy.text + t->text, text, len) == 0)
        return true;
    return t->name && is_name(copy, l) && t->name == lexer_name(&o->copy.names, text, len);     // with \u in one of them
}

// Neighbours that came out of one line of a copy.
struct group {
    uint32_t from, to;          // tokens of the copies
    uint32_t inclusion;
    uint32_t copy, lexeme;      // the line; copy NONE: a file that has no copy
    bool is_itself;             // the lexeme alone, or a directive
    bool is_stray;              // gcc and clang give some expansions the line of the call's last token
    uint32_t limit;             // the next lexeme of the inclusion that came out
};

struct groups {
    struct group *at;
    uint32_t count;
};

static struct group group_at(struct origins *o, uint32_t from)
{
    const struct unit *c = &o->copy;
    const struct token *t = &c->tokens[from];
    struct group g = { .from = from, .to = from + 1, .inclusion = t->lo, .copy = o->copy_of_file[t->file], .lexeme = t->line - 1 };
    while (c->tokens[g.to].kind && c->tokens[g.to].lo == t->lo && c->tokens[g.to].line == t->line
           && c->tokens[g.to].file == t->file)
        g.to++;
    if (g.copy == NONE || g.lexeme >= o->copies->at[g.copy].lexemes.count) {
        g.copy = NONE;
        return g;
    }
    const struct copy *copy = &o->copies->at[g.copy];
    bool is_directive = copy->lexemes.at[g.lexeme].is_directive;
    g.is_itself = is_directive || (g.to - from == 1 && is_lexeme(o, from, copy, g.lexeme));
    g.is_stray = !g.is_itself && !is_name(copy, g.lexeme);
    return g;
}

static struct groups find_groups(struct origins *o)
{
    struct unit *c = &o->copy;
    struct groups groups = { NEW_ARRAY(&c->arena, struct group, c->token_count), 0 };
    for (uint32_t j = 0; c->tokens[j].kind; j = groups.at[groups.count++].to)
        groups.at[groups.count] = group_at(o, j);
    uint32_t *next = NEW_ARRAY(&c->arena, uint32_t, c->inclusion_count + 1);
    for (uint32_t i = 0; i < c->inclusion_count; i++)
        next[i] = NONE;
    for (uint32_t g = groups.count; g-- > 0;) {
        struct group *group = &groups.at[g];
        group->limit = next[group->inclusion];
        if (!group->is_stray)
            next[group->inclusion] = group->lexeme;
    }
    return groups;
}

// Lexemes of a macro call, name and last; NONE: it was not found.
struct call { uint32_t name, end; };

// The macro call that begins at lexeme `name`. Lexemes from `limit` on came out themselves.
static struct call call_from(const struct copy *copy, uint32_t name, uint32_t limit)
{
    struct call call = { name, name };
    if (limit > copy->lexemes.count || limit <= name)
        limit = copy->lexemes.count;
    while (call.end + 1 < limit && lexeme_is(copy, call.end + 1, '(')) {
        uint32_t depth = 0, close = NONE;
        for (uint32_t l = call.end + 1; l < limit && close == NONE; l++) {
            depth += lexeme_is(copy, l, '(');
            if (lexeme_is(copy, l, ')') && --depth == 0)
                close = l;
        }
        if (close == NONE)
            return call;
        call.end = close;
    }
    return call;
}

// The macro call whose last lexeme is `end`.
static struct call call_to(const struct copy *copy, uint32_t end)
{
    uint32_t depth = 0;
    for (uint32_t l = end; lexeme_is(copy, end, ')') && l > 0; l--) {
        depth += lexeme_is(copy, l, ')');
        if (lexeme_is(copy, l, '(') && --depth == 0)
            return is_name(copy, l - 1) ? (struct call){ l - 1, end } : (struct call){ NONE, NONE };
    }
    return (struct call){ NONE, NONE };
}

// `calls` holds the latest call of each inclusion.
static void place_group(struct origins *o, const struct group *g, struct call *calls)
{
    const struct copy *copy = &o->copies->at[g->copy];
    struct call *last = &calls[g->inclusion], call = { g->lexeme, g->lexeme };
    if (g->is_stray)
        call = last->name != NONE && last->end >= g->lexeme ? *last : call_to(copy, g->lexeme);
    else if (is_name(copy, g->lexeme))
        call = call_from(copy, g->lexeme, g->limit);
    if (call.name == NONE)
        return;
    *last = call;
    bool is_macro = !g->is_itself || call.end != call.name;
    for (uint32_t j = g->from; j < g->to; j++) {
        if (o->pairs[j] == NONE)
            continue;
        struct token *t = &o->u->tokens[o->pairs[j]];
        uint32_t file = o->u->inclusions[t->lo].file;
        if (o->copy_of_unit_file[file] != g->copy)
            continue;
        t->flags |= (uint8_t)(TOKEN_MAPPED | (is_macro ? TOKEN_MACRO : 0));
        t->file = file;
        t->line = copy->lines[call.name];
        t->lo = copy->places[call.name].lo;
        t->hi = copy->places[call.end].hi;
    }
}

static void place_groups(struct origins *o)
{
    struct groups groups = find_groups(o);
    struct call *calls = NEW_ARRAY(&o->copy.arena, struct call, o->copy.inclusion_count + 1);
    for (uint32_t i = 0; i < o->copy.inclusion_count; i++)
        calls[i].name = NONE;
    for (uint32_t g = 0; g < groups.count; g++)
        if (groups.at[g].copy != NONE)
            place_group(o, &groups.at[g], calls);
}

// --- tokens without a partner ------------------------------------------------------------------------------------------------

// The first lexeme on a line, or behind it.
static uint32_t first_on_line(const struct copy *copy, uint32_t line)
{
    uint32_t lo = 0, hi = copy->lexemes.count;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (copy->lines[middle] < line)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static bool is_spelled(const struct origins *o, const struct token *t, const struct copy *copy, uint32_t l)
{
    const struct lexeme *lexeme = &copy->lexemes.at[l];
    return lexeme->hi - lexeme->lo == t->len && memcmp(copy->clean.bytes + lexeme->lo, o->u->text + t->text, t->len) == 0;
}

// The main file's tokens that found no partner are looked for on their line, in order.
static void place_by_line(struct origins *o)
{
    const struct copy *copy = &o->copies->at[0];
    uint32_t line = 0, l = 0;
    for (uint32_t i = 0; i < o->u->token_count; i++) {
        struct token *t = &o->u->tokens[i];
        if ((t->flags & TOKEN_MAPPED) || t->lo != 0 || t->file != 0 || !t->kind)
            continue;
        if (t->line != line)
            l = first_on_line(copy, line = t->line);
        uint32_t found = l;
        while (found < copy->lexemes.count && copy->lines[found] == line && !is_spelled(o, t, copy, found))
            found++;
        if (found == copy->lexemes.count || copy->lines[found] != line)
            continue;
        t->flags |= TOKEN_MAPPED;
        t->lo = copy->places[found].lo;
        t->hi = copy->places[found].hi;
        l = found + 1;
    }
}

// --- files -------------------------------------------------------------------------------------------------------------------

// The #line directives of a file, which were left out of its copy.
static void keep_shifts(struct unit *u, struct file *f, const struct copy *copy)
{
    uint32_t capacity = 0;
    for (uint32_t l = 0; l < copy->lexemes.count; l++) {
        const struct lexeme *lexeme = &copy->lexemes.at[l];
        if (!lexeme->is_directive)
            continue;
        struct line_directive d = line_directive_parse(&u->arena, copy->clean.bytes + lexeme->lo, lexeme->hi - lexeme->lo);
        if (!d.line)
            continue;
        f->shifts = arena_grow(&u->arena, f->shifts, f->shift_count, &capacity, sizeof *f->shifts);
        const char *path = d.path ? d.path : f->shift_count ? f->shifts[f->shift_count - 1].path : f->path;
        f->shifts[f->shift_count++] = (struct line_shift){ copy->lines[l] + 1, d.line, path };
    }
}

// A mapped file keeps the text its copy was made from: that is what the offsets count in.
static void keep_texts(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file)
{
    for (uint32_t f = 0; f < u->file_count; f++) {
        struct file *file = &u->files[f];
        const struct copy *copy = copy_of_file[f] == NONE ? NULL : &copies->at[copy_of_file[f]];
        if (!copy || !copy->is_needed)
            continue;
        file->is_mapped = f == 0 || file_may_be_edited(file);
        keep_shifts(u, file, copy);
        if (!file->text) {
            file->text = arena_copy(&u->arena, copy->text.bytes, copy->text.len);
            file->len = copy->text.len;
        }
    }
}

// Where #line directives stand, line markers say neither which file holds an #include nor on which line.
static void correct_includer(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file, struct inclusion *in, bool is_first)
{
    struct file *f = &u->files[in->file];
    uint32_t outer = u->inclusions[in->outer].file;
    if (copy_of_file[outer] == NONE || !u->files[outer].shift_count)
        return;
    const struct copy *copy = &copies->at[copy_of_file[outer]];
    for (uint32_t i = 0; i < copy->include_count; i++) {
        uint32_t line = copy->lines[copy->includes[i].lexeme];
        if (copy_of_file[in->file] == copy->includes[i].copy && file_presumed(u, outer, line).line == in->line) {
            in->line = line;
            f->include_file = is_first ? outer : f->include_file;
            f->include_line = is_first ? line : f->include_line;
            return;
        }
    }
}

void files_keep(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file)
{
    keep_texts(u, copies, copy_of_file);
    bool *seen = NEW_ARRAY(copies->arena, bool, u->file_count);
    for (uint32_t i = 1; i < u->inclusion_count; i++) {
        bool *is_seen = &seen[u->inclusions[i].file];
        correct_includer(u, copies, copy_of_file, &u->inclusions[i], !*is_seen);
        *is_seen = true;
    }
}

void origins_find(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file, struct text text)
{
    struct origins o = { .u = u, .copies = copies, .copy_of_unit_file = copy_of_file };
    o.copy.names = u->names;
    o.copy.is_map = true;
    o.copy.async_keywords = u->async_keywords;
    o.copy.has_raw_strings = u->has_raw_strings;
    o.copy.text = text.bytes;
    if (lexer_scan(&o.copy, text.bytes, text.len)) {
        o.copy_of_file = NEW_ARRAY(&o.copy.arena, uint32_t, o.copy.file_count);
        for (uint32_t f = 0; f < o.copy.file_count; f++)
            o.copy_of_file[f] = copy_at(copies, o.copy.files[f].path);
        o.pairs = NEW_ARRAY(&o.copy.arena, uint32_t, o.copy.token_count);
        pair_tokens(&o);
        place_groups(&o);
        place_by_line(&o);
    }
    u->names = o.copy.names;
    arena_free(&o.copy.arena);
}
