// Statements: every expression in them gets its type; what a function contains is noted in its flags.
#include "parser/sema.h"

static void sema_operand(struct unit *u, struct expr *e)
{
    if (!e)
        return;
    sema_expr(u, e);
    type_value(u, e);
}

static void sema_test(struct unit *u, struct expr *e)
{
    sema_operand(u, e);
    if (e)
        judge_operand(u, e);
}

static void sema_operands(struct unit *u, struct expr *list)
{
    for (struct expr *e = list; e; e = e->next)
        sema_expr(u, e);
}

static void sema_block(struct unit *u, struct stmt *s)
{
    struct visible *outer = u->sema->locals;
    for (struct stmt *item = s->block.items; item; item = item->next)
        sema_stmt(u, item);
    u->sema->locals = outer;
}

static void sema_for(struct unit *u, struct stmt *s)
{
    struct visible *outer = u->sema->locals;
    if (s->for_.init)
        sema_stmt(u, s->for_.init);
    sema_test(u, s->for_.test);
    sema_operand(u, s->for_.step);
    sema_stmt(u, s->for_.body);
    u->sema->locals = outer;
}

static void sema_arm(struct unit *u, struct stmt *s)
{
    if (s->arm.decl)
        sema_decl(u, s->arm.decl);
    sema_operand(u, s->arm.expr);
    if (s->arm.body)
        sema_stmt(u, s->arm.body);
}

// Does all of a statement but its last part, which it returns: `else` chains and labels go on in the caller's loop.
static struct stmt *sema_part(struct unit *u, struct stmt *s)
{
    struct function none = { 0 };       // around a statement expression at file scope, which the C compiler refuses
    struct function *f = u->sema->function ? u->sema->function : &none;
    switch (s->kind) {
    case STMT_EXPR: sema_operand(u, s->expr.expr); return NULL;
    case STMT_DECL: sema_decl(u, s->decl.decl); return NULL;
    case STMT_BLOCK: sema_block(u, s); return NULL;
    case STMT_IF:
        sema_test(u, s->if_.test);
        if (!s->if_.no)
            return s->if_.yes;
        sema_stmt(u, s->if_.yes);
        return s->if_.no;
    case STMT_WHILE: sema_test(u, s->while_.test); return s->while_.body;
    case STMT_DO:
        sema_stmt(u, s->do_.body);
        sema_test(u, s->do_.test);
        return NULL;
    case STMT_FOR: sema_for(u, s); return NULL;
    case STMT_SWITCH: sema_test(u, s->switch_.value); return s->switch_.body;
    case STMT_CASE:
        sema_operand(u, s->case_.lo);
        sema_operand(u, s->case_.hi);
        return s->case_.body;
    case STMT_DEFAULT: return s->default_.body;
    case STMT_LABEL: return s->label.body;
    case STMT_GOTO_PTR:
        sema_operand(u, s->goto_ptr.target);
        f->has_computed_goto = true;
        return NULL;
    case STMT_RETURN:
        sema_operand(u, s->return_.value);
        if (!s->return_.value || !f->type || f->type->kind != TYPE_FUNCTION || !frame_made(u, f->type->base, s->return_.value))
            judge_return(u, s);
        return NULL;
    case STMT_ASM:
        sema_operands(u, s->asm_.outputs);
        sema_operands(u, s->asm_.inputs);
        return NULL;
    case STMT_DEFER: f->has_endings = true; return s->defer.body;
    case STMT_AWAIT_ALL: f->has_await = true; return NULL;
    case STMT_AWAIT_ANY: f->has_await = true; return s->await_any.body;
    case STMT_ARM: sema_arm(u, s); return NULL;
    case STMT_GOTO: case STMT_BREAK: case STMT_CONTINUE: case STMT_ERROR: return NULL;
    }
    __builtin_unreachable();
}

void sema_stmt(struct unit *u, struct stmt *s)
{
    uint32_t length = 0;
    for (; s; s = sema_part(u, s)) {
        length++;
        if (!sema_enter(u, s->span, 1))
            break;
    }
    sema_leave(u, length);
}
