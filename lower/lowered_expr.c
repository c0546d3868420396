// Expressions of lowered text, as steps in order of evaluation.
//
// A part of the frame is reached from ac_self: by members, through casts, &, * and array decay, and through what the macros of
// frame.h make of that. What is read through a pointer that is kept in the frame is elsewhere.
#include "lower/lowered_read.h"

#include <ctype.h>
#include <string.h>

#include "grammar.h"

bool reading_pointer(struct reading *r, struct expr *e, struct frame_part *part);
static bool frame_place(struct reading *r, struct expr *e, struct frame_part *part);

static struct expr *without_casts(struct expr *e)
{
    for (e = expr_chosen(e); e->kind == EXPR_CAST; e = expr_chosen(e->cast.operand))
        ;
    return e;
}

static bool is_array(struct reading *r, const struct expr *e)
{
    return e->type && type_plain(r->u, e->type)->kind == TYPE_ARRAY;
}

static const char *callee_name(const struct expr *call)
{
    const struct expr *callee = expr_chosen(call->call.callee);
    return callee->kind == EXPR_NAME ? callee->name.name->text : "";
}

// --- the frame ---------------------------------------------------------------------------------------------------------------

// Offset of a member, through anonymous ones.
static bool member_offset(struct reading *r, const struct tag *tag, const struct member *wanted, uint64_t *offset)
{
    for (const struct member *m = tag->members; m; m = m->next) {
        const struct type *t = type_plain(r->u, m->type);
        uint64_t inner = 0;
        bool is_tag = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
        if (m == wanted || (!m->name && is_tag && member_offset(r, t->tag, wanted, &inner))) {
            *offset = m->offset + inner;
            return true;
        }
    }
    return false;
}

static const struct tag *tag_of(struct reading *r, struct type *t)
{
    const struct type *plain = type_plain(r->u, t);
    if (plain->kind == TYPE_POINTER)
        plain = type_plain(r->u, plain->base);
    return plain->kind == TYPE_STRUCT || plain->kind == TYPE_UNION ? plain->tag : NULL;
}

static bool is_child(const struct member *m)
{
    return m->name && strcmp(m->name->text, "child") == 0;
}

// Of a frame, not of an object in it: objects are copied whole.
static bool is_part(const struct member *m)
{
    return !m->name || is_child(m) || (strncmp(m->name->text, "at", 2) == 0 && isdigit((unsigned char)m->name->text[2]));
}

static uint64_t used_by(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
        return type_size(u, t);
    uint64_t used = 0;
    for (const struct member *m = t->tag->members; m; m = m->next) {
        uint64_t end = m->offset + (is_part(m) ? used_by(u, m->type) : type_size(u, m->type));
        used = end > used ? end : used;
    }
    return used;
}

uint64_t lowered_size(struct unit *u, const struct member *m)
{
    return is_child(m) ? used_by(u, m->type) : type_size(u, m->type);
}

static bool frame_member(struct reading *r, struct expr *e, struct frame_part *part)
{
    struct expr *object = e->member.object;
    const struct member *m = e->member.member;
    const struct tag *tag = tag_of(r, object->type);
    uint64_t offset = 0;
    if (!tag || !m || !(e->member.is_arrow ? reading_pointer(r, object, part) : frame_place(r, object, part)))
        return false;
    member_offset(r, tag, m, &offset);
    if (!part->is_vague) {
        part->lo += offset + m->bit_offset / 8;
        part->hi = part->lo + (m->bits < 0 ? lowered_size(r->u, m) : (m->bit_offset % 8 + (uint64_t)m->bits + 7) / 8);
    }
    if (!part->outer) {
        part->outer = m;
        part->outer_lo = part->lo;
    } else if (!part->inner) {
        part->inner = m;
        part->inner_lo = part->lo;
    }
    return true;
}

static bool frame_element(struct reading *r, struct expr *e, struct frame_part *part)
{
    if (!is_array(r, e->index.base) || !frame_place(r, e->index.base, part))
        return false;
    uint64_t size = e->type ? type_size(r->u, e->type) : 0;
    bool is_exact = e->index.index->is_constant && size && !part->is_vague;
    if (is_exact) {
        part->lo += (uint64_t)e->index.index->value * size;
        part->hi = part->lo + size;
    }
    part->is_vague |= !is_exact;
    return true;
}

// Whether `e` is an object in the frame, and where.
static bool frame_place(struct reading *r, struct expr *e, struct frame_part *part)
{
    e = expr_chosen(e);
    if (e->kind == EXPR_MEMBER)
        return frame_member(r, e, part);
    if (e->kind == EXPR_INDEX)
        return frame_element(r, e, part);
    if (e->kind != EXPR_UNARY || e->unary.op != '*' || !reading_pointer(r, e->unary.operand, part))
        return false;
    uint64_t size = e->type ? type_size(r->u, e->type) : 0;
    if (size && !part->is_vague)
        part->hi = part->lo + size;
    return true;
}

static bool frame_sum(struct reading *r, struct expr *e, struct frame_part *part)
{
    if (!reading_pointer(r, e->binary.lhs, part))
        return false;
    const struct type *t = type_plain(r->u, e->type);
    bool is_exact = t->kind == TYPE_POINTER && type_size(r->u, t->base) == 1 && e->binary.op == '+' && e->binary.rhs->is_constant;
    if (is_exact)
        part->lo += (uint64_t)e->binary.rhs->value;
    part->is_vague |= !is_exact;
    return true;
}

// Whether the value of `e` points into the frame, and at what.
bool reading_pointer(struct reading *r, struct expr *e, struct frame_part *part)
{
    e = without_casts(e);
    if (e->kind == EXPR_NAME && e->name.symbol == r->cfg->self) {
        *part = (struct frame_part){ .hi = r->cfg->frame->size };
        return true;
    }
    if (e->kind == EXPR_UNARY && e->unary.op == '&')
        return frame_place(r, e->unary.operand, part);
    if (e->kind == EXPR_BINARY)
        return frame_sum(r, e, part);
    if (e->kind == EXPR_CALL && e->call.args && strcmp(callee_name(e), "__builtin_memcpy") == 0)
        return reading_pointer(r, e->call.args, part);
    if (e->kind == EXPR_STMT_EXPR) {
        struct stmt *last = e->stmt_expr.block->block.items;
        while (last && last->next)
            last = last->next;
        return last && last->kind == STMT_EXPR && last->expr.expr && reading_pointer(r, last->expr.expr, part);
    }
    return is_array(r, e) && frame_place(r, e, part);
}

// What is evaluated on the way to a part of the frame.
static void read_way(struct reading *r, struct expr *e)
{
    e = without_casts(e);
    switch (e->kind) {
    case EXPR_MEMBER:
        read_way(r, e->member.object);
        return;
    case EXPR_INDEX:
        read_way(r, e->index.base);
        read_expr(r, e->index.index);
        return;
    case EXPR_UNARY:
        read_way(r, e->unary.operand);
        return;
    case EXPR_BINARY:
        read_way(r, e->binary.lhs);
        read_expr(r, e->binary.rhs);
        return;
    case EXPR_STMT_EXPR:
        for (struct stmt *s = e->stmt_expr.block->block.items; s; s = s->next)
            if (!s->next)
                read_way(r, s->expr.expr);
            else
                read_stmt(r, s);
        return;
    case EXPR_CALL:
        read_expr(r, e);
        return;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_PAREN: case EXPR_POSTFIX:
    case EXPR_LABEL_ADDR: case EXPR_SIZEOF: case EXPR_CAST: case EXPR_COMPOUND: case EXPR_COND: case EXPR_ASSIGN:
    case EXPR_COMMA: case EXPR_INIT: case EXPR_GENERIC: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE:
    case EXPR_BUILTIN_T: case EXPR_AWAIT: case EXPR_START: case EXPR_ERROR:
        return;
    }
    __builtin_unreachable();
}

static struct step *frame_step(struct reading *r, enum step_kind kind, struct expr *e, const struct frame_part *part)
{
    struct step *s = reading_step(r, kind, e->span);
    s->part = *part;
    return s;
}

// --- locals --------------------------------------------------------------------------------------------------------------------

static uint32_t *slot_of(struct reading *r, const struct symbol *symbol)
{
    for (uint32_t at = (uint32_t)((uintptr_t)symbol >> 4);; at++) {
        uint32_t *slot = &r->table[at & (r->table_size - 1)];
        if (!*slot || r->cfg->locals[*slot - 1].symbol == symbol)
            return slot;
    }
}

static void table_grow(struct reading *r)
{
    if (2 * r->cfg->local_count < r->table_size)
        return;
    r->table_size = r->table_size ? 4 * r->table_size : 64;
    r->table = NEW_ARRAY(&r->u->arena, uint32_t, r->table_size);
    for (uint32_t i = 0; i < r->cfg->local_count; i++)
        *slot_of(r, r->cfg->locals[i].symbol) = i + 1;
}

uint32_t reading_local(struct reading *r, struct symbol *symbol)
{
    struct lowered_cfg *c = r->cfg;
    table_grow(r);
    uint32_t *slot = slot_of(r, symbol);
    if (!*slot) {
        c->locals = arena_grow(&r->u->arena, c->locals, c->local_count, &c->local_capacity, sizeof *c->locals);
        c->locals[c->local_count++] = (struct lowered_local){ symbol, r->region };
        *slot = c->local_count;
    }
    return *slot - 1;
}

static uint32_t known_local(struct reading *r, const struct symbol *symbol)
{
    return symbol && r->table_size ? *slot_of(r, symbol) - 1 : NO_LOCAL;        // an empty slot: NO_LOCAL
}

static bool is_poll(const struct tag *tag)
{
    for (const struct member *m = tag ? tag->members : NULL; m; m = m->next)
        if (m->name && strcmp(m->name->text, "pending") == 0)
            return true;
    return false;
}

// The local that `e` is, or is a part of; NO_LOCAL. The value of a poll type is all that counts in it.
static uint32_t local_place(struct reading *r, struct expr *e, bool *is_whole)
{
    e = expr_chosen(e);
    if (e->kind == EXPR_NAME)
        return known_local(r, e->name.symbol);
    if (e->kind == EXPR_MEMBER && !e->member.is_arrow) {
        if (!is_poll(tag_of(r, e->member.object->type)))
            *is_whole = false;
        return local_place(r, e->member.object, is_whole);
    }
    if (e->kind == EXPR_INDEX) {
        *is_whole = false;
        bool is_pointer = e->index.base->type && type_plain(r->u, e->index.base->type)->kind == TYPE_POINTER;
        return is_pointer ? NO_LOCAL : local_place(r, e->index.base, is_whole);
    }
    if (e->kind != EXPR_UNARY)
        return NO_LOCAL;
    if (e->unary.op == TOK_REAL || e->unary.op == TOK_IMAG) {
        *is_whole = false;
        return local_place(r, e->unary.operand, is_whole);
    }
    struct expr *to = e->unary.op == '*' ? without_casts(e->unary.operand) : NULL;
    return to && to->kind == EXPR_UNARY && to->unary.op == '&' ? local_place(r, to->unary.operand, is_whole) : NO_LOCAL;
}

// Behind the steps of its value.
static void set_step(struct reading *r, enum step_kind kind, const struct expr *e, uint32_t local, struct expr *value)
{
    const struct lowered_block *b = r->at;
    const struct step *before = b->step_count ? &b->steps[b->step_count - 1] : NULL;
    bool is_loaded = before && before->kind == STEP_LOAD && before->local == local;
    struct step *s = reading_step(r, kind, e->span);
    s->local = local;
    s->value = is_loaded ? NULL : value;
}

static void local_step(struct reading *r, enum step_kind kind, const struct expr *e, uint32_t local)
{
    reading_step(r, kind, e->span)->local = local;
}

// The subscripts of a place whose object is a local.
static void read_subscripts(struct reading *r, struct expr *e)
{
    e = without_casts(e);
    if (e->kind == EXPR_MEMBER) {
        read_subscripts(r, e->member.object);
    } else if (e->kind == EXPR_UNARY) {
        read_subscripts(r, e->unary.operand);
    } else if (e->kind == EXPR_INDEX) {
        read_subscripts(r, e->index.base);
        read_expr(r, e->index.index);
    }
}

// The local that holds the link of a suspension point, until it is stored where all of them store theirs.
static bool is_site(const struct symbol *s)
{
    return s && strcmp(s->name->text, "ac_site") == 0;
}

// --- assignment ------------------------------------------------------------------------------------------------------------------

// The local whose value `value` is; NO_LOCAL: it is another value.
static uint32_t local_value(struct reading *r, struct expr *value)
{
    bool is_whole = true;
    uint32_t local = value ? local_place(r, without_casts(value), &is_whole) : NO_LOCAL;
    return is_whole ? local : NO_LOCAL;
}

static void read_child(void *context, struct expr *child, bool evaluated)
{
    if (evaluated)
        read_expr(context, child);
}

static void read_children(struct reading *r, struct expr *e)
{
    expr_children(e, read_child, r);
}

// The value on its way into `local`.
static void read_value(struct reading *r, struct expr *value, uint32_t local)
{
    struct frame_part part = {0};
    if (!value)
        return;
    struct expr *e = without_casts(value);
    if (is_array(r, e) || !frame_place(r, e, &part)) {
        read_expr(r, value);
        return;
    }
    read_way(r, e);
    frame_step(r, STEP_LOAD, e, &part)->local = local;
}

void read_assigned(struct reading *r, struct expr *place, struct expr *value)
{
    struct frame_part part = {0};
    bool is_whole = true;
    place = expr_chosen(place);
    if (frame_place(r, place, &part)) {
        read_way(r, place);
        read_value(r, value, NO_LOCAL);
        frame_step(r, STEP_STORE, place, &part)->local = local_value(r, value);
        return;
    }
    uint32_t local = local_place(r, place, &is_whole);
    if (local != NO_LOCAL) {
        if (r->constant && r->constant->symbol == r->cfg->locals[local].symbol)
            r->constant = NULL;
        read_subscripts(r, place);
        read_value(r, value, is_whole ? local : NO_LOCAL);
        set_step(r, is_whole ? STEP_SET : STEP_CHANGE, place, local, value);
        if (value && is_site(r->cfg->locals[local].symbol)) {
            r->site = value;
            r->site_in = r->at;
            r->is_at_site = true;
        }
        return;
    }
    read_children(r, place);
    read_value(r, value, NO_LOCAL);
}

void read_initialiser(struct reading *r, struct symbol *symbol, struct expr *init)
{
    uint32_t local = known_local(r, symbol);
    read_value(r, init, local);
    set_step(r, STEP_SET, init, local, init);
}

// What a pointer argument points at, when that can be told: the operand of &, an array, the element of (T[1]){ x }.
static struct expr *pointed_at(struct reading *r, struct expr *pointer)
{
    struct expr *e = without_casts(pointer);
    if (e->kind == EXPR_UNARY && e->unary.op == '&')
        return e->unary.operand;
    if (e->kind == EXPR_COMPOUND && is_array(r, e)) {
        const struct init_item *i = e->compound.init->init.items;
        return i && !i->next ? i->value : NULL;
    }
    return is_array(r, e) ? e : NULL;
}

// __builtin_memcpy and __builtin_memset, whose arguments nobody keeps.
static void read_copy(struct reading *r, struct expr *call, bool has_source)
{
    struct expr *to = call->call.args, *from = to->next, *place = pointed_at(r, to);
    struct expr *value = has_source ? pointed_at(r, from) : NULL;
    if (!place)
        read_expr(r, to);
    if (!value)
        read_expr(r, from);
    if (place)
        read_assigned(r, place, value);
    if (place && !to->is_lent)
        read_expr(r, to);                       // its address is the call's value
    if (!place && value)
        read_value(r, value, NO_LOCAL);
    for (struct expr *e = from->next; e; e = e->next)
        read_expr(r, e);
}

// --- calls -----------------------------------------------------------------------------------------------------------------------

// The frame that the callee was given, which begins where that of `child` does: what stands for all suspension points names one of them.
static struct frame_part given_frame(const struct reading *r, const struct frame_part *child)
{
    for (const struct lowered_block *b = r->at; b; b = b->before_count == 1 ? b->before[0] : NULL)
        for (uint32_t i = b->step_count; i > 0; i--)
            if (b->steps[i - 1].kind == STEP_LEND && b->steps[i - 1].part.lo == child->lo)
                return b->steps[i - 1].part;
    return *child;
}

static void read_suspend(struct reading *r, struct expr *call)
{
    struct frame_part child = {0};
    struct expr *link = call->call.args;
    while (link->next)
        link = link->next;
    bool is_inside = reading_pointer(r, call->call.args, &child), is_shared = link->kind == EXPR_NAME && is_site(link->name.symbol);
    if (is_shared && r->site_in == r->at) {
        link = r->site;
        child = given_frame(r, &child);
    }
    uint32_t point = link_leads_to(r, link, is_inside ? &child : NULL);
    r->is_at_site |= point > 0;
    if (is_shared)
        frame_step(r, STEP_LEND, call->call.args, &child)->is_kept = true;
    else
        read_expr(r, call->call.args);
    if (!point)
        return;
    struct step *s = frame_step(r, STEP_SUSPEND, call, &child);
    s->point = point;
}

// The address of the handle that AC_HANDLE_TAKE takes the child out of, checked or not; NULL: another call.
static struct expr *taken_handle(struct expr *call, const char *name, uint32_t count)
{
    if (count == 1 && strcmp(name, "ac_handle_take") == 0)
        return call->call.args;
    return count == 5 && strcmp(name, "ac_handle_take_checked") == 0 ? call->call.args->next : NULL;
}

// A callee writes to the frame that it is given when it has the values of the other arguments.
static void read_arguments(struct reading *r, struct expr *call)
{
    read_expr(r, call->call.callee);
    for (struct expr *arg = call->call.args ? call->call.args->next : NULL; arg; arg = arg->next)
        read_expr(r, arg);
    read_expr(r, call->call.args);
}

static void read_call(struct reading *r, struct expr *e)
{
    const char *name = callee_name(e);
    uint32_t count = 0;
    for (const struct expr *arg = e->call.args; arg; arg = arg->next)
        count++;
    if (count >= 2 && (strcmp(name, "ac_suspend") == 0 || strcmp(name, "ac_suspend_outside") == 0)) {
        read_suspend(r, e);
        return;
    }
    if (count == 3 && (strcmp(name, "__builtin_memcpy") == 0 || strcmp(name, "__builtin_memset") == 0)) {
        read_copy(r, e, strcmp(name, "__builtin_memcpy") == 0);
        return;
    }
    struct expr *taken = taken_handle(e, name, count);
    if (taken) {                                                    // what it points at stays the caller's alone
        struct expr *handle = pointed_at(r, taken);
        read_expr(r, handle ? handle : taken);
        return;
    }
    read_arguments(r, e);
    const struct expr *callee = expr_chosen(e->call.callee);
    const struct symbol *called = callee->kind == EXPR_NAME ? callee->name.symbol : NULL;
    const struct fused *fused = called && called->function ? fused_of(r->all_fused, called->function) : NULL;
    if (fused && fused->caller == r->cfg->fn)
        read_fused_call(r, fused, e);
    bool ends = callee->kind == EXPR_NAME && callee->name.symbol && callee->name.symbol->is_noreturn;
    if (ends || strcmp(name, "__builtin_unreachable") == 0 || strcmp(name, "__builtin_trap") == 0)
        r->at = reading_block(r);
}

// --- expressions -----------------------------------------------------------------------------------------------------------------

bool names_arm(struct expr *value)
{
    value = expr_chosen(value);
    const struct expr *poll = value->kind == EXPR_MEMBER ? value->member.object : value;
    const struct symbol *s = poll->kind == EXPR_NAME ? poll->name.symbol : NULL;
    const struct expr *init = s && s->declarator ? s->declarator->init : NULL;
    bool is_call = init && init->kind == EXPR_CALL;
    return is_call && (!strcmp(callee_name(init), "ac_await_any") || !strcmp(callee_name(init), "ac_await_started"));
}

// `ac_r1.value != 2`: what an arm that has lost assigns, the one that has won assigns as well, further on.
static bool asks_who_lost(struct expr *e)
{
    return e->kind == EXPR_BINARY && e->binary.op == TOK_NE && e->binary.rhs->is_constant && names_arm(e->binary.lhs);
}

void read_condition(struct reading *r, struct expr *e, struct lowered_block *yes, struct lowered_block *no)
{
    e = expr_chosen(e);
    bool is_and = e->kind == EXPR_BINARY && e->binary.op == TOK_ANDAND, is_or = e->kind == EXPR_BINARY && e->binary.op == TOK_OROR;
    const struct declarator *d = e->kind == EXPR_NAME && r->at == r->constant_in ? r->constant : NULL;
    if (d && d->symbol == e->name.symbol) {
        reading_edge(r, r->at, d->init->value ? yes : no);
    } else if (asks_who_lost(e)) {
        reading_edge(r, r->at, yes);
    } else if (e->is_constant) {
        reading_edge(r, r->at, e->value ? yes : no);
    } else if (e->kind == EXPR_UNARY && e->unary.op == '!') {
        read_condition(r, e->unary.operand, no, yes);
    } else if (e->kind == EXPR_COMMA) {
        read_expr(r, e->comma.lhs);
        read_condition(r, e->comma.rhs, yes, no);
    } else if (is_and || is_or) {
        struct lowered_block *more = reading_block(r);
        read_condition(r, e->binary.lhs, is_and ? more : yes, is_and ? no : more);
        r->at = more;
        read_condition(r, e->binary.rhs, yes, no);
    } else {
        read_expr(r, e);
        reading_edge(r, r->at, yes);
        reading_edge(r, r->at, no);
    }
}

static void read_choice(struct reading *r, struct expr *test, struct expr *yes, struct expr *no)
{
    struct lowered_block *on_yes = reading_block(r), *on_no = reading_block(r), *end = reading_block(r);
    read_condition(r, test, on_yes, on_no);
    r->at = on_yes;
    read_expr(r, yes);
    reading_edge(r, r->at, end);
    r->at = on_no;
    read_expr(r, no);
    reading_edge(r, r->at, end);
    r->at = end;
}

static void read_address(struct reading *r, struct expr *e)
{
    struct expr *operand = e->unary.operand;
    struct frame_part part = {0};
    bool is_whole = true;
    uint32_t local = local_place(r, operand, &is_whole);
    if (frame_place(r, operand, &part)) {
        read_way(r, operand);
        frame_step(r, STEP_LEND, e, &part)->is_kept = !e->is_lent;
    } else if (local != NO_LOCAL) {
        read_subscripts(r, operand);
        local_step(r, e->is_lent ? STEP_SET : STEP_POINT, e, local);
    } else {
        read_children(r, expr_chosen(operand));
    }
}

// The value of an lvalue, or of what is none.
static void read_plain(struct reading *r, struct expr *e)
{
    struct frame_part part = {0};
    bool is_whole = true;
    uint32_t local = local_place(r, e, &is_whole);
    if (e->kind == EXPR_NAME && e->name.symbol == r->cfg->self)
        return;
    if (frame_place(r, e, &part)) {
        read_way(r, e);
        frame_step(r, is_array(r, e) ? STEP_LEND : STEP_LOAD, e, &part)->is_kept = !e->is_lent;
    } else if (local != NO_LOCAL) {
        read_subscripts(r, e);
        local_step(r, !is_array(r, e) ? STEP_READ : e->is_lent ? STEP_SET : STEP_POINT, e, local);
    } else {
        read_children(r, e);
    }
}

void read_expr(struct reading *r, struct expr *e)
{
    if (!e)
        return;
    switch (e->kind) {
    case EXPR_NAME: case EXPR_MEMBER: case EXPR_INDEX:
        read_plain(r, e);
        return;
    case EXPR_UNARY:
        if (e->unary.op == '&') {
            read_address(r, e);
            return;
        }
        read_plain(r, e);
        if (e->unary.op == TOK_INC || e->unary.op == TOK_DEC)
            read_assigned(r, e->unary.operand, NULL);
        return;
    case EXPR_POSTFIX:
        read_children(r, e);
        read_assigned(r, e->postfix.operand, NULL);
        return;
    case EXPR_ASSIGN:
        if (e->assign.op != '=')
            read_children(r, e);
        read_assigned(r, e->assign.lhs, e->assign.op == '=' ? e->assign.rhs : NULL);
        return;
    case EXPR_CALL:
        read_call(r, e);
        return;
    case EXPR_COND:
        if (!e->is_constant)
            read_choice(r, e->cond.test, e->cond.yes, e->cond.no);
        return;
    case EXPR_BINARY:
        if (e->binary.op == TOK_ANDAND)
            read_choice(r, e->binary.lhs, e->binary.rhs, NULL);
        else if (e->binary.op == TOK_OROR)
            read_choice(r, e->binary.lhs, NULL, e->binary.rhs);
        else
            read_children(r, e);
        return;
    case EXPR_STMT_EXPR:
        read_stmt(r, e->stmt_expr.block);
        return;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_PAREN: case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF: case EXPR_CAST: case EXPR_COMPOUND: case EXPR_COMMA: case EXPR_INIT: case EXPR_GENERIC: case EXPR_VA_ARG:
    case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE: case EXPR_BUILTIN_T: case EXPR_AWAIT: case EXPR_START: case EXPR_ERROR:
        read_children(r, e);
        return;
    }
    __builtin_unreachable();
}
