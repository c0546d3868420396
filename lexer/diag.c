#include "lexer/diag.h"

#include <stdlib.h>
#include <string.h>

#include "lexer/lexer.h"
#include "lexer/spot.h"
#include "lexer/unit.h"

static const char *const warning_flags[] = {
    "",
#define WARNING(KIND, flag, on, text) flag,
#include "lexer/warn.def"
#undef WARNING
};

// --- raising -----------------------------------------------------------------------------------------------------------------

static struct diag *diag_new(struct unit *u, enum severity severity, const char *format, va_list args)
{
    struct diag *d = NEW(&u->arena, struct diag);
    d->severity = severity;
    d->text = arena_vprintf(&u->arena, format, args);
    return d;
}

static void diag_append(struct unit *u, struct diag *d)
{
    struct diags *all = &u->diags;
    if (!all->last)
        all->last = &all->first;
    *all->last = d;
    all->last = &d->next;
}

struct diag *diag_error(struct unit *u, struct span span, const char *format, ...)
{
    if (u->diags.errors++ >= DIAG_ERROR_LIMIT)
        return NULL;
    va_list args;
    va_start(args, format);
    struct diag *d = diag_new(u, SEVERITY_ERROR, format, args);
    va_end(args);
    d->span = span;
    d->has_span = true;
    diag_append(u, d);
    return d;
}

enum setting { SETTING_NONE, SETTING_IGNORED, SETTING_WARNING, SETTING_ERROR };

// Compares the next word at *at, blanks skipped, and steps over it when it is `word`.
static bool skip_word(const char **at, const char *limit, const char *word)
{
    const char *start = *at;
    size_t len = strlen(word);
    while (start < limit && (*start == ' ' || *start == '\t'))
        start++;
    if ((size_t)(limit - start) < len || memcmp(start, word, len) != 0)
        return false;
    *at = start + len;
    return true;
}

enum { PRAGMA_DEPTH = 64 };

struct pragma_state {
    enum setting settings[PRAGMA_DEPTH];
    int depth;
};

//     #pragma GCC diagnostic push | pop | ignored "-Wname" | warning "-Wname" | error "-Wname"
static void pragma_apply(struct pragma_state *s, const char *at, const char *limit, const char *flag)
{
    at = memchr(at, '#', (size_t)(limit - at));
    at = at ? at + 1 : limit;
    if (!skip_word(&at, limit, "pragma")
        || !(skip_word(&at, limit, "GCC") || skip_word(&at, limit, "clang") || skip_word(&at, limit, "acc"))
        || !skip_word(&at, limit, "diagnostic"))
        return;
    enum setting setting = SETTING_NONE;
    if (skip_word(&at, limit, "push")) {
        if (s->depth + 1 < PRAGMA_DEPTH) {
            s->settings[s->depth + 1] = s->settings[s->depth];
            s->depth++;
        }
    } else if (skip_word(&at, limit, "pop")) {
        s->depth -= s->depth > 0;
    } else if (skip_word(&at, limit, "ignored")) {
        setting = SETTING_IGNORED;
    } else if (skip_word(&at, limit, "warning")) {
        setting = SETTING_WARNING;
    } else if (skip_word(&at, limit, "error")) {
        setting = SETTING_ERROR;
    }
    if (setting && skip_word(&at, limit, "\"-W") && skip_word(&at, limit, flag) && skip_word(&at, limit, "\""))
        s->settings[s->depth] = setting;
}

// What the pragmas in front of a token say about a warning.
static enum setting pragma_setting(const struct unit *u, enum warning w, uint32_t token)
{
    struct pragma_state s = { 0 };
    for (uint32_t i = 0; i < u->pragma_count && u->pragmas[i] < token; i++) {
        const char *text = token_text(u, u->pragmas[i]);
        pragma_apply(&s, text, text + u->tokens[u->pragmas[i]].len, warning_flags[w]);
    }
    return s.settings[s.depth];
}

struct diag *diag_warn(struct unit *u, enum warning w, struct span span, const char *format, ...)
{
    if (span.lo < u->token_count && (u->tokens[span.lo].flags & TOKEN_SYSTEM))
        return NULL;
    enum setting setting = pragma_setting(u, w, span.lo);
    if (setting == SETTING_IGNORED || (setting == SETTING_NONE && !u->warning_on[w]))
        return NULL;
    bool is_error = setting == SETTING_ERROR || (setting == SETTING_NONE && u->warning_error[w]);
    if (is_error && u->diags.errors++ >= DIAG_ERROR_LIMIT)
        return NULL;
    u->diags.warnings += !is_error;
    va_list args;
    va_start(args, format);
    struct diag *d = diag_new(u, is_error ? SEVERITY_ERROR : SEVERITY_WARNING, format, args);
    va_end(args);
    d->warning = w;
    d->span = span;
    d->has_span = true;
    diag_append(u, d);
    return d;
}

struct diag *diag_fatal(struct unit *u, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct diag *d = diag_new(u, SEVERITY_FATAL, format, args);
    va_end(args);
    u->diags.errors++;
    diag_append(u, d);
    return d;
}

void diag_note(struct unit *u, struct diag *d, struct span span, const char *format, ...)
{
    if (!d)
        return;
    va_list args;
    va_start(args, format);
    struct diag *note = diag_new(u, SEVERITY_NOTE, format, args);
    va_end(args);
    note->span = span;
    note->has_span = true;
    struct diag **last = &d->notes;
    while (*last)
        last = &(*last)->next;
    *last = note;
}

void diag_fix_replace(struct unit *u, struct diag *d, struct span span, const char *text)
{
    if (!d)
        return;
    struct fix *fix = NEW(&u->arena, struct fix);
    fix->span = span;
    fix->text = arena_copy(&u->arena, text, strlen(text));
    struct fix **last = &d->fixes;
    while (*last)
        last = &(*last)->next;
    *last = fix;
}

void diag_fix_insert(struct unit *u, struct diag *d, uint32_t before_token, const char *text)
{
    diag_fix_replace(u, d, (struct span){ before_token, before_token }, text);
}

// --- printing ----------------------------------------------------------------------------------------------------------------

static const char *const severity_words[] = { "note", "warning", "error", "error" };
static const char *const severity_colors[] = { "\33[01;36m", "\33[01;35m", "\33[01;31m", "\33[01;31m" };

struct printer {
    struct unit *u;
    FILE *out;
    uint32_t last_file;         // whose "In file included from" was printed
    struct spot last;           // what was shown last; column 0: nothing
};

static void color(const struct printer *p, const char *code)
{
    if (p->u->diag_color)
        fprintf(p->out, "%s\33[K", code);
}

static void color_off(const struct printer *p)
{
    color(p, "\33[m");
}

static void print_includers(struct printer *p, uint32_t file)
{
    const struct file *files = p->u->files;
    if (file == p->last_file)
        return;
    p->last_file = file;
    const char *lead = "In file included from";
    for (uint32_t f = file, depth = 0; files[f].include_line && depth < 200; depth++) {
        uint32_t outer = files[f].include_file;
        bool is_last = !files[outer].include_line;
        fprintf(p->out, "%s ", lead);
        color(p, "\33[01m");
        struct presumed at = file_presumed(p->u, outer, files[f].include_line);
        fprintf(p->out, "%s:%u", at.path, at.line);
        color_off(p);
        fputs(is_last ? ":\n" : ",\n", p->out);
        lead = "                 from";
        f = outer;
    }
}

struct code_range { uint32_t first, last; };

// Characters that take two columns; those that take none are the combining marks of the first block.
static bool is_wide(uint32_t c)
{
    static const struct code_range wide[] = {
        { 0x1100, 0x115F }, { 0x2E80, 0x303E }, { 0x3041, 0xA4CF }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF },
        { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1F64F }, { 0x1F900, 0x1F9FF },
        { 0x20000, 0x3FFFD },
    };
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (c >= wide[i].first && c <= wide[i].last)
            return true;
    return false;
}

// The code point that begins at `at`.
static uint32_t code_point(const char *at, const char *limit)
{
    unsigned char lead = (unsigned char)*at;
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0;
    uint32_t c = more ? lead & (0x3Fu >> more) : lead;
    for (at++; more-- > 0 && at < limit; at++)
        c = c << 6 | ((unsigned char)*at & 0x3F);
    return c;
}

// How far the byte at `at` moves the column: tabs go to multiples of 8, the later bytes of a character nowhere.
static uint32_t width_at(const char *at, const char *limit, uint32_t column)
{
    if (*at == '\t')
        return 8 - column % 8;
    if (((unsigned char)*at & 0xC0) == 0x80)
        return 0;
    uint32_t c = code_point(at, limit);
    return c >= 0x300 && c <= 0x36F ? 0 : is_wide(c) ? 2 : 1;
}

// The display column, from 0, of a byte of a line.
static uint32_t display_column(const char *line, const char *at)
{
    uint32_t column = 0;
    for (; line < at; line++)
        column += width_at(line, at, column);
    return column;
}

// A line of a file: its number for the reader, its text up to the line end.
struct shown_line {
    uint32_t number;
    const char *text, *end;
};

// The line that holds a byte of a file whose text is loaded.
static struct shown_line line_at(struct unit *u, uint32_t file, uint32_t offset)
{
    const struct file *f = &u->files[file];
    struct place at = file_place(u, file, offset);
    const char *text = f->text + offset - (at.column - 1);
    const char *end = memchr(text, '\n', (size_t)(f->text + f->len - text));
    if (!end)
        end = f->text + f->len;
    while (end > text && end[-1] == '\r')
        end--;
    return (struct shown_line){ file_presumed(u, file, at.line).line, text, end };
}

static void print_line(const struct printer *p, struct shown_line l)
{
    fprintf(p->out, "%5u | ", l.number);
    uint32_t column = 0;
    for (const char *line = l.text; line < l.end; line++) {
        uint32_t width = width_at(line, l.end, column);
        if (*line == '\t')
            fprintf(p->out, "%*s", (int)width, "");
        else
            putc((unsigned char)*line < ' ' ? ' ' : *line, p->out);
        column += width;
    }
    putc('\n', p->out);
}

static void print_margin(const struct printer *p, uint32_t number)
{
    int width = snprintf(NULL, 0, "%u", number);
    fprintf(p->out, "%*s | ", width < 5 ? 5 : width, "");
}

static void print_underline(const struct printer *p, const struct spot *s, enum severity severity, struct shown_line l)
{
    const char *text = p->u->files[s->file].text;
    const char *lo = text + s->lo, *hi = text + s->hi;
    if (hi > l.end)
        hi = l.end;
    while (hi > lo && (hi[-1] == ' ' || hi[-1] == '\t'))
        hi--;
    uint32_t from = display_column(l.text, lo), to = display_column(l.text, hi);
    print_margin(p, l.number);
    fprintf(p->out, "%*s", (int)from, "");
    color(p, severity_colors[severity]);
    putc('^', p->out);
    for (uint32_t column = from + 1; column < to; column++)
        putc('~', p->out);
    color_off(p);
    putc('\n', p->out);
}

// A fix-it in bytes of a file.
struct correction {
    uint32_t file, line, lo, hi;
    const char *text;
    bool is_known;
};

static struct correction correction_of(struct unit *u, const struct fix *fix)
{
    struct correction c = { .text = fix->text };
    if (fix->span.lo >= u->token_count || fix->span.hi > u->token_count)
        return c;
    const struct token *first = &u->tokens[fix->span.lo];
    const struct token *last = fix->span.hi > fix->span.lo ? &u->tokens[fix->span.hi - 1] : first;
    if (!(first->flags & last->flags & TOKEN_MAPPED) || first->file != last->file)
        return c;
    struct origin lo = token_origin(u, fix->span.lo), hi = token_origin(u, (uint32_t)(last - u->tokens));
    if ((first->flags & TOKEN_MACRO && lo.lo == first->lo) || (last->flags & TOKEN_MACRO && hi.lo == last->lo))
        return c;               // in the body of a macro
    c.file = lo.file;
    c.lo = lo.lo;
    c.hi = fix->span.hi > fix->span.lo ? hi.hi : lo.lo;
    c.line = file_place(u, c.file, c.lo).line;
    c.is_known = true;
    return c;
}

// The row that fix-its are written in, below a line.
struct row {
    const struct printer *p;
    struct shown_line line;
    uint32_t column;
    bool is_open;
};

static void row_end(struct row *r)
{
    if (r->is_open)
        putc('\n', r->p->out);
    r->is_open = false;
}

// Moves to a display column, to a new row when it lies behind.
static void row_move(struct row *r, uint32_t to)
{
    if (r->is_open && to < r->column)
        row_end(r);
    if (!r->is_open) {
        print_margin(r->p, r->line.number);
        r->column = 0;
        r->is_open = true;
    }
    fprintf(r->p->out, "%*s", (int)(to - r->column), "");
    r->column = to;
}

static void row_put(struct row *r, const char *color_code, const char *text)
{
    color(r->p, color_code);
    fputs(text, r->p->out);
    color_off(r->p);
    r->column += display_column(text, text + strlen(text));
}

// Below the underline: what to insert, or what to put in place of bytes, which are underlined unless they are already.
static void print_corrections(const struct printer *p, const struct diag *d, const struct spot *s, uint32_t line)
{
    struct row row = { .p = p };
    for (const struct fix *fix = d->fixes; fix; fix = fix->next) {
        struct correction c = correction_of(p->u, fix);
        if (!c.is_known || c.file != s->file || c.line != line)
            continue;
        const char *text = p->u->files[c.file].text;
        row.line = line_at(p->u, c.file, c.lo);
        const char *hi = text + c.hi < row.line.end ? text + c.hi : row.line.end;
        uint32_t from = display_column(row.line.text, text + c.lo), to = display_column(row.line.text, hi);
        bool is_underlined = c.lo == s->lo && c.hi == s->hi;
        if (to > from && (!is_underlined || !*c.text)) {
            row_move(&row, from);
            while (row.column < to)
                row_put(&row, "\33[31m", "-");
        }
        if (*c.text) {
            row_move(&row, from);
            row_put(&row, "\33[32m", c.text);
        }
    }
    row_end(&row);
}

// Lines that only fix-its touch, in front of the message's own or behind it.
static void print_fixed_lines(const struct printer *p, const struct diag *d, const struct spot *s, bool before)
{
    uint32_t last = 0;
    for (const struct fix *fix = d->fixes; fix; fix = fix->next) {
        struct correction c = correction_of(p->u, fix);
        if (!c.is_known || c.file != s->file || c.line == s->line || (c.line < s->line) != before || c.line == last)
            continue;
        last = c.line;
        print_line(p, line_at(p->u, c.file, c.lo));
        print_corrections(p, d, s, c.line);
    }
}

// A line longer than this, in bytes, would say less than its place does.
enum { LONGEST_QUOTED = 1000 };

static void print_source(struct printer *p, const struct diag *d, const struct spot *s)
{
    bool is_again = p->last.column && p->last.file == s->file && p->last.lo == s->lo && !d->fixes;
    p->last = *s;
    if (!s->column || is_again)
        return;
    struct shown_line line = line_at(p->u, s->file, s->lo);
    if (line.end - line.text > LONGEST_QUOTED)
        return;
    print_fixed_lines(p, d, s, true);
    print_line(p, line);
    print_underline(p, s, d->severity, line);
    print_corrections(p, d, s, s->line);
    print_fixed_lines(p, d, s, false);
}

static void print_severity(const struct printer *p, const struct diag *d)
{
    color(p, severity_colors[d->severity]);
    fprintf(p->out, "%s: ", severity_words[d->severity]);
    color_off(p);
    fputs(d->text, p->out);
    if (d->warning) {
        const char *prefix = d->severity == SEVERITY_ERROR ? "-Werror=" : "-W";
        fputs(" [", p->out);
        color(p, severity_colors[d->severity]);
        fprintf(p->out, "%s%s", prefix, warning_flags[d->warning]);
        color_off(p);
        putc(']', p->out);
    }
    putc('\n', p->out);
}

static void print_at(struct printer *p, const struct diag *d, struct spot s)
{
    struct presumed at = file_presumed(p->u, s.file, s.line);
    print_includers(p, s.file);
    color(p, "\33[01m");
    fprintf(p->out, "%s:%u:", at.path, at.line);
    if (s.column)
        fprintf(p->out, "%u:", s.column);
    color_off(p);
    putc(' ', p->out);
    print_severity(p, d);
    print_source(p, d, &s);
}

static void print_one(struct printer *p, const struct diag *d)
{
    if (!d->has_span) {
        color(p, "\33[01m");
        fputs("acc: ", p->out);
        color_off(p);
        print_severity(p, d);
        return;
    }
    struct spot s = spot_of(p->u, d->span);
    print_at(p, d, s);
    if (s.macro_token == UINT32_MAX)
        return;
    const char *name = call_name(p->u, &p->u->tokens[s.macro_token])->text;
    struct diag note = { .severity = SEVERITY_NOTE, .text = arena_printf(&p->u->arena, "in expansion of macro '%s'", name) };
    print_at(p, &note, spot_of_call(p->u, s.macro_token));
}

// By token, which is the order of the source with headers where they are included; messages without a place first.
static bool is_before(const struct diag *a, const struct diag *b)
{
    if (a->has_span != b->has_span)
        return b->has_span;
    return a->has_span && a->span.lo < b->span.lo;
}

// Insertion sort is stable, and fast here: passes raise messages nearly in order.
static struct diag **sorted(struct unit *u, size_t *count)
{
    *count = 0;
    for (const struct diag *d = u->diags.first; d; d = d->next)
        ++*count;
    struct diag **all = NEW_ARRAY(&u->arena, struct diag *, *count);
    size_t n = 0;
    for (struct diag *d = u->diags.first; d; d = d->next)
        all[n++] = d;
    for (size_t i = 1; i < n; i++) {
        struct diag *d = all[i];
        size_t at = i;
        for (; at > 0 && is_before(d, all[at - 1]); at--)
            all[at] = all[at - 1];
        all[at] = d;
    }
    return all;
}

void diag_print_all(struct unit *u, FILE *out)
{
    struct printer p = { .u = u, .out = out };
    size_t count;
    struct diag **all = sorted(u, &count);
    for (size_t i = 0; i < count; i++) {
        print_one(&p, all[i]);
        for (const struct diag *note = all[i]->notes; note; note = note->next)
            print_one(&p, note);
    }
    if (u->diags.errors > DIAG_ERROR_LIMIT)
        fputs("acc: error: too many errors, stopping now\n", out);
    u->diags.first = NULL;
    u->diags.last = NULL;
}
