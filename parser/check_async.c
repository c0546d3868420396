// The rules of async C that need only the typed AST: where await and async may stand, and what they may be applied to.
//
// in:   the declarations of a unit, after sema
// out:  messages
//
//     int r = 1 + fetch (2);    →    call of async function 'fetch' is neither awaited nor started
#include "parser/check_async.h"

#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/sema.h"

static void check_expr(struct checker *c, struct expr *e);

void check_at(struct checker *c, struct expr *e, enum where where)
{
    if (!e)
        return;
    enum where outer = c->where;
    c->where = where;
    check_expr(c, e);
    c->where = outer;
}

void note_declared(struct checker *c, struct diag *d, const struct symbol *symbol, const char *how)
{
    if (symbol && !symbol->is_builtin && symbol->span.hi > symbol->span.lo)
        diag_note(c->u, d, symbol->span, "'%s' is declared %shere", symbol->name->text, how);
}

// Why a function that is not async stays so; NULL: it may become async.
static const char *stays_plain(const struct function *f)
{
    return f->outer ? "is a nested function, which" : f->type->function.is_variadic ? "takes '...' and"
        : f->old_style ? "has an old-style parameter list and" : NULL;
}

// The innermost function is not async: says so and offers to make it so.
static void offer_async(struct checker *c, struct diag *d)
{
    struct function *f = c->function;
    if (!f)
        return;
    const char *reason = stays_plain(f);
    if (reason) {
        diag_note(c->u, d, f->symbol->span, "'%s' %s cannot be async", f->symbol->name->text, reason);
        return;
    }
    diag_note(c->u, d, f->symbol->span, "'%s' is not async; declare it so to wait in it", f->symbol->name->text);
    diag_fix_insert(c->u, d, f->decl->span.lo, "async ");
}

bool is_in_async(const struct checker *c)
{
    return c->function && c->function->is_async;
}

bool check_place(struct checker *c, struct span at, const char *what)
{
    static const char *const places[] = {
        [WHERE_NOT_CHOSEN] = "in what is not chosen", [WHERE_UNEVALUATED] = "in an unevaluated operand",
        [WHERE_CONSTANT] = "in a constant expression", [WHERE_STATIC] = "in a static initialiser", [WHERE_ASM] = "in an asm operand",
        [WHERE_ELEMENTS] = "in what a vector chooses by element",
    };
    bool is_macros = c->u->tokens[at.lo].flags & TOKEN_MACRO;
    if (is_in_async(c) && (c->where == WHERE_NOT_CHOSEN || (c->where == WHERE_UNEVALUATED && is_macros)))
        return false;       // assert(await f()): the macro names its argument once more, in a sizeof
    if (c->where != WHERE_EVALUATED) {
        diag_error(c->u, ERROR_AWAIT_PLACE, first_token(at), "%s %s", what, places[c->where]);
    } else if (!c->function) {
        diag_error(c->u, ERROR_AWAIT_OUTSIDE_ASYNC, first_token(at), "%s outside of a function", what);
    } else if (!c->function->is_async) {
        offer_async(c, diag_error(c->u, ERROR_AWAIT_OUTSIDE_ASYNC, first_token(at), "%s outside an async function", what));
    } else {
        return true;
    }
    return false;
}

static struct symbol *callee_symbol(const struct expr *call)
{
    struct expr *callee = expr_bare(call->call.callee);
    while (callee->kind == EXPR_UNARY && (callee->unary.op == '*' || callee->unary.op == '&'))
        callee = expr_bare(callee->unary.operand);
    return callee->kind == EXPR_NAME ? callee->name.symbol : NULL;
}

static void check_bare_call(struct checker *c, struct expr *e)
{
    struct symbol *symbol = callee_symbol(e);
    bool is_function = symbol && symbol->kind == SYMBOL_FUNCTION;
    struct diag *d = is_function
        ? diag_error(c->u, ERROR_BARE_CALL, e->span,
                     "call of async function '%s' is neither awaited nor started", symbol->name->text)
        : diag_error(c->u, ERROR_BARE_CALL, e->span, "call through async function pointer '%s' is neither awaited nor started",
                     span_said(c->u, e->call.callee->span));
    note_declared(c, d, symbol, is_function ? "async " : "");
    if (c->where != WHERE_EVALUATED || !c->function)
        return;
    c->unawaited++;
    if (is_in_async(c) || !stays_plain(c->function))
        diag_fix_insert(c->u, d, e->span.lo, e->call.gives_handle ? "async " : "await ");
    if (!is_in_async(c))
        offer_async(c, d);
}

static bool is_setjmp(const struct name *name)
{
    return !strcmp(name->text, "setjmp") || !strcmp(name->text, "_setjmp") || !strcmp(name->text, "sigsetjmp")
           || !strcmp(name->text, "__sigsetjmp") || !strcmp(name->text, "__builtin_setjmp");
}

// ac_block_on(f(x)) runs an async call to its end in plain C.
static void check_block_on(struct checker *c, struct expr *e)
{
    bool is_async_call = expr_calls_async(c->u, e->call.args);
    if (is_in_async(c)) {
        struct diag *d = diag_error(c->u, ERROR_BLOCK_ON_IN_ASYNC, e->span,
                                    "'ac_block_on' in an async function would stop everything else that runs; use 'await'");
        if (is_async_call)
            diag_fix_replace(c->u, d, (struct span){ e->span.lo, e->call.args->span.lo }, "(await ");
    } else if (!is_async_call) {
        struct expr *operand = e->call.args;
        struct diag *d = diag_error(c->u, ERROR_BLOCK_ON_OPERAND, operand->span,
                                    "operand of 'ac_block_on' is not a call of an async function");
        if (operand->kind == EXPR_AWAIT)
            diag_fix_replace(c->u, d, first_token(operand->span), "");
    }
}

// ac_spawn(executor, f(x)) starts a task in plain C.
static void check_spawn(struct checker *c, struct expr *e)
{
    struct expr *call = root_call(e);
    if (!call)
        diag_error(c->u, ERROR_SPAWN_OPERAND, e->span, "'ac_spawn' takes an executor and a call of an async function");
    else if (is_in_async(c))
        diag_error(c->u, ERROR_SPAWN_IN_ASYNC, e->span, "'ac_spawn' in an async function; its children are started by 'async %s'",
                   expr_calls_async(c->u, call) ? span_said(c->u, call->span) : "f(x)");
    else if (!expr_calls_async(c->u, call))
        diag_error(c->u, ERROR_SPAWN_OPERAND, call->span, "second operand of 'ac_spawn' is not a call of an async function");
}

// ac_cancel(&h), ac_detach(&h): their parameter is a void *, to which everything converts.
static void check_handle_address(struct checker *c, const struct expr *call)
{
    struct expr *argument = call->call.args;
    struct type *t = type_plain(c->u, argument->type);
    enum type_kind to = t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY ? type_plain(c->u, t->base)->kind : TYPE_VOID;
    if (to != TYPE_HANDLE && to != TYPE_VOID && to != TYPE_ERROR)
        diag_error(c->u, ERROR_INCOMPATIBLE_TYPES, argument->span, "argument of '%s' is not the address of a handle (have %s)",
                   expr_bare(call->call.callee)->name.name->text, type_said(c->u, argument->type));
}

// A call that makes a frame is one of the function whose frame it is.
static void check_made(struct checker *c, struct expr *e)
{
    const struct symbol *wanted = type_plain(c->u, e->call.makes)->symbol;
    struct symbol *symbol = callee_symbol(e);
    if (symbol == wanted)
        return;
    struct diag *d = diag_error(c->u, ERROR_FRAME_OF, e->span, "a call of '%s' makes no frame of '%s'",
                                span_said(c->u, e->call.callee->span), wanted->name->text);
    note_declared(c, d, symbol, "");
}

// A cast hides from pthread_create what its argument is.
static void check_thread(struct checker *c, const struct expr *call)
{
    for (struct expr *i = call->call.args; i; i = i->next) {
        struct expr *e = expr_bare(i);
        if (e->kind != EXPR_CAST)
            continue;
        while (e->kind == EXPR_CAST)
            e = expr_bare(e->cast.operand);
        if (e->kind == EXPR_UNARY && e->unary.op == '&')
            e = expr_bare(e->unary.operand);
        const struct symbol *s = e->kind == EXPR_NAME ? e->name.symbol : NULL;
        if (s && s->kind == SYMBOL_FUNCTION && type_plain(c->u, s->type)->function.is_async)
            diag_error(c->u, ERROR_ASYNC_POINTER, i->span, "what a thread runs is no task: start '%s' as a child, 'async %s(...);'",
                       s->name->text, s->name->text);
    }
}

static void check_call(struct checker *c, struct expr *e)
{
    if (e->call.makes)
        check_made(c, e);
    else if (expr_calls_async(c->u, e) && c->taken != e)
        check_bare_call(c, e);
    if (call_makes_thread(e))
        check_thread(c, e);
    struct expr *callee = expr_bare(e->call.callee);
    if (root_call(e))
        c->taken = expr_bare(root_call(e));
    if (e->call.args && call_is_of(e, "ac_block_on"))
        check_block_on(c, e);
    if (call_is_of(e, "ac_spawn"))
        check_spawn(c, e);
    if (e->call.args && (call_is_of(e, "ac_cancel") || call_is_of(e, "ac_detach")))
        check_handle_address(c, e);
    if (callee->kind == EXPR_NAME && is_setjmp(callee->name.name) && is_in_async(c) && c->function->has_await)
        diag_error(c->u, ERROR_SETJMP_IN_ASYNC, e->span,
                   "'setjmp' in an async function that waits: the stack it would return to is gone by then");
    c->exits += !call_returns(e);
    if (c->where == WHERE_EVALUATED && is_in_async(c))
        c->unawaited += warn_blocking(c->u, c->function, e);
    if (c->where == WHERE_EVALUATED && e->call.args)
        warn_nanoseconds(c->u, e);
}

static bool is_word(const struct unit *u, uint32_t token, const char *word)
{
    return u->tokens[token].len == strlen(word) && !memcmp(token_text(u, token), word, strlen(word));
}

// What was meant by an operand that leads to what can be waited for.
static void offer_operand(struct checker *c, struct diag *d, struct expr *operand, const char *word)
{
    struct type *t = type_plain(c->u, type_decayed(c->u, operand->type)), *to = t->kind == TYPE_POINTER ? type_plain(c->u, t->base) : t;
    bool is_array = type_plain(c->u, operand->type)->kind == TYPE_ARRAY, is_frame = to->kind == TYPE_FRAME;
    bool is_awaitable = is_frame || (to->kind == TYPE_HANDLE && !strcmp(word, "await"));
    if (to->kind == TYPE_FUNCTION && to->function.is_async)
        diag_note(c->u, d, operand->span, "the function is not called: '%s %s(%s)'", word, span_said(c->u, operand->span),
                  to->function.params ? "..." : "");
    else if (to != t && is_awaitable && is_array)
        diag_note(c->u, d, operand->span, "they are awaited one by one: '%s %s[i]'", word, span_said(c->u, operand->span));
    else if (to != t && is_awaitable)
        diag_fix_insert(c->u, d, operand->span.lo, "*");
}

// Its child has been started.
static void started_error(struct checker *c, struct expr *handle)
{
    uint32_t word = handle->span.lo - 1;
    bool is_awaited = c->parent && c->parent->kind == EXPR_AWAIT;
    struct diag *d = diag_error(c->u, ERROR_AWAIT_OPERAND, handle->span, "the child of '%s' has been started: a handle is awaited",
                                span_said(c->u, handle->span));
    if (is_word(c->u, word, "async"))
        diag_fix_replace(c->u, d, (struct span){ word, word + 1 }, is_awaited ? "" : "await");
}

static bool is_async_function(struct checker *c, struct type *t)
{
    t = type_plain(c->u, t);
    return t->kind == TYPE_FUNCTION && t->function.is_async;
}

// Declared both ways, which check_redeclaration says.
static bool is_async_elsewhere(struct checker *c, const struct symbol *symbol)
{
    const struct declarator *first = symbol && symbol->kind == SYMBOL_FUNCTION ? symbol->declarator : NULL;
    return first && (is_async_function(c, first->type) || is_async_function(c, symbol->type));
}

// The operand of `word` is not what it can be applied to.
static void operand_error(struct checker *c, struct expr *operand, const char *word)
{
    struct expr *bare = expr_bare(operand);
    struct type *t = type_plain(c->u, operand->type);
    if (t->kind == TYPE_ERROR)
        return;
    if (is_handle_assigned(c->u, operand)) {
        judge_handle_assigned(c->u, operand);
        return;
    }
    if (bare->kind != EXPR_CALL && t->kind == TYPE_HANDLE) {
        started_error(c, operand);
        return;
    }
    if (bare->kind != EXPR_CALL) {
        const char *nor = !strcmp(word, "await") ? " nor a handle" : " nor a frame";
        struct diag *d = diag_error(c->u, ERROR_AWAIT_OPERAND, operand->span, "operand of '%s' is neither a call of an async function%s "
                                    "(have %s)", word, nor, type_said(c->u, operand->type));
        offer_operand(c, d, operand, word);
        return;
    }
    struct symbol *symbol = callee_symbol(bare);
    struct expr *callee = expr_bare(bare->call.callee);
    bool is_declared = callee->kind != EXPR_NAME || (symbol && !symbol->is_builtin);
    if (!is_declared && !builtin_call_type(c->u, bare, callee->name.name)) {
        judge_implicit(c->u, callee);
        return;
    }
    if (is_async_elsewhere(c, symbol))
        return;
    struct diag *d = diag_error(c->u, ERROR_AWAIT_OPERAND, operand->span, "'%s' is not async",
                                symbol ? symbol->name->text : span_said(c->u, bare->call.callee->span));
    note_declared(c, d, symbol, "");
    if (!strcmp(word, "await") && is_word(c->u, operand->span.lo - 1, word))
        diag_fix_replace(c->u, d, (struct span){ operand->span.lo - 1, operand->span.lo }, "");
}

// A frame runs where it lies: it must be an object.
static void check_object(struct checker *c, struct expr *operand, const char *word)
{
    if (operand->is_lvalue)
        return;
    struct diag *d = diag_error(c->u, ERROR_AWAIT_OPERAND, operand->span,
                                "operand of '%s' is a frame but no object, and has no place to run in", word);
    diag_note(c->u, d, operand->span, "store it first: '%s frame = %s;'", type_text(c->u, operand->type, "", true),
              span_said(c->u, operand->span));
}

static void check_await(struct checker *c, struct expr *e)
{
    c->waits++;
    struct expr *operand = e->await.operand;
    c->taken = expr_bare(operand);
    if (c->parent && c->parent->kind == EXPR_CALL && call_is_of(c->parent, "ac_block_on") && !is_in_async(c))
        return;             // check_block_on has said it
    bool is_deadline = c->taken->kind == EXPR_CALL && call_is_of(c->taken, "ac_deadline_begin");
    if (!check_place(c, e->span, is_deadline ? "'ac_deadline'" : "'await'"))
        return;
    struct type *t = type_plain(c->u, operand->type);
    if (expr_is_frame(c->u, operand))
        check_object(c, operand, "await");
    else if (!expr_calls_async(c->u, operand) && t->kind != TYPE_HANDLE)
        operand_error(c, operand, "await");
    else if (!is_known_record(c, e->type, e->span.lo))
        diag_error(c->u, ERROR_INCOMPLETE_TYPE, e->span, "the result has an incomplete type: %s", type_said(c->u, e->type));
}

static void check_start(struct checker *c, struct expr *e)
{
    c->starts++;
    struct expr *operand = e->start.operand;
    c->taken = expr_bare(operand);
    if (!check_place(c, e->span, "'async' before a call"))
        return;
    if (expr_is_frame(c->u, operand))
        check_object(c, operand, "async");
    else if (!expr_calls_async(c->u, operand))
        operand_error(c, operand, "async");
}

void check_frame_known(struct checker *c, const struct type *t, struct span at, uint32_t token)
{
    const struct symbol *s = t->symbol;
    uint32_t known = frame_known_from(s);
    if (known <= token)
        return;
    const char *name = s->name->text;
    struct diag *d = diag_error(c->u, ERROR_FRAME_UNKNOWN, at, "the size of '_Frame(%s)' is not known here", name);
    bool is_inside = s->function && s->function == c->function;
    if (known == UINT32_MAX)
        diag_note(c->u, d, s->span, "'%s' is only declared; include the interface header of its file (acc --header)", name);
    else
        diag_note(c->u, d, s->span, is_inside ? "it is known behind the body of '%s', not in it" :
                                                "it is known behind the body of '%s'; define it before", name);
}

static void check_sizeof(struct checker *c, struct expr *e)
{
    struct type *t = type_plain(c->u, e->sizeof_.type ? e->sizeof_.type->type : e->sizeof_.operand->type);
    if (t->kind == TYPE_FRAME)
        check_frame_known(c, t, e->span, e->span.lo);
}

// What a pointer leads to. `sizeof *p` is checked for itself, `&*p` is p.
static void check_pointed(struct checker *c, struct expr *e)
{
    struct type *t = type_plain(c->u, e->type);
    bool is_address = c->parent && c->parent->kind == EXPR_UNARY && c->parent->unary.op == '&' && e->kind == EXPR_UNARY;
    if (t->kind == TYPE_FRAME && c->where == WHERE_EVALUATED && !is_address)
        check_frame_known(c, t, e->span, e->span.lo);
}

// Of a statement expression that waits all is copied in front of the statement that has it, with what lies in it.
enum { VALUES_MOST = 1000 };

static void check_value_block(struct checker *c, struct expr *e)
{
    uint32_t before = c->waits + c->starts;
    c->values++;
    check_stmt(c, e->stmt_expr.block);
    if (c->values == VALUES_MOST + 1 && c->waits + c->starts > before)
        diag_error(c->u, ERROR_TOO_DEEP, first_token(e->span), "await in more than %d statement expressions, one in the other",
                   VALUES_MOST);
    c->values--;
}

static void check_node(struct checker *c, struct expr *e)
{
    switch (e->kind) {
    case EXPR_CALL: check_call(c, e); return;
    case EXPR_INDEX: check_pointed(c, e); return;
    case EXPR_UNARY:
        if (e->unary.op == '*')
            check_pointed(c, e);
        return;
    case EXPR_AWAIT: check_await(c, e); return;
    case EXPR_START: check_start(c, e); return;
    case EXPR_STMT_EXPR:
        check_value_block(c, e);
        return;
    case EXPR_SIZEOF: check_sizeof(c, e); return;
    case EXPR_BINARY:
        if (c->function)
            warn_errno(c->u, c->function, e);
        return;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_PAREN: case EXPR_MEMBER:
    case EXPR_POSTFIX: case EXPR_LABEL_ADDR: case EXPR_CAST: case EXPR_COMPOUND: case EXPR_COND:
    case EXPR_ASSIGN: case EXPR_COMMA: case EXPR_INIT: case EXPR_GENERIC: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES:
    case EXPR_CHOOSE: case EXPR_BUILTIN_T: case EXPR_ERROR:
        return;
    }
    __builtin_unreachable();
}

// Whether a selection by type may choose the child.
static bool is_alternative(const struct expr *e, const struct expr *child)
{
    if (e->kind == EXPR_CHOOSE)
        return child != e->choose.test;
    return e->kind == EXPR_GENERIC && child != e->generic.control;
}

// clang's `?:`, `&&` and `||` of vectors evaluate all operands and choose for each element.
static bool is_by_element(struct unit *u, const struct expr *e, const struct expr *child)
{
    bool is_logical = e->kind == EXPR_BINARY && (e->binary.op == TOK_ANDAND || e->binary.op == TOK_OROR);
    const struct expr *test = e->kind == EXPR_COND ? e->cond.test : is_logical ? e->binary.lhs : child;
    return child != test && type_plain(u, test->type)->kind == TYPE_VECTOR;
}

static enum where where_of_child(struct checker *c, const struct expr *parent, const struct expr *child, bool evaluated)
{
    if (c->where != WHERE_EVALUATED)
        return c->where;
    if (evaluated)
        return is_by_element(c->u, parent, child) ? WHERE_ELEMENTS : WHERE_EVALUATED;
    return is_alternative(parent, child) ? WHERE_NOT_CHOSEN : WHERE_UNEVALUATED;
}

static void check_child(void *context, struct expr *child, bool evaluated)
{
    struct checker *c = context;
    if (child == c->skipped)
        return;
    const struct expr *parent = c->parent;
    check_at(c, child, where_of_child(c, parent, child, evaluated));
    c->parent = parent;
}

static void check_expr(struct checker *c, struct expr *e)
{
    const struct expr *skipped = c->skipped;
    for (; e; e = expr_first_child(e)) {
        check_node(c, e);
        const struct expr *taken = c->taken;
        c->skipped = expr_first_child(e);
        c->parent = e;
        expr_children(e, check_child, c);
        c->taken = taken;
    }
    c->skipped = skipped;
}

void check_async(struct unit *u)
{
    if (u->sema->is_too_deep)
        return;
    struct checker c = { .u = u };
    check_frame_uses(&c);
    for (struct decl *d = u->decls; d; d = d->next)
        check_decl(&c, d);
}
