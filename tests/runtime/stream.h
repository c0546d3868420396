// Sockets and pipes for the tests, and the real reactors.
#ifndef STREAM_H
#define STREAM_H

#include "test.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((unused)) static const struct ac_executor_options real[] = {
    { .reactor = &ac_reactor_epoll },
    { .reactor = &ac_reactor_poll },
    { .reactor = &ac_reactor_uring },
};
enum { REAL = 3 };

__attribute__((unused)) static void pair_make(int pair[2])
{
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
}

// Two ends of a TCP connection over loopback, not in non-blocking mode yet.
__attribute__((unused)) static void tcp_pair_make(int pair[2])
{
    int listener = ac_tcp_listen("localhost", 0, 8);
    CHECK(listener >= 0);
    struct sockaddr_in address;
    CHECK_EQUAL(getsockname(listener, (struct sockaddr *)&address, &(socklen_t){ sizeof address }), 0);
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(connect(pair[0], (struct sockaddr *)&address, sizeof address), 0);
    pair[1] = accept(listener, 0, 0);
    CHECK(pair[1] >= 0);
    CHECK_EQUAL(ac_nonblocking(pair[0]), 0);
    CHECK_EQUAL(ac_nonblocking(pair[1]), 0);
    close(listener);
}

__attribute__((unused)) static void pair_close(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

#endif
