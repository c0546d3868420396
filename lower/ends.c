#define _GNU_SOURCE             // memmem
#include "lower/ends.h"

#include <string.h>

#include "grammar.h"
#include "lower/async.h"
#include "lower/ctype.h"
#include "lower/edit.h"
#include "lower/lower.h"
#include "lower/walk.h"

const char *leaving_text(struct unit *u, const struct leaving *l)
{
    if (!leaving_is_told(l))
        return arena_printf(&u->arena, "goto ac_defer_%u;", l->first->number);
    return arena_printf(&u->arena, "ac_leave%u = %u; goto ac_defer_%u;", l->first->nest->number, l->exit->number, l->first->number);
}

static const char *exit_text(struct unit *u, const struct exit *x, const struct exits *own)
{
    const char *text = own->text(own->context, x);
    if (text)
        return text;
    switch (x->kind) {
    case EXIT_END: return arena_printf(&u->arena, "goto ac_end_%u;", x->last->number);
    case EXIT_BREAK: return "break;";
    case EXIT_CONTINUE: return "continue;";
    case EXIT_GOTO: return arena_printf(&u->arena, "goto %s;", x->label->name->text);
    case EXIT_RETURN: return "return;";
    }
    __builtin_unreachable();
}

// Where it goes on after an ending: the last way needs no question.
static const char *onwards_text(struct unit *u, const struct ending *e, const struct exits *own)
{
    struct buf out = {0};
    const struct exit *rest = NULL;
    for (const struct exit *x = e->exits; x && !e->passes_on; x = x->next)
        if (!rest || x->kind == EXIT_END)
            rest = x;
    for (const struct exit *x = e->exits; x; x = x->next)
        if (x != rest)
            buf_printf(&out, "\n    if (ac_leave%u == %u)\n        %s", e->nest->number, x->number, exit_text(u, x, own));
    if (e->passes_on)
        buf_printf(&out, "%sgoto ac_defer_%u;", ending_chooses(e) ? "\n    " : " ", e->outer->number);
    else if (rest)
        buf_printf(&out, "%s%s", ending_chooses(e) ? "\n    " : " ", exit_text(u, rest, own));
    return buf_keep(&u->arena, &out);
}

// What is in front of an ending's statement, and behind it.
static const char *ending_begin(struct unit *u, const struct ending *e)
{
    bool is_reached = e->exits || e->passes_on;
    return is_reached ? arena_printf(&u->arena, "if (0) { ac_defer_%u:;", e->number) : "if (0) {";
}

static const char *ending_end(struct unit *u, const struct ending *e, const struct exits *x)
{
    return arena_printf(&u->arena, "%s%s%s", onwards_text(u, e, x), ending_chooses(e) ? "\n}" : " }", e->needs_braces ? " {" : "");
}

void defer_edits(struct unit *u, struct stmt *s, const struct exits *x)
{
    const struct ending *e = s->defer.ending;
    const struct span word = { s->span.lo, s->span.lo + 1 };
    if (!e) {
        edit_replace(u, word, arena_printf(&u->arena, "{%s", x->enter));
        edit_after(u, s->span.hi - 1, arena_printf(&u->arena, "%s }", x->leave));
        return;
    }
    edit_replace(u, word, arena_printf(&u->arena, "%s%s", ending_begin(u, e), x->enter));
    edit_after(u, s->span.hi - 1, arena_printf(&u->arena, "%s%s", x->leave, ending_end(u, e, x)));
}

const char *ending_text(struct unit *u, const struct ending *e, const char *statements, const struct exits *x)
{
    return arena_printf(&u->arena, "%s%s%s", ending_begin(u, e), statements, ending_end(u, e, x));
}

// `[[fallthrough]];`, in any spelling, at the end of the block: nothing may stand between it and the next label.
static const char *take_fallthrough(struct unit *u, const struct stmt *block)
{
    const struct stmt *last = block->block.items;
    while (last && last->next)
        last = last->next;
    bool is_attribute = last && last->kind == STMT_EXPR && !last->expr.expr && last->span.hi - last->span.lo > 1;
    if (!is_attribute)
        return "";
    const char *text = arena_printf(&u->arena, "%s\n", edit_render(u, last->span));
    edit_replace(u, last->span, "");
    return text;
}

const char *block_end_text(struct unit *u, const struct stmt *block)
{
    struct buf out = {0};
    const struct leaving *l = block->block.leaving;
    if (l)
        buf_printf(&out, "%s\n", leaving_text(u, l));
    for (uint32_t n = block->block.braces; n; n--)
        buf_puts(&out, "}\n");
    if (l)
        buf_printf(&out, "ac_end_%u:;\n%s", l->exit->last->number, take_fallthrough(u, block));
    return buf_keep(&u->arena, &out);
}

void block_end_edit(struct unit *u, const struct stmt *block, const char *text)
{
    const struct stmt *last = last_statement(block);
    uint32_t brace = block->span.hi - 1;
    if (*text)
        edit_before_end(u, brace, last ? last->span.lo : brace, text);
}

const char *loop_end_text(struct unit *u, const struct leaving *l)
{
    return l ? arena_printf(&u->arena, "\n    %s\nac_end_%u:;", leaving_text(u, l), l->exit->last->number) : "";
}

static bool is_stdc_pragma(const struct unit *u, uint32_t token)
{
    const char *text = token_text(u, token), *stdc = memmem(text, u->tokens[token].len, "STDC", 4);
    return u->tokens[token].kind == TOK_PRAGMA && stdc;
}

uint32_t last_of_head(const struct unit *u, const struct stmt *block)
{
    uint32_t last = block->span.lo;
    while (is_stdc_pragma(u, last + 1))
        last++;
    while (u->tokens[last + 1].kind == TOK_LABEL)
        do
            last++;
        while (u->tokens[last].kind != ';');
    return last;
}

// Around an expression: "place = (" and ")".
static void assign_edits(struct unit *u, struct type *t, const char *place, struct span value)
{
    const char *text = c_assign(u, t, place, "(\n)"), *hole = strchr(text, '\n');
    edit_before(u, value.lo, arena_copy(&u->arena, text, (size_t)(hole - text)));
    edit_after(u, value.hi - 1, hole + 1);
}

// ({ ...; value; })   →   ({ T ac_value2; ...; ac_value2 = (value); <endings> ac_value2; })
void block_value_edits(struct unit *u, struct expr *e)
{
    struct stmt *block = e->stmt_expr.block;
    const struct stmt *last = last_statement(block);
    bool has_value = last && last->kind == STMT_EXPR && last->expr.expr && type_plain(u, e->type)->kind != TYPE_VOID;
    if (!block->block.leaving || !has_value)
        return;
    struct type *t = type_unqualified(u, type_decayed(u, e->type));
    const char *name = arena_printf(&u->arena, "ac_value%u_%u", block->block.leaving->exit->last->number, block->span.lo);
    const struct span value = last->expr.expr->span;
    edit_after(u, last_of_head(u, block), arena_printf(&u->arena, "\n%s;\n", c_decl(u, t, name, false)));
    assign_edits(u, t, name, value);
    edit_before(u, block->span.hi - 1, arena_printf(&u->arena, "%s;\n", name));
}

// --- functions that are not lowered otherwise -----------------------------------------------------------------------------

struct plain {
    struct walk walk;
    struct unit *u;
    struct function *f;
};

static const char *plain_exit(void *context, const struct exit *x)
{
    const struct plain *p = context;
    bool has_value = x->kind == EXIT_RETURN && p->f->ends->returns_value;
    return has_value ? "return ac_value1;" : NULL;
}

static void plain_jump(struct unit *u, const struct stmt *s, const struct leaving *l)
{
    if (l)
        edit_replace(u, s->span, arena_printf(&u->arena, "{ %s }", leaving_text(u, l)));
}

static void plain_return(struct plain *p, const struct stmt *s)
{
    struct unit *u = p->u;
    struct expr *value = s->return_.value;
    if (!s->return_.leaving)
        return;
    const struct span word = { s->span.lo, s->span.lo + 1 };
    struct type *t = type_unqualified(u, p->f->type->base);
    if (value && type_plain(u, t)->kind != TYPE_VOID)
        assign_edits(u, t, "ac_value1", value->span);
    edit_replace(u, word, value ? "{" : "{ (void)0");
    edit_after(u, s->span.hi - 1, arena_printf(&u->arena, " %s }", leaving_text(u, s->return_.leaving)));
}

static void plain_block(struct unit *u, const struct stmt *s)
{
    block_end_edit(u, s, block_end_text(u, s));
}

// A function that is not async cannot wait: it cancels the children whose handles it leaves, and gives them to the executor.
static const char *plain_ending(struct plain *p, const struct ending *e, const char *clear)
{
    struct unit *u = p->u;
    const struct exits own = { plain_exit, p, "", "" };
    const char *name = e->variable->name->text;
    const char *leave = arena_printf(&u->arena, " ac_handles_leave((void *)&%s, sizeof %s, %s);", name, name,
                                     handles_text(u, e->variable->type));
    return arena_printf(&u->arena, "%s%s\n", clear, ending_text(u, e, leave, &own));
}

static void plain_decl(struct plain *p, const struct stmt *s)
{
    struct unit *u = p->u;
    for (const struct declarator *d = s->decl.decl->declarators; d; d = d->next) {
        const char *name = d->ending ? d->symbol->name->text : NULL, *clear = "";
        if (name && !d->init)
            clear = arena_printf(&u->arena, "__builtin_memset((void *)&%s, 0, sizeof %s);\n", name, name);
        if (name)
            edit_after(u, s->span.hi - 1, arena_printf(&u->arena, "\n%s", plain_ending(p, d->ending, clear)));
    }
}

static void plain_params(struct plain *p, struct buf *out)
{
    for (const struct param *i = p->f->type->function.params; i; i = i->next)
        if (i->ending)
            buf_printf(out, "    %s", plain_ending(p, i->ending, ""));
}

static void plain_stmt(struct walk *w, struct stmt *s)
{
    struct plain *p = (struct plain *)w;
    struct unit *u = p->u;
    const struct exits own = { plain_exit, p, "", "" };
    if (s->kind == STMT_RETURN)
        plain_return(p, s);
    else if (s->kind == STMT_BREAK)
        plain_jump(u, s, s->break_.leaving);
    else if (s->kind == STMT_CONTINUE)
        plain_jump(u, s, s->continue_.leaving);
    else if (s->kind == STMT_GOTO)
        plain_jump(u, s, s->goto_.leaving);
    else if (s->kind == STMT_DEFER)
        defer_edits(u, s, &own);
    else if (s->kind == STMT_DECL)
        plain_decl(p, s);
    else if (s->kind == STMT_BLOCK)
        plain_block(u, s);
}

static void plain_expr(struct walk *w, struct expr *e)
{
    if (e->kind == EXPR_STMT_EXPR)
        block_value_edits(((struct plain *)w)->u, e);
}

void ends_edits(struct unit *u, struct function *f)
{
    struct plain p = { { .expr = plain_expr, .stmt_done = plain_stmt }, u, f };
    walk_stmt(&p.walk, f->body);
    struct buf out = {0};
    struct type *t = type_unqualified(u, f->type->base);
    bool is_scalar = type_is_scalar(u, t);
    if (f->ends->returns_value)
        buf_printf(&out, "%s%s;\n", c_decl(u, t, "ac_value1", false),
                   !f->ends->nests->has_choice ? "" : is_scalar ? " = 0" : " = { 0 }");
    for (const struct nest *n = f->ends->nests; n; n = n->next)
        if (n->has_choice)
            buf_printf(&out, "    int ac_leave%u;\n", n->number);
    plain_params(&p, &out);
    if (out.len)
        edit_after(u, last_of_head(u, f->body), arena_printf(&u->arena, "\n    %s", buf_keep(&u->arena, &out)));
}
