// Which async functions never suspend? Within the unit they are functions like others: an await of one is a call, nothing asks
// whether it is pending, and no frame is made for it.
//
//     static async long twice(long x) { return 2 * x; }
//     ... await twice(y) ...                                →    ac_long ac_d1 = twice(0, ac_task, 0, y);
//
//   plain(f)   everything f waits for is a direct call of a plain function of this unit, its result fits the pair, and its body
//              is not one that the linker may replace
// The largest set of which that is true: a recursion that never waits is in it. Children, handles, frame objects and whatever the
// end of a block may wait for are waits. Other files call such a function as every other one.
#include "lower/lower.h"
#include "lower/walk.h"
#include "parser/build.h"
#include "parser/ends.h"
#include "parser/handle_type.h"

struct call {
    struct call *next;
    struct async *caller, *callee;
};

struct finding {
    struct walk walk;
    struct unit *u;
    struct async *a;            // whose body it is
    struct call *first, **last;
};

static void find_expr(struct walk *w, struct expr *e)
{
    struct finding *f = (struct finding *)w;
    if (e->kind != EXPR_AWAIT)
        return;
    struct async *callee = awaited_async(f->u, e);
    if (!callee) {
        f->a->is_plain = false;
        return;
    }
    *f->last = NEW(&f->u->fn, struct call);
    **f->last = (struct call){ NULL, f->a, callee };
    f->last = &(*f->last)->next;
}

static void find_stmt(struct walk *w, struct stmt *s)
{
    struct finding *f = (struct finding *)w;
    f->a->is_plain &= s->kind != STMT_AWAIT_ALL && s->kind != STMT_AWAIT_ANY;
    for (const struct declarator *d = s->kind == STMT_DECL ? s->decl.decl->declarators : NULL; d; d = d->next) {
        const struct attr *cleanup = cleanup_of(d);
        if (cleanup && cleanup_waits(f->u, cleanup))
            f->a->is_plain = false;
    }
}

// Apart from what its body says.
static bool may_be_plain(const struct async *a)
{
    const struct function *f = a->fn;
    for (const struct ending *e = f->ends ? f->ends->endings : NULL; e; e = e->next)
        if (e->is_handle)
            return false;
    return !f->has_start && !a->result_in_frame && !attr_find(f->symbol->attrs, "weak");
}

void plain_decide(struct unit *u)
{
    struct finding f = { { .expr = find_expr, .stmt = find_stmt }, u, NULL, NULL, &f.first };
    for (struct async *a = f.a = u->lowering->asyncs; a; a = f.a = a->next) {
        a->is_plain = may_be_plain(a);
        walk_stmt(&f.walk, a->fn->body);
    }
    for (bool changed = true; changed;) {       // callees come first, so one round does for most units
        changed = false;
        for (const struct call *c = f.first; c; c = c->next) {
            changed |= c->caller->is_plain && !c->callee->is_plain;
            c->caller->is_plain &= c->callee->is_plain;
        }
    }
}
