// Small conveniences for sockets that never wait; the same in lowered and in erased programs.
#define _GNU_SOURCE
#include "io/tcp.h"
#include "acc/io.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int ac__tcp_address(struct ac__tcp_address *result, const char *address, unsigned port)
{
    *result = (struct ac__tcp_address){ 0 };
    if (port > 65535)
        return -EINVAL;
    if (!address || !*address)
        address = "0.0.0.0";
    if (!strcmp(address, "localhost"))
        address = "127.0.0.1";
    if (inet_pton(AF_INET, address, &result->v4.sin_addr) == 1) {
        result->v4.sin_family = AF_INET;
        result->v4.sin_port = htons((uint16_t)port);
        result->length = sizeof result->v4;
        return 0;
    }
    if (inet_pton(AF_INET6, address, &result->v6.sin6_addr) != 1)
        return -EINVAL;
    result->v6.sin6_family = AF_INET6;
    result->v6.sin6_port = htons((uint16_t)port);
    result->length = sizeof result->v6;
    return 0;
}

int ac__tcp_socket(const struct ac__tcp_address *address)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

int ac_tcp_listen(const char *text, unsigned port, int backlog)
{
    struct ac__tcp_address address;
    int error = ac__tcp_address(&address, text, port);
    int fd = error ? error : ac__tcp_socket(&address);
    if (fd < 0)
        return fd;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) < 0 || bind(fd, &address.any, address.length) < 0 ||
        listen(fd, backlog) < 0) {
        error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int ac_tcp_port(int fd)
{
    struct ac__tcp_address address = { .length = sizeof address.v6 };
    if (getsockname(fd, &address.any, &address.length) < 0)
        return -errno;
    switch (address.any.sa_family) {
    case AF_INET:
        return ntohs(address.v4.sin_port);
    case AF_INET6:
        return ntohs(address.v6.sin6_port);
    default:
        return -EAFNOSUPPORT;
    }
}

int ac_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || (!(flags & O_NONBLOCK) && fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0))
        return -errno;
    return 0;
}
