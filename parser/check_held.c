// What an async function holds while it waits and others run: locks of threads, and objects that are marked as guards.
//
//     pthread_mutex_lock(&m);
//     await ac_sleep(1);            →    'm' (locked on line 1) is held across this await
//
// A path is followed from the function's beginning: where paths meet, only what all of them hold is held. Behind labels nothing
// is, but those of a switch and of `await any` are reached from in front of it. A loop is followed once, so what is said is true
// of its first round.
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/sema.h"

// A lock by the text of the argument that names it, or a guard by its symbol. One that is declared without a value is not taken
// before it is mentioned.
struct held {
    const char *lock;
    const struct symbol *guard;
    struct span since;
    bool is_taken;
};

// A loop around the place: what it mentions is mentioned again in its next round.
struct round {
    const struct round *outer;
    struct span span;               // without what a `for` declares
};

enum { HELD_MOST = 16 };

struct hold {
    struct unit *u;
    struct held held[HELD_MOST];
    uint32_t count;
    uint32_t end;                   // of the innermost block, a token
    const struct round *round;      // of the innermost loop; NULL: none
    const struct hold *entry;       // in front of the innermost switch or `await any`; NULL: not known
    bool is_dead;                   // the place is not reached
};

static void hold_expr(struct hold *h, struct expr *e);
static void hold_stmt(struct hold *h, struct stmt *s);

// --- what is held ------------------------------------------------------------------------------------------------------------

static void add(struct hold *h, struct held what)
{
    if (h->count < HELD_MOST && !h->is_dead)
        h->held[h->count++] = what;
}

static void drop(struct hold *h, uint32_t number)
{
    h->held[number] = h->held[--h->count];
}

static bool is_same(const struct held *a, const struct held *b)
{
    return a->guard == b->guard && (a->guard || !strcmp(a->lock, b->lock));
}

static struct hold *saved(struct hold *h)
{
    struct hold *copy = NEW(&h->u->fn, struct hold);
    memcpy(copy->held, h->held, h->count * sizeof *h->held);
    copy->count = h->count;
    copy->is_dead = h->is_dead;
    return copy;
}

static void restore(struct hold *h, const struct hold *from)
{
    memcpy(h->held, from->held, from->count * sizeof *h->held);
    h->count = from->count;
    h->is_dead = from->is_dead;
}

// Where two paths meet.
static void meet(struct hold *h, const struct hold *other)
{
    if (other->is_dead)
        return;
    if (h->is_dead) {
        restore(h, other);
        return;
    }
    for (uint32_t i = h->count; i-- > 0;) {
        const struct held *same = NULL;
        for (uint32_t k = 0; k < other->count && !same; k++)
            same = is_same(&h->held[i], &other->held[k]) ? &other->held[k] : NULL;
        if (same)
            h->held[i].is_taken &= same->is_taken;
        else
            drop(h, i);
    }
}

static bool is_mentioned(const struct hold *h, const struct name *name, uint32_t from, uint32_t end)
{
    for (uint32_t t = from; t < end; t++)
        if (h->u->tokens[t].name == name)
            return true;
    return false;
}

// A guard holds what it guards until its block ends, or as long as it is still used.
static bool is_needed(const struct hold *h, const struct held *what, struct span await)
{
    const struct symbol *guard = what->guard;
    if (!guard || attr_find(guard->attrs, "cleanup") || is_mentioned(h, guard->name, await.hi, h->end))
        return true;
    for (const struct round *r = h->round; r; r = r->outer)
        if (what->since.lo < r->span.lo && is_mentioned(h, guard->name, r->span.lo, r->span.hi))
            return true;
    return false;
}

static void waits(struct hold *h, struct span at)
{
    for (uint32_t i = h->is_dead ? h->count : 0; i < h->count; i++) {
        const struct held *what = &h->held[i];
        bool by_this = what->since.lo >= at.lo && what->since.hi <= at.hi;
        if (!what->is_taken || by_this || !is_needed(h, what, at))
            continue;
        struct diag *d = diag_warn(h->u, WARNING_GUARD_ACROSS_AWAIT, at, "'%s' (%s on line %u) is held across this await",
                                   what->guard ? what->guard->name->text : what->lock, what->guard ? "taken" : "locked",
                                   h->u->tokens[what->since.lo].line);
        diag_note(h->u, d, what->since, what->guard ? "it is a guard from here on" : "it is locked here");
    }
}

// --- locks and guards --------------------------------------------------------------------------------------------------------

static const char *const locking[] = {
    "pthread_mutex_lock", "pthread_rwlock_rdlock", "pthread_rwlock_wrlock", "pthread_spin_lock", "mtx_lock",
};

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(name, list[i]))
            return true;
    return false;
}

// The object behind an argument: `m` of `&m`.
static const char *lock_said(struct hold *h, struct expr *argument)
{
    struct expr *e = expr_bare(argument);
    if (e->kind == EXPR_UNARY && e->unary.op == '&')
        e = expr_bare(e->unary.operand);
    return span_said(h->u, e->span);
}

// Whoever else gets the lock may open it.
static void open_lock(struct hold *h, const char *lock)
{
    for (uint32_t i = h->count; i-- > 0;)
        if (!h->held[i].guard && !strcmp(h->held[i].lock, lock))
            drop(h, i);
}

static const char *name_called(struct expr *e)
{
    struct expr *callee = e->kind == EXPR_CALL && e->call.args ? expr_bare(e->call.callee) : NULL;
    return callee && callee->kind == EXPR_NAME ? callee->name.name->text : "";
}

// The call that gets a lock where `e` is 0, which is `trylock(&m)`, or, with `==` and `!=`, compares it with 0; NULL: it is none.
static struct expr *tries(struct expr *e)
{
    static const char *const trying[] = {
        "pthread_mutex_trylock", "pthread_rwlock_tryrdlock", "pthread_rwlock_trywrlock", "pthread_spin_trylock", "mtx_trylock",
        "pthread_mutex_timedlock", "pthread_mutex_clocklock", "pthread_rwlock_timedrdlock", "pthread_rwlock_timedwrlock", "mtx_timedlock",
    };
    bool compares = e->kind == EXPR_BINARY && (e->binary.op == TOK_EQ || e->binary.op == TOK_NE);
    if (compares && e->binary.rhs->is_constant && e->binary.rhs->value == 0)
        e = expr_bare(e->binary.lhs);
    return is_one_of(name_called(e), trying, sizeof trying / sizeof *trying) ? e : NULL;
}

static void hold_call(struct hold *h, struct expr *e)
{
    const char *name = name_called(e);
    bool keeps = strstr(name, "cond_wait") || strstr(name, "cond_timedwait") || !strcmp(name, "cnd_wait");
    for (struct expr *a = keeps || !h->count ? NULL : e->call.args; a; a = a->next)
        open_lock(h, lock_said(h, a));
    if (e->call.args && is_one_of(name, locking, sizeof locking / sizeof *locking))
        add(h, (struct held){ lock_said(h, e->call.args), NULL, e->span, true });
    h->is_dead |= !call_returns(e);
}

// Or holds one.
static bool is_guard_type(struct unit *u, struct type *t)
{
    while ((t->kind == TYPE_TYPEDEF && !attr_own(t->symbol->attrs, "guard")) || t->kind == TYPE_ARRAY || t->kind == TYPE_TYPEOF)
        t = t->kind == TYPE_ARRAY ? t->base : t->kind == TYPE_TYPEDEF ? t->symbol->type : type_plain(u, t);
    if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION && t->kind != TYPE_ENUM)
        return t->kind == TYPE_TYPEDEF;
    bool is_one = attr_own(t->tag->attrs, "guard");
    for (const struct member *m = t->tag->members; m && !is_one; m = m->next)
        is_one = attr_own(m->attrs, "guard") || attr_own(m->specs_attrs, "guard") || is_guard_type(u, m->type);
    return is_one;
}

static bool is_guard(struct hold *h, const struct symbol *s, struct type *t)
{
    return attr_own(s->attrs, "guard") || is_guard_type(h->u, t);
}

static void hold_params(struct hold *h, const struct function *f)
{
    for (const struct param *p = f->type->function.params; p; p = p->next)
        if (p->symbol && p->type->kind != TYPE_ARRAY && is_guard(h, p->symbol, p->type))
            add(h, (struct held){ NULL, p->symbol, p->symbol->span, true });
}

static void hold_declared(struct hold *h, const struct decl *d, const struct declarator *i)
{
    bool is_object = d->storage != STORAGE_STATIC && d->storage != STORAGE_EXTERN && d->storage != STORAGE_TYPEDEF;
    if (i->symbol && i->symbol->kind == SYMBOL_OBJECT && is_object && is_guard(h, i->symbol, i->type))
        add(h, (struct held){ NULL, i->symbol, i->name, i->init });
}

static void hold_decl(struct hold *h, struct decl *d)
{
    for (struct declarator *i = d->declarators; i; i = i->next) {
        if (i->init)
            hold_expr(h, i->init);
        hold_declared(h, d, i);
    }
}

static void hold_name(struct hold *h, struct expr *e)
{
    for (uint32_t i = 0; i < h->count; i++)
        if (h->held[i].guard && h->held[i].guard == e->name.symbol && !h->held[i].is_taken) {
            h->held[i].is_taken = true;
            h->held[i].since = e->span;
        }
}

// --- expressions -------------------------------------------------------------------------------------------------------------

static void hold_child(void *context, struct expr *child, bool evaluated)
{
    if (evaluated)
        hold_expr(context, child);
}

// What is known where a path that is not followed now begins, and here.
static void swap(struct hold *h, struct hold **path)
{
    struct hold *here = saved(h);
    restore(h, *path);
    *path = here;
}

// Goes on where the test is true; gives the path on which it is not.
static struct hold *hold_test(struct hold *h, struct expr *test)
{
    struct expr *e = expr_bare(test), *lock = tries(e);
    if (e->kind == EXPR_UNARY && e->unary.op == '!') {
        struct hold *is_true = hold_test(h, e->unary.operand);
        swap(h, &is_true);
        return is_true;
    }
    bool is_and = e->kind == EXPR_BINARY && e->binary.op == TOK_ANDAND;
    if (!is_and && !(e->kind == EXPR_BINARY && e->binary.op == TOK_OROR)) {
        hold_expr(h, e);
        struct hold *is_false = saved(h);
        bool is_equal = e->kind == EXPR_BINARY && e->binary.op == TOK_EQ;
        if (lock)
            add(is_equal ? h : is_false, (struct held){ lock_said(h, lock->call.args), NULL, lock->span, true });
        return is_false;
    }
    struct hold *first = hold_test(h, e->binary.lhs);
    if (!is_and)
        swap(h, &first);
    struct hold *is_false = hold_test(h, e->binary.rhs);
    if (is_and)
        swap(h, &is_false);
    meet(h, first);
    if (is_and)
        swap(h, &is_false);
    return is_false;
}

static void hold_cond(struct hold *h, struct expr *e)
{
    struct hold *no = hold_test(h, e->cond.test);
    if (e->cond.yes)
        hold_expr(h, e->cond.yes);
    swap(h, &no);
    hold_expr(h, e->cond.no);
    meet(h, no);
}

static void hold_expr(struct hold *h, struct expr *e)
{
    switch (e->kind) {
    case EXPR_CALL:
        expr_children(e, hold_child, h);
        hold_call(h, e);
        return;
    case EXPR_AWAIT:
        expr_children(e, hold_child, h);
        waits(h, e->span);
        return;
    case EXPR_NAME: hold_name(h, e); return;
    case EXPR_ASSIGN:                           // the guard that it takes is not held before
        hold_expr(h, e->assign.rhs);
        hold_expr(h, e->assign.lhs);
        return;
    case EXPR_COND: hold_cond(h, e); return;
    case EXPR_STMT_EXPR: hold_stmt(h, e->stmt_expr.block); return;
    case EXPR_BINARY:
        if (e->binary.op == TOK_ANDAND || e->binary.op == TOK_OROR) {
            meet(h, hold_test(h, e));
        } else {
            hold_expr(h, e->binary.lhs);
            hold_expr(h, e->binary.rhs);
        }
        return;
    case EXPR_UNARY: case EXPR_CAST:
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_PAREN: case EXPR_INDEX: case EXPR_MEMBER:
    case EXPR_POSTFIX: case EXPR_LABEL_ADDR: case EXPR_SIZEOF: case EXPR_COMPOUND: case EXPR_COMMA:
    case EXPR_INIT: case EXPR_GENERIC: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE:
    case EXPR_BUILTIN_T: case EXPR_START: case EXPR_ERROR:
        expr_children(e, hold_child, h);
        return;
    }
    __builtin_unreachable();
}

// --- statements --------------------------------------------------------------------------------------------------------------

// At the end of the block, or the `for`, that declares them.
static void drop_guards(struct hold *h, const struct stmt *s)
{
    for (uint32_t i = h->count; i-- > 0;)
        if (h->held[i].guard && h->held[i].guard->span.lo >= s->span.lo)
            drop(h, i);
}

static void hold_block(struct hold *h, struct stmt *s)
{
    uint32_t outer = h->end;
    h->end = s->span.hi;
    for (struct stmt *i = s->block.items; i; i = i->next)
        hold_stmt(h, i);
    drop_guards(h, s);
    h->end = outer;
}

// What is held behind a loop or a switch: what was held before it and still is at its end. A break may leave with less, so what
// its statements name is not known.
static void hold_behind(struct hold *h, const struct stmt *s, const struct hold *before)
{
    if (h->is_dead)
        restore(h, before);
    h->is_dead = false;
    meet(h, before);
    for (uint32_t i = h->count; i-- > 0;)
        for (uint32_t t = s->span.lo; t < s->span.hi && !h->held[i].guard; t++)
            if (h->u->tokens[t].name && strstr(h->u->tokens[t].name->text, "unlock")) {
                drop(h, i);
                break;
            }
    h->is_dead = before->is_dead;
}

static void hold_again(struct hold *h, struct stmt *s, struct expr *test, struct expr *step, struct stmt *body)
{
    const struct hold *entry = h->entry;
    const struct stmt *init = s->kind == STMT_FOR ? s->for_.init : NULL;
    bool is_once = test && test->is_constant && test->value == 0;
    const struct round round = { h->round, { is_once ? s->span.hi : init ? init->span.hi : s->span.lo, s->span.hi } };
    h->entry = NULL;
    h->round = &round;
    struct hold *before = saved(h);
    if (test && s->kind != STMT_DO)
        before = hold_test(h, test);
    if (body)
        hold_stmt(h, body);
    if (step)
        hold_expr(h, step);
    if (test && s->kind == STMT_DO)
        hold_expr(h, test);
    h->entry = entry;
    h->round = round.outer;
    hold_behind(h, s, before);
}

// A switch, or an `await any`: its labels are reached from in front of it.
static void hold_labels(struct hold *h, struct stmt *s, struct stmt *body)
{
    const struct hold *outer = h->entry, *before = saved(h);
    h->entry = before;
    hold_stmt(h, body);
    h->entry = outer;
    hold_behind(h, s, before);
}

static void hold_for(struct hold *h, struct stmt *s)
{
    if (s->for_.init)
        hold_stmt(h, s->for_.init);
    hold_again(h, s, s->for_.test, s->for_.step, s->for_.body);
    drop_guards(h, s);
}

static void hold_if(struct hold *h, struct stmt *s)
{
    struct hold *no = hold_test(h, s->if_.test);
    hold_stmt(h, s->if_.yes);
    swap(h, &no);
    if (s->if_.no)
        hold_stmt(h, s->if_.no);
    meet(h, no);
}

// Reached from elsewhere; `entry` NULL: it is not known from where. `bound` is what an arm declares, or NULL.
static void hold_labelled(struct hold *h, const struct hold *entry, struct decl *bound, struct stmt *body)
{
    if (entry)
        meet(h, entry);
    else
        h->count = 0;
    h->is_dead = false;
    if (bound)
        hold_declared(h, bound, bound->declarators);
    if (body)
        hold_stmt(h, body);
}

// What an arm waits for is evaluated in front of all arms, where there is one wait for all of them.
static void hold_any(struct hold *h, struct stmt *s)
{
    waits(h, (struct span){ s->span.lo, s->span.lo + 2 });
    hold_labels(h, s, s->await_any.body);
}

static void hold_stmt(struct hold *h, struct stmt *s)
{
    switch (s->kind) {
    case STMT_EXPR:
        if (s->expr.expr)
            hold_expr(h, s->expr.expr);
        return;
    case STMT_DECL: hold_decl(h, s->decl.decl); return;
    case STMT_BLOCK: hold_block(h, s); return;
    case STMT_IF: hold_if(h, s); return;
    case STMT_WHILE: hold_again(h, s, s->while_.test, NULL, s->while_.body); return;
    case STMT_DO: hold_again(h, s, s->do_.test, NULL, s->do_.body); return;
    case STMT_FOR: hold_for(h, s); return;
    case STMT_SWITCH:
        hold_expr(h, s->switch_.value);
        hold_labels(h, s, s->switch_.body);
        return;
    case STMT_CASE: hold_labelled(h, h->entry, NULL, s->case_.body); return;
    case STMT_DEFAULT: hold_labelled(h, h->entry, NULL, s->default_.body); return;
    case STMT_ARM: hold_labelled(h, h->entry, s->arm.decl, s->arm.body); return;
    case STMT_LABEL: hold_labelled(h, NULL, NULL, s->label.body); return;
    case STMT_RETURN:
        if (s->return_.value)
            hold_expr(h, s->return_.value);
        h->is_dead = true;
        return;
    case STMT_AWAIT_ALL: waits(h, s->span); return;
    case STMT_GOTO_PTR: case STMT_BREAK: case STMT_CONTINUE: case STMT_GOTO: h->is_dead = true; return;
    case STMT_DEFER: return;                    // it runs later
    case STMT_AWAIT_ANY: hold_any(h, s); return;
    case STMT_ERROR: h->count = 0; return;
    case STMT_ASM: return;
    }
    __builtin_unreachable();
}

void check_held(struct unit *u)
{
    for (struct function *f = unit_functions(u); f; f = f->next) {
        if (!f->is_async || !f->body || !f->has_await)
            continue;
        struct hold hold = { .u = u, .end = f->body->span.hi };
        hold_params(&hold, f);
        hold_stmt(&hold, f->body);
        arena_reset(&u->fn);
    }
}
