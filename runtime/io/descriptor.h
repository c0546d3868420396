// What attempts know of their descriptor.
#ifndef AC_IO_DESCRIPTOR_H
#define AC_IO_DESCRIPTOR_H

#include "io/operation.h"
#include "reactor/reactor.h"

static inline struct ac__fd *ac__entry_of(const struct ac_io_frame *self, const struct ac_task *task)
{
    return ac__fd(ac__executor_of(task)->reactor, self->wait.fd);
}

static inline bool ac__may_wait_at_once(const struct ac_io_frame *self, const struct ac__fd *entry)
{
    return entry && entry->flags & AC__DRAINED && self->bytes;
}

// What a system call that reads at most `bytes` has given, as an attempt gives it.
static inline long ac__took(const struct ac_io_frame *self, struct ac__fd *entry, ssize_t result)
{
    if (result > 0 && entry)
        ac__fd_took(entry, (ac_size)result < self->bytes);
    return ac__outcome(result);
}

// A part of the buffer is done.
static inline void ac__advance(struct ac_io_frame *self, long bytes)
{
    self->buffer = (char *)self->buffer + bytes;
    self->bytes -= (ac_size)bytes;
}

// An attempt to receive with MSG_WAITALL, which waits between two system calls, or MSG_ERRQUEUE, which does not wait. `address` may be 0.
long ac__receive_otherwise(struct ac_message_frame *self, struct sockaddr *address, unsigned *length);

// Of what may be in blocking mode: whether it has nothing now, and would stop the executor until it has.
bool ac__would_block(int fd, short event, struct ac_task *task);

#endif
