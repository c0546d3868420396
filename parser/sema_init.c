// Initialisers: which object each element is for, and the array size that follows from them.
//
//     struct p { int x, y; } a[] = { 1, 2, { 3 }, [4].y = 5 };    →    struct p[5]
#include "grammar.h"
#include "parser/sema.h"

// The next element of a braced list, and what is left of its designators while they are followed.
struct cursor {
    struct init_item *item;
    struct designator *path;
};

static void init_object(struct unit *u, struct type *t, struct cursor *c);
static uint64_t init_members(struct unit *u, struct type *t, struct cursor *c, bool is_braced);

static void cursor_advance(struct cursor *c)
{
    c->item = c->item->next;
    c->path = c->item ? c->item->designators : NULL;
}

static bool is_aggregate(const struct type *t)
{
    return t->kind == TYPE_ARRAY || t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_VECTOR;
}

static bool is_character_array(struct unit *u, struct type *t)
{
    return t->kind == TYPE_ARRAY && type_is_integer(u, t->base) && type_plain(u, t->base)->kind != TYPE_ENUM;
}

// The string literal that initialises a character array as a whole; NULL when `e` is none.
static struct expr *string_of(struct expr *e)
{
    while (e->kind == EXPR_PAREN || (e->kind == EXPR_UNARY && e->unary.op == TOK_EXTENSION))
        e = e->kind == EXPR_PAREN ? e->paren.inner : e->unary.operand;
    if (e->kind == EXPR_INIT && e->init.items && !e->init.items->next && !e->init.items->designators)
        return e->init.items->value->kind == EXPR_INIT ? NULL : string_of(e->init.items->value);
    return e->kind == EXPR_STRING ? e : NULL;
}

static struct type *array_completed(struct unit *u, struct type *t, uint64_t count)
{
    struct type *plain = type_plain(u, t);
    if (plain->kind != TYPE_ARRAY || plain->array.is_complete || plain->array.is_vla)
        return t;
    return type_array(u, plain->base, count);
}

static void designator_sema(struct unit *u, struct designator *d)
{
    if (d->lo)
        sema_expr(u, d->lo);
    if (d->hi)
        sema_expr(u, d->hi);
}

// The element or member a walk over an aggregate stands at.
struct position {
    uint64_t index, last;           // array: the element; of a range the last one
    struct member *member;
};

static struct member *skip_unnamed_bits(struct member *m)
{
    while (m && !m->name && m->width)
        m = m->next;
    return m;
}

// The member of this very struct that has the name or holds, as an anonymous member, what has it.
static struct member *direct_member(struct unit *u, struct tag *tag, struct name *name)
{
    for (struct member *m = tag->members; m; m = m->next) {
        struct type *t = type_plain(u, m->type);
        bool is_record = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
        if (m->name == name || (!m->name && is_record && tag_find_member(u, t->tag, name).member))
            return m;
    }
    return NULL;
}

// Takes one designator off the path, except when it names a member of an anonymous member.
static struct position designated(struct unit *u, struct type *t, struct cursor *c)
{
    struct designator *d = c->path;
    designator_sema(u, d);
    if (t->kind == TYPE_ARRAY || t->kind == TYPE_VECTOR) {
        c->path = d->next;
        uint64_t lo = d->lo && d->lo->is_constant ? (uint64_t)d->lo->value : 0;
        bool is_range = d->hi && d->hi->is_constant && (uint64_t)d->hi->value >= lo;
        return (struct position){ .index = lo, .last = is_range ? (uint64_t)d->hi->value : lo };
    }
    struct member *m = d->member ? direct_member(u, t->tag, d->member) : NULL;
    if (!m || m->name == d->member)
        c->path = d->next;
    return (struct position){ .member = m };
}

static struct type *element_type(struct unit *u, struct type *t, const struct position *at)
{
    if (t->kind == TYPE_ARRAY || t->kind == TYPE_VECTOR)
        return t->base;
    return at->member ? type_qualified(u, at->member->type, t->quals & (QUAL_CONST | QUAL_VOLATILE)) : type_basic(u, TYPE_ERROR);
}

static bool is_past_end(struct type *t, const struct position *at)
{
    if (t->kind == TYPE_ARRAY)
        return t->array.is_complete && at->index >= t->array.count;
    return t->kind == TYPE_VECTOR ? at->index >= t->vector.count : !at->member;
}

static void move_on(struct type *t, struct position *at)
{
    at->index = at->last = at->last + 1;
    if (at->member)
        at->member = t->kind == TYPE_UNION ? NULL : skip_unnamed_bits(at->member->next);
}

static struct position first_position(struct unit *u, struct type *t)
{
    if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
        return (struct position){ 0 };
    tag_lay_out(u, t->tag);
    return (struct position){ .member = skip_unnamed_bits(t->tag->members) };
}

// Fills an aggregate from the cursor; within braces to the end of the list, else as far as it takes elements. Returns
// the number of elements an array of unknown size gets.
static uint64_t init_members(struct unit *u, struct type *t, struct cursor *c, bool is_braced)
{
    uint64_t count = 0;
    struct position at = first_position(u, t);
    bool is_entered = c->path;          // the path leads to here
    while (c->item) {
        if (c->path) {
            if (!is_braced && !is_entered)
                break;
            at = designated(u, t, c);
        } else if (is_past_end(t, &at) && !is_braced) {
            break;
        }
        is_entered = false;
        struct init_item *before = c->item;
        if (is_past_end(t, &at)) {
            sema_expr(u, c->item->value);
            cursor_advance(c);
        } else {
            init_object(u, element_type(u, t, &at), c);
        }
        count = at.last + 1 > count ? at.last + 1 : count;
        bool is_endless = c->item == before && t->kind == TYPE_ARRAY && !t->array.is_complete;
        if (is_endless)
            cursor_advance(c);
        move_on(t, &at);
    }
    return count;
}

static bool is_whole_record(struct unit *u, struct type *t, struct expr *value)
{
    struct type *given = type_plain(u, value->type);
    return given->kind == t->kind && given->kind != TYPE_ARRAY && type_compatible(u, type_unqualified(u, given), type_unqualified(u, t));
}

// { 0 } is a handle without a child, and a frame that was not made.
static bool init_by_number(struct unit *u, struct type *t, struct expr *value)
{
    const struct expr *number = expr_bare(value);
    enum type_kind kind = type_plain(u, t)->kind;
    if ((kind != TYPE_HANDLE && kind != TYPE_FRAME) || number->kind != EXPR_INT)
        return false;
    sema_expr(u, value);
    if (number->int_.value)
        judge_conversion(u, t, value, (struct conversion){ .what = "initialization" });
    return true;
}

// One object from the element under the cursor, and from those after it when its braces are left out.
static void init_object(struct unit *u, struct type *t, struct cursor *c)
{
    struct type *plain = type_plain(u, t);
    if (c->path && is_aggregate(plain)) {
        init_members(u, plain, c, false);
        return;
    }
    struct expr *value = c->item->value;
    bool is_string = is_character_array(u, plain) && string_of(value);
    if (value->kind == EXPR_INIT || !is_aggregate(plain) || is_string) {
        if (!init_by_number(u, t, value))
            sema_init(u, t, value);
        cursor_advance(c);
        return;
    }
    sema_expr(u, value);
    if (is_whole_record(u, plain, value)) {
        type_value(u, value);
        cursor_advance(c);
        return;
    }
    c->path = NULL;
    init_members(u, plain, c, false);
}

// To the compiler a frame is a struct: `{ fetch(x) }` would be the first member of it.
static void judge_braces(struct unit *u, struct expr *init)
{
    struct expr *value = init->init.items ? expr_bare(init->init.items->value) : NULL;
    if (!value || value->kind != EXPR_CALL || !value->call.makes)
        return;
    struct diag *d = diag_error(u, ERROR_INCOMPATIBLE_TYPES, init->span, "a frame is made by a call, without braces");
    if (init->init.items->value->span.hi + 1 != init->span.hi)
        return;
    diag_fix_replace(u, d, first_token(init->span), "");
    diag_fix_replace(u, d, (struct span){ init->span.hi - 1, init->span.hi }, "");
}

static struct type *init_braced(struct unit *u, struct type *t, struct expr *init)
{
    struct type *plain = type_plain(u, t);
    struct cursor c = { init->init.items, init->init.items ? init->init.items->designators : NULL };
    uint64_t count = 0;
    if (is_aggregate(plain))
        count = init_members(u, plain, &c, true);
    for (; c.item; cursor_advance(&c)) {
        for (struct designator *d = c.path; d; d = d->next)
            designator_sema(u, d);
        if (!init_by_number(u, t, c.item->value))
            sema_init(u, t, c.item->value);
    }
    if (plain->kind == TYPE_FRAME)
        judge_braces(u, init);
    t = array_completed(u, t, count);
    init->type = t;
    return t;
}

struct type *sema_init(struct unit *u, struct type *t, struct expr *init)
{
    if (init->type)
        return init->type;
    if (!sema_enter(u, init->span, 1)) {
        init->type = type_basic(u, TYPE_ERROR);
        sema_leave(u, 1);
        return t;
    }
    struct expr *string = is_character_array(u, type_plain(u, t)) ? string_of(init) : NULL;
    if (string) {
        sema_expr(u, string);
        t = array_completed(u, t, string->string.length);
        if (init->kind == EXPR_INIT) {
            sema_expr(u, init->init.items->value);
            init->type = t;
        }
    } else if (init->kind == EXPR_INIT) {
        t = init_braced(u, t, init);
    }
    sema_expr(u, init);
    if (!string && init->kind != EXPR_INIT && !frame_made(u, t, init)) {
        judge_conversion(u, t, init, (struct conversion){ .what = "initialization" });
        judge_array_initialiser(u, t, init);
        if (type_plain(u, t)->kind == TYPE_ARRAY && type_plain(u, init->type)->kind == TYPE_ARRAY)
            t = type_composite(u, t, init->type);
        else
            type_value(u, init);
    }
    sema_leave(u, 1);
    return t;
}
