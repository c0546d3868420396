#ifndef THREADS_H
#define THREADS_H

#include "../runtime/check.h"
#include <pthread.h>
#include <sched.h>

// Runs a function on threads of their own, and waits for them.
static inline void run_threads(int n, void *(*run)(void *argument), void *argument)
{
    pthread_t threads[16];
    for (int i = 0; i < n; i++)
        CHECK(pthread_create(&threads[i], 0, run, argument) == 0);
    for (int i = 0; i < n; i++)
        CHECK(pthread_join(threads[i], 0) == 0);
}

static inline void *get(struct ac_allocator *allocator, ac_size bytes)
{
    (void)allocator;
    return malloc(bytes);
}

static inline void put(struct ac_allocator *allocator, void *block, ac_size bytes)
{
    (void)allocator;
    (void)bytes;
    free(block);
}

#endif
