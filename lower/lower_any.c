// `await any`: the arms are children, each a task of its own whose frame lies in the struct of the suspension point. They
// are entered in order; when one is ready at once, the later ones are not. Then ac_await_any waits for the first, cancels the
// others and waits for them, too: the only suspension point. What follows is a switch over the number of the arm.
//
//     await any {                          unsigned ac_any1 = 0;
//     case ssize_t n = await a(x):         {
//         use(n);                              ac_self->at1.arms[0] = ac_arm_begin(&ac_self->at1.arm1.task, ac_task);
//         break;                               ac_long ac_p1 = a(&ac_self->at1.arm1.frame, ac_self->at1.arms[0], 0, x);
//     case await b():                          if (!ac_p1.pending)
//         break;                                   AC_RESULT(&ac_self->at1.arm1.frame, ssize_t) = ac_p1.value;
//     }                                        ac_any1 = ac_p1.pending ? 0 : 1;
//                                     →    }
//                                          if (!ac_any1) { ... the same for b ... }
//                                          ac_uint ac_r1 = ac_await_any(&ac_self->at1.child, ac_task, 0, ac_self->at1.arms, 2, ac_any1);
//                                          if (ac_r1.pending) { ... }
//                                          switch (ac_r1.value) {
//                                          case 1: { ssize_t n = ac_self->at1.arm1.frame.result;
//                                              use(n);
//                                              break;
//                                          } case 2: default: {
//                                              break;
//                                          } }
//
// An arm that has ended has its result in its frame, also when it was ready at once. Arms that have lost assign what they
// were to assign in front of the switch, so that the arm that was selected is the last one to assign to an object. Those that
// were started are the first ac_self->at1.child.count.
#include "grammar.h"
#include "lower/ctype.h"
#include "lower/text.h"

// Where the arms are.
static const char *arms_text(struct lower *l, const struct any *any)
{
    return arena_printf(&l->u->arena, any->waits ? "ac_self->any%u" : "ac_self->at%u", any->point->number);
}

static const char *arm_task(struct lower *l, const struct point *p)
{
    return arena_printf(&l->u->arena, "%s.arms[%u]", arms_text(l, p->any), p->arm - 1);
}

static const char *arm_frame(struct lower *l, const struct point *p)
{
    return arena_printf(&l->u->arena, "%s.arm%u.frame", arms_text(l, p->any), p->arm);
}

static void start_arm(struct lower *l, struct point *p, const char *call, const char *args)
{
    uint32_t n = p->any->point->number;
    const char *task = arm_task(l, p), *frame = arena_printf(&l->u->arena, "&%s", arm_frame(l, p));
    if (p->kind == CALLEE_HANDLE) {
        buf_printf(l->out, "    %s = %s.task;\n    if (ac_arm_ended(%s))\n        ac_any%u = %u;\n", task, call, task, n, p->arm);
        return;
    }
    const char *slot = arena_printf(&l->u->arena, "%s.arm%u.task", arms_text(l, p->any), p->arm);
    if (p->kind == CALLEE_OBJECT) {
        slot = arena_printf(&l->u->arena, "ac_f%u->ac_slot", p->number);
        frame = arena_printf(&l->u->arena, "&ac_f%u->ac_frame", p->number);
    }
    buf_printf(l->out, "    %s = ac_arm_begin(&%s, ac_task);\n", task, slot);
    lower_child_call(l, p, frame, task, call, args);
    buf_printf(l->out, "    ac_any%u = ac_p%u.pending ? 0 : %u;\n", n, p->number, p->arm);
}

// The call of an arm has waited while those before ran: when one has ended by then, it is not started.
//
//     ac_any1 = ac_arms_ended(ac_self->any1.arms, 1), ac_count1 = 1;
//     if (!ac_any1) {
//         ac_count1 = 2;
//         ...
void lower_arm(struct lower *l, struct point *p, const char *call, const char *args)
{
    uint32_t n = p->any->point->number;
    bool waited = p->stmt->arm.waits && p->arm > 1;
    if (waited)
        buf_printf(l->out, "    ac_any%u = ac_arms_ended(%s.arms, %u), ac_count%u = %u;\n    if (!ac_any%u) {\n", n,
                   arms_text(l, p->any), p->arm - 1, n, p->arm - 1, n);
    if (p->any->waits)
        buf_printf(l->out, "    ac_count%u = %u;\n", n, p->arm);
    start_arm(l, p, call, args);
    if (waited)
        buf_puts(l->out, "    }\n");
}

const char *arm_value(struct lower *l, const struct point *p)
{
    struct unit *u = l->u;
    struct type *t = p->await->type;
    if (type_plain(u, t)->kind == TYPE_VOID)
        return "(void)0";
    if (p->kind == CALLEE_HANDLE || p->kind == CALLEE_OBJECT)
        return p->result ? p->result->value : "(void)0";
    if (p->kind == CALLEE_EMBEDDED && p->child_type && !is_loose(u, t))
        return arena_printf(&u->arena, "%s.result", arm_frame(l, p));
    return arena_printf(&u->arena, "AC_RESULT(&%s, %s)", arm_frame(l, p), c_decl(u, type_unqualified(u, t), "", false));
}

static void start_arms(struct lower *l, const struct any *any)
{
    uint32_t n = any->point->number;
    buf_printf(l->out, any->waits ? "unsigned ac_any%u = 0, ac_count%u;\n" : "unsigned ac_any%u = 0;\n", n, n);
    for (struct point *p = any->arms; p; p = p->next_in_region) {
        if (p->arm == 1)
            buf_puts(l->out, "{\n");
        else
            buf_printf(l->out, "if (!ac_any%u) {\n", n);
        buf_puts(l->out, full_before(l, p->await));
        buf_puts(l->out, "}\n");
    }
}

// "if (it was started) " for an arm; the first one always was.
static const char *if_started(struct lower *l, const struct point *p)
{
    return p->arm == 1 ? "" : arena_printf(&l->u->arena, "if (ac_self->at%u.child.count >= %u)\n    ", p->any->point->number, p->arm);
}

static bool is_taken(const struct point *p)
{
    return (p->kind == CALLEE_HANDLE || p->kind == CALLEE_OBJECT) && p->result && !p->is_dropped;
}

// The value of an arm that may not have been started: compilers do not see that nobody asks for it.
static const char *not_started(struct lower *l, const struct point *p)
{
    if (p->arm == 1)
        return "";
    return arm_gives_canceled(l->u, p->stmt) ? " = -AC_ECANCELED" : type_is_scalar(l->u, p->result->type) ? " = 0" : "";
}

// The results of children with handles and of frame objects, whose life ends here.
static void take_results(struct lower *l, const struct any *any)
{
    for (const struct point *p = any->arms; p; p = p->next_in_region) {
        if (p->kind != CALLEE_HANDLE && p->kind != CALLEE_OBJECT)
            continue;
        const char *task = arm_task(l, p), *end = p->kind == CALLEE_HANDLE ? "ac_child_free" : "ac_arm_end";
        if (is_taken(p)) {
            buf_printf(l->out, "%s%s;\n", temp_text(l, p->result), not_started(l, p));
            buf_printf(l->out, "%s%s;\n", if_started(l, p),
                       c_assign(l->u, p->result->type, p->result->name, handle_result(l, p, task)));
        }
        buf_printf(l->out, "%s%s(%s);\n", if_started(l, p), end, task);
    }
}

static void assign_losers(struct lower *l, const struct any *any)
{
    uint32_t n = any->point->number;
    for (const struct point *p = any->arms; p; p = p->next_in_region) {
        struct expr *place = arm_place(p->stmt);
        if (!place)
            continue;
        const char *to = lower_rest(l, place), *value = lower_rest(l, p->await);
        if (p->arm == 1 || (is_taken(p) && arm_gives_canceled(l->u, p->stmt)))
            buf_printf(l->out, "if (ac_r%u.value != %u)\n    %s = %s;\n", n, p->arm, to, value);
        else if (arm_gives_canceled(l->u, p->stmt))
            buf_printf(l->out, "if (ac_r%u.value != %u)\n    %s = ac_self->at%u.child.count >= %u ? %s : -AC_ECANCELED;\n", n, p->arm,
                       to, n, p->arm, value);
        else
            buf_printf(l->out, "if (ac_r%u.value != %u && ac_self->at%u.child.count >= %u)\n    %s = %s;\n", n, p->arm, n, p->arm,
                       to, value);
    }
}

// In front of the switch, where the statements of the arm are also those of others. The last one to assign.
static void assign_selected(struct lower *l, const struct any *any)
{
    for (const struct point *p = any->arms; p; p = p->next_in_region)
        if (p->is_fallen_into && arm_place(p->stmt))
            buf_printf(l->out, "if (ac_r%u.value == %u)\n    %s = %s;\n", any->point->number, p->arm,
                       lower_rest(l, arm_place(p->stmt)), lower_rest(l, p->await));
}

static bool has_default(const struct stmt *arm)
{
    while (arm && arm->kind != STMT_DEFAULT)
        arm = arm->next;
    return arm;
}

// One of the arms is selected. So that compilers know it, too, the last one is what is left: where all arms return, control does not
// get behind them.
void arm_open(struct unit *u, const struct stmt *any, const struct stmt *arm, struct span label, const char *text,
              const char *binding)
{
    const struct stmt *first = any->await_any.body->block.items;
    const char *rest = arm->next || has_default(first) ? "" : " default:";
    edit_replace(u, label, arena_printf(&u->arena, "%s%s%s {%s", arm == first ? "" : "} ", text, rest, binding));
}

void arms_close(struct unit *u, const struct stmt *any)
{
    const struct stmt *first = any->await_any.body->block.items;
    for (const struct stmt *i = first; i; i = i->next)
        if (i->kind == STMT_DEFAULT)
            arm_open(u, any, i, (struct span){ i->span.lo, i->span.lo + 2 }, "default:", "");
    if (first)
        edit_replace(u, (struct span){ any->span.hi - 1, any->span.hi }, "} }");
}

// `case T n = await f(x):`   →   `case 1: { T n = <its result>;`
// `case n = await f(x):`     →   `case 1: { n = <its result>;`
//                            →   `case 1: {`      where the statements above fall into it
static void lower_label(struct lower *l, const struct stmt *any, const struct point *p)
{
    struct unit *u = l->u;
    const struct stmt *s = p->stmt;
    const char *binding = "";
    if (arm_place(s)) {
        binding = p->is_fallen_into ? "" : arena_printf(&u->arena, " %s = %s;", lower_rest(l, arm_place(s)), lower_rest(l, p->await));
    } else if (s->arm.decl) {
        struct declarator *d = arm_declarator(s);
        const struct local *v = d->symbol->local;
        binding = v && v->class == LOCAL_RESIDENT
                      ? arena_printf(&u->arena, " %s", resident_init(l, v, d))
                      : arena_printf(&u->arena, " %s %s;", edit_render(u, s->arm.decl->specs),
                                     edit_render(u, (struct span){ d->span.lo, d->init->span.hi }));
        const char *cleanups = take_cleanups(l, s->arm.decl);
        binding = *cleanups ? arena_printf(&u->arena, "%s\n%s", binding, cleanups) : binding;
    }
    arm_open(u, any, s, (struct span){ s->span.lo, arm_colon(s) + 1 }, arena_printf(&u->arena, "case %u:", p->arm), binding);
}

const char *lower_any(struct lower *l, struct stmt *s)
{
    struct unit *u = l->u;
    const struct any *any = l->a->anys;
    struct buf out = {0}, *outer = l->out;
    while (any->stmt != s)
        any = any->next;
    uint32_t n = any->point->number, count = any->arm_count;
    l->out = &out;
    start_arms(l, any);
    const char *chosen = arena_printf(&u->arena, any->has_default ? "ac_any%u ? ac_any%u : %u" : "ac_any%u", n, n, count + 1);
    const char *started = arena_printf(&u->arena, any->waits ? "ac_count%u" : "%u", any->waits ? n : count);
    lower_point(l, any->point, any->waits ? "ac_await_started" : "ac_await_any",
                arena_printf(&u->arena, ", %s.arms, %s, %s", arms_text(l, any), started, chosen));
    take_results(l, any);
    assign_losers(l, any);
    assign_selected(l, any);
    l->out = outer;
    edit_replace(u, (struct span){ s->span.lo, s->await_any.body->span.lo }, arena_printf(&u->arena, "switch (ac_r%u.value)", n));
    for (const struct point *p = any->arms; p; p = p->next_in_region)
        lower_label(l, s, p);
    arms_close(u, s);
    for (struct stmt *i = s->await_any.body->block.items; i; i = i->next)
        lower_stmt(l, i, true);
    return buf_keep(&u->arena, &out);
}
