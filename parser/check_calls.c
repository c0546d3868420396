// Warnings about single calls and statements of async functions.
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/sema.h"

enum when { ALWAYS, UNLESS_SET, UNLESS_ZERO, UNLESS_OUTPUT, IF_STDIN };

static const struct blocking {
    const char *name;
    enum when when;
    int argument;
    const char *instead;
} blocking_table[] = {
#define BLOCKING(name, when, argument, instead) { #name, when, argument, instead },
#include "parser/blocking.def"
#undef BLOCKING
};

static const struct blocking *blocking_find(const struct name *name)
{
    for (size_t i = 0; i < sizeof blocking_table / sizeof *blocking_table; i++)
        if (!strcmp(blocking_table[i].name, name->text))
            return &blocking_table[i];
    return NULL;
}

static bool is_system(const struct unit *u, struct span at)
{
    return at.hi > at.lo && u->tokens[at.lo].flags & TOKEN_SYSTEM;
}

// The system's function of that name, and not the user's own.
static bool is_systems_own(const struct unit *u, const struct symbol *s)
{
    bool is_users = s->function && !is_system(u, s->function->symbol->span);
    return s->kind == SYMBOL_FUNCTION && (s->is_builtin || is_system(u, s->span)) && !is_users;
}

static bool waits_with(const struct blocking *b, struct expr *argument)
{
    for (int i = 0; argument && i < b->argument; i++)
        argument = argument->next;
    if (!argument)
        return b->when != IF_STDIN;
    struct expr *bare = expr_bare(argument);
    switch (b->when) {
    case ALWAYS: return true;
    case UNLESS_SET: return !argument->is_constant || argument->value == 0;
    case UNLESS_ZERO: return !argument->is_constant || argument->value != 0;
    case UNLESS_OUTPUT: return !argument->is_constant || (argument->value != 1 && argument->value != 2);
    case IF_STDIN: return bare->kind == EXPR_NAME && !strcmp(bare->name.name->text, "stdin");
    }
    __builtin_unreachable();
}

void warn_blocking(struct unit *u, struct expr *call)
{
    struct expr *callee = expr_bare(call->call.callee);
    if (callee->kind != EXPR_NAME || !callee->name.symbol || !is_systems_own(u, callee->name.symbol))
        return;
    const struct blocking *b = blocking_find(callee->name.name);
    if (!b || !waits_with(b, call->call.args))
        return;
    if (*b->instead)
        diag_warn(u, WARNING_BLOCKING, call->span, "'%s' stops every other task as well; 'await %s' stops only this one",
                  b->name, b->instead);
    else
        diag_warn(u, WARNING_BLOCKING, call->span, "'%s' stops every other task as well, until it returns", b->name);
}

// The function called, when the call names it.
static const struct symbol *function_called(struct expr *call)
{
    struct expr *callee = call->kind == EXPR_CALL ? expr_bare(call->call.callee) : NULL;
    bool is_named = callee && callee->kind == EXPR_NAME && callee->name.symbol;
    return is_named && callee->name.symbol->kind == SYMBOL_FUNCTION ? callee->name.symbol : NULL;
}

void warn_unused(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    if (e->kind == EXPR_COMMA) {
        warn_unused(u, e->comma.lhs);
        warn_unused(u, e->comma.rhs);
    } else if (e->kind == EXPR_CALL && type_plain(u, e->type)->kind == TYPE_HANDLE) {
        diag_warn(u, WARNING_UNAWAITED, e->span, "the handle that '%s' returns is dropped: its child is never awaited",
                  span_said(u, expr_bare(e->call.callee)->span));
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
