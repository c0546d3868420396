// -Wuninitialized: a scalar is read that nothing has given a value, on no path to this place. The C compiler is not asked: in the
// lowered function there are ways from each suspension point to the end of the function and back.
//
//     int n; return n;                                     →    'n' is read here and has no value
//     int n; if (x) n = 1; return n;                       // on some paths it has one: says nothing
//     int n; (void)n;                                      // nothing is made of it
#include "lower/check_unset.h"

#include <string.h>

#include "lower/bits.h"
#include "lower/cfg.h"
#include "lower/given.h"

// The first name, by place, that reads each followed local without a value.
struct unset {
    const struct async *a;
    const struct expr **reads;
    uint64_t *given;
};

static void visit_block(struct unset *s, const struct block *b)
{
    memcpy(s->given, b->given, bit_words(s->a->followed_count) * sizeof *s->given);
    for (uint32_t i = 0; i < b->event_count; i++) {
        const struct event *e = &b->events[i];
        const struct local *v = e->kind == EVENT_USE && e->value ? s->a->locals[e->index] : NULL;
        if (v && v->starts_unset && !bit_has(s->given, v->followed)) {
            const struct expr **read = &s->reads[v->followed];
            if (!*read || e->value->span.lo < (*read)->span.lo)
                *read = e->value;
        }
        given_behind(s->a, e, s->given);
    }
}

static void report(struct unit *u, const struct local *v, const struct expr *read)
{
    const char *name = v->symbol->name->text;
    struct diag *d = diag_warn(u, WARNING_UNINITIALIZED, read->span, "'%s' is read here and has no value", name);
    diag_note(u, d, v->symbol->span, "'%s' is declared here", name);
}

void check_unset(struct unit *u, const struct async *a)
{
    if (a->followed_count == a->tracked_count)
        return;
    struct unset s = { .a = a };
    s.reads = NEW_ARRAY(&u->fn, const struct expr *, a->followed_count);
    s.given = NEW_ARRAY(&u->fn, uint64_t, bit_words(a->followed_count));
    for (uint32_t i = 0; i < a->cfg->count; i++)
        if (a->cfg->blocks[i]->is_reachable)
            visit_block(&s, a->cfg->blocks[i]);
    for (uint32_t i = 0; i < a->local_count; i++) {
        const struct local *v = a->locals[i];
        if (v->starts_unset && s.reads[v->followed] && !v->is_changed && !v->is_of_asm)
            report(u, v, s.reads[v->followed]);
    }
}
