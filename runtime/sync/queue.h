// Queues of tasks, and what each operation does without waiting: the objects' states change here and in the .c files of the same
// names, with and without tasks (runtime/erased). wait.c lets tasks wait.
#ifndef AC_SYNC_QUEUE_H
#define AC_SYNC_QUEUE_H

#include "acc/channel.h"
#include "acc/event.h"
#include "acc/lock.h"
#include "core/tsan.h"
#include <stdbool.h>

// The numbers of the platform's errno.h, which the core does without.
#define AC__EAGAIN 11
#define AC__EPIPE 32
#define AC__EOVERFLOW 75

// What a task that stands in a queue waits for, in words. Not in libacc_core.a.
const char *ac__queue_name(const struct ac_queue_frame *frame);

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

// What a call has served of a shared object: woken when the object is free again, because then it may be gone.
struct ac__served {
    struct ac_queue_frame *first, **last;
};

static inline bool ac__is_shared(const struct ac_guard *guard)
{
    return __builtin_expect(guard->wait != 0, 0);
}

// Every call for an object stands between these two. The first gives what the steps between them are given: 0 for an object of one
// executor, whose tasks are woken at once; else `list`, which the second one wakes.
static inline struct ac__served *ac__guard_take(struct ac_guard *guard, struct ac__served *list)
{
    if (!ac__is_shared(guard))
        return 0;
    // acquire: pairs with the release of the thread that had it last.
    if (__atomic_exchange_n(&guard->held, 1, __ATOMIC_ACQUIRE))
        guard->wait(&guard->held);
    ac__acquired(guard);
    list->first = 0;
    list->last = &list->first;
    return list;
}

void ac__wake_served(struct ac_queue_frame *first);

static inline void ac__guard_give(struct ac_guard *guard, struct ac__served *served)
{
    if (!served)
        return;
    *served->last = 0;
    ac__releasing(guard);
    __atomic_store_n(&guard->held, 0, __ATOMIC_RELEASE);
    if (served->first)
        ac__wake_served(served->first);
}

// Of a shared object.
static inline bool ac__is_served(const struct ac_queue_frame *frame)
{
    return frame->previous == frame;
}

// What a gate keeps in place of the item: permits.
static inline void *ac__permits(unsigned n)
{
    return (void *)(ac_size)n;
}

// Serve the task that has waited longest; there is one. It leaves the queue and goes on with the result.
void ac__serve_first_alone(struct ac_queue *queue, int result);
void ac__serve_first_shared(struct ac_queue *queue, int result, struct ac__served *served);

static inline void ac__serve_first(struct ac_queue *queue, int result, struct ac__served *served)
{
    if (served)
        ac__serve_first_shared(queue, result, served);
    else
        ac__serve_first_alone(queue, result);
}

static inline void ac__serve_all(struct ac_queue *queue, int result, struct ac__served *served)
{
    while (queue->first)
        ac__serve_first(queue, result, served);
}

static inline bool ac__gate_has_room(const struct ac_gate *gate, ac_size n)
{
    return n <= gate->limit && gate->taken <= gate->limit - n;
}

// Each does its operation if it can be done now; else -EAGAIN. Of the tasks at a gate, whoever waits goes first, also before one
// who asks for less.
static inline int ac__gate_enter(struct ac_gate *gate, unsigned n)
{
    if (gate->queue.first || !ac__gate_has_room(gate, n))
        return -AC__EAGAIN;
    gate->taken += n;
    return 0;
}
int ac__event_take(struct ac_event *event);
int ac__notify_take(struct ac_notify *notify);
int ac__barrier_pass(struct ac_barrier *barrier, struct ac__served *served);
int ac__once_take(struct ac_once *once);

// Serves those who wait and can be served, after something has changed.
void ac__gate_serve(struct ac_gate *gate, struct ac__served *served);

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
