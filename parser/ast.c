// The nodes of the AST: making them, their names, walking their children.
#include "parser/ast.h"

#include <string.h>

#include "grammar.h"

struct stmt *stmt_new(struct unit *u, enum stmt_kind kind, struct span span)
{
    static const uint8_t sizes[] = {
#define STMT(KIND, member, ...) offsetof(struct stmt, member) + sizeof(struct __VA_ARGS__),
#include "parser/ast.def"
#undef STMT
    };
    struct stmt *s = arena_alloc(&u->ast, sizes[kind]);
    s->kind = kind;
    s->span = span;
    return s;
}

struct expr *expr_new(struct unit *u, enum expr_kind kind, struct span span)
{
    static const uint8_t sizes[] = {
#define EXPR(KIND, member, ...) offsetof(struct expr, member) + sizeof(struct __VA_ARGS__),
#include "parser/ast.def"
#undef EXPR
    };
    enum { ALIGN = _Alignof(struct expr) };
    struct expr *e = arena_alloc(&u->ast, (sizes[kind] + ALIGN - 1) / ALIGN * ALIGN);
    e->kind = kind;
    e->span = span;
    e->id = ++u->expr_count;
    return e;
}

const char *expr_kind_name(enum expr_kind kind)
{
    static const char *const names[] = {
#define EXPR(KIND, member, ...) #KIND,
#include "parser/ast.def"
#undef EXPR
    };
    return names[kind];
}

const char *stmt_kind_name(enum stmt_kind kind)
{
    static const char *const names[] = {
#define STMT(KIND, member, ...) #KIND,
#include "parser/ast.def"
#undef STMT
    };
    return names[kind];
}

struct expr *expr_bare(struct expr *e)
{
    for (;;)
        if (e->kind == EXPR_PAREN)
            e = e->paren.inner;
        else if (e->kind == EXPR_UNARY && e->unary.op == TOK_EXTENSION)
            e = e->unary.operand;
        else
            return e;
}

struct expr *expr_chosen(struct expr *e)
{
    for (;;) {
        e = expr_bare(e);
        if (e->kind == EXPR_GENERIC && e->generic.chosen)
            e = e->generic.chosen;
        else if (e->kind == EXPR_CHOOSE && e->choose.chosen)
            e = e->choose.chosen;
        else
            return e;
    }
}

bool call_is_of(const struct expr *call, const char *function)
{
    const struct expr *callee = expr_bare(call->call.callee);
    return callee->kind == EXPR_NAME && !strcmp(callee->name.name->text, function);
}

struct expr *root_call(const struct expr *call)
{
    struct expr *first = call->call.args;
    if (first && call_is_of(call, "ac_block_on"))
        return first;
    return first && call_is_of(call, "ac_spawn") ? first->next : NULL;
}

bool call_makes_thread(const struct expr *call)
{
    return call_is_of(call, "pthread_create") || call_is_of(call, "thrd_create");
}

// A visit of the children of one expression.
struct walk {
    void (*visit)(void *context, struct expr *child, bool evaluated);
    void *context;
};

static void walk_one(const struct walk *w, struct expr *e, bool evaluated)
{
    if (e)
        w->visit(w->context, e, evaluated);
}

static void walk_list(const struct walk *w, struct expr *e, bool evaluated)
{
    for (; e; e = e->next)
        walk_one(w, e, evaluated);
}

static const struct type *without_sugar(const struct type *t)
{
    while (t && (t->kind == TYPE_TYPEDEF || t->kind == TYPE_TYPEOF))
        t = t->base;
    return t;
}

static bool is_vla(const struct type *t)
{
    t = without_sugar(t);
    return t && t->kind == TYPE_ARRAY && t->array.is_vla;
}

// Whether a size in the type has to be computed.
static bool is_variably_modified(const struct type *t)
{
    while ((t = without_sugar(t)) && (t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY || t->kind == TYPE_FUNCTION))
        if (is_vla(t))
            return true;
        else
            t = t->base;
    return false;
}

static void walk_type(const struct walk *w, const struct type_name *t, bool evaluated)
{
    if (!t)
        return;
    evaluated = evaluated && is_variably_modified(t->type);
    for (struct expr *e = t->inner; e; e = e->next_inner)
        walk_one(w, e, evaluated);
}

static void walk_generic(const struct walk *w, struct expr *e)
{
    walk_one(w, e->generic.control, false);
    walk_type(w, e->generic.control_type, false);
    for (struct generic_item *i = e->generic.items; i; i = i->next) {
        walk_type(w, i->type, false);
        walk_one(w, i->value, i->value == e->generic.chosen);
    }
}

static void walk_init(const struct walk *w, struct expr *e)
{
    for (struct init_item *i = e->init.items; i; i = i->next) {
        for (struct designator *d = i->designators; d; d = d->next) {
            walk_one(w, d->lo, true);
            walk_one(w, d->hi, true);
        }
        walk_one(w, i->value, true);
    }
}

// The path itself is no expression; the indexes in it are.
static void walk_offset_path(const struct walk *w, struct expr *path)
{
    if (path->kind == EXPR_MEMBER) {
        walk_offset_path(w, path->member.object);
    } else if (path->kind == EXPR_INDEX) {
        walk_offset_path(w, path->index.base);
        walk_one(w, path->index.index, true);
    }
}

static void walk_sizeof(const struct walk *w, struct expr *e)
{
    bool is_size = e->sizeof_.op == TOK_SIZEOF;
    walk_one(w, e->sizeof_.operand, is_size && e->sizeof_.operand && is_vla(e->sizeof_.operand->type));
    walk_type(w, e->sizeof_.type, is_size);
}

static void walk_children(const struct walk *w, struct expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_LABEL_ADDR:
    case EXPR_STMT_EXPR: case EXPR_ERROR:
        return;
    case EXPR_PAREN:
        walk_one(w, e->paren.inner, true);
        return;
    case EXPR_INDEX:
        walk_one(w, e->index.base, true);
        walk_one(w, e->index.index, true);
        return;
    case EXPR_CALL:
        walk_one(w, e->call.callee, true);
        walk_list(w, e->call.args, true);
        return;
    case EXPR_MEMBER:
        walk_one(w, e->member.object, true);
        return;
    case EXPR_POSTFIX:
        walk_one(w, e->postfix.operand, true);
        return;
    case EXPR_UNARY:
        walk_one(w, e->unary.operand, true);
        return;
    case EXPR_SIZEOF:
        walk_sizeof(w, e);
        return;
    case EXPR_CAST:
        walk_type(w, e->cast.type, true);
        walk_one(w, e->cast.operand, true);
        return;
    case EXPR_COMPOUND:
        walk_type(w, e->compound.type, true);
        walk_one(w, e->compound.init, true);
        return;
    case EXPR_BINARY:
        walk_one(w, e->binary.lhs, true);
        walk_one(w, e->binary.rhs, true);
        return;
    case EXPR_COND:
        walk_one(w, e->cond.test, true);
        walk_one(w, e->cond.yes, true);
        walk_one(w, e->cond.no, true);
        return;
    case EXPR_ASSIGN:
        walk_one(w, e->assign.lhs, true);
        walk_one(w, e->assign.rhs, true);
        return;
    case EXPR_COMMA:
        walk_one(w, e->comma.lhs, true);
        walk_one(w, e->comma.rhs, true);
        return;
    case EXPR_INIT:
        walk_init(w, e);
        return;
    case EXPR_GENERIC:
        walk_generic(w, e);
        return;
    case EXPR_VA_ARG:
        walk_one(w, e->va_arg.list, true);
        walk_type(w, e->va_arg.type, true);
        return;
    case EXPR_OFFSETOF:
        walk_type(w, e->offsetof_.type, false);
        walk_offset_path(w, e->offsetof_.path);
        return;
    case EXPR_TYPES:
        walk_type(w, e->types.a, false);
        walk_type(w, e->types.b, false);
        return;
    case EXPR_CHOOSE:
        walk_one(w, e->choose.test, false);
        walk_one(w, e->choose.yes, e->choose.chosen == e->choose.yes);
        walk_one(w, e->choose.no, e->choose.chosen == e->choose.no);
        return;
    case EXPR_BUILTIN_T:
        walk_list(w, e->builtin.args, true);
        walk_type(w, e->builtin.type, true);
        return;
    case EXPR_AWAIT:
        walk_one(w, e->await.operand, true);
        return;
    case EXPR_START:
        walk_one(w, e->start.operand, true);
        return;
    }
    __builtin_unreachable();
}

void expr_children(struct expr *e, void (*visit)(void *context, struct expr *child, bool evaluated), void *context)
{
    walk_children(&(struct walk){ visit, context }, e);
}
