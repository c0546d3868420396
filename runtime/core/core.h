// The freestanding core: tasks, their queue, their memory. It needs no C library: what it needs of its platform stands in
// struct ac_executor as pointers.
//
// The life of a task (the executor's thread alone changes flags):
//
//   started ──ready──▶ DONE
//      └─pending─▶ WAITING | JOINING | STANDING | SLEEPING | POLLING ──wake──▶ (run queue) ──dequeue──▶ (running) ──ready──▶ DONE
//                         ▲                                                                                  │
//                         └───────────────────────────────────── pending ────────────────────────────────────┘
#ifndef AC_CORE_CORE_H
#define AC_CORE_CORE_H

#include "acc/frame.h"
#include "acc/task.h"
#include "core/memory.h"
#include "time/wheel.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AC__WAITING = 1,        // `node` is a struct ac_wait that the world outside ends; counted in executor->waits
    AC__JOINING = 2,        // `node` is a struct ac_wait that another task of the executor ends
    AC__STANDING = 4,       // `node` is a struct ac_queue_frame, in the queue of a lock, an event or a channel; if that is shared, counted
                            // in executor->waits
    AC__SLEEPING = 8,       // `node` is a struct ac_sleep_frame, in the wheel; counted in executor->waits
    AC__POLLING = 16,       // `node` is a struct ac_fd_wait, in the reactor's table, or with its buffer lent to the system; counted
                            // in executor->waits
    AC__HELD = 32,          // somebody holds a handle and will free it
    AC__DONE = 64,          // has ended; the result lies in its frame; never with any of the first five
    AC__IN_PLACE = 128,     // lies in a struct ac_slot of the user's: its memory is not the executor's
    AC__WOKE = 256,         // with DONE: it was its end that woke the joiner
    AC__CANCELLED = 512,    // for good: every leaf operation gives -ECANCELED
    AC__LATE = 1024,        // one deadline that has passed and whose block has not ended; counted in this bit and the nine above
    // One deferred statement that holds cancelling back. It is subtracted: as long as there is one, the flags are a negative int,
    // and whether a task is cancelled is one comparison.
    AC__BACK = 1 << 20,
};

// Its frame begins with its last member.
struct ac_task {
    struct ac_task *next;           // in the run queue, among the woken, or among the waiters for one descriptor
    struct ac_node *node;           // what it waits for, or goes on with
    union {
        struct ac_group *group;     // the group it is listed in
        struct ac_task *joiner;     // HELD: who waits for it to end
    };
    struct ac_task *sibling, **link;    // the list: the next one, and where the pointer to this one lies
    unsigned bytes;                 // of the frame; IN_PLACE: the place, and 0 when its life has ended
    unsigned flags;
    struct ac_node root;            // of the function it begins with, whose link leads to the executor: that is `root` there
};

enum { AC__TASK_BYTES = offsetof(struct ac_task, root) };   // without the frame

struct ac_reactor;

struct ac_executor {
    struct ac_task *first, **last;  // run queue; *last is where the next one goes
    struct ac_link root;            // of all tasks: when the function is done that it begins with, the task ends
    int budget;                     // operations left to the running task before it has to give way
    int start_error;                // of the last child that was to be started
    uint64_t random;                // state of the order of a seeded executor; 0: first come, first served
    void *given;                    // the frame that the callee made, see ac_frame_give
    struct ac__memory memory;
    uintptr_t waits;                // what the world outside may end: tasks that wait for it, and deadlines
    struct ac_group held;           // tasks with a handle
    struct ac_group detached;       // tasks that no function waits for
    // other threads
    struct ac_task *woken;          // stack of tasks woken by others, last one first
    int asleep;                     // 1: whoever wakes a task has to call notify
    int wakers;                     // wakes by others that are promised and not done yet; the executor outlives them
    // platform
    ac_time (*now)(struct ac_executor *executor);
    void (*notify)(struct ac_executor *executor);   // ends the executor's sleep; async-signal-safe
    void (*fatal)(const char *why) __attribute__((noreturn));
    void (*poll_cancel)(struct ac_task *task);      // ends the wait of a task that is POLLING
    // Runs tasks until it is reached; false: nothing that could happen leads there.
    bool (*run_until)(struct ac_executor *executor, bool (*is_reached)(void *), void *what, ac_time until);
    struct ac_reactor *reactor;
    struct ac__wheel wheel;
};

enum {
    AC__BUDGET = 128,       // operations that need no wait, for one resumption
    AC__TURN = 64,          // resumptions between two looks at the clock and the reactor
};

// Why a leaf operation ended early. The core has no errno.h; these are the numbers of the platform's.
#define AC__ECANCELED 125
#define AC__EBUSY 16

// The task in a handle that was awaited, when that is checked. One that was given away has AC_HANDLE_GIVEN_.
#define AC__SPENT ((struct ac_task *)1)

static inline bool ac__is_child(const struct ac_task *child)
{
    return (__UINTPTR_TYPE__)child > (__UINTPTR_TYPE__)AC_HANDLE_GIVEN_;
}

static inline struct ac_task *ac__task_of(const ac_handle *handle)
{
    return ac__is_child(handle->task) ? handle->task : 0;
}

static inline struct ac_executor *ac__executor_of(const struct ac_task *task)
{
    return AC_PARENT(task->root.up, struct ac_executor, root);
}

// The task in a slot: at its end, since the frame follows.
static inline struct ac_task *ac__slot_task(const struct ac_slot *slot)
{
    return AC_PARENT(slot + 1, struct ac_task, root);
}

// A number for the place of an object, to see that it has not moved.
static inline unsigned ac__place(const struct ac_slot *slot)
{
    return (unsigned)((uintptr_t)slot / sizeof(void *)) | 1;
}

static inline void ac__queue(struct ac_task *task)
{
    struct ac_executor *executor = ac__executor_of(task);
    task->next = 0;
    *executor->last = task;
    executor->last = &task->next;
}

static inline struct ac_task *ac__dequeue(struct ac_executor *executor)
{
    struct ac_task *task = executor->first;
    if (task) {
        executor->first = task->next;
        if (!executor->first)
            executor->last = &executor->first;
    }
    return task;
}

// The functions of acc/task.h with the same names, for operations of the runtime: most of them call these each time.
static inline bool ac__task_cancelled(const struct ac_task *task)
{
    return (int)task->flags >= AC__CANCELLED;
}

static inline bool ac__task_spent(struct ac_task *task)
{
    struct ac_executor *executor = ac__executor_of(task);
    executor->budget = (int)((unsigned)executor->budget - 1);  // unsigned: else clang compares what it was before
    return executor->budget < 0;
}

// The five ways to wait begin and end here.
static inline void ac__wait_begin(struct ac_task *task, struct ac_node *node, unsigned way)
{
    task->node = node;
    task->flags |= way;
}

// The task is queued.
static inline void ac__wait_end(struct ac_task *task, unsigned way)
{
    task->flags &= ~way;
    ac__queue(task);
}

static inline void ac__task_wake(struct ac_task *task)
{
    unsigned way = task->flags & (AC__WAITING | AC__JOINING);
    if (!way)
        return;
    if (way == AC__WAITING)
        ac__executor_of(task)->waits--;
    ac__wait_end(task, way);
}

// The task waits from now on for what another task of the executor does.
static inline void ac__task_join(struct ac_task *task, struct ac_wait *wait)
{
    ac__wait_begin(task, &wait->node, AC__JOINING);
}

// The first moment that is `nanoseconds` from now; never, if there is none.
static inline ac_time ac__moment_in(struct ac_executor *executor, ac_time nanoseconds)
{
    ac_time moment;
    return __builtin_add_overflow(executor->now(executor), nanoseconds, &moment) ? AC_NEVER : moment;
}

// Resumes a task until it waits again or ends. It may be gone afterwards.
static inline void ac__run(struct ac_executor *executor, struct ac_task *task, int budget)
{
    executor->budget = budget;
    struct ac_node *node = task->node;
    do
        node = node->up->resume(node, task);
    while (node);
}

// The frame of a leaf operation that was entered through a pointer, hence without one. 0: no memory.
static inline void *ac__leaf_frame(struct ac_task *task, void *frame, size_t bytes)
{
    return frame ? frame : ac_frame_make(task, bytes);
}

// Ends a task, when the function it begins with is done.
struct ac_node *ac__root_resume(struct ac_node *done, struct ac_task *task);

// Of what waits for an arm, and for the children of a group.
extern const struct ac_link ac__any_link, ac__join_all_link;

// `executor` is all zero, but for the lists of its wheel.
void ac__executor_begin(struct ac_executor *executor, struct ac_allocator *allocator, ac_time now);
struct ac_task *ac__task_make(struct ac_executor *executor, struct ac_group *group, size_t bytes);
void ac__task_drop(struct ac_task *task);
void ac__group_cancel(struct ac_group *group);
// Nobody has a handle of the child any more; the group waits for it.
void ac__child_give(struct ac_task *child, struct ac_group *group);
void ac__task_late(struct ac_task *task);       // a deadline has passed
void ac__deadline_pass(struct ac_sleep_frame *sleep);
void ac__sleep_cancel(struct ac_sleep_frame *sleep);
void ac__timers_fire(struct ac_executor *executor, ac_time now);
// ac_task_wake_remote in two steps, for who may wake a task only after it has let go of what the task waits in: from the first one on
// the executor does not end before the second.
void ac__wake_promise(struct ac_task *task);
void ac__wake_promised(struct ac_task *task);
void ac__woken_take(struct ac_executor *executor);
bool ac__woken_pending(struct ac_executor *executor);

#endif
