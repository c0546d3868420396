// Which objects hold handles, and where: those of a handle's type, and structs and arrays with such members and elements. A union
// does not say which of its members it holds.
#include "parser/handle_type.h"

#include "parser/sema.h"

bool unit_has_handles(struct unit *u)
{
    for (const struct async_use *use = unit_async_uses(u); use; use = use->next)
        if (!use->function)
            return true;
    return false;
}

bool type_holds_handles(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    if (t->kind == TYPE_ARRAY)
        return type_holds_handles(u, t->base);
    for (const struct member *m = t->kind == TYPE_STRUCT ? t->tag->members : NULL; m; m = m->next)
        if (type_holds_handles(u, m->type))
            return true;
    return t->kind == TYPE_HANDLE;
}

static void add(struct unit *u, struct handle_run **list, uint64_t at, uint64_t count)
{
    struct handle_run *last = *list;
    while (last && last->next)
        last = last->next;
    if (last && last->at + last->count * u->target->size_pointer == at) {
        last->count += count;
        return;
    }
    struct handle_run *run = NEW(&u->ast, struct handle_run);
    *run = (struct handle_run){ NULL, at, count };
    *(last ? &last->next : list) = run;
}

static void find(struct unit *u, struct type *t, uint64_t at, struct handle_run **list)
{
    t = type_plain(u, t);
    if (t->kind == TYPE_HANDLE)
        add(u, list, at, 1);
    for (const struct member *m = t->kind == TYPE_STRUCT ? t->tag->members : NULL; m; m = m->next)
        find(u, m->type, at + m->offset, list);
    if (t->kind == TYPE_ARRAY && type_plain(u, t->base)->kind == TYPE_HANDLE)
        add(u, list, at, t->array.count);
    else if (t->kind == TYPE_ARRAY && type_holds_handles(u, t->base))
        for (uint64_t i = 0; i < t->array.count; i++)
            find(u, t->base, at + i * type_size(u, t->base), list);
}

struct type *handles_element(struct unit *u, struct type *t)
{
    while (type_plain(u, t)->kind == TYPE_ARRAY)
        t = type_plain(u, t)->base;
    return type_plain(u, t);
}

struct handle_run *handles_of(struct unit *u, struct type *t)
{
    struct handle_run *list = NULL;
    find(u, handles_element(u, t), 0, &list);
    return list;
}
