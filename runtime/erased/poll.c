// ac_poll in an erased program.
#include "erased/erased.h"
#include <errno.h>
#include <poll.h>

// What is left of a time, in milliseconds. Rounded up, so that no wait ends early.
static int left_until(ac_time end)
{
    ac_time left = end - ac_now();
    return left > 0 ? (int)((left + AC_MILLISECOND - 1) / AC_MILLISECOND) : 0;
}

int ac_poll(struct pollfd *fds, unsigned long n, int timeout)
{
    ac_time end = timeout > 0 ? ac_now() + timeout * AC_MILLISECOND : 0;
    int ready;
    while ((ready = poll(fds, n, timeout)) < 0 && errno == EINTR)
        timeout = timeout > 0 ? left_until(end) : timeout;
    return ready < 0 ? -errno : ready;
}
