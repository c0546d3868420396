#include "lower/report.h"

#include <string.h>

#include "lower/cfg.h"
#include "lower/lower.h"

static const char *user_name(const struct async *a)
{
    return a->fn->symbol->name->text;
}

static void place_print(struct unit *u, uint32_t token, FILE *out)
{
    struct origin o = token_origin(u, token);
    fprintf(out, "%s:%u", u->files[o.file].path, u->tokens[token].line);
}

// --- cfg --------------------------------------------------------------------------------------------------------------------------------

static void event_print(const struct async *a, const struct event *e, FILE *out)
{
    switch (e->kind) {
    case EVENT_USE:
        fprintf(out, " use %s", a->locals[e->index]->name);
        return;
    case EVENT_DEF:
        fprintf(out, " def %s", a->locals[e->index]->name);
        return;
    case EVENT_ENTER:
        fprintf(out, " enter %u", e->index + 1);
        return;
    case EVENT_POINT:
        fprintf(out, " point %u", e->index + 1);
        return;
    }
}

static void block_print(const struct async *a, const struct block *b, FILE *out)
{
    fprintf(out, "  block %u%s:", b->number, b->is_reachable ? "" : " (unreachable)");
    for (uint32_t i = 0; i < b->event_count; i++)
        event_print(a, &b->events[i], out);
    fputs(" →", out);
    for (uint32_t i = 0; i < b->next_count; i++)
        fprintf(out, " %u", b->next[i]->number);
    fputs(b == a->cfg->end ? " end\n" : "\n", out);
}

void cfg_dump(struct unit *u, FILE *out)
{
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        fprintf(out, "function %s\n", user_name(a));
        for (uint32_t i = 0; i < a->cfg->count; i++)
            if (a->cfg->blocks[i]->event_count || a->cfg->blocks[i]->next_count)
                block_print(a, a->cfg->blocks[i], out);
    }
}

// --- liveness ---------------------------------------------------------------------------------------------------------------------------

static void point_head(struct unit *u, const struct point *p, FILE *out)
{
    fprintf(out, "  point %u, line %u:", p->number, u->tokens[p->at.lo].line);
}

void live_dump(struct unit *u, FILE *out)
{
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        fprintf(out, "function %s\n", user_name(a));
        for (uint32_t i = 0; i < a->point_count; i++) {
            point_head(u, a->points[i], out);
            for (uint32_t k = 0; k < a->points[i]->kept_count; k++)
                if (point_keeps(a->points[i], a->points[i]->kept[k]))
                    fprintf(out, " %s", a->points[i]->kept[k]->name);
            fputc('\n', out);
        }
    }
}

// --- edits ------------------------------------------------------------------------------------------------------------------------------

static void edit_print(struct unit *u, const char *what, const struct edit *e, FILE *out)
{
    if (!e)
        return;
    place_print(u, e->line_token, out);
    fprintf(out, " %s", what);
    if (e->span.hi > e->span.lo)
        fprintf(out, " '%s'", span_text(u, e->span));
    fputs(": ", out);
    for (const char *c = e->text; *c; c++)
        fputc(*c == '\n' || *c == '\f' ? '|' : *c, out);
    fputc('\n', out);
}

void edits_dump(struct unit *u, FILE *out)
{
    const struct edits *all = &u->lowering->edits;
    for (uint32_t i = 0; i < all->token_count; i++) {
        for (const struct edit *e = edits_at(all, i)->before; e; e = e->next)
            edit_print(u, "before", e, out);
        edit_print(u, "replace", edits_at(all, i)->replace, out);
        for (const struct edit *e = edits_at(all, i)->after; e; e = e->next)
            edit_print(u, "after", e, out);
    }
}
