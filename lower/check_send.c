// What belongs to one thread and is kept while a function waits.
//
//     int *n = &counter;            // static _Thread_local int counter
//     await ac_yield();             →    'n' is kept across this await, and may hold the address of thread-local 'counter'
//     return *n;                    // of another thread, where the task has moved
//
// in:   what each suspension point keeps, which is what is used behind it: a value that is only in scope does not count
// Not followed: what pointers point to further on, and pointers that are copies of such a pointer.
#include "lower/check_send.h"

#include "grammar.h"
#include "lower/bits.h"
#include "lower/cfg.h"
#include "lower/lower.h"
#include "lower/walk.h"
#include "parser/build.h"
#include "parser/sema.h"

#include <string.h>

// A thread-local object, by its symbol; or what its macro or function is called ("errno").
struct thread_object {
    const struct symbol *symbol;
    const char *name;
};

// A local that the address of a thread-local object was stored in, or in a part of it.
struct stored {
    struct stored *next;
    const struct local *in;
    const struct expr *value;           // as a whole; NULL: in a part, which nothing overwrites as far as is known
    struct thread_object what;
    struct span at;
    uint64_t *reaches;                  // the blocks at whose beginning it is still there, by number
};

struct send {
    struct walk walk;
    struct unit *u;
    const struct async *a;
    struct stored *stored;
};

// --- thread-local objects -------------------------------------------------------------------------------------------------

static struct thread_object address_of_thread(struct unit *u, struct expr *e);

// Functions of C libraries that give the address of what is each thread's own.
static const char *const own_of_thread[][2] = {
    { "__errno_location", "errno" }, { "___errno", "errno" }, { "__errno", "errno" }, { "__error", "errno" },
    { "__h_errno_location", "h_errno" }, { "__res_state", "_res" }, { "pthread_getspecific", "pthread_getspecific" },
};

static struct thread_object call_of_thread(struct expr *call)
{
    const struct expr *callee = expr_bare(call->call.callee);
    for (size_t i = 0; callee->kind == EXPR_NAME && i < sizeof own_of_thread / sizeof *own_of_thread; i++)
        if (!strcmp(callee->name.name->text, own_of_thread[i][0]))
            return (struct thread_object){ NULL, own_of_thread[i][1] };
    return (struct thread_object){0};
}

// The thread-local object that `e` is, or is a part of.
static struct thread_object thread_place(struct unit *u, struct expr *e)
{
    e = place_whole(u, e);
    if (e->kind == EXPR_UNARY && e->unary.op == '*')
        return address_of_thread(u, e->unary.operand);
    const struct symbol *s = e->kind == EXPR_NAME ? e->name.symbol : NULL;
    return s && s->is_thread_local ? (struct thread_object){ s, s->name->text } : (struct thread_object){0};
}

static struct thread_object either(struct unit *u, struct expr *a, struct expr *b)
{
    struct thread_object found = a ? address_of_thread(u, a) : (struct thread_object){0};
    return found.name ? found : address_of_thread(u, b);
}

// The thread-local object that `e` is the address of, or of a part of it. `name` NULL: of none.
static struct thread_object address_of_thread(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    if (e->type && type_plain(u, e->type)->kind == TYPE_ARRAY)
        return thread_place(u, e);
    if (e->kind == EXPR_CAST)
        return address_of_thread(u, e->cast.operand);
    if (e->kind == EXPR_UNARY && e->unary.op == '&')
        return thread_place(u, e->unary.operand);
    if (e->kind == EXPR_BINARY && (e->binary.op == '+' || e->binary.op == '-'))
        return type_plain(u, e->type)->kind == TYPE_POINTER ? either(u, e->binary.lhs, e->binary.rhs) : (struct thread_object){0};
    if (e->kind == EXPR_COND)
        return either(u, e->cond.yes, e->cond.no);
    if (e->kind == EXPR_COMMA)
        return address_of_thread(u, e->comma.rhs);
    if (e->kind == EXPR_ASSIGN)
        return address_of_thread(u, e->assign.rhs);
    return e->kind == EXPR_CALL ? call_of_thread(e) : (struct thread_object){0};
}

// --- where their addresses are stored -------------------------------------------------------------------------------------

static void store(struct send *s, const struct local *in, struct expr *value, const struct expr *whole)
{
    if (!in || !value)
        return;
    if (value->kind == EXPR_INIT) {
        for (const struct init_item *i = value->init.items; i; i = i->next)
            store(s, in, i->value, whole);
        return;
    }
    struct thread_object what = address_of_thread(s->u, value);
    // A local thread-local object is no struct, and an array that initialises one is copied.
    bool is_copied = value->type && type_plain(s->u, value->type)->kind == TYPE_ARRAY && type_plain(s->u, in->type)->kind == TYPE_ARRAY;
    if (!what.name || is_copied)
        return;
    struct stored *new = NEW(&s->u->fn, struct stored);
    *new = (struct stored){ s->stored, in, whole, what, value->span, NULL };
    s->stored = new;
}

static void store_assigned(struct walk *w, struct expr *e)
{
    struct send *s = (struct send *)w;
    if (e->kind != EXPR_ASSIGN || e->assign.op != '=')
        return;
    bool is_part;
    const struct local *in = place_local(s->u, e->assign.lhs, &is_part);
    store(s, in, e->assign.rhs, is_part ? NULL : e->assign.rhs);
}

static void store_initial(struct walk *w, struct stmt *stmt)
{
    if (stmt->kind == STMT_DECL)
        for (const struct declarator *d = stmt->decl.decl->declarators; d; d = d->next)
            store((struct send *)w, d->symbol ? d->symbol->local : NULL, d->init, d->init);
}

// --- which of them are still there ------------------------------------------------------------------------------------------

// Goes through a block as far as a point; NULL: to its end.
static bool is_there_after(const struct stored *i, const struct block *b, bool is_there, const struct point *until)
{
    for (uint32_t k = 0; k < b->event_count; k++) {
        const struct event *e = &b->events[k];
        if (e->kind == EVENT_POINT && until && e->index == until->number - 1)
            return is_there;
        if (e->kind == EVENT_DEF && e->index == i->in->index)
            is_there = e->value == i->value;
    }
    return is_there;
}

static void follow(struct send *s, struct stored *i)
{
    const struct cfg *c = s->a->cfg;
    i->reaches = NEW_ARRAY(&s->u->fn, uint64_t, bit_words(c->count));
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t n = 0; n < c->count; n++) {
            const struct block *b = c->blocks[n];
            bool leaves = b->is_reachable && is_there_after(i, b, bit_has(i->reaches, n), NULL);
            for (uint32_t k = 0; leaves && k < b->next_count; k++) {
                uint32_t to = b->next[k]->number;
                changed |= !bit_has(i->reaches, to);
                bit_put(i->reaches, to, true);
            }
        }
    }
}

static bool is_there_at(const struct send *s, const struct stored *i, const struct point *p)
{
    for (uint32_t n = 0; n < s->a->cfg->count && i->value; n++) {
        const struct block *b = s->a->cfg->blocks[n];
        for (uint32_t k = 0; k < b->event_count; k++)
            if (b->events[k].kind == EVENT_POINT && b->events[k].index == p->number - 1)
                return is_there_after(i, b, bit_has(i->reaches, n), p);
    }
    return true;
}

// --- values of types that belong to one thread ----------------------------------------------------------------------------

// What says that values of a type belong to one thread.
struct mark {
    const char *text;
    struct span at;
};

static struct mark tag_mark(struct unit *u, const struct tag *tag)
{
    const char *name = tag->name ? tag->name->text : "...";
    return (struct mark){ arena_printf(&u->fn, "%s %s", tag_word(tag->kind), name), tag->span };
}

// A pointer counts as what it points to is marked, an array and a struct as what they hold.
static struct mark type_mark(struct unit *u, struct type *t)
{
    while (t->kind == TYPE_TYPEDEF || t->kind == TYPE_TYPEOF) {
        if (t->kind == TYPE_TYPEDEF && attr_own(t->symbol->attrs, "nosend"))
            return (struct mark){ t->symbol->name->text, t->symbol->span };
        t = t->kind == TYPE_TYPEDEF ? t->symbol->type : type_plain(u, t);
    }
    if (t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY)
        return type_mark(u, t->base);
    if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION && t->kind != TYPE_ENUM)
        return (struct mark){0};
    return attr_own(t->tag->attrs, "nosend") ? tag_mark(u, t->tag) : (struct mark){0};
}

static struct mark value_mark(struct unit *u, struct type *t)
{
    struct mark mark = type_mark(u, t);
    struct type *plain = type_plain(u, t);
    while (plain->kind == TYPE_ARRAY)
        plain = type_plain(u, plain->base);
    bool has_members = plain->kind == TYPE_STRUCT || plain->kind == TYPE_UNION;
    for (const struct member *m = has_members ? plain->tag->members : NULL; m && !mark.text; m = m->next) {
        bool is_marked = m->name && (attr_own(m->attrs, "nosend") || attr_own(m->specs_attrs, "nosend"));
        mark = is_marked ? (struct mark){ m->name->text, m->span } : value_mark(u, m->type);
    }
    return mark;
}

// --- what suspension points keep ------------------------------------------------------------------------------------------

static struct span span_of(const struct point *p)
{
    return p->await ? p->await->span : p->at;
}

static const char *said(struct unit *u, const struct local *l)
{
    return l->symbol ? l->symbol->name->text : span_said(u, l->of->span);
}

static void warn_address(struct send *s, const struct point *p, const struct local *l, struct thread_object what, struct span at)
{
    struct unit *u = s->u;
    bool is_itself = !l || !l->symbol;
    struct diag *d = is_itself
        ? diag_warn(u, WARNING_SEND, span_of(p), "the address of thread-local '%s' is held across this await", what.name)
        : diag_warn(u, WARNING_SEND, span_of(p), "'%s', which may hold the address of thread-local '%s' (since line %u), is held across "
                    "this await", said(u, l), what.name, u->tokens[at.lo].line);
    if (!is_itself)
        diag_note(u, d, at, "the address is taken here");
    else if (what.symbol)
        diag_note(u, d, what.symbol->span, "'%s' is declared here", what.name);
}

static void check_addresses(struct send *s, const struct point *p, const struct local *l)
{
    for (const struct stored *i = s->stored; i; i = i->next)
        if (i->in == l && is_there_at(s, i, p)) {
            warn_address(s, p, l, i->what, i->at);
            return;
        }
    if (l->symbol || !l->of || l->is_result)
        return;
    struct thread_object what = l->is_lvalue_pin ? thread_place(s->u, l->of) : address_of_thread(s->u, l->of);
    if (what.name)
        warn_address(s, p, NULL, what, l->of->span);
}

static void check_value(struct send *s, const struct point *p, const struct local *l)
{
    struct unit *u = s->u;
    bool is_marked = l->symbol && attr_own(l->symbol->attrs, "nosend");
    struct mark mark = is_marked ? (struct mark){ said(u, l), l->symbol->span } : value_mark(u, l->type);
    if (!mark.text)
        return;
    struct span from = l->symbol ? l->symbol->span : l->of->span;
    struct diag *d = diag_warn(u, WARNING_SEND, span_of(p), "'%s' (of line %u) belongs to its thread and is held across this await",
                               said(u, l), u->tokens[from.lo].line);
    diag_note(u, d, mark.at, "'%s' is marked as nosend here", mark.text);
}

static void check_local(struct send *s, const struct point *p, const struct local *l)
{
    bool is_users = l->type && (l->symbol || l->of) && !l->is_typedef;
    if (!is_users || l->class == LOCAL_PLAIN)
        return;
    check_value(s, p, l);
    check_addresses(s, p, l);
}

// An argument of an await is held in the frame of what is awaited, which cannot know what it is.
static void check_arguments(struct send *s, const struct point *p, const struct expr *await)
{
    struct expr *call = expr_bare(await->await.operand);
    for (struct expr *arg = call->kind == EXPR_CALL ? call->call.args : NULL; arg; arg = arg->next) {
        struct thread_object what = address_of_thread(s->u, arg);
        if (what.name)
            warn_address(s, p, NULL, what, arg->span);
    }
}

static void check_start(struct send *s, const struct point *p)
{
    struct expr *call = expr_bare(p->await->start.operand);
    for (struct expr *arg = call->kind == EXPR_CALL ? call->call.args : NULL; arg; arg = arg->next) {
        struct thread_object what = address_of_thread(s->u, arg);
        struct diag *d = what.name ? diag_warn(s->u, WARNING_SEND, p->await->span,
                                               "this child has the address of thread-local '%s' of the thread that starts it", what.name)
                                   : NULL;
        if (what.symbol)
            diag_note(s->u, d, what.symbol->span, "'%s' is declared here", what.name);
    }
}

void check_send(struct unit *u, const struct async *a)
{
    if (!u->warning_on[WARNING_SEND] && !u->pragma_count)
        return;
    struct send s = { .walk = { .expr = store_assigned, .stmt = store_initial }, .u = u, .a = a };
    walk_stmt(&s.walk, a->fn->body);
    for (struct stored *i = s.stored; i; i = i->next)
        follow(&s, i);
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        if (!p->is_reachable || !diag_wants(u, WARNING_SEND, span_of(p).lo))
            continue;
        for (uint32_t k = 0; k < p->kept_count; k++)
            check_local(&s, p, p->kept[k]);
        if (p->await && p->await->kind == EXPR_AWAIT)
            check_arguments(&s, p, p->await);
        for (const struct point *arm = p->any ? p->any->arms : NULL; arm; arm = arm->next_in_region)
            check_arguments(&s, p, arm->await);
    }
    for (const struct point *p = a->starts; p; p = p->next_in_region)
        check_start(&s, p);
}
