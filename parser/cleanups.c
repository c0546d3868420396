// Which `cleanup` functions acc has to call. The compiler calls one whenever control leaves the block, and so does a function
// that waits: where something waits while the variable exists, and where the cleanup function is async, an ending calls it.
//
//     int fd __attribute__((cleanup(shut))) = open(path);
//     n = await ac_read(fd, …);           →   acc calls shut(&fd)
//
// Waits are counted on the way through the text: those of the user's, and those for children at the ends of blocks and of the
// function, which check_handles has found.
#include "parser/build.h"
#include "parser/ends.h"
#include "parser/sema.h"

struct walk {
    struct unit *u;
    struct function *f;
    uint32_t waits;                     // passed so far
};

// Variables of a block that call a function when it ends, while the walk is behind them.
struct cleanup {
    struct cleanup *outer;
    struct declarator *declarator;
    const struct attr *attr;
    uint32_t waits;                     // when it was passed
};

static void pass_expr(struct walk *w, struct expr *e);
static void pass_stmt(struct walk *w, struct stmt *s);

const struct attr *cleanup_of(const struct declarator *d)
{
    const struct attr *own = attr_find(d->attrs, "cleanup"), *all = attr_find(d->decl->attrs, "cleanup"), *a = own ? own : all;
    return d->symbol && symbol_is_automatic(d->symbol) && a && a->args ? a : NULL;
}

bool cleanup_waits(struct unit *u, const struct attr *cleanup)
{
    const struct type *t = cleanup->args->type ? type_plain(u, cleanup->args->type) : NULL;
    return t && t->kind == TYPE_FUNCTION && t->function.is_async;
}

// Whether its own initialiser may name it while it waits: `int x = await f(&x)`, `int x = await f(sizeof x)`.
static bool may_be_known(struct unit *u, const struct declarator *d)
{
    for (uint32_t i = d->init ? d->init->span.lo : 0; d->init && i < d->init->span.hi; i++)
        if (u->tokens[i].name == d->symbol->name)
            return true;
    return d->symbol->is_captured;
}

// `waits`: those before the declaration, in which its initialisers may wait.
static struct cleanup *add(struct walk *w, struct cleanup *list, const struct decl *decl, uint32_t waits)
{
    for (struct declarator *d = decl ? decl->declarators : NULL; d; d = d->next) {
        const struct attr *a = cleanup_of(d);
        if (!a)
            continue;
        struct cleanup *new = NEW(&w->u->ast, struct cleanup);
        // One attribute among the specifiers is all of theirs: acc calls it for each or for none.
        bool is_alone = d == decl->declarators && !d->next;
        *new = (struct cleanup){ list, d, a, is_alone && !may_be_known(w->u, d) ? w->waits : waits };
        list = new;
    }
    return list;
}

static void take(struct walk *w, const struct cleanup *list)
{
    for (; list; list = list->outer) {
        bool waits = cleanup_waits(w->u, list->attr);
        if (w->waits == list->waits && !waits)
            continue;
        w->waits += waits;
        list->declarator->cleanup = list->attr;
        list->declarator->symbol->is_address_taken = true;
        w->f->has_endings = true;
    }
}

static const struct decl *declared_by(struct stmt *item)
{
    item = unlabelled(item);
    return item && item->kind == STMT_DECL ? item->decl.decl : NULL;
}

// Whether the end of what declares it may have to wait for the children of a handle.
static bool has_owed(const struct decl *decl)
{
    for (const struct declarator *d = decl ? decl->declarators : NULL; d; d = d->next)
        if (d->symbol && d->symbol->is_owed)
            return true;
    return false;
}

// The function waits when it returns: for its own children, and for those of handles that it was given.
static bool ends_with_wait(const struct function *f)
{
    for (const struct param *p = f->type->function.params; p; p = p->next)
        if (p->symbol && p->symbol->is_owed)
            return true;
    return f->has_start;
}

static void pass_block(struct walk *w, struct stmt *s)
{
    bool owes = has_owed(s->block.head) || (s == w->f->body && ends_with_wait(w->f));
    struct cleanup *list = add(w, NULL, s->block.head, w->waits);
    for (struct stmt *item = s->block.items; item; item = item->next) {
        uint32_t waits = w->waits;
        pass_stmt(w, item);
        owes |= has_owed(declared_by(item));
        list = add(w, list, declared_by(item), waits);
    }
    w->waits += owes;
    take(w, list);
}

static void pass_for(struct walk *w, struct stmt *s)
{
    uint32_t waits = w->waits;
    if (s->for_.init)
        pass_stmt(w, s->for_.init);
    struct cleanup *list = add(w, NULL, declared_by(s->for_.init), waits);
    pass_expr(w, s->for_.test);
    pass_expr(w, s->for_.step);
    pass_stmt(w, s->for_.body);
    w->waits += has_owed(declared_by(s->for_.init));
    take(w, list);
}

static void pass_child(void *context, struct expr *child, bool evaluated)
{
    if (evaluated)
        pass_expr(context, child);
}

static void pass_expr(struct walk *w, struct expr *e)
{
    if (!e)
        return;
    expr_children(e, pass_child, w);
    if (e->kind == EXPR_STMT_EXPR)
        pass_stmt(w, e->stmt_expr.block);
    w->waits += e->kind == EXPR_AWAIT;
}

static void pass_decl(struct walk *w, struct decl *d)
{
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = i->inner; e; e = e->next_inner)
            pass_expr(w, e);
        pass_expr(w, i->init);
    }
}

static void pass_stmt(struct walk *w, struct stmt *s)
{
    if (!s)
        return;
    switch (s->kind) {
    case STMT_EXPR: pass_expr(w, s->expr.expr); return;
    case STMT_DECL: pass_decl(w, s->decl.decl); return;
    case STMT_BLOCK: pass_block(w, s); return;
    case STMT_IF:
        pass_expr(w, s->if_.test);
        pass_stmt(w, s->if_.yes);
        pass_stmt(w, s->if_.no);
        return;
    case STMT_WHILE:
        pass_expr(w, s->while_.test);
        pass_stmt(w, s->while_.body);
        return;
    case STMT_DO:
        pass_stmt(w, s->do_.body);
        pass_expr(w, s->do_.test);
        return;
    case STMT_FOR: pass_for(w, s); return;
    case STMT_SWITCH:
        pass_expr(w, s->switch_.value);
        pass_stmt(w, s->switch_.body);
        return;
    case STMT_CASE: pass_stmt(w, s->case_.body); return;
    case STMT_DEFAULT: pass_stmt(w, s->default_.body); return;
    case STMT_LABEL: pass_stmt(w, s->label.body); return;
    case STMT_GOTO_PTR: pass_expr(w, s->goto_ptr.target); return;
    case STMT_RETURN:
        pass_expr(w, s->return_.value);
        w->waits += w->f->has_start;    // for the children, before what ends with the blocks
        return;
    case STMT_DEFER:
        pass_stmt(w, s->defer.body);
        w->waits += w->f->has_start;    // for those that it has started
        return;
    case STMT_AWAIT_ALL: w->waits++; return;
    case STMT_AWAIT_ANY:
        w->waits++;
        pass_stmt(w, s->await_any.body);
        return;
    case STMT_ARM:
        if (s->arm.decl)
            pass_decl(w, s->arm.decl);
        pass_expr(w, s->arm.expr);
        pass_stmt(w, s->arm.body);
        return;
    case STMT_GOTO: case STMT_BREAK: case STMT_CONTINUE: case STMT_ASM: case STMT_ERROR: return;
    }
    __builtin_unreachable();
}

void find_cleanups(struct unit *u)
{
    for (struct function *f = unit_functions(u); f; f = f->next) {
        struct walk w = { .u = u, .f = f };
        if (f->is_async && f->body)
            pass_stmt(&w, f->body);
    }
}
