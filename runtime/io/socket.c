// Accepting, connecting, closing.
#define _GNU_SOURCE
#include "io/connection.h"
#include "io/operation.h"
#include "reactor/reactor.h"
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

// Puts a socket into non-blocking mode. 0 or -errno.
static int make_nonblocking(struct ac_reactor *reactor, int fd)
{
    int error = ac_nonblocking(fd);
    if (!error)
        ac__fd_made_nonblocking(reactor, fd);
    return error;
}

static long accept_attempt(struct ac_io_frame *io, struct ac_task *task)
{
    struct ac_socket_frame *self = (struct ac_socket_frame *)io;
    struct ac_reactor *reactor = ac__executor_of(task)->reactor;
    bool is_nonblocking = ac__fd_is_nonblocking(ac__fd(reactor, io->wait.fd));
    int fd, failed = 0, error = is_nonblocking ? 0 : make_nonblocking(reactor, io->wait.fd);
    if (error)
        return error;
    do
        fd = accept4(io->wait.fd, io->buffer, self->length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (fd < 0 && ac__is_of_the_connection(errno) && ++failed < AC__TURN);
    if (fd >= 0) {
        ac__fd_reset(reactor, fd);
        ac__fd_made_nonblocking(reactor, fd);
        return fd;
    }
    if (ac__is_shortage(errno))
        return AC__PAUSE;
    bool may_wait = errno == EAGAIN || errno == EWOULDBLOCK || ac__is_of_the_connection(errno);
    return may_wait ? AC__WAIT : -errno;
}

// A connect that was begun is over when the socket is writable; SO_ERROR then tells how.
static long connect_end(int fd)
{
    struct pollfd polled = { .fd = fd, .events = POLLOUT };
    int error = 0, ready;
    do
        ready = poll(&polled, 1, 0);
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return AC__WAIT;
    if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof error }) < 0)
        return -errno;
    return -error;
}

// A socket that connects is a new one, and what is known of its number may be of another that a plain close(2) has closed. 0 or -errno.
static int renew(struct ac_reactor *reactor, int fd)
{
    int error = make_nonblocking(reactor, fd);
    struct ac__fd *entry = ac__fd(reactor, fd);
    if (entry)
        entry->flags &= (unsigned short)~(AC__DRAINED | AC__HUNG_UP);
    return error;
}

// `bytes` is the length of the address, 0 once the connect was begun.
static long connect_attempt(struct ac_io_frame *self, struct ac_task *task)
{
    if (self->bytes == 0)
        return connect_end(self->wait.fd);
    int error = renew(ac__executor_of(task)->reactor, self->wait.fd);
    if (error)
        return error;
    int result = ac__connect_begin(self->wait.fd, self->buffer, (socklen_t)self->bytes);
    if (result == -EAGAIN)                  // a local peer's queue is full, and nothing reports when it no longer is
        return AC__PAUSE;
    if (result != -EINPROGRESS)
        return result;
    self->bytes = 0;
    return AC__WAIT;
}

static const struct ac__operation accepting = AC__OPERATION(ac_accept, .events = AC_READABLE, .attempt = accept_attempt,
                                                            .has_value = true,
                                                            .frame_bytes = sizeof(struct ac_socket_frame));
static const struct ac__operation connecting = AC__OPERATION(ac_connect, .events = AC_WRITABLE, .attempt = connect_attempt,
                                                             .has_value = true,
                                                             .frame_bytes = sizeof(struct ac_socket_frame));

static ac_int start(const struct ac__operation *operation, void *frame, struct ac_task *task, int fd, const void *address,
                    ac_size bytes, unsigned *length)
{
    struct ac_socket_frame here, *self = frame ? frame : &here;
    self->io.buffer = (void *)address;
    self->io.bytes = bytes;
    self->io.wait.fd = fd;
    self->length = length;
    self->delay = 0;
    struct ac__started started = ac__operation_start(operation, &self->io, frame, task);
    return (ac_int){ (int)started.result, started.pending };
}

ac_int ac_accept(void *frame, struct ac_task *task, unsigned point, int fd, struct sockaddr *address, unsigned *length)
{
    (void)point;
    return start(&accepting, frame, task, fd, address, 0, length);
}

ac_int ac_connect(void *frame, struct ac_task *task, unsigned point, int fd, const struct sockaddr *address, unsigned length)
{
    (void)point;
    if (length == 0)
        return (ac_int){ -EINVAL, false };
    return start(&connecting, frame, task, fd, address, length, 0);
}

ac_int ac_close(void *frame, struct ac_task *task, unsigned point, int fd)
{
    (void)frame;
    (void)point;
    struct ac_reactor *reactor = ac__executor_of(task)->reactor;
    if (ac__fd(reactor, fd)) {
        reactor->type->forget(reactor, fd);
        ac__fd_reset(reactor, fd);
    }
    // Interrupted or not, the descriptor is gone.
    return (ac_int){ close(fd) < 0 && errno != EINTR ? -errno : 0, false };
}
