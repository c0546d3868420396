// Connections in an erased program.
#define _GNU_SOURCE
#include "erased/erased.h"
#include "io/connection.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

// For lack of descriptors, memory or room in a queue.
static void pause_longer(ac_time *delay)
{
    ac_sleep(*delay);
    *delay = *delay < AC_SECOND / 2 ? 2 * *delay : AC_SECOND;
}

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
            pause_longer(&delay);
        } else {
            return -errno;
        }
    }
}

// A connect that was begun is over when the socket is writable.
static int connect_end(int fd)
{
    int error = ac__erased_ready(fd, AC_WRITABLE);
    if (error < 0)
        return error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof error }) < 0 ? -errno : -error;
}

int ac_connect(int fd, const struct sockaddr *address, unsigned length)
{
    ac_time delay = AC_MILLISECOND;
    int result;
    while ((result = ac__connect_begin(fd, address, length)) == -EAGAIN)
        pause_longer(&delay);
    return result == -EINPROGRESS ? connect_end(fd) : result;
}

int ac_close(int fd)
{
    return close(fd) < 0 && errno != EINTR ? -errno : 0;
}
