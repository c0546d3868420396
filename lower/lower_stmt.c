// Statements with an await in their expressions: what comes before is put in front of the statement, loops whose
// condition or step waits are opened up. Everything else stays as it is, only what is inside is lowered.
#include <ctype.h>
#include <string.h>

#include "grammar.h"
#include "lower/ctype.h"
#include "lower/scan.h"
#include "lower/text.h"

// --- expressions of statements ------------------------------------------------------------------------------------------------

static void lower_quiet_blocks(struct lower *l, struct expr *e);

static void visit_quiet(void *context, struct expr *child, bool evaluated)
{
    (void)evaluated;
    lower_quiet_blocks(context, child);
}

// Statement expressions without an await stay in place; their return statements are lowered all the same.
static void lower_quiet_blocks(struct lower *l, struct expr *e)
{
    if (e->kind != EXPR_STMT_EXPR) {
        expr_children(e, visit_quiet, l);
        return;
    }
    if (hoist_of(l->u, e)->is_branch)
        return;
    block_value_edits(l->u, e);
    const struct stmt *outer = l->value;
    const struct local *outer_to = l->value_to;
    l->value_to = NULL;
    l->value = last_statement(e->stmt_expr.block);
    for (struct stmt *i = e->stmt_expr.block->block.items; i; i = i->next)
        lower_stmt(l, i, true);
    lower_block_end(l, e->stmt_expr.block);
    l->value = outer;
    l->value_to = outer_to;
}

const char *full_before(struct lower *l, struct expr *e)
{
    if (!e)
        return "";
    lower_quiet_blocks(l, e);
    if (!hoist_of(l->u, e)->has_pre)
        return "";
    struct buf out = {0}, *outer = l->out;
    l->out = &out;
    lower_before(l, e);
    l->out = outer;
    return buf_keep(&l->u->fn, &out);
}

void put_before(struct lower *l, struct stmt *s, bool is_item, const char *text)
{
    if (!*text)
        return;
    if (is_item) {
        edit_before(l->u, s->span.lo, text);
        return;
    }
    edit_before(l->u, s->span.lo, arena_printf(&l->u->fn, "{\n%s", text));
    edit_after(l->u, s->span.hi - 1, "\n}");
}

// The temporary of a `?:` whose value nobody takes is used all the same.
static const char *unused_text(struct lower *l, struct expr *e)
{
    const struct hoist *value = hoist_of(l->u, value_behind(l->u, e));
    return value->is_branch && value->pin ? arena_printf(&l->u->fn, "(void)%s;\n", value->pin->name) : "";
}

static bool is_statement_expression(struct expr *e)
{
    e = expr_bare(e);
    bool is_extension = e->kind == EXPR_UNARY && e->unary.op == TOK_EXTENSION;
    return is_extension ? is_statement_expression(e->unary.operand) : e->kind == EXPR_STMT_EXPR;
}

// Compilers do not mind that nobody takes the value of `({ …; x; })` out of a macro, but clang does where this is written out.
static void note_dropped(struct lower *l, const struct stmt *s)
{
    struct unit *u = l->u;
    struct expr *e = s->expr.expr;
    bool is_of_macro = e && u->tokens[e->span.lo].flags & TOKEN_MACRO && call_end(u, e->span.lo, e->span.hi) == e->span.hi;
    if (is_of_macro && s != l->value && is_statement_expression(e))
        u->tokens[e->span.lo].flags |= TOKEN_DROPS;
}

static void lower_expr_stmt(struct lower *l, struct stmt *s, bool is_item)
{
    struct expr *e = s->expr.expr;
    note_dropped(l, s);
    const char *before = full_before(l, e);
    if (s == l->value && l->value_to) {
        const char *value = arena_printf(&l->u->fn, "(%s)", lower_rest(l, e));
        value = c_assign(l->u, l->value_to->type, l->value_to->name, value);
        bool is_simple = is_item || !*before;       // no declaration may follow a label
        edit_replace(l->u, s->span, arena_printf(&l->u->fn, is_simple ? "%s%s;\n" : "{\n%s%s;\n}\n", before, value));
        return;
    }
    if (!*before)
        return;
    if (s == l->value || !rest_is_idle(l, e)) {
        put_before(l, s, is_item, before);
        return;
    }
    before = arena_printf(&l->u->fn, "%s%s", before, unused_text(l, e));
    edit_replace(l->u, s->span, is_item ? before : arena_printf(&l->u->fn, "{\n%s}", before));
}

// --- control flow -------------------------------------------------------------------------------------------------------------------

// One test of a condition: what has to be computed before it, and itself.
struct test {
    const char *before, *text;
};

// The tests that are made one after the other; more than one only when && waits in between.
static struct test *tests_of(struct lower *l, struct expr *e, struct test *tests, uint32_t *count)
{
    struct expr *bare = expr_bare(e);
    if (hoist_of(l->u, bare)->is_chain) {
        tests = tests_of(l, bare->binary.lhs, tests, count);
        return tests_of(l, bare->binary.rhs, tests, count);
    }
    struct test *more = NEW_ARRAY(&l->u->fn, struct test, *count + 1);
    for (uint32_t i = 0; i < *count; i++)
        more[i] = tests[i];
    more[*count].before = full_before(l, e);
    more[(*count)++].text = lower_rest(l, e);
    return more;
}

// if (A && B) S   →   if (A) { <before B> if (B) S }
static const char *lower_tests(struct lower *l, struct stmt *s)
{
    struct unit *u = l->u;
    uint32_t count = 0;
    const struct test *tests = tests_of(l, s->if_.test, NULL, &count);
    edit_replace(u, s->if_.test->span, tests[0].text);
    for (uint32_t i = count - 1; i > 0; i--) {
        edit_before_body(u, s->if_.yes->span.lo, s->if_.test->span.lo,
                         arena_printf(&u->fn, "{\n%sif (%s)\n", tests[i].before, tests[i].text));
        edit_after(u, s->if_.yes->span.hi - 1, "\n}");
    }
    return tests[0].before;
}

static void lower_if(struct lower *l, struct stmt *s, bool is_item)
{
    lower_stmt(l, s->if_.yes, false);
    if (s->if_.no)
        lower_stmt(l, s->if_.no, false);
    bool is_chain = hoist_of(l->u, expr_bare(s->if_.test))->is_chain;
    put_before(l, s, is_item, is_chain ? lower_tests(l, s) : full_before(l, s->if_.test));
}

struct loop {
    const char *outer;
    bool outer_used;
};

static struct loop loop_enter(struct lower *l, bool needs_label)
{
    struct loop saved = {l->continue_label, l->continue_used};
    l->continue_label = NULL;
    l->continue_used = false;
    if (needs_label)
        l->continue_label = arena_printf(&l->u->fn, "ac_continue_%u", ++l->a->continue_count);
    return saved;
}

// "ac_continue_1:;" where a `continue` of the body goes, "" when there is none.
static const char *loop_leave(struct lower *l, struct loop saved)
{
    const char *label = l->continue_used ? arena_printf(&l->u->fn, "%s:;\n", l->continue_label) : "";
    l->continue_label = saved.outer;
    l->continue_used = saved.outer_used;
    return label;
}

// What leaves a loop whose condition waits, "" for the others.
static const char *leave_unless(struct lower *l, struct expr *test)
{
    if (!test || !hoist_of(l->u, test)->has_pre)
        return full_before(l, test);
    uint32_t count = 0;
    const struct test *tests = tests_of(l, test, NULL, &count);
    const char *text = "";
    for (uint32_t i = 0; i < count; i++)
        text = arena_printf(&l->u->fn, "%s%sif (!(%s))\n    break;\n", text, tests[i].before, tests[i].text);
    return text;
}

// while (E) S   →   while (1) { <before E> if (!(E)) break; S }
static void lower_while(struct lower *l, struct stmt *s)
{
    struct unit *u = l->u;
    const char *test = leave_unless(l, s->while_.test);
    struct loop saved = loop_enter(l, false);
    lower_stmt(l, s->while_.body, false);
    loop_leave(l, saved);
    if (!*test)
        return;
    edit_replace(u, s->while_.test->span, "1");
    edit_before_body(u, s->while_.body->span.lo, s->while_.test->span.lo, arena_printf(&u->fn, "{\n%s", test));
    edit_after_body(u, s->while_.body->span, s->span.lo, s->while_.body->span.hi - 1, "\n}");
}

// do S while (E);   →   do { S <before E> if (!(E)) break; } while (1);
static void lower_do(struct lower *l, struct stmt *s)
{
    struct unit *u = l->u;
    bool waits = hoist_of(u, s->do_.test)->has_pre;
    struct loop saved = loop_enter(l, waits);
    lower_stmt(l, s->do_.body, false);
    const char *label = loop_leave(l, saved), *test = leave_unless(l, s->do_.test);
    if (!waits)
        return;
    edit_replace(u, s->do_.test->span, "1");
    edit_before(u, s->do_.body->span.lo, "{\n");
    edit_after_body(u, s->do_.body->span, s->span.lo, s->do_.test->span.lo, arena_printf(&u->fn, "\n%s%s}", label, test));
}

static bool decl_has_ending(const struct decl *d)
{
    for (const struct declarator *i = d->declarators; i; i = i->next)
        if (i->ending)
            return true;
    return false;
}

// The first part of a `for` cannot stay there when it has become statements; it goes in front, in braces.
static const char *lower_for_init(struct lower *l, struct stmt *s)
{
    struct unit *u = l->u;
    struct stmt *init = s->for_.init;
    if (!init)
        return "";
    const struct edits *all = &u->lowering->edits;
    lower_stmt(l, init, true);
    const struct edit *r = edits_at(all, init->span.lo)->replace;
    bool has_ending = init->kind == STMT_DECL && decl_has_ending(init->decl.decl);
    if (!has_ending && !edits_at(all, init->span.lo)->before && !(r && r->span.hi == init->span.hi))
        return "";
    const char *text = edit_render(u, init->span);
    edit_replace(u, init->span, ";");
    return arena_printf(&u->fn, "%s\n", text);
}

// for (A; B; C) S   →   for (A; ; ) { <before B> if (!(B)) break; S <before C> C; }
static void lower_for(struct lower *l, struct stmt *s)
{
    struct unit *u = l->u;
    struct expr *test = s->for_.test, *step = s->for_.step;
    bool step_waits = step && hoist_of(u, step)->has_pre;
    const char *init = lower_for_init(l, s), *head = leave_unless(l, test), *tail = "";
    struct loop saved = loop_enter(l, step_waits);
    lower_stmt(l, s->for_.body, false);
    const char *label = loop_leave(l, saved), *before_step = full_before(l, step);
    if (*head)
        edit_replace(u, test->span, "");
    if (step_waits) {
        const char *rest = rest_is_idle(l, step) ? unused_text(l, step) : arena_printf(&u->fn, "%s;\n", lower_rest(l, step));
        tail = arena_printf(&u->fn, "%s%s%s", label, before_step, rest);
        edit_replace(u, step->span, "");
    }
    if (*head || *tail) {
        uint32_t body_end = s->for_.body->span.hi - 1;
        edit_before_body(u, s->for_.body->span.lo, *head ? test->span.lo : s->span.lo, arena_printf(&u->fn, "{\n%s", head));
        edit_after_body(u, s->for_.body->span, s->span.lo, step_waits ? step->span.lo : body_end, arena_printf(&u->fn, "\n%s}", tail));
    }
    if (*init) {
        edit_before(u, s->span.lo, arena_printf(&u->fn, "{\n%s", init));
        edit_after(u, s->span.hi - 1, arena_printf(&u->fn, "%s\n}", loop_end_text(u, s->for_.leaving)));
    }
}

// Of a `#pragma`: whether it tells the optimizer how to treat the loop behind it.
static bool is_loop_hint(const struct unit *u, uint32_t token)
{
    static const char *const hints[] = {
        "GCC unroll", "GCC ivdep", "GCC novector", "clang loop", "unroll", "nounroll", "unroll_and_jam", "nounroll_and_jam",
    };
    const char *text = token_text(u, token);
    text += strcspn(text, "p") + strlen("pragma");
    text += strspn(text, " \t");
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        size_t len = strlen(hints[i]);
        if (strncmp(text, hints[i], len) == 0 && !isalnum((unsigned char)text[len]) && text[len] != '_')
            return true;
    }
    return false;
}

// Whether the function is resumed in the loop, or its parts have become statements around and in it.
static bool loop_is_torn(const struct lower *l, const struct stmt *s, const struct stmt *body)
{
    const struct edits *all = &l->u->lowering->edits;
    if (edits_at(all, s->span.lo)->before || edits_at(all, body->span.lo)->before)
        return true;
    for (uint32_t i = 0; i < l->a->point_count; i++)
        if (l->a->points[i]->at.lo >= s->span.lo && l->a->points[i]->at.lo < s->span.hi)
            return true;
    return false;
}

// What is said of a loop is not true of what has become of it: compilers warn, or refuse it.
static void lower_hints(struct lower *l, const struct stmt *s, const struct stmt *body)
{
    struct unit *u = l->u;
    uint32_t hints = 0;
    while (u->tokens[s->span.lo - hints - 1].kind == TOK_PRAGMA)
        hints++;
    if (!hints || !loop_is_torn(l, s, body))
        return;
    for (uint32_t token = s->span.lo - hints; token < s->span.lo; token++)
        if (is_loop_hint(u, token))
            edit_replace(u, (struct span){ token, token + 1 }, "");
}

static void lower_switch(struct lower *l, struct stmt *s, bool is_item)
{
    const char *before = full_before(l, s->switch_.value);
    lower_stmt(l, s->switch_.body, false);
    put_before(l, s, is_item, before);
}

// NULL: it stays what it is.
static const char *continue_text(struct lower *l)
{
    if (!l->continue_label)
        return NULL;
    l->continue_used = true;
    return arena_printf(&l->u->arena, "goto %s;", l->continue_label);
}

static void lower_continue(struct lower *l, struct stmt *s)
{
    const char *text = continue_text(l);
    if (text)
        edit_replace(l->u, s->span, text);
}

static void lower_goto_ptr(struct lower *l, struct stmt *s, bool is_item)
{
    put_before(l, s, is_item, full_before(l, s->goto_ptr.target));
}

// --- return ---------------------------------------------------------------------------------------------------------------------------

static struct point *point_of(const struct async *a, const struct stmt *s)
{
    for (uint32_t i = 0; i < a->point_count; i++)
        if (a->points[i]->stmt == s)
            return a->points[i];
    return NULL;
}

static const char *wait_for_children(struct lower *l, struct point *p)
{
    struct buf out = {0}, *outer = l->out;
    l->out = &out;
    lower_point(l, p, "ac_join_all", ", &ac_self->children");
    l->out = outer;
    return buf_keep(&l->u->fn, &out);
}

static void lower_return(struct lower *l, struct stmt *s, bool is_item)
{
    struct unit *u = l->u;
    struct expr *e = s->return_.value;
    const char *before = full_before(l, e);
    bool is_void = type_plain(u, l->a->result)->kind == TYPE_VOID;
    const struct point *awaited = e && expr_bare(e)->kind == EXPR_AWAIT ? hoist_of(u, expr_bare(e))->point : NULL;
    if (awaited && awaited->is_tail) {
        edit_replace(u, s->span, is_item ? before : arena_printf(&u->fn, "{\n%s}", before));
        return;
    }
    const char *value = e ? lower_rest(l, e) : NULL, *text = before;
    if (e && e->kind == EXPR_COMMA)     // it becomes an initialiser
        value = arena_printf(&u->fn, "(%s)", value);
    if (e && is_void) {
        // `return f();` of void: for its effects
        text = hoist_of(u, e)->has_pre && rest_is_idle(l, e) ? before : arena_printf(&u->fn, "%s%s;\n", before, value);
        value = NULL;
    }
    struct point *p = l->a->has_group ? point_of(l->a, s) : NULL;
    const struct leaving *leaving = s->return_.leaving;
    if (leaving && value)
        text = arena_printf(&u->arena, "%s%s;\n", text, c_assign(u, l->a->value->type, l->a->value->name, value));
    if (p) {
        if (value && !leaving)
            text = arena_printf(&u->arena, "%s%s = %s;\n", text, temp_text(l, p->result), value);
        value = value && !leaving ? p->result->name : NULL;
        text = arena_printf(&u->arena, "%s%s", text, wait_for_children(l, p));
    }
    const char *leave = leaving ? arena_printf(&u->arena, "{ %s }", leaving_text(u, leaving)) : return_text(l, value);
    bool is_simple = is_item || !*text;         // one statement, if need be in braces of its own
    edit_replace(u, s->span, arena_printf(&u->fn, is_simple ? "%s%s" : "{\n%s%s\n}", text, leave));
}

static void lower_await_all(struct lower *l, struct stmt *s, bool is_item)
{
    const char *text = wait_for_children(l, l->a->points[s->await_all.point - 1]);
    edit_replace(l->u, s->span, is_item ? text : arena_printf(&l->u->fn, "{\n%s}", text));
}

// --- the ends of blocks -------------------------------------------------------------------------------------------------------------

void lower_block_end(struct lower *l, const struct stmt *block)
{
    block_end_edit(l->u, block, block_end_text(l->u, block));
}

const char *lower_exit(void *context, const struct exit *x)
{
    struct lower *l = context;
    if (x->kind == EXIT_CONTINUE)
        return continue_text(l);
    return x->kind == EXIT_RETURN ? return_text(l, l->a->value ? l->a->value->name : NULL) : NULL;
}

// While a deferred statement waits, cancelling is held back.
static void lower_defer(struct lower *l, struct stmt *s)
{
    struct loop saved = loop_enter(l, false);
    lower_stmt(l, s->defer.body, false);
    loop_leave(l, saved);
    struct exits own = { lower_exit, l, "", "" };
    if (s->defer.waits) {
        own.enter = "\n    ac_cancel_hold(ac_task);\n";
        const char *join = s->defer.join ? wait_for_children(l, s->defer.join) : "";
        own.leave = arena_printf(&l->u->arena, "\n%s    ac_cancel_resume(ac_task);\n   ", join);
    }
    defer_edits(l->u, s, &own);
}

// A jump with endings on its way. False: it has none.
static bool lower_leaving(struct lower *l, struct stmt *s, const struct leaving *leaving)
{
    if (leaving)
        edit_replace(l->u, s->span, arena_printf(&l->u->arena, "{ %s }", leaving_text(l->u, leaving)));
    return leaving;
}

void lower_stmt(struct lower *l, struct stmt *s, bool is_item)
{
    if (!s)
        return;
    switch (s->kind) {
    case STMT_EXPR:
        lower_expr_stmt(l, s, is_item);
        return;
    case STMT_DECL:
        lower_declaration(l, s, is_item);
        return;
    case STMT_BLOCK:
        for (struct stmt *i = s->block.items; i; i = i->next)
            lower_stmt(l, i, true);
        lower_block_end(l, s);
        return;
    case STMT_IF:
        lower_if(l, s, is_item);
        return;
    case STMT_WHILE:
        lower_while(l, s);
        lower_hints(l, s, s->while_.body);
        return;
    case STMT_DO:
        lower_do(l, s);
        lower_hints(l, s, s->do_.body);
        return;
    case STMT_FOR:
        lower_for(l, s);
        lower_hints(l, s, s->for_.body);
        return;
    case STMT_SWITCH:
        lower_switch(l, s, is_item);
        return;
    case STMT_CASE:
        lower_stmt(l, s->case_.body, false);
        return;
    case STMT_DEFAULT:
        lower_stmt(l, s->default_.body, false);
        return;
    case STMT_LABEL:
        lower_stmt(l, s->label.body, false);
        return;
    case STMT_CONTINUE:
        if (!lower_leaving(l, s, s->continue_.leaving))
            lower_continue(l, s);
        return;
    case STMT_GOTO_PTR:
        lower_goto_ptr(l, s, is_item);
        return;
    case STMT_RETURN:
        lower_return(l, s, is_item);
        return;
    case STMT_AWAIT_ALL:
        lower_await_all(l, s, is_item);
        return;
    case STMT_AWAIT_ANY:
        put_before(l, s, is_item, lower_any(l, s));
        return;
    case STMT_ARM:
        lower_stmt(l, s->arm.body, true);
        return;
    case STMT_GOTO:
        lower_leaving(l, s, s->goto_.leaving);
        return;
    case STMT_BREAK:
        lower_leaving(l, s, s->break_.leaving);
        return;
    case STMT_DEFER:
        lower_defer(l, s);
        return;
    case STMT_ASM:
    case STMT_ERROR:
        return;
    }
}
