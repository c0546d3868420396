// Which followed locals has something given a value?
//   given(b) = those that something on a way to the beginning of b has; a declaration without an initialiser takes it away again,
//   since its block is entered anew
// Followed are tracked locals (live.c, apart.c), to which each event may give one, and scalars of which check_unset.c asks: what is
// made of no value is none, so `all += n` gives none to `all`.
#include "lower/given.h"

#include <string.h>

#include "lower/bits.h"
#include "lower/lower.h"

void given_behind(const struct async *a, const struct event *e, uint64_t *given)
{
    const struct local *v = event_is_of_point(e) ? NULL : a->locals[e->index];
    bool is_same = v && v->starts_unset && (e->kind == EVENT_USE || e->is_update);
    if (v && v->is_followed && !is_same)
        bit_put(given, v->followed, !e->is_unset);
}

static bool join(uint64_t *to, const uint64_t *from, uint32_t words)
{
    bool grows = false;
    for (uint32_t w = 0; w < words; w++) {
        grows |= (from[w] & ~to[w]) != 0;
        to[w] |= from[w];
    }
    return grows;
}

// What b changes at the beginnings of the blocks behind it. Whether one in front of it has grown.
static bool pass(const struct async *a, const struct block *b, uint64_t *given, uint32_t words)
{
    bool goes_back = false;
    memcpy(given, b->given, words * sizeof *given);
    for (uint32_t i = 0; i < b->event_count; i++)
        given_behind(a, &b->events[i], given);
    for (uint32_t i = 0; i < b->next_count; i++)
        goes_back |= join(b->next[i]->given, given, words) && b->next[i]->number <= b->number;
    return goes_back;
}

// Forward, in the order of blocks, which is nearly that of control.
void given_compute(struct unit *u, struct async *a)
{
    const struct cfg *c = a->cfg;
    const uint32_t words = bit_words(a->followed_count);
    if (!words)
        return;
    uint64_t *sets = NEW_ARRAY(&u->fn, uint64_t, (c->count + 1) * (size_t)words), *given = sets + c->count * (size_t)words;
    for (uint32_t i = 0; i < c->count; i++)
        c->blocks[i]->given = sets + i * (size_t)words;
    for (uint32_t i = 0; i < a->local_count; i++)
        if (a->locals[i]->is_followed && a->locals[i]->symbol->is_param)
            bit_put(c->entry->given, a->locals[i]->followed, true);
    for (bool changes = true; changes;) {
        changes = false;
        for (uint32_t i = 0; i < c->count; i++)
            if (c->blocks[i]->is_reachable)
                changes |= pass(a, c->blocks[i], given, words);
    }
}
