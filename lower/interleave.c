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

// A line of the lowered text and the source line it belongs to; 0: to none.
struct lowered_line {
    struct line line;
    uint32_t at;
};

struct interleaving {
    struct line *source;        // lines of the main file
    uint32_t source_count;
    struct lowered_line *lowered;
    uint32_t count;
    uint32_t run;               // the first one after the last directive
    uint32_t at;                // source line of the next lowered line, from 1
    bool in_main;               // it is in the main file
};

static struct line next_line(const char **at, const char *end)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    struct line l = { *at, (size_t)((newline ? newline : end) - *at) };
    *at = newline ? newline + 1 : end;
    return l;
}

static uint32_t count_lines(const char *at, const char *end)
{
    uint32_t count = 1;
    for (; at < end; at++)
        count += *at == '\n';
    return count;
}

static void split_source(struct unit *u, struct interleaving *w)
{
    const char *at = file_text(u, 0), *end = at + u->files[0].len;
    w->source = NEW_ARRAY(&u->arena, struct line, count_lines(at, end));
    while (at < end)
        w->source[w->source_count++] = next_line(&at, end);
}

// Declarations that lowering adds have no directive of their own; the next one goes back over them, and so tells them.
// A single line that it goes back over is one with more to come.
static void forget_added(struct interleaving *w, uint32_t back_to)
{
    uint32_t first = w->count;
    while (first > w->run && w->lowered[first - 1].at >= back_to)
        first--;
    for (uint32_t i = first; w->count - first > 1 && i < w->count; i++)
        w->lowered[i].at = 0;
}

// Whether the line is a #line directive, which is then obeyed.
static bool read_directive(const struct unit *u, struct interleaving *w, struct line l)
{
    static const char word[] = "#line ";
    if (l.len < sizeof word || memcmp(l.text, word, sizeof word - 1))
        return false;
    char *rest;
    uint32_t at = (uint32_t)strtoul(l.text + sizeof word - 1, &rest, 10);
    bool was_in_main = w->in_main;
    if (rest[0] == ' ' && rest[1] == '"') {
        size_t len = strlen(u->path);
        w->in_main = (size_t)(l.text + l.len - rest) == len + 3 && !memcmp(rest + 2, u->path, len);
    }
    if (was_in_main && w->in_main)
        forget_added(w, at);
    w->at = at;
    w->run = w->count;
    return true;
}

static void read_lowered(struct unit *u, struct interleaving *w, const struct buf *text)
{
    const char *at = text->bytes, *end = at + text->len;
    w->lowered = NEW_ARRAY(&u->arena, struct lowered_line, count_lines(at, end));
    while (at < end) {
        struct line l = next_line(&at, end);
        if (read_directive(u, w, l))
            continue;
        w->lowered[w->count++] = (struct lowered_line){ l, w->in_main ? w->at : 0 };
        w->at++;
    }
}

void interleaved_print(struct unit *u, const struct buf *text, FILE *out)
{
    struct interleaving w = { .at = 1 };
    uint32_t shown = 0;
    if (!text->len)
        return;
    split_source(u, &w);
    read_lowered(u, &w, text);
    for (uint32_t i = 0; i < w.count; i++) {
        struct line l = w.lowered[i].line;
        uint32_t at = w.lowered[i].at;
        const struct line *source = at && at <= w.source_count ? &w.source[at - 1] : NULL;
        bool same = source && source->len == l.len && !memcmp(source->text, l.text, l.len);
        if (source && !same && shown != at)
            fprintf(out, "// %u: %.*s\n", at, (int)source->len, source->text);
        shown = source ? at : shown;
        fprintf(out, "%.*s\n", (int)l.len, l.text);
    }
}
