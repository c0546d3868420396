// ac_pread.
#if __SIZEOF_LONG__ < 8 && !defined(_FILE_OFFSET_BITS)
#define _FILE_OFFSET_BITS 64
#endif
#include "io/descriptor.h"
#include <errno.h>
#include <unistd.h>

static long read_at_most(const struct ac_pread_frame *self, ac_size most)
{
    ac_size bytes = self->io.bytes < most ? self->io.bytes : most;
    ssize_t result;
    do
        result = pread(self->io.wait.fd, self->io.buffer, bytes, self->offset);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

// What was fetched is taken even if the system has lost it again, as ac_read does.
static long read_attempt(struct ac_io_frame *io, struct ac_task *task)
{
    const struct ac_pread_frame *self = (const struct ac_pread_frame *)io;
    if (io->wait.events == AC__FETCHING_AT)
        return read_at_most(self, AC__FETCH_BYTES);
    struct ac__fd *entry = ac__fd_settle(ac__executor_of(task)->reactor, io->wait.fd);
    if (!entry || !(entry->flags & AC__FILE))
        return read_at_most(self, io->bytes);
    ssize_t result = ac__file_read_cached(io->wait.fd, io->buffer, io->bytes, self->offset);
    if (result >= 0)
        return result;
    if (errno == EAGAIN)
        return AC__FETCH;
    ac__fd_not_cached(entry, errno);
    return read_at_most(self, io->bytes);
}

static const struct ac__operation reading = AC__OPERATION(ac_pread, .events = AC_READABLE, .attempt = read_attempt, .has_offset = true,
                                                          .frame_bytes = sizeof(struct ac_pread_frame));

AC_POLL_SSIZE ac_pread(void *frame, struct ac_task *task, unsigned point, int fd, void *buf, ac_size len, ac_offset offset)
{
    (void)point;
    struct ac_pread_frame here, *self = frame ? frame : &here;
    if (offset < 0)                     // -1 would be the file's position
        return (AC_POLL_SSIZE){ -EINVAL, false };
    self->io.buffer = buf;
    self->io.bytes = len;
    self->io.wait.fd = fd;
    self->io.wait.events = 0;           // nothing was fetched
    self->offset = offset;
    struct ac__started started = ac__operation_start(&reading, &self->io, frame, task);
    return (AC_POLL_SSIZE){ started.result, started.pending };
}
