// A task waits for one descriptor. One that stands for several is that of an epoll(7) which watches them: it is readable when any of
// them has what is wanted of it, by the rules of poll(2), whatever the executor's reactor knows of.
#define _GNU_SOURCE
#include "io/poll_set.h"
#include "io/operation.h"
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <unistd.h>

// The bits are equal on most machines only.
static const struct { short poll; uint32_t epoll; } same[] = {
    { POLLIN, EPOLLIN }, { POLLRDNORM, EPOLLRDNORM }, { POLLRDBAND, EPOLLRDBAND }, { POLLPRI, EPOLLPRI }, { POLLRDHUP, EPOLLRDHUP },
    { POLLOUT, EPOLLOUT }, { POLLWRNORM, EPOLLWRNORM }, { POLLWRBAND, EPOLLWRBAND },
};

// What is wanted of the descriptor, which may stand there several times.
static uint32_t wanted_of(const struct pollfd *fds, unsigned long n, int fd)
{
    uint32_t wanted = 0;
    for (unsigned long i = 0; i < n; i++)
        for (unsigned k = 0; fds[i].fd == fd && k < sizeof same / sizeof *same; k++)
            if (fds[i].events & same[k].poll)
                wanted |= same[k].epoll;
    return wanted;
}

// A file that epoll does not know is always ready: it has nothing of what is wanted, and never will have.
static int add(int set, const struct pollfd *fds, unsigned long n, unsigned long i)
{
    struct epoll_event event = { .events = wanted_of(&fds[i], 1, fds[i].fd) };
    if (epoll_ctl(set, EPOLL_CTL_ADD, fds[i].fd, &event) == 0 || errno == EPERM)
        return 0;
    if (errno != EEXIST)
        return -errno;
    event.events = wanted_of(fds, n, fds[i].fd);
    return epoll_ctl(set, EPOLL_CTL_MOD, fds[i].fd, &event) < 0 ? -errno : 0;
}

static int set_open(const struct pollfd *fds, unsigned long n)
{
    int set = epoll_create1(EPOLL_CLOEXEC), error = set < 0 ? -errno : 0;
    for (unsigned long i = 0; !error && i < n; i++)
        error = fds[i].fd < 0 ? 0 : add(set, fds, n, i);
    if (error && set >= 0)
        close(set);
    return error ? error : set;
}

// One that stands there alone, and of which no more is wanted than the reactor knows of, needs no set.
static bool is_simple(short events)
{
    return events && !(events & ~(POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM));
}

static struct ac__polled alone(const struct pollfd *only)
{
    unsigned reading = only->events & (POLLIN | POLLRDNORM) ? AC_READABLE : 0;
    unsigned writing = only->events & (POLLOUT | POLLWRNORM) ? AC_WRITABLE : 0;
    return (struct ac__polled){ only->fd, reading | writing, false };
}

struct ac__polled ac__polled_open(const struct pollfd *fds, unsigned long n)
{
    const struct pollfd *one = 0;
    unsigned long count = 0;
    for (unsigned long i = 0; i < n; i++)
        if (fds[i].fd >= 0) {
            one = &fds[i];
            count++;
        }
    if (!count)
        return (struct ac__polled){ 0 };
    if (count == 1 && is_simple(one->events))
        return alone(one);
    return (struct ac__polled){ set_open(fds, n), AC_READABLE, true };
}

static long look(struct ac_io_frame *self, struct ac_task *task)
{
    (void)task;
    int ready;
    do
        ready = poll(self->buffer, ((const struct ac__poll_frame *)self)->n, 0);
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return self->wait.fd < 0 ? 0 : AC__WAIT;
    return ready < 0 ? -errno : ready;
}

static const struct ac__operation looking = AC__OPERATION(ac__poll, .attempt = look, .has_value = true,
                                                          .frame_bytes = sizeof(struct ac__poll_frame));

ac_int ac__poll(void *frame, struct ac_task *task, unsigned point, struct pollfd *fds, unsigned long n, int fd, unsigned events)
{
    (void)point;
    struct ac__poll_frame here, *self = frame ? frame : &here;
    self->io.buffer = fds;
    self->io.bytes = events;
    self->io.wait.fd = fd;
    self->n = n;
    struct ac__started started = ac__operation_start(&looking, &self->io, frame, task);
    return (ac_int){ (int)started.result, started.pending };
}
