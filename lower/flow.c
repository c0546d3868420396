#include "lower/flow.h"

#include <string.h>

static void filter(const struct flow *f, const struct lowered_block *b, uint64_t *set)
{
    for (uint32_t bit = 0; f->region && bit < f->bits; bit++)
        if (bit_has(set, bit) && !region_contains(f->region(f, bit), b->region))
            bit_put(set, bit, false);
}

void flow_start(const struct flow *f, const struct lowered_block *b, uint64_t *set)
{
    memcpy(set, f->in[b->number], f->words * sizeof *set);
}

static void pass(const struct flow *f, const struct lowered_block *b, uint64_t *set)
{
    flow_start(f, b, set);
    for (uint32_t n = 0; n < b->step_count; n++)
        f->apply(f, set, b, f->is_backward ? b->step_count - 1 - n : n);
}

// Whether in(to) changes by what comes out of a block.
static bool join(struct unit *u, struct flow *f, const struct lowered_block *to, uint64_t *set)
{
    uint64_t *in = f->in[to->number];
    bool changes = !in;
    filter(f, to, set);
    if (!in) {
        in = f->in[to->number] = NEW_ARRAY(&u->fn, uint64_t, f->words);
        memcpy(in, set, f->words * sizeof *set);
        f->out[to->number] = NEW_ARRAY(&u->fn, uint64_t, f->words);
        return true;
    }
    for (uint32_t i = 0; i < f->words; i++) {
        uint64_t joined = f->is_must ? in[i] & set[i] : in[i] | set[i];
        changes |= joined != in[i];
        in[i] = joined;
    }
    return changes;
}

struct worklist {
    const struct lowered_block **open;
    bool *is_open;
    uint32_t head, count, size;
};

static void open_block(struct worklist *w, const struct lowered_block *b)
{
    if (w->is_open[b->number])
        return;
    w->is_open[b->number] = true;
    w->open[(w->head + w->count++) % w->size] = b;
}

static void start(struct unit *u, struct flow *f, struct worklist *w)
{
    uint64_t *none = NEW_ARRAY(&u->fn, uint64_t, f->words);
    for (uint32_t i = 0; i < f->cfg->count; i++) {
        const struct lowered_block *b = f->cfg->blocks[i];
        if (f->is_backward || i == 0) {
            join(u, f, b, none);
            open_block(w, b);
        }
    }
}

void flow_solve(struct unit *u, struct flow *f)
{
    uint32_t count = f->cfg->count;
    f->words = f->bits / 64 + 1;
    f->in = NEW_ARRAY(&u->fn, uint64_t *, count);
    f->out = NEW_ARRAY(&u->fn, uint64_t *, count);
    struct worklist w = { NEW_ARRAY(&u->fn, const struct lowered_block *, count), NEW_ARRAY(&u->fn, bool, count), 0, 0, count };
    uint64_t *set = NEW_ARRAY(&u->fn, uint64_t, f->words);
    start(u, f, &w);
    while (w.count) {
        const struct lowered_block *b = w.open[w.head];
        w.head = (w.head + 1) % w.size;
        w.count--;
        w.is_open[b->number] = false;
        pass(f, b, set);
        memcpy(f->out[b->number], set, f->words * sizeof *set);
        uint32_t next_count = f->is_backward ? b->before_count : b->next_count;
        for (uint32_t i = 0; i < next_count; i++) {
            const struct lowered_block *to = f->is_backward ? b->before[i] : b->next[i];
            memcpy(set, f->out[b->number], f->words * sizeof *set);
            if (join(u, f, to, set))
                open_block(&w, to);
        }
    }
}
