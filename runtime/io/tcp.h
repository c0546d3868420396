// TCP addresses, for what is written in async C too.
#ifndef AC_IO_TCP_H
#define AC_IO_TCP_H

#include <netinet/in.h>
#include <sys/socket.h>

struct ac__tcp_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    socklen_t length;
};

// Reads a numeric address, "localhost", or nothing (every IPv4 address). 0 or -EINVAL.
int ac__tcp_address(struct ac__tcp_address *result, const char *address, unsigned port);

// Makes a socket for it, non-blocking and closed on exec. The descriptor or -errno.
int ac__tcp_socket(const struct ac__tcp_address *address);

#endif
