#include "lower/erase.h"

#include <string.h>

#include "grammar.h"
#include "lower/ends.h"
#include "lower/lower.h"
#include "lower/walk.h"

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
};

static void visit_stmt(struct walk *w, struct stmt *s)
{
    if (s->kind == STMT_AWAIT_ANY)
        erase_any(((struct erase *)w)->u, s);
}

void erase(struct unit *u)
{
    u->lowering = NEW(&u->arena, struct lowering);
    edits_open(u, &u->lowering->edits);
    u->lowering->is_erased = true;
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
    drop_own_attributes(u);
    drop_frame_attributes(u);
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
