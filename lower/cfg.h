// The control flow of one async function: what is read, written and waited for, in which order.
//
// Blocks hold events; an event is a use or a definition of a local, or a suspension point. Locals that no suspension point
// keeps (LOCAL_PLAIN) do not take part, but for those that are followed. Of residents it is what their names say: others may have
// their addresses.
#ifndef ACC_LOWER_CFG_H
#define ACC_LOWER_CFG_H

#include "lower/async.h"

enum event_kind {
    EVENT_USE,
    EVENT_DEF,
    EVENT_ENTER,                // the arguments of a point's call are about to be evaluated
    EVENT_POINT,
};

struct event {
    enum event_kind kind;
    uint32_t index;             // of the local, or the point's number - 1
    const struct expr *value;   // EVENT_DEF: what an assignment or a declaration gives it; NULL: something else does
                                // EVENT_USE: the name whose value is read; NULL: it is not told, or nothing is made of it
    bool is_unset;              // EVENT_DEF: a declaration, which gives it no value
    bool is_update;             // EVENT_DEF: its value is made of the one it had, as by +=
};

static inline bool event_is_of_point(const struct event *e)
{
    return e->kind == EVENT_POINT || e->kind == EVENT_ENTER;
}

struct block {
    struct event *events;
    uint32_t event_count, event_capacity;
    struct block **next;        // successors
    uint32_t next_count, next_capacity;
    uint32_t number;            // in order of creation
    uint64_t *given;            // the followed locals that have a value at its beginning, perhaps; by given_compute
    bool is_reachable;          // by its edges; the next two are for check_return.c
    bool is_last;               // a call in it does not return
    const struct block *unmeant;        // a successor for what the program rules out: another value of an enum, !"reached"
};

struct cfg {
    struct block **blocks;
    uint32_t count, capacity;
    struct block *entry, *end;  // end: control reaches the closing brace
};

#endif
