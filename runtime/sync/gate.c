// Mutex, lock for readers and a writer, semaphore: permits that are taken and given back.
#include "sync/queue.h"

void ac__gate_serve(struct ac_gate *gate)
{
    struct ac_queue_frame *first;
    while ((first = gate->queue.first) && ac__gate_has_room(gate, first->want)) {
        gate->taken += first->want;
        ac__serve_first(&gate->queue, 0);
    }
}

// What was not taken is not given back.
static void leave(struct ac_gate *gate, unsigned n)
{
    gate->taken -= n < gate->taken ? n : gate->taken;
    ac__gate_serve(gate);
}

_Bool ac_try_lock(struct ac_mutex *mutex)
{
    return ac__gate_enter(ac__mutex_gate(mutex), 1) == 0;
}

// In parentheses: the names are macros as well, which check.
void (ac_unlock)(struct ac_mutex *mutex)
{
    struct ac_gate *gate = &mutex->gate;
    if (gate->queue.first)
        ac__serve_first(&gate->queue, 0);       // it stays taken
    else
        gate->taken = 0;
}

_Bool ac_try_lock_read(struct ac_rwlock *lock)
{
    return ac__gate_enter(ac__rwlock_gate(lock), AC__READER) == 0;
}

_Bool ac_try_lock_write(struct ac_rwlock *lock)
{
    return ac__gate_enter(ac__rwlock_gate(lock), AC__WRITER) == 0;
}

void (ac_unlock_read)(struct ac_rwlock *lock)
{
    if (lock->gate.taken != AC__WRITER)
        leave(&lock->gate, AC__READER);
}

void (ac_unlock_write)(struct ac_rwlock *lock)
{
    if (lock->gate.taken == AC__WRITER)
        leave(&lock->gate, AC__WRITER);
}

_Bool ac_try_acquire(struct ac_semaphore *semaphore, unsigned n)
{
    return ac__gate_enter(&semaphore->gate, n) == 0;
}

void ac_release(struct ac_semaphore *semaphore, unsigned n)
{
    struct ac_gate *gate = &semaphore->gate;
    unsigned taken = n < gate->taken ? n : gate->taken;
    if (__builtin_add_overflow(gate->limit, n - taken, &gate->limit))
        gate->limit = -1u;
    leave(gate, taken);
}
