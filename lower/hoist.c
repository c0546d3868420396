// Which parts of an expression must be computed before the rest, because an await comes between.
//
//     total += price(i++) * await rate(c);       ac_t1 = price(i++);
//                                           →    ac_r1 = rate(..., c);   // the await is a statement of its own
//                                                total += ac_t1 * ac_r1.value;
//
// In a full expression that holds an await operands are evaluated from left to right. An operand whose value could change
// until the last of its siblings has been evaluated is pinned: computed first, into a temporary. Constants, addresses and
// locals that nobody else can reach and the expression does not assign are left where they are; so are results of awaits, up to
// many of them: each would be kept by all awaits behind it, where a temporary can be a resident (live.c).
#include "lower/lower.h"

#include <string.h>

#include "grammar.h"
#include "lower/walk.h"

struct pin {
    struct unit *u;
    struct async *a;
    struct region *region;
    uint32_t full;              // id of the full expression
    bool has_many;              // awaits are evaluated in it
};

enum { MANY_AWAITS = 64 };

struct assigned {
    struct walk walk;
    struct unit *u;
    uint32_t full;
    uint32_t awaits;
};

static void mark(struct assigned *a, struct expr *place)
{
    bool is_part;
    struct local *l = place_local(a->u, place, &is_part);
    if (l)
        l->assigned_in = a->full;
}

// Statement expressions included: what their blocks assign to changes under an operand to their left, too.
static void mark_assigned(struct walk *w, struct expr *e)
{
    struct assigned *a = (struct assigned *)w;
    a->awaits += e->kind == EXPR_AWAIT;
    if (e->kind == EXPR_ASSIGN)
        mark(a, e->assign.lhs);
    else if (e->kind == EXPR_POSTFIX)
        mark(a, e->postfix.operand);
    else if (e->kind == EXPR_UNARY && (e->unary.op == TOK_INC || e->unary.op == TOK_DEC))
        mark(a, e->unary.operand);
}

static void mark_outputs(struct walk *w, struct stmt *s)
{
    for (struct expr *e = s->kind == STMT_ASM ? s->asm_.outputs : NULL; e; e = e->next)
        mark((struct assigned *)w, e);
}

static bool is_stable(struct pin *p, struct expr *e);

// Whether the object of a place stays the same: not its value.
static bool is_stable_place(struct pin *p, struct expr *e)
{
    if (hoist_of(p->u, e)->pin)
        return true;
    switch (e->kind) {
    case EXPR_NAME:
    case EXPR_STRING:
        return true;
    case EXPR_PAREN:
        return is_stable_place(p, e->paren.inner);
    case EXPR_UNARY:
        return e->unary.op == '*' ? is_stable(p, e->unary.operand) : is_stable_place(p, e->unary.operand);
    case EXPR_MEMBER:
        return e->member.is_arrow ? is_stable(p, e->member.object) : is_stable_place(p, e->member.object);
    case EXPR_INDEX:
        return is_stable(p, e->index.base) && is_stable(p, e->index.index);
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_NULLPTR:
    case EXPR_CALL:
    case EXPR_POSTFIX:
    case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF:
    case EXPR_CAST:
    case EXPR_COMPOUND:
    case EXPR_BINARY:
    case EXPR_COND:
    case EXPR_ASSIGN:
    case EXPR_COMMA:
    case EXPR_INIT:
    case EXPR_GENERIC:
    case EXPR_STMT_EXPR:
    case EXPR_VA_ARG:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_CHOOSE:
    case EXPR_BUILTIN_T:
    case EXPR_AWAIT:
    case EXPR_START:
    case EXPR_ERROR:
        return is_stable(p, e);
    }
    __builtin_unreachable();
}

static bool is_stable_name(struct pin *p, struct expr *e)
{
    const struct symbol *s = e->name.symbol;
    if (!s || s->kind != SYMBOL_OBJECT)
        return true;
    return s->local && s->local->class != LOCAL_RESIDENT && s->local->assigned_in != p->full && !s->is_address_taken &&
           !s->is_captured;
}

static bool is_stable_operands(struct pin *p, struct expr *e)
{
    struct operands o = operands_of(p->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        if (!is_stable(p, o.list[i].expr))
            return false;
    return true;
}

// Whether evaluating e after its later siblings gives the value it has now, with no effect of its own.
static bool is_stable(struct pin *p, struct expr *e)
{
    const struct hoist *h = hoist_of(p->u, e);
    if (h->pin || h->is_branch || e->is_constant)
        return true;
    if (type_plain(p->u, e->type)->kind == TYPE_ARRAY && e->kind != EXPR_COMPOUND)
        return is_stable_place(p, e);
    switch (e->kind) {
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_STRING:
    case EXPR_NULLPTR:
    case EXPR_LABEL_ADDR:
    case EXPR_OFFSETOF:
    case EXPR_TYPES:
    case EXPR_START:
        return true;
    case EXPR_AWAIT:
        return !p->has_many;
    case EXPR_NAME:
        return is_stable_name(p, e);
    case EXPR_UNARY:
        if (e->unary.op == '&')
            return is_stable_place(p, e->unary.operand);
        if (e->unary.op == '*')
            return type_plain(p->u, e->type)->kind == TYPE_FUNCTION && is_stable(p, e->unary.operand);
        return e->unary.op != TOK_INC && e->unary.op != TOK_DEC && is_stable(p, e->unary.operand);
    case EXPR_MEMBER:
        return !e->member.is_arrow && is_stable(p, e->member.object);
    case EXPR_PAREN:
    case EXPR_SIZEOF:
    case EXPR_CAST:
    case EXPR_BINARY:
    case EXPR_COND:
    case EXPR_GENERIC:
    case EXPR_CHOOSE:
        return is_stable_operands(p, e);
    case EXPR_INDEX:
    case EXPR_CALL:
    case EXPR_POSTFIX:
    case EXPR_COMPOUND:
    case EXPR_ASSIGN:
    case EXPR_COMMA:
    case EXPR_INIT:
    case EXPR_STMT_EXPR:
    case EXPR_VA_ARG:
    case EXPR_BUILTIN_T:
    case EXPR_ERROR:
        return false;
    }
    __builtin_unreachable();
}

static struct type *decayed(struct unit *u, struct type *t)
{
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_ARRAY)
        return type_pointer(u, plain->base);
    if (plain->kind == TYPE_FUNCTION)
        return type_pointer(u, plain);
    return type_unqualified(u, t);
}

// A temporary for e, declared in front of its statement, where a type that a statement expression in e declares is unknown.
static struct local *pin_new(struct pin *p, struct expr *e, struct type *type)
{
    struct type *named = type_pointed(p->u, type);
    if (named->kind == TYPE_ERROR)
        diag_error(p->u, ERROR_KEPT_TYPE, e->span,
                   "the type of what is kept here across an await is not known; store it in a variable before");
    bool is_record = named->kind == TYPE_STRUCT || named->kind == TYPE_UNION;
    if (is_record && e->span.lo <= named->tag->body.lo && named->tag->body.hi <= e->span.hi && named->tag->scope_depth)
        diag_error(p->u, ERROR_TYPE_ENDS, named->tag->span, "'%s' ends with the statement expression whose value has this type; "
                   "define it before the statement", type_text(p->u, named, "", false));
    return temp_new(p->u, p->a, p->region, e, type, "t", ++p->a->pin_count);
}

// What computing e needs that an await would have to keep: locals, and temporaries, which nothing else needs.
struct needs { uint32_t locals, temporaries; };

static void needs_count(struct pin *p, struct expr *e, struct needs *n)
{
    if (e->is_constant)
        return;
    if (hoist_of(p->u, e)->pin || e->kind == EXPR_AWAIT) {
        n->temporaries++;
        return;
    }
    n->locals += e->kind == EXPR_NAME;
    struct operands o = operands_of(p->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        needs_count(p, o.list[i].expr, n);
}

// (a + b) + await f(), where a and b are temporaries: their sum takes less room in the frame than they do.
static bool is_smaller_computed(struct pin *p, struct expr *e)
{
    struct needs n = {0};
    struct expr *bare = expr_bare(e);
    bool is_word = type_is_scalar(p->u, e->type) && type_size(p->u, e->type) <= p->u->target->size_pointer;
    if (bare->kind != EXPR_BINARY || !is_word)
        return false;
    needs_count(p, bare, &n);
    return n.temporaries > 0 && n.temporaries + n.locals > 1;
}

static void pin_value(struct pin *p, struct expr *e, bool is_kept)
{
    struct hoist *h = hoist_of(p->u, e);
    if (h->pin || h->is_branch || (is_stable(p, e) && !(is_kept && is_smaller_computed(p, e))))
        return;
    h->pin = pin_new(p, e, decayed(p->u, e->type));
    if (type_is_vm(p->u, h->pin->type))
        h->pin->c_type = "void *";          // a variable of such a type would forbid the jump to the suspension point
    h->has_pre = true;
}

static void pin_operand(struct pin *p, struct operand o, bool is_kept);

// Pins what the place of an object depends on, so that the object is the same one later. Bit-fields and registers have no
// address, so the parts are pinned and not the address of the whole.
static void pin_place(struct pin *p, struct expr *e, bool is_kept)
{
    struct hoist *h = hoist_of(p->u, e);
    if (is_stable_place(p, e))
        return;
    if (!e->is_lvalue && e->kind != EXPR_MEMBER && e->kind != EXPR_PAREN) {
        pin_value(p, e, is_kept);
        return;
    }
    if (e->kind == EXPR_COMPOUND) {
        if (h->literal && h->literal->class != LOCAL_RESIDENT) {         // a static one is no local
            h->literal->why_resident = "compound literal";
            local_reside(h->literal, h->literal->region);
        }
        h->pin = pin_new(p, e, type_pointer(p->u, e->type));
        h->pin->is_lvalue_pin = true;
        h->has_pre = true;
        return;
    }
    struct operands o = operands_of(p->u, e);
    for (uint32_t i = 0; i < o.count; i++) {
        pin_operand(p, o.list[i], is_kept);
        h->has_pre |= hoist_of(p->u, o.list[i].expr)->has_pre;
    }
}

// Computes an operand now; is_kept: an await comes before it is used.
static void pin_operand(struct pin *p, struct operand o, bool is_kept)
{
    struct hoist *h = hoist_of(p->u, o.expr);
    if (o.expr->kind == EXPR_INIT) {
        struct operands items = operands_of(p->u, o.expr);
        for (uint32_t i = 0; i < items.count; i++) {
            pin_operand(p, items.list[i], is_kept);
            h->has_pre |= hoist_of(p->u, items.list[i].expr)->has_pre;
        }
        return;
    }
    if (o.use == USE_PLACE)
        pin_place(p, o.expr, is_kept);
    else if (type_plain(p->u, o.expr->type)->kind != TYPE_VOID)
        pin_value(p, o.expr, is_kept);
}

static void hoist_expr(struct pin *p, struct expr *e);

static void hoist_branch(struct pin *p, struct expr *e, struct expr *test, struct expr *yes, struct expr *no)
{
    struct hoist *h = hoist_of(p->u, e);
    hoist_expr(p, test);
    if (yes)
        hoist_expr(p, yes);
    hoist_expr(p, no);
    h->is_branch = (yes && hoist_of(p->u, yes)->has_pre) || hoist_of(p->u, no)->has_pre;
    h->has_pre = h->is_branch || hoist_of(p->u, test)->has_pre;
    if (h->is_branch && type_plain(p->u, e->type)->kind != TYPE_VOID)
        h->pin = pin_new(p, e, decayed(p->u, e->type));
}

static void hoist_operands(struct pin *p, struct expr *e)
{
    struct hoist *h = hoist_of(p->u, e);
    struct operands o = operands_of(p->u, e);
    for (uint32_t i = 0; i < o.count; i++)
        hoist_expr(p, o.list[i].expr);
    bool later = false, is_kept = false;
    for (uint32_t i = o.count; i-- > 0;) {
        const struct hoist *c = hoist_of(p->u, o.list[i].expr);
        if (later)
            pin_operand(p, o.list[i], is_kept);
        later |= c->awaits || c->effects;
        is_kept |= c->awaits;
        h->has_pre |= c->has_pre;
    }
}

// The value that an array is part of stays where it is until the full expression ends.
static void keep_value(struct pin *p, struct expr *e)
{
    struct hoist *h = hoist_of(p->u, e);
    if (!h->pin)
        h->pin = pin_new(p, e, type_unqualified(p->u, e->type));
    h->has_pre = true;
    h->pin->class = LOCAL_RESIDENT;
    if (h->is_branch)
        h->pin->name = h->pin->lvalue = h->pin->value = arena_printf(&p->u->fn, "ac_self->%s", h->pin->field);
    *p->region->last_resident = h->pin;
    p->region->last_resident = &h->pin->next_resident;
}

static void hoist_parts(struct pin *p, struct expr *e);

static void hoist_expr(struct pin *p, struct expr *e)
{
    hoist_parts(p, e);
    if (hoist_of(p->u, e)->is_pointed_into)
        keep_value(p, e);
}

static void hoist_parts(struct pin *p, struct expr *e)
{
    struct hoist *h = hoist_of(p->u, e);
    switch (e->kind) {
    case EXPR_BINARY:
        if (e->binary.op == TOK_ANDAND || e->binary.op == TOK_OROR) {
            hoist_branch(p, e, e->binary.lhs, NULL, e->binary.rhs);
            return;
        }
        hoist_operands(p, e);
        return;
    case EXPR_COND:
        hoist_branch(p, e, e->cond.test, e->cond.yes, e->cond.no);
        return;
    case EXPR_COMMA:
        hoist_expr(p, e->comma.lhs);
        hoist_expr(p, e->comma.rhs);
        h->has_pre = hoist_of(p->u, e->comma.lhs)->has_pre || hoist_of(p->u, e->comma.rhs)->has_pre;
        return;
    case EXPR_AWAIT:
    case EXPR_START:
        hoist_operands(p, e);
        h->has_pre = true;
        return;
    case EXPR_STMT_EXPR:
        h->has_pre = h->is_branch = h->awaits;
        if (h->awaits && type_plain(p->u, e->type)->kind != TYPE_VOID)
            h->pin = pin_new(p, e, decayed(p->u, e->type));
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
        hoist_operands(p, e);
        return;
    }
}

// Tests that are made one after the other need no temporary for what && gives, and what one of them writes is known to be
// written behind it:   while (p && (n = await f()) > 0) S   →   while (1) { if (!p) break; ... if (!((n = ac_r1.value) > 0)) break; S }
static void hoist_condition(struct pin *p, struct expr *e)
{
    struct expr *bare = expr_bare(e);
    if (bare->kind != EXPR_BINARY || bare->binary.op != TOK_ANDAND) {
        hoist_expr(p, e);
        return;
    }
    hoist_condition(p, bare->binary.lhs);
    hoist_condition(p, bare->binary.rhs);
    struct hoist *h = hoist_of(p->u, bare);
    bool awaits_later = hoist_of(p->u, bare->binary.rhs)->has_pre;
    h->is_chain = awaits_later || hoist_of(p->u, expr_bare(bare->binary.lhs))->is_chain;
    h->has_pre = awaits_later || hoist_of(p->u, bare->binary.lhs)->has_pre;
    for (; e != bare; e = e->kind == EXPR_PAREN ? e->paren.inner : e->unary.operand)
        hoist_of(p->u, e)->has_pre = h->has_pre;
}

// --- arrays in values ------------------------------------------------------------------------------------------------------------

// Whether the pointer that e gives, if it is one, points where the operand o of e points.
static bool leads_on(struct unit *u, const struct expr *e, const struct operand *o, bool is_place)
{
    bool is_address = is_place || (e->type && type_plain(u, e->type)->kind == TYPE_ARRAY);
    if (e->kind == EXPR_INDEX)
        return is_address || o->expr != e->index.base;
    if (e->kind == EXPR_MEMBER)
        return is_address || !e->member.is_arrow;
    if (e->kind == EXPR_COND)
        return o->expr != e->cond.test || !e->cond.yes;
    return e->type && type_size(u, e->type) >= u->target->size_pointer;
}

// The value of which a member is part.
static struct expr *value_around(struct expr *e)
{
    while (e->kind == EXPR_MEMBER && !e->member.is_arrow)
        e = expr_bare(e->member.object);
    return e;
}

// An array in a value that a call, an assignment, `?:` … has given lies in a temporary, which lives as long as the full expression: where
// a pointer into it is used behind a suspension point, or by who waits there, the temporary is in the frame.
//     is_held     that may become of the pointer that e gives
//     is_place    e's address is asked for
static void find_arrays(struct unit *u, struct expr *e, bool is_held, bool is_place)
{
    if (is_held && e->kind == EXPR_MEMBER && !e->is_lvalue && type_plain(u, e->type)->kind == TYPE_ARRAY)
        hoist_of(u, value_around(e))->is_pointed_into = true;
    struct operands o = operands_of(u, e);
    bool waits = e->kind == EXPR_AWAIT && !hoist_of(u, e)->point->is_plain;
    is_place |= e->kind == EXPR_UNARY && e->unary.op == '&';
    is_place |= e->kind == EXPR_MEMBER && type_plain(u, e->type)->kind == TYPE_ARRAY;
    is_place &= e->kind != EXPR_MEMBER || !e->member.is_arrow;
    for (uint32_t i = o.count, awaits_later = 0; i-- > 0;) {
        bool is_passed = is_held && leads_on(u, e, &o.list[i], is_place);
        find_arrays(u, o.list[i].expr, waits || awaits_later || e->kind == EXPR_ASSIGN || is_passed, is_place);
        awaits_later |= hoist_of(u, o.list[i].expr)->awaits;
    }
}

void hoist(struct unit *u, struct async *a)
{
    for (struct full *f = a->fulls; f; f = f->next) {
        struct assigned assigned = {{.expr = mark_assigned, .stmt = mark_outputs}, u, f->expr->id, 0};
        walk_expr(&assigned.walk, f->expr);
        find_arrays(u, f->expr, false, false);
        struct pin p = {u, a, a->root, f->expr->id, assigned.awaits > MANY_AWAITS};
        if (f->is_condition)
            hoist_condition(&p, f->expr);
        else
            hoist_expr(&p, f->expr);
    }
}
