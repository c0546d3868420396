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
//   clean(f)    those of them that are steady (recompute.c) and set in front of all points: at their second suspension in a call, or when
//               they were resumed, they lie in the frame unchanged. Where there are enough to be worth a test, they are stored once:
//
//                     if (!ac_point)
//                         ac_self->fd = fd, ac_self->limit = limit, …;
//
// They lie beside the structs of the points. Done where it makes the text smaller: for FEWEST points and locals at least.
#include "lower/lower.h"

enum { FEWEST = 3, FEWEST_CLEAN = 4 };

static uint64_t kept_bytes(struct unit *u, const struct point *p)
{
    uint64_t bytes = p->child_size;
    for (uint32_t i = 0; i < p->kept_count; i++)
        if (p->kept[i]->class == LOCAL_SPILLED && p->kept[i]->type)
            bytes += type_size(u, p->kept[i]->type);
    return bytes;
}

// Whether it has a value wherever the function waits.
static bool is_always_set(const struct async *a, const struct local *v)
{
    const struct point *first = a->points[0];
    return v->symbol->is_param || (v->set_at && !a->fn->labels && v->set_at <= first->at.lo);
}

struct share {
    struct unit *u;
    struct async *a;
    uint32_t points;            // that are reachable, and no tails
    uint64_t *bytes, most;      // that each point keeps, and the most of them
    uint32_t *kept_by;          // by local: how many of these points keep it
};

static void points_count(struct share *s)
{
    const struct async *a = s->a;
    s->bytes = NEW_ARRAY(&s->u->fn, uint64_t, a->point_count);
    s->kept_by = NEW_ARRAY(&s->u->fn, uint32_t, a->local_count);
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        s->bytes[i] = kept_bytes(s->u, p);
        s->most = s->bytes[i] > s->most ? s->bytes[i] : s->most;
        if (!p->is_reachable || p->is_tail)
            continue;
        s->points++;
        for (uint32_t k = 0; k < p->kept_count; k++)
            s->kept_by[p->kept[k]->index]++;
    }
}

// Whether the points that do not keep it have room for it.
static bool fits_everywhere(const struct share *s, const struct local *v)
{
    for (uint32_t i = 0; i < s->a->point_count; i++) {
        const struct point *p = s->a->points[i];
        bool is_added = p->is_reachable && !p->is_tail && !point_keeps(p, v);
        if (is_added && s->bytes[i] + type_size(s->u, v->type) > s->most)
            return false;
    }
    return true;
}

// What is computed is so behind the loads.
static bool reads_common(const struct local *v)
{
    for (uint32_t i = 0; i < v->read_count; i++)
        if (!v->reads[i]->is_common)
            return false;
    return true;
}

static bool is_common(const struct share *s, const struct local *v)
{
    uint32_t keep = s->kept_by[v->index];
    if (v->class == LOCAL_COMPUTED)
        return keep == s->points && v->region == s->a->root && reads_common(v);
    if (v->class != LOCAL_SPILLED || !v->symbol || v->region != s->a->root || !v->type || s->points < FEWEST)
        return false;
    return keep == s->points || (keep * 4 >= s->points * 3 && is_always_set(s->a, v) && fits_everywhere(s, v));
}

static void keep_everywhere(struct unit *u, struct async *a, struct local *v)
{
    for (uint32_t i = 0; i < a->point_count; i++)
        if (!point_keeps(a->points[i], v))
            point_keep(u, a->points[i], v);
}

static void clean_decide(struct async *a)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->local_count; i++) {
        struct local *v = a->locals[i];
        v->is_clean = v->is_common && v->class == LOCAL_SPILLED && v->is_steady && is_always_set(a, v);
        count += v->is_clean;
    }
    for (uint32_t i = 0; i < a->local_count; i++)
        a->locals[i]->is_clean &= count >= FEWEST_CLEAN;
}

// The place is behind the last statement, in the scope of what that block declares.
static bool has_room(struct unit *u, const struct async *a)
{
    for (const struct stmt *i = a->fn->body->block.items; i; i = i->next)
        if (forbids_jumps(u, i))
            return false;
    return true;
}

void share_decide(struct unit *u, struct async *a)
{
    struct share s = { u, a, .points = 0 };
    uint32_t common = 0;
    if (!a->suspends || a->point_count < FEWEST || !has_room(u, a))
        return;
    for (uint32_t i = 0; i < a->point_count; i++)
        if (a->points[i]->enters)
            return;
    points_count(&s);
    for (uint32_t i = 0; i < a->local_count; i++)
        common += (a->locals[i]->is_common = is_common(&s, a->locals[i])) && a->locals[i]->class == LOCAL_SPILLED;
    a->is_shared = common >= FEWEST;
    for (uint32_t i = 0; i < a->local_count; i++) {
        a->locals[i]->is_common &= a->is_shared;
        if (a->locals[i]->is_common && a->locals[i]->class == LOCAL_SPILLED)
            keep_everywhere(u, a, a->locals[i]);
    }
    clean_decide(a);
}
