// Addresses and sockets, for what is written in async C too.
#ifndef AC_IO_ADDRESS_H
#define AC_IO_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

struct ac__inet_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    socklen_t length;
};

// Reads a numeric address, "localhost", or nothing (every IPv4 address). 0 or -EINVAL.
int ac__inet_address(struct ac__inet_address *result, const char *address, unsigned port);

// Makes the address of a path. 0, -EINVAL: it is empty, or -ENAMETOOLONG.
int ac__unix_address(struct sockaddr_un *result, const char *path);

// Makes a socket of that type, non-blocking and closed on exec. The descriptor or -errno.
int ac__socket(int family, int type);

#endif
