// Reads the lowered text with its #line directives and puts each changed line under the line of the source it came from.
//
//     // 9:     total += await ac_write_all(fd, buf, n);
//         … what lowering made of line 9
//
// Untouched lines stand as they are.
#include "lower/interleave.h"

#include <stdlib.h>
#include <string.h>

struct line {
    const char *text;           // without the newline
    size_t len;
};

// The lines of the main file, and where we are in the lowered text.
struct interleaving {
    struct line *lines;
    uint32_t count;
    uint32_t at;                // source line of the next lowered line, from 1
    bool in_main;               // it is in the main file
    uint32_t shown;             // source line that was last shown as a comment
};

static struct line next_line(const char **at, const char *end)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    struct line l = { *at, (size_t)((newline ? newline : end) - *at) };
    *at = newline ? newline + 1 : end;
    return l;
}

static void split_source(struct unit *u, struct interleaving *w)
{
    const char *at = file_text(u, 0), *end = at + u->files[0].len;
    uint32_t count = 1;
    for (const char *p = at; p < end; p++)
        count += *p == '\n';
    w->lines = NEW_ARRAY(&u->arena, struct line, count);
    while (at < end)
        w->lines[w->count++] = next_line(&at, end);
}

// Whether the line is a #line directive, which is then obeyed.
static bool read_directive(const struct unit *u, struct interleaving *w, struct line l)
{
    static const char word[] = "#line ";
    if (l.len < sizeof word || memcmp(l.text, word, sizeof word - 1))
        return false;
    char *rest;
    w->at = (uint32_t)strtoul(l.text + sizeof word - 1, &rest, 10);
    if (rest[0] == ' ' && rest[1] == '"') {
        size_t len = strlen(u->path);
        w->in_main = (size_t)(l.text + l.len - rest) == len + 3 && !memcmp(rest + 2, u->path, len);
    }
    return true;
}

static void print_line(struct interleaving *w, struct line l, FILE *out)
{
    bool known = w->in_main && w->at >= 1 && w->at <= w->count;
    const struct line *source = known ? &w->lines[w->at - 1] : NULL;
    bool same = source && source->len == l.len && !memcmp(source->text, l.text, l.len);
    if (source && !same && w->shown != w->at)
        fprintf(out, "// %u: %.*s\n", w->at, (int)source->len, source->text);
    w->shown = same ? 0 : w->at;
    fprintf(out, "%.*s\n", (int)l.len, l.text);
}

void interleaved_print(struct unit *u, const struct buf *lowered, FILE *out)
{
    struct interleaving w = { .at = 1, .in_main = true };
    split_source(u, &w);
    const char *at = lowered->bytes, *end = at + lowered->len;
    while (at < end) {
        struct line l = next_line(&at, end);
        if (read_directive(u, &w, l))
            continue;
        print_line(&w, l, out);
        w.at++;
    }
}
