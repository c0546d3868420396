// The table of descriptors.
//
// A descriptor stays registered with the kernel between waits, edge-triggered. Whoever found nothing (EAGAIN) arms it anew
// before waiting, which costs a system call and is right whatever file is behind the number. The common case of a server
// needs neither: when a read from a TCP socket came back short, the socket is empty (DRAINED), the next data will be
// reported, and a task may wait at once. That belief is the only one that an unseen close(2) can make wrong, so such
// waits are listed by age, and one that was silent for long is tried again.
#include "reactor/reactor.h"
#include <errno.h>
#include <string.h>

enum { FIRST_FDS = 8 * AC__FD_BLOCK, STRIKES = 3, SINCE_BITS = 20 };

int ac__reactor_begin(struct ac_reactor *reactor, struct ac_executor *executor, const struct ac_reactor_type *type)
{
    *reactor = (struct ac_reactor){ .type = type, .executor = executor, .silent_first = -1, .silent_last = -1,
                                    .kernel = -1, .wake = -1 };
    return type->open(reactor);
}

static struct ac_allocator *allocator_of(const struct ac_reactor *reactor)
{
    return reactor->executor->memory.allocator;
}

static size_t blocks_bytes(const struct ac_reactor *reactor)
{
    return (size_t)reactor->fd_count / AC__FD_BLOCK * sizeof *reactor->fds;
}

void ac__reactor_end(struct ac_reactor *reactor)
{
    struct ac_allocator *allocator = allocator_of(reactor);
    reactor->type->close(reactor);
    for (int n = 0; n < reactor->fd_count / AC__FD_BLOCK; n++)
        if (reactor->fds[n])
            allocator->put(allocator, reactor->fds[n], AC__FD_BLOCK * sizeof **reactor->fds);
    if (reactor->fds)
        allocator->put(allocator, reactor->fds, blocks_bytes(reactor));
}

struct ac__fd *ac__fd(struct ac_reactor *reactor, int fd)
{
    if (fd < 0 || fd >= reactor->fd_count)
        return 0;
    struct ac__fd *block = reactor->fds[fd / AC__FD_BLOCK];
    return block ? &block[fd % AC__FD_BLOCK] : 0;
}

// Makes room for the number. Only the list of blocks is ever copied: a server with many connections has no second table while it
// grows, and no half of one that is never used.
static int blocks_grow(struct ac_reactor *reactor, int fd)
{
    int count = reactor->fd_count ? reactor->fd_count : FIRST_FDS;
    while (count <= fd)
        if (__builtin_mul_overflow(count, 2, &count))
            return -ENOMEM;
    struct ac_allocator *allocator = allocator_of(reactor);
    size_t old = blocks_bytes(reactor), bytes = (size_t)count / AC__FD_BLOCK * sizeof *reactor->fds;
    struct ac__fd **blocks = allocator->get(allocator, bytes);
    if (!blocks)
        return -ENOMEM;
    memset((char *)blocks + old, 0, bytes - old);
    if (old) {
        memcpy(blocks, reactor->fds, old);
        allocator->put(allocator, reactor->fds, old);
    }
    reactor->fds = blocks;
    reactor->fd_count = count;
    return 0;
}

// Puts the number into the table. 0: there is no memory.
static struct ac__fd *enter(struct ac_reactor *reactor, int fd)
{
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (entry || (fd >= reactor->fd_count && blocks_grow(reactor, fd) < 0))
        return entry;
    struct ac_allocator *allocator = allocator_of(reactor);
    size_t bytes = AC__FD_BLOCK * sizeof *entry;
    struct ac__fd *block = allocator->get(allocator, bytes);
    if (!block)
        return 0;
    reactor->fds[fd / AC__FD_BLOCK] = memset(block, 0, bytes);
    return &block[fd % AC__FD_BLOCK];
}

// --- silence ------------------------------------------------------------------------------------------------------------

static void silent_remove(struct ac_reactor *reactor, struct ac__fd *entry)
{
    if (!entry->is_silent)
        return;
    entry->is_silent = false;
    struct ac__fd *previous = ac__fd(reactor, entry->silent_previous), *next = ac__fd(reactor, entry->silent_next);
    *(previous ? &previous->silent_next : &reactor->silent_first) = entry->silent_next;
    *(next ? &next->silent_previous : &reactor->silent_last) = entry->silent_previous;
}

static void silent_add(struct ac_reactor *reactor, struct ac__fd *entry, int fd)
{
    silent_remove(reactor, entry);
    entry->is_silent = true;
    entry->since = (unsigned)(reactor->type->now(reactor) >> SINCE_BITS);
    entry->silent_next = -1;
    entry->silent_previous = reactor->silent_last;
    struct ac__fd *previous = ac__fd(reactor, entry->silent_previous);
    *(previous ? &previous->silent_next : &reactor->silent_first) = fd;
    reactor->silent_last = fd;
}

// Unsigned differences survive the overflow of `since`.
static unsigned age(const struct ac__fd *entry, ac_time now)
{
    return (unsigned)(now >> SINCE_BITS) - entry->since;
}

// The age that is surely not less than a time.
static unsigned age_of(ac_time time)
{
    return (unsigned)(time >> SINCE_BITS) + 1;
}

void ac__fds_probe(struct ac_reactor *reactor, ac_time silence)
{
    if (reactor->silent_first < 0)
        return;
    ac_time now = reactor->type->now(reactor);
    struct ac__fd *entry;
    while ((entry = ac__fd(reactor, reactor->silent_first)) && age(entry, now) >= age_of(silence)) {
        ac__fd_event(reactor, reactor->silent_first, AC_READABLE);
        entry->flags |= AC__PROBED;
    }
}

ac_time ac__fds_probe_time(struct ac_reactor *reactor)
{
    const struct ac__fd *entry = ac__fd(reactor, reactor->silent_first);
    if (!entry)
        return AC_NEVER;
    ac_time now = reactor->type->now(reactor);
    unsigned passed = age(entry, now), old = age_of(AC__SILENCE);
    return passed >= old ? now : ((now >> SINCE_BITS) + (old - passed)) << SINCE_BITS;
}

bool ac__fd_drained(struct ac_task *task, int fd)
{
    struct ac__fd *entry = ac__fd(task->executor->reactor, fd);
    return entry && entry->flags & AC__DRAINED;
}

void ac__fd_took(struct ac_task *task, int fd, bool is_short)
{
    struct ac__fd *entry = ac__fd(task->executor->reactor, fd);
    if (!entry)
        return;
    if (entry->flags & AC__PROBED && entry->strikes < STRIKES)
        entry->strikes++;
    entry->flags &= (unsigned char)~AC__PROBED;
    bool is_believed = (entry->flags & (AC__REGISTERED | AC__STREAM | AC__HUNG_UP)) == (AC__REGISTERED | AC__STREAM)
                       && entry->strikes < STRIKES;
    if (is_short && is_believed)
        entry->flags |= AC__DRAINED;
}

// --- waiting ------------------------------------------------------------------------------------------------------------

static struct ac_fd_wait *wait_of(const struct ac_task *task)
{
    return AC_PARENT(task->node, struct ac_fd_wait, wait.node);
}

static void waiter_append(struct ac__fd *entry, struct ac_task *task)
{
    task->next = entry->last ? entry->last->next : task;
    if (entry->last)
        entry->last->next = task;
    entry->last = task;
}

// Wakes those of the waiters that `events` is about, or the one `only`, in order; the others keep theirs.
static void waiters_wake(struct ac_reactor *reactor, struct ac__fd *entry, unsigned events, const struct ac_task *only, int error)
{
    struct ac_task *last = entry->last, *task = last ? last->next : 0;
    entry->last = 0;
    for (bool is_last = !last; !is_last; ) {
        struct ac_task *next = task->next;
        is_last = task == last;
        struct ac_fd_wait *wait = wait_of(task);
        if (only ? task != only : !(wait->events & events)) {
            waiter_append(entry, task);
        } else {
            wait->fd = error ? error : wait->fd;
            reactor->waits--;
            ac_task_wake(task);
        }
        task = next;
    }
}

void ac__fd_event(struct ac_reactor *reactor, int fd, unsigned events)
{
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (!entry)
        return;
    if (events & AC_READABLE) {
        entry->flags &= (unsigned char)~AC__DRAINED;
        silent_remove(reactor, entry);
    }
    waiters_wake(reactor, entry, events, 0, 0);
}

void ac__fd_hang_up(struct ac_reactor *reactor, int fd)
{
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (entry)
        entry->flags |= AC__HUNG_UP;
}

void ac__fd_reset(struct ac_reactor *reactor, int fd)
{
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (!entry)
        return;
    silent_remove(reactor, entry);
    waiters_wake(reactor, entry, AC_READABLE | AC_WRITABLE, 0, -EBADF);
    entry->flags = 0;
    entry->strikes = 0;
}

unsigned ac__fd_awaited(struct ac_reactor *reactor, int fd)
{
    unsigned events = 0;
    const struct ac__fd *entry = ac__fd(reactor, fd);
    const struct ac_task *last = entry ? entry->last : 0, *task = last;
    if (task)
        do
            events |= wait_of(task)->events;
        while ((task = task->next) != last);
    return events;
}

static void fd_cancel(struct ac_wait *wait, struct ac_task *task)
{
    struct ac_reactor *reactor = task->executor->reactor;
    struct ac__fd *entry = ac__fd(reactor, AC_PARENT(wait, struct ac_fd_wait, wait)->fd);
    waiters_wake(reactor, entry, 0, task, -ECANCELED);
    if (!entry->last)
        silent_remove(reactor, entry);
}

int ac_fd_wait(struct ac_task *task, struct ac_fd_wait *wait, int fd, unsigned events)
{
    struct ac_reactor *reactor = task->executor->reactor;
    if (fd < 0)
        return -EBADF;
    struct ac__fd *entry = enter(reactor, fd);
    if (!entry)
        return -ENOMEM;
    if (events == AC_READABLE && entry->flags & AC__DRAINED) {
        silent_add(reactor, entry, fd);
    } else {
        entry->flags &= (unsigned char)~AC__PROBED;
        int error = reactor->type->watch(reactor, fd, events | ac__fd_awaited(reactor, fd));
        if (error)
            return error;
    }
    wait->fd = fd;
    wait->events = events;
    wait->wait.cancel = fd_cancel;
    ac_task_wait(task, &wait->wait);
    waiter_append(entry, task);
    reactor->waits++;
    return 0;
}
