#include "parser/ends.h"

#include "grammar.h"
#include "parser/build.h"
#include "parser/jump.h"
#include "parser/sema.h"

struct pending_goto {
    struct pending_goto *next;
    struct stmt *stmt;
    struct ending *innermost;
    struct nest *nest;
};

// A statement that `break`, `continue` or `case` belongs to, and what encloses it.
struct goal {
    struct stmt *stmt;          // NULL: none in this nest
    struct ending *innermost;
    bool is_left;               // for break: some statement goes there
};

struct ways {
    struct unit *u;
    struct function *f;
    struct ends *ends;
    struct nest *nest;
    struct ending *innermost;   // the first that a jump from here passes
    struct goal break_to, continue_to, cases;
    bool is_dead;               // control does not get here
    bool has_default, takes_cleanups;
    struct pending_goto *gotos;
};

static void ways_stmt(struct ways *w, struct stmt *s, bool is_item);
static void ways_expr(struct ways *w, struct expr *e);
static void ways_decl(struct ways *w, struct decl *d);

bool ending_chooses(const struct ending *e)
{
    return e->exit_count + e->passes_on > 1;
}

bool leaving_is_told(const struct leaving *l)
{
    for (const struct ending *e = l->first;; e = e->outer) {
        if (ending_chooses(e))
            return true;
        if (e == l->exit->last)
            return false;
    }
}

struct stmt *unlabelled(struct stmt *item)
{
    while (item)
        switch (item->kind) {
        case STMT_CASE: item = item->case_.body; break;
        case STMT_DEFAULT: item = item->default_.body; break;
        case STMT_LABEL: item = item->label.body; break;
        case STMT_DEFER: case STMT_EXPR: case STMT_DECL: case STMT_BLOCK: case STMT_IF: case STMT_WHILE: case STMT_DO: case STMT_FOR:
        case STMT_SWITCH: case STMT_GOTO: case STMT_GOTO_PTR: case STMT_BREAK: case STMT_CONTINUE: case STMT_RETURN:
        case STMT_ASM: case STMT_AWAIT_ALL: case STMT_AWAIT_ANY: case STMT_ARM: case STMT_ERROR:
            return item;
        }
    return NULL;
}

// --- leaving -----------------------------------------------------------------------------------------------------------

static struct exit *exit_find(struct ways *w, struct ending *last, enum exit_kind kind, struct stmt *target, struct label *label)
{
    for (struct exit *x = last->exits; x; x = x->next)
        if (x->kind == kind && x->target == target && x->label == label)
            return x;
    struct exit *x = NEW(&w->u->ast, struct exit);
    *x = (struct exit){ last->exits, kind, target, label, last, ++last->nest->exit_count };
    last->exits = x;
    last->exit_count++;
    return x;
}

// The way from inside `first` to what lies just inside `upto`; NULL: no ending lies between.
static struct leaving *leave(struct ways *w, struct ending *first, struct ending *upto, enum exit_kind kind, struct stmt *target,
                             struct label *label)
{
    if (first == upto)
        return NULL;
    struct ending *last = first;
    for (; last->outer != upto; last = last->outer)
        last->passes_on = true;
    struct leaving *l = NEW(&w->u->ast, struct leaving);
    *l = (struct leaving){ first, exit_find(w, last, kind, target, label) };
    return l;
}

static void jumps_out(struct ways *w, const struct stmt *s, const char *what)
{
    diag_error(w->u, ERROR_DEFER_JUMP, first_token(s->span), "'%s' would leave the deferred statement", what);
}

static const char *ending_said(struct ways *w, const struct ending *e)
{
    const char *what = e->is_handle ? "the handle" : "the cleanup of";
    return e->variable ? arena_printf(&w->u->arena, "%s '%s'", what, e->variable->name->text) : "a 'defer'";
}

static void note_passed(struct ways *w, struct diag *d, const struct ending *e)
{
    diag_note(w->u, d, e->at, e->variable ? "it would pass this variable" : "it would pass this 'defer'");
}

static void ways_return(struct ways *w, struct stmt *s)
{
    ways_expr(w, s->return_.value);
    if (w->nest->outer)
        jumps_out(w, s, "return");
    else
        s->return_.leaving = leave(w, w->innermost, NULL, EXIT_RETURN, NULL, NULL);
    w->ends->returns_value |= s->return_.leaving && s->return_.value && type_plain(w->u, w->f->type->base)->kind != TYPE_VOID;
    w->is_dead = true;
}

static void ways_break(struct ways *w, struct stmt *s)
{
    if (w->break_to.stmt)
        s->break_.leaving = leave(w, w->innermost, w->break_to.innermost, EXIT_BREAK, w->break_to.stmt, NULL);
    else if (w->nest->outer)
        jumps_out(w, s, "break");
    w->break_to.is_left |= !w->is_dead;
    w->is_dead = true;
}

static void ways_continue(struct ways *w, struct stmt *s)
{
    if (w->continue_to.stmt)
        s->continue_.leaving = leave(w, w->innermost, w->continue_to.innermost, EXIT_CONTINUE, w->continue_to.stmt, NULL);
    else if (w->nest->outer)
        jumps_out(w, s, "continue");
    w->is_dead = true;
}

// --- jumps to labels -----------------------------------------------------------------------------------------------------

static bool nest_is_inside(const struct nest *inner, const struct nest *outer)
{
    while (inner && inner != outer)
        inner = inner->outer;
    return inner;
}

// The first ending that control would pass on its way in from `from`; NULL: it passes none.
static const struct ending *passed_inwards(const struct ending *from, const struct ending *to)
{
    const struct ending *passed = NULL;
    for (; to; to = to->outer) {
        const struct ending *e = from;
        while (e && e != to)
            e = e->outer;
        if (e)
            break;
        passed = to;
    }
    return passed;
}

// Whether control may go from one place to the other.
static bool may_jump(struct ways *w, const struct stmt *s, const char *what, struct ending *from, struct nest *from_nest,
                     const struct ending *to, const struct nest *to_nest)
{
    if (from_nest != to_nest) {
        if (nest_is_inside(from_nest, to_nest))
            jumps_out(w, s, what);
        else
            diag_error(w->u, ERROR_DEFER_JUMP, first_token(s->span), "'%s' would jump into a deferred statement", what);
        return false;
    }
    const struct ending *passed = passed_inwards(from, to);
    if (!passed)
        return true;
    note_passed(w, diag_error(w->u, ERROR_DEFER_JUMP, first_token(s->span), "'%s' would jump past %s into its scope", what,
                              ending_said(w, passed)), passed);
    return false;
}

static void goto_resolve(struct ways *w, const struct pending_goto *p)
{
    struct label *l = p->stmt->goto_.label;
    if (l->nest && may_jump(w, p->stmt, "goto", p->innermost, p->nest, l->ending, l->nest))
        p->stmt->goto_.leaving = leave(w, p->innermost, l->ending, EXIT_GOTO, NULL, l);
}

// A jump whose target is not known here may neither enter nor leave the scope of a defer.
static void indirect_check(struct ways *w, const struct pending_goto *p, const struct label *l, const char *what)
{
    if (!l->nest || !may_jump(w, p->stmt, what, p->innermost, p->nest, l->ending, l->nest) || p->innermost == l->ending)
        return;
    struct diag *d = diag_error(w->u, ERROR_DEFER_JUMP, first_token(p->stmt->span),
                                "'%s' may leave the scope of %s: whether it has to run is not known here", what,
                                ending_said(w, p->innermost));
    diag_note(w->u, d, p->innermost->at, p->innermost->variable ? "this variable" : "this 'defer'");
    diag_note(w->u, d, l->span, "it may go to '%s'", l->name->text);
}

static void jump_resolve(struct ways *w, const struct pending_goto *p)
{
    if (p->stmt->kind == STMT_GOTO) {
        goto_resolve(w, p);
        return;
    }
    const char *what = p->stmt->kind == STMT_ASM ? "asm goto" : "goto *";
    for (const struct label *l = w->f->labels; l; l = l->next)
        if (may_go_to(w->u, p->stmt, l))
            indirect_check(w, p, l, what);
}

// Labels further down are not known yet.
static void jump_later(struct ways *w, struct stmt *s)
{
    struct pending_goto *p = NEW(&w->u->fn, struct pending_goto);
    *p = (struct pending_goto){ w->gotos, s, w->innermost, w->nest };
    w->gotos = p;
}

static void ways_case(struct ways *w, struct stmt *s, const char *what)
{
    w->is_dead = false;
    if (!w->cases.stmt) {
        if (w->nest->outer)
            diag_error(w->u, ERROR_DEFER_JUMP, first_token(s->span), "the 'switch' of this '%s' would jump into a deferred statement",
                       what);
        return;
    }
    const struct ending *passed = passed_inwards(w->cases.innermost, w->innermost);
    if (passed)
        note_passed(w, diag_error(w->u, ERROR_DEFER_JUMP, first_token(s->span), "the 'switch' of this '%s' would jump past %s into "
                                  "its scope", what, ending_said(w, passed)), passed);
}

// --- statements -----------------------------------------------------------------------------------------------------------

static struct nest *nest_open(struct ways *w)
{
    struct nest *n = NEW(&w->u->ast, struct nest);
    n->outer = w->nest;
    n->number = ++w->ends->nest_count;
    *w->ends->last_nest = n;
    w->ends->last_nest = &n->next;
    return w->nest = n;
}

static struct ending *ending_new(struct ways *w, struct span at)
{
    struct ending *e = NEW(&w->u->ast, struct ending);
    e->outer = w->innermost;
    e->nest = w->nest;
    e->at = at;
    e->number = ++w->ends->ending_count;
    *w->ends->last_ending = e;
    w->ends->last_ending = &e->next;
    return w->innermost = e;
}

static void ways_defer(struct ways *w, struct stmt *s, bool is_item)
{
    struct ways outer = *w;
    nest_open(w);
    w->innermost = NULL;
    w->break_to = w->continue_to = w->cases = (struct goal){ 0 };
    ways_stmt(w, s->defer.body, false);
    struct pending_goto *gotos = w->gotos;
    *w = outer;
    w->gotos = gotos;
    if (is_item)                // else it is a block of its own, which ends right there
        s->defer.ending = ending_new(w, first_token(s->span));
}

bool forbids_jumps(struct unit *u, const struct stmt *item)
{
    const struct decl *d = item->kind == STMT_DECL ? item->decl.decl : NULL;
    for (const struct declarator *i = d ? d->declarators : NULL; i; i = i->next)
        if (type_is_vm(u, i->type) || (!i->ending && (attr_find(i->attrs, "cleanup") || attr_find(d->attrs, "cleanup"))))
            return true;
    return false;
}

// `outer`: what is around the block, and around what a `for` or an arm declares for it.
static void ways_block(struct ways *w, struct stmt *s, struct ending *outer)
{
    for (struct stmt *i = s->block.items; i; i = i->next) {
        ways_stmt(w, i, true);
        if (w->innermost != outer && !w->innermost->needs_braces && forbids_jumps(w->u, i)) {
            w->innermost->needs_braces = true;
            s->block.braces++;
        }
    }
    if (!w->is_dead)
        s->block.leaving = leave(w, w->innermost, outer, EXIT_END, s, NULL);
    w->innermost = outer;
}

static bool is_always(const struct expr *test)
{
    return !test || (test->is_constant && test->value != 0);
}

static void ways_loop(struct ways *w, struct stmt *s, struct expr *test, struct expr *step, struct stmt *body)
{
    struct goal outer_break = w->break_to, outer_continue = w->continue_to;
    w->break_to = w->continue_to = (struct goal){ s, w->innermost, false };
    ways_expr(w, test);
    ways_expr(w, step);
    ways_stmt(w, body, false);
    w->is_dead = is_always(test) && !w->break_to.is_left;
    w->break_to = outer_break;
    w->continue_to = outer_continue;
}

// What it declares ends with the loop.
static void ways_for(struct ways *w, struct stmt *s)
{
    struct ending *outer = w->innermost;
    if (s->for_.init)
        ways_stmt(w, s->for_.init, false);
    ways_loop(w, s, s->for_.test, s->for_.step, s->for_.body);
    if (!w->is_dead)
        s->for_.leaving = leave(w, w->innermost, outer, EXIT_END, s, NULL);
    w->innermost = outer;
}

static void ways_switch(struct ways *w, struct stmt *s)
{
    struct goal outer_break = w->break_to, outer_cases = w->cases;
    bool outer_default = w->has_default;
    ways_expr(w, s->switch_.value);
    w->break_to = w->cases = (struct goal){ s, w->innermost, false };
    w->has_default = false;
    w->is_dead = true;
    ways_stmt(w, s->switch_.body, false);
    w->is_dead = w->is_dead && w->has_default && !w->break_to.is_left;
    w->has_default = outer_default;
    w->break_to = outer_break;
    w->cases = outer_cases;
}

// An arm, or the default, of `await any`: what it declares ends with its statements.
static void ways_arm(struct ways *w, struct stmt *s)
{
    struct ending *outer = w->innermost;
    w->is_dead = false;         // its call is made in front of all arms, which may have ended with a jump
    if (s->kind == STMT_ARM && s->arm.decl)
        ways_decl(w, s->arm.decl);
    else if (s->kind == STMT_ARM)
        ways_expr(w, s->arm.expr);
    w->is_dead = false;
    ways_block(w, s->kind == STMT_ARM ? s->arm.body : s->default_.body, outer);
}

static void ways_any(struct ways *w, struct stmt *s)
{
    struct goal outer_break = w->break_to;
    w->break_to = (struct goal){ s, w->innermost, false };
    for (struct stmt *i = s->await_any.body->block.items; i; i = i->next)
        ways_arm(w, i);
    w->is_dead = w->is_dead && !w->break_to.is_left;
    w->break_to = outer_break;
}

static void ways_if(struct ways *w, struct stmt *s)
{
    ways_expr(w, s->if_.test);
    bool was_dead = w->is_dead;
    ways_stmt(w, s->if_.yes, false);
    bool is_yes_dead = w->is_dead;
    w->is_dead = was_dead;
    if (s->if_.no)
        ways_stmt(w, s->if_.no, false);
    w->is_dead = w->is_dead && is_yes_dead;
}

static void ways_label(struct ways *w, struct stmt *s)
{
    s->label.label->ending = w->innermost;
    s->label.label->nest = w->nest;
    w->is_dead = false;
}

static void ways_visit(void *w, struct expr *child, bool evaluated)
{
    (void)evaluated;
    ways_expr(w, child);
}

static void ways_expr(struct ways *w, struct expr *e)
{
    if (!e)
        return;
    expr_children(e, ways_visit, w);
    if (e->kind == EXPR_STMT_EXPR)
        ways_stmt(w, e->stmt_expr.block, false);
    else if (e->kind == EXPR_CALL && !call_returns(e))
        w->is_dead = true;
}

static void ways_decl(struct ways *w, struct decl *d)
{
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = i->inner; e; e = e->next_inner)
            ways_expr(w, e);
        ways_expr(w, i->init);
        if ((i->cleanup || (i->symbol && i->symbol->is_owed)) && w->takes_cleanups) {
            i->ending = ending_new(w, i->name);
            i->ending->variable = i->symbol;
            i->ending->is_handle = !i->cleanup;
        }
    }
}

static void ways_asm(struct ways *w, struct stmt *s)
{
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        ways_expr(w, e);
    for (struct expr *e = s->asm_.inputs; e; e = e->next)
        ways_expr(w, e);
    if (s->asm_.labels)
        jump_later(w, s);
}

// A call that may not be evaluated at all has not ended anything.
static void ways_expr_stmt(struct ways *w, struct expr *e)
{
    bool was_dead = w->is_dead;
    ways_expr(w, e);
    w->is_dead = was_dead || (e && expr_bare(e)->kind == EXPR_CALL && !call_returns(expr_bare(e)));
}

static void ways_stmt(struct ways *w, struct stmt *s, bool is_item)
{
    if (!s)
        return;
    switch (s->kind) {
    case STMT_EXPR: ways_expr_stmt(w, s->expr.expr); return;
    case STMT_DECL: ways_decl(w, s->decl.decl); return;
    case STMT_BLOCK: ways_block(w, s, w->innermost); return;
    case STMT_IF: ways_if(w, s); return;
    case STMT_WHILE: ways_loop(w, s, s->while_.test, NULL, s->while_.body); return;
    case STMT_DO: ways_loop(w, s, s->do_.test, NULL, s->do_.body); return;
    case STMT_FOR: ways_for(w, s); return;
    case STMT_SWITCH: ways_switch(w, s); return;
    case STMT_CASE:
        ways_case(w, s, "case");
        ways_stmt(w, s->case_.body, is_item);
        return;
    case STMT_DEFAULT:
        ways_case(w, s, "default");
        w->has_default = true;
        ways_stmt(w, s->default_.body, is_item);
        return;
    case STMT_LABEL:
        ways_label(w, s);
        ways_stmt(w, s->label.body, is_item);
        return;
    case STMT_GOTO:
        jump_later(w, s);
        w->is_dead = true;
        return;
    case STMT_GOTO_PTR:
        ways_expr(w, s->goto_ptr.target);
        jump_later(w, s);
        w->is_dead = true;
        return;
    case STMT_BREAK: ways_break(w, s); return;
    case STMT_CONTINUE: ways_continue(w, s); return;
    case STMT_RETURN: ways_return(w, s); return;
    case STMT_ASM: ways_asm(w, s); return;
    case STMT_DEFER: ways_defer(w, s, is_item); return;
    case STMT_AWAIT_ANY: ways_any(w, s); return;
    case STMT_ARM: case STMT_AWAIT_ALL: case STMT_ERROR: return;
    }
}

// Handles that were passed to the function.
static void ways_params(struct ways *w, struct function *f)
{
    for (struct param *p = f->type->function.params; p; p = p->next)
        if (p->symbol && p->symbol->is_owed) {
            p->ending = ending_new(w, p->span);
            p->ending->variable = p->symbol;
            p->ending->is_handle = true;
        }
}

static void ends_of(struct unit *u, struct function *f, bool takes_cleanups)
{
    struct ends *ends = f->ends = NEW(&u->ast, struct ends);
    ends->last_ending = &ends->endings;
    ends->last_nest = &ends->nests;
    struct ways w = { .u = u, .f = f, .ends = ends, .takes_cleanups = takes_cleanups };
    nest_open(&w);
    if (takes_cleanups)
        ways_params(&w, f);
    ways_block(&w, f->body, NULL);
    for (const struct pending_goto *p = w.gotos; p; p = p->next)
        jump_resolve(&w, p);
    for (struct ending *e = ends->endings; e; e = e->next)
        e->nest->has_choice |= ending_chooses(e);
}

void check_ends(struct unit *u, bool takes_cleanups)
{
    for (struct function *f = unit_functions(u); f; f = f->next)
        if (f->body && f->has_endings)
            ends_of(u, f, takes_cleanups);
}
