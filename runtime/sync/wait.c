// The operations of locks, events and channels that wait. Freestanding.
//
// Each tries, and stands in its object's queue when it has to wait. Who serves a frame takes it out of the queue and wakes its
// task in one step, on the one thread there is; so a task that is cancelled is either still in the queue, leaves it and has
// changed nothing, or has been served and gets its result.
//
// Of a shared object whoever has its guard does so. A task that is served then stands until it is woken, on its own thread; if it is
// cancelled in between, it is too late.
#include "core/core.h"
#include "sync/channel.h"

static inline void end(struct ac_queue_frame *frame, int result)
{
    frame->result = result;
    ac__wait_end(frame->task, AC__STANDING);
}

static inline void serve_first(struct ac_queue *queue, int result)
{
    struct ac_queue_frame *frame = queue->first;
    ac__queue_remove_first(queue);
    end(frame, result);
    if (queue->first)
        __builtin_prefetch(queue->first->task, 1);      // it will be the next one
}

void ac__serve_first_alone(struct ac_queue *queue, int result)
{
    serve_first(queue, result);
}

void ac__serve_first_shared(struct ac_queue *queue, int result, struct ac__served *served)
{
    struct ac_queue_frame *frame = queue->first;
    ac__queue_remove_first(queue);
    frame->result = result;
    frame->previous = frame;
    ac__wake_promise(frame->task);
    *served->last = frame;
    served->last = &frame->next;
}

void ac__wake_served(struct ac_queue_frame *first)
{
    for (struct ac_queue_frame *frame = first, *next; frame; frame = next) {
        next = frame->next;
        ac__wake_promised(frame->task);
    }
}

// False: it was served before.
static bool leave(struct ac_queue_frame *frame, struct ac__served *served)
{
    if (served && ac__is_served(frame))
        return false;
    ac__queue_remove(frame);
    end(frame, -AC__ECANCELED);
    ac__executor_of(frame->task)->waits -= served != 0;
    return true;
}

_Static_assert(__builtin_offsetof(struct ac_mutex, gate) == __builtin_offsetof(struct ac_semaphore, gate) &&
               __builtin_offsetof(struct ac_rwlock, gate) == __builtin_offsetof(struct ac_semaphore, gate), "a gate leads to its guard");

// What stood behind the one that leaves may fit now.
static void leave_gate(struct ac_queue_frame *frame)
{
    struct ac_gate *gate = AC_PARENT(frame->queue, struct ac_gate, queue);
    struct ac_guard *guard = &AC_PARENT(gate, struct ac_semaphore, gate)->guard;
    struct ac__served list, *served = ac__guard_take(guard, &list);
    if (leave(frame, served))
        ac__gate_serve(gate, served);
    ac__guard_give(guard, served);
}

static void leave_barrier(struct ac_queue_frame *frame)
{
    struct ac_barrier *barrier = AC_PARENT(frame->queue, struct ac_barrier, queue);
    struct ac__served list, *served = ac__guard_take(&barrier->guard, &list);
    barrier->waiting -= leave(frame, served);
    ac__guard_give(&barrier->guard, served);
}

static inline void leave_guarded(struct ac_queue_frame *frame, struct ac_guard *guard)
{
    struct ac__served list, *served = ac__guard_take(guard, &list);
    (void)leave(frame, served);
    ac__guard_give(guard, served);
}

static void leave_event(struct ac_queue_frame *frame)
{
    leave_guarded(frame, &AC_PARENT(frame->queue, struct ac_event, queue)->guard);
}

static void leave_notify(struct ac_queue_frame *frame)
{
    leave_guarded(frame, &AC_PARENT(frame->queue, struct ac_notify, queue)->guard);
}

static void leave_once(struct ac_queue_frame *frame)
{
    leave_guarded(frame, &AC_PARENT(frame->queue, struct ac_once, queue)->guard);
}

static void leave_senders(struct ac_queue_frame *frame)
{
    leave_guarded(frame, &AC_PARENT(frame->queue, struct ac_channel, senders)->guard);
}

static void leave_receivers(struct ac_queue_frame *frame)
{
    leave_guarded(frame, &AC_PARENT(frame->queue, struct ac_channel, receivers)->guard);
}

static void leave_subscribers(struct ac_queue_frame *frame)
{
    leave_guarded(frame, &AC_PARENT(frame->queue, struct ac_broadcast, subscribers)->guard);
}

#ifndef AC_PORT
const char *ac__queue_name(const struct ac_queue_frame *frame)
{
    static const struct { void (*leave)(struct ac_queue_frame *frame); const char *name; } queues[] = {
        { leave_gate, "for a lock or a semaphore" },
        { leave_barrier, "at a barrier" },
        { leave_event, "for an event" },
        { leave_notify, "for a notification" },
        { leave_once, "for what is done once" },
        { leave_senders, "to send to a channel" },
        { leave_receivers, "to receive from a channel" },
        { leave_subscribers, "for a broadcast" },
    };
    for (unsigned i = 0; i < sizeof queues / sizeof *queues; i++)
        if (queues[i].leave == frame->cancel)
            return queues[i].name;
    return "in a queue";
}
#endif

// The operation is done; but a task that has had its share lets others run first.
static __attribute__((noinline)) ac_int ready_later(void *frame, struct ac_task *task, int result)
{
    struct ac_queue_frame *self = ac__leaf_frame(task, frame, sizeof *self);
    if (!self)
        return (ac_int){ result, false };
    self->result = result;
    ac_task_defer(task, &self->node);
    return (ac_int){ 0, AC_WAITS(self) };
}

static inline ac_int ready(void *frame, struct ac_task *task, int result)
{
    if (ac__task_spent(task))
        return ready_later(frame, task, result);
    return (ac_int){ result, false };
}

typedef void leaving(struct ac_queue_frame *frame);

// The arguments in registers, not in a struct: clang would put that together in memory by words and copy it by pairs of them,
// which have to wait for the stores.
static inline void stand(struct ac_queue_frame *self, struct ac_task *task, struct ac_queue *queue, leaving *cancel, void *item)
{
    self->item = item;
    self->task = task;
    self->cancel = cancel;
    ac__queue_add(queue, self);
    ac__wait_begin(task, &self->node, AC__STANDING);
}

// Entered through a pointer. Apart, so that what is entered with a frame saves no registers for the call.
static __attribute__((noinline)) ac_int wait_outside(void *frame, struct ac_task *task, struct ac_queue *queue, leaving *cancel, void *item)
{
    (void)frame;                            // 0: so that the arguments stay where they are
    struct ac_queue_frame *self = ac_frame_make(task, sizeof *self);
    if (!self)
        return (ac_int){ -AC_ENOMEM, false };
    stand(self, task, queue, cancel, item);
    return (ac_int){ 0, AC_WAITS(self) };
}

static __attribute__((noinline)) ac_int wait_in(void *frame, struct ac_task *task, struct ac_queue *queue, leaving *cancel, void *item)
{
    if (!frame)
        return wait_outside(frame, task, queue, cancel, item);
    stand(frame, task, queue, cancel, item);
    return (ac_int){ 0, AC_WAITS(frame) };
}

// The same for an object that may be shared: then the world outside ends the wait.
static inline ac_int wait_served(void *frame, struct ac_task *task, struct ac_queue *queue, leaving *cancel, void *item,
                                 struct ac__served *served)
{
    if (!served)
        return wait_in(frame, task, queue, cancel, item);
    ac_int polled = wait_in(frame, task, queue, cancel, item);
    ac__executor_of(task)->waits += polled.pending != 0;
    return polled;
}

// The operation of an object is done; of a shared one its guard is still held, and the rest is left to guarded.
static inline ac_int done(void *frame, struct ac_task *task, int result, struct ac__served *served)
{
    return served ? (ac_int){ result, false } : ready(frame, task, result);
}

static ac_int guarded(void *frame, struct ac_task *task, ac_int polled, struct ac_guard *guard, struct ac__served *served)
{
    ac__guard_give(guard, served);
    return polled.pending ? polled : ready(frame, task, polled.value);
}

// Each operation is in two parts: what it does, and whether it does that to an object of its own executor or to a shared one.

static inline ac_int enter_gate(void *frame, struct ac_task *task, struct ac_gate *gate, unsigned n, struct ac__served *served)
{
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__gate_enter(gate, n);
    if (result != -AC__EAGAIN)
        return done(frame, task, result, served);
    return wait_served(frame, task, &gate->queue, leave_gate, ac__permits(n), served);
}

static __attribute__((noinline)) ac_int lock_cancelled(void *frame, struct ac_task *task, unsigned point, struct ac_mutex *mutex)
{
    (void)point;
    (void)mutex;
    return ready(frame, task, -AC__ECANCELED);
}

static __attribute__((noinline)) ac_int lock_shared(void *frame, struct ac_task *task, unsigned point, struct ac_mutex *mutex)
{
    (void)point;                            // so that the arguments stay where they are
    struct ac__served list, *served = ac__guard_take(&mutex->guard, &list);
    return guarded(frame, task, enter_gate(frame, task, ac__mutex_gate(mutex), 1, served), &mutex->guard, served);
}

// What is mostly done is written out: of what an inlined function returns, gcc puts the two words together anew.
ac_int ac_lock(void *frame, struct ac_task *task, unsigned point, struct ac_mutex *mutex)
{
    struct ac_gate *gate = &mutex->gate;
    if (ac__is_shared(&mutex->guard))
        return lock_shared(frame, task, point, mutex);
    if (ac__task_cancelled(task))
        return lock_cancelled(frame, task, point, mutex);
    if (gate->taken) {
        if (!frame)
            return wait_outside(frame, task, &gate->queue, leave_gate, ac__permits(1));
        stand(frame, task, &gate->queue, leave_gate, ac__permits(1));
        return (ac_int){ 0, AC_WAITS(frame) };
    }
    gate->taken = 1;                        // nobody waits for what is not taken
    if (ac__task_spent(task))
        return ready_later(frame, task, 0);
    return (ac_int){ 0, false };
}

static ac_int lock_for(void *frame, struct ac_task *task, struct ac_rwlock *lock, unsigned n)
{
    if (!ac__is_shared(&lock->guard))
        return enter_gate(frame, task, ac__rwlock_gate(lock), n, 0);
    struct ac__served list, *served = ac__guard_take(&lock->guard, &list);
    return guarded(frame, task, enter_gate(frame, task, ac__rwlock_gate(lock), n, served), &lock->guard, served);
}

ac_int ac_lock_read(void *frame, struct ac_task *task, unsigned point, struct ac_rwlock *lock)
{
    (void)point;
    return lock_for(frame, task, lock, AC__READER);
}

ac_int ac_lock_write(void *frame, struct ac_task *task, unsigned point, struct ac_rwlock *lock)
{
    (void)point;
    return lock_for(frame, task, lock, AC__WRITER);
}

ac_int ac_acquire(void *frame, struct ac_task *task, unsigned point, struct ac_semaphore *semaphore, unsigned n)
{
    (void)point;
    if (!ac__is_shared(&semaphore->guard))
        return enter_gate(frame, task, &semaphore->gate, n, 0);
    struct ac__served list, *served = ac__guard_take(&semaphore->guard, &list);
    return guarded(frame, task, enter_gate(frame, task, &semaphore->gate, n, served), &semaphore->guard, served);
}

static inline ac_int event_wait(void *frame, struct ac_task *task, struct ac_event *event, struct ac__served *served)
{
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__event_take(event);
    if (result != -AC__EAGAIN)
        return done(frame, task, result, served);
    return wait_served(frame, task, &event->queue, leave_event, 0, served);
}

ac_int ac_event_wait(void *frame, struct ac_task *task, unsigned point, struct ac_event *event)
{
    (void)point;
    if (!ac__is_shared(&event->guard))
        return event_wait(frame, task, event, 0);
    struct ac__served list, *served = ac__guard_take(&event->guard, &list);
    return guarded(frame, task, event_wait(frame, task, event, served), &event->guard, served);
}

static inline ac_int notified(void *frame, struct ac_task *task, struct ac_notify *notify, struct ac__served *served)
{
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__notify_take(notify);
    if (result != -AC__EAGAIN)
        return done(frame, task, result, served);
    return wait_served(frame, task, &notify->queue, leave_notify, 0, served);
}

ac_int ac_notified(void *frame, struct ac_task *task, unsigned point, struct ac_notify *notify)
{
    (void)point;
    if (!ac__is_shared(&notify->guard))
        return notified(frame, task, notify, 0);
    struct ac__served list, *served = ac__guard_take(&notify->guard, &list);
    return guarded(frame, task, notified(frame, task, notify, served), &notify->guard, served);
}

static inline ac_int barrier_wait(void *frame, struct ac_task *task, struct ac_barrier *barrier, struct ac__served *served)
{
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__barrier_pass(barrier, served);
    if (result != -AC__EAGAIN)
        return done(frame, task, result, served);
    ac_int polled = wait_served(frame, task, &barrier->queue, leave_barrier, 0, served);
    barrier->waiting += polled.pending != 0;
    return polled;
}

ac_int ac_barrier_wait(void *frame, struct ac_task *task, unsigned point, struct ac_barrier *barrier)
{
    (void)point;
    if (!ac__is_shared(&barrier->guard))
        return barrier_wait(frame, task, barrier, 0);
    struct ac__served list, *served = ac__guard_take(&barrier->guard, &list);
    return guarded(frame, task, barrier_wait(frame, task, barrier, served), &barrier->guard, served);
}

static inline ac_int once_begin(void *frame, struct ac_task *task, struct ac_once *once, struct ac__served *served)
{
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__once_take(once);
    if (result != -AC__EAGAIN)
        return done(frame, task, result, served);
    return wait_served(frame, task, &once->queue, leave_once, 0, served);
}

ac_int ac_once_begin(void *frame, struct ac_task *task, unsigned point, struct ac_once *once)
{
    (void)point;
    if (!ac__is_shared(&once->guard))
        return once_begin(frame, task, once, 0);
    struct ac__served list, *served = ac__guard_take(&once->guard, &list);
    return guarded(frame, task, once_begin(frame, task, once, served), &once->guard, served);
}

// Returns what a function of the same type returns. clang gives the callers a stack for this call unless it has to make a jump of it,
// which it cannot do for every processor.
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define AC__HAND_OVER __attribute__((__musttail__)) return
#else
#define AC__HAND_OVER return
#endif

// What is not the usual case, in steps: what may call something else, and needs a stack for that, comes last. All have the same
// parameters in the same order, also when the compiler has read them, so handing over is a jump.
static AC_ONE_COPY ac_int send_shared(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, const void *item)
{
    (void)point;
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    ac_int polled = { ac__task_cancelled(task) ? -AC__ECANCELED : ac__channel_send(channel, item, served), false };
    if (polled.value == -AC__EAGAIN)
        polled = wait_served(frame, task, &channel->senders, leave_senders, (void *)item, served);
    return guarded(frame, task, polled, &channel->guard, served);
}

static AC_ONE_COPY ac_int send_otherwise(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, const void *item)
{
    (void)point;
    return ready(frame, task, ac__task_cancelled(task) ? -AC__ECANCELED : ac__channel_send(channel, item, 0));
}

static AC_ONE_COPY ac_int send(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, const void *item)
{
    struct ac_queue_frame *receiver = channel->receivers.first;
    if (ac__task_cancelled(task))
        return send_otherwise(frame, task, point, channel, item);
    if (receiver && ac__copy_word(receiver->item, item, channel->item_bytes)) {
        serve_first(&channel->receivers, 1);
        return ready(frame, task, 0);
    }
    if (receiver || channel->is_closed || channel->allocator || !ac__channel_is_full(channel))
        return send_otherwise(frame, task, point, channel, item);
    channel->first_stop = channel->first;
    return wait_in(frame, task, &channel->senders, leave_senders, (void *)item);
}

static AC_ONE_COPY ac_int send_spent(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, const void *item)
{
    (void)point, (void)channel, (void)item;
    return ready_later(frame, task, 0);
}

ac_int ac_channel_send(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, const void *item)
{
    if (ac__is_shared(&channel->guard))
        AC__HAND_OVER send_shared(frame, task, point, channel, item);
    if (ac__task_cancelled(task) || !ac__channel_send_word(channel, item))
        AC__HAND_OVER send(frame, task, point, channel, item);
    if (ac__task_spent(task))
        AC__HAND_OVER send_spent(frame, task, point, channel, item);
    return (ac_int){ 0, false };
}

static AC_ONE_COPY ac_int receive_shared(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, void *item)
{
    (void)point;
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    ac_int polled = { ac__task_cancelled(task) ? -AC__ECANCELED : ac__channel_receive(channel, item, served), false };
    if (polled.value == -AC__EAGAIN)
        polled = wait_served(frame, task, &channel->receivers, leave_receivers, item, served);
    return guarded(frame, task, polled, &channel->guard, served);
}

static AC_ONE_COPY ac_int receive_otherwise(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, void *item)
{
    (void)point;
    return ready(frame, task, ac__task_cancelled(task) ? -AC__ECANCELED : ac__channel_receive(channel, item, 0));
}

static AC_ONE_COPY ac_int receive(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, void *item)
{
    if (ac__task_cancelled(task) || channel->is_closed || channel->senders.first || !ac__channel_is_empty(channel))
        return receive_otherwise(frame, task, point, channel, item);
    channel->next_stop = channel->next;
    return wait_in(frame, task, &channel->receivers, leave_receivers, item);
}

static AC_ONE_COPY ac_int receive_spent(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, void *item)
{
    (void)point, (void)channel, (void)item;
    return ready_later(frame, task, 1);
}

ac_int ac_channel_receive(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, void *item)
{
    if (ac__is_shared(&channel->guard))
        AC__HAND_OVER receive_shared(frame, task, point, channel, item);
    if (ac__task_cancelled(task) || !ac__channel_receive_word(channel, item))
        AC__HAND_OVER receive(frame, task, point, channel, item);
    if (ac__task_spent(task))
        AC__HAND_OVER receive_spent(frame, task, point, channel, item);
    return (ac_int){ 1, false };
}

static inline ac_int next(void *frame, struct ac_task *task, struct ac_subscription *subscription, void *item,
                          struct ac__served *served)
{
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__next(subscription, item);
    if (result != -AC__EAGAIN)
        return done(frame, task, result, served);
    subscription->item = item;
    struct ac_queue *queue = &subscription->broadcast->subscribers;
    return wait_served(frame, task, queue, leave_subscribers, subscription, served);
}

ac_int ac_next(void *frame, struct ac_task *task, unsigned point, struct ac_subscription *subscription, void *item)
{
    (void)point;
    struct ac_guard *guard = &subscription->broadcast->guard;
    if (!ac__is_shared(guard))
        return next(frame, task, subscription, item, 0);
    struct ac__served list, *served = ac__guard_take(guard, &list);
    return guarded(frame, task, next(frame, task, subscription, item, served), guard, served);
}
