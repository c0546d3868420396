#ifndef AC_QUEUE_H
#define AC_QUEUE_H
#pragma GCC system_header

// Tasks in a row: what locks, events and channels have in common.

#include "acc/declare.h"

// Whose an object is. All zero: it belongs to the tasks of one executor, and all calls for it are made on that executor's thread. Costs one
// comparison then.
//
// With AC_SHARED among its initialisers it belongs to all threads of the process: tasks of any executor wait for it, in one order, and
// what does not wait may be called from threads that have no executor.
//
//     static struct ac_mutex lock = { AC_SHARED };
//     static struct ac_channel jobs = AC_CHANNEL(ring, AC_SHARED);
//
// Each call then takes a lock for the time it needs the object: some instructions, the copy of a value, at most the growing of an
// unbounded channel, whose allocator is therefore called from any thread, one at a time. A thread that finds it taken spins, and sleeps
// for moments if that takes long. A task that waits is woken as by ac_task_wake_remote. Not for signal handlers.
//
// An executor cannot tell that nobody will ever wake such a task: it waits instead of reporting a deadlock. The object has to live until
// every call for it, and every operation that waits for it, has returned.
struct ac_guard {
    void (*wait)(int *held);        // 0: of one executor
    int held;                       // 1: a thread changes the object
};
#define AC_SHARED .guard = { ac_guard_wait, 0 }

// Takes what another thread has: waits until *held is 0, and makes it 1. Called by the operations.
void ac_guard_wait(int *held);

// The frame of every operation that stands in a queue. A cancelled operation leaves its queue, and has changed nothing; one
// that was served is not cancelled any more, and gives its result.
struct ac_queue_frame {
    struct ac_node node;
    union {
        int result;
        ac_size want;               // until it is served: permits, or
        void *item;                 // what a channel copies to or from; the caller's, until the operation has ended
    };
    void (*cancel)(struct ac_queue_frame *frame);   // leaves the queue, and wakes the task
    struct ac_task *task;
    struct ac_queue *queue;
    struct ac_queue_frame *next, *previous;     // `previous` is itself: of a shared object, served, and about to be woken
};

// First come, first served. All zero: nobody.
struct ac_queue {
    struct ac_queue_frame *first, *last;
};

#endif
