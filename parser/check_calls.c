// Warnings about the values of calls and statements of async functions.
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/handle_type.h"
#include "parser/sema.h"

static bool is_system(const struct unit *u, struct span at)
{
    return at.hi > at.lo && u->tokens[at.lo].flags & TOKEN_SYSTEM;
}

// The function called, when the call names it.
static const struct symbol *function_called(struct expr *call)
{
    struct expr *callee = call->kind == EXPR_CALL ? expr_bare(call->call.callee) : NULL;
    bool is_named = callee && callee->kind == EXPR_NAME && callee->name.symbol;
    return is_named && callee->name.symbol->kind == SYMBOL_FUNCTION ? callee->name.symbol : NULL;
}

static bool gives_handles(struct unit *u, const struct expr *e)
{
    return (e->kind == EXPR_CALL || e->kind == EXPR_AWAIT) && e->type && type_holds_handles(u, e->type);
}

void warn_unused(struct unit *u, struct expr *e, bool can_wait)
{
    e = expr_bare(e);
    if (e->kind == EXPR_COMMA) {
        warn_unused(u, e->comma.lhs, can_wait);
        warn_unused(u, e->comma.rhs, can_wait);
    } else if (gives_handles(u, e)) {
        struct expr *call = e->kind == EXPR_AWAIT ? expr_bare(e->await.operand) : e;
        bool is_call = call->kind == EXPR_CALL, is_one = type_plain(u, e->type)->kind == TYPE_HANDLE;
        const char *what = is_one ? "the handle that '%s' returns is dropped: its child is never awaited"
                                  : "the handles that '%s' returns are dropped: their children are never awaited";
        const char *callee = span_said(u, is_call ? expr_bare(call->call.callee)->span : call->span);
        struct diag *d = diag_warn(u, WARNING_UNAWAITED, e->span, what, callee);
        if (is_one && can_wait)
            diag_fix_insert(u, d, e->span.lo, "await ");
    } else if (e->kind == EXPR_AWAIT) {
        const struct symbol *f = function_called(expr_bare(e->await.operand));
        if (!f || (!attr_find(f->attrs, "warn_unused_result") && !attr_find(f->attrs, "nodiscard")))
            return;
        struct diag *d = diag_warn(u, WARNING_UNUSED_RESULT, e->span, "the result of '%s' is ignored", f->name->text);
        if (!is_system(u, f->span))
            diag_note(u, d, f->span, "'%s' declared here", f->name->text);
    }
}

bool call_returns(struct expr *call)
{
    static const char *const names[] = { "exit", "_exit", "_Exit", "abort", "longjmp", "siglongjmp", "quick_exit",
                                         "__builtin_unreachable", "__builtin_trap", "__builtin_abort", "__builtin_exit" };
    const struct symbol *f = function_called(call);
    struct expr *callee = expr_bare(call->call.callee);
    if (f && f->is_noreturn)
        return false;
    for (size_t i = 0; callee->kind == EXPR_NAME && i < sizeof names / sizeof *names; i++)
        if (!strcmp(callee->name.name->text, names[i]))
            return false;
    return true;
}

bool expr_returns(struct expr *e)
{
    e = e ? expr_bare(e) : NULL;
    if (!e)
        return true;
    switch (e->kind) {
    case EXPR_CALL:
        return call_returns(e);
    case EXPR_AWAIT:
        return expr_returns(e->await.operand);
    case EXPR_CAST:
        return expr_returns(e->cast.operand);
    case EXPR_COMMA:
        return expr_returns(e->comma.lhs) && expr_returns(e->comma.rhs);
    case EXPR_COND:
        if (e->cond.test->is_constant)
            return expr_returns(e->cond.test->value ? e->cond.yes : e->cond.no);
        return !e->cond.yes || expr_returns(e->cond.yes) || expr_returns(e->cond.no);
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_LABEL_ADDR: case EXPR_COMPOUND:
    case EXPR_INIT: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_BUILTIN_T: case EXPR_START: case EXPR_UNARY:
    case EXPR_POSTFIX: case EXPR_BINARY: case EXPR_ASSIGN: case EXPR_INDEX: case EXPR_MEMBER: case EXPR_PAREN: case EXPR_GENERIC:
    case EXPR_CHOOSE: case EXPR_SIZEOF: case EXPR_STMT_EXPR: case EXPR_ERROR:
        return true;
    }
    __builtin_unreachable();
}
