// `_Frame(f)` as a type: when it is complete, how large its objects are, and which calls make one instead of running.
//
//     _Frame(fetch) fr = fetch(url, &page);     the call's arguments, kept until `await fr`
//
// An object has room for a task, for it may be started as a child in place. The frame follows, and shares its bytes with the
// arguments, which are read before it is written, but for its node:
//
//     struct fetch_object {
//         struct ac_slot ac_slot;
//         union { struct fetch_frame ac_frame; struct { struct ac_node ac_node; ... } ac_start; };
//     };
//
// How large a frame is only its layout tells, which needs the types. So the unit is translated with the sizes that
// translating it before has found, until they agree (lower/translate.c).
#include <string.h>

#include "parser/sema.h"

enum { GUESS = 128 };           // of a frame's size while nothing is known of it

struct type *declared_frame(const struct symbol *s)
{
    for (struct attr *a = s->attrs; a; a = a->next)
        if (a->type && strcmp(a->name->text, "ac_frame") == 0)
            return a->type->type;
    return NULL;
}

uint32_t frame_known_from(const struct symbol *s)
{
    if (s->declared && declared_frame(s))
        return s->declared->span.hi;
    return s->is_defined && s->function ? s->function->decl->span.hi : UINT32_MAX;
}

bool type_holds_frame(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    while (t->kind == TYPE_ARRAY)
        t = type_plain(u, t->base);
    if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION)
        for (const struct member *m = t->tag->members; m; m = m->next)
            if (type_holds_frame(u, m->type))
                return true;
    return t->kind == TYPE_FRAME;
}

bool expr_is_frame(struct unit *u, struct expr *e)
{
    return e->type && type_plain(u, e->type)->kind == TYPE_FRAME && !expr_calls_async(u, e);
}

struct type *frame_result(struct unit *u, struct type *frame)
{
    struct type *function = frame->symbol->type ? type_plain(u, frame->symbol->type) : frame;
    return function->kind == TYPE_FUNCTION ? type_unqualified(u, function->base) : type_basic(u, TYPE_ERROR);
}

// --- layout ------------------------------------------------------------------------------------------------------------------

static uint64_t round_up(uint64_t n, uint64_t to)
{
    return (n + to - 1) / to * to;
}

static struct extent wider(struct extent a, struct extent b)
{
    return (struct extent){ a.size > b.size ? a.size : b.size, a.align > b.align ? a.align : b.align };
}

static struct extent frame_extent(struct unit *u, const struct symbol *s)
{
    struct type *declared = declared_frame(s);
    if (declared)
        return (struct extent){ type_size(u, declared), type_align(u, declared) };
    const struct frame_size *f = s->name->frame;
    return f ? (struct extent){ f->size, f->align } : (struct extent){ GUESS, u->target->size_pointer };
}

static struct extent arguments_extent(struct unit *u, struct symbol *s)
{
    struct type *function = type_plain(u, s->type);
    struct extent all = { u->target->size_pointer, u->target->size_pointer };
    for (struct param *p = function->kind == TYPE_FUNCTION ? function->function.params : NULL; p; p = p->next) {
        struct type *t = type_of_param(u, p->type);
        if (type_plain(u, t)->kind == TYPE_VOID)
            continue;
        uint32_t align = type_align(u, t);
        all.size = round_up(all.size, align) + type_size(u, t);
        all.align = align > all.align ? align : all.align;
    }
    all.size = round_up(all.size, all.align);
    return all;
}

struct extent frame_object_extent(struct unit *u, struct symbol *s)
{
    return !s || !s->type ? (struct extent){ 0, 1 } : frame_object_with(u, s, frame_extent(u, s));
}

struct extent frame_object_with(struct unit *u, struct symbol *s, struct extent frame)
{
    uint32_t word = u->target->size_pointer;
    struct extent room = wider(frame, arguments_extent(u, s));
    // struct ac_slot: five pointers and two ints, aligned to two pointers.
    uint64_t slot = round_up(5u * word + 2u * u->target->size_int, 2 * word);
    uint32_t align = room.align > 2 * word ? room.align : 2 * word;
    return (struct extent){ round_up(round_up(slot, room.align) + room.size, align), align };
}

// --- making ------------------------------------------------------------------------------------------------------------------

static bool is_made(struct unit *u, struct type *to, struct expr *e);

static bool is_such_frame(struct unit *u, const struct type *to, const struct expr *e)
{
    const struct type *t = e->type ? type_plain(u, e->type) : NULL;
    return t && t->kind == TYPE_FRAME && t->symbol == to->symbol;
}

// c ? fetch(1) : fetch(2), also where one side is a frame already
static bool is_either_made(struct unit *u, struct type *to, struct expr *e)
{
    if (e->kind != EXPR_COND || !e->cond.yes)
        return false;
    bool makes_yes = is_made(u, to, expr_bare(e->cond.yes)), makes_no = is_made(u, to, expr_bare(e->cond.no));
    return (makes_yes || is_such_frame(u, to, e->cond.yes)) && (makes_no || is_such_frame(u, to, e->cond.no)) &&
           (makes_yes || makes_no);
}

static bool is_made(struct unit *u, struct type *to, struct expr *e)
{
    return to->kind == TYPE_FRAME && (expr_calls_async(u, e) || is_either_made(u, to, e));
}

bool frame_made(struct unit *u, struct type *to, struct expr *e)
{
    to = type_plain(u, to);
    struct expr *call = expr_bare(e);
    if (!is_made(u, to, call))
        return false;
    struct type *frame = type_unqualified(u, to);
    if (call->kind == EXPR_CALL) {
        call->call.makes = frame;
    } else {
        frame_made(u, to, call->cond.yes);
        frame_made(u, to, call->cond.no);
    }
    for (struct expr *at = e; at != call; at = at->kind == EXPR_PAREN ? at->paren.inner : at->unary.operand)
        at->type = frame;
    call->type = frame;
    return true;
}
