// Async calls in synchronous functions: each is the root of a task. ac_block_on(CALL) runs it to its end, on an executor of its own;
// ac_spawn(EXECUTOR, CALL) starts it on one that is there.
//
//     return ac_block_on(fetch(url, &page));
// →   struct ac_root1 { const char *a1; struct page *a2; int result; };
//     static _Bool ac_root1_enter(void *ac_frame, struct ac_task *ac_task, void *ac_args) { ... }
//     ...
//     return __extension__({ struct ac_root1 ac_call = { url, &page }; ac_run_root(..., ac_root1_enter, &ac_call, ...); ac_call.result; });
//
//     ac_spawn(executor, serve(fd));
// →   __extension__({ struct ac_executor *ac_e = executor; struct ac_root2 ac_call = { fd }; ac_start_root(ac_e, ..., &ac_call); });
#include <string.h>

#include "lower/ctype.h"
#include "lower/emit.h"
#include "lower/lower.h"
#include "lower/walk.h"

struct call {
    struct call *outer;         // or one before it in the function
    struct expr *expr;          // ac_block_on or ac_spawn
    struct expr *executor;      // of ac_spawn; NULL: ac_block_on
    struct expr *call;
    struct point callee;        // only what callee_classify finds
    struct type *result;
    const char *poll, *type, *name;
    bool is_void, in_frame, is_outside, is_dropped;
};

struct roots {
    struct walk walk;
    struct unit *u;
    struct call *last;              // of the function: inner ones come before those around them
    uint32_t count;
    const struct expr *dropped;     // the statement that is being visited
    bool *is_value;                 // by token: the last statement of a statement expression
};

static struct type *argument_type(struct unit *u, const struct expr *arg)
{
    struct type *t = type_plain(u, arg->type);
    if (t->kind == TYPE_ARRAY)
        return type_pointer(u, t->base);
    if (t->kind == TYPE_FUNCTION)
        return type_pointer(u, t);
    return type_unqualified(u, arg->type);
}

// What the call is given: its arguments, the callee when it is a pointer, and room for the result.
static void struct_print(struct unit *u, const struct call *c, struct buf *out)
{
    buf_printf(out, "struct %s {\n", c->name);
    const struct param *p = c->callee.callee_type->function.params;
    uint32_t n = 0;
    if (!c->callee.callee)
        buf_printf(out, "    %s;\n", c_decl(u, type_pointer(u, c->callee.callee_type), "callee", true));
    for (const struct expr *a = c->call->call.args; a; a = a->next, p = p ? p->next : NULL) {
        struct type *t = p ? type_unqualified(u, param_type(u, p)) : argument_type(u, a);
        buf_printf(out, "    %s;\n", c_argument(u, t, arena_printf(&u->arena, "a%u", ++n)));
    }
    if (c->is_void)
        buf_puts(out, "    char result;\n};\n");
    else
        buf_printf(out, "    %s;\n};\n", c_decl(u, type_unqualified(u, c->result), "result", true));
}

static void outside_print(const struct call *c, struct buf *out)
{
    buf_printf(out, "static struct ac_node *%s_resume(struct ac_node *ac_done, struct ac_task *ac_task)\n{\n"
                    "    void *ac_root = ac_frame_outside(ac_done)->parent;\n", c->name);
    if (!c->is_void)
        buf_printf(out, "    AC_RESULT_COPY(ac_root, ac_done, %s);\n", c->type);
    buf_printf(out, "    ac_frame_free(ac_task, ac_done);\n    return ac_root;\n}\n"
                    "static const struct ac_link %s_link = { %s_resume, \"%s\", \"\", 0, 1, 0, 0, 0, 0 };\n", c->name, c->name,
               c->executor ? "ac_spawn" : "ac_block_on");
}

static void enter_print(struct unit *u, const struct call *c, struct buf *out)
{
    const char *callee = c->callee.callee ? edit_render(u, c->call->call.callee->span) : "ac_call->callee";
    uint32_t n = 0;
    buf_printf(out, "static _Bool %s_enter(void *ac_frame, struct ac_task *ac_task, void *ac_args)\n{\n"
                    "    struct %s *ac_call = ac_args;\n    %s ac_r = %s(%s, ac_task, 0", c->name, c->name, c->poll, callee,
               c->is_outside ? "0" : "ac_frame");
    for (const struct expr *a = c->call->call.args; a; a = a->next)
        buf_printf(out, ", ac_call->a%u", ++n);
    buf_printf(out, ");\n    (void)ac_call;\n");
    if (c->is_outside)
        buf_printf(out, "    if (ac_r.pending)\n        ac_suspend_outside((void *)ac_r.pending, ac_frame, &%s_link);\n", c->name);
    if (!c->is_void && !c->in_frame)
        buf_printf(out, "    if (!ac_r.pending)\n        AC_RESULT(ac_frame, %s) = ac_r.value;\n", c->type);
    if (c->in_frame && c->is_outside)
        buf_printf(out, "    if (!ac_r.pending) {\n        void *ac_c = ac_frame_taken(ac_task);\n"
                        "        AC_RESULT_COPY(ac_frame, ac_c, %s);\n        ac_frame_free(ac_task, ac_c);\n    }\n",
                   c->type);
    buf_puts(out, "    return ac_r.pending;\n}\n");
}

static const char *frame_bytes(struct unit *u, const struct call *c)
{
    if (c->callee.child_type)
        return arena_printf(&u->arena, "sizeof(%s)", c->callee.child_type);
    if (c->callee.callee_async)
        return arena_printf(&u->arena, "%llu", (unsigned long long)c->callee.callee_async->frame_size);
    return c->is_void ? "sizeof(struct ac_node)" : arena_printf(&u->arena, "AC_RESULT_FRAME(%s)", c->type);
}

// The struct with what the call is given.
static void given_print(struct unit *u, const struct call *c, struct buf *out)
{
    const char *separator = "";
    buf_printf(out, "struct %s ac_call = { ", c->name);
    if (!c->callee.callee) {
        buf_printf(out, ".callee = %s", edit_render(u, c->call->call.callee->span));
        separator = ", ";
    }
    uint32_t n = 0;
    // Designators, so that a member without a value is no warning; the result is set in any case.
    for (const struct expr *a = c->call->call.args; a; a = a->next, separator = ", ")
        buf_printf(out, "%s.a%u = %s", separator, ++n, edit_render(u, a->span));
    if (!*separator)
        buf_puts(out, ".result = 0");
    buf_puts(out, " }; ");
}

static const char *spawn_text(struct unit *u, const struct call *c)
{
    struct buf out = {0};
    buf_printf(&out, "__extension__({ struct ac_executor *ac_e = %s; ", edit_render(u, c->executor->span));
    given_print(u, c, &out);
    buf_printf(&out, "ac_start_root(ac_e, %s, %s_enter, &ac_call); })", frame_bytes(u, c), c->name);
    return buf_keep(&u->arena, &out);
}

// A child that could not be made is the call's failure, where its type has room for one.
static const char *block_on_text(struct unit *u, const struct call *c)
{
    struct buf out = {0};
    bool has_errors = !c->is_void && type_is_integer(u, c->result) && type_is_signed(u, c->result);
    buf_puts(&out, "__extension__({ ");
    given_print(u, c, &out);
    // An `if` would be misleading behind the user's `else`.
    buf_printf(&out, "ac_run_root(%s, %s_enter, &ac_call, ", frame_bytes(u, c), c->name);
    if (c->is_void)
        buf_puts(&out, "(void *)0, 0, 0)");
    else
        buf_printf(&out, "&ac_call.result, AC_RESULT_OFFSET(%s), sizeof ac_call.result)", c->type);
    buf_puts(&out, has_errors ? " ? (void)(ac_call.result = -AC_ENOMEM) : (void)0; " : " ? ac_no_memory(\"ac_block_on\") : (void)0; ");
    buf_puts(&out, c->is_void || c->is_dropped ? "(void)0; })" : "ac_call.result; })");
    return buf_keep(&u->arena, &out);
}

// Those within its arguments were lowered before it.
static void lower_call(struct unit *u, const struct function *f, struct call *c)
{
    callee_classify(u, NULL, &c->callee, c->call->call.callee);
    c->result = c->callee.callee_type->base;
    c->poll = poll_type_of(u, c->result, &c->in_frame);
    c->is_void = type_plain(u, c->result)->kind == TYPE_VOID;
    c->is_outside = c->callee.kind == CALLEE_OUTSIDE;
    c->type = c_decl(u, type_unqualified(u, c->result), "", true);
    struct buf before = {0};
    struct_print(u, c, &before);
    if (c->is_outside)
        outside_print(c, &before);
    enter_print(u, c, &before);
    for (size_t i = 0; i < before.len; i++)
        if (before.bytes[i] == '\n')
            before.bytes[i] = SOFT_NEWLINE;
    edit_before(u, f->decl->span.lo, buf_keep(&u->arena, &before));
    edit_replace(u, c->expr->span, c->executor ? spawn_text(u, c) : block_on_text(u, c));
}

static void visit_stmt(struct walk *w, struct stmt *s)
{
    struct roots *r = (struct roots *)w;
    r->dropped = s->kind == STMT_EXPR && s->expr.expr && !r->is_value[s->span.lo] ? expr_bare(s->expr.expr) : NULL;
}

static void visit(struct walk *w, struct expr *e)
{
    struct roots *r = (struct roots *)w;
    const struct stmt *last = e->kind == EXPR_STMT_EXPR ? last_statement(e->stmt_expr.block) : NULL;
    if (last)
        r->is_value[last->span.lo] = true;
    struct expr *operand = e->kind == EXPR_CALL ? root_call(e) : NULL, *call = operand ? expr_bare(operand) : NULL;
    if (!call || call->kind != EXPR_CALL || !expr_calls_async(r->u, call))
        return;
    struct call *c = NEW(&r->u->arena, struct call);
    *c = (struct call){.outer = r->last, .expr = e, .executor = operand == e->call.args ? NULL : e->call.args, .call = call,
                       .is_dropped = e == r->dropped};
    c->name = fresh_name(r->u, arena_printf(&r->u->arena, "ac_root%u", ++r->count));
    r->last = c;
}

// What an erased ac_spawn is says acc/executor.h.
static void erase_call(struct unit *u, const struct call *c)
{
    if (!c->executor)
        edit_replace(u, c->expr->call.callee->span, "");
}

void lower_roots(struct unit *u)
{
    struct roots r = {.walk = {.expr = visit, .stmt = visit_stmt}, .u = u, .is_value = NEW_ARRAY(&u->arena, bool, u->token_count)};
    for (struct function *f = unit_functions(u); f; f = f->next) {
        if (f->is_async || f->outer)
            continue;
        r.last = NULL;
        walk_stmt(&r.walk, f->body);
        for (struct call *c = r.last; c; c = c->outer)
            if (u->lowering->is_erased)
                erase_call(u, c);
            else
                lower_call(u, f, c);
        if (r.last)
            protect_macros(u, f->decl);
    }
}
