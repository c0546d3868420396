// Time: nanoseconds on the monotonic clock.
#ifndef AC_TIME_H
#define AC_TIME_H

#include "acc/declare.h"

#define AC_NANOSECOND ((ac_time)1)
#define AC_MICROSECOND (1000 * AC_NANOSECOND)
#define AC_MILLISECOND (1000 * AC_MICROSECOND)
#define AC_SECOND (1000 * AC_MILLISECOND)
#define AC_NEVER ((ac_time)__INT64_MAX__)

// A place in the timing wheel.
struct ac_timer {
    struct ac_timer *next, *previous;
    ac_time deadline;
};

struct ac_sleep_frame {
    struct ac_node node;
    union {
        int result;
        struct ac_task *task;       // until the time has come
    };
    struct ac_wait wait;
    struct ac_timer timer;
};

// The monotonic clock. Never fails. Threads: any. Signal handlers: yes.
ac_time ac_now(void);

// Waits.
//   nanoseconds   from now; 0 and less: other tasks that are ready run first, as with ac_yield; the sum with the present
//                 time saturates, so AC_NEVER waits until it is cancelled
// Returns 0, or -ECANCELED. Never early; timers that are due go in the order of their deadlines, equal ones in the order in
// which they were started. Called without a frame it may return -ENOMEM.
// Costs no allocation, one reading of the clock. Threads: only the task's own.
AC_ASYNC(ac_int, int, ac_sleep, (ac_time nanoseconds), ac_sleep_frame)

#endif
