// Datagrams.
#include "io/operation.h"
#include <sys/socket.h>

static long receive_attempt(struct ac_io_frame *io, struct ac_task *task)
{
    struct ac_datagram_frame *self = (struct ac_datagram_frame *)io;
    int flags = self->message.flags | MSG_DONTWAIT;
    ssize_t result;
    (void)task;
    do
        result = recvfrom(io->wait.fd, io->buffer, io->bytes, flags, self->address, self->length);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

static long send_attempt(struct ac_io_frame *io, struct ac_task *task)
{
    struct ac_datagram_frame *self = (struct ac_datagram_frame *)io;
    int flags = self->message.flags | MSG_DONTWAIT | MSG_NOSIGNAL;
    ssize_t result;
    (void)task;
    do
        result = sendto(io->wait.fd, io->buffer, io->bytes, flags, self->address, self->bytes);
    while (result < 0 && errno == EINTR);
    return ac__outcome(result);
}

static const struct ac__operation receiving = AC__OPERATION(ac_recvfrom, .events = AC_READABLE, .attempt = receive_attempt,
                                                            .frame_bytes = sizeof(struct ac_datagram_frame));
static const struct ac__operation sending = AC__OPERATION(ac_sendto, .events = AC_WRITABLE, .attempt = send_attempt,
                                                          .frame_bytes = sizeof(struct ac_datagram_frame));

static void fill(struct ac_datagram_frame *self, int fd, void *buf, ac_size len, int flags, void *address)
{
    self->message.io.buffer = buf;
    self->message.io.bytes = len;
    self->message.io.wait.fd = fd;
    self->message.flags = flags;
    self->address = address;
}

static AC_POLL_SSIZE start(const struct ac__operation *operation, struct ac_datagram_frame *self, void *frame, struct ac_task *task)
{
    struct ac__started started = ac__operation_start(operation, &self->message.io, frame, task);
    return (AC_POLL_SSIZE){ started.result, started.pending };
}

AC_POLL_SSIZE ac_recvfrom(void *frame, struct ac_task *task, unsigned point, int fd, void *buf, ac_size len, int flags,
                          struct sockaddr *address, unsigned *length)
{
    (void)point;
    struct ac_datagram_frame here, *self = frame ? frame : &here;
    fill(self, fd, buf, len, flags, address);
    self->length = length;
    return start(&receiving, self, frame, task);
}

AC_POLL_SSIZE ac_sendto(void *frame, struct ac_task *task, unsigned point, int fd, const void *buf, ac_size len, int flags,
                        const struct sockaddr *address, unsigned length)
{
    (void)point;
    struct ac_datagram_frame here, *self = frame ? frame : &here;
    fill(self, fd, (void *)buf, len, flags, (void *)address);
    self->bytes = length;
    return start(&sending, self, frame, task);
}
