// Queues of tasks, and what each operation does without waiting: the objects' states change here and in the .c files of the same
// names, with and without tasks (runtime/erased). wait.c lets tasks wait.
#ifndef AC_SYNC_QUEUE_H
#define AC_SYNC_QUEUE_H

#include "acc/channel.h"
#include "acc/event.h"
#include "acc/lock.h"
#include <stdbool.h>

// The numbers of the platform's errno.h, which the core does without.
#define AC__EAGAIN 11
#define AC__EINVAL 22
#define AC__EPIPE 32
#define AC__EOVERFLOW 75

static inline void ac__queue_add(struct ac_queue *queue, struct ac_queue_frame *frame)
{
    frame->queue = queue;
    frame->next = 0;
    frame->previous = queue->last;
    *(queue->last ? &queue->last->next : &queue->first) = frame;
    queue->last = frame;
}

// `previous` of the first one is never read. So the usual case, that one, leaves the memory of its neighbour alone.
static inline void ac__queue_remove_first(struct ac_queue *queue)
{
    queue->first = queue->first->next;
    if (!queue->first)
        queue->last = 0;
}

static inline void ac__queue_remove(struct ac_queue_frame *frame)
{
    struct ac_queue *queue = frame->queue;
    if (frame == queue->first) {
        ac__queue_remove_first(queue);
        return;
    }
    frame->previous->next = frame->next;
    *(frame->next ? &frame->next->previous : &queue->last) = frame->previous;
}

// Serves the task that has waited longest; there is one. It leaves the queue and goes on with the result.
void ac__serve_first(struct ac_queue *queue, int result);

static inline void ac__serve_all(struct ac_queue *queue, int result)
{
    while (queue->first)
        ac__serve_first(queue, result);
}

static inline bool ac__gate_has_room(const struct ac_gate *gate, unsigned n)
{
    return n <= gate->limit && gate->taken <= gate->limit - n;
}

// Each does its operation if it can be done now; else -EAGAIN. Of the tasks at a gate, whoever waits goes first, also before one
// who asks for less.
static inline int ac__gate_enter(struct ac_gate *gate, unsigned n)
{
    if (n > gate->limit)
        return -AC__EINVAL;
    if (gate->queue.first || !ac__gate_has_room(gate, n))
        return -AC__EAGAIN;
    gate->taken += n;
    return 0;
}
int ac__event_take(struct ac_event *event);
int ac__notify_take(struct ac_notify *notify);
int ac__barrier_pass(struct ac_barrier *barrier);
int ac__once_take(struct ac_once *once);

// Serves those who wait and can be served, after something has changed.
void ac__gate_serve(struct ac_gate *gate);

// The locks as gates: a reader takes two permits, a writer all of an odd number, so that how many are taken tells for what. The limit
// of a lock is set by its first use, so that all zero is unlocked.
enum { AC__READER = 2, AC__WRITER = 0x7fffffff };

static inline struct ac_gate *ac__mutex_gate(struct ac_mutex *mutex)
{
    mutex->gate.limit = 1;
    return &mutex->gate;
}

static inline struct ac_gate *ac__rwlock_gate(struct ac_rwlock *lock)
{
    lock->gate.limit = AC__WRITER;
    return &lock->gate;
}

#endif
