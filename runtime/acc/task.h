#ifndef AC_TASK_H
#define AC_TASK_H
#pragma GCC system_header

// Tasks, seen from outside: cancelling and detaching children, giving way, and what a leaf operation written by hand calls.

#include "acc/declare.h"

struct ac_executor;

struct ac_yield_frame { struct ac_node node; };
struct ac_start_frame { struct ac_node node; int result; };
struct ac_tasks_frame { struct ac_node node; int result, fd; struct ac_node turn; };

// Lets every other task that is ready run first.
// Never fails; a cancelled task gives way too. Costs no allocation and no system call.
// Threads: only the task's own.
AC_ASYNC_VOID(ac_void, void, ac_yield, ac_yield_frame)

// What became of the last `async CALL` when no handle tells. It asks right behind it:
//
//     async serve(fd);
//     if (await ac_start_error() < 0)
//         close(fd);
//
// Returns 0: the child was started; or -ENOMEM: there was no memory for it, and what it was to be given is still the caller's.
// Does not wait. In an erased program 0.
// Costs no allocation and no system call. Threads: only the task's own.
AC_NODISCARD AC_ASYNC_VOID(ac_int, int, ac_start_error, ac_start_frame)

// Writes where all tasks of the executor wait, this one included, when those that are ready now have run. docs/runtime.md shows a list.
//   fd   a descriptor; it blocks until all is written
// Returns 0, or -errno: of write(2); -ENOMEM: it is not a list of all of them, and says so. Also a cancelled task gets its list. Erased,
// that is of the one task there is. Not in libacc_core.a.
// Allocates for as long as it writes: for each place in which tasks wait, for the depth to which children have children, and a word for
// each task that is ready. Threads: only the task's own. Source: write(2).
AC_ASYNC(ac_int, int, ac_tasks_print, (int fd), ac_tasks_frame)

// Asks the child behind a handle to end: the leaf operation it waits in, and every later one, gives -ECANCELED.
//   handle   the address of an async object; one that was never started or has ended is left alone
// Returns at once; the child still has to be awaited. Calling it again has no further effect.
// Threads: only the executor's own. Not in a signal handler. In an erased program it does nothing.
void ac_cancel(void *handle);

// Gives a child to the executor, which waits for it before the program ends; the handle is spent.
//   handle   the address of an async object
// Threads: only the executor's own. Not in a signal handler. In an erased program it does nothing.
void ac_detach(void *handle);
#if defined(AC_LOWERED_) && AC_CHECK
#define ac_detach(handle)                                                           \
    __extension__({                                                                 \
        ac_handle *const ac_given = (handle);                                       \
        struct ac_task *const ac_left = AC_HANDLE_LEFT_(ac_given->task);            \
        (ac_detach)(ac_given);                                                      \
        ac_given->task = ac_left;                                                   \
        (void)0;                                                                    \
    })
#endif

#if !defined(AC_ERASED) && !defined(async) && !defined(_Async)

// --- for leaf operations: see docs/frames.md ----------------------------------------------------------------------------

// The operation waits from now on. It is woken once, by ac_task_wake or ac_task_wake_remote, or ended early through
// wait->cancel, which has to be set. When it is woken, the task goes on with wait->node.
//   wait   in the frame of the operation, until the task goes on
// Threads: only the executor's own, as all of these but ac_task_wake_remote.
void ac_task_wait(struct ac_task *task, struct ac_wait *wait);

// Wakes a task that waits; only for the operation it waits in. Waking it twice is waking it once. Threads: only the
// executor's own.
void ac_task_wake(struct ac_task *task);

// The same from any thread and from signal handlers; exactly once for a wait, so the caller needs an agreement with
// wait->cancel about who of the two ends it. Async-signal-safe; keeps errno; never blocks.
void ac_task_wake_remote(struct ac_task *task);

// The operation is done, but other tasks have to run first: stores nothing, goes on with `node` in turn. Not to be cancelled.
void ac_task_defer(struct ac_task *task, struct ac_node *node);

// Whether the operation should end with -ECANCELED instead of waiting: the task is cancelled, or one of its deadlines has passed, and no
// deferred statement holds that back.
_Bool ac_task_cancelled(const struct ac_task *task);

// Counts an operation that needs no wait. True once the task has had its share of them in this turn (128): then the
// result goes to the frame and the operation returns pending after ac_task_defer.
_Bool ac_task_spent(struct ac_task *task);

// The executor that runs the task; as long as the task exists. Never 0.
struct ac_executor *ac_task_executor(const struct ac_task *task);

#endif
#endif
