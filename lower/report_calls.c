#include "lower/report_calls.h"

#include <inttypes.h>

#include "lower/lower.h"

static const char *name_of_async(const struct async *a)
{
    return a->fn->symbol->name->text;
}

// The function of this unit that a point calls, wherever its frame lies; NULL: of another unit, or not known.
static const struct async *called(const struct unit *u, const struct point *p)
{
    if (p->callee_async)
        return p->callee_async;
    for (const struct async *a = u->lowering->asyncs; p->callee && a; a = a->next)
        if (a->fn->symbol == p->callee)
            return a;
    return NULL;
}

const char *point_callee(const struct point *p)
{
    switch (p->kind) {
    case CALLEE_EMBEDDED: case CALLEE_LEAF: case CALLEE_OUTSIDE:
        return p->callee ? p->callee->name->text : "a pointer";
    case CALLEE_OBJECT:
        return "a frame object";
    case CALLEE_NONE: case CALLEE_HANDLE: case CALLEE_ALL: case CALLEE_ANY:
        return NULL;
    }
    __builtin_unreachable();
}

static const char *children_waited_for(const struct point *p)
{
    if (p->is_drop)
        return "children whose handles are left";
    if (p->stmt && p->stmt->kind == STMT_AWAIT_ALL)
        return "children";
    return p->stmt && p->stmt->kind == STMT_DEFER ? "children of a deferred statement" : "children before it returns";
}

const char *point_waits_for(const struct point *p)
{
    switch (p->kind) {
    case CALLEE_HANDLE:
        return "a child";
    case CALLEE_ALL:
        return children_waited_for(p);
    case CALLEE_NONE: case CALLEE_EMBEDDED: case CALLEE_LEAF: case CALLEE_OUTSIDE: case CALLEE_OBJECT: case CALLEE_ANY:
        return NULL;
    }
    __builtin_unreachable();
}

// --- what is needed ----------------------------------------------------------------------------------------------------------

enum progress { NOT_YET, AT_WORK, DONE };

struct summing {
    struct unit *u;
    struct need *needs;
    enum progress *progress;
};

static void sum_function(struct summing *s, const struct async *a);

static uint32_t line_of(const struct summing *s, const struct point *p)
{
    return s->u->tokens[p->at.lo].line;
}

// What a point takes outside the frame that it is in.
static struct need outside_at(struct summing *s, const struct point *p)
{
    const struct async *callee = called(s->u, p);
    bool is_outside = p->kind == CALLEE_OUTSIDE;
    if (!is_outside && p->kind != CALLEE_EMBEDDED)
        return (struct need){ 0 };
    if (!callee)
        return (struct need){ 0, "a callee of which only the type is known", line_of(s, p), false };
    if (s->progress[callee->order] == AT_WORK)
        return (struct need){ 0, "it calls itself", line_of(s, p), false };
    sum_function(s, callee);
    struct need n = s->needs[callee->order];
    if (!n.unbounded)
        n.bytes += is_outside ? 2u * s->u->target->size_pointer : (uint64_t)0 - callee->frame_size;
    return n;
}

static void take_larger(struct need *most, struct need n)
{
    bool starts = most->starts || n.starts;
    if (!most->unbounded && (n.unbounded || n.bytes > most->bytes))
        *most = n;
    most->starts = starts;
}

static void sum_function(struct summing *s, const struct async *a)
{
    if (s->progress[a->order] == DONE)
        return;
    s->progress[a->order] = AT_WORK;
    struct need most = { .starts = a->has_children };
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        struct need all = outside_at(s, p);
        for (const struct point *arm = p->any ? p->any->arms : NULL; arm && !all.unbounded; arm = arm->next_in_region) {
            struct need n = outside_at(s, arm);
            n.bytes += all.bytes;
            n.starts |= all.starts;
            all = n;
        }
        if (p->is_reachable)
            take_larger(&most, all);
    }
    if (a->has_blocks && !most.unbounded)
        most = (struct need){ 0, "arrays of variable size, or alloca", s->u->tokens[a->fn->decl->span.lo].line, most.starts };
    most.bytes += a->frame_size;
    s->needs[a->order] = most;
    s->progress[a->order] = DONE;
}

struct need *frames_needed(struct unit *u)
{
    uint32_t count = 0;
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        count = a->order > count ? a->order : count;
    struct summing s = { u, NEW_ARRAY(&u->arena, struct need, count + 1), NEW_ARRAY(&u->arena, enum progress, count + 1) };
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        sum_function(&s, a);
    return s.needs;
}

// --- the tree ----------------------------------------------------------------------------------------------------------------

struct tree {
    struct unit *u;
    FILE *out;
    bool *is_shown, *is_called;
};

static void print_function(struct tree *t, const struct async *a, int depth);

static const char *place_said(const struct point *p)
{
    return p->is_plain ? ", never suspends" : p->kind == CALLEE_OUTSIDE ? ", outside" : point_is_fused(p) ? ", fused" : "";
}

static void print_call(struct tree *t, const struct point *p, int depth)
{
    const char *callee = point_callee(p), *place = place_said(p);
    const struct async *a = called(t->u, p);
    if (point_waits_for(p))
        fprintf(t->out, "  %*swaits for %s, line %u\n", 2 * depth, "", point_waits_for(p), t->u->tokens[p->at.lo].line);
    if (!callee)
        return;
    uint64_t bytes = a ? a->frame_size : p->child_size;
    fprintf(t->out, "  %*s%s", 2 * depth, "", callee);
    if (bytes && !p->is_plain)
        fprintf(t->out, " %" PRIu64, bytes);
    fprintf(t->out, ", line %u%s%s\n", t->u->tokens[p->at.lo].line, place,
            a && (a->point_count || a->plains) && t->is_shown[a->order] ? ", see above" : "");
    if (a)
        print_function(t, a, depth + 1);
}

static void print_function(struct tree *t, const struct async *a, int depth)
{
    if (t->is_shown[a->order])
        return;
    t->is_shown[a->order] = true;
    for (uint32_t i = 0; i < a->point_count; i++) {
        print_call(t, a->points[i], depth);
        for (const struct point *arm = a->points[i]->any ? a->points[i]->any->arms : NULL; arm; arm = arm->next_in_region)
            print_call(t, arm, depth);
    }
    for (const struct point *p = a->plains; p; p = p->next_in_region)
        print_call(t, p, depth);
}

static void find_called(struct tree *t, const struct async *a)
{
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        const struct async *callee = called(t->u, p);
        if (callee && callee != a)
            t->is_called[callee->order] = true;
        for (p = p->any ? p->any->arms : NULL; p; p = p->next_in_region)
            if ((callee = called(t->u, p)))
                t->is_called[callee->order] = true;
    }
}

static void print_root(struct tree *t, const struct async *a, const struct need *n)
{
    fprintf(t->out, "calls of '%s'\n  %s %" PRIu64 "\n", name_of_async(a), name_of_async(a), a->frame_size);
    print_function(t, a, 1);
    if (n->unbounded)
        fprintf(t->out, "  frames without bound: %s, line %u\n", n->unbounded, n->line);
    else
        fprintf(t->out, "  frames: at most %" PRIu64 " bytes%s\n", n->bytes, n->starts ? ", without the children that are started" : "");
}

void calls_print(struct unit *u, const struct need *needs, FILE *out)
{
    uint32_t count = 0;
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        count = a->order > count ? a->order : count;
    struct tree t = { u, out, NEW_ARRAY(&u->arena, bool, count + 1), NEW_ARRAY(&u->arena, bool, count + 1) };
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        find_called(&t, a);
    for (int round = 0; round < 2; round++)             // what only calls each other has no root
        for (const struct async *a = u->lowering->asyncs; a; a = a->next)
            if (!a->is_plain && !t.is_shown[a->order] && (round || !t.is_called[a->order]))
                print_root(&t, a, &needs[a->order]);
}
