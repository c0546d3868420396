// Regions, locals and suspension points of a function, and which expressions hold an await: what is written, in source
// order, before anything is decided about it.
//
// in:   an async function
// out:  a->root with the regions in it, a->locals, a->points, a->starts, a->anys, a->fulls; the hoists, by expr.id
#include "lower/scan.h"

#include <string.h>

#include "lower/lower.h"
#include "parser/ends.h"

struct region *region_new(struct scan *s, struct stmt *st)
{
    struct region *r = NEW(&s->u->fn, struct region);
    r->parent = s->region;
    r->stmt = st;
    r->last = &r->first;
    r->last_resident = &r->residents;
    r->last_ranged = &r->ranged;
    r->last_point = &r->points;
    r->last_placed = &r->placed;
    if (s->region) {
        *s->region->last = r;
        s->region->last = &r->next;
    }
    return r;
}

struct local *local_new(struct scan *s, struct type *type)
{
    struct async *a = s->a;
    a->locals = arena_grow(&s->u->fn, a->locals, a->local_count, &a->local_capacity, sizeof *a->locals);
    struct local *l = NEW(&s->u->fn, struct local);
    l->index = a->local_count;
    l->type = type;
    l->region = s->region;
    a->locals[a->local_count++] = l;
    return l;
}

void mark_shadowed(const struct symbol *symbol)
{
    for (struct symbol *outer = symbol->shadowed; outer; outer = outer->shadowed) {
        outer->is_hidden = true;
        if (outer->local)
            outer->local->is_shadowed = true;
    }
}

void scan_symbol(struct scan *s, struct symbol *symbol)
{
    if (symbol)
        mark_shadowed(symbol);
    if (!symbol || symbol->kind != SYMBOL_OBJECT || symbol->is_thread_local || symbol->local)
        return;
    bool is_outside = symbol->storage == STORAGE_STATIC || symbol->storage == STORAGE_EXTERN;
    if (is_outside && !symbol->is_param)        // of a parameter the compiler refuses it
        return;
    struct local *l = local_new(s, symbol->type);
    l->symbol = symbol;
    l->name = l->lvalue = l->value = l->field = symbol->name->text;
    symbol->local = l;
}

struct local *temp_new(struct unit *u, struct async *a, struct region *region, struct expr *of, struct type *type,
                       const char *prefix, uint32_t number)
{
    struct scan s = {.u = u, .a = a, .region = region};
    struct local *l = local_new(&s, type);
    l->of = of;
    l->name = arena_printf(&u->fn, "ac_%s%u", prefix, number);
    l->lvalue = l->value = l->name;
    l->field = l->name + strlen("ac_");
    l->class = LOCAL_SPILLED;
    return l;
}

struct point *point_new(struct scan *s, struct span at)
{
    struct async *a = s->a;
    a->points = arena_grow(&s->u->fn, a->points, a->point_count, &a->point_capacity, sizeof *a->points);
    struct point *p = NEW(&s->u->fn, struct point);
    a->points[a->point_count++] = p;
    p->number = a->point_count;
    p->at = at;
    p->region = s->region;
    *s->region->last_point = p;
    s->region->last_point = &p->next_in_region;
    for (struct region *r = s->region; r && !r->suspends; r = r->parent)
        r->suspends = true;
    a->suspends = true;
    return p;
}

// Tags that mean something else in a block of the function, or in one further in, get a second name, which generated code can
// use there: declared in front of the function, or behind the declaration that defines the tag.
static void name_hidden_tags(struct unit *u, struct async *a)
{
    const struct span f = a->fn->decl->span;
    for (const struct tag *t = u->hiding_tags; t; t = t->next_listed) {
        struct tag *outer = t->shadowed;
        if (t->span.lo < f.lo || t->span.lo >= f.hi || outer->alias)
            continue;
        if (outer->scope_depth > 0 && !outer->is_stated) {
            outer->hidden_by = t;
            continue;
        }
        outer->alias = fresh_name(u, arena_printf(&u->arena, "%s_tag_%s", a->prefix, outer->name->text));
        outer->next_hidden = a->hidden_tags;
        a->hidden_tags = outer;
    }
}

// What jumps carry along on their way through the endings.
static void scan_ends(struct scan *s)
{
    struct unit *u = s->u;
    struct async *a = s->a;
    const struct ends *ends = a->fn->ends;
    if (!ends)
        return;
    a->leaves = NEW_ARRAY(&u->arena, struct local *, ends->nest_count + 1);
    if (ends->returns_value)
        a->value = temp_new(u, a, a->root, NULL, type_unqualified(u, a->result), "value", 1);
    for (const struct nest *n = ends->nests; n; n = n->next)
        if (n->has_choice)
            a->leaves[n->number] = temp_new(u, a, a->root, NULL, type_basic(u, TYPE_INT), "leave", n->number);
}

static void scan_param(struct scan *s, struct param *p)
{
    scan_symbol(s, p->symbol);
    if (!p->ending)
        return;
    p->drop = point_new(s, p->span);
    point_drop(s->u, p->drop);
}

void scan_function(struct unit *u, struct async *a)
{
    struct scan s = {.u = u, .a = a};
    struct stmt *body = a->fn->body;
    u->lowering->first_hoist = a->fn->first_expr;
    u->lowering->hoists = NEW_ARRAY(&u->fn, struct hoist, a->fn->end_expr - a->fn->first_expr);
    a->last_start = &a->starts;
    a->last_plain = &a->plains;
    a->last_full = &a->fulls;
    a->last_any = &a->anys;
    a->has_children = a->fn->has_start;
    unheld_find(u, a);
    s.region = a->root = region_new(&s, body);
    for (struct param *p = a->fn->type->function.params; p; p = p->next)
        scan_param(&s, p);
    scan_ends(&s);
    for (struct stmt *i = body->block.items; i; i = i->next)
        scan_stmt(&s, i);
    name_hidden_tags(u, a);
    if (!a->has_group)
        return;
    a->end_point = point_new(&s, (struct span){body->span.hi - 1, body->span.hi});
    point_all(u, a->end_point);
}
