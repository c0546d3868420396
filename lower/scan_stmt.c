// Statements and declarations: their regions, the locals they declare and the suspension points that they are.
//
// in:   a statement, in source order
// out:  regions, locals, suspension points that are no expressions: `await all`, `await any`, the waits at ends of blocks
//
//     for (int i = 0; i < 2; i++) {       region 1: local i
//         async int h = async f(i);       region 2 in it: local h, and a point for the end of the block, which waits for its child
//     }
#include "lower/lower.h"
#include "lower/scan.h"

// A typedef of a variably modified type: its sizes would have to be kept across a suspension point.
static void scan_vm_typedef(struct scan *s, struct symbol *symbol)
{
    struct local *l = local_new(s, symbol->type);
    l->symbol = symbol;
    l->is_typedef = true;
    l->name = l->lvalue = l->value = l->field = symbol->name->text;
    symbol->local = l;
}

// The wait for the children of a variable at the end of its block, or for the async function that cleans it up.
static void scan_ending(struct scan *s, struct declarator *d)
{
    bool is_async = d->ending && d->cleanup && cleanup_waits(s->u, d->cleanup);
    if (!d->ending || (!d->symbol->is_owed && !is_async))
        return;
    d->drop = point_new(s, d->name);
    d->drop->is_dropped = true;
    if (is_async)
        callee_classify(s->u, s->a, d->drop, d->cleanup->args);
    else
        point_drop(s->u, d->drop);
}

static void scan_decl(struct scan *s, struct decl *d)
{
    if (d->function)
        return;
    for (struct symbol *c = d->tags ? d->tags->constants : NULL; c; c = c->next_constant)
        mark_shadowed(c);
    for (struct expr *e = evaluated_specs(s->u, d); e; e = e->next_inner)
        scan_full(s, e);
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = evaluated_inner(s->u, i); e; e = e->next_inner)
            scan_full(s, e);
        scan_symbol(s, i->symbol);
        if (i->symbol && i->symbol->local)
            i->symbol->local->set_at = i->init ? i->init->span.hi : 0;
        if (i->symbol && i->symbol->kind == SYMBOL_TYPEDEF && type_is_vm(s->u, i->symbol->type))
            scan_vm_typedef(s, i->symbol);
        if (!i->symbol || (i->symbol->storage != STORAGE_STATIC && i->symbol->kind == SYMBOL_OBJECT))
            scan_full(s, i->init);
        scan_ending(s, i);
    }
}

// What an arm of `await any` declares: it has its value already.
static void scan_declared(struct scan *s, struct decl *d)
{
    scan_symbol(s, d->declarators->symbol);
    scan_ending(s, d->declarators);
}

static void scan_arm(struct scan *s, struct any *any, struct stmt *st)
{
    struct point *p = NEW(&s->u->arena, struct point);
    p->await = arm_await(st);
    p->at = p->await->span;
    p->number = ++s->a->start_count;
    s->a->arm_count++;
    p->stmt = st;
    p->any = any;
    p->arm = ++any->arm_count;
    p->is_dropped = !arm_place(st) && !arm_declarator(st);
    p->region = s->region;
    *any->last_arm = p;
    any->last_arm = &p->next_in_region;
    any->waits |= st->arm.waits && p->arm > 1;
    scan_expr(s, arm_place(st));
    struct point *outer = s->arm;
    s->arm = p;
    scan_full(s, p->await);
    s->arm = outer;
}

// An arm's statements are a block of their own, what it declares is in another around it.
static void scan_arms(struct scan *s, struct stmt *block)
{
    struct region *outer = s->region;
    for (struct stmt *i = block->block.items; i; i = i->next) {
        s->region = region_new(s, i);
        if (i->kind == STMT_ARM && i->arm.decl)
            scan_declared(s, i->arm.decl);
        scan_stmt(s, i->kind == STMT_ARM ? i->arm.body : i->default_.body);
        s->region = outer;
    }
}

static void scan_any(struct scan *s, struct stmt *st)
{
    struct any *any = NEW(&s->u->arena, struct any);
    struct stmt *block = st->await_any.body;
    struct point *p = any->point = point_new(s, (struct span){ st->span.lo, st->span.lo + 1 });
    any->stmt = st;
    any->last_arm = &any->arms;
    *s->a->last_any = any;
    s->a->last_any = &any->next;
    p->stmt = st;
    p->any = any;
    point_any(s->u, p);
    for (struct stmt *i = block->block.items; i; i = i->next)
        if (i->kind == STMT_ARM)
            scan_arm(s, any, i);
        else
            any->has_default |= i->kind == STMT_DEFAULT;
    if (any->waits) {
        any->next_in_region = s->region->anys;
        s->region->anys = any;
    }
    scan_arms(s, block);
}

static void scan_asm(struct scan *s, struct stmt *st)
{
    for (struct expr *e = st->asm_.outputs; e; e = e->next)
        scan_full(s, e);
    for (struct expr *e = st->asm_.inputs; e; e = e->next)
        scan_full(s, e);
}

// `return` of a function with children that nobody holds waits for them first.
static void scan_return(struct scan *s, struct stmt *st)
{
    scan_full(s, st->return_.value);
    if (!s->a->has_group)
        return;
    struct point *p = point_new(s, st->span);
    p->stmt = st;
    point_all(s->u, p);
    if (st->return_.value && !st->return_.leaving && type_plain(s->u, s->a->result)->kind != TYPE_VOID)
        p->result = temp_new(s->u, s->a, s->region, st->return_.value, type_unqualified(s->u, s->a->result), "e", p->number);
}

// Places where the function may get a child that it has to wait for.
static uint32_t children_given(const struct async *a)
{
    return a->start_count - a->arm_count + a->replace_count;
}

// Children that are started in a deferred statement have ended when it ends.
static void scan_defer(struct scan *s, struct stmt *st)
{
    uint32_t points = s->a->point_count, given = children_given(s->a);
    scan_stmt(s, st->defer.body);
    if (s->a->has_group && children_given(s->a) > given) {
        struct point *p = st->defer.join = point_new(s, (struct span){st->span.hi - 1, st->span.hi});
        p->stmt = st;
        point_all(s->u, p);
    }
    st->defer.waits = s->a->point_count > points;
}

static void scan_for(struct scan *s, struct stmt *st)
{
    struct region *outer = s->region;
    s->region = region_new(s, st);
    struct stmt *init = st->for_.init;
    scan_stmt(s, init);
    if (init && init->kind == STMT_DECL && init->decl.decl->tags)
        init->decl.decl->tags->is_stated = false;
    scan_condition(s, st->for_.test);
    scan_full(s, st->for_.step);
    mark_dropped(s->u, st->for_.step);
    scan_stmt(s, st->for_.body);
    s->region = outer;
}

void scan_block(struct scan *s, struct stmt *block)
{
    struct region *outer = s->region;
    s->region = region_new(s, block);
    for (struct stmt *i = block->block.items; i; i = i->next)
        scan_stmt(s, i);
    s->region = outer;
}

void scan_stmt(struct scan *s, struct stmt *st)
{
    struct unit *u = s->u;
    if (!st)
        return;
    switch (st->kind) {
    case STMT_EXPR:
        scan_full(s, st->expr.expr);
        mark_dropped(u, st->expr.expr);
        return;
    case STMT_DECL:
        scan_decl(s, st->decl.decl);
        if (st->decl.decl->tags)
            st->decl.decl->tags->is_stated = true;
        return;
    case STMT_BLOCK:
        scan_block(s, st);
        return;
    case STMT_IF:
        if (st->if_.no)
            scan_full(s, st->if_.test);
        else
            scan_condition(s, st->if_.test);
        scan_stmt(s, st->if_.yes);
        scan_stmt(s, st->if_.no);
        return;
    case STMT_WHILE:
        scan_condition(s, st->while_.test);
        scan_stmt(s, st->while_.body);
        return;
    case STMT_DO:
        scan_stmt(s, st->do_.body);
        scan_condition(s, st->do_.test);
        return;
    case STMT_FOR:
        scan_for(s, st);
        return;
    case STMT_SWITCH:
        scan_full(s, st->switch_.value);
        scan_stmt(s, st->switch_.body);
        return;
    case STMT_CASE:
        scan_stmt(s, st->case_.body);
        return;
    case STMT_DEFAULT:
        scan_stmt(s, st->default_.body);
        return;
    case STMT_LABEL:
        scan_stmt(s, st->label.body);
        return;
    case STMT_GOTO_PTR:
        scan_full(s, st->goto_ptr.target);
        return;
    case STMT_RETURN:
        scan_return(s, st);
        return;
    case STMT_ASM:
        scan_asm(s, st);
        return;
    case STMT_AWAIT_ALL: {
        struct point *p = point_new(s, st->span);
        p->stmt = st;
        st->await_all.point = p->number;
        s->a->has_children = true;
        point_all(u, p);
        return;
    }
    case STMT_DEFER:
        scan_defer(s, st);
        return;
    case STMT_AWAIT_ANY:
        scan_any(s, st);
        return;
    case STMT_GOTO:
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_ARM:
    case STMT_ERROR:
        return;
    }
}

static bool expr_awaits(struct unit *u, struct expr *e)
{
    return e && hoist_of(u, e)->awaits;
}

static bool decl_awaits(struct unit *u, struct decl *d)
{
    for (struct declarator *i = d->declarators; i; i = i->next) {
        if (i->drop || expr_awaits(u, i->init))
            return true;
        for (struct expr *e = evaluated_inner(u, i); e; e = e->next_inner)
            if (expr_awaits(u, e))
                return true;
    }
    return false;
}

bool block_awaits(struct scan *s, struct stmt *st)
{
    struct unit *u = s->u;
    if (!st)
        return false;
    switch (st->kind) {
    case STMT_EXPR:
        return expr_awaits(u, st->expr.expr);
    case STMT_DECL:
        return decl_awaits(u, st->decl.decl);
    case STMT_BLOCK:
        for (struct stmt *i = st->block.items; i; i = i->next)
            if (block_awaits(s, i))
                return true;
        return false;
    case STMT_IF:
        return expr_awaits(u, st->if_.test) || block_awaits(s, st->if_.yes) || block_awaits(s, st->if_.no);
    case STMT_WHILE:
        return expr_awaits(u, st->while_.test) || block_awaits(s, st->while_.body);
    case STMT_DO:
        return expr_awaits(u, st->do_.test) || block_awaits(s, st->do_.body);
    case STMT_FOR:
        return block_awaits(s, st->for_.init) || expr_awaits(u, st->for_.test) || expr_awaits(u, st->for_.step) ||
               block_awaits(s, st->for_.body);
    case STMT_SWITCH:
        return expr_awaits(u, st->switch_.value) || block_awaits(s, st->switch_.body);
    case STMT_CASE:
        return block_awaits(s, st->case_.body);
    case STMT_DEFAULT:
        return block_awaits(s, st->default_.body);
    case STMT_LABEL:
        return block_awaits(s, st->label.body);
    case STMT_RETURN:
        return expr_awaits(u, st->return_.value) || s->a->has_group;
    case STMT_AWAIT_ALL:
    case STMT_AWAIT_ANY:
        return true;
    case STMT_GOTO_PTR:
        return expr_awaits(u, st->goto_ptr.target);
    case STMT_DEFER:
        return block_awaits(s, st->defer.body);
    case STMT_GOTO:
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_ASM:
    case STMT_ARM:
    case STMT_ERROR:
        return false;
    }
    __builtin_unreachable();
}
