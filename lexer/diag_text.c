// Messages for people, in gcc's form: place, text, the lines with the range underlined, and below them what to write instead.
#include "lexer/diag_print.h"

#include <string.h>

#include "lexer/fix.h"
#include "lexer/spot.h"
#include "lexer/unit.h"

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

uint32_t text_width(const char *line, const char *at)
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

// Bytes [lo, hi) of a line, with a caret below the first of them when `mark` is one.
static void print_underline(const struct printer *p, struct shown_line l, const char *lo, const char *hi, char mark, enum severity severity)
{
    if (hi > l.end)
        hi = l.end;
    while (hi > lo && (hi[-1] == ' ' || hi[-1] == '\t'))
        hi--;
    uint32_t from = text_width(l.text, lo), to = text_width(l.text, hi);
    print_margin(p, l.number);
    fprintf(p->out, "%*s", (int)from, "");
    color(p, severity_colors[severity]);
    putc(mark, p->out);
    for (uint32_t column = from + 1; column < to; column++)
        putc('~', p->out);
    color_off(p);
    putc('\n', p->out);
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
    r->column += text_width(text, text + strlen(text));
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
        uint32_t from = text_width(row.line.text, text + c.lo), to = text_width(row.line.text, hi);
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

// The lines [first, last] of a range, which are quoted.
struct quoted { uint32_t first, last; };

// Lines that only fix-its touch, in front of the message's own or behind them.
static void print_fixed_lines(const struct printer *p, const struct diag *d, const struct spot *s, struct quoted own, bool before)
{
    uint32_t last = 0;
    for (const struct fix *fix = d->fixes; fix; fix = fix->next) {
        struct correction c = correction_of(p->u, fix);
        bool is_there = before ? c.line < own.first : c.line > own.last;
        if (!c.is_known || c.file != s->file || !is_there || c.line == last)
            continue;
        last = c.line;
        print_line(p, line_at(p->u, c.file, c.lo));
        print_corrections(p, d, s, c.line);
    }
}

// A line longer than this, in bytes, would say less than its place does; a range of more lines is cut after its first.
enum { LONGEST_QUOTED = 1000, LINES_QUOTED = 5 };

static struct quoted lines_quoted(struct unit *u, const struct spot *s)
{
    uint32_t last = s->hi > s->lo ? file_place(u, s->file, s->hi - 1).line : s->line;
    return (struct quoted){ s->line, last - s->line < LINES_QUOTED ? last : s->line };
}

// The rest of a range, line by line, each from its first character on.
static void print_more_lines(const struct printer *p, const struct diag *d, const struct spot *s, struct quoted own)
{
    const char *text = p->u->files[s->file].text;
    struct shown_line l = line_at(p->u, s->file, s->lo);
    for (uint32_t line = own.first + 1; line <= own.last; line++) {
        const char *next = memchr(l.end, '\n', (size_t)(text + s->hi - l.end));
        l = line_at(p->u, s->file, (uint32_t)(next + 1 - text));
        const char *lo = l.text + strspn(l.text, " \t\r\v\f");
        if (lo >= l.end || l.end - l.text > LONGEST_QUOTED)
            continue;
        print_line(p, l);
        print_underline(p, l, lo, text + s->hi, '~', d->severity);
        print_corrections(p, d, s, line);
    }
}

static void print_source(struct printer *p, const struct diag *d, const struct spot *s)
{
    bool is_again = p->last.column && p->last.file == s->file && p->last.lo == s->lo && !d->fixes;
    p->last = *s;
    if (!s->column || is_again)
        return;
    struct shown_line line = line_at(p->u, s->file, s->lo);
    if (line.end - line.text > LONGEST_QUOTED)
        return;
    const char *text = p->u->files[s->file].text;
    struct quoted own = lines_quoted(p->u, s);
    print_fixed_lines(p, d, s, own, true);
    print_line(p, line);
    print_underline(p, line, text + s->lo, text + s->hi, '^', d->severity);
    print_corrections(p, d, s, s->line);
    print_more_lines(p, d, s, own);
    print_fixed_lines(p, d, s, own, false);
}

static void print_severity(const struct printer *p, const struct diag *d)
{
    color(p, severity_colors[d->severity]);
    fprintf(p->out, "%s: ", severity_words[d->severity]);
    color_off(p);
    fputs(d->text, p->out);
    const char *name = diag_name(p->u, d);
    if (name) {
        fputs(" [", p->out);
        color(p, severity_colors[d->severity]);
        fputs(name, p->out);
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
    if (!s.is_in_macro)
        return;
    struct expansion e = spot_in_macro(p->u, d->span);
    if (!e.at.column)
        return;
    struct diag note = { .severity = SEVERITY_NOTE, .text = arena_printf(&p->u->arena, "expanded from macro '%s'", e.macro->text) };
    print_at(p, &note, e.at);
}

void diag_print_text(struct unit *u, FILE *out)
{
    struct printer p = { .u = u, .out = out };
    size_t count;
    struct diag **all = diags_sorted(u, &count);
    for (size_t i = 0; i < count; i++) {
        print_one(&p, all[i]);
        for (const struct diag *note = all[i]->notes; note; note = note->next)
            print_one(&p, note);
    }
}
