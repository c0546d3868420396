// Locks, events and channels of an erased program: it has one task, so nobody would ever end a wait.
#include "erased/erased.h"
#include "sync/queue.h"
#include <errno.h>
#include <stdlib.h>

// Nobody stands in a queue.
void ac__serve_first(struct ac_queue *queue, int result)
{
    (void)queue;
    (void)result;
    abort();
}

static int now_or_never(int result)
{
    return result == -EAGAIN ? -EDEADLK : result;
}

int ac_lock(struct ac_mutex *mutex)
{
    return now_or_never(ac__gate_enter(ac__mutex_gate(mutex), 1));
}

int ac_lock_read(struct ac_rwlock *lock)
{
    return now_or_never(ac__gate_enter(ac__rwlock_gate(lock), AC__READER));
}

int ac_lock_write(struct ac_rwlock *lock)
{
    return now_or_never(ac__gate_enter(ac__rwlock_gate(lock), AC__WRITER));
}

int ac_acquire(struct ac_semaphore *semaphore, unsigned n)
{
    return now_or_never(ac__gate_enter(&semaphore->gate, n));
}

int ac_event_wait(struct ac_event *event)
{
    return now_or_never(ac__event_take(event));
}

int ac_notified(struct ac_notify *notify)
{
    return now_or_never(ac__notify_take(notify));
}

int ac_barrier_wait(struct ac_barrier *barrier)
{
    return now_or_never(ac__barrier_pass(barrier));
}

int ac_once_begin(struct ac_once *once)
{
    return now_or_never(ac__once_take(once));
}

int ac_channel_send(struct ac_channel *channel, const void *item)
{
    return now_or_never(ac_channel_try_send(channel, item));
}

int ac_channel_receive(struct ac_channel *channel, void *item)
{
    return now_or_never(ac_channel_try_receive(channel, item));
}

int ac_next(struct ac_subscription *subscription, void *item)
{
    return now_or_never(ac_try_next(subscription, item));
}
