#ifndef AC_LOCK_H
#define AC_LOCK_H
#pragma GCC system_header

// Mutex, lock for readers and a writer, semaphore. They are fair: tasks are served in the order in which they came, and one
// that asks for little does not overtake one that asks for much. Waiting costs no allocation and no system call.
//
// For tasks of one executor, all calls only on its thread; with AC_SHARED (acc/queue.h) for those of any. Not in signal handlers. A lock
// belongs to whoever took it, task or function: nothing checks that the same one gives it back. It has to live, at one place, as long as
// a task has it or waits for it, and owns nothing that would have to be given back. In an erased program there is one task: what would
// wait gives -EDEADLK, unless it is shared and waits for another thread.
//
// A task that is cancelled, or whose deadline passes, while it waits gives up its place, and those behind it move up. One that was
// cancelled after it was served has what it asked for, and gives it back as always: only 0 says so, hence results have to be looked
// at, and an arm of `await any` assigns them to an object outside.
//
// Unlocking what is not locked, or is locked for the other purpose, does nothing; where running programs are checked (AC_CHECK) it
// ends the program with the place.

#include "acc/queue.h"

// What the three are made of: up to `limit` permits may be taken at a time.
struct ac_gate {
    unsigned limit, taken;
    struct ac_queue queue;
};

// --- mutex: all zero is unlocked ----------------------------------------------------------------------------------------

struct ac_mutex { struct ac_guard guard; struct ac_gate gate; };

// Locks the mutex, waiting until nobody has it. It is not recursive: a task that has it waits for itself.
// Returns 0, or -ECANCELED: then it is not locked. -ENOMEM only when called through a pointer. Source: pthread_mutex_lock(3).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_lock, (struct ac_mutex *mutex), ac_queue_frame)

// Locks it if nobody has it. Returns whether the caller has it now.
_Bool ac_try_lock(struct ac_mutex *mutex);

// Gives it to the task that has waited longest, which runs after the caller has waited or ended, or unlocks it.
void ac_unlock(struct ac_mutex *mutex);

// --- lock for readers and a writer: all zero is unlocked -----------------------------------------------------------------

struct ac_rwlock { struct ac_guard guard; struct ac_gate gate; };

// Locks for reading, beside others who read (at most 2^30 - 1), or for writing, alone. Who comes after a waiting writer waits behind it,
// also a reader that has it for reading already, which then waits for itself.
// Return 0, or -ECANCELED: then it is not locked. -ENOMEM only when called through a pointer. Source: pthread_rwlock_rdlock(3p).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_lock_read, (struct ac_rwlock *lock), ac_queue_frame)
AC_NODISCARD AC_ASYNC(ac_int, int, ac_lock_write, (struct ac_rwlock *lock), ac_queue_frame)

// Lock it if that needs no wait and nobody waits. Return whether the caller has it now.
_Bool ac_try_lock_read(struct ac_rwlock *lock);
_Bool ac_try_lock_write(struct ac_rwlock *lock);

// Give it back as it was taken: those who have waited longest get it, several readers together. They run after the caller has waited
// or ended.
void ac_unlock_read(struct ac_rwlock *lock);
void ac_unlock_write(struct ac_rwlock *lock);

// --- semaphore ----------------------------------------------------------------------------------------------------------

struct ac_semaphore { struct ac_guard guard; struct ac_gate gate; };

// AC_SEMAPHORE(n) or AC_SEMAPHORE(n, AC_SHARED): a semaphore with n permits, an unsigned int.
#define AC_SEMAPHORE(...) AC_SEMAPHORE_(__VA_ARGS__, )
#define AC_SEMAPHORE_(n, ...) { .gate = { .limit = (n) }, __VA_ARGS__ }

// Takes n permits together, waiting until they are there. A semaphore that begins with none so counts what others have done.
//   n   0 and more; 0 takes none, but not before those who wait
// Returns 0, or -ECANCELED: none were taken. -ENOMEM only when called through a pointer.
AC_NODISCARD AC_ASYNC(ac_int, int, ac_acquire, (struct ac_semaphore *semaphore, unsigned n), ac_queue_frame)

// Takes n permits if they are there and nobody waits. Returns whether they were taken.
_Bool ac_try_acquire(struct ac_semaphore *semaphore, unsigned n);

// Gives n permits back, whoever took them, to those who have waited longest. More than were taken become new ones, up to UINT_MAX
// in all; what would be more is lost.
void ac_release(struct ac_semaphore *semaphore, unsigned n);

#if defined(AC_LOWERED_) && AC_CHECK
// The same, and whether it was locked so.
_Bool ac_unlock_checked(struct ac_mutex *mutex);
_Bool ac_unlock_read_checked(struct ac_rwlock *lock);
_Bool ac_unlock_write_checked(struct ac_rwlock *lock);
#define AC_UNLOCK_(was_locked, how) ((was_locked) ? (void)0 : ac_misused(__FILE__, __LINE__, how))
#define ac_unlock(mutex) AC_UNLOCK_(ac_unlock_checked(mutex), "ac_unlock of a mutex that is not locked")
#define ac_unlock_read(lock) AC_UNLOCK_(ac_unlock_read_checked(lock), "ac_unlock_read of a lock that is not locked for reading")
#define ac_unlock_write(lock) AC_UNLOCK_(ac_unlock_write_checked(lock), "ac_unlock_write of a lock that is not locked for writing")
#endif

#endif
