#ifndef AC_QUEUE_H
#define AC_QUEUE_H
#pragma GCC system_header

// Tasks in a row: what locks, events and channels have in common. Everything here belongs to one executor and its thread.

#include "acc/declare.h"

// The frame of every operation that stands in a queue. A cancelled operation leaves its queue, and has changed nothing; one
// that was served is not cancelled any more, and gives its result.
struct ac_queue_frame {
    struct ac_node node;
    int result;
    unsigned want;                  // permits
    void (*cancel)(struct ac_queue_frame *frame);   // leaves the queue, and wakes the task
    struct ac_task *task;
    struct ac_queue *queue;
    struct ac_queue_frame *next, *previous;
    void *item;                     // what a channel copies to or from; the caller's, until the operation has ended
};

// First come, first served. All zero: nobody.
struct ac_queue {
    struct ac_queue_frame *first, *last;
};

#endif
