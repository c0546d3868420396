// Where a task waits: the functions that wait for each other, innermost first. Freestanding.
#ifndef AC_CORE_TRACE_H
#define AC_CORE_TRACE_H

#include "core/core.h"

// One of them.
struct ac__place {
    const struct ac_link *link;     // of its await; 0: there is no further one
    char *frame;                    // its own; 0: not known, and so is who waits for it
};

static inline struct ac__place ac__place_of(struct ac_node *node)
{
    const struct ac_link *link = node->up;
    if (link->resume == ac__root_resume)
        return (struct ac__place){ 0, 0 };
    char *done = (char *)node;
    if (link->is_outside)
        done = ac_frame_outside(done)->parent;
    else if (!link->offset && !link->caller)
        done = 0;               // a frame with a node of its own begins with it
    return (struct ac__place){ link, done ? done - link->offset : 0 };
}

static inline struct ac__place ac__place_around(struct ac__place inner)
{
    const struct ac_link *caller = inner.link->caller;
    if (caller)
        return (struct ac__place){ caller, inner.frame ? inner.frame - caller->offset : 0 };
    return inner.frame ? ac__place_of((struct ac_node *)(void *)inner.frame) : (struct ac__place){ 0, 0 };
}

#endif
