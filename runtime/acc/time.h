#ifndef AC_TIME_H
#define AC_TIME_H
#pragma GCC system_header

// Time: nanoseconds on the monotonic clock.

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
    struct ac_timer timer;
};

// The deadline of a block; made by the macro below.
struct ac_deadline {
    struct ac_sleep_frame sleep;
    _Bool is_over;
};
struct ac_deadline_frame { struct ac_node node; int result; };

// The monotonic clock, in nanoseconds since some moment in the past: it never goes back, and is not set as the time of day is. Never
// fails. On the thread of an executor with a clock of its own (ac_reactor_virtual) that one. Threads: any. Signal handlers: yes.
// Source: clock_gettime(2), CLOCK_MONOTONIC.
ac_time ac_now(void);

// Waits.
//   nanoseconds   from now; 0 and less: other tasks that are ready run first, as with ac_yield; the sum with the present
//                 time saturates, so AC_NEVER waits until it is cancelled
// Returns 0, or -ECANCELED. Never early; timers that are due go in the order of their deadlines, equal ones in the order in
// which they were started. Called without a frame it may return -ENOMEM.
// Costs no allocation, one reading of the clock. Threads: only the task's own.
AC_ASYNC(ac_int, int, ac_sleep, (ac_time nanoseconds), ac_sleep_frame)

// `ac_deadline(2 * AC_SECOND);` among the declarations of a block of an async function: from then on until the block ends, the
// operations of the function end with -ECANCELED, as if the task were cancelled. Behind the block it no longer is.
//   nanoseconds   from now; 0 and less: at once
// Deadlines nest: the earliest one counts. Children that the function waits for when the time has come are cancelled, for good.
// While a deferred statement runs it is held back like every cancellation. Erased, it does nothing.
// Costs no allocation, one reading of the clock, 48 bytes of the frame. Threads: only the task's own.
#define ac_deadline(nanoseconds) AC_DEADLINE_(nanoseconds, __LINE__)
#define AC_DEADLINE_(nanoseconds, line) AC_DEADLINE_AT_(nanoseconds, line)
#define AC_DEADLINE_AT_(nanoseconds, line) \
    struct ac_deadline ac_deadline_##line __attribute__((__cleanup__(ac_deadline_end))) = { 0 }; \
    (void)AC_AWAIT_ ac_deadline_begin(&ac_deadline_##line, nanoseconds)
#ifdef __ACC__
#define AC_AWAIT_ _Await
#else
#define AC_AWAIT_
#endif
// What it is made of: not to be called otherwise.
AC_ASYNC(ac_int, int, ac_deadline_begin, (struct ac_deadline *deadline, ac_time nanoseconds), ac_deadline_frame)
void ac_deadline_end(struct ac_deadline *deadline);

#endif
