#include "lower/erase.h"

#include <string.h>

#include "grammar.h"
#include "lower/ends.h"
#include "lower/lower.h"
#include "lower/walk.h"
#include "parser/handle_type.h"

// Run in sequence, the first arm ends before another one starts: it is the one that is selected.
//
//     await any {                          switch (1) {
//     case ssize_t n = await a(x):         case 1: { ssize_t n = a(x); m = -125;
//         break;                      →        break;
//     case m = await b():                  } case 2: default: { if (0) { m = b(); }
//         break;                               break;
//     }                                    } }
enum { ERASED_ECANCELED = 125 };

// What the arms that are never started give to the objects outside; the first arm is the last one to assign to its own.
static const char *others_text(struct unit *u, const struct stmt *any)
{
    const char *text = "", *first = "";
    bool is_first = true;
    for (const struct stmt *i = any->await_any.body->block.items; i; i = i->next) {
        if (i->kind != STMT_ARM)
            continue;
        struct expr *place = arm_place(i);
        const char *name = place ? edit_render(u, place->span) : "";
        if (is_first)
            first = name;
        else if (place && arm_gives_canceled(u, i) && strcmp(name, first) != 0)
            text = arena_printf(&u->arena, "%s %s = -%d;", text, name, ERASED_ECANCELED);
        is_first = false;
    }
    return text;
}

static void erase_any(struct unit *u, struct stmt *any)
{
    uint32_t number = 0;
    edit_replace(u, (struct span){ any->span.lo, any->await_any.body->span.lo }, "switch (1)");
    for (const struct stmt *i = any->await_any.body->block.items; i; i = i->next) {
        if (i->kind != STMT_ARM)
            continue;
        bool is_handle = !expr_calls_async(u, expr_bare(arm_await(i)->await.operand));
        const char *others = number ? "" : others_text(u, any), *unused = is_handle && !i->arm.decl && !arm_place(i) ? " (void)" : "";
        const struct span word = { i->span.lo, i->span.lo + 1 };
        bool is_entered = number++ && !i->arm.decl;         // from the arm above, which runs its statements and no call
        arm_open(u, any, i, word, arena_printf(&u->arena, "case %u:", number),
                 arena_printf(&u->arena, "%s%s", is_entered ? " if (0) {" : "", unused));
        edit_replace(u, (struct span){ arm_colon(i), arm_colon(i) + 1 },
                     arena_printf(&u->arena, ";%s%s", others, is_entered ? " }" : ""));
    }
    arms_close(u, any);
}

struct erase {
    struct walk walk;
    struct unit *u;
    bool *is_dropped;                   // by token: of the child that is started or awaited there nobody takes the handle, or the value
    bool *is_value;                     // the last statement of a statement expression
};

static void visit_stmt(struct walk *w, struct stmt *s)
{
    if (s->kind == STMT_AWAIT_ANY)
        erase_any(((struct erase *)w)->u, s);
}

// --- handles -----------------------------------------------------------------------------------------------------------------
//
// They are objects, also those of children without a value:
//
//     async void h = async tick(1);   →   char h = (tick(1), (char)0);
//     await h;                            (void)h;

static void drop_value(struct erase *x, struct expr *e)
{
    e = expr_bare(e);
    if (e->kind == EXPR_START || e->kind == EXPR_AWAIT) {
        x->is_dropped[e->span.lo] = true;
    } else if (e->kind == EXPR_CAST) {
        e = expr_bare(e->cast.operand);
        x->is_dropped[e->span.lo] |= e->kind == EXPR_START;
    } else if (e->kind == EXPR_COMMA) {
        drop_value(x, e->comma.rhs);
    } else if (e->kind == EXPR_COND) {
        if (e->cond.yes)
            drop_value(x, e->cond.yes);
        drop_value(x, e->cond.no);
    }
}

static bool is_handle(struct unit *u, struct expr *e)
{
    return e->type && type_plain(u, e->type)->kind == TYPE_HANDLE;
}

static bool is_void_handle(struct unit *u, struct expr *e)
{
    return is_handle(u, e) && type_plain(u, type_plain(u, e->type)->base)->kind == TYPE_VOID;
}

static void erase_await(struct erase *x, struct expr *e)
{
    struct expr *operand = e->await.operand;
    if (expr_calls_async(x->u, operand) || !is_handle(x->u, operand))
        return;
    if (expr_bare(operand)->kind == EXPR_START)
        x->is_dropped[expr_bare(operand)->span.lo] = true;
    else if (x->is_dropped[e->span.lo] || is_void_handle(x->u, operand))
        edit_after(x->u, e->span.lo, "(void)");
}

static void visit_expr(struct walk *w, struct expr *e)
{
    struct erase *x = (struct erase *)w;
    struct unit *u = x->u;
    if (e->kind == EXPR_COMMA) {
        drop_value(x, e->comma.lhs);
    } else if (e->kind == EXPR_STMT_EXPR) {
        const struct stmt *last = last_statement(e->stmt_expr.block);
        if (last)
            x->is_value[last->span.lo] = true;
    } else if (e->kind == EXPR_AWAIT) {
        erase_await(x, e);
    } else if (e->kind == EXPR_START && is_void_handle(u, e) && !x->is_dropped[e->span.lo]) {
        edit_before(u, e->span.lo, "(");
        edit_after(u, e->span.hi - 1, ", (char)0)");
    }
}

static void visit_dropping(struct walk *w, struct stmt *s)
{
    struct erase *x = (struct erase *)w;
    if (s->kind == STMT_EXPR && s->expr.expr && !x->is_value[s->span.lo])
        drop_value(x, s->expr.expr);
    else if (s->kind == STMT_FOR && s->for_.step)
        drop_value(x, s->for_.step);
}

static void erase_handle_types(struct unit *u)
{
    for (const struct async_use *use = unit_async_uses(u); use; use = use->next)
        for (uint32_t t = use->type_specs.lo, depth = 0; t < use->type_specs.hi && !use->function; t++) {
            int kind = u->tokens[t].kind;
            depth += kind == '{' || kind == '(';
            depth -= kind == '}' || kind == ')';
            if (kind == TOK_VOID && !depth && !(u->tokens[t].flags & TOKEN_SYSTEM))
                edit_replace(u, (struct span){ t, t + 1 }, "char");
        }
}

static void erase_handles(struct unit *u)
{
    if (!unit_has_handles(u))
        return;
    erase_handle_types(u);
    struct erase e = {.walk = {.expr = visit_expr, .stmt = visit_dropping}, .u = u};
    e.is_dropped = NEW_ARRAY(&u->arena, bool, u->token_count);
    e.is_value = NEW_ARRAY(&u->arena, bool, u->token_count);
    for (struct decl *d = u->decls; d; d = d->next)
        walk_decl(&e.walk, d);
}

void erase(struct unit *u)
{
    u->lowering = NEW(&u->arena, struct lowering);
    edits_open(u, &u->lowering->edits);
    u->lowering->is_erased = true;
    counters_write_out(u);
    for (uint32_t i = 0; i < u->token_count; i++) {
        const struct token *t = &u->tokens[i];
        bool is_word = t->kind == TOK_ASYNC || t->kind == TOK_START || t->kind == TOK_AWAIT;
        if (!is_word || t->flags & TOKEN_SYSTEM || u->tokens[i + 1].kind == TOK_ANY)
            continue;
        bool is_statement = t->kind == TOK_AWAIT && u->tokens[i + 1].kind == TOK_ALL;
        edit_replace(u, (struct span){i, i + 1 + is_statement}, is_statement ? "(void)0" : "");
    }
    lower_objects(u);
    lower_object_types(u);
    erase_handles(u);
    drop_own_attributes(u);
    drop_frame_attributes(u);
    lower_roots(u);
    struct erase e = {.walk = {.stmt = visit_stmt}, .u = u};
    for (struct function *f = unit_functions(u); f; f = f->next) {
        if (f->is_async && !f->outer)
            walk_stmt(&e.walk, f->body);
        if (f->ends)
            ends_edits(u, f);
        if (f->is_async || f->ends)
            protect_macros(u, f->decl);
    }
}
