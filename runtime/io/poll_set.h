// What ac_poll is made of.
#ifndef AC_IO_POLL_SET_H
#define AC_IO_POLL_SET_H

#include "acc/acc.h"

struct ac__poll_frame { struct ac_io_frame io; unsigned long n; };

// As poll(2) with a timeout of 0 or, when `fd` is not negative, asks again whenever one of `events` has come there, until there is
// something. Returns the number of descriptors with revents, 0 if it does not wait, or -errno.
AC_NODISCARD AC_ASYNC(ac_int, int, ac__poll, (AC_LENT struct pollfd *fds, unsigned long n, int fd, unsigned events), ac__poll_frame)

// What to wait for in place of all the descriptors.
struct ac__polled {
    int fd;                         // or -errno
    unsigned events;                // 0: there is none of them
    _Bool is_set;                   // it was made for this, and has to be closed
};
struct ac__polled ac__polled_open(const struct pollfd *fds, unsigned long n);

#endif
