// Datagrams, and receiving as flags say.
#include "io/descriptor.h"
#include "io/receive.h"

static ssize_t receive(const struct ac_message_frame *self, struct sockaddr *address, unsigned *length)
{
    ssize_t result;
    do
        result = recvfrom(self->io.wait.fd, self->io.buffer, self->io.bytes, self->flags | MSG_DONTWAIT, address, length);
    while (result < 0 && errno == EINTR);
    return result;
}

static long receive_all(struct ac_message_frame *self, struct sockaddr *address, unsigned *length)
{
    if (!self->received && self->io.bytes > AC__RECEIVED_MOST)
        self->io.bytes = AC__RECEIVED_MOST;
    while (self->io.bytes) {
        long taken = ac__outcome(receive(self, address, length));
        if (taken < 0)                  // an error, or what has to be waited for
            return taken;
        if (taken == 0)
            break;
        ac__advance(&self->io, taken);
        self->received += (unsigned)taken;
    }
    return self->received;
}

long ac__receive_otherwise(struct ac_message_frame *self, struct sockaddr *address, unsigned *length)
{
    if (ac__receives_all(self->io.wait.fd, self->flags))
        return receive_all(self, address, length);
    ssize_t result = receive(self, address, length);
    return result < 0 && self->flags & MSG_ERRQUEUE ? -errno : ac__outcome(result);
}

static long receive_attempt(struct ac_io_frame *io, struct ac_task *task)
{
    struct ac_datagram_frame *self = (struct ac_datagram_frame *)io;
    (void)task;
    if (self->message.flags & (MSG_WAITALL | MSG_ERRQUEUE))
        return ac__receive_otherwise(&self->message, self->address, self->length);
    return ac__outcome(receive(&self->message, self->address, self->length));
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
    self->message.received = 0;
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
