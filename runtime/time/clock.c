// The clock.
#include "acc/time.h"
#include <time.h>

ac_time ac_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);      // cannot fail: the clock exists and the address is valid
    return time.tv_sec * AC_SECOND + time.tv_nsec;
}
