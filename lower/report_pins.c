#include "lower/report_pins.h"

#include "lower/lower.h"

// An object that others may point to at p.
static bool is_pointed_at(const struct local *l, const struct point *p)
{
    if (l->symbol && l->symbol->span.lo > p->at.lo)
        return false;
    return l->symbol ? l->symbol->is_address_taken || l->symbol->is_captured : l->is_literal && l->escapes;
}

static struct pin pin_at(const struct pin *pins, const struct point *p)
{
    for (const struct region *r = p->region; r; r = r->parent)
        for (const struct local *l = r->residents; l; l = l->next_resident)
            if (is_pointed_at(l, p))
                return (struct pin){ p, l->symbol ? l->symbol->name->text : "compound literal", false };
    if (p->lends && p->lends->class == LOCAL_RESIDENT)
        return (struct pin){ p, p->lends->symbol->name->text, false };
    const struct async *callee = p->kind == CALLEE_EMBEDDED ? p->callee_async : NULL;
    if (callee && pins[callee->order].point)
        return (struct pin){ p, callee->fn->symbol->name->text, true };
    return (struct pin){0};
}

const struct pin *frames_pinned(struct unit *u)
{
    uint32_t count = 0;
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        count = a->order > count ? a->order : count;
    struct pin *pins = NEW_ARRAY(&u->arena, struct pin, count + 1);
    const struct async **by_order = NEW_ARRAY(&u->arena, const struct async *, count + 1);
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        by_order[a->order] = a;
    for (uint32_t n = 0; n <= count; n++)
        for (uint32_t i = 0; by_order[n] && i < by_order[n]->point_count && !pins[n].point; i++)
            if (by_order[n]->points[i]->is_reachable)
                pins[n] = pin_at(pins, by_order[n]->points[i]);
    return pins;
}
