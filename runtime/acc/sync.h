#ifndef AC_SYNC_H
#define AC_SYNC_H
#pragma GCC system_header

// Meeting callbacks, other threads and signal handlers.

#include "acc/declare.h"

// Something that happens once outside the executor, and the value it brings. One task may wait for it.
//
//   EMPTY ──complete──▶ CLAIMED ──▶ DONE ──wait──▶ EMPTY        the value lies in `value`
//     └──wait──▶ (frame of the waiter) ──complete──▶ EMPTY      the value goes to the waiter
//                        └──cancel──▶ EMPTY
struct ac_completion {
    void *state;
    long value;
};

#define AC_COMPLETION_INIT { 0, 0 }

struct ac_wait_frame {
    struct ac_node node;
    long result;
    struct ac_wait wait;
    struct ac_completion *completion;
    struct ac_task *task;
    _Bool is_late;                  // took the place of CLAIMED: the value is on its way, too late to cancel
};

// Waits until the completion is completed, takes its value and makes it empty again.
//   completion   has to live until this returns; one task at a time, a second one gets -EBUSY
// Returns the value, -ECANCELED, or -ENOMEM when called without a frame: a program that must tell them apart uses values
// of 0 and more. Costs no allocation and, when the value is there, no system call.
// Threads: only the task's own.
AC_ASYNC(ac_long, long, ac_wait, (struct ac_completion *completion), ac_wait_frame)

// Completes: gives the value to the task that waits, or keeps it for the one that will.
//   completion   not touched any more once the waiting task can run
// Returns 1, or 0 when the completion holds a value already, which is kept.
// Threads: any. Signal handlers: yes, it is async-signal-safe, takes no lock, and leaves errno alone.
// Source: eventfd(2), one write when the executor sleeps.
_Bool ac_complete(struct ac_completion *completion, long value);

struct ac_offload_frame {
    struct ac_node node;
    long result;
    struct ac_wait wait;
    struct ac_task *task;
    long (*run)(void *argument);
    void *argument;
};

// Runs a function that stops its thread, as getaddrinfo(3) and fsync(2) do, on a thread of its own, while other tasks go on.
//   run        called once, and returns; there signals are blocked, which it leaves so, and ac_complete is the one call of the runtime
//              that is allowed. What it keeps in _Thread_local objects is found by a later one, or not
//   argument   what it is given; the caller's, and left alone by other tasks until this returns
// Returns what `run` has returned, also when the task was cancelled meanwhile: the function goes on to its end, and `argument` may be
// in use until then. Or -ECANCELED: cancelled before; -EAGAIN: there is no thread; -ENOMEM when called without a frame: `run` was not
// called. A program that must tell them apart uses results of 0 and more.
// An executor that ends waits for the functions that still run. In an erased program it is the call of `run`.
// Costs a thread unless one is idle: up to 8 that have nothing more to do stay for later calls, until the process ends. There is no
// bound to those that run, so where many tasks come at once an ac_semaphore should let some pass.
// Threads: only the task's own. Source: pthread_create(3).
AC_ASYNC(ac_long, long, ac_offload, (long (*run)(void *argument), void *argument), ac_offload_frame)

#endif
