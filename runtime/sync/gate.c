// Mutex, lock for readers and a writer, semaphore: permits that are taken and given back.
#include "sync/queue.h"

void ac__gate_serve(struct ac_gate *gate, struct ac__served *served)
{
    struct ac_queue_frame *first;
    while ((first = gate->queue.first) && ac__gate_has_room(gate, first->want)) {
        gate->taken += (unsigned)first->want;
        ac__serve_first(&gate->queue, 0, served);
    }
}

// What was not taken is not given back.
static void leave(struct ac_gate *gate, unsigned n, struct ac__served *served)
{
    gate->taken -= n < gate->taken ? n : gate->taken;
    ac__gate_serve(gate, served);
}

_Bool ac_try_lock(struct ac_mutex *mutex)
{
    struct ac__served list, *served = ac__guard_take(&mutex->guard, &list);
    int result = ac__gate_enter(ac__mutex_gate(mutex), 1);
    ac__guard_give(&mutex->guard, served);
    return result == 0;
}

static inline bool unlock(struct ac_gate *gate, struct ac__served *served)
{
    bool was_locked = gate->taken;
    if (gate->queue.first)
        ac__serve_first(&gate->queue, 0, served);       // it stays taken
    else
        gate->taken = 0;
    return was_locked;
}

_Bool ac_unlock_checked(struct ac_mutex *mutex)
{
    struct ac__served list, *served = ac__guard_take(&mutex->guard, &list);
    bool was_locked = unlock(&mutex->gate, served);
    ac__guard_give(&mutex->guard, served);
    return was_locked;
}

// In parentheses: the names are macros as well, which check.
void (ac_unlock)(struct ac_mutex *mutex)
{
    if (ac__is_shared(&mutex->guard))
        (void)ac_unlock_checked(mutex);
    else
        (void)unlock(&mutex->gate, 0);
}

static bool try_enter(struct ac_rwlock *lock, unsigned n)
{
    struct ac__served list, *served = ac__guard_take(&lock->guard, &list);
    int result = ac__gate_enter(ac__rwlock_gate(lock), n);
    ac__guard_give(&lock->guard, served);
    return result == 0;
}

_Bool ac_try_lock_read(struct ac_rwlock *lock)
{
    return try_enter(lock, AC__READER);
}

_Bool ac_try_lock_write(struct ac_rwlock *lock)
{
    return try_enter(lock, AC__WRITER);
}

_Bool ac_unlock_read_checked(struct ac_rwlock *lock)
{
    struct ac__served list, *served = ac__guard_take(&lock->guard, &list);
    bool was_read = lock->gate.taken && lock->gate.taken != AC__WRITER;
    if (was_read)
        leave(&lock->gate, AC__READER, served);
    ac__guard_give(&lock->guard, served);
    return was_read;
}

void (ac_unlock_read)(struct ac_rwlock *lock)
{
    (void)ac_unlock_read_checked(lock);
}

_Bool ac_unlock_write_checked(struct ac_rwlock *lock)
{
    struct ac__served list, *served = ac__guard_take(&lock->guard, &list);
    bool was_written = lock->gate.taken == AC__WRITER;
    if (was_written)
        leave(&lock->gate, AC__WRITER, served);
    ac__guard_give(&lock->guard, served);
    return was_written;
}

void (ac_unlock_write)(struct ac_rwlock *lock)
{
    (void)ac_unlock_write_checked(lock);
}

_Bool ac_try_acquire(struct ac_semaphore *semaphore, unsigned n)
{
    struct ac__served list, *served = ac__guard_take(&semaphore->guard, &list);
    int result = ac__gate_enter(&semaphore->gate, n);
    ac__guard_give(&semaphore->guard, served);
    return result == 0;
}

void ac_release(struct ac_semaphore *semaphore, unsigned n)
{
    struct ac__served list, *served = ac__guard_take(&semaphore->guard, &list);
    struct ac_gate *gate = &semaphore->gate;
    unsigned taken = n < gate->taken ? n : gate->taken;
    if (__builtin_add_overflow(gate->limit, n - taken, &gate->limit))
        gate->limit = -1u;
    leave(gate, taken, served);
    ac__guard_give(&semaphore->guard, served);
}
