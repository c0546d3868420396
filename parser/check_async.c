// The rules of async C that need only the typed AST: where await and async may stand, and what they may be applied to.
//
//     int r = 1 + fetch (2);    →    call of async function 'fetch' is neither awaited nor started
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/handle_type.h"
#include "parser/sema.h"

// Where an expression stands: only an evaluated one may wait. What _Generic does not choose would, elsewhere.
enum where { WHERE_EVALUATED, WHERE_NOT_CHOSEN, WHERE_UNEVALUATED, WHERE_CONSTANT, WHERE_STATIC, WHERE_ASM };

// The walk over one function, or over what stands outside of functions.
struct checker {
    struct unit *u;
    struct function *function;          // NULL at file scope
    enum where where;
    const struct expr *taken;           // the operand of the await or async just passed, without parentheses
    const struct expr *skipped;         // the child that the caller's loop goes down itself
    const struct expr *parent;          // whose children are looked at
    uint32_t waits;                     // awaits passed so far
    uint32_t loops, switches;           // around what is looked at
    uint32_t exits;                     // returns, gotos and calls that do not return passed so far
    uint32_t breaks;                    // out of the innermost loop
    struct span arm_call;               // what the arm that is looked at waits for
    uint32_t arm_loops, arm_breakables; // loops, and loops or switches, around it
    uint32_t jumps;                     // out of it, passed so far
    uint32_t starts;                    // children passed so far
};

static void check_expr(struct checker *c, struct expr *e);
static void check_stmt(struct checker *c, struct stmt *s);
static void check_decl(struct checker *c, struct decl *d);

static struct span first_token(struct span s)
{
    return (struct span){ s.lo, s.lo + 1 };
}

static void check_at(struct checker *c, struct expr *e, enum where where)
{
    if (!e)
        return;
    enum where outer = c->where;
    c->where = where;
    check_expr(c, e);
    c->where = outer;
}

static void check_inner(struct checker *c, struct expr *inner, enum where where)
{
    for (struct expr *e = inner; e; e = e->next_inner)
        check_at(c, e, where);
}

static void note_declared(struct checker *c, struct diag *d, const struct symbol *symbol, const char *how)
{
    if (symbol && !symbol->is_builtin && symbol->span.hi > symbol->span.lo)
        diag_note(c->u, d, symbol->span, "'%s' is declared %shere", symbol->name->text, how);
}

// The innermost function is not async: says so and offers to make it so.
static void offer_async(struct checker *c, struct diag *d)
{
    struct function *f = c->function;
    if (!f)
        return;
    if (f->outer) {
        diag_note(c->u, d, f->symbol->span, "'%s' is a nested function, which cannot be async", f->symbol->name->text);
        return;
    }
    diag_note(c->u, d, f->symbol->span, "'%s' is not async; declare it so to wait in it", f->symbol->name->text);
    diag_fix_insert(c->u, d, f->decl->span.lo, "async ");
}

static bool is_in_async(const struct checker *c)
{
    return c->function && c->function->is_async;
}

// `what` is the word that waits or starts: whether it may stand here at all.
static bool check_place(struct checker *c, struct span at, const char *what)
{
    static const char *const places[] = {
        [WHERE_NOT_CHOSEN] = "in what is not chosen", [WHERE_UNEVALUATED] = "in an unevaluated operand",
        [WHERE_CONSTANT] = "in a constant expression", [WHERE_STATIC] = "in a static initialiser", [WHERE_ASM] = "in an asm operand",
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
    diag_fix_insert(c->u, d, e->span.lo, "await ");
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
    c->taken = expr_bare(e->call.args);
    if (is_in_async(c))
        diag_error(c->u, ERROR_BLOCK_ON_IN_ASYNC, e->span,
                   "'ac_block_on' in an async function would stop everything else that runs; use 'await'");
    else if (!expr_calls_async(c->u, e->call.args))
        diag_error(c->u, ERROR_BLOCK_ON_OPERAND, e->call.args->span, "operand of 'ac_block_on' is not a call of an async function");
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

static void check_call(struct checker *c, struct expr *e)
{
    if (e->call.makes)
        check_made(c, e);
    else if (expr_calls_async(c->u, e) && c->taken != e)
        check_bare_call(c, e);
    struct expr *callee = expr_bare(e->call.callee);
    if (callee->kind == EXPR_NAME && !strcmp(callee->name.name->text, "ac_block_on") && e->call.args)
        check_block_on(c, e);
    if (callee->kind == EXPR_NAME && is_setjmp(callee->name.name) && is_in_async(c) && c->function->has_await)
        diag_error(c->u, ERROR_SETJMP_IN_ASYNC, e->span,
                   "'setjmp' in an async function that waits: the stack it would return to is gone by then");
    c->exits += !call_returns(e);
    if (c->where == WHERE_EVALUATED && is_in_async(c))
        warn_blocking(c->u, c->function, e);
}

// The operand of `word` is not what it can be applied to.
static void operand_error(struct checker *c, struct expr *operand, const char *word)
{
    struct expr *bare = expr_bare(operand);
    struct type *t = type_plain(c->u, operand->type);
    if (t->kind == TYPE_ERROR)
        return;
    if (bare->kind != EXPR_CALL) {
        diag_error(c->u, ERROR_AWAIT_OPERAND, operand->span,
                   "operand of '%s' is neither a call of an async function%s (have %s)", word,
                   !strcmp(word, "await") ? " nor a handle" : " nor a frame", type_said(c->u, operand->type));
        return;
    }
    struct symbol *symbol = callee_symbol(bare);
    struct expr *callee = expr_bare(bare->call.callee);
    bool is_declared = callee->kind != EXPR_NAME || (symbol && !symbol->is_builtin);
    if (!is_declared && !builtin_call_type(c->u, bare, callee->name.name)) {
        judge_implicit(c->u, callee);
        return;
    }
    struct diag *d = diag_error(c->u, ERROR_AWAIT_OPERAND, operand->span, "'%s' is not async",
                                symbol ? symbol->name->text : span_said(c->u, bare->call.callee->span));
    note_declared(c, d, symbol, "");
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
    if (!check_place(c, e->span, "'await'"))
        return;
    struct type *t = type_plain(c->u, operand->type);
    if (expr_is_frame(c->u, operand))
        check_object(c, operand, "await");
    else if (!expr_calls_async(c->u, operand) && t->kind != TYPE_HANDLE)
        operand_error(c, operand, "await");
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

// The size of a frame is known behind the body of its function, or an interface header's declaration.
static void check_frame_known(struct checker *c, const struct type *t, struct span at, uint32_t token)
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

static void check_node(struct checker *c, struct expr *e)
{
    switch (e->kind) {
    case EXPR_CALL: check_call(c, e); return;
    case EXPR_AWAIT: check_await(c, e); return;
    case EXPR_START: check_start(c, e); return;
    case EXPR_STMT_EXPR: check_stmt(c, e->stmt_expr.block); return;
    case EXPR_SIZEOF: check_sizeof(c, e); return;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_PAREN: case EXPR_INDEX:
    case EXPR_MEMBER: case EXPR_POSTFIX: case EXPR_UNARY: case EXPR_LABEL_ADDR: case EXPR_CAST:
    case EXPR_COMPOUND: case EXPR_BINARY: case EXPR_COND: case EXPR_ASSIGN: case EXPR_COMMA: case EXPR_INIT:
    case EXPR_GENERIC: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE: case EXPR_BUILTIN_T:
    case EXPR_ERROR:
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

static void check_child(void *context, struct expr *child, bool evaluated)
{
    struct checker *c = context;
    if (child == c->skipped)
        return;
    const struct expr *parent = c->parent;
    bool keeps = evaluated || c->where != WHERE_EVALUATED;
    check_at(c, child, keeps ? c->where : is_alternative(parent, child) ? WHERE_NOT_CHOSEN : WHERE_UNEVALUATED);
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

// A loop. One that neither waits nor ends keeps every other task from running.
static void check_loop(struct checker *c, struct stmt *s, struct expr *test, struct expr *step, struct stmt *body)
{
    uint32_t waits = c->waits, exits = c->exits, breaks = c->breaks;
    check_at(c, test, c->where);
    check_at(c, step, c->where);
    c->loops++;
    c->breaks = 0;
    check_stmt(c, body);
    c->loops--;
    bool is_infinite = !test || (test->is_constant && test->value != 0);
    if (is_infinite && is_in_async(c) && c->waits == waits && c->exits == exits && c->breaks == 0)
        diag_warn(c->u, WARNING_NO_SUSPEND, first_token(s->span), "infinite loop that never waits: no other task runs any more");
    c->breaks = breaks;
}

static void check_asm(struct checker *c, struct stmt *s)
{
    c->exits += s->asm_.labels != NULL;
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        check_at(c, e, WHERE_ASM);
    for (struct expr *e = s->asm_.inputs; e; e = e->next)
        check_at(c, e, WHERE_ASM);
}

// The object that an arm assigns is named when the wait is over, whether the arm was started or not.
static bool has_effects(struct expr *e)
{
    for (;;) {
        e = expr_bare(e);
        switch (e->kind) {
        case EXPR_NAME:
        case EXPR_INT:
        case EXPR_ERROR:
            return false;
        case EXPR_MEMBER:
            e = e->member.object;
            break;
        case EXPR_INDEX:
            if (has_effects(e->index.index))
                return true;
            e = e->index.base;
            break;
        case EXPR_UNARY:
            if (e->unary.op == TOK_INC || e->unary.op == TOK_DEC)
                return true;
            e = e->unary.operand;
            break;
        case EXPR_CAST:
            e = e->cast.operand;
            break;
        case EXPR_BINARY:
            if (has_effects(e->binary.rhs))
                return true;
            e = e->binary.lhs;
            break;
        case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_PAREN: case EXPR_CALL: case EXPR_POSTFIX:
        case EXPR_LABEL_ADDR: case EXPR_SIZEOF: case EXPR_COMPOUND: case EXPR_COND: case EXPR_ASSIGN: case EXPR_COMMA:
        case EXPR_INIT: case EXPR_GENERIC: case EXPR_STMT_EXPR: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES:
        case EXPR_CHOOSE: case EXPR_BUILTIN_T: case EXPR_AWAIT: case EXPR_START:
            return true;
        }
    }
}

// What an arm waits for, when it has one of the three forms; NULL: it has not, and that was reported.
static struct expr *check_arm_form(struct checker *c, struct stmt *s)
{
    struct declarator *d = s->arm.decl ? s->arm.decl->declarators : NULL;
    struct expr *e = expr_bare(d ? d->init : s->arm.expr);
    if (!d && e->kind == EXPR_ASSIGN && e->assign.op == '=') {
        if (has_effects(e->assign.lhs))
            diag_error(c->u, ERROR_ARM_PLACE, e->assign.lhs->span,
                       "the object that an arm assigns must be named without side effects; store its address before");
        e = expr_bare(e->assign.rhs);
    }
    enum storage storage = s->arm.decl ? s->arm.decl->storage : STORAGE_NONE;
    bool is_automatic = storage == STORAGE_NONE || storage == STORAGE_AUTO || storage == STORAGE_REGISTER;
    if (d && (!is_automatic || s->arm.decl->is_thread_local || type_is_vm(c->u, d->type)))
        diag_error(c->u, ERROR_ARM_FORM, d->span, "an arm declares an ordinary variable, initialised by an await");
    if (e->kind == EXPR_AWAIT)
        return e;
    bool is_handle = e->type && type_plain(c->u, e->type)->kind == TYPE_HANDLE;
    if (expr_calls_async(c->u, e))
        return NULL;            // it is neither awaited nor started: the call itself says so
    struct diag *x = diag_error(c->u, ERROR_ARM_FORM, e->span, "%s", is_handle ? "the handle of an arm is not awaited"
                                : "an arm of 'await any' is 'case await ...:', 'case x = await ...:' or 'case T x = await ...:'");
    if (is_handle)
        diag_fix_insert(c->u, x, e->span.lo, "await ");
    return NULL;
}

// While it waits, or on its way out, the arms that were started before would go on, or have to be cancelled.
void arm_call_waits(struct unit *u, struct span at, const char *what)
{
    diag_error(u, ERROR_NOT_SUPPORTED, at, "the call of an arm %s, which this version of acc does not support; compute the value in "
               "front of 'await any'", what);
}

static void check_arm(struct checker *c, struct stmt *s)
{
    uint32_t waits = c->waits, jumps = c->jumps;
    struct expr *await = check_arm_form(c, s);
    c->arm_loops = c->loops;
    c->arm_breakables = c->loops + c->switches;
    c->arm_call = await ? await->span : (struct span){ 0 };
    if (s->arm.decl)
        check_decl(c, s->arm.decl);
    check_at(c, s->arm.expr, c->where);
    if (await && (c->waits - waits > 1 || c->jumps > jumps))
        arm_call_waits(c->u, await->await.operand->span, "waits or is left by a jump");
    if (s->arm.body)
        check_stmt(c, s->arm.body);
}

// A deferred statement that has started children waits for them at its end.
static void check_defer(struct checker *c, struct stmt *body)
{
    uint32_t starts = c->starts;
    check_stmt(c, body);
    c->waits += c->starts > starts;
}

// A break in it is not one of the loop around.
static void check_switch(struct checker *c, struct stmt *body)
{
    uint32_t breaks = c->breaks;
    c->switches++;
    check_stmt(c, body);
    c->switches--;
    c->breaks = breaks;
}

static void check_any(struct checker *c, struct stmt *s)
{
    const struct stmt *fallback = NULL;
    bool has_arm = false;
    for (struct stmt *i = s->await_any.body->block.items; i; i = i->next) {
        has_arm |= i->kind == STMT_ARM;
        if (i->kind == STMT_DEFAULT && fallback) {
            struct diag *d = diag_error(c->u, ERROR_ARM_DEFAULT, first_token(i->span), "'await any' has two defaults");
            diag_note(c->u, d, first_token(fallback->span), "the first one is here");
        }
        fallback = i->kind == STMT_DEFAULT ? i : fallback;
    }
    c->waits++;
    if (check_place(c, s->span, "'await any'") && !has_arm)
        diag_error(c->u, ERROR_ARM_MISSING, (struct span){ s->span.lo, s->span.lo + 2 }, "'await any' waits for nothing: it has no arm");
    check_switch(c, s->await_any.body);
}

// In lowered text they would leave, or belong to, a statement that the user did not write.
static void check_jump(struct checker *c, struct span at, uint32_t around, const char *what)
{
    if (!around && is_in_async(c))
        diag_error(c->u, ERROR_STRAY_JUMP, first_token(at), "%s", what);
}

// Does all of a statement but its last part, which it returns.
static struct stmt *check_part(struct checker *c, struct stmt *s)
{
    switch (s->kind) {
    case STMT_EXPR:
        check_at(c, s->expr.expr, c->where);
        if (s->expr.expr && is_in_async(c))
            warn_unused(c->u, s->expr.expr, is_in_async(c));
        return NULL;
    case STMT_DECL: check_decl(c, s->decl.decl); return NULL;
    case STMT_BLOCK:
        for (struct stmt *item = s->block.items; item; item = item->next)
            check_stmt(c, item);
        return NULL;
    case STMT_IF:
        check_at(c, s->if_.test, c->where);
        if (!s->if_.no)
            return s->if_.yes;
        check_stmt(c, s->if_.yes);
        return s->if_.no;
    case STMT_WHILE:
        check_loop(c, s, s->while_.test, NULL, s->while_.body);
        return NULL;
    case STMT_DO:
        check_loop(c, s, s->do_.test, NULL, s->do_.body);
        return NULL;
    case STMT_FOR:
        check_stmt(c, s->for_.init);
        check_loop(c, s, s->for_.test, s->for_.step, s->for_.body);
        return NULL;
    case STMT_SWITCH:
        check_at(c, s->switch_.value, c->where);
        check_switch(c, s->switch_.body);
        return NULL;
    case STMT_CASE:
        check_jump(c, s->span, c->switches, "'case' label not within a 'switch'");
        check_at(c, s->case_.lo, WHERE_CONSTANT);
        check_at(c, s->case_.hi, WHERE_CONSTANT);
        return s->case_.body;
    case STMT_DEFAULT:
        check_jump(c, s->span, c->switches, "'default' label not within a 'switch'");
        return s->default_.body;
    case STMT_LABEL: return s->label.body;
    case STMT_GOTO_PTR:
        c->exits++;
        c->jumps++;
        check_at(c, s->goto_ptr.target, c->where);
        return NULL;
    case STMT_RETURN:
        c->exits++;
        c->jumps++;
        check_at(c, s->return_.value, c->where);
        return NULL;
    case STMT_ASM: check_asm(c, s); return NULL;
    case STMT_DEFER: check_defer(c, s->defer.body); return NULL;
    case STMT_AWAIT_ALL:
        c->waits++;
        check_place(c, s->span, "'await all'");
        return NULL;
    case STMT_AWAIT_ANY: check_any(c, s); return NULL;
    case STMT_ARM: check_arm(c, s); return NULL;
    case STMT_BREAK:
        check_jump(c, s->span, c->loops + c->switches, "'break' not within a loop or 'switch'");
        c->breaks++;
        c->jumps += c->loops + c->switches == c->arm_breakables;
        return NULL;
    case STMT_CONTINUE:
        check_jump(c, s->span, c->loops, "'continue' not within a loop");
        c->jumps += c->loops == c->arm_loops;
        return NULL;
    case STMT_GOTO:
        c->exits++;
        c->jumps += !span_holds(c->arm_call, s->goto_.label->span);
        return NULL;
    case STMT_ERROR: return NULL;
    }
    __builtin_unreachable();
}

static void check_stmt(struct checker *c, struct stmt *s)
{
    uint32_t loops = c->loops, switches = c->switches;
    while (s)
        s = check_part(c, s);
    c->loops = loops;
    c->switches = switches;
}

static struct type *function_type(struct checker *c, struct type *t)
{
    t = type_plain(c->u, t);
    return t->kind == TYPE_FUNCTION ? t : NULL;
}

// The C compiler would say it of lowered types. Of functions that are not async it says it of the user's.
static void check_type_redeclared(struct checker *c, const struct declarator *d, const struct declarator *first)
{
    if (!function_type(c, first->type)->function.is_async || type_compatible(c->u, first->type, d->type))
        return;
    const char *name = d->symbol->name->text;
    struct diag *e = diag_error(c->u, ERROR_CONFLICTING_TYPES, d->name, "conflicting types for '%s'; have '%s'", name,
                                type_text(c->u, d->type, "", true));
    diag_note(c->u, e, first->name, "previous declaration of '%s' with type '%s'", name, type_text(c->u, first->type, "", true));
}

static void check_redeclaration(struct checker *c, const struct declarator *d, struct type *function)
{
    struct declarator *first = d->symbol ? d->symbol->declarator : NULL;
    struct type *before = first && first != d && first->type ? function_type(c, first->type) : NULL;
    if (!before)
        return;
    if (before->function.is_async == function->function.is_async) {
        check_type_redeclared(c, d, first);
        return;
    }
    struct diag *e = diag_error(c->u, ERROR_ASYNC_REDECLARED, d->name,
                                "conflicting types for '%s': it is declared %s here", d->symbol->name->text,
                                function->function.is_async ? "async" : "without async");
    diag_note(c->u, e, first->name, "previous declaration of '%s' was %s", d->symbol->name->text,
              before->function.is_async ? "async" : "not async");
}

static bool is_main_parameter(struct checker *c, struct param *p, int number)
{
    struct type *t = type_plain(c->u, type_of_param(c->u, p->type));
    if (number == 0)
        return t->kind == TYPE_INT;
    struct type *to = t->kind == TYPE_POINTER ? type_plain(c->u, t->base) : t;
    return t->kind == TYPE_POINTER && to->kind == TYPE_POINTER && type_plain(c->u, to->base)->kind == TYPE_CHAR;
}

static void check_main(struct checker *c, const struct declarator *d, struct type *function)
{
    int count = 0;
    bool is_right = type_plain(c->u, function->base)->kind == TYPE_INT;
    for (struct param *p = function->function.params; p; p = p->next, count++)
        is_right &= is_main_parameter(c, p, count);
    if (!is_right || count > 3)
        diag_error(c->u, ERROR_ASYNC_MAIN, d->name,
                   "async main must be 'async int main(void)' or 'async int main(int argc, char **argv)'");
}

// Attributes of functions that something else than a call runs.
static void check_attributes(struct checker *c, const struct declarator *d, const struct attr *attrs)
{
    static const char *const plain[] = { "constructor", "destructor", "naked", "alias", "ifunc", "weakref", "interrupt", "signal" };
    for (const struct attr *a = attrs; a; a = a->next)
        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
            if (!strcmp(a->name->text, plain[i]))
                diag_error(c->u, ERROR_ASYNC_ATTRIBUTE, a->span,
                           "attribute '%s' needs the plain calling sequence, which async function '%s' does not have; "
                           "give it to a synchronous function", plain[i], d->symbol ? d->symbol->name->text : "");
}

static void check_async_function(struct checker *c, const struct declarator *d, struct type *function)
{
    const char *name = d->symbol ? d->symbol->name->text : "";
    if (function->function.is_variadic)
        diag_error(c->u, ERROR_ASYNC_VARIADIC, d->name,
                   "async function '%s' cannot take '...'; pass the arguments in an array or a struct", name);
    if (function->function.is_old_style && (function->function.params || (d->decl->function && d->decl->function->old_style)))
        diag_error(c->u, ERROR_ASYNC_OLD_STYLE, d->name,
                   "async function '%s' has an old-style parameter list; write the types between the parentheses", name);
    struct function *outer = c->function;
    if (d->decl->function && outer)
        diag_error(c->u, ERROR_ASYNC_NESTED, d->name,
                   "nested function '%s' cannot be async; move it out of '%s'", name, outer->symbol->name->text);
    check_attributes(c, d, d->decl->attrs);
    check_attributes(c, d, d->attrs);
    if (!outer && !strcmp(name, "main"))
        check_main(c, d, function);
}

// What `_Frame` names is an async function.
static void check_frame_uses(struct checker *c)
{
    for (struct frame_use *use = unit_frame_uses(c->u); use; use = use->next) {
        struct symbol *s = use->type->symbol;
        struct type *function = s->kind == SYMBOL_FUNCTION && s->type ? function_type(c, s->type) : NULL;
        if (function && function->function.is_async)
            continue;
        struct diag *d = diag_error(c->u, ERROR_FRAME_OF, use->type->span, "'%s' is no async function and has no frame",
                                    s->name->text);
        note_declared(c, d, s, "");
        use->type->kind = TYPE_ERROR;
    }
}

// Where a block ends nobody could tell whether a union holds a handle. Tags defined inside of others come with them.
static void check_unions(struct checker *c, const struct tag *tag, struct span within)
{
    for (const struct member *m = tag->members; m; m = m->next) {
        struct type *t = handles_element(c->u, m->type);
        bool is_record = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
        if (tag->kind == TYPE_UNION && type_holds_handles(c->u, t))
            diag_error(c->u, ERROR_HANDLE_IN_UNION, m->span, "a union cannot hold a handle: nobody could tell whether its child is to be "
                       "awaited; make it a struct");
        else if (is_record && t->tag->body.lo > within.lo && t->tag->body.hi < within.hi)
            check_unions(c, t->tag, t->tag->body);
    }
}

static void check_members_known(struct checker *c, const struct tag *tag)
{
    for (const struct member *m = tag->members; m; m = m->next) {
        struct type *t = m->type;
        while (type_plain(c->u, t)->kind == TYPE_ARRAY)
            t = type_plain(c->u, t)->base;
        if (type_plain(c->u, t)->kind == TYPE_FRAME)
            check_frame_known(c, type_plain(c->u, t), m->span, m->span.lo);
    }
}

static void check_declarator(struct checker *c, struct decl *decl, struct declarator *d)
{
    bool is_static = !c->function || decl->storage == STORAGE_STATIC || decl->storage == STORAGE_EXTERN || decl->is_thread_local;
    check_inner(c, d->inner, c->function ? c->where : WHERE_CONSTANT);
    struct type *t = type_plain(c->u, d->type), *function = function_type(c, d->type);
    if (function && decl->storage != STORAGE_TYPEDEF)
        check_redeclaration(c, d, function);
    if (function && function->function.is_async)
        check_async_function(c, d, function);
    while (t->kind == TYPE_ARRAY)
        t = type_plain(c->u, t->base);
    if (t->kind == TYPE_FRAME && decl->storage != STORAGE_EXTERN && decl->storage != STORAGE_TYPEDEF)
        check_frame_known(c, t, d->name, decl->specs.lo);
    check_at(c, d->init, is_static ? WHERE_STATIC : c->where);
    const struct attr *cleanup = cleanup_of(d);
    if (cleanup && cleanup_waits(c->u, cleanup)) {
        c->waits++;
        check_place(c, cleanup->args->span, "an async function that cleans up");
    }
}

// The symbol keeps the last definition. GNU inline definitions may be followed by another one.
static void check_redefinition(struct checker *c, struct function *f)
{
    const struct function *last = f->symbol->function;
    if (last == f || !f->is_async || !last->is_async || f->decl->is_inline)
        return;
    struct diag *d = diag_error(c->u, ERROR_ASYNC_REDEFINED, last->decl->declarators->name, "redefinition of '%s'",
                                f->symbol->name->text);
    diag_note(c->u, d, f->decl->declarators->name, "the first definition is here");
}

static void check_function(struct checker *outer, struct function *f)
{
    check_redefinition(outer, f);
    struct checker c = { .u = outer->u, .function = f };
    if (f->body)
        check_stmt(&c, f->body);
}

static void check_decl(struct checker *c, struct decl *d)
{
    bool is_typeof = d->base && d->base->kind == TYPE_TYPEOF;
    check_inner(c, d->inner, is_typeof ? WHERE_UNEVALUATED : WHERE_CONSTANT);
    if (d->defines_tag && d->tags && d->tags->kind != TYPE_ENUM) {
        check_unions(c, d->tags, d->tags->body);
        check_members_known(c, d->tags);
    }
    for (struct declarator *x = d->declarators; x; x = x->next)
        check_declarator(c, d, x);
    if (d->function)
        check_function(c, d->function);
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
