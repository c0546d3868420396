// Expressions with an await: what comes before is written out as statements, the rest stays where the user wrote it.
// Mirrors cfg_expr.c's `before`, event for event.
#include <string.h>

#include "grammar.h"
#include "lower/ctype.h"
#include "lower/text.h"
#include "parser/sema.h"

const char *lower_rest(struct lower *l, struct expr *e)
{
    return edit_render(l->u, e->span);
}

const char *temp_text(struct lower *l, const struct local *v)
{
    if (v->c_type)
        return arena_printf(&l->u->fn, "%s %s", v->c_type, v->name);
    return c_decl(l->u, v->type, v->name, false);
}

static bool is_low(const struct expr *e)
{
    return e->kind == EXPR_COMMA;
}

// The rest of e as an operand of an assignment.
static const char *assigned(struct lower *l, struct expr *e)
{
    const char *text = lower_rest(l, e);
    return is_low(e) ? arena_printf(&l->u->fn, "(%s)", text) : text;
}

static void pin(struct lower *l, struct expr *e)
{
    struct unit *u = l->u;
    const struct local *v = hoist_of(u, e)->pin;
    const char *value = assigned(l, e);
    if (v->class == LOCAL_RESIDENT) {
        buf_printf(l->out, "%s;\n", c_assign(u, v->type, arena_printf(&u->fn, "ac_self->%s", v->field), value));
        edit_replace(u, e->span, arena_printf(&u->fn, "ac_self->%s", v->field));
        return;
    }
    buf_printf(l->out, "%s = %s%s;\n", temp_text(l, v), v->is_lvalue_pin ? "&" : "", value);
    if (type_is_vm(u, v->type)) {
        edit_replace(u, e->span, arena_printf(&u->fn, "((__typeof__(%s))%s)", value, v->name));
        return;
    }
    edit_replace(u, e->span, v->is_lvalue_pin ? arena_printf(&u->fn, "(*%s)", v->name) : v->name);
}

static void operand_before(struct lower *l, struct expr *e)
{
    const struct hoist *h = hoist_of(l->u, e);
    if (h->has_pre)
        lower_before(l, e);
    if (h->pin && !h->is_branch)
        pin(l, e);
}

static void operands_before(struct lower *l, struct expr *e)
{
    struct operands o = operands_of(l->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        operand_before(l, o.list[i].expr);
}

// One side of && || ?: , which leaves its value in the temporary, as a truth value or as it is.
static void arm(struct lower *l, struct expr *e, const struct local *v, bool is_truth)
{
    operand_before(l, e);
    const char *value = assigned(l, e);
    if (!v)
        buf_printf(l->out, "%s;\n", value);
    else if (is_truth)
        buf_printf(l->out, "%s = !!(%s);\n", v->name, value);
    else
        buf_printf(l->out, "%s;\n", c_assign(l->u, v->type, v->name, value));
}

// "if (v) {", "if (!v) {" about the value of `test`, which v holds. A constant stays one: what is behind it may be unreachable.
static void branch(struct lower *l, const struct expr *test, bool outcome, const struct local *v)
{
    if (test->is_constant)
        buf_printf(l->out, "if (%d) {\n", (test->value != 0) == outcome);
    else
        buf_printf(l->out, "if (%s%s) {\n", outcome ? "" : "!", v->name);
}

static void logical_before(struct lower *l, struct expr *e)
{
    struct unit *u = l->u;
    const struct local *v = hoist_of(u, e)->pin;
    operand_before(l, e->binary.lhs);
    if (!hoist_of(u, e)->is_branch)
        return;
    buf_printf(l->out, "int %s = !!(%s);\n", v->name, lower_rest(l, e->binary.lhs));
    branch(l, e->binary.lhs, e->binary.op != TOK_OROR, v);
    arm(l, e->binary.rhs, v, true);
    buf_puts(l->out, "}\n");
    edit_replace(u, e->span, v->name);
}

static void cond_before(struct lower *l, struct expr *e)
{
    struct unit *u = l->u;
    const struct local *v = hoist_of(u, e)->pin;
    operand_before(l, e->cond.test);
    if (!hoist_of(u, e)->is_branch)
        return;
    const char *test = lower_rest(l, e->cond.test);
    if (v && v->class != LOCAL_RESIDENT)
        buf_printf(l->out, "%s;\n", temp_text(l, v));
    if (!e->cond.yes) {             // a ?: b
        buf_printf(l->out, "%s = %s;\n", v->name, test);
        branch(l, e->cond.test, false, v);
    } else {
        buf_printf(l->out, "if (%s) {\n", test);
        arm(l, e->cond.yes, v, false);
        buf_puts(l->out, "} else {\n");
    }
    arm(l, e->cond.no, v, false);
    buf_puts(l->out, "}\n");
    edit_replace(u, e->span, v ? v->name : "(void)0");
}

// The rest of an awaiting expression is a name or a constant: as a statement it does nothing.
bool rest_is_idle(struct lower *l, struct expr *e)
{
    struct expr *bare = expr_bare(e);
    const struct hoist *h = hoist_of(l->u, bare);
    if (bare->kind == EXPR_CAST && !type_is_vm(l->u, bare->type))
        return rest_is_idle(l, bare->cast.operand);
    if (bare->kind == EXPR_COMMA && h->has_pre)
        return hoist_of(l->u, bare->comma.rhs)->has_pre && rest_is_idle(l, bare->comma.rhs);
    return h->is_branch || bare->kind == EXPR_AWAIT || bare->kind == EXPR_START;
}

static void comma_before(struct lower *l, struct expr *e)
{
    struct unit *u = l->u;
    operand_before(l, e->comma.lhs);
    bool is_idle = hoist_of(u, e->comma.lhs)->has_pre && rest_is_idle(l, e->comma.lhs);
    if (!hoist_of(u, e->comma.rhs)->has_pre) {
        if (is_idle)
            edit_replace(u, (struct span){e->span.lo, e->comma.rhs->span.lo}, "");
        return;
    }
    if (!is_idle)
        buf_printf(l->out, "%s;\n", lower_rest(l, e->comma.lhs));
    operand_before(l, e->comma.rhs);
    const char *rest = lower_rest(l, e->comma.rhs);
    edit_replace(u, e->span, rest);
}

static const char *args_text(struct lower *l, struct expr *args)
{
    struct buf out = {0};
    for (struct expr *a = args; a; a = a->next)
        buf_printf(&out, ", %s", assigned(l, a));
    return buf_keep(&l->u->fn, &out);
}

// What a message of the running program calls a handle or a frame: the user's words, as a string.
const char *named_text(struct unit *u, const struct expr *e)
{
    struct buf out = {0};
    const char *said = span_said(u, e->span);
    buf_put_literal(&out, said, strlen(said));
    return buf_keep(&u->arena, &out);
}

static void handle_before(struct lower *l, struct expr *e, struct point *p)
{
    struct unit *u = l->u;
    struct expr *operand = e->await.operand;
    const char *taken = arena_printf(&u->arena, operand->is_lvalue ? "AC_HANDLE_TAKE(&%s, %s)" : "(%s)", assigned(l, operand),
                                     named_text(u, expr_bare(operand)));
    if (p->arm) {
        lower_arm(l, p, taken, "");
        return;
    }
    buf_printf(l->out, "ac_handle %s = %s;\n", p->handle->name, taken);
    lower_point(l, p, "ac_join", arena_printf(&u->arena, ", %s.task", p->handle->name));
}

//     struct fetch_object *ac_h1 = &fr;      and the call that runs it there
static void object_before(struct lower *l, struct expr *e, struct point *p)
{
    struct unit *u = l->u;
    bool is_await = e->kind == EXPR_AWAIT;
    struct expr *operand = is_await ? e->await.operand : e->start.operand;
    const char *name = p->handle ? p->handle->name : arena_printf(&u->arena, "ac_f%u", p->number);
    buf_printf(l->out, "struct %s *%s = &%s;\n", p->callee->object, name, assigned(l, operand));
    buf_printf(l->out, "AC_FRAME_START(%s, %s, \"%s\");\n", name, named_text(u, expr_bare(operand)), p->callee->name->text);
    const char *args = object_arguments(u, p->callee, name);
    if (p->arm)
        lower_arm(l, p, p->callee->name->text, args);
    else if (is_await)
        lower_point(l, p, p->callee->name->text, args);
    else
        lower_start(l, p, p->callee->name->text, args);
}

static void await_before(struct lower *l, struct expr *e)
{
    struct unit *u = l->u;
    struct point *p = hoist_of(u, e)->point;
    struct expr *call = expr_bare(e->kind == EXPR_AWAIT ? e->await.operand : e->start.operand);
    operands_before(l, e);
    if (p->kind == CALLEE_HANDLE) {
        handle_before(l, e, p);
    } else if (p->kind == CALLEE_OBJECT) {
        object_before(l, e, p);
    } else {
        const char *callee = p->callee_async && p->callee_async->is_main ? "ac_main" : lower_rest(l, call->call.callee);
        const char *args = args_text(l, call->call.args);
        if (p->arm)
            lower_arm(l, p, callee, args);
        else if (e->kind == EXPR_AWAIT)
            lower_point(l, p, callee, args);
        else
            lower_start(l, p, callee, args);
    }
    edit_replace(u, e->span, p->arm ? arm_value(l, p) : p->result ? p->result->value : "(void)0");
}

const struct stmt *last_statement(const struct stmt *block)
{
    const struct stmt *last = NULL;
    for (const struct stmt *i = block->block.items; i; i = i->next)
        last = i;
    while (last && last->kind == STMT_LABEL)
        last = last->label.body;
    return last;
}

// ({ ...; value; })  →  T t; { ...; t = value; }
static void block_before(struct lower *l, struct expr *e)
{
    struct unit *u = l->u;
    struct stmt *block = e->stmt_expr.block;
    const struct local *v = hoist_of(u, e)->pin;
    if (!hoist_of(u, e)->is_branch)
        return;
    if (v && v->class != LOCAL_RESIDENT)
        buf_printf(l->out, "%s;\n", temp_text(l, v));
    struct lower inner = *l;
    struct buf out = {0};
    inner.out = &out;
    inner.value = v ? last_statement(block) : NULL;
    inner.value_to = v;
    for (struct stmt *i = block->block.items; i; i = i->next)
        lower_stmt(&inner, i, true);
    lower_block_end(&inner, block);
    buf_printf(l->out, "%s\n", edit_render(u, block->span));
    buf_free(&out);
    l->continue_used |= inner.continue_used;
    edit_replace(u, e->span, v ? v->name : "(void)0");
}

// Of a _Generic only the chosen expression is evaluated; the others may hold awaits that are no suspension points.
static void chosen_before(struct lower *l, struct expr *e, struct expr *chosen)
{
    if (!chosen)
        return;
    operand_before(l, chosen);
    edit_replace(l->u, e->span, arena_printf(&l->u->fn, "(%s)", lower_rest(l, chosen)));
}

void lower_before(struct lower *l, struct expr *e)
{
    switch (e->kind) {
    case EXPR_BINARY:
        if (e->binary.op != TOK_ANDAND && e->binary.op != TOK_OROR)
            break;
        logical_before(l, e);
        return;
    case EXPR_COND:
        cond_before(l, e);
        return;
    case EXPR_COMMA:
        comma_before(l, e);
        return;
    case EXPR_AWAIT:
    case EXPR_START:
        await_before(l, e);
        return;
    case EXPR_STMT_EXPR:
        block_before(l, e);
        return;
    case EXPR_ASSIGN:
        operands_before(l, e);
        lower_replaced(l->u, l->a->fn, e);
        return;
    case EXPR_GENERIC:
        chosen_before(l, e, e->generic.chosen);
        return;
    case EXPR_CHOOSE:
        chosen_before(l, e, e->choose.chosen);
        return;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_NAME:
    case EXPR_PAREN:
    case EXPR_INDEX:
    case EXPR_CALL:
    case EXPR_MEMBER:
    case EXPR_POSTFIX:
    case EXPR_UNARY:
    case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF:
    case EXPR_CAST:
    case EXPR_COMPOUND:
    case EXPR_INIT:
    case EXPR_VA_ARG:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_BUILTIN_T:
    case EXPR_ERROR:
        break;
    }
    operands_before(l, e);
}
