// Copies the source from token to token; where an edit stands, the text of the edit comes instead or between. What a macro
// call expands to is written out only when an edit lies inside it, and a user header only when its text is edited: then it
// stands in place of its #include.
//
// Every byte of the user's keeps file, line and column: when the output is not where the source is, a #line and blanks
// bring it back. Generated lines carry the number of the line they belong to.
#include "lower/emit.h"

#include <string.h>

#include "lexer/copy.h"
#include "lexer/lexer.h"
#include "lower/emitter.h"
#include "lower/lower.h"
#include "lower/options.h"

// --- generated text ----------------------------------------------------------------------------------------------------------

static const size_t NOT_BLANK = SIZE_MAX;

// The blanks that a line of output consists of so far; NOT_BLANK: there is more.
static size_t blanks_so_far(const struct emitter *e)
{
    const char *bytes = e->out->bytes;
    size_t end = e->at_start ? 0 : e->out->len, n = 0;
    while (n < end && (bytes[end - 1 - n] == ' ' || bytes[end - 1 - n] == '\t'))
        n++;
    return n == end || bytes[end - 1 - n] == '\n' ? n : NOT_BLANK;
}

// Brings a line of output that has no text yet to the indentation of the line of a token, and some steps further in.
static void indent(struct emitter *e, const struct token *t, int steps)
{
    enum { STEP = 4, STEPS_MOST = 30 };     // without a bound the text would be the square of what is nested
    size_t have = blanks_so_far(e);
    const char *c = source_line(e, t->file, t->lo);
    size_t want = strspn(c, " \t");
    if (have == NOT_BLANK)
        return;
    for (; have < want && have < FARTHEST_COLUMN; have++)
        emit_bytes(e, c + have, 1);
    for (int i = 0; i < (steps < STEPS_MOST ? steps : STEPS_MOST) * STEP; i++)
        emit_bytes(e, " ", 1);
}

// Where the lines of generated text stand: as deep as their braces, labels one step out, the single statement of an `if` or
// `else` one step in.
struct layout {
    int depth;
    bool continues;
};

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

static int layout_next(struct layout *l, const char *line, size_t len)
{
    int depth = l->depth;
    if (*line == '}')
        depth = --l->depth;
    else if (begins(line, "__coro_") || begins(line, "ac_continue_"))
        depth--;
    depth += l->continues;
    char last = len ? line[len - 1] : '\0';
    l->continues = (begins(line, "if (") || begins(line, "else")) && last != '{' && last != ';';
    if (last == '{')
        l->depth++;
    return depth > 0 ? depth : 0;
}

static void put_line(struct emitter *e, const struct token *t, struct layout *layout, const char *line, size_t len, bool is_first)
{
    while (len && !is_first && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    int depth = layout_next(layout, line, len);
    if (!is_first && len)
        indent(e, t, depth);
    emit_bytes(e, line, len);
}

// The first line of generated text goes on where the output stands, or begins a line of its own.
static void begin_generated(struct emitter *e, const struct edit *edit, const char *text)
{
    const struct token *t = &e->u->tokens[edit->line_token], *column = &e->u->tokens[edit->indent_token];
    if (*text == '#') {
        emit_fresh_line(e);
        return;
    }
    if (*text != '\n' && *text != SOFT_NEWLINE && (e->line != t->line || e->file != t->file))
        emit_line(e, t->file, t->line);
    if (e->at_start || column != t || edit->is_inside)
        indent(e, column, edit->is_inside);
}

// Between tokens that the preprocessor keeps apart: `-` and the `-1` of a macro.
static void put_blank(struct emitter *e)
{
    if (e->out->len > 0 && !strchr(" \t\n", e->out->bytes[e->out->len - 1]))
        emit_bytes(e, " ", 1);
}

// Text of an edit; all its lines belong to the source line of `token`, but for declarations (SOFT_NEWLINE).
static void put_generated(struct emitter *e, const struct edit *edit)
{
    const struct token *t = &e->u->tokens[edit->line_token], *column = &e->u->tokens[edit->indent_token];
    const char *text = edit->text;
    bool is_inside = edit->is_inside || (*text == '\n' && t->kind == '{');      // of a brace of the user's
    struct layout layout = {.depth = is_inside};
    bool is_soft = strchr(text, SOFT_NEWLINE) != NULL;
    if (*text == '\0')
        return;
    begin_generated(e, edit, text);
    if (is_name_byte(*text) && e->out->len > 0 && is_name_byte(e->out->bytes[e->out->len - 1]))
        put_blank(e);               // a macro call may end with the word before it, or a deletion have taken the blank
    for (bool is_first = true;; is_first = false) {
        size_t len = strcspn(text, "\n\f");
        if (is_soft || *text == '#')
            emit_bytes(e, text, len);
        else
            put_line(e, column, &layout, text, len, is_first);
        text += len;
        if (*text == '\0')
            return;
        is_soft = *text++ == SOFT_NEWLINE;
        emit_newline(e);
        if (*text != '\0' && *text != '\n' && *text != '#' && !is_soft && e->line != t->line)
            emit_line(e, t->file, t->line);
    }
}

const char *buf_keep_soft(struct arena *a, struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if (b->bytes[i] == '\n')
            b->bytes[i] = SOFT_NEWLINE;
    return buf_keep(a, b);
}

static void put_insertions(struct emitter *e, const struct edit *edit)
{
    for (; edit; edit = edit->next)
        put_generated(e, edit);
}

// --- directives inside a replaced range --------------------------------------------------------------------------------------

// Conditionals that begin or end inside the range must stay, or the rest of them would be left alone; definitions and
// pragmas stay too.
static bool directive_stays(const char *text, size_t len)
{
    static const char *const starts[] = { "if", "el", "endif", "define", "undef", "pragma" };
    size_t word_len;
    const char *word = directive_name(text, len, &word_len);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (word_len >= strlen(starts[i]) && memcmp(word, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static void put_directive(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi)
{
    const char *text = e->u->files[file].text;
    emit_line(e, file, file_place(e->u, file, lo).line);
    emit_bytes(e, text + lo, hi - lo);
    for (uint32_t i = lo; i < hi; i++)
        e->line += text[i] == '\n';
    emit_newline(e);
}

// Those among the bytes [lo, hi), the first of which is that of a token.
static void put_directives(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi)
{
    const char *text = e->u->files[file].text + lo;
    uint32_t len = hi > lo ? hi - lo : 0;
    if (!memchr(text, '\n', len))
        return;
    struct arena scratch = { 0 };
    struct copy range = { .text = { arena_alloc(&scratch, len + 2), len }, .has_trigraphs = e->u->has_trigraphs };
    memcpy(range.text.bytes, text, len);
    copy_split(&scratch, &range);
    for (uint32_t i = 1; i < range.lexemes.count; i++) {
        const struct lexeme *l = &range.lexemes.at[i], *place = &range.places[i];
        if (l->is_directive && directive_stays(range.clean.bytes + l->lo, l->hi - l->lo))
            put_directive(e, file, lo + place->lo, lo + place->hi);
    }
    arena_free(&scratch);
}

// --- tokens ------------------------------------------------------------------------------------------------------------------

struct run {
    uint32_t file, pos;         // the file being copied, and the first byte not written yet
    uint32_t token, end;        // the tokens of it that are left, those it includes among them
    uint32_t inclusion;
};

static bool is_touched(const struct emitter *e, uint32_t i)
{
    return edits_at(e->edits, i)->before || edits_at(e->edits, i)->after || edits_at(e->edits, i)->replace;
}

// Tokens are asked about in order, nearly always.
static uint32_t inclusion_of(struct emitter *e, uint32_t token)
{
    const struct unit *u = e->u;
    const struct stretch *s = u->stretches;
    uint32_t lo = 0, hi = u->stretch_count;             // s[lo - 1].from <= token < s[hi].from
    if (e->stretch && s[e->stretch - 1].from <= token)
        lo = e->stretch;
    if (lo < hi && s[lo].from <= token && (lo + 1 == hi || token < s[lo + 1].from))
        hi = ++lo;
    else if (lo < hi && token < s[lo].from)
        hi = lo;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (s[middle].from <= token)
            lo = middle + 1;
        else
            hi = middle;
    }
    e->stretch = lo;
    return lo ? s[lo - 1].inclusion : 0;
}

// What is written anew stands in one file, and the tokens that were in the other would stay there.
static void refuse_across(const struct emitter *e, struct span span)
{
    struct diag *d = diag_error(e->u, ERROR_ACROSS_FILES, (struct span){span.lo, span.lo + 1},
                                "what waits begins in one file and ends in another: it has to stand in one");
    diag_note(e->u, d, (struct span){span.hi - 1, span.hi}, "it ends here");
}

static void put_replacement(struct emitter *e, struct run *r, const struct edit *edit)
{
    const struct token *last = &e->u->tokens[edit->span.hi - 1], *first = &e->u->tokens[edit->span.lo];
    if (inclusion_of(e, edit->span.lo) != inclusion_of(e, edit->span.hi - 1))
        refuse_across(e, edit->span);
    put_generated(e, edit);
    if (last->file == r->file && first->file == r->file && last->hi > r->pos) {
        put_directives(e, r->file, first->lo, last->lo);
        r->pos = last->hi;
        const char *text = e->u->files[r->file].text;
        bool is_call = first->flags & TOKEN_MACRO;      // then blanks after it stand after the whole call
        bool leaves_blank = *edit->text == '\0' && !is_call && (first->lo == 0 || strchr(" \t\n([", text[first->lo - 1]));
        while (leaves_blank && (text[r->pos] == ' ' || text[r->pos] == '\t'))
            r->pos++;
        bool ends = *edit->text == '\0' && text[r->pos] && strchr("\n;,)", text[r->pos]);
        while (ends && e->out->len && strchr(" \t", e->out->bytes[e->out->len - 1]))
            e->out->len--;
    }
    r->token = edit->span.hi;
}

static bool call_is_edited(const struct emitter *e, uint32_t lo, uint32_t hi)
{
    if (e->u->tokens[lo].flags & TOKEN_EXPAND)
        return true;
    for (uint32_t i = lo; i < hi; i++) {
        const struct edit *replace = edits_at(e->edits, i)->replace;
        if (replace && i == lo && replace->span.hi >= hi)
            return false;
        if (replace || (edits_at(e->edits, i)->before && i > lo) || (edits_at(e->edits, i)->after && i + 1 < hi))
            return true;
    }
    return false;
}

static void put_token(struct emitter *e, uint32_t i)
{
    struct buf text = {0};
    token_render(e->u, &text, i);
    emit_bytes(e, text.bytes, text.len);
    buf_free(&text);
}

// A macro call with an edit inside: its tokens, one after the other.
static void put_expanded(struct emitter *e, struct run *r, uint32_t hi)
{
    struct unit *u = e->u;
    uint32_t first = r->token, end = u->tokens[first].hi;
    emit_sync(e, r->file, u->tokens[first].lo);
    while (r->token < hi) {
        uint32_t i = r->token;
        if (u->tokens[i].flags & (TOKEN_SPACE | TOKEN_BOL))
            put_blank(e);
        put_insertions(e, edits_at(e->edits, i)->before);
        const struct edit *replace = edits_at(e->edits, i)->replace;
        if (replace) {
            put_replacement(e, r, replace);
        } else {
            if (e->line != u->tokens[i].line && e->at_start)
                emit_line(e, r->file, u->tokens[i].line);
            buf_puts(e->out, token_dropping(&u->tokens[i]));
            put_token(e, i);
            r->token++;
        }
        put_insertions(e, edits_at(e->edits, r->token - 1)->after);
    }
    if (end > r->pos)
        r->pos = end;
    if (hi < r->end && u->tokens[hi].flags & TOKEN_SPACE && !strchr(" \t\r\n", u->files[r->file].text[r->pos]))
        put_blank(e);
}

static void put_run(struct emitter *e, struct run *r);

// The one of the inclusions around `inclusion`, itself among them, that lies directly in `outer`; 0: none does.
static uint32_t inclusion_within(const struct unit *u, uint32_t inclusion, uint32_t outer)
{
    while (inclusion && u->inclusions[inclusion].outer != outer)
        inclusion = u->inclusions[inclusion].outer;
    return inclusion;
}

// Where the #include of an inclusion stands. One that goes on behind a backslash ends on the line that is known.
static uint32_t include_directive(const struct emitter *e, const struct run *r, uint32_t inclusion)
{
    struct unit *u = e->u;
    file_place(u, r->file, 0);          // makes line_starts
    const struct file *outer = &u->files[r->file];
    uint32_t line = u->inclusions[inclusion].line;
    if (line > outer->line_count)
        line = outer->line_count;
    while (line > 1 && is_spliced(u, outer->text, outer->text + outer->line_starts[line - 1] - 1))
        line--;
    return outer->line_starts[line - 1];
}

// The end of the tokens that one #include has read, nested ones too; *touched: one of them is edited.
static uint32_t included_end(struct emitter *e, const struct run *r, uint32_t inclusion, bool *touched)
{
    uint32_t i = r->token;
    for (*touched = false; i < r->end && inclusion_within(e->u, inclusion_of(e, i), r->inclusion) == inclusion; i++)
        *touched |= is_touched(e, i);
    return i;
}

// The text of a header that the command line includes has no place in the file: the C compiler would read it a second time,
// as it is.
static void refuse_forced(const struct emitter *e, const struct run *r)
{
    uint32_t i = r->token;
    while (!is_touched(e, i))
        i++;
    diag_error(e->u, ERROR_FORCED_HEADER, (struct span){i, i + 1},
               "a header with async constructs cannot be included by the command line");
}

// A range of tokens from another file: copied by their #include, unless one of them is edited.
static void put_included(struct emitter *e, struct run *r)
{
    struct unit *u = e->u;
    bool touched;
    uint32_t inclusion = inclusion_within(u, inclusion_of(e, r->token), r->inclusion);
    uint32_t file = u->inclusions[inclusion].file, end = included_end(e, r, inclusion, &touched);
    struct run inner = {file, 0, r->token, end, inclusion};
    bool is_forced = u->inclusions[inclusion].is_forced;
    r->token = end;
    if (touched && is_forced)
        refuse_forced(e, &inner);
    if (is_forced || u->files[file].is_system)
        return;
    const char *text = u->files[r->file].text;
    uint32_t at = include_directive(e, r, inclusion);
    if (!touched || !file_text(u, file))
        return;
    emit_source(e, r->file, r->pos, at);
    e->folders[file] = header_folder(e, r->file, text + at);
    emit_marker(e, file, 1, 1);
    header_mark_once(e, file);
    put_run(e, &inner);
    if (inner.token > end)
        r->token = inner.token;     // what has been refused
    uint32_t line = u->inclusions[inclusion].line;
    r->pos = line < u->files[r->file].line_count ? u->files[r->file].line_starts[line] : u->files[r->file].len;
    emit_marker(e, r->file, line + 1, 2);
}

static void put_own(struct emitter *e, struct run *r)
{
    struct unit *u = e->u;
    uint32_t i = r->token;
    const struct token *t = &u->tokens[i];
    bool is_call = t->flags & TOKEN_MACRO;
    uint32_t next = is_call ? call_end(u, i, r->end) : i + 1;
    if (is_call && t->lo < r->pos) {        // the rest of a call that a replacement has cut
        put_expanded(e, r, next);
        return;
    }
    bool has_edits = edits_at(e->edits, i)->before || edits_at(e->edits, i)->replace || edits_at(e->edits, next - 1)->after;
    if (!has_edits && !(is_call && call_is_edited(e, i, next))) {
        r->token = next;
        return;
    }
    emit_source(e, r->file, r->pos, t->lo);
    r->pos = t->lo;
    if (is_call && call_is_edited(e, i, next)) {
        put_expanded(e, r, next);
        return;
    }
    put_insertions(e, edits_at(e->edits, i)->before);
    if (edits_at(e->edits, i)->replace) {
        put_replacement(e, r, edits_at(e->edits, i)->replace);
    } else {
        emit_source(e, r->file, t->lo, t->hi);
        r->pos = t->hi;
        r->token = next;
    }
    put_insertions(e, edits_at(e->edits, r->token - 1)->after);
}

static void put_run(struct emitter *e, struct run *r)
{
    uint32_t around = e->inclusion;
    e->inclusion = r->inclusion;
    while (r->token < r->end)
        if (inclusion_of(e, r->token) == r->inclusion)
            put_own(e, r);
        else
            put_included(e, r);
    emit_source(e, r->file, r->pos, e->u->files[r->file].len);
    e->inclusion = around;
}

// What -fcheck says holds for the file, whatever it is compiled with.
static void put_runtime(const struct emitter *e)
{
    if (e->u->options->check)
        buf_printf(e->out, "#undef AC_CHECK\n#define AC_CHECK %d\n", e->u->options->check == CHECK_ON);
    buf_puts(e->out, "#include <acc/frame.h>\n");
}

bool emit(struct unit *u, struct buf *out)
{
    const char *text = file_text(u, 0);
    if (!text)
        return false;
    if (!u->lowering || u->lowering->edits.count == 0) {
        buf_put(out, text, u->files[0].len);
        return true;
    }
    struct emitter e = {.u = u, .out = out, .edits = &u->lowering->edits, .numbered = !u->options->no_line};
    e.file = UINT32_MAX;
    e.is_once = NEW_ARRAY(&u->arena, bool, u->file_count + 1);
    e.folders = NEW_ARRAY(&u->arena, const char *, u->file_count + 1);
    e.at_start = true;
    if (u->has_frames && !u->lowering->is_erased)
        put_runtime(&e);
    emit_line(&e, 0, 1);
    struct run all = {0, u->files[0].has_bom ? 3 : 0, 0, u->token_count - 1, 0};
    put_run(&e, &all);
    return true;
}
