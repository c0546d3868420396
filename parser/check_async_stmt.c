// The rules for statements: where jumps, `await all` and `await any` may stand, the forms of arms, loops that never wait.
//
// in:   a statement, and what the walk has passed so far (struct checker)
// out:  messages; in the checker, what was passed: awaits, ways out, breaks
//
//     for (;;) step();          →    infinite loop that never waits: no other task runs any more
#include "grammar.h"
#include "parser/check_async.h"
#include "parser/sema.h"

// A call that should wait has its own message, and to mend it lets the loop wait.
static uint32_t waits_meant(const struct checker *c)
{
    return c->waits + c->unawaited;
}

static struct diag *warn_endless(struct checker *c, const struct stmt *s)
{
    return diag_warn(c->u, WARNING_NO_SUSPEND, first_token(s->span), "infinite loop that never waits: no other task runs any more");
}

// In a block without braces there is no place for it that keeps the lines as they are.
static void offer_yield(struct checker *c, struct diag *d, const struct stmt *body)
{
    if (!suggest_call(c->u, "ac_yield", body->span.lo))
        return;
    if (body->kind == STMT_BLOCK)
        diag_fix_insert(c->u, d, body->span.lo + 1, "await ac_yield(); ");
    else if (body->kind == STMT_EXPR && !body->expr.expr)
        diag_fix_replace(c->u, d, body->span, "await ac_yield();");
}

static void check_head(struct checker *c, struct expr *test, struct expr *step)
{
    uint32_t loops = c->head_loops, switches = c->head_switches;
    c->head_loops = c->loops + 1;
    c->head_switches = c->switches;
    check_at(c, test, c->where);
    check_at(c, step, c->where);
    c->head_loops = loops;
    c->head_switches = switches;
}

// A loop. One that neither waits nor ends keeps every other task from running.
static void check_loop(struct checker *c, struct stmt *s, struct expr *test, struct expr *step, struct stmt *body)
{
    uint32_t waits = waits_meant(c), exits = c->exits, breaks = c->breaks;
    check_head(c, test, step);
    c->loops++;
    c->breaks = 0;
    check_stmt(c, body);
    c->loops--;
    bool is_infinite = !test || (test->is_constant && test->value != 0);
    if (is_infinite && is_in_async(c) && waits_meant(c) == waits && c->exits == exits && c->breaks == 0)
        offer_yield(c, warn_endless(c, s), body);
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

static void check_arm(struct checker *c, struct stmt *s)
{
    uint32_t waits = c->waits, jumps = c->jumps, outer_loops = c->arm_loops, outer_breakables = c->arm_breakables;
    const struct span outer_call = c->arm_call;
    struct expr *await = check_arm_form(c, s);
    c->arm_loops = c->loops;
    c->arm_breakables = c->loops + c->switches;
    c->arm_call = await ? await->span : (struct span){ 0 };
    if (s->arm.decl)
        check_decl(c, s->arm.decl);
    check_at(c, s->arm.expr, c->where);
    if (await && !s->arm.decl && !s->arm.is_dropped && await == expr_bare(s->arm.expr))
        warn_unused(c->u, await, false);
    s->arm.waits |= c->waits - waits > 1;
    if (await && c->jumps > jumps)      // on the way out it would have to end the arms that were started before
        diag_error(c->u, ERROR_NOT_SUPPORTED, await->await.operand->span, "the call of an arm is left by a jump, which this version of "
                   "acc does not support; compute the value in front of 'await any'");
    c->arm_call = outer_call;
    c->arm_loops = outer_loops;
    c->arm_breakables = outer_breakables;
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

// --- jumps into the scope of what has a computed size: in the frame the compiler does not see it ------------------------------------

// What follows in the block lies in the scope of these declarators.
static void check_sized(struct checker *c, const struct decl *d)
{
    for (const struct declarator *i = d->declarators; i && is_in_async(c); i = i->next) {
        if (!i->symbol || !type_is_vm(c->u, i->type))
            continue;
        struct sized *s = NEW(&c->u->ast, struct sized);
        *s = (struct sized){ c->sized, i, c->sized ? c->sized->depth + 1 : 1 };
        c->sized = s;
    }
}

static bool is_around(const struct sized *outer, const struct sized *s)
{
    while (s && s->depth > outer->depth)
        s = s->outer;
    return s == outer;
}

// The outermost declaration that a jump from one place to the other passes on its way in; NULL: none.
static const struct declarator *entered(const struct sized *from, const struct sized *to)
{
    const struct declarator *passed = NULL;
    for (; to && !is_around(to, from); to = to->outer)
        passed = to->declarator;
    return passed;
}

static void note_sized(struct checker *c, struct diag *d, const struct declarator *passed)
{
    diag_note(c->u, d, passed->name, "'%s' is declared here", passed->symbol->name->text);
}

static void check_case(struct checker *c, const struct stmt *s)
{
    const struct declarator *passed = entered(c->switch_sized, c->sized);
    if (passed)
        note_sized(c, diag_error(c->u, ERROR_VLA_JUMP, first_token(s->span), "switch jumps into scope of identifier with variably modified "
                                 "type"), passed);
}

void check_gotos(struct checker *c)
{
    for (const struct sized_goto *g = c->gotos; g; g = g->next) {
        const struct label *l = g->stmt->goto_.label;
        const struct declarator *passed = l->is_defined ? entered(g->sized, l->sized) : NULL;
        if (!passed)
            continue;
        struct diag *d = diag_error(c->u, ERROR_VLA_JUMP, first_token(g->stmt->span),
                                    "jump into scope of identifier with variably modified type");
        diag_note(c->u, d, l->span, "label '%s' is defined here", l->name->text);
        note_sized(c, d, passed);
    }
}

// A break in it is not one of the loop around.
static void check_switch(struct checker *c, struct stmt *body)
{
    uint32_t breaks = c->breaks;
    const struct sized *outer = c->switch_sized;
    c->switch_sized = c->sized;
    c->switches++;
    check_stmt(c, body);
    c->switches--;
    c->switch_sized = outer;
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

// Out of a statement expression there it leaves the loop itself for clang, and for gcc what is around the loop.
static bool check_in_head(struct checker *c, struct span at, uint32_t switches, const char *word)
{
    bool is_in_head = is_in_async(c) && c->loops + 1 == c->head_loops && switches == c->head_switches;
    if (is_in_head)
        diag_error(c->u, ERROR_STRAY_JUMP, first_token(at), "'%s' in the condition or the step of a loop means this loop for some "
                   "compilers, and the one around it for others; use 'goto'", word);
    return is_in_head;
}

// A label of a block, and what had been passed there.
struct passed {
    const struct passed *next;
    const struct label *label;
    uint32_t waits, exits, breaks;
};

// again: step(); goto again;
static void check_goto(struct checker *c, const struct stmt *s, const struct passed *labels)
{
    for (const struct passed *l = labels; l; l = l->next)
        if (l->label == s->goto_.label && is_in_async(c) && waits_meant(c) == l->waits && c->exits == l->exits && c->breaks == l->breaks) {
            struct diag *d = warn_endless(c, s);
            if (suggest_call(c->u, "ac_yield", s->span.lo))
                diag_fix_insert(c->u, d, s->span.lo, "await ac_yield(); ");
        }
}

static void check_block(struct checker *c, struct stmt *s)
{
    const struct passed *labels = NULL;
    const struct sized *outer = c->sized;
    for (struct stmt *item = s->block.items; item; item = item->next) {
        for (const struct stmt *i = item; i && i->kind == STMT_LABEL; i = i->label.body) {
            struct passed *l = NEW(&c->u->ast, struct passed);
            *l = (struct passed){ labels, i->label.label, waits_meant(c), c->exits, c->breaks };
            labels = l;
        }
        if (item->kind == STMT_GOTO)
            check_goto(c, item, labels);
        check_stmt(c, item);
    }
    c->sized = outer;
}

// What a `for` declares ends with it.
static void check_for(struct checker *c, struct stmt *s)
{
    const struct sized *outer = c->sized;
    check_stmt(c, s->for_.init);
    check_loop(c, s, s->for_.test, s->for_.step, s->for_.body);
    c->sized = outer;
}

static void goto_later(struct checker *c, const struct stmt *s)
{
    struct sized_goto *g = NEW(&c->u->ast, struct sized_goto);
    *g = (struct sized_goto){ c->gotos, s, c->sized };
    c->gotos = g;
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
    case STMT_DECL:
        check_decl(c, s->decl.decl);
        check_sized(c, s->decl.decl);
        return NULL;
    case STMT_BLOCK:
        check_block(c, s);
        return NULL;
    case STMT_IF:
        check_at(c, s->if_.test, c->where);
        if (c->function)
            warn_old_errno(c->u, c->function, s->if_.test, s->if_.yes);
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
        check_for(c, s);
        return NULL;
    case STMT_SWITCH:
        check_at(c, s->switch_.value, c->where);
        check_switch(c, s->switch_.body);
        return NULL;
    case STMT_CASE:
        check_jump(c, s->span, c->switches, "'case' label not within a 'switch'");
        check_case(c, s);
        check_at(c, s->case_.lo, WHERE_CONSTANT);
        check_at(c, s->case_.hi, WHERE_CONSTANT);
        return s->case_.body;
    case STMT_DEFAULT:
        check_jump(c, s->span, c->switches, "'default' label not within a 'switch'");
        check_case(c, s);
        return s->default_.body;
    case STMT_LABEL:
        s->label.label->sized = c->sized;
        return s->label.body;
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
        if (!check_in_head(c, s->span, c->switches, "break"))
            check_jump(c, s->span, c->loops + c->switches, "'break' not within a loop or 'switch'");
        c->breaks++;
        c->jumps += c->loops + c->switches == c->arm_breakables;
        return NULL;
    case STMT_CONTINUE:
        if (!check_in_head(c, s->span, c->head_switches, "continue"))
            check_jump(c, s->span, c->loops, "'continue' not within a loop");
        c->jumps += c->loops == c->arm_loops;
        return NULL;
    case STMT_GOTO:
        c->exits++;
        c->jumps += !span_holds(c->arm_call, s->goto_.label->span);
        goto_later(c, s);
        return NULL;
    case STMT_ERROR: return NULL;
    }
    __builtin_unreachable();
}

void check_stmt(struct checker *c, struct stmt *s)
{
    uint32_t loops = c->loops, switches = c->switches;
    while (s)
        s = check_part(c, s);
    c->loops = loops;
    c->switches = switches;
}
