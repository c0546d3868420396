// The clock, and what stands in for it on a thread whose executor has a clock of its own.
#include "time/clock.h"
#include <time.h>

static _Thread_local struct { ac_time now; unsigned users; } virtual;

void ac__clock_stop(void)
{
    if (!virtual.users++)
        virtual.now = AC_SECOND;
}

void ac__clock_go_on(void)
{
    virtual.users--;
}

ac_time ac__clock_read(void)
{
    return virtual.now;
}

void ac__clock_move(ac_time nanoseconds)
{
    if (__builtin_add_overflow(virtual.now, nanoseconds, &virtual.now))
        virtual.now = AC_NEVER;
}

ac_time ac_now(void)
{
    if (virtual.users)
        return virtual.now++;           // who does nothing but look at the clock shall see time pass
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);      // cannot fail: the clock exists and the address is valid
    return time.tv_sec * AC_SECOND + time.tv_nsec;
}
