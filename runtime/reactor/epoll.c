// The reactor on Linux: one registration for a descriptor, edge-triggered, kept between waits.
#include "reactor/reactor.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// As many as are resumed before the next look: a task that is woken long before it runs is not in the cache any more then.
enum { EVENTS = AC__TURN };
static const uint64_t wake_token = UINT64_MAX;

int ac__epoll_open(struct ac_reactor *reactor)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u64 = wake_token };
    reactor->kernel = epoll_create1(EPOLL_CLOEXEC);
    if (reactor->kernel < 0)
        return -errno;
    reactor->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (reactor->wake < 0 || epoll_ctl(reactor->kernel, EPOLL_CTL_ADD, reactor->wake, &event) < 0) {
        int error = -errno;
        reactor->type->close(reactor);
        return error;
    }
    return 0;
}

void ac__epoll_close(struct ac_reactor *reactor)
{
    if (reactor->wake >= 0)
        close(reactor->wake);
    close(reactor->kernel);
}

static bool is_tcp(int fd)
{
    int value;
    socklen_t size = sizeof value;
    return getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &size) == 0;
}

// What the table says about a registration may be out of date: the number was closed and reused, or the file lives on
// under a duplicate. The kernel's answer decides.
int ac__epoll_watch(struct ac_reactor *reactor, int fd, unsigned events)
{
    struct ac__fd *entry = ac__fd(reactor, fd);
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET | (events & AC_WRITABLE ? EPOLLOUT : 0u),
                                 .data.u64 = (uint64_t)fd };
    bool is_new = !(entry->flags & AC__REGISTERED);
    int result = epoll_ctl(reactor->kernel, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
    if (result < 0 && errno == (is_new ? EEXIST : ENOENT)) {
        is_new = true;
        result = epoll_ctl(reactor->kernel, errno == EEXIST ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
    }
    if (result < 0)
        return -errno;
    if (is_new) {
        bool is_other = entry->flags & AC__REGISTERED;                  // than the file whose mode is known
        unsigned kept = AC__SILENT | AC__AGED | (is_other ? 0u : AC__SETTLED | AC__POLLED);     // a task reads while another came to write
        entry->flags = (unsigned short)(AC__REGISTERED | (is_tcp(fd) ? AC__STREAM : 0u) | (entry->flags & kept));
    }
    return 0;
}

void ac__epoll_forget(struct ac_reactor *reactor, int fd)
{
    // Fails when the registration is gone already, which is what is wanted.
    if (ac__fd(reactor, fd)->flags & AC__REGISTERED)
        (void)epoll_ctl(reactor->kernel, EPOLL_CTL_DEL, fd, &(struct epoll_event){ 0 });
}

static void report(struct ac_reactor *reactor, const struct epoll_event *event)
{
    if (event->data.u64 == wake_token)
        return;
    int fd = (int)event->data.u64;
    unsigned events = (event->events & EPOLLIN ? AC_READABLE : 0) | (event->events & EPOLLOUT ? AC_WRITABLE : 0);
    if (event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        ac__fd_hang_up(reactor, fd);
        events |= event->events & (EPOLLHUP | EPOLLERR) ? AC_READABLE | AC_WRITABLE : AC_READABLE;
    }
    ac__fd_event(reactor, fd, events);
}

static int wait_for(struct ac_reactor *reactor, struct epoll_event *events, ac_time timeout)
{
    if (timeout == 0 || timeout == AC_NEVER)
        return epoll_wait(reactor->kernel, events, EVENTS, timeout ? -1 : 0);
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 35)
    struct timespec time = { .tv_sec = timeout / AC_SECOND, .tv_nsec = timeout % AC_SECOND };
    int count = epoll_pwait2(reactor->kernel, events, EVENTS, &time, 0);
    if (count >= 0 || errno != ENOSYS)
        return count;
#endif
    return epoll_wait(reactor->kernel, events, EVENTS, ac__milliseconds(timeout));
}

// An interrupted wait is one without events: the executor looks around and waits again.
void ac__epoll_wait(struct ac_reactor *reactor, ac_time timeout)
{
    struct epoll_event events[EVENTS];
    int count = wait_for(reactor, events, timeout);
    if (count < 0 && errno != EINTR)
        reactor->executor->fatal("the executor's epoll(7) descriptor was closed");
    for (int i = 0; i < count; i++)
        report(reactor, &events[i]);
}

// The registration is edge-triggered: each write wakes, and nothing needs to be read. The counter cannot become full.
void ac__epoll_notify(struct ac_reactor *reactor)
{
    int saved = errno;
    while (write(reactor->wake, &(uint64_t){ 1 }, sizeof(uint64_t)) < 0 && errno == EINTR)
        continue;
    errno = saved;
}

int ac__epoll_descriptor(const struct ac_reactor *reactor)
{
    return reactor->kernel;
}

ac_time ac__epoll_now(struct ac_reactor *reactor)
{
    (void)reactor;
    return ac_now();
}

const struct ac_reactor_type ac_reactor_epoll = {
    .name = "epoll",
    .open = ac__epoll_open,
    .close = ac__epoll_close,
    .watch = ac__epoll_watch,
    .forget = ac__epoll_forget,
    .wait = ac__epoll_wait,
    .notify = ac__epoll_notify,
    .descriptor = ac__epoll_descriptor,
    .now = ac__epoll_now,
};
