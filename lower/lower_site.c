// Around a function: how it is entered without a frame, what resumes it, and the links of what it waits for.
//
//     static struct ac_node *echo_resume_1(struct ac_node *ac_done, struct ac_task *ac_task)
//     { return echo_resume(AC_PARENT(ac_done, struct echo_frame, at1.child), ac_task, ac_done->up->point); }
//     static const struct ac_link echo_at1 = { echo_resume_1, "echo", "echo.ac", 9, 0, 1, AC_OFFSET(struct echo_frame, at1.child), 0, 0 };
//     static const struct ac_link echo_at2 = { echo_resume_1, "echo", "echo.ac", 12, 0, 2, AC_OFFSET(struct echo_frame, at2.child), 0, 0 };
//
// Where a frame begins is a constant in a site function, since all that is loaded then waits for it. So points whose callees lie at
// one offset share theirs, and the number of the point, which nothing waits for but the jump to it, comes from the link.
//
// Those of a fused function (fuse.c) stand behind the function whose machine it is part of. Their last member is the link of the call
// of that function, which nothing waits with: a backtrace goes on there.
#include <string.h>

#include "lower/ctype.h"
#include "lower/text.h"
#include "parser/build.h"

// --- entering without a frame -----------------------------------------------------------------------------------------------------------

// Parameters like the function's, under names that no type of them mentions: what needs others is passed as void *. ", long ac_1"
static const char *numbered_params(struct lower *l)
{
    struct unit *u = l->u;
    struct buf out = {0};
    uint32_t n = 0;
    for (const struct param *p = l->a->fn->type->function.params; p; p = p->next) {
        struct type *t = type_unqualified(u, param_type(u, p));
        if (type_plain(u, t)->kind == TYPE_VOID)
            continue;
        const char *name = arena_printf(&u->arena, "ac_%u", ++n);
        bool is_bytes;
        const char *attribute = p->is_noescape ? "__attribute__((AC_NOESCAPE)) " : "";
        buf_printf(&out, ", %s%s", attribute, c_argument(u, stored_type(u, t, &is_bytes), name));
    }
    return buf_keep(&u->fn, &out);
}

// ", ac_1, ac_2"
static const char *numbered_arguments(struct lower *l)
{
    struct buf out = {0};
    uint32_t n = 0;
    for (const struct param *p = l->a->fn->type->function.params; p; p = p->next)
        if (type_plain(l->u, p->type)->kind != TYPE_VOID)
            buf_printf(&out, ", ac_%u", ++n);
    return buf_keep(&l->u->fn, &out);
}

// It has the function's parameters, so that it is reached by a jump.
static void outside_head(struct lower *l, struct buf *out)
{
    buf_printf(out, "AC_APART_ENTRY %s %s_outside(void *ac_frame, struct ac_task *ac_task, unsigned ac_point%s)", l->a->poll_type,
               l->a->prefix, numbered_params(l));
}

// What becomes of the frame: it is the caller's to free when the call waits, or has its result in it.
static void outside_enter(struct lower *l, const char *call, struct buf *out)
{
    const struct async *a = l->a;
    if (!a->result_in_frame && !a->has_tails) {
        buf_printf(out, "    return %s_entered(%s, ac_task, ac_frame);\n", a->poll_type, call);
        return;
    }
    buf_printf(out, "    %s ac_r = %s;\n    if (!ac_r.pending)\n        %s(ac_task, ac_frame);\n", a->poll_type, call,
               a->result_in_frame ? "ac_frame_give" : "ac_frame_free");
    if (a->has_tails)               // what waits in its place need not know of whom
        buf_puts(out, "    else\n        ac_r.pending = AC_WAITS(ac_frame);\n");
    buf_puts(out, "    return ac_r;\n");
}

static void outside_print(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    outside_head(l, out);
    buf_printf(out, "\n{\n    ac_frame = ac_frame_make(ac_task, sizeof(%s));\n    if (!ac_frame)\n        %s\n", a->frame_type,
               no_memory_text(l));
    const char *entered = a->is_late ? machine_name(l->u, a) : a->name;
    outside_enter(l, arena_printf(&l->u->fn, "%s(ac_frame, ac_task, ac_point%s)", entered, numbered_arguments(l)), out);
    buf_puts(out, "}\n");
}

// --- entering a function that stands twice ----------------------------------------------------------------------------------------------

// "ac_long walk(void *ac_frame, ...)", which everybody calls, and "static ac_long walk_outside(...)", which the function itself does.
static void twice_head(struct lower *l, bool is_outside, struct buf *out)
{
    const struct async *a = l->a;
    const char *storage = is_outside || a->is_static ? "static " : "";
    buf_printf(out, function_is_apart(a) ? "__attribute__((__noinline__)) %s%s " : "%s%s ", storage, a->poll_type);
    if (is_outside)
        buf_printf(out, "%s_outside(struct ac_task *ac_task%s)", a->prefix, numbered_params(l));
    else
        buf_printf(out, "%s(void *ac_frame, struct ac_task *ac_task, unsigned ac_point%s)", a->fn->symbol->name->text, numbered_params(l));
}

static void twice_declare(struct lower *l, struct buf *out)
{
    if (l->a->is_recursive) {
        twice_head(l, true, out);
        buf_puts(out, ";\n");
    }
    if (!l->a->is_static)
        return;                     // by interface.c
    twice_head(l, false, out);
    buf_puts(out, ";\n");
}

static void twice_print(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    const char *arguments = numbered_arguments(l);
    twice_head(l, true, out);
    buf_printf(out, "\n{\n    return %s(0, ac_task, 0%s);\n}\n", machine_name(l->u, a), arguments);
    twice_head(l, false, out);
    buf_printf(out, "\n{\n    if (!ac_frame)\n        return %s_outside(ac_task%s);\n", a->prefix, arguments);
    buf_printf(out, "    %s *ac_done = (void *)%s_resume(ac_frame, ac_task, ac_point%s);\n", a->frame_type, a->prefix, arguments);
    if (strcmp(a->poll_type, "ac_void") == 0)
        buf_puts(out, "    return (ac_void){ .pending = ac_done ? 0 : AC_WAITS(ac_frame) };\n}\n");
    else
        buf_printf(out, "    return ac_done ? (%s){ %sac_done->result, 0 } : (%s){ .pending = AC_WAITS(ac_frame) };\n}\n", a->poll_type,
                   poll_cast(l->u, a->result), a->poll_type);
}

// AC_ENTRY(ac_long echo(void *ac_frame, ..., int ac_1), AC_MACHINE(echo)(ac_frame, ac_task, 0, ac_1))
static void entry_print(struct lower *l, struct buf *out)
{
    buf_puts(out, "AC_ENTRY(");
    twice_head(l, false, out);
    buf_printf(out, ", %s(ac_frame, ac_task, 0%s))\n", machine_name(l->u, l->a), numbered_arguments(l));
}

// --- links and sites ---------------------------------------------------------------------------------------------------------------

static void start_declare(const struct async *a, const struct point *p, struct buf *out)
{
    if (p->kind == CALLEE_OUTSIDE)
        buf_printf(out, "static const struct ac_link %s_start%u;\n", a->prefix, p->number);
}

void links_declare(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    const char *before = "static const struct ac_link ";
    for (uint32_t i = 0; i < a->point_count; i++) {
        if (point_is_fused(a->points[i]) || a->points[i]->is_tail || !a->points[i]->is_reachable)
            continue;
        buf_printf(out, "%s%s_at%u", before, a->prefix, i + 1);
        before = ", ";
    }
    if (*before == ',')
        buf_puts(out, ";\n");
    for (const struct point *p = a->starts; p; p = p->next_in_region)
        start_declare(a, p, out);
    for (const struct any *any = a->anys; any; any = any->next)
        for (const struct point *p = any->arms; p; p = p->next_in_region)
            start_declare(a, p, out);
    if (has_outside(a)) {
        outside_head(l, out);
        buf_puts(out, ";\n");
    }
    if (a->is_twice)
        twice_declare(l, out);
}

static const char *file_literal(struct unit *u, const struct point *p, uint32_t *line)
{
    const struct token *t = &u->tokens[p->at.lo];
    struct buf out = {0};
    *line = t->line;
    buf_put_literal(&out, u->files[t->file].path, strlen(u->files[t->file].path));
    return buf_keep(&u->arena, &out);
}

// Where something that a function awaits leads when it is done. Outlives the function, whose machine may be a caller's.
struct site {
    struct site *next;
    const char *prefix;         // of the function that awaits
    uint32_t number, state;     // of its point; by which the machine is resumed
    const char *part;           // the member of the machine's frame that is the function's, with a `.`; "": all of it
    const char *function, *file;
    uint32_t line;
    const char *frame;          // the type of the function's frame
    bool has_group;
    const struct site *caller;  // of a fused function: the call of it
    bool is_outside;
    bool is_call;               // of a fused function: nothing leads here
    bool is_unreachable;        // fused, and its caller never comes to the call
    uint64_t offset;            // of the awaited frame in the machine's; outside: of the function's own
    struct site *shared;        // the first one that resumes the machine from the same offset, in the machine at hand
    uint32_t sharers;           // how many do; of that one
};

static struct site *site_add(struct unit *u, struct async *a, struct site site)
{
    struct site *s = NEW(&u->arena, struct site);
    *s = site;
    s->next = NULL;
    if (!a->sites)
        a->last_site = &a->sites;
    *a->last_site = s;
    a->last_site = &s->next;
    return s;
}

static const struct site *own_add(struct unit *u, struct async *a, const struct point *p)
{
    uint32_t line;
    const char *file = file_literal(u, p, &line);
    bool is_outside = p->kind == CALLEE_OUTSIDE || p->kind == CALLEE_OBJECT;
    return site_add(u, a, (struct site){ .prefix = a->prefix, .number = p->number, .state = p->state, .part = "",
                                         .function = a->fn->symbol->name->text, .file = file, .line = line, .frame = a->frame_type,
                                         .has_group = a->has_group, .is_outside = is_outside, .is_call = point_is_fused(p),
                                         .offset = is_outside ? 0 : p->child_offset });
}

// Those of the callee that is fused into the function at this point, behind that of its call.
static void fused_add(struct unit *u, struct async *a, const struct point *p)
{
    const struct site *inner = p->callee_async->sites, *call = inner ? own_add(u, a, p) : NULL;
    for (; inner; inner = inner->next) {
        struct site *s = site_add(u, a, *inner);
        s->state += p->state - 1;
        s->caller = inner->caller ? inner->caller : call;
        s->is_unreachable |= !p->is_reachable;
        s->part = arena_printf(&u->arena, "at%u.child.%s", p->number, inner->part);
        s->offset += p->child_offset;
    }
}

// Those of the function's own points, and those of the callees that are fused into it.
static void sites_collect(struct lower *l)
{
    const struct async *a = l->a;
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        if (point_is_fused(p) && !p->is_tail)
            fused_add(l->u, l->a, p);
        else if (p->is_reachable && !p->is_tail)
            own_add(l->u, l->a, p);
    }
}

// Whether something that is awaited leads there.
static bool site_resumes(const struct site *s)
{
    return !s->is_unreachable && !s->is_call;
}

static const char *site_frame(struct lower *l, const struct site *s)
{
    struct unit *u = l->u;
    const char *frame = l->a->frame_type;
    if (!s->is_outside)
        return arena_printf(&u->fn, "AC_PARENT(ac_done, %s, %sat%u.child)", frame, s->part, s->number);
    if (!*s->part)
        return "ac_frame_outside(ac_done)->parent";
    return arena_printf(&u->fn, "AC_PARENT(ac_frame_outside(ac_done)->parent, %s, %.*s)", frame, (int)strlen(s->part) - 1, s->part);
}

// Which of the sites that resume the machine do so from the same offset; gives the number of offsets.
static uint32_t sites_share(struct async *a)
{
    uint32_t count = 0;
    for (struct site *s = a->sites; s; s = s->next) {
        struct site *first = a->sites;
        s->shared = NULL;
        if (!site_resumes(s))
            continue;
        while (first != s && (!site_resumes(first) || first->is_outside != s->is_outside || first->offset != s->offset))
            first = first->next;
        count += first == s;
        s->shared = first;
        s->sharers = first == s ? 1 : 0;
        first->sharers += first != s;
    }
    return count;
}

static void link_print(struct unit *u, const struct site *s, const char *resume, struct buf *out)
{
    const char *offset = s->is_outside ? "0" : arena_printf(&u->fn, "AC_OFFSET(%s, at%u.child)", s->frame, s->number);
    const char *group = s->has_group ? arena_printf(&u->fn, "1 + AC_OFFSET(%s, children)", s->frame) : "0";
    const char *caller = s->caller ? arena_printf(&u->fn, "&%s_at%u", s->caller->prefix, s->caller->number) : "0";
    buf_printf(out, "static const struct ac_link %s_at%u = { %s, \"%s\", %s, %u, %d, %u, %s, %s, %s };\n", s->prefix, s->number, resume,
               s->function, s->file, s->line, s->is_outside, s->is_call ? 0 : s->state, offset, group, caller);
}

static void site_print(struct lower *l, const struct site *s, struct buf *out)
{
    const char *resume = "0";                           // an unreachable one: nor is the function ever called
    const struct site *shared = s->shared;
    if (shared)
        resume = arena_printf(&l->u->fn, "%s_resume_%u", shared->prefix, shared->number);
    if (shared == s) {
        const char *point = s->sharers > 1 ? "ac_done->up->point" : arena_printf(&l->u->fn, "%u", s->state);
        buf_printf(out, "static struct ac_node *%s(struct ac_node *ac_done, struct ac_task *ac_task) { "
                        "return %s_resume(%s, ac_task, %s%s); }\n", resume, l->a->prefix, site_frame(l, s), point,
                   l->a->is_recursive ? arguments_again(l, l->a, "ac_done") : "");
    }
    link_print(l->u, s, resume, out);
}

// A function with so many sites is not copied into what resumes it: there a call is smaller.
enum { MANY_SITES = 4 };

static bool has_many_sites(const struct async *a)
{
    int count = 0;
    for (const struct site *s = a->sites; s && count < MANY_SITES; s = s->next)
        count += !s->is_call;
    return count == MANY_SITES;
}

// Whether a frame that it waits for lies outside of its own. In any recursion one does: there the executor goes on with who waits for the
// function, so that the C stack gets no deeper than frames lie in each other.
static bool waits_outside(const struct async *a)
{
    for (const struct site *s = a->sites; s; s = s->next)
        if (s->is_outside)
            return true;
    return false;
}

// The site by which a function goes on in its own frame when one outside of it is done; NULL: there is none.
static const struct site *outside_site(const struct async *a)
{
    const struct site *s = a->sites;
    while (s && (s->shared != s || !s->is_outside || *s->part))
        s = s->next;
    return s;
}

static void result_keep(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    if (strcmp(a->poll_type, "ac_void") == 0)
        return;
    bool is_function = strcmp(a->poll_type, "ac_fptr") == 0;
    buf_printf(out, "    %s = %s%s%sac_r.value;\n", result_place(l), is_function ? "(" : "",
               is_function ? "__typeof__(ac_self->result)" : "", is_function ? ")" : "");
}

// In a recursion, who waits for the function is mostly the function itself: then the same activation of the text goes on with it. At the
// point 0 nobody has waited yet.
static void recursion_resume_print(struct lower *l, const char *call, const struct site *site, struct buf *out)
{
    const struct async *a = l->a;
    buf_printf(out, "    for (;;) {\n    %s ac_r = %s;\n    if (ac_r.pending)\n        return 0;\n", a->poll_type, call);
    result_keep(l, out);
    buf_printf(out, "    if (!ac_point || ac_self->node.up->resume != %s_resume_%u)\n        return &ac_self->node;\n",
               site->prefix, site->number);
    buf_printf(out, "    ac_point = ac_self->node.up->point, ac_self = ac_frame_outside(ac_self)->parent;\n    }\n");
}

static void resume_print(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    const char *point = a->is_twice && !a->is_recursive ? "ac_resumed(ac_point)" : "ac_point";
    const char *call = arena_printf(&l->u->fn, "%s(ac_self, ac_task, %s%s)", machine_name(l->u, a), point,
                                    a->is_recursive ? numbered_arguments(l) : arguments_again(l, a, "ac_self"));
    const struct site *again = a->is_recursive ? outside_site(a) : NULL;
    if (again) {
        recursion_resume_print(l, call, again, out);
        return;
    }
    if (has_many_sites(a) && result_is_plain(l->u, a->result)) {
        buf_printf(out, "    return %s_ended(%s, ac_self);\n", a->poll_type, call);
        return;
    }
    buf_printf(out, "    %s ac_r = %s;\n    if (ac_r.pending)\n        return 0;\n", a->poll_type, call);
    result_keep(l, out);
    buf_puts(out, waits_outside(a) ? "    return &ac_self->node;\n" : "    return ac_resume_caller(&ac_self->node, ac_task);\n");
}

// What resumes the function, and the sites that lead to it: none does where control gets to no await.
static void machine_print(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    uint32_t count = sites_share(l->a);
    const struct site *again = a->is_recursive ? outside_site(a) : NULL;
    if (again)
        buf_printf(out, "static struct ac_node *%s_resume_%u(struct ac_node *ac_done, struct ac_task *ac_task);\n", again->prefix,
                   again->number);
    if (count) {
        buf_printf(out, "%s struct ac_node *%s_resume(%s *ac_self, struct ac_task *ac_task, unsigned ac_point%s)\n{\n",
                   a->is_recursive ? "AC_APART_RESUMED" : count > 1 ? "AC_APART" : "static", a->prefix, a->frame_type,
                   a->is_recursive ? numbered_params(l) : "");
        resume_print(l, out);
        buf_puts(out, "}\n");
    }
    for (const struct site *s = a->sites; s; s = s->next)
        site_print(l, s, out);
}

static void start_print(struct lower *l, const struct point *p, struct buf *out)
{
    struct unit *u = l->u;
    uint32_t line;
    if (p->kind != CALLEE_OUTSIDE)
        return;
    const char *file = file_literal(u, p, &line), *f = l->a->prefix;
    struct type *t = p->callee_type->base;
    buf_printf(out, "static struct ac_node *%s_started_%u(struct ac_node *ac_done, struct ac_task *ac_task)\n{\n"
                    "    void *ac_child = ac_frame_outside(ac_done)->parent;\n", f, p->number);
    if (type_plain(u, t)->kind != TYPE_VOID) {
        const char *type = c_decl(u, type_unqualified(u, t), "", true);
        buf_printf(out, "    AC_RESULT_COPY(ac_child, ac_done, %s);\n", type);
    }
    buf_printf(out, "    ac_frame_free(ac_task, ac_done);\n    return ac_child;\n}\n"
                    "static const struct ac_link %s_start%u = { %s_started_%u, \"%s\", %s, %u, 1, 0, 0, 0, 0 };\n",
               f, p->number, f, p->number, l->a->fn->symbol->name->text, file, line);
}

static void links_print_named(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    if (has_outside(a))
        outside_print(l, out);
    sites_collect(l);
    if (a->suspends && !a->fused_into)
        machine_print(l, out);
    if (a->is_recursive)
        twice_print(l, out);
    else if (a->is_twice)
        entry_print(l, out);
    for (const struct point *p = a->starts; p; p = p->next_in_region)
        start_print(l, p, out);
    for (const struct any *any = a->anys; any; any = any->next)
        for (const struct point *p = any->arms; p; p = p->next_in_region)
            start_print(l, p, out);
}

// Who defines a function that is deprecated does not want to be told where generated code calls it.
void links_print(struct lower *l, struct buf *out)
{
    bool is_deprecated = attr_find(l->a->fn->symbol->attrs, "deprecated");
    if (is_deprecated)
        buf_puts(out, "_Pragma(\"GCC diagnostic push\") _Pragma(\"GCC diagnostic ignored \\\"-Wdeprecated-declarations\\\"\")\n");
    links_print_named(l, out);
    if (is_deprecated)
        buf_puts(out, "_Pragma(\"GCC diagnostic pop\")\n");
}
