// The portable reactor: poll(2) over all descriptors that somebody waits for, and a pipe to be woken by. Keeps nothing in
// the kernel, so nothing can be out of date.
#include "reactor/reactor.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static int poll_open(struct ac_reactor *reactor)
{
    int ends[2];
    if (pipe(ends) < 0)
        return -errno;
    reactor->kernel = ends[0];
    reactor->wake = ends[1];
    for (int i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) < 0 || ac_nonblocking(ends[i]) < 0) {
            int error = -errno;
            reactor->type->close(reactor);
            return error;
        }
    return 0;
}

static void polled_free(struct ac_reactor *reactor)
{
    struct ac_allocator *allocator = reactor->executor->memory.allocator;
    if (reactor->polled)
        allocator->put(allocator, reactor->polled, (size_t)reactor->polled_count * sizeof(struct pollfd));
    reactor->polled = 0;
    reactor->polled_count = 0;
}

static void poll_close(struct ac_reactor *reactor)
{
    close(reactor->kernel);
    close(reactor->wake);
    polled_free(reactor);
}

// Makes room for every descriptor of the table here, where lack of memory can be reported.
static int poll_watch(struct ac_reactor *reactor, int fd, unsigned events)
{
    (void)fd;
    (void)events;
    if (reactor->polled_count > reactor->fd_count)
        return 0;
    polled_free(reactor);
    struct ac_allocator *allocator = reactor->executor->memory.allocator;
    reactor->polled = allocator->get(allocator, ((size_t)reactor->fd_count + 1) * sizeof(struct pollfd));
    if (!reactor->polled)
        return -ENOMEM;
    reactor->polled_count = reactor->fd_count + 1;
    return 0;
}

static void poll_forget(struct ac_reactor *reactor, int fd)
{
    (void)reactor;
    (void)fd;
}

static nfds_t collect(struct ac_reactor *reactor, struct pollfd *polled)
{
    nfds_t count = 0;
    polled[count++] = (struct pollfd){ .fd = reactor->kernel, .events = POLLIN };
    for (int fd = 0; reactor->waits && reactor->polled && fd < reactor->fd_count; fd++) {
        unsigned events = ac__fd_awaited(reactor, fd);
        short wanted = (short)((events & AC_READABLE ? POLLIN : 0) | (events & AC_WRITABLE ? POLLOUT : 0));
        if (wanted)
            polled[count++] = (struct pollfd){ .fd = fd, .events = wanted };
    }
    return count;
}

// Another program may share neither end, so the pipe is emptied by as many bytes as were written.
static void wake_read(struct ac_reactor *reactor)
{
    char bytes[64];
    while (read(reactor->kernel, bytes, sizeof bytes) == (ssize_t)sizeof bytes)
        continue;
}

static void poll_wait(struct ac_reactor *reactor, ac_time timeout)
{
    struct pollfd alone[1], *polled = reactor->polled ? reactor->polled : alone;
    nfds_t count = collect(reactor, polled);
    if (poll(polled, count, ac__milliseconds(timeout)) <= 0)
        return;
    if (polled[0].revents & POLLNVAL)
        reactor->executor->fatal("the executor's pipe was closed");
    if (polled[0].revents)
        wake_read(reactor);
    for (nfds_t i = 1; i < count; i++) {
        short events = polled[i].revents;
        unsigned seen = (events & POLLIN ? AC_READABLE : 0) | (events & POLLOUT ? AC_WRITABLE : 0);
        if (events)
            ac__fd_event(reactor, polled[i].fd, events & ~(POLLIN | POLLOUT) ? AC_READABLE | AC_WRITABLE : seen);
    }
}

// A full pipe wakes as well as one more byte does.
static void poll_notify(struct ac_reactor *reactor)
{
    int saved = errno;
    while (write(reactor->wake, "", 1) < 0 && errno == EINTR)
        continue;
    errno = saved;
}

static int poll_descriptor(const struct ac_reactor *reactor)
{
    (void)reactor;
    return -ENOSYS;
}

static ac_time poll_now(struct ac_reactor *reactor)
{
    (void)reactor;
    return ac_now();
}

const struct ac_reactor_type ac_reactor_poll = {
    .name = "poll",
    .open = poll_open,
    .close = poll_close,
    .watch = poll_watch,
    .forget = poll_forget,
    .wait = poll_wait,
    .notify = poll_notify,
    .descriptor = poll_descriptor,
    .now = poll_now,
};
