// See operation.h.
#include "io/operation.h"
#include "reactor/reactor.h"
#include <errno.h>
#include <string.h>

static const ac_time first_delay = AC_MILLISECOND, longest_delay = AC_SECOND;

static const struct ac__operation *operation_of(const struct ac_link *link)
{
    return AC_PARENT(link, const struct ac__operation, link);
}

static void store(const struct ac__operation *operation, struct ac_io_frame *self, long result)
{
    if (operation->has_value)
        self->value = (int)result;
    else
        self->size = result;
}

static struct ac_node *pause_resume(struct ac_node *done, struct ac_task *task);
static const struct ac_link pause_link = {
    .resume = pause_resume, .function = "pause for lack of resources", .file = __FILE__, .line = __LINE__,
    .offset = AC_OFFSET(struct ac_socket_frame, pause.node),
};

// Sleeps twice as long each time. AC__WAIT, or -errno.
static long pause_begin(struct ac_socket_frame *self, struct ac_task *task)
{
    ac_time delay = self->delay ? self->delay : first_delay;
    self->delay = 2 * delay < longest_delay ? 2 * delay : longest_delay;
    ac_int slept = ac_sleep(&self->pause, task, 0, delay);
    if (!slept.pending)
        return slept.value;
    self->pause.node.up = &pause_link;
    return AC__WAIT;
}

// Waits for the descriptor. AC__WAIT, or the result: it cannot.
static long ready_begin(const struct ac__operation *operation, struct ac_io_frame *self, struct ac_task *task, int fd)
{
    int error = ac_fd_wait(task, &self->wait, fd, operation->events ? operation->events : (unsigned)self->bytes);
    if (!error)
        return AC__WAIT;
    bool is_file = error == -EPERM && !operation->events;       // what epoll does not know is always ready
    return is_file ? (long)self->bytes : error;
}

// What is not the usual case, apart from it, since it takes many registers.
static __attribute__((__noinline__)) long wait_otherwise(const struct ac__operation *operation, struct ac_io_frame *self,
                                                         struct ac_task *task, int fd, long asked)
{
    while (asked == AC__FETCH) {
        ac_offset offset = operation->has_offset ? ((const struct ac_pread_frame *)self)->offset : AC__AT_POSITION;
        if (ac__fd_fetch(task, &self->wait, fd, self->buffer, self->bytes, offset) == 0)
            return AC__WAIT;
        asked = operation->attempt(self, task);
    }
    if (asked == AC__PAUSE)
        return pause_begin((struct ac_socket_frame *)self, task);
    return asked == AC__WAIT ? ready_begin(operation, self, task, fd) : asked;
}

// Begins the wait that an attempt has asked for. AC__WAIT, or the result: it cannot, or need not.
static long wait_begin(const struct ac__operation *operation, struct ac_io_frame *self, struct ac_task *task, int fd, long asked)
{
    if (ac__task_cancelled(task))
        return -ECANCELED;
    self->wait.node.up = &operation->link;
    self->wait.fd = fd;
    if (asked != AC__WAIT)
        return wait_otherwise(operation, self, task, fd, asked);
    return ready_begin(operation, self, task, fd);
}

// Tries once more. Gives the operation's node when it is done.
static struct ac_node *again(const struct ac__operation *operation, struct ac_io_frame *self, struct ac_task *task)
{
    long result = operation->attempt(self, task);
    if (ac__must_wait(result)) {
        result = wait_begin(operation, self, task, self->wait.fd, result);
        if (result == AC__WAIT)
            return 0;
    }
    store(operation, self, result);
    return &self->node;
}

struct ac_node *ac__operation_resume(struct ac_node *done, struct ac_task *task)
{
    const struct ac__operation *operation = operation_of(done->up);
    struct ac_io_frame *self = AC_PARENT(done, struct ac_io_frame, wait.node);
    if (self->wait.fd >= 0)
        return again(operation, self, task);
    store(operation, self, self->wait.fd);
    return &self->node;
}

static struct ac_node *pause_resume(struct ac_node *done, struct ac_task *task)
{
    struct ac_socket_frame *self = AC_PARENT(done, struct ac_socket_frame, pause.node);
    const struct ac__operation *operation = operation_of(self->io.wait.node.up);
    if (self->pause.result == 0)
        return again(operation, &self->io, task);
    store(operation, &self->io, self->pause.result);
    return &self->io.node;
}

// Leaves the result in the frame, to be found after other tasks have run.
static struct ac__started defer(const struct ac__operation *operation, struct ac_io_frame *self, struct ac_task *task, long result)
{
    store(operation, self, result);
    ac_task_defer(task, &self->node);
    return (struct ac__started){ 0, AC_WAITS(self) };
}

struct ac__started ac__operation_start(const struct ac__operation *operation, struct ac_io_frame *self, void *frame,
                                       struct ac_task *task)
{
    long result = ac__task_cancelled(task) ? -ECANCELED : operation->attempt(self, task);
    bool waits = ac__must_wait(result);
    if (!waits && !ac__task_spent(task))
        return (struct ac__started){ result, false };
    if (!frame) {
        frame = ac_frame_make(task, operation->frame_bytes);
        if (!frame)
            return (struct ac__started){ waits ? -ENOMEM : result, false };
        self = memcpy(frame, self, operation->frame_bytes);
    }
    if (!waits)
        return defer(operation, self, task, result);
    result = wait_begin(operation, self, task, self->wait.fd, result);
    return result == AC__WAIT ? (struct ac__started){ 0, AC_WAITS(self) } : defer(operation, self, task, result);
}
