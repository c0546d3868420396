// Locks, events and channels of an erased program: it has one task, so nobody would ever end a wait. Of a shared object another thread
// may: then this one stands in the object's queue, as a task would, and sleeps.
#include "erased/erased.h"
#include "sync/channel.h"
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

struct waiter {
    struct ac_queue_frame frame;
    sem_t served;
};

// Nobody stands in the queue of an object that is not shared.
void ac__serve_first_alone(struct ac_queue *queue, int result)
{
    (void)queue;
    (void)result;
    abort();
}

void ac__serve_first_shared(struct ac_queue *queue, int result, struct ac__served *served)
{
    struct ac_queue_frame *frame = queue->first;
    ac__queue_remove_first(queue);
    frame->result = result;
    *served->last = frame;
    served->last = &frame->next;
}

void ac__wake_served(struct ac_queue_frame *first)
{
    for (struct ac_queue_frame *frame = first, *next; frame; frame = next) {
        next = frame->next;
        (void)sem_post(&AC_PARENT(frame, struct waiter, frame)->served);
    }
}

// Ends an operation that was tried between ac__guard_take and this. Returns its result, waiting for it if that is -EAGAIN.
static int settle(int result, struct ac_guard *guard, struct ac__served *served, struct ac_queue *queue, void *item)
{
    if (result != -EAGAIN || !served) {
        ac__guard_give(guard, served);
        return result == -EAGAIN ? -EDEADLK : result;
    }
    struct waiter self = { .frame = { .item = item } };
    (void)sem_init(&self.served, 0, 0);
    ac__queue_add(queue, &self.frame);
    ac__guard_give(guard, served);
    while (sem_wait(&self.served) < 0)
        continue;                       // a signal
    (void)sem_destroy(&self.served);
    return self.frame.result;
}

int ac_lock(struct ac_mutex *mutex)
{
    struct ac__served list, *served = ac__guard_take(&mutex->guard, &list);
    struct ac_gate *gate = ac__mutex_gate(mutex);
    return settle(ac__gate_enter(gate, 1), &mutex->guard, served, &gate->queue, ac__permits(1));
}

static int lock_for(struct ac_rwlock *lock, unsigned n)
{
    struct ac__served list, *served = ac__guard_take(&lock->guard, &list);
    struct ac_gate *gate = ac__rwlock_gate(lock);
    return settle(ac__gate_enter(gate, n), &lock->guard, served, &gate->queue, ac__permits(n));
}

int ac_lock_read(struct ac_rwlock *lock)
{
    return lock_for(lock, AC__READER);
}

int ac_lock_write(struct ac_rwlock *lock)
{
    return lock_for(lock, AC__WRITER);
}

int ac_acquire(struct ac_semaphore *semaphore, unsigned n)
{
    struct ac__served list, *served = ac__guard_take(&semaphore->guard, &list);
    return settle(ac__gate_enter(&semaphore->gate, n), &semaphore->guard, served, &semaphore->gate.queue, ac__permits(n));
}

int ac_event_wait(struct ac_event *event)
{
    struct ac__served list, *served = ac__guard_take(&event->guard, &list);
    return settle(ac__event_take(event), &event->guard, served, &event->queue, 0);
}

int ac_notified(struct ac_notify *notify)
{
    struct ac__served list, *served = ac__guard_take(&notify->guard, &list);
    return settle(ac__notify_take(notify), &notify->guard, served, &notify->queue, 0);
}

int ac_barrier_wait(struct ac_barrier *barrier)
{
    struct ac__served list, *served = ac__guard_take(&barrier->guard, &list);
    int result = ac__barrier_pass(barrier, served);
    barrier->waiting += served && result == -EAGAIN;
    return settle(result, &barrier->guard, served, &barrier->queue, 0);
}

int ac_once_begin(struct ac_once *once)
{
    struct ac__served list, *served = ac__guard_take(&once->guard, &list);
    return settle(ac__once_take(once), &once->guard, served, &once->queue, 0);
}

int ac_channel_send(struct ac_channel *channel, const void *item)
{
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    return settle(ac__channel_send(channel, item, served), &channel->guard, served, &channel->senders, (void *)item);
}

int ac_channel_receive(struct ac_channel *channel, void *item)
{
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    return settle(ac__channel_receive(channel, item, served), &channel->guard, served, &channel->receivers, item);
}

int ac_next(struct ac_subscription *subscription, void *item)
{
    struct ac_broadcast *broadcast = subscription->broadcast;
    struct ac__served list, *served = ac__guard_take(&broadcast->guard, &list);
    subscription->item = item;
    return settle(ac__next(subscription, item), &broadcast->guard, served, &broadcast->subscribers, subscription);
}
