// What the operations on descriptors have in common: try; when there is nothing, wait for the descriptor and try again;
// when the system is short of something, pause and try again.
#ifndef AC_IO_OPERATION_H
#define AC_IO_OPERATION_H

#include "acc/io.h"
#include "core/core.h"
#include <errno.h>
#include <limits.h>
#include <sys/types.h>

// What an attempt gives apart from a result: wait for the descriptor; sleep for a while; have the file's next bytes fetched.
#define AC__WAIT LONG_MIN
#define AC__PAUSE (LONG_MIN + 1)        // only where the frame is a struct ac_socket_frame
#define AC__FETCH (LONG_MIN + 2)        // only where `buffer` has room for `bytes`

static inline bool ac__must_wait(long result)
{
    return result <= AC__FETCH;
}

// What a system call that transfers has given, as an attempt gives it.
static inline long ac__outcome(ssize_t result)
{
    return result >= 0 ? result : errno == EAGAIN || errno == EWOULDBLOCK ? AC__WAIT : -errno;
}

struct ac__operation {
    struct ac_link link;            // of its wait for the descriptor, and of its pause
    unsigned events;                // what to wait for; 0: frame->bytes says it
    bool has_value;                 // the result is an int (`value`), not a size
    bool has_offset;                // the frame is a struct ac_pread_frame, which says where the file's next bytes are
    size_t frame_bytes;
    long (*attempt)(struct ac_io_frame *self, struct ac_task *task);    // a result, -errno, or one of the three above
};

// Fills in the constant parts; `name` is the public function.
#define AC__OPERATION(name, ...) \
    { .link = { .resume = ac__operation_resume, .function = #name, .file = __FILE__, .line = __LINE__,                      \
                .offset = AC_OFFSET(struct ac_io_frame, wait.node) }, __VA_ARGS__ }

struct ac__started { long result; intptr_t pending; };

// Runs an operation whose arguments are in `self`, which is `frame`, or, when that is 0, a frame on the caller's stack.
struct ac__started ac__operation_start(const struct ac__operation *operation, struct ac_io_frame *self, void *frame,
                                       struct ac_task *task);
struct ac_node *ac__operation_resume(struct ac_node *done, struct ac_task *task);

#endif
