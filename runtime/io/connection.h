// What accept(2) and connect(2) say that is no reason to give up.
#ifndef AC_IO_CONNECTION_H
#define AC_IO_CONNECTION_H

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>

// Errors of a connection that are reported in place of that connection.
static inline bool ac__is_of_the_connection(int error)
{
    switch (error) {
    case EINTR: case ECONNABORTED: case EPROTO: case ENOPROTOOPT: case ENETDOWN: case ENETUNREACH: case EHOSTDOWN:
    case EHOSTUNREACH: case ENONET:
        return true;
    default:
        return false;
    }
}

static inline bool ac__is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// 0, -EINPROGRESS, or another -errno. A call that was interrupted may go on by itself, which the next one says.
static inline int ac__connect_begin(int fd, const struct sockaddr *address, socklen_t length)
{
    int result;
    do
        result = connect(fd, address, length);
    while (result < 0 && errno == EINTR);
    if (result == 0 || errno == EISCONN)
        return 0;
    return errno == EALREADY ? -EINPROGRESS : -errno;
}

#endif
