// A suspension point in C: the call, what is stored when it comes back pending, where it goes on.
//
//     ac_long ac_r1 = ac_read(&ac_self->at1.child, ac_task, 0, fd, ac_self->buf, sizeof ac_self->buf);
//     if (ac_r1.pending) {
//         ac_suspend(&ac_self->at1.child, &echo_at1);
//         ac_self->at1.fd = fd;
//         return (ac_long){ .pending = 1 };
//     __coro_resume_1:
//         fd = ac_self->at1.fd;
//         ac_r1.value = ac_self->at1.child.result;
//     }
#include "lower/ctype.h"
#include "lower/text.h"

// `{ .pending = 1 }` of the function's poll type, as a return statement.
static const char *pending_text(struct lower *l)
{
    const char *pending = l->a->may_be_outside ? "AC_WAITS(ac_self)" : "1";
    return arena_printf(&l->u->fn, "return (%s){ .pending = %s };", l->a->poll_type, pending);
}

static bool is_bytes(struct unit *u, const struct local *v)
{
    bool bytes;
    if (!v->type)
        return false;
    stored_type(u, v->type, &bytes);
    return bytes;
}

// Whether v may be a _Bool without a value, which sanitizers do not let anyone copy.
static bool may_be_neither(struct unit *u, const struct local *v)
{
    if (!v->type || type_plain(u, v->type)->kind != TYPE_BOOL || type_quals(u, v->type) || v->lvalue != v->name)
        return false;
    if (!v->symbol)
        return v->of && v->of->kind == EXPR_STMT_EXPR;
    return !v->symbol->is_param && v->symbol->storage != STORAGE_REGISTER && (!v->set_at || v->may_be_unset);
}

// One kept local, to the frame or back from it.
static const char *copy_text(struct lower *l, const struct point *p, const struct local *v, bool is_reload)
{
    struct unit *u = l->u;
    const char *at = v->is_common ? "" : arena_printf(&u->fn, "at%u.", p->number);
    const char *bytes = is_bytes(u, v) ? arena_printf(&u->fn, "*(__typeof__(%s) *)(void *)", v->name) : "";
    const char *place = arena_printf(&u->fn, "%sac_self->%s%s", bytes, at, v->field);
    if (v->type && is_loose(u, v->type))
        place = arena_printf(&u->fn, "AC_LOOSE(ac_self->%s%s, __typeof__(%s))", at, v->field, v->lvalue);
    if (may_be_neither(u, v))
        return arena_printf(&u->fn, "__builtin_memcpy(&%s, &%s, 1)", is_reload ? v->name : place, is_reload ? place : v->name);
    if (!is_reload)
        return c_assign(u, v->c_type ? NULL : v->type, place, v->lvalue);
    bool is_poll_value = v->is_result && v->lvalue != v->name;
    if (is_poll_value)
        return arena_printf(&u->fn, "%s = %s%s", v->lvalue, poll_cast(u, v->type), place);
    return c_assign(u, v->c_type ? NULL : v->type, v->lvalue, place);
}

// A value that needs no place: its initialiser has it again.
static const char *compute_text(struct lower *l, const struct local *v)
{
    return arena_printf(&l->u->fn, "%s = %s", v->lvalue, edit_render(l->u, v->symbol->declarator->init->span));
}

// What is copied at a place: the point's own locals, or those that all points of the function share; of these apart what needs to be
// stored only once (share.c).
enum copied { SPILL_OWN, SPILL_SHARED, SPILL_CLEAN, RELOAD_OWN, RELOAD_SHARED };

static bool is_copied(const struct local *v, enum copied which)
{
    bool is_reload = which == RELOAD_OWN || which == RELOAD_SHARED;
    if (v->class != LOCAL_SPILLED && !(is_reload && v->class == LOCAL_COMPUTED))
        return false;
    switch (which) {
    case SPILL_OWN: case RELOAD_OWN:
        return !v->is_common;
    case SPILL_SHARED:
        return v->is_common && !v->is_clean;
    case SPILL_CLEAN:
        return v->is_clean;
    case RELOAD_SHARED:
        return v->is_common;
    }
    __builtin_unreachable();
}

// What is computed from others stands behind them, as it was declared. `before` stands in front, when anything is copied. `p` NULL: what
// all points share.
static void copy_some(struct lower *l, const struct point *p, enum copied which, const char *before)
{
    bool is_reload = which == RELOAD_OWN || which == RELOAD_SHARED;
    uint32_t count = p ? p->kept_count : l->a->local_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct local *v = p ? p->kept[i] : l->a->locals[i];
        if (!is_copied(v, which))
            continue;
        bool is_computed = v->class == LOCAL_COMPUTED;
        buf_printf(l->out, "%s%s", before, is_computed ? compute_text(l, v) : copy_text(l, p, v, is_reload));
        before = ", ";
    }
    if (*before == ',')
        buf_puts(l->out, ";\n");
}

static void copy_kept(struct lower *l, const struct point *p, bool is_reload)
{
    copy_some(l, p, is_reload ? RELOAD_OWN : SPILL_OWN, "    ");
}

// Comes back pending, what is common stored before.
static const char *leave_text(struct lower *l)
{
    return l->a->is_shared ? "goto __coro_suspend;" : pending_text(l);
}

// The address of the child's frame in this one.
static const char *child_text(struct lower *l, const struct point *p)
{
    if (p->kind == CALLEE_OBJECT)
        return arena_printf(&l->u->arena, "&%s->ac_frame", p->handle->name);
    bool is_array = p->kind == CALLEE_OUTSIDE || !p->child_type;
    return arena_printf(&l->u->fn, "%sac_self->at%u.child", is_array ? "" : "&", p->number);
}

// Whether the callee is of another file, and its frame of a type. Those of this file may be copied into the function, frame and all.
static bool is_leaf(const struct point *p)
{
    return p->kind == CALLEE_LEAF && p->child_type;
}

bool has_many_leaves(const struct async *a)
{
    enum { MANY = 3 };
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->point_count; i++)
        count += is_leaf(a->points[i]);
    return count >= MANY;
}

// The frame that the callee is given.
static const char *given_frame(struct lower *l, const struct point *p)
{
    if (p->kind == CALLEE_OUTSIDE)
        return "0";
    return l->has_many_leaves && is_leaf(p) ? arena_printf(&l->u->fn, "AC_AT(ac_self, at%u.child)", p->number) : child_text(l, p);
}

static const char *result_text(struct lower *l, const struct point *p, const char *child)
{
    struct unit *u = l->u;
    struct type *t = p->kind == CALLEE_HANDLE ? p->await->type : p->callee_type->base;
    if (p->child_type && p->kind == CALLEE_EMBEDDED && !is_loose(u, t))
        return arena_printf(&u->fn, "ac_self->at%u.child.result", p->number);
    return arena_printf(&u->fn, "AC_RESULT(%s, %s)", child, c_decl(u, type_unqualified(u, t), "", false));
}

// --- callees that are alike ------------------------------------------------------------------------------------------------------------
//
// In a function whose points share what they store, where the frames of all callees lie at one place, who goes on is stored there in one
// place, too; and where all give one type, the result is read in one:
//
//     if (ac_r1.pending) {                        __coro_suspend:;
//         ac_site = &serve_at1;                       ac_suspend(&ac_self->at1.child, ac_site);
//         goto __coro_suspend;                        ...
//     __coro_resume_1:;                           __coro_resume:;
//         ac_r1.value = ac_awaited;                   ac_awaited = AC_RESULT(&ac_self->at1.child, long);

static bool lies_inside(const struct point *p)
{
    return !point_is_fused(p) && p->kind != CALLEE_OUTSIDE && p->kind != CALLEE_OBJECT;
}

// Whether p awaits a call that gives a result in a register, of the type that `first` does.
static bool is_alike(struct lower *l, const struct point *first, const struct point *p)
{
    bool in_frame;
    if ((p->kind != CALLEE_EMBEDDED && p->kind != CALLEE_LEAF) || !first->callee_type)
        return false;
    struct type *result = p->callee_type->base;
    (void)poll_type_of(l->u, result, &in_frame);
    return !in_frame && type_plain(l->u, result)->kind != TYPE_VOID && type_compatible(l->u, first->callee_type->base, result);
}

void alike_find(struct lower *l)
{
    const struct async *a = l->a;
    const struct point *first = NULL;
    bool are_alike = true, is_used = false;
    for (uint32_t i = 0; a->is_shared && i < a->point_count; i++) {
        const struct point *p = a->points[i];
        if (!p->is_reachable || p->is_tail)
            continue;
        first = first ? first : p;
        if (!lies_inside(p) || p->child_offset != first->child_offset)
            return;
        are_alike &= is_alike(l, first, p);
        is_used |= p->result && !p->is_dropped;
    }
    l->alike = first;
    l->gives_alike = first && are_alike && is_used;
}

void alike_declare(struct lower *l, struct buf *out)
{
    if (l->alike)
        buf_puts(out, "    const struct ac_link *ac_site;\n");
    if (l->gives_alike)
        buf_printf(out, "    %s;\n", c_decl(l->u, type_unqualified(l->u, l->alike->callee_type->base), "ac_awaited", false));
}

void shared_print(struct lower *l, const char *cases)
{
    buf_puts(l->out, "__coro_suspend:;\n");
    if (l->alike)
        buf_printf(l->out, "    ac_suspend(%s, ac_site);\n", child_text(l, l->alike));
    copy_some(l, NULL, SPILL_CLEAN, "    if (!ac_point)\n        ");
    copy_some(l, NULL, SPILL_SHARED, "    ");
    buf_printf(l->out, "    %s\n__coro_resume:;\n", pending_text(l));
    copy_some(l, NULL, RELOAD_SHARED, "    ");
    if (l->gives_alike)
        buf_printf(l->out, "    ac_awaited = %s;\n", result_text(l, l->alike, child_text(l, l->alike)));
    buf_printf(l->out, "    switch (ac_point) {%s default: __builtin_unreachable(); }\n", cases);
}

// Whether there may be no frame when the callee comes back pending. Its frame is then in ac_c and the number.
static bool is_late(const struct lower *l, const struct point *p)
{
    return l->a->is_late && p->kind == CALLEE_OUTSIDE && !p->is_framed && p->is_reachable;
}

// The frame that the callee has made, and one of our own if there is none yet. Without memory the callee has ended meanwhile.
// Nothing of this is needed when the callee is ready, the task neither: its frame says which it is.
static void take_frame(struct lower *l, const struct point *p)
{
    uint32_t n = p->number;
    if (!is_late(l, p)) {
        buf_printf(l->out, "    ac_self->at%u.child = (void *)ac_r%u.pending;\n", n, n);
        return;
    }
    buf_printf(l->out, "    struct ac_waiting ac_w%u = ac_frame_late(sizeof *ac_self, ac_self, ac_r%u.pending);\n"
                       "    void *ac_c%u = ac_w%u.child;\n    ac_self = ac_w%u.self;\n    if (!ac_self) {\n"
                       "        ac_task = ac_frame_task(ac_c%u);\n        goto __coro_ended_%u;\n    }\n"
                       "    ac_self->at%u.child = ac_c%u;\n", n, n, n, n, n, n, n, n, n);
}

// What control never gets to does not wait, and is not resumed.
#define NEVER "    __builtin_unreachable();\n"

// A callee that is part of this machine suspends and is resumed by itself. As long as it waits, what is kept stays.
static void suspend_fused(struct lower *l, struct point *p, const char *call)
{
    if (!p->is_reachable) {
        buf_puts(l->out, NEVER);
        return;
    }
    copy_kept(l, p, false);
    buf_printf(l->out, "    %s\n", leave_text(l));
    const char *base = p->state > 1 ? arena_printf(&l->u->fn, " - %u", p->state - 1) : "";
    buf_printf(l->out, "__coro_resume_%u:;\n    ac_r%u = %s(%s, ac_task, ac_point%s%s);\n    if (ac_r%u.pending)\n        %s\n",
               p->number, p->number, call, child_text(l, p), base, arguments_again(l, p->callee_async, "ac_self"), p->number,
               pending_text(l));
    copy_kept(l, p, true);
}

static void suspend(struct lower *l, struct point *p)
{
    const char *child = child_text(l, p);
    if (!p->is_reachable) {
        buf_puts(l->out, NEVER);
        return;
    }
    if (p->kind == CALLEE_OUTSIDE) {
        take_frame(l, p);
        buf_printf(l->out, "    ac_suspend_outside(%s, ac_self, &%s_at%u);\n", child, l->a->prefix, p->number);
    } else if (p->kind == CALLEE_OBJECT) {
        buf_printf(l->out, "    ac_suspend_outside(%s, ac_self, &%s_at%u);\n", child, l->a->prefix, p->number);
    } else if (l->alike) {
        buf_printf(l->out, "    ac_site = &%s_at%u;\n", l->a->prefix, p->number);
    } else {
        buf_printf(l->out, "    ac_suspend(%s, &%s_at%u);\n", child, l->a->prefix, p->number);
    }
    copy_kept(l, p, false);
    buf_printf(l->out, "    %s\n", leave_text(l));
    buf_printf(l->out, "__coro_resume_%u:;\n", p->number);
    copy_kept(l, p, true);
    if (is_late(l, p))
        buf_printf(l->out, "    ac_c%u = %s;\n", p->number, child);
    if (p->kind == CALLEE_HANDLE)
        buf_printf(l->out, "    %s = (ac_handle){ ac_self->at%u.child.child };\n", p->handle->name, p->number);
}

// Behind a late frame: the callee's, wherever the function comes from.
static const char *ended_child(struct lower *l, const struct point *p)
{
    return is_late(l, p) ? arena_printf(&l->u->fn, "ac_c%u", p->number) : child_text(l, p);
}

// The value of a child that has ended.
const char *handle_result(struct lower *l, const struct point *p, const char *task)
{
    struct unit *u = l->u;
    const char *value = result_text(l, p, arena_printf(&u->arena, "ac_child_frame(%s)", task));
    bool has_error = p->kind == CALLEE_HANDLE && type_is_integer(u, p->await->type) && type_is_signed(u, p->await->type);
    return has_error ? arena_printf(&u->arena, "%s ? %s : -AC_ENOMEM", task, value) : value;
}

// The value of a child that has ended, out of the handle's task.
static void take_handle_result(struct lower *l, const struct point *p)
{
    const char *task = arena_printf(&l->u->arena, "%s.task", p->handle->name);
    if (p->result && !p->is_dropped)
        buf_printf(l->out, "%s = %s;\n", temp_text(l, p->result), handle_result(l, p, task));
    buf_printf(l->out, "ac_child_free(%s);\n", task);
}

static void object_ended(struct lower *l, const struct point *p)
{
    if (p->kind == CALLEE_OBJECT)
        buf_printf(l->out, "AC_FRAME_END(%s, %s, \"%s\");\n", p->handle->name, named_text(l->u, expr_bare(p->await->await.operand)),
                   p->callee->name->text);
}

static void lower_result_in_frame(struct lower *l, struct point *p, const char *call, const char *args)
{
    const char *child = child_text(l, p);
    bool outside = p->kind == CALLEE_OUTSIDE;
    buf_printf(l->out, "ac_void ac_r%u = %s(%s, ac_task, 0%s);\n", p->number, call, given_frame(l, p), args);
    buf_printf(l->out, "if (ac_r%u.pending) {\n", p->number);
    suspend(l, p);
    if (!outside) {
        buf_puts(l->out, "}\n");
        object_ended(l, p);
        if (!p->is_dropped)
            buf_printf(l->out, "%s = %s;\n", temp_text(l, p->result), result_text(l, p, child));
        return;
    }
    const char *frame = arena_printf(&l->u->fn, "ac_c%u", p->number);
    buf_printf(l->out, "    ac_frame_give(ac_task, %s);\n", child);
    if (is_late(l, p))
        buf_printf(l->out, "__coro_ended_%u:;\n", p->number);
    buf_printf(l->out, "}\nvoid *%s = ac_frame_taken(ac_task);\n", frame);
    if (!p->is_dropped)
        buf_printf(l->out, "%s = %s;\n", temp_text(l, p->result), result_text(l, p, frame));
    buf_printf(l->out, "ac_frame_free(ac_task, %s);\n", frame);
}

// What a result is cast to before it goes into a poll type: pointers lose what they point to. A number in between loses `const`
// without -Wcast-qual.
const char *poll_cast(struct unit *u, struct type *result)
{
    struct type *t = type_plain(u, result);
    if (t->kind != TYPE_POINTER)
        return "";
    if (type_plain(u, t->base)->kind == TYPE_FUNCTION)
        return "(ac_any_function)";
    return type_quals(u, t->base) & (QUAL_CONST | QUAL_VOLATILE) ? "(void *)(__UINTPTR_TYPE__)" : "(void *)";
}

// ac_long ac_d1 = g(0, ac_task, 0, x);      never pending
static void lower_plain(struct lower *l, const struct point *p, const char *call, const char *args)
{
    bool in_frame;
    if (p->result && !p->is_dropped)
        buf_printf(l->out, "%s ac_d%u = ", poll_type_of(l->u, p->callee_type->base, &in_frame), p->number);
    else
        buf_puts(l->out, "(void)");
    buf_printf(l->out, "%s(0, ac_task, 0%s);\n", call, args);
}

// The callee takes over the frame. Of a result that nobody wants only is said whether it is pending.
static void lower_tail(struct lower *l, const struct point *p, const char *call, const char *args)
{
    struct unit *u = l->u;
    bool is_dropped = type_plain(u, l->a->result)->kind == TYPE_VOID && type_plain(u, p->callee_type->base)->kind != TYPE_VOID;
    buf_printf(l->out, is_dropped ? "return (ac_void){ .pending = %s(ac_frame, ac_task, 0%s).pending };\n"
                                  : "return %s(ac_frame, ac_task, 0%s);\n", call, args);
}

// A function that was entered without a frame needs one now. `fib_outside` makes it and goes on behind this, or it is made here.
static void enter(struct lower *l, const struct point *p)
{
    if (l->a->is_recursive)
        buf_printf(l->out, "if (!ac_self && !(ac_self = ac_frame_make(ac_task, sizeof *ac_self)))\n    %s\n", no_memory_text(l));
    else
        buf_printf(l->out, "if (!ac_self)\n    return %s;\n__coro_enter_%u:;\n", outside_call(l, enter_state(l->a, p)), p->number);
}

static void print_call(struct lower *l, const struct point *p, const char *poll, const char *call, const char *args)
{
    if (l->a->is_recursive && p->kind == CALLEE_OUTSIDE && p->callee == l->a->fn->symbol)
        buf_printf(l->out, "%s ac_r%u = %s_outside(ac_task%s);\n", poll, p->number, l->a->prefix, args);
    else
        buf_printf(l->out, "%s ac_r%u = %s(%s, ac_task, 0%s);\n", poll, p->number, call, given_frame(l, p), args);
}

void lower_point(struct lower *l, struct point *p, const char *call, const char *args)
{
    struct unit *u = l->u;
    if (p->is_plain) {
        lower_plain(l, p, call, args);
        return;
    }
    if (p->is_tail) {
        lower_tail(l, p, call, args);
        return;
    }
    bool in_frame = false, outside = p->kind == CALLEE_OUTSIDE;
    const char *poll = "ac_void", *child = child_text(l, p);
    if (p->enters)
        enter(l, p);
    if (p->kind == CALLEE_ALL)
        poll = "ac_int";
    else if (p->kind == CALLEE_ANY)
        poll = "ac_uint";
    else if (p->kind != CALLEE_HANDLE)
        poll = poll_type_of(u, p->callee_type->base, &in_frame);
    if (in_frame) {
        lower_result_in_frame(l, p, call, args);
        return;
    }
    print_call(l, p, poll, call, args);
    buf_printf(l->out, "if (ac_r%u.pending) {\n", p->number);
    if (point_is_fused(p)) {
        suspend_fused(l, p, call);
        buf_puts(l->out, "}\n");
        return;
    }
    suspend(l, p);
    if (is_late(l, p))
        buf_printf(l->out, "__coro_ended_%u:;\n", p->number);
    child = ended_child(l, p);
    bool has_value = p->result && !p->is_dropped && p->kind != CALLEE_HANDLE && p->kind != CALLEE_ALL;
    bool is_taken = has_value && outside && result_is_plain(u, p->callee_type->base);
    if (is_taken)
        buf_printf(l->out, "    ac_r%u.value = %s_take(ac_task, %s);\n", p->number, poll, child);
    else if (has_value)
        buf_printf(l->out, "    ac_r%u.value = %s%s;\n", p->number, poll_cast(u, p->callee_type->base),
                   l->gives_alike ? "ac_awaited" : result_text(l, p, child));
    if (outside && !is_taken)
        buf_printf(l->out, "    ac_frame_free(ac_task, %s);\n", child);
    if (p->kind == CALLEE_ANY)
        buf_printf(l->out, "    ac_r%u.value = ac_self->at%u.child.result;\n", p->number, p->number);
    buf_puts(l->out, "}\n");
    object_ended(l, p);
    if (p->kind == CALLEE_HANDLE)
        take_handle_result(l, p);
}

// --- children ---------------------------------------------------------------------------------------------------------------------------

static const char *child_bytes(struct lower *l, const struct point *p)
{
    struct unit *u = l->u;
    if (p->kind == CALLEE_LEAF)
        return arena_printf(&u->fn, "sizeof(%s)", p->child_type);
    if (p->kind == CALLEE_EMBEDDED && p->callee_async->fn->decl->span.lo <= l->a->fn->decl->span.lo)
        return arena_printf(&u->fn, "sizeof(%s)", p->callee_async->frame_type);
    if (p->kind == CALLEE_EMBEDDED)
        return arena_printf(&u->fn, "%llu", (unsigned long long)p->callee_async->frame_size);
    if (type_plain(u, p->callee_type->base)->kind == TYPE_VOID)
        return "sizeof(struct ac_node)";
    return arena_printf(&u->fn, "AC_RESULT_FRAME(%s)", c_decl(u, type_unqualified(u, p->callee_type->base), "", false));
}

//         ac_void ac_p1 = serve(ac_child_frame(ac_s1.task), ac_s1.task, 0, c);
void lower_child_call(struct lower *l, struct point *p, const char *frame, const char *task, const char *call, const char *args)
{
    struct unit *u = l->u;
    bool in_frame, outside = p->kind == CALLEE_OUTSIDE;
    struct type *result = p->callee_type->base;
    const char *poll = poll_type_of(u, result, &in_frame), *type = c_decl(u, type_unqualified(u, result), "", false);
    bool is_void = type_plain(u, result)->kind == TYPE_VOID;
    buf_printf(l->out, "    %s ac_p%u = %s(%s, %s, 0%s);\n", poll, p->number, call, outside ? "0" : frame, task, args);
    if (outside)
        buf_printf(l->out, "    if (ac_p%u.pending)\n        ac_suspend_outside((void *)ac_p%u.pending, %s, &%s_start%u);\n",
                   p->number, p->number, frame, l->a->prefix, p->number);
    if (!is_void && !in_frame)
        buf_printf(l->out, "    if (!ac_p%u.pending)\n        AC_RESULT(%s, %s) = ac_p%u.value;\n", p->number, frame, type,
                   p->number);
    if (in_frame && outside)
        buf_printf(l->out, "    if (!ac_p%u.pending) {\n        void *ac_c%u = ac_frame_taken(%s);\n"
                           "        AC_RESULT_COPY(%s, ac_c%u, %s);\n        ac_frame_free(%s, ac_c%u);\n    }\n",
                   p->number, p->number, task, frame, p->number, type, task, p->number);
}

// With a static place it is { ac_child_in(ac_task, &ac_self->children, &ac_self->start1.task) }, and there is one. With a handle
// the group is 0. Else
//
//     ac_handle ac_s1 = { ac_child(ac_task, &ac_self->children, sizeof(struct serve_frame)) };
//     if (ac_s1.task) {
//         ac_void ac_p1 = serve(ac_child_frame(ac_s1.task), ac_s1.task, 0, c);
//         ac_child_started(ac_s1.task, ac_p1.pending, 1);
//     }
void lower_start(struct lower *l, struct point *p, const char *call, const char *args)
{
    struct unit *u = l->u;
    const char *task = arena_printf(&u->arena, "ac_s%u.task", p->number);
    const char *frame = p->is_placed ? arena_printf(&u->arena, "&ac_self->start%u.frame", p->number)
                                     : arena_printf(&u->arena, "ac_child_frame(%s)", task);
    const char *group = p->is_dropped ? "&ac_self->children" : "0";
    const char *slot = p->is_placed ? "ac_self->start%u.task" : p->kind == CALLEE_OBJECT ? "ac_f%u->ac_slot" : NULL;
    if (slot)
        buf_printf(l->out, "ac_handle ac_s%u = { ac_child_in(ac_task, %s, &%s) };\n{\n", p->number, group,
                   arena_printf(&u->arena, slot, p->number));
    else
        buf_printf(l->out, "ac_handle ac_s%u = { ac_child(ac_task, %s, %s) };\nif (%s) {\n", p->number, group,
                   child_bytes(l, p), task);
    lower_child_call(l, p, frame, task, call, args);
    buf_printf(l->out, "    ac_child_started(%s, ac_p%u.pending, %d);\n}\n", task, p->number, p->is_dropped);
}
