// What a reactor is: the table of descriptors that tasks wait for, and below it one of several ways to ask the system.
// Tests put a fake below it: a kind that never asks anything, hands events to ac__fd_event and lets time pass as it likes.
#ifndef AC_REACTOR_REACTOR_H
#define AC_REACTOR_REACTOR_H

#include "acc/io.h"
#include "core/core.h"
#include <errno.h>
#include <sys/types.h>

enum {
    AC__REGISTERED = 1,     // the kernel was told about it; may be out of date when the number was reused
    AC__STREAM = 2,         // a TCP socket: a short read means that it is empty, and data that comes is reported
    AC__DRAINED = 4,        // a short read emptied it and nothing was reported since
    AC__HUNG_UP = 8,        // the end or an error was reported: reading has to be tried
    AC__SILENT = 16,        // a task waits because it is DRAINED; counted in reactor->silent
    AC__AGED = 32,          // with SILENT: the last sweep has seen it so already
    AC__PROBED = 64,        // it was silent for long: the next read shows whether DRAINED was true
    AC__SETTLED = 128,      // its mode is known ...
    AC__POLLED = 256,       // ... and is the blocking one, in which a file that may have nothing is asked before it is read or written
    AC__FILE = 512,         // with SETTLED: on a disk, and the reactor can fetch; a read takes what the system has in its memory
    AC__FETCHED = 1024,     // but the next one at the file's position what was fetched, or cannot be
    AC__STRIKE = 2048,      // DRAINED was wrong: counted in this bit and the next; after AC__STRIKES it is no longer taken for a STREAM
    AC__STRIKES = 3 * AC__STRIKE,
};

// With AC_READABLE and AC_WRITABLE, what a task waits for: that bytes of a file are fetched, into its buffer, from the file's position
// or, FETCHING_AT, from one of the task's. Nothing ends that early.
#define AC__FETCHING 4u
#define AC__FETCHING_AT (AC__FETCHING | 8u)
#define AC__AT_POSITION (-1)

// At most that much is fetched at once, and read then.
#define AC__FETCH_BYTES (256 * 1024)

// A descriptor.
struct ac__fd { unsigned short flags; };

// Some in a row: 10 bytes for each, for every number near one that was waited for.
enum { AC__FD_BLOCK = 64 };
struct ac__fds {
    struct ac__fd fd[AC__FD_BLOCK];
    struct ac_task *last[AC__FD_BLOCK];     // who waits for it, a circular list through `next`: the last one to come, or 0
};

struct ac_reactor {
    const struct ac_reactor_type *type;
    struct ac_executor *executor;
    struct ac__fds **fds;           // 0 where none was waited for
    int fd_count;                   // the numbers there is room for: all blocks
    unsigned waits;                 // tasks that wait for descriptors
    unsigned silent;                // descriptors that are SILENT
    ac_time swept;                  // when they were looked through last; 0: not since there are any
    int kernel;                     // epoll's descriptor, or the reading end of poll's pipe
    int wake;                       // what notify writes to
    void *polled;                   // poll: the array for poll(2)
    int polled_count;
    struct ac__ring *ring;          // uring: 0 until a read has had to wait
};

struct ac_reactor_type {
    const char *name;
    int (*open)(struct ac_reactor *reactor);        // 0 or -errno
    void (*close)(struct ac_reactor *reactor);
    // A task is about to wait for `fd`: from now on, what has happened already included, ac__fd_event is called for it.
    // Returns 0 or -errno.
    int (*watch)(struct ac_reactor *reactor, int fd, unsigned events);
    void (*forget)(struct ac_reactor *reactor, int fd);
    // Begins to bring bytes of a file, those at `offset` or AC__AT_POSITION, into the system's memory, by way of `buffer`, which is lent
    // until ac__fd_fetched is called. Returns 0 or -errno; -ESPIPE: it is no file. A null pointer: reading files stops the thread.
    int (*fetch)(struct ac_reactor *reactor, struct ac_task *task, int fd, void *buffer, size_t bytes, ac_offset offset);
    // Waits for at most `timeout` ns (AC_NEVER: for ever; 0: not at all) and reports what has happened.
    void (*wait)(struct ac_reactor *reactor, ac_time timeout);
    void (*notify)(struct ac_reactor *reactor);     // ends a wait, or the next one; any thread, async-signal-safe
    int (*descriptor)(const struct ac_reactor *reactor);
    ac_time (*now)(struct ac_reactor *reactor);
};

// A drained descriptor that was silent in two sweeps is tried: that heals a number that was closed and reused behind the runtime's
// back. The time between two sweeps, when the executor has nothing else to do, and when it has: it must not add work under load.
#define AC__SWEEP (25 * AC_MILLISECOND)
#define AC__SWEEP_BUSY (500 * AC_MILLISECOND)

// For calls that count milliseconds: rounded up, so that no wait ends early; -1: for ever.
static inline int ac__milliseconds(ac_time timeout)
{
    ac_time rounded = timeout / AC_MILLISECOND + (timeout % AC_MILLISECOND != 0);
    return timeout == AC_NEVER ? -1 : rounded < INT32_MAX ? (int)rounded : INT32_MAX;
}

// What the reactors of epoll and io_uring have in common.
int ac__epoll_open(struct ac_reactor *reactor);
void ac__epoll_close(struct ac_reactor *reactor);
int ac__epoll_watch(struct ac_reactor *reactor, int fd, unsigned events);
void ac__epoll_forget(struct ac_reactor *reactor, int fd);
void ac__epoll_wait(struct ac_reactor *reactor, ac_time timeout);
void ac__epoll_notify(struct ac_reactor *reactor);
int ac__epoll_descriptor(const struct ac_reactor *reactor);
ac_time ac__epoll_now(struct ac_reactor *reactor);

int ac__reactor_begin(struct ac_reactor *reactor, struct ac_executor *executor, const struct ac_reactor_type *type);
void ac__reactor_end(struct ac_reactor *reactor);

void ac__fd_strike(struct ac__fd *entry);       // it was DRAINED, and not empty

// 0: not in the table.
static inline struct ac__fd *ac__fd(const struct ac_reactor *reactor, int fd)
{
    if ((unsigned)fd >= (unsigned)reactor->fd_count)
        return 0;
    struct ac__fds *block = reactor->fds[(unsigned)fd / AC__FD_BLOCK];
    return block ? &block->fd[(unsigned)fd % AC__FD_BLOCK] : 0;
}

// Who waits for one that is in the table.
static inline struct ac_task **ac__fd_last(const struct ac_reactor *reactor, int fd)
{
    return &reactor->fds[(unsigned)fd / AC__FD_BLOCK]->last[(unsigned)fd % AC__FD_BLOCK];
}

// Looks at the mode of a descriptor, unless it is SETTLED. 0: there is no memory for the number.
struct ac__fd *ac__fd_settle(struct ac_reactor *reactor, int fd);
void ac__fd_made_nonblocking(struct ac_reactor *reactor, int fd);       // just now: nothing is to be looked at

// Whether reading and writing are known to stop nobody. `entry` may be 0.
static inline bool ac__fd_is_nonblocking(const struct ac__fd *entry)
{
    return entry && (entry->flags & (AC__SETTLED | AC__POLLED)) == AC__SETTLED;
}

// The same of reading, for which files are special.
static inline bool ac__fd_reads_at_once(const struct ac__fd *entry)
{
    return entry && (entry->flags & (AC__SETTLED | AC__POLLED | AC__FILE)) == AC__SETTLED;
}

// Waits, as ac_fd_wait does, until bytes of a FILE are fetched, those at `offset` or AC__AT_POSITION: then it is FETCHED or, at an offset,
// wait->events are still FETCHING_AT. The same, and no wait, if they cannot be fetched: -errno.
int ac__fd_fetch(struct ac_task *task, struct ac_fd_wait *wait, int fd, void *buffer, size_t bytes, ac_offset offset);
void ac__fd_fetched(struct ac_reactor *reactor, struct ac_task *task);

// Reads what the system has in its memory, as read(2) or, at an offset, pread(2) does; EAGAIN: nothing, other errors: it cannot say.
ssize_t ac__file_read_cached(int fd, void *buffer, size_t bytes, ac_offset offset);

// The system could not say. A number that is no file's any more, as it was closed and reused, is looked at again.
static inline void ac__fd_not_cached(struct ac__fd *entry, int error)
{
    entry->flags &= (unsigned short)~(error == ESPIPE ? AC__FILE | AC__SETTLED : AC__FILE);
}

// A read has succeeded.
static inline void ac__fd_took(struct ac__fd *entry, bool is_short)
{
    if (entry->flags & AC__PROBED)
        ac__fd_strike(entry);
    bool is_believed = (entry->flags & (AC__REGISTERED | AC__STREAM | AC__HUNG_UP)) == (AC__REGISTERED | AC__STREAM);
    if (is_short && is_believed)
        entry->flags |= AC__DRAINED;
}

void ac__fd_event(struct ac_reactor *reactor, int fd, unsigned events); // AC_READABLE, AC_WRITABLE
void ac__fd_hang_up(struct ac_reactor *reactor, int fd);                // the end or an error; an event follows
void ac__fd_reset(struct ac_reactor *reactor, int fd);                  // another file is behind the number now
unsigned ac__fd_awaited(struct ac_reactor *reactor, int fd);            // the events that tasks wait for
// Looks through the silent descriptors if `period` has passed since the last time, and wakes the readers of those that were so
// then already.
void ac__fds_sweep(struct ac_reactor *reactor, ac_time now, ac_time period);
ac_time ac__fds_sweep_time(const struct ac_reactor *reactor, ac_time now);      // when AC__SWEEP has passed; AC_NEVER

#endif
