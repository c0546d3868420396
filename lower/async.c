#define _GNU_SOURCE             // memmem
#include "lower/async.h"

#include <stdlib.h>
#include <string.h>

#include "lower/lower.h"
#include "lower/walk.h"
#include "parser/build.h"

struct hoist *hoist_of(struct unit *u, const struct expr *e)
{
    return &u->lowering->hoists[e->id - u->lowering->first_hoist];
}

struct async *async_of(struct unit *u, const struct function *f)
{
    return u->lowering->by_function[f->index];
}

// --- names and types of generated code -----------------------------------------------------------------------------------------

const char *fresh_name(struct unit *u, const char *base)
{
    uint32_t count = u->names.count;
    struct name *first = name_of_text(&u->names, base);
    if (u->names.count > count)
        return base;
    for (uint32_t n = first->fresh ? first->fresh + 1 : 2;; n++) {
        const char *name = arena_printf(&u->arena, "%s_%u", base, n);
        count = u->names.count;
        name_of_text(&u->names, name);
        first->fresh = n;
        if (u->names.count > count)
            return name;
    }
}

bool type_is_local(struct unit *u, struct type *t)
{
    for (;;) {
        t = type_plain(u, t);
        switch (t->kind) {
        case TYPE_POINTER:
        case TYPE_ARRAY:
        case TYPE_VECTOR:
        case TYPE_COMPLEX:
            t = t->base;
            continue;
        case TYPE_FUNCTION:
            for (struct param *p = t->function.params; p; p = p->next)
                if (type_is_local(u, p->type))
                    return true;
            t = t->base;
            continue;
        case TYPE_STRUCT:
        case TYPE_UNION:
        case TYPE_ENUM:
            return t->tag->scope_depth > 0;
        default:
            return false;
        }
    }
}

// --- callees ---------------------------------------------------------------------------------------------------------------------

static struct symbol *direct_callee(struct expr *callee)
{
    struct expr *e = expr_bare(callee);
    bool is_function = e->kind == EXPR_NAME && e->name.symbol && e->name.symbol->kind == SYMBOL_FUNCTION;
    return is_function ? e->name.symbol : NULL;
}

static struct type *function_type(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    return t->kind == TYPE_POINTER ? type_plain(u, t->base) : t;
}

void callee_classify(struct unit *u, struct async *a, struct point *p, struct expr *callee)
{
    struct symbol *s = direct_callee(callee);
    p->callee = s;
    p->callee_type = function_type(u, callee->type);
    p->kind = CALLEE_OUTSIDE;
    if (!s)
        return;
    bool is_here = s->is_defined && s->function;
    struct type *leaf = is_here ? NULL : declared_frame(s);
    if (leaf) {
        p->kind = CALLEE_LEAF;
        p->child_type = type_text(u, leaf, "", true);
        p->child_size = type_size(u, leaf);
        p->child_align = type_align(u, leaf);
        return;
    }
    struct async *g = is_here ? async_of(u, s->function) : NULL;
    if (!g || (a && g->order >= a->order))
        return;
    p->kind = CALLEE_EMBEDDED;
    p->callee_async = g;
}

bool function_is_internal(const struct unit *u, const struct symbol *s)
{
    if (s->storage == STORAGE_STATIC || !s->function || !s->is_inline)
        return s->storage == STORAGE_STATIC;
    const struct decl *definition = s->function->decl;
    bool is_gnu = attr_find(s->attrs, "gnu_inline") || macro_find(u, "__GNUC_GNU_INLINE__");
    return is_gnu ? definition->is_inline && definition->storage == STORAGE_EXTERN : !s->has_extern;
}

bool function_is_exported(const struct async *a)
{
    const struct symbol *s = a->fn->symbol;
    return s->storage != STORAGE_STATIC && !s->is_inline && !a->is_main;
}

void point_all(struct unit *u, struct point *p)
{
    p->kind = CALLEE_ALL;
    p->child_type = "struct ac_join_all_frame";
    // { node, int, wait { node, cancel }, group, task }: six words, the int padded to one
    p->child_size = 6u * u->target->size_pointer;
    p->child_align = u->target->size_pointer;
}

void point_drop(struct unit *u, struct point *p)
{
    point_all(u, p);
    p->is_drop = true;
    p->child_type = "struct ac_drop_frame";
    p->child_size += 3u * u->target->size_pointer;      // a group: two pointers, and an int padded to one
}

void point_any(struct unit *u, struct point *p)
{
    p->kind = CALLEE_ANY;
    p->child_type = "struct ac_any_frame";
    // { node, result, count, wait { node, cancel }, arms, chosen, at }: two words, and eight times 32 bits or pointers
    p->child_size = 4u * u->target->size_pointer + 4u * 4u;
    p->child_align = u->target->size_pointer;
}

// --- the arms of await any ---------------------------------------------------------------------------------------------------------

struct declarator *arm_declarator(const struct stmt *arm)
{
    return arm->arm.decl ? arm->arm.decl->declarators : NULL;
}

struct expr *arm_place(const struct stmt *arm)
{
    struct expr *e = arm->arm.expr;
    return e && expr_bare(e)->kind == EXPR_ASSIGN ? expr_bare(e)->assign.lhs : NULL;
}

struct expr *arm_await(const struct stmt *arm)
{
    struct expr *e = arm->arm.decl ? arm_declarator(arm)->init : arm->arm.expr;
    e = expr_bare(e);
    return e->kind == EXPR_ASSIGN ? expr_bare(e->assign.rhs) : e;
}

uint32_t arm_colon(const struct stmt *arm)
{
    return arm->arm.decl ? arm->arm.decl->span.hi : arm->arm.expr->span.hi;
}

bool arm_gives_canceled(struct unit *u, const struct stmt *arm)
{
    enum type_kind kind = type_plain(u, arm_await(arm)->type)->kind;
    return kind == TYPE_SCHAR || kind == TYPE_SHORT || kind == TYPE_INT || kind == TYPE_LONG || kind == TYPE_LLONG
           || kind == TYPE_INT128;
}

// --- the async functions of the unit, callees first ------------------------------------------------------------------------------

struct collect {
    struct walk walk;
    struct unit *u;
    struct async *caller;           // NULL: outside of async functions
    struct expr *called;            // a name that is called, not used as a value
};

static void visit_async(struct unit *u, struct async *a);

static void collect_callee(struct collect *c, const struct function *callee)
{
    struct async *g = async_of(c->u, callee);
    if (g->visiting)
        g->may_be_outside = true;
    else if (!g->done)
        visit_async(c->u, g);
}

struct reach {
    struct walk walk;
    struct unit *u;
    bool found;
};

static void reach(struct reach *r, struct async *g);

static void reach_expr(struct walk *w, struct expr *e)
{
    struct reach *r = (struct reach *)w;
    struct expr *call = e->kind == EXPR_AWAIT ? expr_bare(e->await.operand) : NULL;
    struct symbol *s = call && call->kind == EXPR_CALL ? direct_callee(call->call.callee) : NULL;
    struct async *g = s && s->function ? async_of(r->u, s->function) : NULL;
    if (g)
        reach(r, g);
}

static void reach(struct reach *r, struct async *g)
{
    r->found |= g->visiting;
    if (g->visiting || g->done || g->searched == r->u->lowering->searches)
        return;
    g->searched = r->u->lowering->searches;
    walk_stmt(&r->walk, g->fn->body);
}

// Whether what g awaits leads back to a function that is looked at: then g comes after that one, whose frame lies in its own.
static bool leads_back(struct unit *u, struct async *g)
{
    struct reach r = {{.expr = reach_expr}, u, false};
    u->lowering->searches++;
    reach(&r, g);
    return r.found;
}

// The frame of a child is best laid out before that of its parent, where it may have its place.
static void collect_started(struct collect *c, const struct function *callee)
{
    struct async *g = async_of(c->u, callee);
    if (!g->done && !g->visiting && !leads_back(c->u, g))
        visit_async(c->u, g);
}

static void note_use(const struct collect *c, const struct symbol *s)
{
    struct async *g = s && s->kind == SYMBOL_FUNCTION && s->function ? async_of(c->u, s->function) : NULL;
    if (g)
        g->is_used |= g != c->caller;
}

static void collect_expr(struct walk *w, struct expr *e)
{
    struct collect *c = (struct collect *)w;
    note_use(c, e->kind == EXPR_NAME ? e->name.symbol : NULL);
    struct expr *operand = e->kind == EXPR_AWAIT ? e->await.operand : e->kind == EXPR_START ? e->start.operand : NULL;
    operand = operand ? expr_bare(operand) : NULL;
    if (e->kind == EXPR_CALL && e->call.makes)
        c->called = expr_bare(e->call.callee);      // whoever runs it gives it a frame
    struct symbol *s = operand && operand->kind == EXPR_CALL ? direct_callee(operand->call.callee) : NULL;
    if (s) {
        c->called = expr_bare(operand->call.callee);
        struct async *g = s->function ? async_of(c->u, s->function) : NULL;
        if (!g || !c->caller)
            return;
        if (e->kind == EXPR_START)
            collect_started(c, s->function);
        else
            collect_callee(c, s->function);
        return;
    }
    if (e->kind != EXPR_NAME || e == c->called || !e->name.symbol || !e->name.symbol->function)
        return;
    struct async *g = e->name.symbol->kind == SYMBOL_FUNCTION ? async_of(c->u, e->name.symbol->function) : NULL;
    if (g)
        g->may_be_outside = true;
}

// Async functions that clean up what a statement declares are awaited.
static void collect_stmt(struct walk *w, struct stmt *s)
{
    struct collect *c = (struct collect *)w;
    const struct decl *d = s->kind == STMT_DECL ? s->decl.decl : s->kind == STMT_ARM ? s->arm.decl : NULL;
    for (const struct declarator *i = d ? d->declarators : NULL; i; i = i->next) {
        struct symbol *f = i->cleanup ? direct_callee(i->cleanup->args) : NULL;
        note_use(c, f);
        if (f && f->function && async_of(c->u, f->function))
            collect_callee(c, f->function);
    }
}

static void visit_async(struct unit *u, struct async *a)
{
    struct lowering *l = u->lowering;
    a->visiting = true;
    struct collect c = {{.expr = collect_expr, .stmt = collect_stmt}, u, a, NULL};
    walk_stmt(&c.walk, a->fn->body);
    a->visiting = false;
    a->done = true;
    a->order = ++l->async_count;
    *l->last_async = a;
    l->last_async = &a->next;
}

static struct async *async_new(struct unit *u, struct function *f)
{
    struct async *a = NEW(&u->arena, struct async);
    a->fn = f;
    a->is_main = strcmp(f->symbol->name->text, "main") == 0;
    a->name = a->is_main ? "ac_main" : f->symbol->name->text;
    a->prefix = a->name;
    a->frame_type = arena_printf(&u->arena, "struct %s",
                                 fresh_name(u, arena_printf(&u->arena, "%s_frame", a->name)));
    a->result = f->type->base;
    a->poll_type = poll_type_of(u, a->result, &a->result_in_frame);
    a->is_static = function_is_internal(u, f->symbol);
    a->may_be_outside = !a->is_static && !a->is_main;
    return a;
}

// "f" of the identifiers f_resume, f_resume_1, f_at1, f_start1, f_started_1 and f_outside: its length, 0 of all others.
static size_t site_prefix(const struct name *name)
{
    static const char *const suffixes[] = {"_resume", "_resume_", "_at", "_start", "_started_", "_outside"};
    size_t len = name->len;
    while (len > 0 && name->text[len - 1] >= '0' && name->text[len - 1] <= '9')
        len--;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i]);
        if (len > n && memcmp(name->text + len - n, suffixes[i], n) == 0)
            return len - n;
    }
    return 0;
}

// Where the user has such a name, the site functions of that async function get others.
static void keep_clear(struct unit *u)
{
    for (uint32_t i = 0; i < u->names.bucket_count; i++)
        for (const struct name *n = u->names.buckets[i]; n; n = n->next) {
            size_t len = site_prefix(n);
            const struct name *base = len ? name_find(&u->names, n->text, len) : NULL;
            const struct symbol *s = base ? base->symbol : NULL;
            struct async *a = s && s->kind == SYMBOL_FUNCTION && s->function ? async_of(u, s->function) : NULL;
            if (a && a->prefix == a->name)
                a->prefix = arena_printf(&u->arena, "ac_%s", a->name);
        }
}

// -Wunused-function: for the C compiler each is used by what is generated for it.
static void warn_of_unused(struct unit *u)
{
    static const char *const excuses[] = { "unused", "used", "maybe_unused" };
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        const struct symbol *s = a->fn->symbol;
        bool is_needed = a->is_used || s->is_framed || s->is_inline || s->storage != STORAGE_STATIC;
        bool is_quiet = u->tokens[s->span.lo].file != 0;        // another program may use the header's
        for (size_t i = 0; i < sizeof excuses / sizeof *excuses; i++)
            is_quiet |= attr_find(s->attrs, excuses[i]) != NULL;
        if (!is_needed && !is_quiet)
            diag_warn(u, WARNING_UNUSED_FUNCTION, s->span, "'%s' is defined and not used", s->name->text);
    }
}

bool async_collect(struct unit *u)
{
    struct lowering *l = u->lowering = NEW(&u->arena, struct lowering);
    uint32_t count = 0;
    for (struct function *f = unit_functions(u); f; f = f->next)
        count = f->index >= count ? f->index + 1 : count;
    l->by_function = NEW_ARRAY(&u->arena, struct async *, count + 1);
    l->last_async = &l->asyncs;
    edits_open(u, &l->edits);
    for (uint32_t i = 0; i < u->pragma_count; i++)
        if (memmem(token_text(u, u->pragmas[i]), u->tokens[u->pragmas[i]].len, "pack", 4))
            l->has_pack = true;
    for (struct function *f = unit_functions(u); f; f = f->next)
        if (f->is_async)
            l->by_function[f->index] = async_new(u, f);
    keep_clear(u);
    struct collect c = {{.expr = collect_expr}, u, NULL, NULL};
    for (struct decl *d = u->decls; d; d = d->next)
        if (!d->function || !d->function->is_async)
            walk_decl(&c.walk, d);
    for (struct function *f = unit_functions(u); f; f = f->next) {
        struct async *a = async_of(u, f);
        if (a && !a->done)
            visit_async(u, a);
    }
    warn_of_unused(u);
    plain_decide(u);
    fuse_decide(u);
    return l->asyncs != NULL;
}
