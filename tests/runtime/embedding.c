// Inside another event loop: descriptor, deadline and readiness say when the next turn is due, and nothing else is needed.
#include "stream.h"
#include <poll.h>
#include <pthread.h>

static struct ac_completion completion;

static void *completes(void *argument)
{
    (void)argument;
    CHECK(ac_complete(&completion, 11));
    return 0;
}

static bool works(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 2 * AC_MILLISECOND));
    record("slept ");
    AWAIT(f, long, ac_read(&f->child, task, 0, pair[0], &f->count, 8));
    record("read %ld ", f->value);
    AWAIT(f, long, ac_wait(&f->child, task, 0, &completion));
    record("waited %ld ", f->value);
    for (f->count = 0; f->count < 1000; f->count++)
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    record("yielded ");
    END(f, 0);
}

static bool waits(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_wait(&f->child, task, 0, &completion));
    END(f, f->value);
}

// A wake from another thread is seen before the first turn, and after a run.
static void woken_outside(struct ac_executor *executor)
{
    pthread_t thread;
    struct start start = { waits, 0, 0 };
    for (int i = 0; i < 2; i++) {
        struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
        struct pollfd polled = { .fd = ac_executor_descriptor(executor), .events = POLLIN };
        CHECK_EQUAL(ac_executor_deadline(executor), AC_NEVER);
        CHECK_EQUAL(pthread_create(&thread, 0, completes, 0), 0);
        CHECK_EQUAL(poll(&polled, 1, -1), 1);
        CHECK_EQUAL(pthread_join(thread, 0), 0);
        CHECK_EQUAL(ac_executor_run(executor, task), 0);
        CHECK_EQUAL(function_of(task)->result, 11);
        ac_child_free(task);
    }
}

// The other loop: poll(2) over our descriptor and its own.
static void loop_once(struct ac_executor *executor)
{
    struct pollfd polled = { .fd = ac_executor_descriptor(executor), .events = POLLIN };
    ac_time deadline = ac_executor_deadline(executor), left = deadline - ac_now();
    int timeout = deadline == AC_NEVER ? -1 : deadline == 0 || left <= 0 ? 0 : (int)(left / AC_MILLISECOND) + 1;
    poll(&polled, 1, timeout);
    if (polled.revents || (deadline != AC_NEVER && ac_now() >= deadline))
        ac_executor_turn(executor);
}

int main(void)
{
    int pair[2];
    struct ac_executor *executor;
    pthread_t thread;
    tcp_pair_make(pair);
    CHECK_EQUAL(ac_executor_make(&executor, 0), 0);
    woken_outside(executor);
    struct start start = { works, 0, pair };
    struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
    CHECK(task);
    CHECK(!ac_task_done(task));
    while (!strstr(recorded, "slept"))
        loop_once(executor);
    while (ac_executor_turn(executor))
        continue;
    CHECK_EQUAL(ac_executor_deadline(executor), AC_NEVER);
    // Nothing to do: the descriptor is not readable.
    CHECK_EQUAL(poll(&(struct pollfd){ .fd = ac_executor_descriptor(executor), .events = POLLIN }, 1, 0), 0);
    CHECK_EQUAL(write(pair[1], "x", 1), 1);
    while (!strstr(recorded, "read"))
        loop_once(executor);
    CHECK_EQUAL(pthread_create(&thread, 0, completes, 0), 0);
    while (!strstr(recorded, "waited"))
        loop_once(executor);
    CHECK_EQUAL(pthread_join(thread, 0), 0);
    while (!ac_task_done(task))
        loop_once(executor);
    CHECK_RECORD("slept read 1 waited 11 yielded ");
    CHECK(!ac_executor_turn(executor));
    CHECK_EQUAL(poll(&(struct pollfd){ .fd = ac_executor_descriptor(executor), .events = POLLIN }, 1, 0), 0);
    CHECK_EQUAL(function_of(task)->result, 0);
    ac_child_free(task);
    ac_executor_free(executor);
    CHECK_EQUAL(ac_executor_make(&executor, &real[1]), 0);
    CHECK_EQUAL(ac_executor_descriptor(executor), -ENOSYS);
    ac_executor_free(executor);
    pair_close(pair);
    return 0;
}
