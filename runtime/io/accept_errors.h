// What accept(2) says that is no reason to stop accepting.
#ifndef AC_IO_ACCEPT_ERRORS_H
#define AC_IO_ACCEPT_ERRORS_H

#include <errno.h>
#include <stdbool.h>

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

#endif
