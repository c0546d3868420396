// Which suspension points can come next?
//   next(p) = the first point on each path through the CFG that begins behind p; `return` when a path ends before one
//   next(start) likewise from the entry
#include "lower/states.h"

#include "lower/cfg.h"
#include "lower/lower.h"

// One search from one place. State 0 is the start, 1 to point_count are the points, the last is the return.
struct search {
    const struct async *a;
    bool *seen;                 // by block number
    bool *next;                 // by state
    const struct block **open;  // seen, and not gone through yet
    uint32_t open_count;
};

static void search_add(struct search *s, const struct block *b)
{
    if (s->seen[b->number])
        return;
    s->seen[b->number] = true;
    s->open[s->open_count++] = b;
}

// From an event of a block on.
static void search_from(struct search *s, const struct block *b, uint32_t event)
{
    for (uint32_t i = event; i < b->event_count; i++)
        if (b->events[i].kind == EVENT_POINT) {
            s->next[b->events[i].index + 1] = true;
            return;
        }
    if (!b->next_count)
        s->next[s->a->point_count + 1] = true;
    for (uint32_t i = 0; i < b->next_count; i++)
        search_add(s, b->next[i]);
}

static void search_behind(struct search *s, uint32_t state)
{
    const struct cfg *cfg = s->a->cfg;
    if (state == 0)
        search_add(s, cfg->entry);
    for (uint32_t b = 0; state > 0 && b < cfg->count; b++)
        for (uint32_t i = 0; i < cfg->blocks[b]->event_count; i++) {
            const struct event *e = &cfg->blocks[b]->events[i];
            if (e->kind == EVENT_POINT && e->index + 1 == state)
                search_from(s, cfg->blocks[b], i + 1);
        }
    while (s->open_count)
        search_from(s, s->open[--s->open_count], 0);
}

static uint32_t line_of(struct unit *u, const struct async *a, uint32_t state)
{
    struct origin at = token_origin(u, a->points[state - 1]->at.lo);
    return file_place(u, at.file, at.lo).line;
}

static void print_state(struct unit *u, const struct async *a, uint32_t state, FILE *out)
{
    if (state == 0)
        fputs("start", out);
    else if (state > a->point_count)
        fputs("return", out);
    else
        fprintf(out, "%u (line %u)", state, line_of(u, a, state));
}

typedef void print_edge(struct unit *u, const struct async *a, uint32_t from, uint32_t to, FILE *out);

static void each_edge(struct unit *u, const struct async *a, print_edge *print, FILE *out)
{
    struct search s = { .a = a };
    s.seen = NEW_ARRAY(&u->arena, bool, a->cfg->count);
    s.next = NEW_ARRAY(&u->arena, bool, a->point_count + 2);
    s.open = NEW_ARRAY(&u->arena, const struct block *, a->cfg->count);
    for (uint32_t from = 0; from <= a->point_count; from++) {
        for (uint32_t i = 0; i < a->cfg->count; i++)
            s.seen[i] = false;
        for (uint32_t i = 0; i <= a->point_count + 1; i++)
            s.next[i] = false;
        search_behind(&s, from);
        for (uint32_t to = 1; to <= a->point_count + 1; to++)
            if (s.next[to])
                print(u, a, from, to, out);
    }
}

static void text_edge(struct unit *u, const struct async *a, uint32_t from, uint32_t to, FILE *out)
{
    fprintf(out, "%s: ", a->name);
    print_state(u, a, from, out);
    fputs(" -> ", out);
    print_state(u, a, to, out);
    fputc('\n', out);
}

static void dot_edge(struct unit *u, const struct async *a, uint32_t from, uint32_t to, FILE *out)
{
    (void)u;
    fprintf(out, "        %s_%u -> %s_%u;\n", a->name, from, a->name, to);
}

void states_dump(struct unit *u, FILE *out)
{
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        each_edge(u, a, text_edge, out);
}

void dot_dump(struct unit *u, FILE *out)
{
    fputs("digraph states {\n    node [shape=box];\n", out);
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        fprintf(out, "    subgraph cluster_%s {\n        label=\"%s\";\n", a->name, a->name);
        for (uint32_t state = 0; state <= a->point_count + 1; state++) {
            fprintf(out, "        %s_%u [label=\"", a->name, state);
            print_state(u, a, state, out);
            fputs("\"];\n", out);
        }
        each_edge(u, a, dot_edge, out);
        fputs("    }\n", out);
    }
    fputs("}\n", out);
}
