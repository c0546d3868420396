// Handles are moved, not copied. Where a block, or other memory, may be asked later what it holds, it is empty once a handle was taken
// from there, and a child whose handle is overwritten is cancelled, and waited for with those that never had one:
//
//     return h;           →   return ac_handle_take(&h);
//     h = async f(x);     →   ac_handle_put(&h, (ac_s1), &ac_self->children);
//
// A local that every path awaits or gives away needs none of it. A frame that is moved out of such a place is marked there where
// running programs are checked:
//
//     *out = *fr;         →   *out = AC_FRAME_MOVE(*fr, "*fr", "fetch");
#include "lower/async.h"
#include "lower/edit.h"
#include "lower/lower.h"
#include "lower/text.h"
#include "lower/walk.h"
#include "parser/handle_type.h"

struct moves {
    struct walk walk;
    struct unit *u;
    struct function *f;
};

const char *handles_text(struct unit *u, struct type *t)
{
    struct buf out = {0};
    uint32_t count = 0;
    for (const struct handle_run *r = handles_of(u, t); r; r = r->next, count++)
        buf_printf(&out, "%s%llu, %llu", count ? ", " : "", (unsigned long long)r->at, (unsigned long long)r->count);
    const char *text = arena_printf(&u->arena, "%llu, %u, (const unsigned[]){ %s }",
                                    (unsigned long long)type_size(u, handles_element(u, t)), count, out.bytes);
    buf_free(&out);
    return text;
}

enum where { NOWHERE, OWED, ELSEWHERE };

// Whose that is: a local's that owes its children at the end of its block, memory's that others look at, or neither.
static enum where home(struct unit *u, struct expr *e)
{
    e = place_whole(u, e);
    if (e->kind == EXPR_NAME && e->name.symbol && e->name.symbol->kind == SYMBOL_OBJECT)
        return !symbol_is_automatic(e->name.symbol) ? ELSEWHERE : e->name.symbol->is_owed ? OWED : NOWHERE;
    bool is_memory = e->kind == EXPR_MEMBER || e->kind == EXPR_INDEX || (e->kind == EXPR_UNARY && e->unary.op == '*');
    return is_memory ? ELSEWHERE : NOWHERE;
}

// What becomes of a local by itself is known from its text, while nothing has its address.
static void move_frame(struct unit *u, struct expr *e, struct type *t)
{
    const struct symbol *s = e->kind == EXPR_NAME ? e->name.symbol : NULL;
    bool is_followed = s && symbol_is_automatic(s) && !s->is_address_taken;
    if (is_followed || type_quals(u, e->type) & QUAL_CONST || u->lowering->is_erased)
        return;
    edit_before(u, e->span.lo, "AC_FRAME_MOVE(");
    edit_after(u, e->span.hi - 1, arena_printf(&u->arena, ", %s, \"%s\")", named_text(u, e), t->symbol->name->text));
}

// The value of `e` is used.
static void move(struct unit *u, struct expr *e)
{
    if (!e || !e->type || !e->is_lvalue)
        return;
    struct type *t = type_plain(u, e->type);
    if (t->kind == TYPE_FRAME) {
        move_frame(u, e, t);
        return;
    }
    if (!type_holds_handles(u, e->type) || home(u, e) == NOWHERE)
        return;
    if (t->kind == TYPE_HANDLE) {
        bool is_const = type_quals(u, e->type) & QUAL_CONST;
        edit_before(u, e->span.lo, is_const ? "ac_handle_take((ac_handle *)&" : "ac_handle_take(&");
        edit_after(u, e->span.hi - 1, ")");
    } else if (t->kind == TYPE_STRUCT) {
        edit_before(u, e->span.lo, "AC_HANDLES_TAKE(");
        edit_after(u, e->span.hi - 1, arena_printf(&u->arena, ", %s)", handles_text(u, e->type)));
    }
}

bool replaces_owed(struct unit *u, const struct expr *e)
{
    struct expr *to = e->assign.lhs;
    return to->type && type_holds_handles(u, to->type) && home(u, to) == OWED;
}

// h = child: what is overwritten belonged to the block. (Memory elsewhere may have held anything.) The value comes first: it may
// take what the object holds, or some of it.
void lower_replaced(struct unit *u, const struct function *f, struct expr *e)
{
    struct expr *to = e->assign.lhs, *value = e->assign.rhs;
    if (!replaces_owed(u, e) || (f->is_async && !f->has_start))
        return;
    const char *group = f->is_async ? "&ac_self->children" : "0", *places = handles_text(u, to->type);
    bool is_handle = type_plain(u, to->type)->kind == TYPE_HANDLE;
    edit_before(u, to->span.lo, is_handle ? "ac_handle_put(&" : "AC_HANDLES_PUT(");
    edit_replace(u, (struct span){ to->span.hi, value->span.lo }, ",");
    edit_before(u, value->span.lo, "(");
    edit_after(u, value->span.hi - 1, is_handle ? arena_printf(&u->arena, "), %s)", group)
                                                : arena_printf(&u->arena, "), %s, %s)", group, places));
}

// From the inside out, as edits are made.
static void move_expr(struct walk *w, struct expr *e)
{
    struct moves *m = (struct moves *)w;
    struct unit *u = m->u;
    const struct stmt *last = e->kind == EXPR_STMT_EXPR ? last_statement(e->stmt_expr.block) : NULL;
    if (last && last->kind == STMT_EXPR)
        move(u, last->expr.expr);
    bool is_void = e->kind == EXPR_CAST && type_plain(u, e->type)->kind == TYPE_VOID;
    if (is_void || e->kind == EXPR_AWAIT || e->kind == EXPR_START)
        return;             // nothing is taken, or by the call itself
    const struct operands o = operands_of(u, e);
    for (uint32_t i = 0; i < o.count; i++)
        if (o.list[i].use == USE_VALUE)
            move(u, o.list[i].expr);
    bool is_later = m->f->is_async && hoist_of(u, e)->has_pre;      // when what the value waits for is lowered
    if (e->kind == EXPR_ASSIGN && !is_later)
        lower_replaced(u, m->f, e);
}

static void move_stmt(struct walk *w, struct stmt *s)
{
    struct unit *u = ((struct moves *)w)->u;
    if (s->kind == STMT_RETURN)
        move(u, s->return_.value);
    for (struct declarator *d = s->kind == STMT_DECL ? s->decl.decl->declarators : NULL; d; d = d->next)
        move(u, d->init);
}

void lower_moves(struct unit *u, struct function *f)
{
    struct moves m = { { .expr_done = move_expr, .stmt_done = move_stmt }, u, f };
    if (u->lowering->has_moves)
        walk_stmt(&m.walk, f->body);
}
