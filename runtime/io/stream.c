// Reading and writing, and waiting for readiness.
#include "io/descriptor.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int flags_of(struct ac_io_frame *self)
{
    return ((struct ac_message_frame *)self)->flags;
}

static long done_so_far(const struct ac_io_frame *self)
{
    return (long)(((const struct ac_whole_frame *)self)->len - self->bytes);
}

__attribute__((__noinline__, __cold__)) bool ac__would_block(int fd, short event, struct ac_task *task)
{
    const struct ac__fd *entry = ac__fd_settle(ac__executor_of(task)->reactor, fd);
    struct pollfd polled = { .fd = fd, .events = event };
    int result;
    if (!entry || !(entry->flags & AC__POLLED))
        return false;
    do
        result = poll(&polled, 1, 0);
    while (result < 0 && errno == EINTR);
    return result == 0;
}

static inline long read_now(const struct ac_io_frame *self, struct ac__fd *entry)
{
    ssize_t result;
    do
        result = read(self->wait.fd, self->buffer, self->bytes);
    while (result < 0 && errno == EINTR);
    return ac__took(self, entry, result);
}

static long read_at_most(const struct ac_io_frame *self, ac_size most)
{
    ssize_t result;
    do
        result = read(self->wait.fd, self->buffer, self->bytes < most ? self->bytes : most);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

// What was fetched is taken even if the system has lost it again, and the thread stops for it: to fetch it anew could go on for ever.
static long read_file(const struct ac_io_frame *self, struct ac__fd *entry)
{
    if (entry->flags & AC__FETCHED) {
        entry->flags &= (unsigned short)~AC__FETCHED;
        return read_at_most(self, AC__FETCH_BYTES);
    }
    ssize_t result = ac__file_read_cached(self->wait.fd, self->buffer, self->bytes, AC__AT_POSITION);
    if (result >= 0)
        return result;
    if (errno == EAGAIN)
        return AC__FETCH;
    ac__fd_not_cached(entry, errno);
    return read_at_most(self, self->bytes);
}

static __attribute__((__noinline__, __cold__)) long read_asking(const struct ac_io_frame *self, struct ac_task *task)
{
    struct ac__fd *entry = ac__fd_settle(ac__executor_of(task)->reactor, self->wait.fd);
    if (entry && entry->flags & AC__FILE)
        return read_file(self, entry);
    return ac__would_block(self->wait.fd, POLLIN, task) ? AC__WAIT : read_now(self, entry);
}

static long read_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    struct ac__fd *entry = ac__entry_of(self, task);
    if (ac__may_wait_at_once(self, entry))
        return AC__WAIT;
    return ac__fd_reads_at_once(entry) ? read_now(self, entry) : read_asking(self, task);
}

// Reads until there are `len` bytes; `bytes` are those that are missing.
static long read_full_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    while (self->bytes) {
        long taken = read_attempt(self, task);
        if (taken < 0)                  // an error, or what has to be waited for
            return taken;
        if (taken == 0)
            break;
        ac__advance(self, taken);
    }
    return done_so_far(self);
}

static long recv_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    struct ac__fd *entry = ac__entry_of(self, task);
    ssize_t result;
    int flags = flags_of(self);
    if (flags & (MSG_WAITALL | MSG_ERRQUEUE))
        return ac__receive_otherwise((struct ac_message_frame *)self, 0, 0);
    if (ac__may_wait_at_once(self, entry))
        return AC__WAIT;
    do
        result = recv(self->wait.fd, self->buffer, self->bytes, flags | MSG_DONTWAIT);
    while (result < 0 && errno == EINTR);
    return flags ? ac__outcome(result) : ac__took(self, entry, result);  // with MSG_PEEK a short one empties nothing
}

// Of what is no socket. A pipe in blocking mode that has room takes PIPE_BUF bytes without waiting.
static __attribute__((__noinline__)) long write_file(struct ac_io_frame *self, struct ac_task *task)
{
    if (!ac__fd_is_nonblocking(ac__entry_of(self, task)) && ac__would_block(self->wait.fd, POLLOUT, task))
        return AC__WAIT;
    bool is_polled = !ac__fd_is_nonblocking(ac__entry_of(self, task));
    ac_size bytes = is_polled && self->bytes > PIPE_BUF ? PIPE_BUF : self->bytes;
    ssize_t result;
    do
        result = write(self->wait.fd, self->buffer, bytes);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

// A socket must not raise SIGPIPE; anything else does not know send(2).
static long write_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    ssize_t result;
    do
        result = send(self->wait.fd, self->buffer, self->bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    return result < 0 && errno == ENOTSOCK ? write_file(self, task) : ac__outcome(result);
}

static long write_all_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    while (self->bytes) {
        long written = write_attempt(self, task);
        if (written <= 0)               // an error, or what has to be waited for
            return written ? written : -EIO;
        ac__advance(self, written);
    }
    return done_so_far(self);
}

static long send_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    ssize_t result;
    (void)task;
    do
        result = send(self->wait.fd, self->buffer, self->bytes, flags_of(self) | MSG_DONTWAIT | MSG_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

static long ready_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    (void)task;
    unsigned events = (unsigned)self->bytes;
    struct pollfd polled = {
        .fd = self->wait.fd,
        .events = (short)((events & AC_READABLE ? POLLIN : 0) | (events & AC_WRITABLE ? POLLOUT : 0)),
    };
    int result;
    do
        result = poll(&polled, 1, 0);
    while (result < 0 && errno == EINTR);
    if (result <= 0)
        return result < 0 ? -errno : AC__WAIT;
    if (polled.revents & POLLNVAL)
        return -EBADF;
    if (polled.revents & (POLLERR | POLLHUP))
        return (long)events;
    return (polled.revents & POLLIN ? AC_READABLE : 0) | (polled.revents & POLLOUT ? AC_WRITABLE : 0);
}

static const struct ac__operation reading = AC__OPERATION(ac_read, .events = AC_READABLE, .attempt = read_attempt,
                                                          .frame_bytes = sizeof(struct ac_io_frame));
static const struct ac__operation receiving = AC__OPERATION(ac_recv, .events = AC_READABLE, .attempt = recv_attempt,
                                                            .frame_bytes = sizeof(struct ac_message_frame));
static const struct ac__operation writing = AC__OPERATION(ac_write, .events = AC_WRITABLE, .attempt = write_attempt,
                                                          .frame_bytes = sizeof(struct ac_io_frame));
static const struct ac__operation sending = AC__OPERATION(ac_send, .events = AC_WRITABLE, .attempt = send_attempt,
                                                          .frame_bytes = sizeof(struct ac_message_frame));
static const struct ac__operation readiness = AC__OPERATION(ac_ready, .attempt = ready_attempt, .has_value = true,
                                                            .frame_bytes = sizeof(struct ac_io_frame));

static const struct ac__operation reading_full = AC__OPERATION(ac_read_full, .events = AC_READABLE, .attempt = read_full_attempt,
                                                               .frame_bytes = sizeof(struct ac_whole_frame));
static const struct ac__operation writing_all = AC__OPERATION(ac_write_all, .events = AC_WRITABLE, .attempt = write_all_attempt,
                                                              .frame_bytes = sizeof(struct ac_whole_frame));

// `io` is in `frame`, or on the stack when there is none.
static AC_POLL_SSIZE begin(const struct ac__operation *operation, struct ac_io_frame *io, void *frame, struct ac_task *task, int fd,
                           void *buf, ac_size len)
{
    io->buffer = buf;
    io->bytes = len;
    io->wait.fd = fd;
    struct ac__started started = ac__operation_start(operation, io, frame, task);
    return (AC_POLL_SSIZE){ started.result, started.pending };
}

static AC_POLL_SSIZE transfer(const struct ac__operation *operation, void *frame, struct ac_task *task, int fd, void *buf,
                              ac_size len)
{
    struct ac_io_frame here;
    return begin(operation, frame ? frame : &here, frame, task, fd, buf, len);
}

static AC_POLL_SSIZE whole(const struct ac__operation *operation, void *frame, struct ac_task *task, int fd, void *buf,
                           ac_size len)
{
    struct ac_whole_frame here, *self = frame ? frame : &here;
    if (len == 0)
        return (AC_POLL_SSIZE){ 0, false };
    self->len = len;
    return begin(operation, &self->io, frame, task, fd, buf, len);
}

static AC_POLL_SSIZE message(const struct ac__operation *operation, void *frame, struct ac_task *task, int fd, void *buf,
                             ac_size len, int flags)
{
    struct ac_message_frame here, *self = frame ? frame : &here;
    self->flags = flags;
    self->received = 0;
    return begin(operation, &self->io, frame, task, fd, buf, len);
}

AC_POLL_SSIZE ac_read(void *frame, struct ac_task *task, unsigned point, int fd, void *buf, ac_size len)
{
    (void)point;
    return transfer(&reading, frame, task, fd, buf, len);
}

AC_POLL_SSIZE ac_write(void *frame, struct ac_task *task, unsigned point, int fd, const void *buf, ac_size len)
{
    (void)point;
    return transfer(&writing, frame, task, fd, (void *)buf, len);
}

AC_POLL_SSIZE ac_recv(void *frame, struct ac_task *task, unsigned point, int fd, void *buf, ac_size len, int flags)
{
    (void)point;
    return message(&receiving, frame, task, fd, buf, len, flags);
}

AC_POLL_SSIZE ac_send(void *frame, struct ac_task *task, unsigned point, int fd, const void *buf, ac_size len, int flags)
{
    (void)point;
    return message(&sending, frame, task, fd, (void *)buf, len, flags);
}

AC_POLL_SSIZE ac_read_full(void *frame, struct ac_task *task, unsigned point, int fd, void *buf, ac_size len)
{
    (void)point;
    return whole(&reading_full, frame, task, fd, buf, len);
}

AC_POLL_SSIZE ac_write_all(void *frame, struct ac_task *task, unsigned point, int fd, const void *buf, ac_size len)
{
    (void)point;
    return whole(&writing_all, frame, task, fd, (void *)buf, len);
}

ac_int ac_ready(void *frame, struct ac_task *task, unsigned point, int fd, unsigned events)
{
    (void)point;
    struct ac_io_frame here, *self = frame ? frame : &here;
    if (!(events & (AC_READABLE | AC_WRITABLE)))
        return (ac_int){ -EINVAL, false };
    self->bytes = events & (AC_READABLE | AC_WRITABLE);
    self->wait.fd = fd;
    struct ac__started started = ac__operation_start(&readiness, self, frame, task);
    return (ac_int){ (int)started.result, started.pending };
}
