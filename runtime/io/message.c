// Messages: pieces of memory, with control data.
#include "io/descriptor.h"
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

// `buffer` is the message, `bytes` how many its pieces have room for. recvmsg(2) does not wait for errors.
static long receive_attempt(struct ac_io_frame *io, struct ac_task *task)
{
    struct ac__fd *entry = ac__entry_of(io, task);
    int flags = ((struct ac_message_frame *)io)->flags;
    bool is_of_errors = flags & MSG_ERRQUEUE;
    ssize_t result;
    if (!is_of_errors && ac__may_wait_at_once(io, entry))
        return AC__WAIT;
    do
        result = recvmsg(io->wait.fd, io->buffer, flags | MSG_DONTWAIT);
    while (result < 0 && errno == EINTR);
    if (is_of_errors)
        return result < 0 ? -errno : result;
    return flags ? ac__outcome(result) : ac__took(io, entry, result);
}

static long send_attempt(struct ac_io_frame *io, struct ac_task *task)
{
    int flags = ((struct ac_message_frame *)io)->flags;
    ssize_t result;
    (void)task;
    do
        result = sendmsg(io->wait.fd, io->buffer, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

static const struct ac__operation receiving = AC__OPERATION(ac_recvmsg, .events = AC_READABLE, .attempt = receive_attempt,
                                                            .frame_bytes = sizeof(struct ac_message_frame));
static const struct ac__operation sending = AC__OPERATION(ac_sendmsg, .events = AC_WRITABLE, .attempt = send_attempt,
                                                          .frame_bytes = sizeof(struct ac_message_frame));

static ac_size bytes_of(const struct msghdr *message)
{
    ac_size bytes = 0;
    for (size_t i = 0; i < (size_t)message->msg_iovlen; i++)
        bytes += message->msg_iov[i].iov_len;
    return bytes;
}

static AC_POLL_SSIZE start(const struct ac__operation *operation, struct ac_message_frame *self, void *frame, struct ac_task *task,
                           int fd, const struct msghdr *message, int flags)
{
    self->io.buffer = (void *)message;
    self->io.wait.fd = fd;
    self->flags = flags;
    struct ac__started started = ac__operation_start(operation, &self->io, frame, task);
    return (AC_POLL_SSIZE){ started.result, started.pending };
}

AC_POLL_SSIZE ac_recvmsg(void *frame, struct ac_task *task, unsigned point, int fd, struct msghdr *message, int flags)
{
    (void)point;
    struct ac_message_frame here, *self = frame ? frame : &here;
    if (flags & MSG_WAITALL)            // its vector is not ours to write to
        return (AC_POLL_SSIZE){ -EINVAL, false };
    self->io.bytes = bytes_of(message);
    return start(&receiving, self, frame, task, fd, message, flags);
}

AC_POLL_SSIZE ac_sendmsg(void *frame, struct ac_task *task, unsigned point, int fd, const struct msghdr *message, int flags)
{
    (void)point;
    struct ac_message_frame here, *self = frame ? frame : &here;
    self->io.bytes = 0;
    return start(&sending, self, frame, task, fd, message, flags);
}
