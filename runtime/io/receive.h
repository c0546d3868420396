// What a system call that does not wait leaves to its caller when flags of recv(2) say how to wait.
#ifndef AC_IO_RECEIVE_H
#define AC_IO_RECEIVE_H

#include <stdbool.h>
#include <sys/socket.h>

// What one system call transfers at most, read(2).
enum { AC__RECEIVED_MOST = 0x7ffff000 };

// Whether MSG_WAITALL asks for all there is room for. Of a datagram nothing more comes, and what is only looked at comes again.
static inline bool ac__receives_all(int fd, int flags)
{
    int type = 0;
    unsigned length = sizeof type;
    if ((flags & (MSG_WAITALL | MSG_PEEK)) != MSG_WAITALL)
        return false;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

#endif
