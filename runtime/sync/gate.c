// Mutex, lock for readers and a writer, semaphore: permits that are taken and given back.
#include "sync/queue.h"

// The limit of a lock is set by its first use, so that all zero is unlocked.
struct ac_gate *ac__mutex_gate(struct ac_mutex *mutex)
{
    mutex->gate.limit = 1;
    return &mutex->gate;
}

struct ac_gate *ac__rwlock_gate(struct ac_rwlock *lock)
{
    lock->gate.limit = AC__ALL_READERS;
    return &lock->gate;
}

static bool has_room(const struct ac_gate *gate, unsigned n)
{
    return n <= gate->limit && gate->taken <= gate->limit - n;
}

// Whoever waits goes first, also before one who asks for less.
int ac__gate_enter(struct ac_gate *gate, unsigned n)
{
    if (n > gate->limit)
        return -AC__EINVAL;
    if (gate->queue.first || !has_room(gate, n))
        return -AC__EAGAIN;
    gate->taken += n;
    return 0;
}

void ac__gate_serve(struct ac_gate *gate)
{
    struct ac_queue_frame *first;
    while ((first = gate->queue.first) && has_room(gate, first->want)) {
        gate->taken += first->want;
        ac__serve(first, 0);
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
    leave(&mutex->gate, 1);
}

_Bool ac_try_lock_read(struct ac_rwlock *lock)
{
    return ac__gate_enter(ac__rwlock_gate(lock), 1) == 0;
}

_Bool ac_try_lock_write(struct ac_rwlock *lock)
{
    return ac__gate_enter(ac__rwlock_gate(lock), AC__ALL_READERS) == 0;
}

void (ac_unlock_read)(struct ac_rwlock *lock)
{
    leave(&lock->gate, 1);
}

void (ac_unlock_write)(struct ac_rwlock *lock)
{
    leave(&lock->gate, AC__ALL_READERS);
}

_Bool ac_try_acquire(struct ac_semaphore *semaphore, unsigned n)
{
    return ac__gate_enter(&semaphore->gate, n) == 0;
}

void ac_release(struct ac_semaphore *semaphore, unsigned n)
{
    struct ac_gate *gate = &semaphore->gate;
    unsigned taken = n < gate->taken ? n : gate->taken;
    gate->limit += n - taken;
    leave(gate, taken);
}
