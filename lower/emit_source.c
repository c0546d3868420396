// The output as lines of the source: where it is, how it gets to where the source is, and what is copied as it stands. A header
// that is written in place of its #include no longer keeps others out: what it includes once is left out of what follows.
#include <string.h>

#include "lower/emitter.h"

void emit_bytes(struct emitter *e, const char *text, size_t len)
{
    if (len == 0)
        return;
    buf_put(e->out, text, len);
    e->at_start = text[len - 1] == '\n';
}

void emit_newline(struct emitter *e)
{
    emit_bytes(e, "\n", 1);
    e->line++;
}

// A directive begins a line of its own: a backslash that joined what was copied last with the line below goes.
void emit_fresh_line(struct emitter *e)
{
    if (!e->at_start)
        emit_newline(e);
    size_t at = e->out->len;
    while (at > 0 && strchr(" \t\r\n", e->out->bytes[at - 1]))
        at--;
    if (at > 0 && e->out->bytes[at - 1] == '\\')
        e->out->bytes[at - 1] = ' ';
}

void emit_marker(struct emitter *e, uint32_t file, uint32_t line, int flag)
{
    emit_fresh_line(e);
    if (e->numbered) {
        struct presumed at = file_presumed(e->u, file, line);
        buf_printf(e->out, "# %u ", at.line);
        buf_put_literal(e->out, at.path, strlen(at.path));
        buf_printf(e->out, " %d\n", flag);
    }
    e->at_start = true;
    e->file = file;
    e->line = line;
}

void emit_line(struct emitter *e, uint32_t file, uint32_t line)
{
    emit_fresh_line(e);
    struct presumed at = file_presumed(e->u, file, line);       // the user's own #line directives stay in force
    if (e->numbered && file != e->file) {
        buf_printf(e->out, "#line %u ", at.line);
        buf_put_literal(e->out, at.path, strlen(at.path));
        buf_putc(e->out, '\n');
    } else if (e->numbered) {
        buf_printf(e->out, "#line %u\n", at.line);
    }
    e->at_start = true;
    e->file = file;
    e->line = line;
}

const char *source_line(struct emitter *e, uint32_t file, uint32_t offset)
{
    uint32_t line = file_place(e->u, file, offset).line;
    return e->u->files[file].text + e->u->files[file].line_starts[line - 1];
}

// Blanks up to the column of the source, tabs where the source has tabs.
static void pad(struct emitter *e, uint32_t file, uint32_t offset)
{
    const char *end = e->u->files[file].text + offset, *c = source_line(e, file, offset);
    for (bool is_near = end - c < FARTHEST_COLUMN; is_near && c < end; c++)
        emit_bytes(e, *c == '\t' ? "\t" : " ", 1);
}

// Whether newlines lead to a line of the same file: it is a few further down, and no #line of the user's stands in between.
static bool is_near(const struct emitter *e, uint32_t line)
{
    enum { NEAR = 4 };
    return line > e->line && line - e->line <= NEAR
        && file_presumed(e->u, e->file, line).line - file_presumed(e->u, e->file, e->line).line == line - e->line;
}

void emit_sync(struct emitter *e, uint32_t file, uint32_t offset)
{
    uint32_t line = file_place(e->u, file, offset).line;
    if (e->file == file && e->line == line && !e->at_start)
        return;
    if (e->file == file && e->line == line) {
        pad(e, file, offset);
        return;
    }
    if (e->file == file && e->numbered && is_near(e, line))
        while (e->line < line)
            emit_newline(e);
    else
        emit_line(e, file, line);
    pad(e, file, offset);
}

// --- #pragma once of headers that stand in place of their #include -----------------------------------------------------------

// Behind the `#` of a directive, however it is spelled; NULL when the line is none.
static const char *behind_hash(const char *line)
{
    static const char *const hashes[] = { "#", "%:", "?\?=" };
    line += strspn(line, " \t");
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        if (strncmp(line, hashes[i], strlen(hashes[i])) == 0)
            return line + strlen(hashes[i]);
    return NULL;
}

// What follows `#` and the word on a line, NULL when it is another directive.
static const char *directive(const char *line, const char *word)
{
    line = behind_hash(line);
    if (!line)
        return NULL;
    line += strspn(line, " \t");
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

const char *header_folder(const struct emitter *e, uint32_t outer, const char *line)
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
    emit_bytes(e, line, (size_t)(name + 1 - line));
    emit_bytes(e, e->folders[file], strlen(e->folders[file]));
    return (uint32_t)(name + 1 - line);
}

void header_mark_once(struct emitter *e, uint32_t file)
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
    e->folders[file] = header_folder(e, outer, directive);
    emit_marker(e, file, 1, 1);
    header_mark_once(e, file);
    e->inclusion = inclusion;
    put_lines(e, file, 0, e->u->files[file].len);
    e->inclusion = around;
    emit_marker(e, outer, line + 1, 2);
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
        emit_bytes(e, text + lo, next - lo);
        e->line += nl != NULL;
        lo = next;
    }
}

void emit_source(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi)
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
        if (text[lo] != '\n' || (lo > 0 && text[lo - 1] == '\n')) {
            emit_sync(e, file, lo);
            break;
        }
        // The line ends here: the next one is what matters.
        if (!e->at_start)
            emit_newline(e);
        if (++lo == hi)
            return;
        line++;
    }
    put_lines(e, file, lo, hi);
}
