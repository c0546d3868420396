// Statements to blocks of events: loops, switches and jumps, arms of `await any`, and the ends of blocks, which jumps go through.
//
// in:   the body of a function
// out:  blocks and edges, with the events of its expressions (cfg_expr.c) and of the waits that statements are
//
//     {
//         defer puts("left");     block 2: use ac_leave1 → 3 4        for all who leave; on to behind the block, or out
//         if (n)                  block 0: use n → 5 6
//             return 1;           block 5: def ac_value1 def ac_leave1 → 2
//     }                           block 7: def ac_value1 def ac_leave1 → 2
#include <string.h>

#include "lower/cfg_build.h"
#include "lower/lower.h"
#include "lower/walk.h"
#include "parser/ends.h"
#include "parser/sema.h"

// A place from which control may fall into an arm that declares, or assigns to, something.
struct fall {
    struct fall *next;
    const struct block *from;
    const struct stmt *arm;
};

static void declaration(struct builder *b, struct decl *d)
{
    if (d->function)
        return;
    for (struct expr *e = evaluated_specs(b->u, d); e; e = e->next_inner)
        cfg_full(b, e);
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = evaluated_inner(b->u, i); e; e = e->next_inner)
            cfg_full(b, e);
        if (i->symbol && !symbol_is_automatic(i->symbol))
            continue;
        cfg_full(b, i->init);
        // Without an initialiser its value is indeterminate from here on: whatever it held before is dead.
        if (i->symbol && i->init)
            cfg_define_as(b, i->symbol->local, i->init);
        else if (i->symbol)
            cfg_unset(b, i->symbol->local);
    }
}

static void loop_body(struct builder *b, struct stmt *body, struct block *break_to, struct block *continue_to)
{
    struct block *outer_break = b->break_to, *outer_continue = b->continue_to;
    b->break_to = break_to;
    b->continue_to = continue_to;
    cfg_stmt(b, body);
    b->break_to = outer_break;
    b->continue_to = outer_continue;
}

static void if_statement(struct builder *b, struct stmt *s)
{
    struct block *yes = cfg_block(b), *no = cfg_block(b), *join = cfg_block(b);
    cfg_condition(b, s->if_.test, yes, no);
    b->at = yes;
    cfg_stmt(b, s->if_.yes);
    cfg_edge(b, b->at, join);
    b->at = no;
    cfg_stmt(b, s->if_.no);
    cfg_edge(b, b->at, join);
    b->at = join;
}

static void while_statement(struct builder *b, struct stmt *s)
{
    struct block *top = cfg_block(b), *body = cfg_block(b), *done = cfg_block(b);
    cfg_enter(b, top);
    cfg_condition(b, s->while_.test, body, done);
    b->at = body;
    loop_body(b, s->while_.body, done, top);
    cfg_edge(b, b->at, top);
    b->at = done;
}

static void do_statement(struct builder *b, struct stmt *s)
{
    struct block *top = cfg_block(b), *test = cfg_block(b), *done = cfg_block(b);
    cfg_enter(b, top);
    loop_body(b, s->do_.body, done, test);
    cfg_enter(b, test);
    cfg_condition(b, s->do_.test, top, done);
    b->at = done;
}

static void for_statement(struct builder *b, struct stmt *s)
{
    struct block *top = cfg_block(b), *body = cfg_block(b), *step = cfg_block(b), *done = cfg_block(b);
    cfg_stmt(b, s->for_.init);
    cfg_enter(b, top);
    cfg_condition(b, s->for_.test, body, done);
    b->at = body;
    loop_body(b, s->for_.body, done, step);
    cfg_enter(b, step);
    cfg_full(b, s->for_.step);
    cfg_edge(b, b->at, top);
    b->at = done;
    cfg_leave_by(b, s->for_.leaving);
}

// Jumps to one of the labels in `body`; to one in any case when `is_complete`. When there are `constants` of them, all values
// that the enum names are there; 0: it is no enum.
static void cases(struct builder *b, struct stmt *body, bool is_complete, uint32_t constants)
{
    struct block *outer_cases = b->cases;
    bool outer_default = b->has_default;
    uint32_t outer_count = b->case_count;
    struct block *done = cfg_block(b);
    b->cases = b->at;
    b->has_default = false;
    b->case_count = 0;
    b->at = cfg_block(b);
    struct block *outer_break = b->break_to;
    b->break_to = done;
    cfg_stmt(b, body);
    b->break_to = outer_break;
    cfg_edge(b, b->at, done);
    if (!b->has_default && !is_complete) {
        cfg_edge(b, b->cases, done);
        b->cases->unmeant = constants && b->case_count >= constants ? done : NULL;
    }
    b->at = done;
    b->cases = outer_cases;
    b->has_default = outer_default;
    b->case_count = outer_count;
}

static uint32_t constants_count(struct unit *u, const struct expr *value)
{
    const struct type *t = value->type ? type_plain(u, value->type) : NULL;
    uint32_t count = 0;
    for (const struct symbol *s = t && t->kind == TYPE_ENUM ? t->tag->constants : NULL; s; s = s->next_constant)
        count++;
    return count;
}

static void switch_statement(struct builder *b, struct stmt *s)
{
    cfg_full(b, s->switch_.value);
    cases(b, s->switch_.body, false, constants_count(b->u, s->switch_.value));
}

static void case_label(struct builder *b, struct stmt *body)
{
    struct block *n = cfg_block(b);
    b->case_count++;
    if (b->cases)
        cfg_edge(b, b->cases, n);
    cfg_enter(b, n);
    cfg_stmt(b, body);
}

// Whether an output operand is read too: "+r" (x).
static bool asm_reads(const struct unit *u, const struct expr *operand)
{
    uint32_t constraint = operand->span.lo - 2;
    return memchr(token_text(u, constraint), '+', u->tokens[constraint].len) != NULL;
}

static void note_asm(struct builder *b, struct expr *operand)
{
    bool part;
    struct local *l = place_local(b->u, operand, &part);
    if (l)
        l->is_of_asm = true;
}

static void asm_statement(struct builder *b, struct stmt *s)
{
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        note_asm(b, e);
    for (struct expr *e = s->asm_.inputs; e; e = e->next)
        note_asm(b, e);
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        cfg_write(b, e, asm_reads(b->u, e));
    for (struct expr *e = s->asm_.inputs; e; e = e->next)
        cfg_operand(b, e);
    for (struct label_ref *l = s->asm_.labels; l; l = l->next)
        cfg_edge(b, b->at, b->labels[l->label->number]);
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        cfg_written(b, e, NULL);
}

// Who does not return takes no value along, though the way is the same. (While a deferred statement runs, one may be on its way.)
static void leave(struct builder *b, const struct leaving *l)
{
    if (l->exit->kind != EXIT_RETURN && !l->first->nest->outer)
        cfg_define(b, b->a->value);
    if (leaving_is_told(l))
        cfg_define(b, b->a->leaves[l->first->nest->number]);
    cfg_jump(b, b->endings[l->first->number]);
}

static void exit_taken(struct builder *b, struct block *from, const struct exit *x)
{
    switch (x->kind) {
    case EXIT_END:
        cfg_edge(b, from, b->ends[x->last->number]);
        return;
    case EXIT_BREAK:
        cfg_edge(b, from, b->break_to);
        return;
    case EXIT_CONTINUE:
        cfg_edge(b, from, b->continue_to);
        return;
    case EXIT_GOTO:
        cfg_edge(b, from, b->labels[x->label->number]);
        return;
    case EXIT_RETURN:
        b->at = cfg_block(b);
        cfg_edge(b, from, b->at);
        cfg_use(b, b->a->value);
        return;
    }
}

static void ending_done(struct builder *b, const struct ending *e)
{
    if (ending_chooses(e))
        cfg_use(b, b->a->leaves[e->nest->number]);
    struct block *from = b->at;
    for (const struct exit *x = e->exits; x; x = x->next)
        exit_taken(b, from, x);
    if (e->passes_on)
        cfg_edge(b, from, b->endings[e->outer->number]);
}

// What the function, or the wait, uses is resident.
static void cleanups(struct builder *b, const struct decl *d)
{
    struct block *here = b->at;
    for (const struct declarator *i = d->declarators; i; i = i->next)
        if (i->ending) {
            b->at = b->endings[i->ending->number];
            if (i->drop)
                cfg_point(b, i->drop);
            ending_done(b, i->ending);
        }
    b->at = here;
}

// A deferred statement: control comes from whoever leaves its block, and goes on where they want.
static void defer_statement(struct builder *b, struct stmt *s)
{
    struct block *here = b->at;
    const struct ending *e = s->defer.ending;
    if (e)
        b->at = b->endings[e->number];
    cfg_stmt(b, s->defer.body);
    if (s->defer.join)
        cfg_point(b, s->defer.join);
    if (!e)
        return;
    ending_done(b, e);
    b->at = here;
}

void cfg_items(struct builder *b, struct stmt *s)
{
    for (struct stmt *i = s->block.items; i; i = i->next)
        cfg_stmt(b, i);
}

void cfg_leave_by(struct builder *b, const struct leaving *l)
{
    if (!l)
        return;
    leave(b, l);
    b->at = b->ends[l->exit->last->number];
}

static void return_statement(struct builder *b, struct stmt *s)
{
    cfg_full(b, s->return_.value);
    if (s->return_.leaving && s->return_.value)
        cfg_define(b, b->a->value);
    for (uint32_t i = 0; b->a->has_group && i < b->a->point_count; i++) {
        const struct point *p = b->a->points[i];
        if (p->stmt != s)
            continue;
        cfg_define(b, p->result);
        cfg_point(b, p);
        cfg_use(b, p->result);
    }
    if (s->return_.leaving)
        leave(b, s->return_.leaving);
    b->at = cfg_block(b);
}

// Evaluates what the arms' calls need, in order, as far as none has ended at once.
static void arms_start(struct builder *b, const struct any *any)
{
    struct block *wait = cfg_block(b);
    for (const struct point *p = any->arms; p; p = p->next_in_region) {
        cfg_operands(b, p->await);
        cfg_edge(b, b->at, wait);
        struct block *next = cfg_block(b);
        if (p->next_in_region)
            cfg_edge(b, b->at, next);
        b->at = next;
    }
    b->at = wait;
}

// The objects declared outside get the results, whoever was first. Of an arm that was not started there may be none.
static void arms_end(struct builder *b, const struct any *any)
{
    for (const struct point *p = any->arms; p; p = p->next_in_region) {
        struct expr *place = arm_place(p->stmt);
        cfg_define(b, p->result);
        if (!place)
            continue;
        cfg_use(b, p->result);
        cfg_write(b, place, false);
        struct block *untouched = b->at;
        bool is_sure = p->arm == 1 || arm_gives_canceled(b->u, p->stmt);
        if (!is_sure)
            cfg_enter(b, cfg_block(b));
        cfg_written(b, place, NULL);
        if (is_sure)
            continue;
        cfg_enter(b, cfg_block(b));
        cfg_edge(b, untouched, b->at);
    }
}

// Who falls into an arm from the one above goes past its assignment.
static void arm_label(struct builder *b, struct stmt *s)
{
    struct block *above = b->at, *n = cfg_block(b);
    struct expr *place = arm_place(s);
    if ((s->arm.decl || place) && above) {
        struct fall *f = NEW(&b->u->fn, struct fall);
        *f = (struct fall){ b->falls, above, s };
        b->falls = f;
    }
    if (b->cases)
        cfg_edge(b, b->cases, n);
    b->at = n;
    cfg_use(b, hoist_of(b->u, arm_await(s))->point->result);
    if (s->arm.decl) {
        cfg_define(b, arm_declarator(s)->symbol->local);
        cleanups(b, s->arm.decl);
    }
    if (place) {
        cfg_write(b, place, false);
        cfg_written(b, place, NULL);
    }
    cfg_enter(b, cfg_block(b));
    if (above)
        cfg_edge(b, above, b->at);
    cfg_stmt(b, s->arm.body);
}

struct arm_names {
    struct walk walk;
    struct builder *b;
};

static void use_name(struct walk *w, struct expr *e)
{
    struct local *l = e->kind == EXPR_NAME && e->name.symbol ? e->name.symbol->local : NULL;
    if (l && l->is_tracked)
        cfg_use(((struct arm_names *)w)->b, l);
}

// Arms have begun, in the frame, when the arguments of a call are evaluated, and are still there when the objects outside get their
// results: what these name has bytes of its own.
static void use_named(struct builder *b, const struct any *any)
{
    struct arm_names names = { { .expr = use_name }, b };
    for (const struct point *p = any->arms; p; p = p->next_in_region) {
        struct expr *place = arm_place(p->stmt);
        walk_expr(&names.walk, p->await);
        if (place)
            walk_expr(&names.walk, place);
    }
}

static void await_any(struct builder *b, struct stmt *s)
{
    const struct any *any = b->a->anys;
    while (any->stmt != s)
        any = any->next;
    arms_start(b, any);
    use_named(b, any);
    cfg_point(b, any->point);
    for (const struct point *p = any->arms; p; p = p->next_in_region)
        cfg_use_lent(b, any->point, p->await);
    use_named(b, any);
    arms_end(b, any);
    cases(b, s->await_any.body, true, 0);
}

static void await_all(struct builder *b, struct stmt *s)
{
    cfg_point(b, b->a->points[s->await_all.point - 1]);
}

void cfg_stmt(struct builder *b, struct stmt *s)
{
    if (!s)
        return;
    switch (s->kind) {
    case STMT_EXPR:
        if (s->expr.expr && expr_bare(s->expr.expr)->kind == EXPR_NAME)
            cfg_dropped(b, s->expr.expr);
        else
            cfg_full(b, s->expr.expr);
        b->at->is_last |= !expr_returns(s->expr.expr);
        return;
    case STMT_DECL:
        declaration(b, s->decl.decl);
        cleanups(b, s->decl.decl);
        return;
    case STMT_BLOCK:
        cfg_items(b, s);
        cfg_leave_by(b, s->block.leaving);
        return;
    case STMT_IF:
        if_statement(b, s);
        return;
    case STMT_WHILE:
        while_statement(b, s);
        return;
    case STMT_DO:
        do_statement(b, s);
        return;
    case STMT_FOR:
        for_statement(b, s);
        return;
    case STMT_SWITCH:
        switch_statement(b, s);
        return;
    case STMT_CASE:
        case_label(b, s->case_.body);
        return;
    case STMT_DEFAULT:
        b->has_default = true;
        case_label(b, s->default_.body);
        return;
    case STMT_LABEL:
        cfg_enter(b, b->labels[s->label.label->number]);
        cfg_stmt(b, s->label.body);
        return;
    case STMT_GOTO:
        if (s->goto_.leaving)
            leave(b, s->goto_.leaving);
        else
            cfg_jump(b, b->labels[s->goto_.label->number]);
        return;
    case STMT_GOTO_PTR:
        cfg_full(b, s->goto_ptr.target);
        cfg_jump(b, b->computed);
        return;
    case STMT_BREAK:
        if (s->break_.leaving)
            leave(b, s->break_.leaving);
        else if (b->break_to)
            cfg_jump(b, b->break_to);
        return;
    case STMT_CONTINUE:
        if (s->continue_.leaving)
            leave(b, s->continue_.leaving);
        else if (b->continue_to)
            cfg_jump(b, b->continue_to);
        return;
    case STMT_RETURN:
        return_statement(b, s);
        return;
    case STMT_ASM:
        asm_statement(b, s);
        return;
    case STMT_AWAIT_ALL:
        await_all(b, s);
        return;
    case STMT_DEFER:
        defer_statement(b, s);
        return;
    case STMT_AWAIT_ANY:
        await_any(b, s);
        return;
    case STMT_ARM:
        arm_label(b, s);
        return;
    case STMT_ERROR:
        return;
    }
}

// What control comes to from the ends of the function, when parameters hold handles.
static void params_end(struct builder *b)
{
    struct block *here = b->at;
    for (const struct param *p = b->a->fn->type->function.params; p; p = p->next)
        if (p->ending) {
            b->at = b->endings[p->ending->number];
            cfg_point(b, p->drop);
            ending_done(b, p->ending);
        }
    b->at = here;
}

void cfg_body(struct builder *b)
{
    params_end(b);
    cfg_items(b, b->a->fn->body);
    b->cfg->end = b->at;
    if (b->a->end_point)
        cfg_point(b, b->a->end_point);
    cfg_leave_by(b, b->a->fn->body->block.leaving);
}

void cfg_falls_check(struct builder *b)
{
    for (const struct fall *f = b->falls; f; f = f->next) {
        if (!f->from->is_reachable || f->from->is_last)
            continue;
        const struct stmt *arm = f->arm;
        hoist_of(b->u, arm_await(arm))->point->is_fallen_into = true;
        if (!arm->arm.decl)
            continue;
        const struct symbol *s = arm_declarator(arm)->symbol;
        struct diag *d = diag_error(b->u, ERROR_ARM_FALLS, (struct span){ arm->span.lo, arm->span.lo + 1 },
                                    "the arm above falls into this one, where '%s' would have no value", s->name->text);
        diag_fix_insert(b->u, d, arm->span.lo, "break; ");
    }
}
