// Statements and expressions to blocks of events. Expressions with an await follow exactly the order in which lower_expr.c
// writes them: first what is computed before (`before`), later what is left of the expression (`rest`).
#include "lower/cfg.h"

#include <string.h>

#include "grammar.h"
#include "lower/lower.h"
#include "parser/ends.h"

struct build {
    struct unit *u;
    struct async *a;
    struct cfg *cfg;
    struct block *at;           // where the next event goes; a block without predecessors after a jump
    struct block *break_to, *continue_to, *cases;
    bool has_default;
    struct block **labels;      // by label.number
    struct block *computed;     // where every `goto *` goes
    struct block **endings;     // by ending.number: where it begins ...
    struct block **ends;        // ... and what follows the block whose last ending it is
    struct fall *falls;
};

// A place from which control may fall into an arm that declares, or assigns to, something.
struct fall {
    struct fall *next;
    const struct block *from;
    const struct stmt *arm;
};

#define GROW(arena, type, array, count, capacity)                                                                          \
    do {                                                                                                                   \
        if ((count) == (capacity)) {                                                                                       \
            uint32_t room_ = (capacity) ? 2 * (capacity) : 8;                                                              \
            type *grown_ = NEW_ARRAY(arena, type, room_);                                                                  \
            if (count)                                                                                                     \
                memcpy(grown_, array, (count) * sizeof *grown_);                                                           \
            (array) = grown_;                                                                                              \
            (capacity) = room_;                                                                                            \
        }                                                                                                                  \
    } while (0)

static struct block *block_new(struct build *b)
{
    struct cfg *c = b->cfg;
    GROW(&b->u->fn, struct block *, c->blocks, c->count, c->capacity);
    struct block *n = NEW(&b->u->fn, struct block);
    n->number = c->count;
    c->blocks[c->count++] = n;
    return n;
}

static void edge(struct build *b, struct block *from, struct block *to)
{
    GROW(&b->u->fn, struct block *, from->next, from->next_count, from->next_capacity);
    from->next[from->next_count++] = to;
}

// An edge that is taken when the test comes out so; none when it never does. No test is true.
static void edge_if(struct build *b, struct block *from, struct block *to, const struct expr *test, bool outcome)
{
    bool never = test ? test->is_constant && (test->value != 0) != outcome : !outcome;
    if (!never)
        edge(b, from, to);
}

static void jump(struct build *b, struct block *to)
{
    edge(b, b->at, to);
    b->at = block_new(b);
}

// Goes on in `to`, which control also falls into.
static void enter(struct build *b, struct block *to)
{
    edge(b, b->at, to);
    b->at = to;
}

static void event(struct build *b, enum event_kind kind, uint32_t index, const struct expr *value)
{
    struct block *at = b->at;
    GROW(&b->u->fn, struct event, at->events, at->event_count, at->event_capacity);
    at->events[at->event_count++] = (struct event){kind, index, value};
}

static void use(struct build *b, const struct local *l)
{
    if (l && l->class != LOCAL_PLAIN)
        event(b, EVENT_USE, l->index, NULL);
}

static void define_as(struct build *b, const struct local *l, const struct expr *value)
{
    if (l && l->class != LOCAL_PLAIN)
        event(b, EVENT_DEF, l->index, value);
}

static void define(struct build *b, const struct local *l)
{
    define_as(b, l, NULL);
}

static void point(struct build *b, const struct point *p)
{
    event(b, EVENT_POINT, p->number - 1, NULL);
}

// --- expressions -------------------------------------------------------------------------------------------------------------------

static void rest(struct build *b, struct expr *e);
static void before(struct build *b, struct expr *e);
static void statement(struct build *b, struct stmt *s);
static void block_items(struct build *b, struct stmt *s);
static void leave_by(struct build *b, const struct leaving *l);

// The local that an assignment to this place writes as a whole; *part: only some of it.
static struct local *written_local(struct unit *u, struct expr *place, bool *part)
{
    *part = false;
    for (struct expr *e = expr_bare(place);; e = expr_bare(e)) {
        if (e->kind == EXPR_NAME)
            return e->name.symbol ? e->name.symbol->local : NULL;
        if (e->kind == EXPR_UNARY && (e->unary.op == TOK_REAL || e->unary.op == TOK_IMAG)) {
            e = e->unary.operand;
        } else if (e->kind == EXPR_MEMBER && !e->member.is_arrow) {
            e = e->member.object;
        } else if (e->kind == EXPR_INDEX && type_plain(u, e->index.base->type)->kind != TYPE_POINTER) {
            e = e->index.base;
        } else {
            return NULL;
        }
        *part = true;
    }
}

static void operand_rest(struct build *b, struct expr *e)
{
    const struct hoist *h = hoist_of(b->u, e);
    if (h->pin)
        use(b, h->pin);
    else
        rest(b, e);
}

static void write(struct build *b, struct expr *place, bool reads)
{
    bool part;
    struct local *l = written_local(b->u, place, &part);
    if (!l || reads || part)
        operand_rest(b, place);
}

static void written(struct build *b, struct expr *place, const struct expr *value)
{
    bool part;
    struct local *l = written_local(b->u, place, &part);
    if (l && !part)
        define_as(b, l, value);
}

// The second operand of && is `yes`, that of || is `no`.
static void branch_rest(struct build *b, struct expr *test, struct expr *yes, struct expr *no)
{
    struct block *join = block_new(b), *start = b->at;
    b->at = block_new(b);
    edge_if(b, start, b->at, test, true);
    if (yes)
        operand_rest(b, yes);
    edge(b, b->at, join);
    b->at = block_new(b);
    edge_if(b, start, b->at, test, false);
    if (no)
        operand_rest(b, no);
    edge(b, b->at, join);
    b->at = join;
}

static void operands_rest(struct build *b, struct expr *e)
{
    struct operands o = operands_of(b->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        operand_rest(b, o.list[i].expr);
}

// What evaluating e reads and writes, except for what `before` has done already.
static void rest(struct build *b, struct expr *e)
{
    const struct hoist *h = hoist_of(b->u, e);
    if (h->is_branch) {
        use(b, h->pin);
        return;
    }
    switch (e->kind) {
    case EXPR_NAME:
        if (e->name.symbol)
            use(b, e->name.symbol->local);
        return;
    case EXPR_BINARY:
        if (e->binary.op != TOK_ANDAND && e->binary.op != TOK_OROR)
            break;
        operand_rest(b, e->binary.lhs);
        if (e->binary.op == TOK_ANDAND)
            branch_rest(b, e->binary.lhs, e->binary.rhs, NULL);
        else
            branch_rest(b, e->binary.lhs, NULL, e->binary.rhs);
        return;
    case EXPR_COND:
        operand_rest(b, e->cond.test);
        branch_rest(b, e->cond.test, e->cond.yes, e->cond.no);
        return;
    case EXPR_COMMA:
        if (!hoist_of(b->u, e->comma.rhs)->has_pre)
            operand_rest(b, e->comma.lhs);
        operand_rest(b, e->comma.rhs);
        return;
    case EXPR_ASSIGN:
        write(b, e->assign.lhs, e->assign.op != '=');
        operand_rest(b, e->assign.rhs);
        written(b, e->assign.lhs, e->assign.op == '=' ? e->assign.rhs : NULL);
        return;
    case EXPR_POSTFIX:
        write(b, e->postfix.operand, true);
        written(b, e->postfix.operand, NULL);
        return;
    case EXPR_UNARY:
        if (e->unary.op != TOK_INC && e->unary.op != TOK_DEC)
            break;
        write(b, e->unary.operand, true);
        written(b, e->unary.operand, NULL);
        return;
    case EXPR_AWAIT:
    case EXPR_START:
        use(b, h->point->result);
        return;
    case EXPR_STMT_EXPR:
        statement(b, e->stmt_expr.block);
        return;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_PAREN:
    case EXPR_INDEX:
    case EXPR_CALL:
    case EXPR_MEMBER:
    case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF:
    case EXPR_CAST:
    case EXPR_COMPOUND:
    case EXPR_INIT:
    case EXPR_GENERIC:
    case EXPR_VA_ARG:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_CHOOSE:
    case EXPR_BUILTIN_T:
    case EXPR_ERROR:
        break;
    }
    operands_rest(b, e);
}

static void operand_before(struct build *b, struct expr *e)
{
    const struct hoist *h = hoist_of(b->u, e);
    if (h->has_pre)
        before(b, e);
    if (h->pin && !h->is_branch) {
        rest(b, e);
        define(b, h->pin);
    }
}

static void operands_before(struct build *b, struct expr *e)
{
    struct operands o = operands_of(b->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        operand_before(b, o.list[i].expr);
}

// One outcome of a test: the value of `e`, or the test's own when there is none.
static void arm(struct build *b, struct block *start, struct expr *test, bool outcome, struct expr *e, struct local *pin)
{
    b->at = block_new(b);
    edge_if(b, start, b->at, test, outcome);
    if (!e)
        return;
    operand_before(b, e);
    operand_rest(b, e);
    define(b, pin);
}

static void branch_before(struct build *b, struct expr *e, struct expr *test, struct expr *yes, struct expr *no)
{
    struct local *pin = hoist_of(b->u, e)->pin;
    operand_before(b, test);
    if (!hoist_of(b->u, e)->is_branch)
        return;
    operand_rest(b, test);
    if (!yes || !no)
        define(b, pin);
    struct block *join = block_new(b), *start = b->at;
    arm(b, start, test, true, yes, pin);
    edge(b, b->at, join);
    arm(b, start, test, false, no, pin);
    edge(b, b->at, join);
    b->at = join;
}

// What the awaited function has been given the address of is needed until it has ended.
static void use_lent(struct build *b, struct expr *e)
{
    struct local *l = e->kind == EXPR_NAME && e->name.symbol ? e->name.symbol->local : NULL;
    bool is_lent = e->is_lent && (e->is_place || type_plain(b->u, e->type)->kind == TYPE_ARRAY);
    if (l && l->is_tracked && is_lent) {
        l->is_lent_across = true;
        use(b, l);
    }
    struct operands o = operands_of(b->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        use_lent(b, o.list[i].expr);
}

static void await_before(struct build *b, struct expr *e)
{
    const struct point *p = hoist_of(b->u, e)->point;
    bool may_wait = e->kind == EXPR_AWAIT && !p->is_plain;
    operands_before(b, e);
    if (may_wait && !p->arm)
        event(b, EVENT_ENTER, p->number - 1, NULL);
    operands_rest(b, e);
    if (may_wait) {
        define(b, p->handle);
        point(b, p);
        use(b, p->handle);
        use_lent(b, e);
    }
    define(b, p->result);
}

// The value of a statement expression is that of its last statement; the endings of its block come after that.
static void block_value_before(struct build *b, struct expr *e)
{
    block_items(b, e->stmt_expr.block);
    define(b, hoist_of(b->u, e)->pin);
    leave_by(b, e->stmt_expr.block->block.leaving);
}

// What is computed ahead of the rest of e.
static void before(struct build *b, struct expr *e)
{
    switch (e->kind) {
    case EXPR_BINARY:
        if (e->binary.op != TOK_ANDAND && e->binary.op != TOK_OROR)
            break;
        if (e->binary.op == TOK_ANDAND)
            branch_before(b, e, e->binary.lhs, e->binary.rhs, NULL);
        else
            branch_before(b, e, e->binary.lhs, NULL, e->binary.rhs);
        return;
    case EXPR_COND:
        branch_before(b, e, e->cond.test, e->cond.yes, e->cond.no);
        return;
    case EXPR_COMMA:
        operand_before(b, e->comma.lhs);
        if (hoist_of(b->u, e->comma.rhs)->has_pre) {
            operand_rest(b, e->comma.lhs);
            operand_before(b, e->comma.rhs);
        }
        return;
    case EXPR_AWAIT:
    case EXPR_START:
        await_before(b, e);
        return;
    case EXPR_STMT_EXPR:
        if (hoist_of(b->u, e)->is_branch)
            block_value_before(b, e);
        return;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_NAME:
    case EXPR_PAREN:
    case EXPR_INDEX:
    case EXPR_CALL:
    case EXPR_MEMBER:
    case EXPR_POSTFIX:
    case EXPR_UNARY:
    case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF:
    case EXPR_CAST:
    case EXPR_COMPOUND:
    case EXPR_ASSIGN:
    case EXPR_INIT:
    case EXPR_GENERIC:
    case EXPR_VA_ARG:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_CHOOSE:
    case EXPR_BUILTIN_T:
    case EXPR_ERROR:
        break;
    }
    operands_before(b, e);
}

static void full(struct build *b, struct expr *e)
{
    if (!e)
        return;
    if (hoist_of(b->u, e)->has_pre)
        before(b, e);
    operand_rest(b, e);
}

// --- statements --------------------------------------------------------------------------------------------------------------------

static void declaration(struct build *b, struct decl *d)
{
    if (d->function)
        return;
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = evaluated_inner(b->u, i); e; e = e->next_inner)
            full(b, e);
        bool is_static = i->symbol && (i->symbol->storage == STORAGE_STATIC || i->symbol->storage == STORAGE_EXTERN ||
                                       i->symbol->kind != SYMBOL_OBJECT);
        if (is_static)
            continue;
        full(b, i->init);
        // Without an initialiser its value is indeterminate from here on: whatever it held before is dead.
        if (i->symbol)
            define_as(b, i->symbol->local, i->init);
    }
}

static void loop_body(struct build *b, struct stmt *body, struct block *break_to, struct block *continue_to)
{
    struct block *outer_break = b->break_to, *outer_continue = b->continue_to;
    b->break_to = break_to;
    b->continue_to = continue_to;
    statement(b, body);
    b->break_to = outer_break;
    b->continue_to = outer_continue;
}

// Goes to `yes` or to `no`, past operands of && and || that are not evaluated: what they write is not written on that way.
static void condition(struct build *b, struct expr *whole, struct block *yes, struct block *no)
{
    struct expr *test = whole ? expr_bare(whole) : NULL;
    const struct hoist *h = test ? hoist_of(b->u, test) : NULL;
    bool is_split = test && !test->is_constant && (h->is_chain || (!h->has_pre && !h->pin));
    if (is_split && test->kind == EXPR_UNARY && test->unary.op == '!') {
        condition(b, test->unary.operand, no, yes);
    } else if (is_split && test->kind == EXPR_COMMA) {
        operand_rest(b, test->comma.lhs);
        condition(b, test->comma.rhs, yes, no);
    } else if (is_split && test->kind == EXPR_BINARY && (test->binary.op == TOK_ANDAND || test->binary.op == TOK_OROR)) {
        bool is_and = test->binary.op == TOK_ANDAND;
        struct block *second = block_new(b);
        condition(b, test->binary.lhs, is_and ? second : yes, is_and ? no : second);
        b->at = second;
        condition(b, test->binary.rhs, yes, no);
    } else {
        full(b, whole);
        edge_if(b, b->at, yes, whole, true);
        edge_if(b, b->at, no, whole, false);
    }
}

static void if_statement(struct build *b, struct stmt *s)
{
    struct block *yes = block_new(b), *no = block_new(b), *join = block_new(b);
    condition(b, s->if_.test, yes, no);
    b->at = yes;
    statement(b, s->if_.yes);
    edge(b, b->at, join);
    b->at = no;
    statement(b, s->if_.no);
    edge(b, b->at, join);
    b->at = join;
}

static void while_statement(struct build *b, struct stmt *s)
{
    struct block *top = block_new(b), *body = block_new(b), *done = block_new(b);
    enter(b, top);
    condition(b, s->while_.test, body, done);
    b->at = body;
    loop_body(b, s->while_.body, done, top);
    edge(b, b->at, top);
    b->at = done;
}

static void do_statement(struct build *b, struct stmt *s)
{
    struct block *top = block_new(b), *test = block_new(b), *done = block_new(b);
    enter(b, top);
    loop_body(b, s->do_.body, done, test);
    enter(b, test);
    condition(b, s->do_.test, top, done);
    b->at = done;
}

static void for_statement(struct build *b, struct stmt *s)
{
    struct block *top = block_new(b), *body = block_new(b), *step = block_new(b), *done = block_new(b);
    statement(b, s->for_.init);
    enter(b, top);
    condition(b, s->for_.test, body, done);
    b->at = body;
    loop_body(b, s->for_.body, done, step);
    enter(b, step);
    full(b, s->for_.step);
    edge(b, b->at, top);
    b->at = done;
    leave_by(b, s->for_.leaving);
}

// Jumps to one of the labels in `body`; to one in any case when `is_complete`.
static void cases(struct build *b, struct stmt *body, bool is_complete)
{
    struct block *outer_cases = b->cases;
    bool outer_default = b->has_default;
    struct block *done = block_new(b);
    b->cases = b->at;
    b->has_default = false;
    b->at = block_new(b);
    struct block *outer_break = b->break_to;
    b->break_to = done;
    statement(b, body);
    b->break_to = outer_break;
    edge(b, b->at, done);
    if (!b->has_default && !is_complete)
        edge(b, b->cases, done);
    b->at = done;
    b->cases = outer_cases;
    b->has_default = outer_default;
}

static void switch_statement(struct build *b, struct stmt *s)
{
    full(b, s->switch_.value);
    cases(b, s->switch_.body, false);
}

static void case_label(struct build *b, struct stmt *body)
{
    struct block *n = block_new(b);
    if (b->cases)
        edge(b, b->cases, n);
    enter(b, n);
    statement(b, body);
}

// Whether an output operand is read too: "+r" (x).
static bool asm_reads(const struct unit *u, const struct expr *operand)
{
    uint32_t constraint = operand->span.lo - 2;
    return memchr(token_text(u, constraint), '+', u->tokens[constraint].len) != NULL;
}

static void asm_statement(struct build *b, struct stmt *s)
{
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        write(b, e, asm_reads(b->u, e));
    for (struct expr *e = s->asm_.inputs; e; e = e->next)
        operand_rest(b, e);
    for (struct label_ref *l = s->asm_.labels; l; l = l->next)
        edge(b, b->at, b->labels[l->label->number]);
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        written(b, e, NULL);
}

// Who does not return takes no value along, though the way is the same. (While a deferred statement runs, one may be on its way.)
static void leave(struct build *b, const struct leaving *l)
{
    if (l->exit->kind != EXIT_RETURN && !l->first->nest->outer)
        define(b, b->a->value);
    if (leaving_is_told(l))
        define(b, b->a->leaves[l->first->nest->number]);
    jump(b, b->endings[l->first->number]);
}

static void exit_taken(struct build *b, struct block *from, const struct exit *x)
{
    switch (x->kind) {
    case EXIT_END:
        edge(b, from, b->ends[x->last->number]);
        return;
    case EXIT_BREAK:
        edge(b, from, b->break_to);
        return;
    case EXIT_CONTINUE:
        edge(b, from, b->continue_to);
        return;
    case EXIT_GOTO:
        edge(b, from, b->labels[x->label->number]);
        return;
    case EXIT_RETURN:
        b->at = block_new(b);
        edge(b, from, b->at);
        use(b, b->a->value);
        return;
    }
}

static void ending_done(struct build *b, const struct ending *e)
{
    if (ending_chooses(e))
        use(b, b->a->leaves[e->nest->number]);
    struct block *from = b->at;
    for (const struct exit *x = e->exits; x; x = x->next)
        exit_taken(b, from, x);
    if (e->passes_on)
        edge(b, from, b->endings[e->outer->number]);
}

// What the function, or the wait, uses is resident.
static void cleanups(struct build *b, const struct decl *d)
{
    struct block *here = b->at;
    for (const struct declarator *i = d->declarators; i; i = i->next)
        if (i->ending) {
            b->at = b->endings[i->ending->number];
            if (i->drop)
                point(b, i->drop);
            ending_done(b, i->ending);
        }
    b->at = here;
}

// A deferred statement: control comes from whoever leaves its block, and goes on where they want.
static void defer_statement(struct build *b, struct stmt *s)
{
    struct block *here = b->at;
    const struct ending *e = s->defer.ending;
    if (e)
        b->at = b->endings[e->number];
    statement(b, s->defer.body);
    if (s->defer.join)
        point(b, s->defer.join);
    if (!e)
        return;
    ending_done(b, e);
    b->at = here;
}

static void block_items(struct build *b, struct stmt *s)
{
    for (struct stmt *i = s->block.items; i; i = i->next)
        statement(b, i);
}

// The end of what the endings of `l` belong to. NULL: it has none.
static void leave_by(struct build *b, const struct leaving *l)
{
    if (!l)
        return;
    leave(b, l);
    b->at = b->ends[l->exit->last->number];
}

static void return_statement(struct build *b, struct stmt *s)
{
    full(b, s->return_.value);
    if (s->return_.leaving && s->return_.value)
        define(b, b->a->value);
    for (uint32_t i = 0; b->a->fn->has_start && i < b->a->point_count; i++) {
        const struct point *p = b->a->points[i];
        if (p->stmt != s)
            continue;
        define(b, p->result);
        point(b, p);
        use(b, p->result);
    }
    if (s->return_.leaving)
        leave(b, s->return_.leaving);
    b->at = block_new(b);
}

// Evaluates what the arms' calls need, in order, as far as none has ended at once.
static void arms_start(struct build *b, const struct any *any)
{
    struct block *wait = block_new(b);
    for (const struct point *p = any->arms; p; p = p->next_in_region) {
        operands_before(b, p->await);
        operands_rest(b, p->await);
        edge(b, b->at, wait);
        struct block *next = block_new(b);
        if (p->next_in_region)
            edge(b, b->at, next);
        b->at = next;
    }
    b->at = wait;
}

// The objects declared outside get the results, whoever was first.
static void arms_end(struct build *b, const struct any *any)
{
    for (const struct point *p = any->arms; p; p = p->next_in_region) {
        struct expr *place = arm_place(p->stmt);
        define(b, p->result);
        if (!place)
            continue;
        use(b, p->result);
        write(b, place, false);
        if (p->arm == 1 || arm_gives_canceled(b->u, p->stmt))
            written(b, place, NULL);
    }
}

// Who falls into an arm from the one above goes past its assignment.
static void arm_label(struct build *b, struct stmt *s)
{
    struct block *above = b->at, *n = block_new(b);
    struct expr *place = arm_place(s);
    if ((s->arm.decl || place) && above) {
        struct fall *f = NEW(&b->u->fn, struct fall);
        *f = (struct fall){ b->falls, above, s };
        b->falls = f;
    }
    if (b->cases)
        edge(b, b->cases, n);
    b->at = n;
    use(b, hoist_of(b->u, arm_await(s))->point->result);
    if (s->arm.decl) {
        define(b, arm_declarator(s)->symbol->local);
        cleanups(b, s->arm.decl);
    }
    if (place) {
        write(b, place, false);
        written(b, place, NULL);
    }
    enter(b, block_new(b));
    if (above)
        edge(b, above, b->at);
    statement(b, s->arm.body);
}

static void await_any(struct build *b, struct stmt *s)
{
    const struct any *any = b->a->anys;
    while (any->stmt != s)
        any = any->next;
    arms_start(b, any);
    point(b, any->point);
    for (const struct point *p = any->arms; p; p = p->next_in_region)
        use_lent(b, p->await);
    arms_end(b, any);
    cases(b, s->await_any.body, true);
}

static void await_all(struct build *b, struct stmt *s)
{
    point(b, b->a->points[s->await_all.point - 1]);
}

static void statement(struct build *b, struct stmt *s)
{
    if (!s)
        return;
    switch (s->kind) {
    case STMT_EXPR:
        full(b, s->expr.expr);
        return;
    case STMT_DECL:
        declaration(b, s->decl.decl);
        cleanups(b, s->decl.decl);
        return;
    case STMT_BLOCK:
        block_items(b, s);
        leave_by(b, s->block.leaving);
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
        enter(b, b->labels[s->label.label->number]);
        statement(b, s->label.body);
        return;
    case STMT_GOTO:
        if (s->goto_.leaving)
            leave(b, s->goto_.leaving);
        else
            jump(b, b->labels[s->goto_.label->number]);
        return;
    case STMT_GOTO_PTR:
        full(b, s->goto_ptr.target);
        jump(b, b->computed);
        return;
    case STMT_BREAK:
        if (s->break_.leaving)
            leave(b, s->break_.leaving);
        else if (b->break_to)
            jump(b, b->break_to);
        return;
    case STMT_CONTINUE:
        if (s->continue_.leaving)
            leave(b, s->continue_.leaving);
        else if (b->continue_to)
            jump(b, b->continue_to);
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

static void labels_open(struct build *b)
{
    uint32_t count = 0;
    for (struct label *l = b->a->fn->labels; l; l = l->next)
        l->number = count++;
    b->labels = NEW_ARRAY(&b->u->fn, struct block *, count + 1);
    b->computed = block_new(b);
    for (struct label *l = b->a->fn->labels; l; l = l->next) {
        b->labels[l->number] = block_new(b);
        if (l->is_address_taken)
            edge(b, b->computed, b->labels[l->number]);
    }
}

static void ends_open(struct build *b)
{
    uint32_t count = b->a->fn->ends ? b->a->fn->ends->ending_count : 0;
    b->endings = NEW_ARRAY(&b->u->fn, struct block *, count + 1);
    b->ends = NEW_ARRAY(&b->u->fn, struct block *, count + 1);
    for (uint32_t i = 1; i <= count; i++) {
        b->endings[i] = block_new(b);
        b->ends[i] = block_new(b);
    }
}

static void mark_reachable(struct build *b)
{
    struct block **stack = NEW_ARRAY(&b->u->fn, struct block *, b->cfg->count + 1);
    uint32_t depth = 0;
    b->cfg->entry->is_reachable = true;
    stack[depth++] = b->cfg->entry;
    while (depth > 0) {
        struct block *n = stack[--depth];
        for (uint32_t i = 0; i < n->next_count; i++)
            if (!n->next[i]->is_reachable) {
                n->next[i]->is_reachable = true;
                stack[depth++] = n->next[i];
            }
    }
}

// What an arm declares or assigns to has its value only when the arm was selected.
static void falls_check(struct build *b)
{
    for (const struct fall *f = b->falls; f; f = f->next) {
        if (!f->from->is_reachable)
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

// What control comes to from the ends of the function, when parameters hold handles.
static void params_end(struct build *b)
{
    struct block *here = b->at;
    for (const struct param *p = b->a->fn->type->function.params; p; p = p->next)
        if (p->ending) {
            b->at = b->endings[p->ending->number];
            point(b, p->drop);
            ending_done(b, p->ending);
        }
    b->at = here;
}

void cfg_build(struct unit *u, struct async *a)
{
    a->cfg = NEW(&u->fn, struct cfg);
    struct build b = {.u = u, .a = a, .cfg = a->cfg};
    b.at = a->cfg->entry = block_new(&b);
    labels_open(&b);
    ends_open(&b);
    params_end(&b);
    block_items(&b, a->fn->body);
    a->cfg->end = b.at;
    if (a->end_point)
        point(&b, a->end_point);
    leave_by(&b, a->fn->body->block.leaving);
    mark_reachable(&b);
    falls_check(&b);
    a->has_end = a->cfg->end->is_reachable;
}
