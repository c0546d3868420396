// Copies the source from token to token; where an edit stands, the text of the edit comes instead or between. What a macro
// call expands to is written out only when an edit lies inside it, and a user header only when its text is edited: then it
// stands in place of its #include.
//
// Every byte of the user's keeps file, line and column: when the output is not where the source is, a #line and blanks
// bring it back. Generated lines carry the number of the line they belong to.
#include "lower/emit.h"

#include <string.h>

#include "grammar.h"
#include "lexer/lexer.h"
#include "lower/lower.h"
#include "lower/options.h"

struct emitter {
    struct unit *u;
    struct buf *out;
    const struct edits *edits;
    bool *is_once;              // by file: it stands in place of its #include, and said #pragma once
    bool has_once;
    const char **folders;       // by file: what brings its #includes to its folder, "sub/"; NULL: nothing
    uint32_t inclusion;         // what is being copied
    uint32_t stretch;           // where inclusion_of found the last one
    bool numbered;              // #line is written
    uint32_t file, line;        // what the C compiler thinks it reads
    bool at_start;              // of a line of output
};

static void put(struct emitter *e, const char *text, size_t len)
{
    if (len == 0)
        return;
    buf_put(e->out, text, len);
    e->at_start = text[len - 1] == '\n';
}

static void newline(struct emitter *e)
{
    put(e, "\n", 1);
    e->line++;
}

static void put_path(struct emitter *e, const char *path)
{
    buf_putc(e->out, '"');
    for (const char *c = path; *c; c++) {
        if (*c == '"' || *c == '\\')
            buf_putc(e->out, '\\');
        buf_putc(e->out, *c);
    }
    buf_putc(e->out, '"');
}

// As the preprocessor writes it where an #include begins (1) and ends (2): compilers are quiet about unused functions
// of a header.
static void file_marker(struct emitter *e, uint32_t file, uint32_t line, int flag)
{
    if (!e->at_start)
        newline(e);
    if (e->numbered) {
        struct presumed at = file_presumed(e->u, file, line);
        buf_printf(e->out, "# %u ", at.line);
        put_path(e, at.path);
        buf_printf(e->out, " %d\n", flag);
    }
    e->at_start = true;
    e->file = file;
    e->line = line;
}

// "#line 12", with the file when it is another one.
static void line_directive(struct emitter *e, uint32_t file, uint32_t line)
{
    if (!e->at_start)
        newline(e);
    struct presumed at = file_presumed(e->u, file, line);       // the user's own #line directives stay in force
    if (e->numbered && file != e->file) {
        buf_printf(e->out, "#line %u ", at.line);
        put_path(e, at.path);
        buf_putc(e->out, '\n');
    } else if (e->numbered) {
        buf_printf(e->out, "#line %u\n", at.line);
    }
    e->at_start = true;
    e->file = file;
    e->line = line;
}

static const char *line_begin(struct emitter *e, uint32_t file, uint32_t offset)
{
    uint32_t line = file_place(e->u, file, offset).line;
    return e->u->files[file].text + e->u->files[file].line_starts[line - 1];
}

// Columns from here on are not kept: on a line of a megabyte the blanks would be the square of that.
enum { FARTHEST_COLUMN = 1000 };

// Blanks up to the column of the source, tabs where the source has tabs.
static void pad(struct emitter *e, uint32_t file, uint32_t offset)
{
    const char *end = e->u->files[file].text + offset, *c = line_begin(e, file, offset);
    for (bool is_near = end - c < FARTHEST_COLUMN; is_near && c < end; c++)
        put(e, *c == '\t' ? "\t" : " ", 1);
}

// Brings the output to the line of the source, and to its column when a new line was begun for it.
static void sync(struct emitter *e, uint32_t file, uint32_t offset)
{
    uint32_t line = file_place(e->u, file, offset).line;
    if (e->file == file && e->line == line && !e->at_start)
        return;
    if (e->file == file && e->line == line) {
        pad(e, file, offset);
        return;
    }
    enum { NEAR = 4 };
    if (e->file == file && line > e->line && line - e->line <= NEAR && e->numbered)
        while (e->line < line)
            newline(e);
    else
        line_directive(e, file, line);
    pad(e, file, offset);
}

// --- #pragma once of headers that stand in place of their #include -------------------------------------------------------------

// What follows `#` and the word on a line, NULL when it is another directive.
static const char *directive(const char *line, const char *word)
{
    line += strspn(line, " \t");
    if (*line != '#')
        return NULL;
    line += 1 + strspn(line + 1, " \t");
    size_t len = strlen(word);
    return strncmp(line, word, len) == 0 ? line + len + strspn(line + len, " \t") : NULL;
}

static bool ends_with_path(const char *path, const char *name, size_t len)
{
    size_t all = strlen(path);
    while (len > 2 && name[0] == '.' && (name[1] == '/' || name[1] == '.')) {
        name++;
        len--;
    }
    return all >= len && strncmp(path + all - len, name, len) == 0 && (all == len || *name == '/' || path[all - len - 1] == '/');
}

// The header that the line would include again although it is in the output already, and was not entered; 0: none.
static uint32_t includes_once(const struct emitter *e, const char *line)
{
    const char *name = directive(line, "include");
    if (!name || (*name != '"' && *name != '<'))
        return 0;
    size_t len = strcspn(++name, "\">\n");
    for (uint32_t f = 1; f < e->u->file_count; f++)
        if (e->is_once[f] && ends_with_path(e->u->files[f].path, name, len))
            return f;
    return 0;
}

static const char *next_line(const char *line)
{
    const char *nl = strchr(line, '\n');
    return nl ? nl + 1 : NULL;
}

static bool is_dropped(const struct emitter *e, uint32_t file, const char *line)
{
    const char *once = file != 0 ? directive(line, "pragma") : NULL;
    return (once && strncmp(once, "once", 4) == 0) || includes_once(e, line) != 0;
}

// Whether the file that `name` means lies beside `file`, and was found there.
static bool is_beside(const struct unit *u, uint32_t file, const char *name, size_t len)
{
    const char *path = u->files[file].path, *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - path) : 0;
    for (uint32_t f = 1; f < u->file_count; f++) {
        const char *other = u->files[f].path;
        if (strlen(other) == folder + len && memcmp(other, path, folder) == 0 && memcmp(other + folder, name, len) == 0)
            return true;
    }
    return false;
}

// "sub/" of a header that `line` of file `outer` includes as "sub/x.h".
static const char *folder_of(const struct emitter *e, uint32_t outer, const char *line)
{
    const char *name = directive(line, "include");
    if (!name || (*name != '"' && *name != '<'))
        return NULL;
    size_t len = strcspn(++name, "\">\n"), folder = len;
    while (folder > 0 && name[folder - 1] != '/')
        folder--;
    const char *before = e->folders[outer] && is_beside(e->u, outer, name, len) ? e->folders[outer] : "";
    return *before || folder > 0 ? arena_printf(&e->u->arena, "%s%.*s", before, (int)folder, name) : NULL;
}

// #include "x.h" of a header in another folder: x.h lies there and not beside the output. Writes what ends with the quote,
// and returns how much of the line that was.
static uint32_t put_include(struct emitter *e, uint32_t file, const char *line)
{
    const char *name = directive(line, "include");
    if (!name || *name != '"' || !is_beside(e->u, file, name + 1, strcspn(name + 1, "\"\n")))
        return 0;
    put(e, line, (size_t)(name + 1 - line));
    put(e, e->folders[file], strlen(e->folders[file]));
    return (uint32_t)(name + 1 - line);
}

static void mark_once(struct emitter *e, uint32_t file)
{
    const char *text = e->u->files[file].text;
    for (const char *line = text; line; line = next_line(line)) {
        const char *word = directive(line, "pragma");
        if (word && strncmp(word, "once", 4) == 0)
            e->has_once = e->is_once[file] = true;
    }
}

// What the #include on a line of the text that is being copied has read; 0: nothing, or a header of the system.
static uint32_t inclusion_at(const struct emitter *e, uint32_t line)
{
    const struct unit *u = e->u;
    for (uint32_t i = e->inclusion + 1; i < u->inclusion_count; i++)
        if (u->inclusions[i].outer == e->inclusion && u->inclusions[i].line == line && !u->inclusions[i].is_forced)
            return u->files[u->inclusions[i].file].is_system ? 0 : i;
    return 0;
}

// Whether an inclusion, or one within it, has come upon a header that is in the output already, and stepped over it.
static bool steps_over(const struct emitter *e, uint32_t inclusion)
{
    const struct unit *u = e->u;
    for (const char *line = file_text(e->u, u->inclusions[inclusion].file); line; line = next_line(line))
        if (includes_once(e, line))
            return true;
    for (uint32_t i = inclusion + 1; i < u->inclusion_count; i++)
        if (u->inclusions[i].outer == inclusion && !u->files[u->inclusions[i].file].is_system && steps_over(e, i))
            return true;
    return false;
}

static void put_lines(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi);

// A header as it is, in place of the #include on `line` of `outer`.
static void put_header(struct emitter *e, uint32_t inclusion, uint32_t outer, uint32_t line, const char *directive)
{
    uint32_t file = e->u->inclusions[inclusion].file, around = e->inclusion;
    e->folders[file] = folder_of(e, outer, directive);
    file_marker(e, file, 1, 1);
    mark_once(e, file);
    e->inclusion = inclusion;
    put_lines(e, file, 0, e->u->files[file].len);
    e->inclusion = around;
    file_marker(e, outer, line + 1, 2);
}

static void put_lines(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi)
{
    const char *text = e->u->files[file].text;
    while (lo < hi) {
        const char *nl = memchr(text + lo, '\n', hi - lo);
        uint32_t next = nl ? (uint32_t)(nl - text) + 1 : hi;
        bool is_line = (lo == 0 || text[lo - 1] == '\n') && nl;
        uint32_t header = e->has_once && is_line && directive(text + lo, "include") ? inclusion_at(e, e->line) : 0;
        if (header && steps_over(e, header)) {
            put_header(e, header, file, e->line, text + lo);
            lo = next;
            continue;
        }
        if (e->has_once && is_line && is_dropped(e, file, text + lo))
            lo = next - 1;
        else if (e->folders[file] && is_line)
            lo += put_include(e, file, text + lo);
        put(e, text + lo, next - lo);
        e->line += nl != NULL;
        lo = next;
    }
}

// --- source ------------------------------------------------------------------------------------------------------------------------

// The bytes [lo, hi) of a file as they are.
static void put_source(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi)
{
    const char *text = e->u->files[file].text;
    if (lo >= hi)
        return;
    uint32_t line = file_place(e->u, file, lo).line;
    while (!(e->file == file && e->line == line) || (e->at_start && lo > 0 && text[lo - 1] != '\n')) {
        while (lo < hi && (text[lo] == ' ' || text[lo] == '\t'))
            lo++;
        if (lo == hi)
            return;
        if (text[lo] != '\n') {
            sync(e, file, lo);
            break;
        }
        // The line ends here: the next one is what matters.
        if (!e->at_start)
            newline(e);
        if (++lo == hi)
            return;
        line++;
    }
    put_lines(e, file, lo, hi);
}

static void indent(struct emitter *e, uint32_t file, uint32_t offset)
{
    const char *c = line_begin(e, file, offset), *limit = c + FARTHEST_COLUMN;
    for (; c < limit && (*c == ' ' || *c == '\t'); c++)
        put(e, c, 1);
}

// Where the lines of generated text stand: as deep as their braces, labels one step out, the single statement of an `if` or
// `else` one step in. What all suspension points share stands in front of the function's closing brace, one step in from it.
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
    else if (begins(line, "__coro_suspend:"))
        l->depth = depth + 1;
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
    enum { STEP = 4, DEPTH_MOST = 30 };     // without a bound the text would be the square of what is nested
    while (len && !is_first && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    int depth = layout_next(layout, line, len);
    if (!is_first && len) {
        indent(e, t->file, t->lo);
        for (int i = 0; i < (depth < DEPTH_MOST ? depth : DEPTH_MOST) * STEP; i++)
            put(e, " ", 1);
    }
    put(e, line, len);
}

// The first line of generated text goes on where the output stands, or begins a line of its own.
static void begin_generated(struct emitter *e, const struct token *t, const char *text)
{
    if (*text == '#' && !e->at_start) {
        newline(e);
    } else if (*text != '#' && *text != '\n' && *text != SOFT_NEWLINE && (e->line != t->line || e->file != t->file)) {
        line_directive(e, t->file, t->line);
        indent(e, t->file, t->lo);
    } else if (e->at_start && *text != '#') {
        indent(e, t->file, t->lo);
    }
}

// Text of an edit; all its lines belong to the source line of `token`, but for declarations (SOFT_NEWLINE).
static void put_generated(struct emitter *e, const struct edit *edit)
{
    const struct token *t = &e->u->tokens[edit->line_token];
    const char *text = edit->text;
    struct layout layout = {.depth = *text == '\n' && t->kind == '{'};      // what follows a brace of the user's
    bool is_soft = strchr(text, SOFT_NEWLINE) != NULL;
    if (*text == '\0')
        return;
    begin_generated(e, t, text);
    for (bool is_first = true;; is_first = false) {
        size_t len = strcspn(text, "\n\f");
        if (is_soft || *text == '#')
            put(e, text, len);
        else
            put_line(e, t, &layout, text, len, is_first);
        text += len;
        if (*text == '\0')
            return;
        is_soft = *text++ == SOFT_NEWLINE;
        newline(e);
        if (*text != '\0' && *text != '\n' && *text != '#' && !is_soft && e->line != t->line)
            line_directive(e, t->file, t->line);
    }
}

static void put_insertions(struct emitter *e, const struct edit *edit)
{
    for (; edit; edit = edit->next)
        put_generated(e, edit);
}

// --- directives inside a replaced range ---------------------------------------------------------------------------------------------

static bool is_word(const char *c, const char *word)
{
    return strncmp(c, word, strlen(word)) == 0;
}

// Does a name or number go on at `at`, which is not the prefix of a literal?
static bool is_inside_word(const char *at)
{
    return is_name_byte(at[-1]) && !strchr("LuU8", at[-1]);
}

// Behind the comment, the literal or the single byte at `at`.
static const char *skip_lexeme(const struct unit *u, const char *at, const char *limit)
{
    const char *end = NULL;
    if (begins(at, "/*")) {
        end = strstr(at + 2, "*/");
        return end ? end + 2 : limit;
    }
    if (begins(at, "R\"") && u->has_raw_strings && !is_inside_word(at)) {
        size_t delimiter = strcspn(at + 2, "(\n");
        for (end = at; (end = strchr(end + 1, ')'));)
            if (strncmp(end + 1, at + 2, delimiter) == 0 && end[delimiter + 1] == '"')
                return end + delimiter + 2;
    }
    if (begins(at, "//"))
        return at + strcspn(at, "\n");
    if (*at != '"' && (*at != '\'' || is_inside_word(at)))
        return at + 1;
    for (end = at + 1; *end && *end != '\n' && *end != *at; end++)
        end += *end == '\\' && end[1];
    return *end == *at ? end + 1 : end;
}

// The next # in [at, limit) that begins a directive; `limit` when there is none.
static const char *next_directive(const struct unit *u, const char *at, const char *limit)
{
    bool at_bol = false;
    while (at < limit && !(at_bol && *at == '#')) {
        bool is_blank = *at == ' ' || *at == '\t' || begins(at, "/*");
        at_bol = *at == '\n' || (at_bol && is_blank);
        at = skip_lexeme(u, at, limit);
    }
    return at < limit ? at : limit;
}

// Conditionals that begin or end inside the range must stay, or the rest of them would be left alone; definitions and
// pragmas stay too. [lo, hi) are bytes.
static void put_directives(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi)
{
    const char *text = e->u->files[file].text, *c = text + lo, *limit = text + hi;
    while ((c = next_directive(e->u, c, limit)) < limit) {
        const char *word = c + 1 + strspn(c + 1, " \t");
        const char *end = c;
        do
            end = strchr(end + 1, '\n');
        while (end && end[-1] == '\\');
        uint32_t at = (uint32_t)(c - text);
        uint32_t stop = end ? (uint32_t)(end - text) : e->u->files[file].len;
        bool stays = is_word(word, "if") || is_word(word, "el") || is_word(word, "endif") || is_word(word, "define") ||
                     is_word(word, "undef") || is_word(word, "pragma");
        if (stays) {
            line_directive(e, file, file_place(e->u, file, at).line);
            put(e, text + at, stop - at);
            for (uint32_t i = at; i < stop; i++)
                e->line += text[i] == '\n';
            newline(e);
        }
        c = text + stop;
    }
}

// --- tokens ---------------------------------------------------------------------------------------------------------------------------

struct run {
    uint32_t file, pos;         // the file being copied, and the first byte not written yet
    uint32_t token, end;        // the tokens of it that are left, those it includes among them
    uint32_t inclusion;
};

static bool is_touched(const struct emitter *e, uint32_t i)
{
    return edits_at(e->edits, i)->before || edits_at(e->edits, i)->after || edits_at(e->edits, i)->replace;
}

static void put_replacement(struct emitter *e, struct run *r, const struct edit *edit)
{
    const struct token *last = &e->u->tokens[edit->span.hi - 1], *first = &e->u->tokens[edit->span.lo];
    put_generated(e, edit);
    if (last->file == r->file && first->file == r->file && last->hi > r->pos) {
        put_directives(e, r->file, first->lo, last->lo);
        r->pos = last->hi;
        const char *text = e->u->files[r->file].text;
        bool is_call = first->flags & TOKEN_MACRO;      // then blanks after it stand after the whole call
        bool leaves_blank = *edit->text == '\0' && !is_call && (first->lo == 0 || strchr(" \t\n(", text[first->lo - 1]));
        while (leaves_blank && (text[r->pos] == ' ' || text[r->pos] == '\t'))
            r->pos++;
        while (*edit->text == '\0' && text[r->pos] == '\n' && e->out->len && strchr(" \t", e->out->bytes[e->out->len - 1]))
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
    put(e, text.bytes, text.len);
    buf_free(&text);
}

// Between tokens that the preprocessor keeps apart: `-` and the `-1` of a macro.
static void put_blank(struct emitter *e)
{
    if (e->out->len > 0 && !strchr(" \t\n", e->out->bytes[e->out->len - 1]))
        put(e, " ", 1);
}

// A macro call with an edit inside: its tokens, one after the other.
static void put_expanded(struct emitter *e, struct run *r, uint32_t hi)
{
    struct unit *u = e->u;
    uint32_t first = r->token, end = u->tokens[first].hi;
    sync(e, r->file, u->tokens[first].lo);
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
                line_directive(e, r->file, u->tokens[i].line);
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
    while (line > 1 && outer->line_starts[line - 1] > 1 && outer->text[outer->line_starts[line - 1] - 2] == '\\')
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
    put_source(e, r->file, r->pos, at);
    e->folders[file] = folder_of(e, r->file, text + at);
    file_marker(e, file, 1, 1);
    mark_once(e, file);
    put_run(e, &inner);
    uint32_t line = u->inclusions[inclusion].line;
    r->pos = line < u->files[r->file].line_count ? u->files[r->file].line_starts[line] : u->files[r->file].len;
    file_marker(e, r->file, line + 1, 2);
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
    put_source(e, r->file, r->pos, t->lo);
    r->pos = t->lo;
    if (is_call && call_is_edited(e, i, next)) {
        put_expanded(e, r, next);
        return;
    }
    put_insertions(e, edits_at(e->edits, i)->before);
    if (edits_at(e->edits, i)->replace) {
        put_replacement(e, r, edits_at(e->edits, i)->replace);
    } else {
        put_source(e, r->file, t->lo, t->hi);
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
    put_source(e, r->file, r->pos, e->u->files[r->file].len);
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
    line_directive(&e, 0, 1);
    struct run all = {0, u->files[0].has_bom ? 3 : 0, 0, u->token_count - 1, 0};
    put_run(&e, &all);
    return true;
}
