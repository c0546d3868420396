// Comparisons with -1 of what an operation of the runtime gives: -errno, which is -1 for EPERM alone.
//
//     if (await ac_connect(fd, address, length) == -1)    →    'ac_connect' gives -errno when it fails, so compare with 0
//
// The value may have gone through a local that nothing else is assigned to; that is looked for among the tokens of the function.
// And `errno` where a test has found that an operation failed, which does not set it.
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/sema.h"

// Results of these are the program's own.
static const char *const own_results[] = { "ac_wait", "ac_offload", "ac_getaddrinfo" };

static bool gives_errno(const struct unit *u, const struct symbol *s)
{
    if (!s || s->kind != SYMBOL_FUNCTION || strncmp(s->name->text, "ac_", 3) != 0 || !symbol_is_systems(u, s))
        return false;
    for (size_t i = 0; i < sizeof own_results / sizeof *own_results; i++)
        if (!strcmp(s->name->text, own_results[i]))
            return false;
    return true;
}

// Whether the call whose '(' is at `open` is all of what is assigned: `n = await ac_read(...);`, not `c = await ac_read(...) > 0 ? 1 : -1;`
static bool is_whole(const struct unit *u, uint32_t open, uint32_t end)
{
    int depth = 0, kind;
    do {
        kind = u->tokens[open].kind;
        depth += (kind == '(') - (kind == ')');
    } while (++open < end && depth > 0);
    kind = u->tokens[open].kind;
    return kind == ';' || kind == ',' || kind == ')';
}

// The operation whose result the variable holds: all that the function assigns to it are awaits of one. NULL: there is more.
static const struct symbol *assigned(const struct unit *u, const struct function *f, const struct name *variable)
{
    const struct symbol *operation = NULL;
    for (uint32_t t = f->decl->span.lo; t + 3 < f->decl->span.hi; t++) {
        int before = u->tokens[t - 1].kind, after = u->tokens[t + 1].kind;
        bool is_other = u->tokens[t].name != variable || before == '.' || before == TOK_ARROW;
        if (is_other || after != '=')
            continue;
        uint32_t callee = t + 2 + (u->tokens[t + 2].kind == TOK_AWAIT);
        const struct name *name = u->tokens[callee].name;
        if (!name || !gives_errno(u, name->symbol) || !is_whole(u, callee + 1, f->decl->span.hi))
            return NULL;
        operation = name->symbol;
    }
    return operation;
}

static const struct symbol *operation_of(const struct unit *u, const struct function *f, struct expr *e)
{
    e = expr_bare(e);
    if (e->kind == EXPR_ASSIGN && e->assign.op == '=')
        e = expr_bare(e->assign.rhs);
    if (e->kind == EXPR_AWAIT)
        e = expr_bare(e->await.operand);
    struct expr *name = e->kind == EXPR_CALL ? expr_bare(e->call.callee) : e;
    const struct symbol *s = name->kind == EXPR_NAME ? name->name.symbol : NULL;
    if (e->kind == EXPR_CALL)
        return gives_errno(u, s) ? s : NULL;
    return s && s->kind == SYMBOL_OBJECT && s->scope_depth && !s->is_address_taken ? assigned(u, f, s->name) : NULL;
}

void warn_errno(struct unit *u, const struct function *f, struct expr *e)
{
    bool is_equal = e->binary.op == TOK_EQ, is_compared = is_equal || e->binary.op == TOK_NE;
    struct expr *value = e->binary.rhs;
    if (!is_compared || !value->is_constant || value->value != -1 || !diag_wants(u, WARNING_ERRNO_RESULT, e->span.lo))
        return;
    const struct symbol *operation = operation_of(u, f, e->binary.lhs);
    if (!operation)
        return;
    struct diag *d = diag_warn(u, WARNING_ERRNO_RESULT, e->span, "'%s' gives -errno when it fails, not -1", operation->name->text);
    diag_fix_replace(u, d, (struct span){ e->binary.lhs->span.hi, value->span.hi }, is_equal ? "< 0" : ">= 0");
}

// The operation that has failed where the test holds. NULL: there is none, or perhaps something else has.
static const struct symbol *failed(const struct unit *u, const struct function *f, struct expr *test)
{
    test = expr_bare(test);
    if (test->kind != EXPR_BINARY)
        return operation_of(u, f, test);
    int op = test->binary.op;
    if (op == TOK_OROR) {
        const struct symbol *first = failed(u, f, test->binary.lhs);
        return first && failed(u, f, test->binary.rhs) ? first : NULL;
    }
    const struct expr *limit = test->binary.rhs;
    bool is_negative = limit->is_constant && limit->value == 0 && (op == '<' || op == TOK_LE || op == TOK_NE);
    return is_negative ? operation_of(u, f, test->binary.lhs) : NULL;
}

static bool is_errno(const struct token *t)
{
    static const char *const names[] = { "errno", "__errno_location", "__errno", "___errno", "__error" };
    for (size_t i = 0; t->name && i < sizeof names / sizeof *names; i++)
        if (!strcmp(t->name->text, names[i]))
            return true;
    return false;
}

static bool shows_errno(const struct unit *u, uint32_t token)
{
    static const char *const names[] = { "perror", "err", "warn" };
    const struct name *name = u->tokens[token].name;
    for (size_t i = 0; name && u->tokens[token + 1].kind == '(' && i < sizeof names / sizeof *names; i++)
        if (!strcmp(name->text, names[i]))
            return name->symbol && symbol_is_systems(u, name->symbol);
    return is_errno(&u->tokens[token]);
}

// `if (await ac_connect(...) < 0) return -errno;`: what the operation leaves alone tells of something older. Only the first statement is
// looked at; those behind it may tell of another call.
void warn_old_errno(struct unit *u, const struct function *f, struct expr *test, const struct stmt *then)
{
    while (then && then->kind == STMT_BLOCK)
        then = then->block.items;
    bool is_plain = then && (then->kind == STMT_EXPR || then->kind == STMT_RETURN || then->kind == STMT_DECL);
    if (!is_plain || !diag_wants(u, WARNING_ERRNO_RESULT, then->span.lo))
        return;
    uint32_t t = then->span.lo;
    while (t < then->span.hi && !shows_errno(u, t))
        t++;
    const struct expr *e = then->kind == STMT_EXPR && then->expr.expr ? expr_bare(then->expr.expr) : NULL;
    bool is_set = e && e->kind == EXPR_ASSIGN && t < e->assign.lhs->span.hi;
    const struct symbol *operation = t < then->span.hi && !is_set ? failed(u, f, test) : NULL;
    if (operation)
        diag_warn(u, WARNING_ERRNO_RESULT, then->span, "errno is of something older: '%s' gives -errno and leaves it alone",
                  operation->name->text);
}
