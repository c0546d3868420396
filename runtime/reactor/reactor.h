// What a reactor is: the table of descriptors that tasks wait for, and below it one of several ways to ask the system.
// Tests put a fake below it: a kind that never asks anything, hands events to ac__fd_event and lets time pass as it likes.
#ifndef AC_REACTOR_REACTOR_H
#define AC_REACTOR_REACTOR_H

#include "acc/io.h"
#include "core/core.h"

enum {
    AC__REGISTERED = 1,     // the kernel was told about it; may be out of date when the number was reused
    AC__STREAM = 2,         // a TCP socket: a short read means that it is empty, and data that comes is reported
    AC__DRAINED = 4,        // a short read emptied it and nothing was reported since
    AC__HUNG_UP = 8,        // the end or an error was reported: reading has to be tried
    AC__PROBED = 16,        // it was silent for long: the next read shows whether DRAINED was true
};

// A descriptor. 24 bytes, for every number near one that was waited for.
struct ac__fd {
    struct ac_task *last;           // who waits for it, a circular list through `next`: the last one to come, or 0
    int silent_next, silent_previous;   // in the list of drained descriptors that are waited for; -1: end; by age
    unsigned since;                 // when it came into that list, in units of 2^20 ns
    unsigned char flags;
    unsigned char strikes;          // how often DRAINED was wrong; 3: it is not believed any more
    bool is_silent;                 // in that list
};

enum { AC__FD_BLOCK = 64 };

struct ac_reactor {
    const struct ac_reactor_type *type;
    struct ac_executor *executor;
    struct ac__fd **fds;            // blocks of AC__FD_BLOCK descriptors, 0 where none was waited for
    int fd_count;                   // the numbers there is room for: all blocks
    int silent_first, silent_last;
    unsigned waits;                 // tasks that wait for descriptors
    int kernel;                     // epoll's descriptor, or the reading end of poll's pipe
    int wake;                       // what notify writes to
    void *polled;                   // poll: the array for poll(2)
    int polled_count;
};

struct ac_reactor_type {
    const char *name;
    int (*open)(struct ac_reactor *reactor);        // 0 or -errno
    void (*close)(struct ac_reactor *reactor);
    // A task is about to wait for `fd`: from now on, what has happened already included, ac__fd_event is called for it.
    // Returns 0 or -errno.
    int (*watch)(struct ac_reactor *reactor, int fd, unsigned events);
    void (*forget)(struct ac_reactor *reactor, int fd);
    // Waits for at most `timeout` ns (AC_NEVER: for ever; 0: not at all) and reports what has happened.
    void (*wait)(struct ac_reactor *reactor, ac_time timeout);
    void (*notify)(struct ac_reactor *reactor);     // ends a wait, or the next one; any thread, async-signal-safe
    int (*descriptor)(const struct ac_reactor *reactor);
    ac_time (*now)(struct ac_reactor *reactor);
};

// How long a drained descriptor may be silent before it is tried again, when the executor has nothing else to do, and when
// it has: it heals a number that was closed and reused behind the runtime's back, and must not add work under load.
#define AC__SILENCE (50 * AC_MILLISECOND)
#define AC__SILENCE_BUSY AC_SECOND

// For calls that count milliseconds: rounded up, so that no wait ends early; -1: for ever.
static inline int ac__milliseconds(ac_time timeout)
{
    ac_time rounded = timeout / AC_MILLISECOND + (timeout % AC_MILLISECOND != 0);
    return timeout == AC_NEVER ? -1 : rounded < INT32_MAX ? (int)rounded : INT32_MAX;
}

int ac__reactor_begin(struct ac_reactor *reactor, struct ac_executor *executor, const struct ac_reactor_type *type);
void ac__reactor_end(struct ac_reactor *reactor);

struct ac__fd *ac__fd(struct ac_reactor *reactor, int fd);              // 0: not in the table
void ac__fd_event(struct ac_reactor *reactor, int fd, unsigned events); // AC_READABLE, AC_WRITABLE
void ac__fd_hang_up(struct ac_reactor *reactor, int fd);                // the end or an error; an event follows
void ac__fd_reset(struct ac_reactor *reactor, int fd);                  // another file is behind the number now
bool ac__fd_drained(struct ac_task *task, int fd);                      // no need to try to read
void ac__fd_took(struct ac_task *task, int fd, bool is_short);          // a read succeeded
void ac__fds_probe(struct ac_reactor *reactor, ac_time silence);        // wakes the readers of what was silent that long
ac_time ac__fds_probe_time(struct ac_reactor *reactor);                 // when AC__SILENCE is over; AC_NEVER
unsigned ac__fd_awaited(struct ac_reactor *reactor, int fd);      // the events that tasks wait for

#endif
