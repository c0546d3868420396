#ifndef AC_EVENT_H
#define AC_EVENT_H
#pragma GCC system_header

// Telling other tasks that something has happened: event, notification, barrier, once. First come, first served; waiting costs
// no allocation and no system call.
//
// A task that is cancelled, or whose deadline passes, while it waits gives up its place, and leaves no trace. One that was cancelled
// after it was served has been: its result is what it would have been, so an arm of `await any` assigns it to an object outside.
//
// For tasks of one executor, all calls only on its thread; with AC_SHARED (acc/queue.h) for those of any. Not in signal handlers:
// ac_completion is for those. An object has to live, at one place, as long as a task waits for it; it owns nothing that would have to be
// given back. In an erased program there is one task: what would wait gives -EDEADLK, unless it is shared and waits for another thread.

#include "acc/queue.h"

// --- event: has happened, or not. All zero: not -------------------------------------------------------------------------

struct ac_event {
    struct ac_guard guard;
    struct ac_queue queue;
    _Bool is_set;
};

// Waits until the event is set; it stays set.
//   event   as long as it is set, this does not wait
// Returns 0, or -ECANCELED: cancelled before it was set. -ENOMEM only when called through a pointer.
AC_ASYNC(ac_int, int, ac_event_wait, (struct ac_event *event), ac_queue_frame)

// Lets all go on who wait, in the order in which they came, and who will until it is cleared. They run after the caller has waited
// or ended. Setting it again has no effect.
void ac_event_set(struct ac_event *event);

// From now on tasks wait again. Those that were let go on are not held up.
void ac_event_clear(struct ac_event *event);

// --- notification: wakes one that waits, or the next one that will. All zero: none is stored ------------------------------

struct ac_notify {
    struct ac_guard guard;
    struct ac_queue queue;
    _Bool is_stored;
};

// Waits for a notification and takes it.
//   notify   one that is stored is taken at once
// Returns 0, or -ECANCELED: none was taken. -ENOMEM only when called through a pointer.
AC_ASYNC(ac_int, int, ac_notified, (struct ac_notify *notify), ac_queue_frame)

// Wakes the task that has waited longest; if there is none, the next one does not wait. Two that nobody took are one.
void ac_notify_one(struct ac_notify *notify);

// Wakes all that wait now, in the order in which they came, and stores nothing.
void ac_notify_all(struct ac_notify *notify);

// --- barrier: waits until a number of tasks have come ---------------------------------------------------------------------

struct ac_barrier {
    struct ac_guard guard;
    struct ac_queue queue;
    unsigned parties, waiting;
};

// AC_BARRIER(n) or AC_BARRIER(n, AC_SHARED): a barrier for n tasks, 1 or more.
#define AC_BARRIER(...) AC_BARRIER_(__VA_ARGS__, )
#define AC_BARRIER_(n, ...) { .parties = (n), __VA_ARGS__ }

// Waits until `parties` tasks wait, and begins anew.
// Returns 1 to the one that came last and 0 to the others, or -ECANCELED: this one does not count as having come.
// -ENOMEM only when called through a pointer.
AC_ASYNC(ac_int, int, ac_barrier_wait, (struct ac_barrier *barrier), ac_queue_frame)

// --- once: something done by the first that needs it. All zero: not yet done ----------------------------------------------

struct ac_once {
    struct ac_guard guard;
    struct ac_queue queue;
    enum { AC_ONCE_NEW, AC_ONCE_BUSY, AC_ONCE_DONE } state;
};

// Waits until it is known who does it.
// Returns 1: the caller does it, and then has to call ac_once_end, also when it is cancelled meanwhile; 0: it is done; or
// -ECANCELED: it is not known, and the caller does not do it. -ENOMEM only when called through a pointer.
AC_NODISCARD AC_ASYNC(ac_int, int, ac_once_begin, (struct ac_once *once), ac_queue_frame)

// Says that it is done; only for who was given 1 by ac_once_begin. When nobody does it just now it changes nothing; where running
// programs are checked (AC_CHECK) it ends the program with the place.
//   succeeded   0: the next in the queue tries, or whoever comes; else nobody will again
void ac_once_end(struct ac_once *once, _Bool succeeded);

#if defined(AC_LOWERED_) && AC_CHECK
// The same, and whether somebody did it.
_Bool ac_once_end_checked(struct ac_once *once, _Bool succeeded);
#define ac_once_end(once, succeeded) \
    (ac_once_end_checked(once, succeeded) ? (void)0 : ac_misused(__FILE__, __LINE__, "ac_once_end without ac_once_begin"))
#endif

#endif
