// The table of descriptors.
//
// A descriptor stays registered with the kernel between waits, edge-triggered. Whoever found nothing (EAGAIN) arms it anew
// before waiting, which costs a system call and is right whatever file is behind the number. The common case of a server
// needs neither: when a read from a TCP socket came back short, the socket is empty (DRAINED), the next data will be
// reported, and a task may wait at once. That belief is the only one that an unseen close(2) can make wrong, so the table is
// looked through from time to time, and a descriptor that was silent for long is tried again.
#include "reactor/reactor.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { FIRST_FDS = 8 * AC__FD_BLOCK };

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
            allocator->put(allocator, reactor->fds[n], sizeof **reactor->fds);
    if (reactor->fds)
        allocator->put(allocator, reactor->fds, blocks_bytes(reactor));
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
    struct ac__fds **blocks = allocator->get(allocator, bytes);
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

static __attribute__((__noinline__)) struct ac__fd *enter_new(struct ac_reactor *reactor, int fd)
{
    if (fd >= reactor->fd_count && blocks_grow(reactor, fd) < 0)
        return 0;
    struct ac_allocator *allocator = allocator_of(reactor);
    struct ac__fds *block = allocator->get(allocator, sizeof *block);
    if (!block)
        return 0;
    reactor->fds[fd / AC__FD_BLOCK] = memset(block, 0, sizeof *block);
    return &block->fd[fd % AC__FD_BLOCK];
}

// Puts the number into the table. 0: there is no memory.
static inline struct ac__fd *enter(struct ac_reactor *reactor, int fd)
{
    struct ac__fd *entry = ac__fd(reactor, fd);
    return entry ? entry : enter_new(reactor, fd);
}

// --- mode ---------------------------------------------------------------------------------------------------------------

// Files on disk have no mode, and are always ready.
static unsigned mode_of(const struct ac_reactor *reactor, int fd)
{
    struct stat file;
    int flags = fcntl(fd, F_GETFL);
    bool is_blocking = flags >= 0 && !(flags & O_NONBLOCK);
    if (!(is_blocking || reactor->type->fetch) || fstat(fd, &file) < 0)
        return 0;
    if (S_ISREG(file.st_mode) || S_ISBLK(file.st_mode))
        return reactor->type->fetch ? AC__FILE : 0;
    return is_blocking ? AC__POLLED : 0;
}

struct ac__fd *ac__fd_settle(struct ac_reactor *reactor, int fd)
{
    struct ac__fd *entry = fd >= 0 ? enter(reactor, fd) : 0;
    if (entry && !(entry->flags & AC__SETTLED))
        entry->flags = (unsigned short)((entry->flags & ~(AC__POLLED | AC__FILE)) | AC__SETTLED | mode_of(reactor, fd));
    return entry;
}

void ac__fd_made_nonblocking(struct ac_reactor *reactor, int fd)
{
    struct ac__fd *entry = enter(reactor, fd);
    if (entry)
        entry->flags = (unsigned short)((entry->flags & ~(AC__POLLED | AC__FILE)) | AC__SETTLED);
}

// --- silence ------------------------------------------------------------------------------------------------------------

static void silence_begin(struct ac_reactor *reactor, struct ac__fd *entry)
{
    if (!(entry->flags & AC__SILENT) && !reactor->silent++)
        reactor->swept = 0;
    entry->flags = (unsigned short)((entry->flags | AC__SILENT) & ~AC__AGED);
}

static void silence_end(struct ac_reactor *reactor, struct ac__fd *entry)
{
    if (entry->flags & AC__SILENT)
        reactor->silent--;
    entry->flags &= (unsigned short)~(AC__SILENT | AC__AGED);
}

static void sweep(struct ac_reactor *reactor)
{
    unsigned left = reactor->silent;
    for (int fd = 0; left && fd < reactor->fd_count; fd++) {
        struct ac__fd *entry = ac__fd(reactor, fd);
        if (!entry || !(entry->flags & AC__SILENT))
            continue;
        left--;
        if (entry->flags & AC__AGED) {
            ac__fd_event(reactor, fd, AC_READABLE);
            entry->flags |= AC__PROBED;
        } else {
            entry->flags |= AC__AGED;
        }
    }
}

void ac__fds_sweep(struct ac_reactor *reactor, ac_time now, ac_time period)
{
    if (reactor->swept && now - reactor->swept < period)
        return;
    if (reactor->swept)
        sweep(reactor);
    reactor->swept = now;
}

ac_time ac__fds_sweep_time(const struct ac_reactor *reactor, ac_time now)
{
    return !reactor->silent ? AC_NEVER : (reactor->swept ? reactor->swept : now) + AC__SWEEP;
}

void ac__fd_strike(struct ac__fd *entry)
{
    if ((entry->flags & AC__STRIKES) < AC__STRIKES)
        entry->flags += AC__STRIKE;
    if ((entry->flags & AC__STRIKES) == AC__STRIKES)
        entry->flags &= (unsigned short)~AC__STREAM;
    entry->flags &= (unsigned short)~AC__PROBED;
}

// --- waiting ------------------------------------------------------------------------------------------------------------

static struct ac_fd_wait *wait_of(const struct ac_task *task)
{
    return AC_PARENT(task->node, struct ac_fd_wait, node);
}

static void waiter_append(struct ac_task **last, struct ac_task *task)
{
    struct ac_task *before = *last;
    if (before) {
        task->next = before->next;
        before->next = task;
    } else {
        task->next = task;
    }
    *last = task;
}

// One that has lent its buffer goes on when that is its own again.
static void waiter_wake(struct ac_reactor *reactor, struct ac_task *task, int error)
{
    struct ac_fd_wait *wait = wait_of(task);
    if (error)
        wait->fd = error;
    if (error && wait->events & AC__FETCHING)
        return;
    reactor->waits--;
    reactor->executor->waits--;
    ac__wait_end(task, AC__POLLING);
}

// Wakes those of the waiters that `events` is about, or the one `only`, in order; the others keep theirs.
static void waiters_wake(struct ac_reactor *reactor, struct ac_task **waiters, unsigned events, const struct ac_task *only, int error)
{
    struct ac_task *last = *waiters, *task = last ? last->next : 0;
    *waiters = 0;
    for (bool is_last = !last; !is_last; ) {
        struct ac_task *next = task->next;
        is_last = task == last;
        if (only ? task == only : (wait_of(task)->events & events) != 0)
            waiter_wake(reactor, task, error);
        else
            waiter_append(waiters, task);
        task = next;
    }
}

void ac__fd_event(struct ac_reactor *reactor, int fd, unsigned events)
{
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (!entry)
        return;
    if (events & AC_READABLE) {
        silence_end(reactor, entry);
        entry->flags &= (unsigned short)~AC__DRAINED;
    }
    waiters_wake(reactor, ac__fd_last(reactor, fd), events, 0, 0);
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
    silence_end(reactor, entry);
    waiters_wake(reactor, ac__fd_last(reactor, fd), AC_READABLE | AC_WRITABLE | AC__FETCHING, 0, -EBADF);
    entry->flags = 0;
}

unsigned ac__fd_awaited(struct ac_reactor *reactor, int fd)
{
    unsigned events = 0;
    const struct ac_task *last = ac__fd(reactor, fd) ? *ac__fd_last(reactor, fd) : 0, *task = last;
    if (task)
        do
            events |= wait_of(task)->events;
        while ((task = task->next) != last);
    return events;
}

static void poll_cancel(struct ac_task *task)
{
    struct ac_reactor *reactor = ac__executor_of(task)->reactor;
    int fd = wait_of(task)->fd;
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (!entry)                         // ended early before, and only its buffer is missing
        return;
    waiters_wake(reactor, ac__fd_last(reactor, fd), 0, task, -ECANCELED);
    if (!*ac__fd_last(reactor, fd))
        silence_end(reactor, entry);
}

static inline void wait_begin(struct ac_reactor *reactor, struct ac_task *task, struct ac_fd_wait *wait, int fd, unsigned events)
{
    wait->fd = fd;
    wait->events = events;
    ac__wait_begin(task, &wait->node, AC__POLLING);
    waiter_append(ac__fd_last(reactor, fd), task);
    reactor->waits++;
    reactor->executor->waits++;
}

// Of what nothing is known: what was asked last has found nothing, and it is to be reported when that changes.
static __attribute__((__noinline__)) int wait_watched(struct ac_task *task, struct ac_fd_wait *wait, int fd, unsigned events)
{
    struct ac_reactor *reactor = ac__executor_of(task)->reactor;
    if (fd < 0)
        return -EBADF;
    struct ac__fd *entry = enter(reactor, fd);
    if (!entry)
        return -ENOMEM;
    entry->flags &= (unsigned short)~AC__PROBED;
    int error = reactor->type->watch(reactor, fd, events | ac__fd_awaited(reactor, fd));
    if (!error)
        wait_begin(reactor, task, wait, fd, events);
    return error;
}

int ac_fd_wait(struct ac_task *task, struct ac_fd_wait *wait, int fd, unsigned events)
{
    struct ac_reactor *reactor = ac__executor_of(task)->reactor;
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (!entry || events != AC_READABLE || !(entry->flags & AC__DRAINED))
        return wait_watched(task, wait, fd, events);
    silence_begin(reactor, entry);
    wait_begin(reactor, task, wait, fd, events);
    return 0;
}

// What was fetched at the file's position is for whoever reads there next.
static void fetched(struct ac__fd *entry, const struct ac_fd_wait *wait)
{
    if (wait->events == AC__FETCHING)
        entry->flags |= AC__FETCHED;
}

// One that is no file, as its number was closed and reused, is looked at again.
static void cannot_fetch(struct ac_reactor *reactor, struct ac__fd *entry, int error)
{
    if (error == -ESPIPE)
        entry->flags &= (unsigned short)~AC__SETTLED;
    if (!reactor->type->fetch)
        entry->flags &= (unsigned short)~AC__FILE;
}

int ac__fd_fetch(struct ac_task *task, struct ac_fd_wait *wait, int fd, void *buffer, size_t bytes, ac_offset offset)
{
    struct ac_reactor *reactor = ac__executor_of(task)->reactor;
    struct ac__fd *entry = ac__fd(reactor, fd);
    size_t most = bytes < AC__FETCH_BYTES ? bytes : AC__FETCH_BYTES;
    int error = reactor->type->fetch ? reactor->type->fetch(reactor, task, fd, buffer, most, offset) : -ENOSYS;
    wait->events = offset == AC__AT_POSITION ? AC__FETCHING : AC__FETCHING_AT;
    if (error) {
        fetched(entry, wait);
        cannot_fetch(reactor, entry, error);
        return error;
    }
    wait_begin(reactor, task, wait, fd, wait->events);
    return 0;
}

void ac__fd_fetched(struct ac_reactor *reactor, struct ac_task *task)
{
    int fd = wait_of(task)->fd;
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (!entry) {                       // ended early
        waiter_wake(reactor, task, 0);
        return;
    }
    fetched(entry, wait_of(task));
    waiters_wake(reactor, ac__fd_last(reactor, fd), 0, task, 0);
}

int ac__reactor_begin(struct ac_reactor *reactor, struct ac_executor *executor, const struct ac_reactor_type *type)
{
    *reactor = (struct ac_reactor){ .type = type, .executor = executor, .kernel = -1, .wake = -1 };
    executor->poll_cancel = poll_cancel;
    return type->open(reactor);
}
