// poll's reactor on the thread's stopped clock. A wait that nothing ends before its time is over at once, and the clock has
// moved; so a program that sleeps for an hour takes no longer than what it computes. Descriptors are the system's: what one
// task writes into a pipe, another one can read at once, but who waits for another process sees its own timers run out first.
#include "reactor/reactor.h"
#include "time/clock.h"

static int virtual_open(struct ac_reactor *reactor)
{
    int error = ac_reactor_poll.open(reactor);
    if (!error)
        ac__clock_stop();
    return error;
}

static void virtual_close(struct ac_reactor *reactor)
{
    ac__clock_go_on();
    ac_reactor_poll.close(reactor);
}

static int virtual_watch(struct ac_reactor *reactor, int fd, unsigned events)
{
    return ac_reactor_poll.watch(reactor, fd, events);
}

static void virtual_forget(struct ac_reactor *reactor, int fd)
{
    ac_reactor_poll.forget(reactor, fd);
}

// With nothing to wait until, only the system is left to wait for.
static void virtual_wait(struct ac_reactor *reactor, ac_time timeout)
{
    if (timeout == AC_NEVER) {
        ac_reactor_poll.wait(reactor, AC_NEVER);
        return;
    }
    unsigned waits = reactor->waits;
    ac_reactor_poll.wait(reactor, 0);
    if (reactor->waits == waits && !ac__woken_pending(reactor->executor))
        ac__clock_move(timeout);
}

static void virtual_notify(struct ac_reactor *reactor)
{
    ac_reactor_poll.notify(reactor);
}

static int virtual_descriptor(const struct ac_reactor *reactor)
{
    return ac_reactor_poll.descriptor(reactor);
}

static ac_time virtual_now(struct ac_reactor *reactor)
{
    (void)reactor;
    return ac__clock_read();
}

const struct ac_reactor_type ac_reactor_virtual = {
    .name = "virtual",
    .open = virtual_open,
    .close = virtual_close,
    .watch = virtual_watch,
    .forget = virtual_forget,
    .wait = virtual_wait,
    .notify = virtual_notify,
    .descriptor = virtual_descriptor,
    .now = virtual_now,
};
