// Who calls whom, as `--frames` shows it, and how much memory frames take at most.
#ifndef ACC_LOWER_REPORT_CALLS_H
#define ACC_LOWER_REPORT_CALLS_H

#include "lower/async.h"

// What the frames of a function and of all it awaits take at most, those outside their parents included.
struct need {
    uint64_t bytes;
    const char *unbounded;      // why there is no bound; NULL: there is one
    uint32_t line;              // of the await that is why
    bool starts;                // children are started, whose frames come on top
};

// The needs of all functions of the unit, by async.order.
struct need *frames_needed(struct unit *u);
// What a point calls, as the user names it; NULL: nothing (a wait for children that run already).
const char *point_callee(const struct point *p);
// What a point that calls nothing waits for, also where no await stands; NULL: it calls, or its arms do.
const char *point_waits_for(const struct point *p);
// For each function that no other calls, the tree of calls below it and what it needs.
void calls_print(struct unit *u, const struct need *needs, FILE *out);

#endif
