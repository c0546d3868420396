// The operations of locks, events and channels that wait. Freestanding.
//
// Each tries, and stands in its object's queue when it has to wait. Who serves a frame takes it out of the queue and wakes its
// task in one step, on the one thread there is; so a task that is cancelled is either still in the queue, leaves it and has
// changed nothing, or has been served and gets its result.
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

void ac__serve_first(struct ac_queue *queue, int result)
{
    serve_first(queue, result);
}

static void leave(struct ac_queue_frame *frame)
{
    ac__queue_remove(frame);
    end(frame, -AC__ECANCELED);
}

// What stood behind the one that leaves may fit now.
static void leave_gate(struct ac_queue_frame *frame)
{
    struct ac_gate *gate = AC_PARENT(frame->queue, struct ac_gate, queue);
    leave(frame);
    ac__gate_serve(gate);
}

static void leave_barrier(struct ac_queue_frame *frame)
{
    AC_PARENT(frame->queue, struct ac_barrier, queue)->waiting--;
    leave(frame);
}

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
static inline void stand(struct ac_queue_frame *self, struct ac_task *task, struct ac_queue *queue, leaving *cancel, void *item,
                         unsigned want)
{
    self->want = want;
    self->item = item;
    self->task = task;
    self->cancel = cancel;
    ac__queue_add(queue, self);
    ac__wait_begin(task, &self->node, AC__STANDING);
}

// Entered through a pointer. Apart, so that what is entered with a frame saves no registers for the call.
static __attribute__((noinline)) ac_int wait_outside(void *frame, struct ac_task *task, struct ac_queue *queue, leaving *cancel,
                                                     void *item, unsigned want)
{
    (void)frame;                            // 0: so that the arguments stay where they are
    struct ac_queue_frame *self = ac_frame_make(task, sizeof *self);
    if (!self)
        return (ac_int){ -AC_ENOMEM, false };
    stand(self, task, queue, cancel, item, want);
    return (ac_int){ 0, AC_WAITS(self) };
}

static __attribute__((noinline)) ac_int wait_in(void *frame, struct ac_task *task, struct ac_queue *queue, leaving *cancel, void *item,
                                                unsigned want)
{
    if (!frame)
        return wait_outside(frame, task, queue, cancel, item, want);
    stand(frame, task, queue, cancel, item, want);
    return (ac_int){ 0, AC_WAITS(frame) };
}

static ac_int enter(void *frame, struct ac_task *task, struct ac_gate *gate, unsigned n)
{
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__gate_enter(gate, n);
    if (result != -AC__EAGAIN)
        return ready(frame, task, result);
    return wait_in(frame, task, &gate->queue, leave_gate, 0, n);
}

ac_int ac_lock(void *frame, struct ac_task *task, unsigned point, struct ac_mutex *mutex)
{
    (void)point;
    struct ac_gate *gate = ac__mutex_gate(mutex);
    if (ac__task_cancelled(task))
        return ready(frame, task, -AC__ECANCELED);
    if (gate->taken)
        return wait_in(frame, task, &gate->queue, leave_gate, 0, 1);
    gate->taken = 1;                        // nobody waits for what is not taken
    return ready(frame, task, 0);
}

ac_int ac_lock_read(void *frame, struct ac_task *task, unsigned point, struct ac_rwlock *lock)
{
    (void)point;
    return enter(frame, task, ac__rwlock_gate(lock), AC__READER);
}

ac_int ac_lock_write(void *frame, struct ac_task *task, unsigned point, struct ac_rwlock *lock)
{
    (void)point;
    return enter(frame, task, ac__rwlock_gate(lock), AC__WRITER);
}

ac_int ac_acquire(void *frame, struct ac_task *task, unsigned point, struct ac_semaphore *semaphore, unsigned n)
{
    (void)point;
    return enter(frame, task, &semaphore->gate, n);
}

ac_int ac_event_wait(void *frame, struct ac_task *task, unsigned point, struct ac_event *event)
{
    (void)point;
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__event_take(event);
    if (result != -AC__EAGAIN)
        return ready(frame, task, result);
    return wait_in(frame, task, &event->queue, leave, 0, 0);
}

ac_int ac_notified(void *frame, struct ac_task *task, unsigned point, struct ac_notify *notify)
{
    (void)point;
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__notify_take(notify);
    if (result != -AC__EAGAIN)
        return ready(frame, task, result);
    return wait_in(frame, task, &notify->queue, leave, 0, 0);
}

ac_int ac_barrier_wait(void *frame, struct ac_task *task, unsigned point, struct ac_barrier *barrier)
{
    (void)point;
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__barrier_pass(barrier);
    if (result != -AC__EAGAIN)
        return ready(frame, task, result);
    ac_int polled = wait_in(frame, task, &barrier->queue, leave_barrier, 0, 0);
    barrier->waiting += polled.pending != 0;
    return polled;
}

ac_int ac_once_begin(void *frame, struct ac_task *task, unsigned point, struct ac_once *once)
{
    (void)point;
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac__once_take(once);
    if (result != -AC__EAGAIN)
        return ready(frame, task, result);
    return wait_in(frame, task, &once->queue, leave, 0, 0);
}

// What is not the usual case, in two steps: what may call something else, and needs a stack for that, comes last. All have the same
// parameters in the same order, so handing over costs nothing.
static __attribute__((noinline)) ac_int send_otherwise(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel,
                                                       const void *item)
{
    (void)point;
    return ready(frame, task, ac__task_cancelled(task) ? -AC__ECANCELED : ac__channel_send(channel, item));
}

static __attribute__((noinline)) ac_int send(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel,
                                             const void *item)
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
    return wait_in(frame, task, &channel->senders, leave, (void *)item, 0);
}

ac_int ac_channel_send(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, const void *item)
{
    if (ac__task_cancelled(task) || !ac__channel_send_word(channel, item))
        return send(frame, task, point, channel, item);
    return ready(frame, task, 0);
}

static __attribute__((noinline)) ac_int receive_otherwise(void *frame, struct ac_task *task, unsigned point,
                                                          struct ac_channel *channel, void *item)
{
    (void)point;
    return ready(frame, task, ac__task_cancelled(task) ? -AC__ECANCELED : ac__channel_receive(channel, item));
}

static __attribute__((noinline)) ac_int receive(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel,
                                                void *item)
{
    if (ac__task_cancelled(task) || channel->is_closed || channel->senders.first || !ac__channel_is_empty(channel))
        return receive_otherwise(frame, task, point, channel, item);
    channel->next_stop = channel->next;
    return wait_in(frame, task, &channel->receivers, leave, item, 0);
}

ac_int ac_channel_receive(void *frame, struct ac_task *task, unsigned point, struct ac_channel *channel, void *item)
{
    if (ac__task_cancelled(task) || !ac__channel_receive_word(channel, item))
        return receive(frame, task, point, channel, item);
    return ready(frame, task, 1);
}

ac_int ac_next(void *frame, struct ac_task *task, unsigned point, struct ac_subscription *subscription, void *item)
{
    (void)point;
    int result = ac__task_cancelled(task) ? -AC__ECANCELED : ac_try_next(subscription, item);
    if (result != -AC__EAGAIN)
        return ready(frame, task, result);
    subscription->item = item;
    struct ac_queue *queue = &subscription->broadcast->subscribers;
    return wait_in(frame, task, queue, leave, subscription, 0);
}
