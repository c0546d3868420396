// Calls of lowered text that are taken for calls that never wait:
//
//     ac_long ac_d1 = twice(0, ac_task, 0, y);      and no ac_d1.pending in the function
//     (void)twice(0, ac_task, 0, y);
//
// What they call is defined in the text, and no `return` of it says that it is pending.
#include "lower/lowered_read.h"

#include <stdlib.h>
#include <string.h>

#include "lower/walk.h"

struct calls {
    struct walk walk;
    struct unit *u;
    const struct symbol **asked;        // the variables of which the function reads `pending`, sorted by address
    uint32_t asked_count, asked_capacity;
};

static bool is_named(const struct expr *e, const char *name)
{
    return e && e->kind == EXPR_NAME && strcmp(e->name.name->text, name) == 0;
}

// The call of a lowered function that `e` is, NULL: it is none.
static const struct expr *lowered_call(const struct expr *e)
{
    while (e && (e->kind == EXPR_PAREN || e->kind == EXPR_CAST))
        e = e->kind == EXPR_PAREN ? e->paren.inner : e->cast.operand;
    const struct expr *args = e && e->kind == EXPR_CALL ? e->call.args : NULL;
    bool is_polled = args && is_named(args->next, "ac_task") && args->next->next && args->next->next->is_constant;
    return is_polled ? e : NULL;
}

struct returns {
    struct walk walk;
    bool may_wait;
};

static void find_return(struct walk *w, struct stmt *s)
{
    struct returns *r = (struct returns *)w;
    if (s->kind == STMT_RETURN)
        r->may_wait |= !s->return_.value || s->return_.value->kind != EXPR_COMPOUND || says_pending(s->return_.value);
}

static void check_call(struct unit *u, const struct expr *call)
{
    const struct expr *callee = call->call.callee;
    const struct symbol *s = callee->kind == EXPR_NAME ? callee->name.symbol : NULL;
    struct returns r = { { .stmt = find_return }, !s || !s->function };
    if (!r.may_wait)
        walk_stmt(&r.walk, s->function->body);
    if (r.may_wait)
        diag_error(u, ERROR_LOWERING, call->span, "the call may come back pending, and nothing asks whether it is");
}

static void find_asked(struct walk *w, struct expr *e)
{
    struct calls *c = (struct calls *)w;
    const struct expr *object = e->kind == EXPR_MEMBER ? e->member.object : NULL;
    if (!object || object->kind != EXPR_NAME || strcmp(e->member.name->text, "pending") != 0)
        return;
    c->asked = arena_grow(&c->u->arena, c->asked, c->asked_count, &c->asked_capacity, sizeof *c->asked);
    c->asked[c->asked_count++] = object->name.symbol;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)*(void *const *)a, y = (uintptr_t)*(void *const *)b;
    return (x > y) - (x < y);
}

static void find_calls(struct walk *w, struct stmt *s)
{
    struct calls *c = (struct calls *)w;
    const struct expr *alone = s->kind == STMT_EXPR ? lowered_call(s->expr.expr) : NULL;
    if (alone && type_plain(c->u, alone->type)->kind == TYPE_STRUCT)
        check_call(c->u, alone);
    for (const struct declarator *d = s->kind == STMT_DECL ? s->decl.decl->declarators : NULL; d; d = d->next) {
        const struct expr *call = lowered_call(d->init);
        const struct symbol *variable = d->symbol;
        bool is_asked = c->asked && bsearch(&variable, c->asked, c->asked_count, sizeof *c->asked, by_address);
        if (call && !is_asked)
            check_call(c->u, call);
    }
}

void lowered_plain_check(struct unit *u)
{
    for (struct function *fn = unit_functions(u); fn; fn = fn->next) {
        struct calls c = { { .expr = find_asked }, u, NULL, 0, 0 };
        walk_stmt(&c.walk, fn->body);
        if (c.asked)
            qsort(c.asked, c.asked_count, sizeof *c.asked, by_address);
        c.walk = (struct walk){ .stmt = find_calls };
        walk_stmt(&c.walk, fn->body);
    }
}
