#ifndef AC_EXECUTOR_H
#define AC_EXECUTOR_H
#pragma GCC system_header

// Running async functions from plain C: an executor of one's own, blocking or inside another event loop.
//
// An executor and its tasks belong to one thread at a time. Others may call ac_complete, ac_task_wake_remote, and what is for objects
// with AC_SHARED (acc/queue.h).

#include "acc/declare.h"

struct ac_executor;
struct ac_reactor_type;

// The kinds of reactor there are.
extern const struct ac_reactor_type ac_reactor_uring;       // Linux: epoll's, and files are read with io_uring, where it may be used
extern const struct ac_reactor_type ac_reactor_epoll;       // Linux
extern const struct ac_reactor_type ac_reactor_poll;        // any POSIX system
// poll's, on a clock of its own. It begins at AC_SECOND and stands while there is something to do, but for a nanosecond each
// time ac_now looks at it; a wait for a timer is over at once, and the clock has moved there. On the thread of such an executor
// it is the clock of ac_now.
extern const struct ac_reactor_type ac_reactor_virtual;

// Where an executor gets memory; called on its thread only.
//   get   returns 0 when there is none, else `bytes`, at least 1, aligned for every type
//   put   gives back what `get` has given for as many bytes
struct ac_allocator {
    void *(*get)(struct ac_allocator *allocator, ac_size bytes);
    void (*put)(struct ac_allocator *allocator, void *block, ac_size bytes);
};

// Zero members mean: what the platform does best; malloc.
struct ac_executor_options {
    const struct ac_reactor_type *reactor;
    struct ac_allocator *allocator;
    // Not 0: whichever of the ready tasks goes on, and after how many operations it gives way, is drawn from this number, and
    // the reactor is ac_reactor_virtual unless another is given. What happens then depends on the number alone, as far as
    // threads, processes and peers of other executors have no part in it.
    __UINT64_TYPE__ seed;
};

// Makes an executor.
//   options  0, or what to do differently; the allocator has to outlive the executor
// Returns 0 and the executor in *executor, or -errno: -ENOMEM, -EMFILE, -ENFILE; -EINVAL: libacc_core.a has no reactors and no seeds. The
// caller owns it; ac_executor_free ends it.
// Threads: any; afterwards it belongs to one at a time. Costs two descriptors, closed on exec,
// and a third one of ac_reactor_uring when a file is not in the system's memory for the first time.
// Source: epoll_create1(2), eventfd(2), pipe(2), io_uring_setup(2).
int ac_executor_make(struct ac_executor **executor, const struct ac_executor_options *options);

// Cancels the tasks that have not ended, runs them to their end, and gives everything back. Tasks that go on although they
// are cancelled, or that wait for what nobody will bring, are dropped after a second: what such a task waits for is not to be used any
// more. Never fails; waits for threads that are waking one of its tasks.
void ac_executor_free(struct ac_executor *executor);

// ac_spawn(executor, f(x)), in a function that is not async: starts f(x) as a task of the executor, which nobody waits for. It runs until
// it waits for the first time before this returns, and then when the executor runs. Its result is dropped: what somebody wants to know
// of it the function says itself, by ac_complete or a channel. In plain C the interface header of f's file has
// int f_spawn(struct ac_executor *executor, int x).
//   executor   the thread's own
// Returns 0, or -ENOMEM: f was not called. In an erased program it is the call, run to its end, and 0.
#if defined(AC_ERASED) || defined(async) || defined(_Async)
#define ac_spawn(executor, call) ((void)(call), ac_spawned_(executor))
static __inline__ int ac_spawned_(struct ac_executor *executor)
{
    (void)executor;
    return 0;
}
#endif

// Starts a task, of which the caller has a handle.
//   bytes    of its frame, as sizeof gives them
//   enter    calls the async function with `args`, in that frame; returns whether it is pending. A result that is ready it
//            stores in the frame, after the node.
//   args     for `enter` alone, which is called before this returns
// Returns the task, which the caller owns, or 0: no memory, and `enter` was not called. ac_child_frame gives its frame, with the
// result once it is done; ac_child_free then ends its life. Threads: only the executor's own.
struct ac_task *ac_executor_start(struct ac_executor *executor, ac_size bytes,
                                  _Bool (*enter)(void *frame, struct ac_task *task, void *args), void *args);

// Whether some task of the executor has not ended. Threads: only the executor's own.
_Bool ac_executor_busy(const struct ac_executor *executor);

// Whether a task that was started so has ended. Threads: only the executor's own.
_Bool ac_task_done(const struct ac_task *task);

// Asks it to end, as ac_cancel does; it still has to be run to its end. Threads: only the executor's own. Not in a signal handler.
void ac_task_cancel(struct ac_task *task);

// Runs this task and all others until it is done. Not from within one of them.
// Returns 0, or -EDEADLK: nothing that could happen would ever let it go on. Signals do not end it.
// Threads: only the executor's own. Source: epoll_wait(2).
int ac_executor_run(struct ac_executor *executor, struct ac_task *task);

// Writes where all tasks of the executor wait, as ac_tasks_print does, which is for use in a task: of one that runs at the time this does
// not know where it is, nor what its functions have started without a handle.
// Returns 0 or -errno, as that. Threads: only the executor's own. Not in a signal handler. Not in libacc_core.a. Source: write(2).
int ac_executor_print(struct ac_executor *executor, int fd);

// --- inside another event loop ------------------------------------------------------------------------------------------
// Call ac_executor_turn when the descriptor is readable or the deadline has come; both may have changed after each turn and
// after each ac_executor_start and ac_complete of the same thread. Threads: only the executor's own.

// Does what can be done without waiting, at most some hundred resumptions. Returns whether there is more to do at once.
_Bool ac_executor_turn(struct ac_executor *executor);

// Readable when something has happened; belongs to the executor. -ENOSYS: this kind of reactor has none.
int ac_executor_descriptor(const struct ac_executor *executor);

// When the executor wants its next turn, on the clock of ac_now; 0: at once; AC_NEVER: only the descriptor matters.
ac_time ac_executor_deadline(struct ac_executor *executor);

#endif
