// Corrections of calls that stop the thread: the operation that takes the same arguments.
//
//     if (write(fd, line, n) < 0)    →    if (await ac_write_all(fd, line, n) < 0)
//     send(fd, line, n, 0);          →    (void)await ac_write_all(fd, line, n);
//
// An operation gives -errno where the call gives -1 and sets errno. So nothing is offered where that would be noticed: the function
// mentions errno, or the value goes where it may be compared with -1.
#include <string.h>

#include "grammar.h"
#include "parser/check_blocking.h"

enum { NO_SIGNAL = 0x4000 };            // MSG_NOSIGNAL of Linux

// A time in the unit of the call becomes one in nanoseconds; both give 0 when it has passed.
void offer_sleep(struct unit *u, struct diag *d, struct expr *call)
{
    static const struct { const char *name, *unit; } sleeps[] = { { "sleep", ") * AC_SECOND)" }, { "usleep", ") * AC_MICROSECOND)" } };
    const struct expr *callee = call->call.callee, *time = call->call.args;
    if (callee->kind != EXPR_NAME || !time || time->next || !suggest_call(u, "ac_sleep", call->span.lo))
        return;
    for (size_t i = 0; i < sizeof sleeps / sizeof *sleeps; i++)
        if (!strcmp(callee->name.name->text, sleeps[i].name)) {
            bool is_one_token = time->span.hi == time->span.lo + 1;
            diag_fix_replace(u, d, (struct span){ call->span.lo, time->span.lo }, is_one_token ? "await ac_sleep(" : "await ac_sleep((");
            diag_fix_replace(u, d, (struct span){ time->span.hi, call->span.hi }, sleeps[i].unit + is_one_token);
        }
}

bool drops_nothing(struct expr *call, int kept)
{
    for (const struct expr *argument = call->call.args; argument; argument = argument->next)
        if (kept-- <= 0 && (!argument->is_constant || (argument->value != 0 && argument->value != NO_SIGNAL)))
            return false;
    return true;
}

// Also in parentheses, as SOCKET_ERROR is.
static bool is_minus_one(const struct unit *u, uint32_t token)
{
    token += u->tokens[token].kind == '(';
    const struct token *one = &u->tokens[token + 1];
    return u->tokens[token].kind == '-' && one->len == 1 && *token_text(u, token + 1) == '1';
}

static bool is_equality(const struct unit *u, uint32_t token)
{
    return u->tokens[token].kind == TOK_EQ || u->tokens[token].kind == TOK_NE;
}

// Whether somewhere in the function the variable is compared with -1.
static bool compares(const struct unit *u, const struct function *f, const struct name *variable)
{
    for (uint32_t t = f->decl->span.lo; t + 3 < f->decl->span.hi; t++)
        if (u->tokens[t].name == variable && is_equality(u, t + 1) && is_minus_one(u, t + 2))
            return true;
    return false;
}

static bool begins_statement(int before)
{
    return before == ';' || before == '{' || before == '}' || before == ')' || before == ':' || before == TOK_ELSE || before == TOK_DO;
}

enum use { USE_NONE, USE_SIGN, USE_OTHER };

// What becomes of the value of a call, by the tokens around it.
static enum use use_of(const struct unit *u, const struct function *caller, struct span call)
{
    const struct token *before = &u->tokens[call.lo - 1];
    uint32_t after = call.hi;
    while (u->tokens[after].kind == ')')
        after++;
    if (is_equality(u, after) && is_minus_one(u, after + 1))
        return USE_OTHER;
    if (before->kind == '=') {
        int owner = u->tokens[call.lo - 3].kind;
        const struct name *variable = u->tokens[call.lo - 2].name;
        bool is_variable = variable && owner != '.' && owner != TOK_ARROW;
        return is_variable && !compares(u, caller, variable) ? USE_SIGN : USE_OTHER;
    }
    switch (u->tokens[after].kind) {
    case TOK_EQ: case TOK_NE: case '<': case '>': case TOK_LE: case TOK_GE:
        return USE_SIGN;
    case ';':
        return after == call.hi && begins_statement(before->kind) ? USE_NONE : USE_OTHER;
    default:
        return USE_OTHER;
    }
}

void offer_operation(struct unit *u, struct diag *d, const struct function *caller, struct expr *call, struct operation operation)
{
    static const char *const errno_words[] = { "errno", NULL };
    enum use use = use_of(u, caller, call->span);
    struct expr *last = call->call.args;
    for (int i = 1; last && i < operation.kept; i++)
        last = last->next;
    bool is_named = call->call.callee->kind == EXPR_NAME && last && operation.kept;
    bool is_same = operation.tells_same || (use != USE_OTHER && !function_says(u, caller, errno_words));
    if (!is_named || !is_same || !drops_nothing(call, operation.kept) || !suggest_call(u, operation.name, call->span.lo))
        return;
    bool is_bare = use == USE_NONE && u->tokens[call->span.lo - 2].kind != TOK_VOID;
    const char *text = arena_printf(&u->arena, "%sawait %s", is_bare ? "(void)" : "", operation.name);
    diag_fix_replace(u, d, call->call.callee->span, text);
    if (last->next)
        diag_fix_replace(u, d, (struct span){ last->span.hi, call->span.hi - 1 }, "");
}
