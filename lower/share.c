// Which kept locals are stored and loaded in one place for all suspension points of a function?
//
//         if (ac_r1.pending) {                        ...
//             ac_suspend(…, &serve_at1);          __coro_suspend:;
//             goto __coro_suspend;                    ac_self->fd = fd, ac_self->limit = limit;
//         __coro_resume_1:;                           return (ac_long){ .pending = 1 };
//             ac_r1.value = …;                    __coro_resume:;
//         }                                           fd = ac_self->fd, limit = ac_self->limit;
//                                                     switch (ac_point) { case 1: goto __coro_resume_1; … }
//
//   common(f)   locals of the outermost block that every point keeps; and those that all but a few do, when they are always set,
//               and no frame gets larger
// They lie beside the structs of the points. Done where it makes the text smaller: for FEWEST points and locals at least.
#include "lower/lower.h"

enum { FEWEST = 3 };

static uint64_t kept_bytes(struct unit *u, const struct async *a, const struct point *p)
{
    uint64_t bytes = p->child_size;
    for (uint32_t i = 0; i < a->local_count; i++)
        if (point_keeps(p, a->locals[i]) && a->locals[i]->type)
            bytes += type_size(u, a->locals[i]->type);
    return bytes;
}

static uint64_t most_bytes(struct unit *u, const struct async *a)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < a->point_count; i++) {
        uint64_t bytes = kept_bytes(u, a, a->points[i]);
        most = bytes > most ? bytes : most;
    }
    return most;
}

// Whether it has a value wherever the function waits.
static bool is_always_set(const struct async *a, const struct local *v)
{
    const struct point *first = a->points[0];
    return v->symbol->is_param || (v->set_at && !a->fn->labels && v->set_at <= first->at.lo);
}

static bool is_common(struct unit *u, const struct async *a, const struct local *v, uint64_t most)
{
    uint32_t points = 0, keep = 0;
    if (v->class != LOCAL_SPILLED || !v->symbol || v->region != a->root || !v->type)
        return false;
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        if (p->is_tail)
            continue;
        points += p->is_reachable;
        keep += p->is_reachable && point_keeps(p, v);
        if (p->is_reachable && !point_keeps(p, v) && kept_bytes(u, a, p) + type_size(u, v->type) > most)
            return false;
    }
    return points >= FEWEST && (keep == points || (keep * 4 >= points * 3 && is_always_set(a, v)));
}

void share_decide(struct unit *u, struct async *a)
{
    uint32_t common = 0;
    if (!a->suspends || a->point_count < FEWEST)
        return;
    for (uint32_t i = 0; i < a->point_count; i++)
        if (a->points[i]->enters)
            return;
    uint64_t most = most_bytes(u, a);
    for (uint32_t i = 0; i < a->local_count; i++)
        common += a->locals[i]->is_common = is_common(u, a, a->locals[i], most);
    a->is_shared = common >= FEWEST;
    for (uint32_t i = 0; i < a->local_count; i++) {
        a->locals[i]->is_common &= a->is_shared;
        for (uint32_t k = 0; k < a->point_count && a->locals[i]->is_common; k++)
            a->points[k]->kept[i / 64] |= UINT64_C(1) << i % 64;
    }
}
