// Blocks, edges and events: the graph of one function, before statements and expressions fill it and when they have.
//
// in:   a function whose awaits were hoisted (hoist.c), and the endings of its blocks (parser/ends.c)
// out:  a->cfg, a->has_end; which arms of `await any` are fallen into
//
//     int n = 0;                  block 0: def n → 2
//     while (n < 3)               block 2: use n → 3 4
//         n += await f(n);        block 3: enter 1 use n point 1 def ac_r1 use n use ac_r1 def n → 2
//     return n;                   block 4: use n →
#include "lower/cfg.h"

#include "lower/cfg_build.h"
#include "lower/lower.h"
#include "parser/ends.h"

struct block *cfg_block(struct builder *b)
{
    struct cfg *c = b->cfg;
    c->blocks = arena_grow(&b->u->fn, c->blocks, c->count, &c->capacity, sizeof *c->blocks);
    struct block *n = NEW(&b->u->fn, struct block);
    n->number = c->count;
    c->blocks[c->count++] = n;
    return n;
}

void cfg_edge(struct builder *b, struct block *from, struct block *to)
{
    from->next = arena_grow(&b->u->fn, from->next, from->next_count, &from->next_capacity, sizeof *from->next);
    from->next[from->next_count++] = to;
}

// assert(!"why it does not come to this")
static bool is_text(const struct expr *test, bool *outcome)
{
    for (; test && (test->kind == EXPR_PAREN || (test->kind == EXPR_UNARY && test->unary.op == '!'));
         test = test->kind == EXPR_PAREN ? test->paren.inner : test->unary.operand)
        *outcome ^= test->kind == EXPR_UNARY;
    return test && test->kind == EXPR_STRING;
}

void cfg_edge_if(struct builder *b, struct block *from, struct block *to, const struct expr *test, bool outcome)
{
    bool never = test ? test->is_constant && (test->value != 0) != outcome : !outcome;
    if (!never)
        cfg_edge(b, from, to);
    if (is_text(test, &outcome) && !outcome)
        from->unmeant = to;
}

void cfg_jump(struct builder *b, struct block *to)
{
    cfg_edge(b, b->at, to);
    b->at = cfg_block(b);
}

void cfg_enter(struct builder *b, struct block *to)
{
    cfg_edge(b, b->at, to);
    b->at = to;
}

void cfg_event(struct builder *b, enum event_kind kind, uint32_t index, const struct expr *value)
{
    struct block *at = b->at;
    at->events = arena_grow(&b->u->fn, at->events, at->event_count, &at->event_capacity, sizeof *at->events);
    at->events[at->event_count++] = (struct event){ .kind = kind, .index = index, .value = value };
}

static bool takes_part(const struct local *l)
{
    return l && (l->class != LOCAL_PLAIN || l->is_followed);
}

void cfg_use_as(struct builder *b, struct local *l, const struct expr *name)
{
    if (l)
        l->is_read = true;
    if (takes_part(l))
        cfg_event(b, EVENT_USE, l->index, name);
}

void cfg_use(struct builder *b, struct local *l)
{
    cfg_use_as(b, l, NULL);
}

void cfg_define_as(struct builder *b, const struct local *l, const struct expr *value)
{
    if (takes_part(l))
        cfg_event(b, EVENT_DEF, l->index, value);
}

void cfg_define(struct builder *b, const struct local *l)
{
    cfg_define_as(b, l, NULL);
}

void cfg_unset(struct builder *b, const struct local *l)
{
    cfg_define(b, l);
    if (takes_part(l))
        b->at->events[b->at->event_count - 1].is_unset = true;
}

void cfg_update(struct builder *b, const struct local *l)
{
    cfg_define(b, l);
    if (takes_part(l))
        b->at->events[b->at->event_count - 1].is_update = true;
}

void cfg_point(struct builder *b, const struct point *p)
{
    cfg_event(b, EVENT_POINT, p->number - 1, NULL);
}

static void labels_open(struct builder *b)
{
    uint32_t count = 0;
    for (struct label *l = b->a->fn->labels; l; l = l->next)
        l->number = count++;
    b->labels = NEW_ARRAY(&b->u->fn, struct block *, count + 1);
    b->computed = cfg_block(b);
    for (struct label *l = b->a->fn->labels; l; l = l->next) {
        b->labels[l->number] = cfg_block(b);
        if (l->is_address_taken)
            cfg_edge(b, b->computed, b->labels[l->number]);
    }
}

static void ends_open(struct builder *b)
{
    uint32_t count = b->a->fn->ends ? b->a->fn->ends->ending_count : 0;
    b->endings = NEW_ARRAY(&b->u->fn, struct block *, count + 1);
    b->ends = NEW_ARRAY(&b->u->fn, struct block *, count + 1);
    for (uint32_t i = 1; i <= count; i++) {
        b->endings[i] = cfg_block(b);
        b->ends[i] = cfg_block(b);
    }
}

static void mark_reachable(struct builder *b)
{
    struct block **stack = NEW_ARRAY(&b->u->fn, struct block *, b->cfg->count + 1);
    uint32_t depth = 0;
    b->cfg->entry->is_reachable = true;
    stack[depth++] = b->cfg->entry;
    while (depth > 0) {
        struct block *n = stack[--depth];
        for (uint32_t i = 0; i < n->next_count; i++)
            if (!n->next[i]->is_reachable) {
                n->next[i]->is_reachable = true;
                stack[depth++] = n->next[i];
            }
    }
}

void cfg_build(struct unit *u, struct async *a)
{
    a->cfg = NEW(&u->fn, struct cfg);
    struct builder b = {.u = u, .a = a, .cfg = a->cfg};
    b.at = a->cfg->entry = cfg_block(&b);
    labels_open(&b);
    ends_open(&b);
    cfg_body(&b);
    mark_reachable(&b);
    cfg_falls_check(&b);
    a->has_end = a->cfg->end->is_reachable;
}
