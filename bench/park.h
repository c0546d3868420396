// park(): an operation that only waits; park_if_asked() waits where it is asked to, which nobody does. What waits is resumed by
// resume_parked(), without an executor in between: what is left is what awaits cost.
#ifndef BENCH_PARK_H
#define BENCH_PARK_H

#include <acc/acc.h>
#include <stdlib.h>

struct park_frame { struct ac_node node; };
extern struct park_frame *parked;
extern volatile int asked;

#if defined(__ACC__)
_Async void park(void) __attribute__((__ac_frame__(struct park_frame)));
_Async void park_if_asked(void) __attribute__((__ac_frame__(struct park_frame)));
#elif defined(AC_ERASED)
static inline void park(void) {}
static inline void park_if_asked(void)
{
    if (asked)
        abort();
}
#else
static inline ac_void park(void *frame, struct ac_task *task, unsigned point)
{
    (void)task, (void)point;
    parked = frame;
    return (ac_void){ 1 };
}
static inline ac_void park_if_asked(void *frame, struct ac_task *task, unsigned point)
{
    return asked ? park(frame, task, point) : (ac_void){ 0 };
}
#endif

#endif
