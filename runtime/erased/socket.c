// Connections in an erased program.
#define _GNU_SOURCE
#include "erased/erased.h"
#include "io/accept_errors.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

int ac_accept(int fd, struct sockaddr *address, unsigned *length)
{
    ac_time delay = AC_MILLISECOND;
    for (;;) {
        int connection = accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connection >= 0)
            return connection;
        if (ac__is_of_the_connection(errno))
            continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            int ready = ac__erased_ready(fd, AC_READABLE);
            if (ready < 0)
                return ready;
        } else if (ac__is_shortage(errno)) {
            ac_sleep(delay);
            delay = delay < AC_SECOND / 2 ? 2 * delay : AC_SECOND;
        } else {
            return -errno;
        }
    }
}

int ac_connect(int fd, const struct sockaddr *address, unsigned length)
{
    ac_time delay = AC_MILLISECOND;
    while (connect(fd, address, length) < 0) {
        if (errno == EAGAIN) {
            ac_sleep(delay);
            delay = delay < AC_SECOND / 2 ? 2 * delay : AC_SECOND;
            continue;
        }
        if (errno != EINPROGRESS && errno != EINTR)
            return -errno;
        int error = ac__erased_ready(fd, AC_WRITABLE);
        if (error < 0)
            return error;
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof error }) < 0)
            return -errno;
        return -error;
    }
    return 0;
}

int ac_close(int fd)
{
    return close(fd) < 0 && errno != EINTR ? -errno : 0;
}
