// The place that a lowered function is given for its frame has as many bytes as the frame:
//
//     val(&ac_self->at1.child, ac_task, 0, 1)                     a member
//     ac_handle ac_s1 = { ac_child(ac_task, 0, 136) };            a block of the executor's
//     val(ac_child_frame(ac_s1.task), ac_s1.task, 0, 1)
#include "lower/lowered_read.h"

#include <string.h>

#include "lower/walk.h"

struct rooms {
    struct walk walk;
    struct unit *u;
    const struct symbol *handle;        // the last one that ac_child has made ...
    uint64_t bytes;                     // ... with room for so many
};

static const struct expr *call_of(struct expr *e, const char *function)
{
    e = lowered_bare(e);
    return e && e->kind == EXPR_CALL && call_is_of(e, function) ? e : NULL;
}

static void find_block(struct walk *w, struct stmt *s)
{
    struct rooms *r = (struct rooms *)w;
    for (const struct declarator *d = s->kind == STMT_DECL ? s->decl.decl->declarators : NULL; d; d = d->next) {
        const struct init_item *first = d->init && d->init->kind == EXPR_INIT ? d->init->init.items : NULL;
        const struct expr *call = first ? call_of(first->value, "ac_child") : NULL;
        const struct expr *bytes = call && call->call.args->next ? call->call.args->next->next : NULL;
        if (!bytes || !bytes->is_constant)
            continue;
        r->handle = d->symbol;
        r->bytes = (uint64_t)bytes->value;
    }
}

// UINT64_MAX: not known here.
static uint64_t room_of(const struct rooms *r, struct expr *place)
{
    place = lowered_bare(place);
    if (place->kind == EXPR_UNARY && place->unary.op == '&' && lowered_bare(place->unary.operand)->kind == EXPR_MEMBER)
        return type_size(r->u, place->unary.operand->type);
    const struct expr *call = call_of(place, "ac_child_frame");
    const struct expr *task = call ? lowered_bare(call->call.args) : NULL, *handle = NULL;
    if (task && task->kind == EXPR_MEMBER)
        handle = lowered_bare(task->member.object);
    return handle && handle->kind == EXPR_NAME && handle->name.symbol == r->handle ? r->bytes : UINT64_MAX;
}

static void check_room(struct walk *w, struct expr *e)
{
    struct rooms *r = (struct rooms *)w;
    struct expr *place = e->kind == EXPR_CALL ? e->call.args : NULL;
    const struct function *callee = place && place->next && place->next->next ? lowered_function(e->call.callee) : NULL;
    struct tag *frame;
    const struct symbol *self = callee ? lowered_self(r->u, callee, &frame) : NULL;
    if (!self || strcmp(callee->type->function.params->symbol->name->text, "ac_frame") != 0)
        return;
    uint64_t room = room_of(r, place), bytes = type_size(r->u, type_plain(r->u, self->type)->base);
    if (room < bytes)
        diag_error(r->u, ERROR_LOWERING, place->span, "there is room for %llu bytes here, and the frame of '%s' has %llu",
                   (unsigned long long)room, callee->symbol->name->text, (unsigned long long)bytes);
}

void lowered_room_check(struct unit *u)
{
    for (struct function *fn = unit_functions(u); fn; fn = fn->next) {
        struct rooms r = { .walk = { .expr = check_room, .stmt = find_block }, .u = u };
        walk_stmt(&r.walk, fn->body);
    }
}
