// Waiting for a thread that changes a shared object. That takes some instructions, unless the thread was interrupted.
#include "acc/queue.h"
#include <errno.h>
#include <stdbool.h>
#include <time.h>

enum { SPINS = 100 };

static bool take(int *held)
{
    return !__atomic_load_n(held, __ATOMIC_RELAXED) && !__atomic_exchange_n(held, 1, __ATOMIC_ACQUIRE);
}

// Sleeping, not yielding: a thread of higher priority that yields does not let the other one run.
void ac_guard_wait(int *held)
{
    for (int n = 0; n < SPINS; n++) {
        if (take(held))
            return;
    }
    int saved = errno;
    while (!take(held))
        (void)nanosleep(&(struct timespec){ .tv_nsec = 1000 }, 0);
    errno = saved;
}
