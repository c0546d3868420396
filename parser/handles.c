// What is known of handles and frame objects at a place: how it changes, what is wrong with it, and what is left of it where
// paths meet.
//
//     HELD ──await──▶ AWAITED       HELD ──h2 = h──▶ MOVED       where they meet: UNKNOWN, maybe spent, maybe still held
#include "parser/handles.h"

#include "grammar.h"
#include "parser/build.h"
#include "parser/handle_type.h"
#include "parser/sema.h"
#include <string.h>

bool is_handle_type(struct flow *f, struct type *t)
{
    enum type_kind kind = type_plain(f->u, t)->kind;
    return kind == TYPE_HANDLE || kind == TYPE_FRAME;
}

static struct handle *handle_of(struct flow *f, const struct symbol *s)
{
    for (uint32_t i = f->count; s && i-- > 0;)
        if (f->handles[i].symbol == s)
            return &f->handles[i];
    return NULL;
}

struct handle *handle_named(struct flow *f, struct expr *e)
{
    e = expr_bare(e);
    return e->kind == EXPR_NAME && e->type && is_handle_type(f, e->type) ? handle_of(f, e->name.symbol) : NULL;
}

struct handle *handle_add(struct flow *f, struct symbol *s)
{
    if (f->count == f->capacity)
        f->handles = arena_grow(&f->u->fn, f->handles, f->count, &f->capacity, sizeof *f->handles);
    struct handle *h = &f->handles[f->count++];
    *h = (struct handle){ .symbol = s, .is_frame = type_plain(f->u, s->type)->kind == TYPE_FRAME };
    return h;
}

static bool is_spent(const struct handle *h)
{
    return h->state == MOVED || h->state == AWAITED || h->state == DETACHED;
}

void handle_set(struct flow *f, struct handle *h, enum handle_state state, struct span at)
{
    if (f->is_dead)
        return;
    h->state = h->is_open ? UNKNOWN : state;
    h->maybe = (struct maybe){0};
    h->is_cancelled = false;
    h->may_hold = !is_spent(h) && h->state != EMPTY;
    h->at = at;
}

void handle_open(struct flow *f, struct handle *h, struct span at)
{
    h->is_open = true;
    handle_set(f, h, UNKNOWN, at);
    h->may_hold = true;
}

// --- what is wrong -----------------------------------------------------------------------------------------------------------

// "frame 'fr'", "handle 'h'"
static const char *said(struct flow *f, const struct handle *h)
{
    return arena_printf(&f->u->arena, "%s '%s'", h->is_frame ? "frame" : "handle", h->symbol->name->text);
}

static const char *done(enum handle_state state)
{
    return state == MOVED ? "moved" : state == AWAITED ? "awaited" : state == DETACHED ? "detached" : "started";
}

static void note_way(struct flow *f, struct diag *d, const struct maybe *maybe)
{
    diag_note(f->u, d, maybe->at, "it was %s here, on some ways to that place", done(maybe->spent));
}

// Handles among the arguments of a frame that is never started are nobody's.
static bool is_given_handles(struct flow *f, const struct handle *h)
{
    const struct symbol *function = type_plain(f->u, h->symbol->type)->symbol;
    const struct type *t = type_plain(f->u, function->type);
    for (const struct param *p = t->kind == TYPE_FUNCTION ? t->function.params : NULL; p; p = p->next)
        if (type_plain(f->u, p->type)->kind != TYPE_ARRAY && type_holds_handles(f->u, p->type))
            return true;
    return false;
}

void report_left(struct flow *f, struct handle *h, const char *how, const struct stmt *where)
{
    if (h->may_owe && h->may_hold && !f->is_dead)
        owe(f, h->symbol);
    bool is_maybe = h->state == UNKNOWN && h->maybe.spent && !h->is_open;
    bool is_left = (h->state == HELD || is_maybe) && !h->is_cancelled;
    if (!is_left || h->is_reported || f->is_dead || f->silent || (h->is_frame && !is_given_handles(f, h)))
        return;
    h->is_reported = true;
    const char *what = h->is_frame ? "frame '%s', which was given a handle, is not started %s" : "handle '%s' is not awaited %s";
    struct diag *d = diag_warn(f->u, WARNING_UNAWAITED, h->symbol->span, what, h->symbol->name->text, is_maybe ? "on every path" : how);
    if (is_maybe)
        note_way(f, d, &h->maybe);
    if (where)
        diag_note(f->u, d, where->span, where->kind == STMT_RETURN ? "the function returns here" : "its block is left here");
}

static void report_spent(struct flow *f, struct handle *h, struct span again)
{
    bool is_maybe = h->state == UNKNOWN && h->maybe.spent;
    if ((!is_spent(h) && !is_maybe) || f->is_dead || f->silent)
        return;
    if (is_maybe) {
        note_way(f, diag_warn(f->u, WARNING_MAYBE_SPENT, again, "%s may be spent", said(f, h)), &h->maybe);
        return;
    }
    struct diag *d = diag_error(f->u, h->is_frame ? ERROR_FRAME_SPENT : ERROR_HANDLE_SPENT, again, "%s is spent", said(f, h));
    diag_note(f->u, d, h->at, "it was %s here", done(h->state));
}

// A frame in which a child runs, or has run, stays where it is.
static void report_pinned(struct flow *f, struct handle *h, struct span at, const char *what)
{
    if (h->state != STARTED || f->is_dead || f->silent)
        return;
    struct diag *d = diag_error(f->u, ERROR_FRAME_PINNED, at, "%s is %s", said(f, h), what);
    diag_note(f->u, d, h->at, "it was started here");
}

static void report_empty(struct flow *f, struct handle *h, struct span at)
{
    if (h->state != EMPTY || f->is_dead || f->silent)
        return;
    struct diag *d = diag_error(f->u, h->is_frame ? ERROR_FRAME_SPENT : ERROR_HANDLE_SPENT, at,
                                h->is_frame ? "%s was never made" : "%s was never given a child", said(f, h));
    diag_note(f->u, d, h->symbol->span, "'%s' is declared here without a call", h->symbol->name->text);
}

void handle_move(struct flow *f, struct handle *h, struct span at)
{
    report_spent(f, h, at);
    if (!h->is_frame)
        report_empty(f, h, at);
    report_pinned(f, h, at, "moved after its start");
    handle_set(f, h, MOVED, at);
}

void handle_run(struct flow *f, struct handle *h, struct span at, enum handle_state state)
{
    report_spent(f, h, at);
    report_empty(f, h, at);
    report_pinned(f, h, at, "started again");
    handle_set(f, h, state, at);
    h->is_running = false;
}

// One that is awaited has ended, and is left alone; the child of one that was given away is cancelled by who has it.
void handle_cancel(struct flow *f, struct handle *h, struct span at)
{
    if (h->state == MOVED || h->state == DETACHED)
        report_spent(f, h, at);
    h->is_cancelled = true;
}

void handle_raced(struct handle *h)
{
    if (!h || h->is_open)
        return;
    h->maybe = (struct maybe){ .spent = AWAITED, .at = h->at };
    h->is_cancelled = true;
}

void handle_detach(struct flow *f, struct handle *h, struct span at)
{
    report_spent(f, h, at);
    dangling_detached(f, h->symbol, at);
    handle_set(f, h, DETACHED, at);
}

void handle_replace(struct flow *f, struct handle *h, struct span at)
{
    if (h->is_running)
        report_pinned(f, h, at, "overwritten while a child runs in it");
    handle_set(f, h, HELD, at);
}

// --- where paths meet --------------------------------------------------------------------------------------------------------

struct handle *handles_saved(struct flow *f)
{
    struct handle *saved = NEW_ARRAY(&f->u->fn, struct handle, f->count);
    if (f->count)
        memcpy(saved, f->handles, f->count * sizeof *saved);
    return saved;
}

void handles_restore(struct flow *f, const struct handle *saved, bool was_dead)
{
    if (f->count)
        memcpy(f->handles, saved, f->count * sizeof *saved);
    f->is_dead = was_dead;
}

// What the two paths do not agree on.
static struct maybe maybe_of(const struct handle *a, const struct handle *b, struct span by)
{
    if (a->state == HELD && is_spent(b))
        return (struct maybe){ b->state, b->at, by };
    if (b->state == HELD && is_spent(a))
        return (struct maybe){ a->state, a->at, by };
    if (a->maybe.spent && (b->maybe.spent || b->state == HELD || is_spent(b)))
        return a->maybe;
    return b->maybe.spent && (a->state == HELD || is_spent(a)) ? b->maybe : (struct maybe){0};
}

static void meet(struct handle *h, const struct handle *other, struct span by)
{
    h->is_cancelled = (h->is_cancelled || is_spent(h)) && (other->is_cancelled || is_spent(other));
    if (h->state != other->state || h->state == UNKNOWN) {
        bool both_spent = is_spent(h) && is_spent(other);
        h->maybe = both_spent ? (struct maybe){0} : maybe_of(h, other, by);
        h->state = both_spent ? h->state : UNKNOWN;
    }
    h->may_hold |= other->may_hold;
    h->is_running &= other->is_running && h->child == other->child;
    h->is_reported |= other->is_reported;
    h->is_open |= other->is_open;
}

// What holds on the other path alone.
static void follow(struct handle *h, const struct handle *other)
{
    bool is_reported = h->is_reported || other->is_reported, is_open = h->is_open || other->is_open;
    *h = *other;
    h->is_reported = is_reported;
    h->is_open = is_open;
}

void handles_meet(struct flow *f, const struct handle *other, bool is_other_dead, struct span by)
{
    for (uint32_t i = 0; i < f->count && !is_other_dead; i++)
        if (f->is_dead)
            follow(&f->handles[i], &other[i]);
        else
            meet(&f->handles[i], &other[i], by);
    f->is_dead &= is_other_dead;
}

bool handles_are(const struct flow *f, const struct handle *others)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (f->handles[i].state != others[i].state || f->handles[i].maybe.spent != others[i].maybe.spent)
            return false;
    return true;
}

static void forget(struct handle *h)
{
    h->state = UNKNOWN;
    h->maybe = (struct maybe){0};
}

void handles_forget(struct flow *f)
{
    for (uint32_t i = 0; i < f->count; i++)
        forget(&f->handles[i]);
    f->is_dead = false;
}

static bool is_mentioned(const struct flow *f, const struct name *name, struct span where)
{
    for (uint32_t t = where.lo; t < where.hi; t++)
        if (f->u->tokens[t].name == name)
            return true;
    return false;
}

void handles_forget_mentioned(struct flow *f, struct span where)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (is_mentioned(f, f->handles[i].symbol->name, where)) {
            forget(&f->handles[i]);
            f->handles[i].may_hold = true;
        }
}

// Whether a token names something else than the handle, and no function that is called.
static bool is_variable(const struct flow *f, uint32_t token, const struct handle *h)
{
    const struct token *t = &f->u->tokens[token];
    return t->kind == TOK_NAME && t->name != h->symbol->name && t->name != f->u->parser->reader.await && t[1].kind != '(';
}

void handles_settle(struct flow *f, struct span test, struct span own)
{
    for (uint32_t i = 0; i < f->count; i++) {
        struct handle *h = &f->handles[i];
        bool is_own = h->maybe.by.lo == own.lo && h->maybe.by.hi == own.hi;
        for (uint32_t t = test.lo; t < test.hi && h->maybe.spent && !is_own; t++)
            if (is_variable(f, t, h) && is_mentioned(f, f->u->tokens[t].name, h->maybe.by))
                h->maybe = (struct maybe){0};
    }
}

// --- jumps -------------------------------------------------------------------------------------------------------------------

void ways_join(struct flow *f, struct ways *w)
{
    if (!w || f->is_dead)
        return;
    if (!w->is_reached) {
        w->handles = NEW_ARRAY(&f->u->fn, struct handle, w->count);
        if (w->count)
            memcpy(w->handles, f->handles, w->count * sizeof *w->handles);
    }
    for (uint32_t i = 0; i < w->count && w->is_reached; i++)
        meet(&w->handles[i], &f->handles[i], w->of);
    w->is_reached = true;
}

void ways_take(struct flow *f, const struct ways *w)
{
    if (w->is_reached)
        handles_meet(f, w->handles, false, w->of);
}

void ways_label(struct flow *f)
{
    if (!f->entry) {
        handles_forget(f);
        return;
    }
    for (uint32_t i = 0; i < f->count; i++)
        if (i >= f->entry->count || !f->entry->is_reached)
            forget(&f->handles[i]);
        else if (f->is_dead)
            follow(&f->handles[i], &f->entry->handles[i]);
        else
            meet(&f->handles[i], &f->entry->handles[i], f->entry->of);
    f->is_dead = false;
}
