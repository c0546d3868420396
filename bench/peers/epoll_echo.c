// The echo server that examples/echo.ac is compared with: an epoll loop written by hand.
//
//     epoll_echo [PORT]        0: any free one; the port is printed
//
// It does what the other does: as much per read, non-blocking sockets, what cannot be written at once kept for later.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 4096, EVENTS = 256 };

// A connection. `rest` is what was read and could not be written; while there is some, nothing more is read.
struct peer {
    int fd;
    size_t from, to;
    char *rest;
};

static int fail(const char *what)
{
    fprintf(stderr, "epoll_echo: %s: %s\n", what, strerror(errno));
    return 1;
}

static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
        bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return -1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void peer_close(struct peer *p)
{
    close(p->fd);
    free(p->rest);
    free(p);
}

static int watch(int epoll, int operation, struct peer *p, unsigned events)
{
    struct epoll_event event = { .events = events, .data.ptr = p };
    return epoll_ctl(epoll, operation, p->fd, &event);
}

static void accept_all(int epoll, int listener)
{
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct peer *p = calloc(1, sizeof *p);
        if (!p) {
            close(fd);
            continue;
        }
        p->fd = fd;
        if (watch(epoll, EPOLL_CTL_ADD, p, EPOLLIN) < 0)
            peer_close(p);
    }
}

// Keeps what could not be written. Returns 0, or -1: the connection has to go.
static int keep_rest(int epoll, struct peer *p, const char *text, size_t length)
{
    if (!p->rest && !(p->rest = malloc(BUFFER)))
        return -1;
    memcpy(p->rest, text, length);
    p->from = 0;
    p->to = length;
    return watch(epoll, EPOLL_CTL_MOD, p, EPOLLOUT);
}

static int write_rest(int epoll, struct peer *p)
{
    ssize_t n = send(p->fd, p->rest + p->from, p->to - p->from, MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    p->from += (size_t)n;
    return p->from < p->to ? 0 : watch(epoll, EPOLL_CTL_MOD, p, EPOLLIN);
}

static int echo_once(int epoll, struct peer *p)
{
    char buffer[BUFFER];
    ssize_t n = read(p->fd, buffer, sizeof buffer);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n <= 0)
        return -1;
    ssize_t sent = send(p->fd, buffer, (size_t)n, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return -1;
    if (sent < 0)
        sent = 0;
    return sent == n ? 0 : keep_rest(epoll, p, buffer + sent, (size_t)(n - sent));
}

int main(int argc, char **argv)
{
    struct epoll_event events[EVENTS];
    struct peer listener;
    raise_limit();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    listener.fd = listen_on(argc > 1 ? atoi(argv[1]) : 7000);
    if (epoll < 0 || listener.fd < 0 || watch(epoll, EPOLL_CTL_ADD, &listener, EPOLLIN) < 0)
        return fail("cannot listen");
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS, -1);
        if (n < 0 && errno != EINTR)
            return fail("epoll_wait");
        for (int i = 0; i < n; i++) {
            struct peer *p = events[i].data.ptr;
            if (p == &listener)
                accept_all(epoll, listener.fd);
            else if ((p->rest && p->from < p->to ? write_rest(epoll, p) : echo_once(epoll, p)) < 0)
                peer_close(p);
        }
    }
}
