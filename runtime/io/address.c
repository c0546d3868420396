// Small conveniences for sockets that never wait; the same in lowered and in erased programs.
#define _GNU_SOURCE
#include "io/address.h"
#include "acc/io.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int ac__inet_address(struct ac__inet_address *result, const char *address, unsigned port)
{
    *result = (struct ac__inet_address){ 0 };
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

int ac__unix_address(struct sockaddr_un *result, const char *path)
{
    *result = (struct sockaddr_un){ .sun_family = AF_UNIX };
    size_t length = strlen(path);
    if (length == 0)
        return -EINVAL;
    if (length >= sizeof result->sun_path)
        return -ENAMETOOLONG;
    memcpy(result->sun_path, path, length);
    return 0;
}

int ac__socket(int family, int type)
{
    int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

static int close_with(int fd, int error)
{
    close(fd);
    return error;
}

// A socket with an address of its own. The descriptor or -errno.
static int bind_to(int type, const struct sockaddr *address, socklen_t length)
{
    int fd = ac__socket(address->sa_family, type);
    if (fd < 0)
        return fd;
    bool may_reuse = type == SOCK_STREAM && address->sa_family != AF_UNIX;
    if (may_reuse && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) < 0)
        return close_with(fd, -errno);
    return bind(fd, address, length) < 0 ? close_with(fd, -errno) : fd;
}

static int listen_on(const struct sockaddr *address, socklen_t length, int backlog)
{
    int fd = bind_to(SOCK_STREAM, address, length);
    return fd >= 0 && listen(fd, backlog) < 0 ? close_with(fd, -errno) : fd;
}

int ac_tcp_listen(const char *text, unsigned port, int backlog)
{
    struct ac__inet_address address;
    int error = ac__inet_address(&address, text, port);
    return error ? error : listen_on(&address.any, address.length, backlog);
}

int ac_udp_bind(const char *text, unsigned port)
{
    struct ac__inet_address address;
    int error = ac__inet_address(&address, text, port);
    return error ? error : bind_to(SOCK_DGRAM, &address.any, address.length);
}

int ac_unix_listen(const char *path, int backlog)
{
    struct sockaddr_un address;
    int error = ac__unix_address(&address, path);
    return error ? error : listen_on((struct sockaddr *)&address, sizeof address, backlog);
}

int ac_tcp_port(int fd)
{
    struct ac__inet_address address = { .length = sizeof address.v6 };
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
