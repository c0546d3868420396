// What the runtime's tests share: checks, a record of what happened, async functions lowered by hand, a fake reactor.
#ifndef TEST_H
#define TEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "acc/acc.h"
#include "reactor/reactor.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

#define CHECK_EQUAL(got, expected) \
    do { \
        long long got_ = (got), expected_ = (expected); \
        if (got_ != expected_) { \
            fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, got_, expected_); \
            exit(1); \
        } \
    } while (0)

// --- a record -----------------------------------------------------------------------------------------------------------

static char recorded[1 << 16];

__attribute__((unused, format(printf, 1, 2))) static void record(const char *format, ...)
{
    size_t used = strlen(recorded);
    __builtin_va_list arguments;
    __builtin_va_start(arguments, format);
    vsnprintf(recorded + used, sizeof recorded - used, format, arguments);
    __builtin_va_end(arguments);
}

#define CHECK_RECORD(expected) \
    do { \
        if (strcmp(recorded, expected)) { \
            fprintf(stderr, "%s:%d: recorded\n    %s\nnot\n    %s\n", __FILE__, __LINE__, recorded, expected); \
            exit(1); \
        } \
        recorded[0] = 0; \
    } while (0)

// --- async functions lowered by hand --------------------------------------------------------------------------------------
//
//     static bool twice(struct function *f, struct ac_task *task)
//     {
//         BEGIN(f);
//         AWAIT_VOID(f, ac_yield(&f->child, task, 0));
//         AWAIT(f, int, ac_sleep(&f->child, task, 0, 5));      // the result is in f->value
//         END(f, 0);
//     }

struct function {
    struct ac_node node;
    long result;
    bool (*body)(struct function *f, struct ac_task *task);     // whether it is pending
    int at;                         // the line it waits in
    long value;                     // of the last await
    struct ac_group group;
    ac_handle handle, other;
    void *outside;                  // frame of a callee that was entered without one
    int number, fd;                 // the body's own
    long count, total;
    void *data;
    union {
        struct ac_node node;
        struct ac_io_frame io;
        struct ac_message_frame message;
        struct ac_socket_frame socket;
        struct ac_sleep_frame sleep;
        struct ac_wait_frame wait;
        struct ac_join_frame join;
        struct ac_join_all_frame all;
        struct ac_yield_frame yield;
        char room[256];
    } child;
};

static struct ac_node *function_resume(struct ac_node *done, struct ac_task *task)
{
    struct function *f = AC_PARENT(done, struct function, child.node);
    return f->body(f, task) ? 0 : &f->node;
}

__attribute__((unused)) static const struct ac_link function_link = {
    .resume = function_resume, .function = "function", .file = __FILE__, .line = __LINE__, .offset = AC_OFFSET(struct function, child),
};

static struct ac_node *outside_resume(struct ac_node *done, struct ac_task *task)
{
    struct function *f = ac_frame_outside(done)->parent;
    return f->body(f, task) ? 0 : &f->node;
}

__attribute__((unused)) static const struct ac_link outside_link = {
    .resume = outside_resume, .function = "function", .file = __FILE__, .line = __LINE__, .is_outside = 1,
};

#define BEGIN(f) switch ((f)->at) { case 0:
#define SUSPEND_(f) ac_suspend(&(f)->child, &function_link); (f)->at = __LINE__; return true; case __LINE__:
#define AWAIT(f, type, call) \
    do { \
        __typeof__(call) polled_ = (call); \
        if (polled_.pending) { \
            SUSPEND_(f) (f)->value = AC_RESULT(&(f)->child, type); \
        } else { \
            (f)->value = polled_.value; \
        } \
    } while (0)
// A call that passes no frame, as through a pointer.
#define AWAIT_OUTSIDE(f, type, call) \
    do { \
        __typeof__(call) polled_ = (call); \
        if (polled_.pending) { \
            (f)->outside = (void *)polled_.pending; \
            ac_suspend_outside((f)->outside, (f), &outside_link); \
            (f)->at = __LINE__; return true; case __LINE__: \
            (f)->value = AC_RESULT((f)->outside, type); \
            ac_frame_free(task, (f)->outside); \
        } else { \
            (f)->value = polled_.value; \
        } \
    } while (0)
#define AWAIT_VOID(f, call) do { if ((call).pending) { SUSPEND_(f); } } while (0)
#define END(f, value) (f)->result = (value); return false; } abort()

struct start { bool (*body)(struct function *f, struct ac_task *task); int number; void *data; };

__attribute__((unused)) static bool function_enter(void *frame, struct ac_task *task, void *args)
{
    const struct start *start = args;
    struct function *f = frame;
    *f = (struct function){ .node = f->node, .body = start->body, .number = start->number, .data = start->data, .fd = -1 };
    return start->body(f, task);
}

// Starts a child of `parent`, or of nobody when it is 0.
__attribute__((unused)) static struct ac_task *child_start(struct ac_task *task, struct ac_group *group, bool is_held,
                                                           struct start start)
{
    struct ac_task *child = ac_child(task, group, sizeof(struct function));
    if (child)
        ac_child_started(child, function_enter(ac_child_frame(child), child, &start), !is_held);
    return child;
}

__attribute__((unused)) static struct function *function_of(struct ac_task *task)
{
    return ac_child_frame(task);
}

// Runs a body to its end on an executor of its own; gives its result.
__attribute__((unused)) static long run_on(const struct ac_executor_options *options, struct start start)
{
    struct ac_executor *executor;
    CHECK_EQUAL(ac_executor_make(&executor, options), 0);
    struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
    CHECK(task);
    CHECK_EQUAL(ac_executor_run(executor, task), 0);
    long result = function_of(task)->result;
    ac_child_free(task);
    ac_executor_free(executor);
    return result;
}

// --- a fake reactor -------------------------------------------------------------------------------------------------------
//
// Time stands still until the executor waits; then it is the time the executor waits for.

static ac_time fake_time = 1000;
static int fake_waits;

__attribute__((unused)) static int fake_open(struct ac_reactor *reactor)
{
    (void)reactor;
    return 0;
}

__attribute__((unused)) static void fake_nothing(struct ac_reactor *reactor)
{
    (void)reactor;
}

__attribute__((unused)) static int fake_watch(struct ac_reactor *reactor, int fd, unsigned events)
{
    (void)reactor;
    (void)fd;
    (void)events;
    return 0;
}

__attribute__((unused)) static void fake_forget(struct ac_reactor *reactor, int fd)
{
    (void)reactor;
    (void)fd;
}

__attribute__((unused)) static void fake_wait(struct ac_reactor *reactor, ac_time timeout)
{
    (void)reactor;
    CHECK(timeout != AC_NEVER);
    fake_waits++;
    fake_time += timeout;
}

__attribute__((unused)) static ac_time fake_now(struct ac_reactor *reactor)
{
    (void)reactor;
    return fake_time;
}

__attribute__((unused)) static int fake_descriptor(const struct ac_reactor *reactor)
{
    (void)reactor;
    return -ENOSYS;
}

__attribute__((unused)) static const struct ac_reactor_type fake_reactor = {
    .name = "fake", .open = fake_open, .close = fake_nothing, .watch = fake_watch, .forget = fake_forget,
    .wait = fake_wait, .notify = fake_nothing, .descriptor = fake_descriptor, .now = fake_now,
};

__attribute__((unused)) static const struct ac_executor_options fake = { .reactor = &fake_reactor };

// --- memory that can run out ------------------------------------------------------------------------------------------------

struct counted {
    struct ac_allocator allocator;
    long live, gets, fail_at;           // blocks now, requests so far, the request that fails (0: none)
};

__attribute__((unused)) static void *counted_get(struct ac_allocator *allocator, ac_size bytes)
{
    struct counted *counted = (struct counted *)allocator;
    if (++counted->gets == counted->fail_at)
        return 0;
    counted->live++;
    return malloc(bytes);
}

__attribute__((unused)) static void counted_put(struct ac_allocator *allocator, void *block, ac_size bytes)
{
    struct counted *counted = (struct counted *)allocator;
    (void)bytes;
    counted->live--;
    free(block);
}

#define COUNTED { { counted_get, counted_put }, 0, 0, 0 }

#endif
