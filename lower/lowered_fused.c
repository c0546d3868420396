// Functions that are part of their caller's machine, found by the text of the call that goes on in them:
//
//     ac_r1 = step(&ac_self->at1.child, ac_task, ac_point - 2, 0);
//
// says that their frame is that member of the caller's, and that the caller is resumed by their numbers and 2.
#include "lower/lowered_read.h"

#include <string.h>

#include "lower/walk.h"

struct finding {
    struct walk walk;
    struct reading reading;     // of the caller
    struct fused *first;
};

// ac_point, or ac_point - 2
static bool read_base(const struct expr *e, uint32_t *base)
{
    *base = 0;
    if (names_point(e))
        return true;
    if (e->kind != EXPR_BINARY || e->binary.op != '-' || !names_point(e->binary.lhs) || !e->binary.rhs->is_constant)
        return false;
    *base = (uint32_t)e->binary.rhs->value;
    return true;
}

static void find_call(struct walk *w, struct expr *e)
{
    struct finding *f = (struct finding *)w;
    const struct expr *callee = e->kind == EXPR_CALL ? e->call.callee : NULL;
    const struct symbol *s = callee && callee->kind == EXPR_NAME ? callee->name.symbol : NULL;
    struct expr *self = e->kind == EXPR_CALL ? e->call.args : NULL;
    const struct expr *state = self && self->next ? self->next->next : NULL;
    struct fused found = { f->first, NULL, f->reading.cfg->fn, {0}, 0 };
    if (!s || !s->function || !state || !read_base(state, &found.base))
        return;
    if (!reading_pointer(&f->reading, self, &found.part) || !found.part.outer)
        return;
    found.callee = s->function;
    f->first = NEW(&f->reading.u->arena, struct fused);
    *f->first = found;
}

const struct fused *lowered_fused_find(struct unit *u)
{
    struct finding f = {{.expr = find_call}, {.u = u}, NULL};
    for (struct function *fn = unit_functions(u); fn; fn = fn->next) {
        struct lowered_cfg *c = NEW(&u->arena, struct lowered_cfg);
        c->fn = fn;
        c->self = lowered_self(u, fn, &c->frame);
        f.reading.cfg = c;
        if (c->self)
            walk_stmt(&f.walk, fn->body);
    }
    return f.first;
}

const struct fused *fused_of(const struct fused *first, const struct function *callee)
{
    while (first && first->callee != callee)
        first = first->next;
    return first;
}

void read_fused_call(struct reading *r, const struct fused *fused, const struct expr *call)
{
    r->fused = fused;
    r->goes_on = !call->call.args->next->next->is_constant;
}

bool asks_fused(const struct reading *r, const struct expr *test)
{
    return r->fused && test->kind == EXPR_MEMBER && strcmp(test->member.name->text, "pending") == 0;
}

void read_fused_pending(struct reading *r, struct span span)
{
    if (!r->suspends_fused)
        return;
    struct step *s = reading_step(r, STEP_SUSPEND, span);
    s->is_at_site = r->is_at_site = true;
    s->point = r->suspends_fused->base + 1;
    s->part = r->suspends_fused->part;
    r->suspends_fused = NULL;
}
