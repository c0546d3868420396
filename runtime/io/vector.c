// ac_writev_all.
#include "io/vector.h"
#include "io/descriptor.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>

// How many of the pieces have at most PIPE_BUF bytes together.
static int within_pipe(const struct iovec *vector, int count)
{
    ac_size room = PIPE_BUF;
    int n = 0;
    while (n < count && vector[n].iov_len <= room)
        room -= vector[n++].iov_len;
    return n;
}

// Of what is no socket. A pipe in blocking mode that has room takes PIPE_BUF bytes without waiting.
static __attribute__((__noinline__)) long write_file(const struct ac_io_frame *self, struct ac_task *task)
{
    const struct iovec *vector = self->buffer, begin = { vector->iov_base, PIPE_BUF };
    int count = ac__vector_at_once(self->bytes);
    if (!ac__fd_is_nonblocking(ac__entry_of(self, task)) && ac__would_block(self->wait.fd, POLLOUT, task))
        return AC__WAIT;
    bool is_polled = !ac__fd_is_nonblocking(ac__entry_of(self, task));
    if (is_polled && (count = within_pipe(vector, count)) == 0) {
        vector = &begin;
        count = 1;
    }
    ssize_t result;
    do
        result = writev(self->wait.fd, vector, count);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

// A socket must not raise SIGPIPE; anything else does not know sendmsg(2).
static long write_some(const struct ac_io_frame *self, struct ac_task *task)
{
    struct msghdr message = { .msg_iov = self->buffer, .msg_iovlen = (unsigned)ac__vector_at_once(self->bytes) };
    ssize_t result;
    do
        result = sendmsg(self->wait.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    return result < 0 && errno == ENOTSOCK ? write_file(self, task) : ac__outcome(result);
}

// `buffer` is the first piece that is left, which is not empty, and `bytes` how many there are.
static long write_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    while (self->bytes) {
        long written = write_some(self, task);
        if (written <= 0)               // an error, or what has to be waited for
            return written ? written : -EIO;
        self->buffer = ac__vector_take(self->buffer, &self->bytes, (ac_size)written);
    }
    return (long)((struct ac_whole_frame *)self)->len;
}

static const struct ac__operation writing = AC__OPERATION(ac_writev_all, .events = AC_WRITABLE, .attempt = write_attempt,
                                                          .frame_bytes = sizeof(struct ac_whole_frame));

AC_POLL_SSIZE ac_writev_all(void *frame, struct ac_task *task, unsigned point, int fd, struct iovec *vector, int count)
{
    (void)point;
    struct ac_whole_frame here, *self = frame ? frame : &here;
    ac_ssize bytes = ac__vector_bytes(vector, count);
    if (bytes <= 0)
        return (AC_POLL_SSIZE){ bytes, false };
    self->len = (ac_size)bytes;
    self->io.bytes = (ac_size)count;
    self->io.buffer = ac__vector_take(vector, &self->io.bytes, 0);
    self->io.wait.fd = fd;
    struct ac__started started = ac__operation_start(&writing, &self->io, frame, task);
    return (AC_POLL_SSIZE){ started.result, started.pending };
}
