// What is computed again when a function goes on, rather than loaded, is what it was.
//
//     long end = at + 8;                  the only value that `end` ever gets, as `at` gets none
//     …
//     __coro_resume_1:;
//         at = ac_self->at1.at, end = at + 8;
//
// The expression is that which gave the local its value, and nothing in it that is a local gets another one.
#include "lower/lowered_read.h"

#include <string.h>

#include "lower/walk.h"

struct again {
    struct walk walk;
    struct unit *u;
    struct lowered_cfg *cfg;
    const struct step **set;    // by local: what gives it a value; the last one
    uint32_t *sets;             // how many do
    const struct step *step;    // that is asked for
    const char *changed;        // a local in its expression that gets more than one value
};

static bool is_set(const struct step *s)
{
    bool has_value = s->kind == STEP_SET || s->kind == STEP_CHANGE || s->kind == STEP_POINT;
    return has_value && !s->is_at_site && !s->is_again && !s->is_passed;
}

static bool is_same_text(struct unit *u, struct span a, struct span b)
{
    if (a.hi - a.lo != b.hi - b.lo)
        return false;
    for (uint32_t i = 0; i < a.hi - a.lo; i++) {
        const struct token *s = &u->tokens[a.lo + i], *t = &u->tokens[b.lo + i];
        if (s->len != t->len || memcmp(u->text + s->text, u->text + t->text, s->len) != 0)
            return false;
    }
    return true;
}

static void find_changed(struct walk *w, struct expr *e)
{
    struct again *a = (struct again *)w;
    const struct symbol *s = e->kind == EXPR_NAME ? e->name.symbol : NULL;
    for (uint32_t i = 0; s && s != a->cfg->self && i < a->cfg->local_count; i++)
        if (a->cfg->locals[i].symbol == s && a->sets[i] > (s->is_param ? 0u : 1u))
            a->changed = s->name->text;
}

static void judge_again(struct again *a, const struct step *s)
{
    const struct symbol *local = a->cfg->locals[s->local].symbol;
    const char *name = local->name->text;
    const struct step *set = a->set[s->local];
    a->changed = NULL;
    walk_expr(&a->walk, s->value);
    if (a->sets[s->local] != 1 || !set->value || !is_same_text(a->u, set->value->span, s->value->span))
        diag_error(a->u, ERROR_LOWERING, s->span, "'%s' gets another value here than it had", name);
    else if (a->changed)
        diag_error(a->u, ERROR_LOWERING, s->span, "'%s' is computed here from '%s', which may have changed", name, a->changed);
}

// Those of generated code hold what has just been returned.
static bool is_users(const struct again *a, const struct step *s)
{
    return strncmp(a->cfg->locals[s->local].symbol->name->text, "ac_", 3) != 0;
}

void lowered_again_check(struct unit *u, struct lowered_cfg *cfg)
{
    struct again a = { .walk = { .expr = find_changed }, .u = u, .cfg = cfg };
    a.set = NEW_ARRAY(&u->fn, const struct step *, cfg->local_count);
    a.sets = NEW_ARRAY(&u->fn, uint32_t, cfg->local_count);
    for (uint32_t b = 0; b < cfg->count; b++)
        for (uint32_t i = 0; i < cfg->blocks[b]->step_count; i++) {
            const struct step *s = &cfg->blocks[b]->steps[i];
            if (!is_set(s))
                continue;
            a.set[s->local] = s;
            a.sets[s->local]++;
        }
    for (uint32_t b = 0; b < cfg->count; b++)
        for (uint32_t i = 0; i < cfg->blocks[b]->step_count; i++) {
            const struct step *s = &cfg->blocks[b]->steps[i];
            if (s->kind == STEP_SET && s->is_at_site && !s->is_again && s->value && is_users(&a, s))
                judge_again(&a, s);
        }
}
