// Which functions become parts of the state machine of their only caller?
//
//     static async long step(long x)          ac_long ac_r1 = step(&ac_self->at1.child, ac_task, 0, x);
//     {                                       if (ac_r1.pending) {
//         await ac_yield();                       ac_self->at1.x = x;
//         return x + 1;                           return (ac_long){ .pending = 1 };
//     }                                       __coro_resume_1:;
//     ... await step(x) ...                       ac_r1 = step(&ac_self->at1.child, ac_task, ac_point, 0);
//                                                 if (ac_r1.pending)
//                                                     return (ac_long){ .pending = 1 };
//                                                 x = ac_self->at1.x;
//                                             }
//
// Its points have numbers in the caller's machine (point.state), and the links of what they await lead to site functions of
// the outermost machine. So a fused function has no header in its frame, no result there, and is reached by a call and not
// by a link: what waits in it once and returns pays two calls, and compilers inline them.
//
//   fused(g)   g is static, stands before its only mention, which is a plain await, takes part in no recursion, its result fits
//              the pair, and it is not marked `noinline`
//   height(g)  1 + the largest of what is fused into g; a machine is no higher than HIGHEST, since resuming it takes a call
//              for each level
#include "lower/lower.h"

#include "lower/options.h"
#include "lower/walk.h"
#include "parser/build.h"

enum { HIGHEST = 4 };

struct uses {
    struct walk walk;
    struct unit *u;
    struct async *caller;       // NULL: outside of async functions
};

static struct async *mentioned(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    const struct symbol *s = e->kind == EXPR_NAME ? e->name.symbol : NULL;
    return s && s->kind == SYMBOL_FUNCTION && s->function ? async_of(u, s->function) : NULL;
}

struct async *awaited_async(struct unit *u, struct expr *await)
{
    struct expr *call = await->kind == EXPR_AWAIT ? expr_bare(await->await.operand) : NULL;
    return call && call->kind == EXPR_CALL && !call->call.makes ? mentioned(u, call->call.callee) : NULL;
}

static void use_expr(struct walk *w, struct expr *e)
{
    struct uses *f = (struct uses *)w;
    struct async *g = e->kind == EXPR_NAME ? mentioned(f->u, e) : awaited_async(f->u, e);
    if (e->kind == EXPR_AWAIT && f->caller)
        f->caller->has_awaits = true;
    if (g && e->kind == EXPR_NAME)
        g->mentions++;
    else if (g)
        g->fused_into = f->caller;
}

// An arm of `await any` is a task of its own.
static void use_stmt(struct walk *w, struct stmt *s)
{
    struct uses *f = (struct uses *)w;
    struct async *g = s->kind == STMT_ARM && arm_await(s) ? awaited_async(f->u, arm_await(s)) : NULL;
    if (g)
        g->mentions++;
}

bool function_is_apart(const struct async *a)
{
    return attr_find(a->fn->symbol->attrs, "noinline");
}

static bool can_fuse(struct unit *u, const struct async *g)
{
    const struct async *f = g->fused_into;
    if (u->options->no_fuse || !f || g->mentions != 1 || g->is_plain || !g->has_awaits || !g->is_static || g->is_main ||
        g->may_be_outside || g->result_in_frame || g->fn->symbol->is_framed || g->height >= HIGHEST || g->order > f->order ||
        g->fn->decl->span.lo > f->fn->decl->span.lo || function_is_apart(g))
        return false;
    for (const struct param *p = g->fn->type->function.params; p; p = p->next)
        if (type_is_vm(u, p->type))
            return false;
    return true;
}

void fuse_decide(struct unit *u)
{
    struct uses uses = {{.expr = use_expr, .stmt = use_stmt}, u, NULL};
    for (struct decl *d = u->decls; d; d = d->next) {
        bool is_async = d->function && d->function->is_async;
        uses.caller = is_async ? async_of(u, d->function) : NULL;
        if (is_async)
            walk_stmt(&uses.walk, d->function->body);
        else
            walk_decl(&uses.walk, d);
    }
    for (struct async *g = u->lowering->asyncs; g; g = g->next)
        g->height = 1;
    for (struct async *g = u->lowering->asyncs; g; g = g->next) {
        if (!can_fuse(u, g))
            g->fused_into = NULL;
        else if (g->fused_into->height <= g->height)
            g->fused_into->height = g->height + 1;
    }
}

bool point_is_fused(const struct point *p)
{
    return p->kind == CALLEE_EMBEDDED && p->callee_async->fused_into;
}

void fuse_number(struct async *a)
{
    if (!a->suspends)
        a->fused_into = NULL;           // a function like any other
    a->state_count = 0;
    for (uint32_t i = 0; i < a->point_count; i++) {
        struct point *p = a->points[i];
        p->state = a->state_count + 1;
        a->state_count += point_is_fused(p) ? p->callee_async->state_count : 1;
    }
}
