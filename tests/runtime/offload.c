// A function on a thread of its own: other tasks go on meanwhile, its result comes back, cancelling does not take away what it uses, it
// gets no signals, and the executor does not end before it. Threads are used again, but not those of another process.
#include "test.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Blocks until somebody writes, and gives what that was.
static long take(void *argument)
{
    char byte;
    return read(*(int *)argument, &byte, 1) == 1 ? byte : -errno;
}

static bool offloads(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_offload(&f->child, task, 0, take, f->data));
    END(f, f->value);
}

static struct ac_task *start(struct function *f, struct ac_task *task)
{
    return child_start(task, &f->group, true, (struct start){ offloads, 0, f->data });
}

static bool others_go_on(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = start(f, task);
    for (f->count = 0; f->count < 10; f->count++)
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    CHECK_EQUAL(write(((int *)f->data)[1], "x", 1), 1);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    CHECK_EQUAL(function_of(f->handle.task)->result, 'x');
    ac_child_free(f->handle.task);
    END(f, 0);
}

static bool cancelled(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = start(f, task);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    ac_task_cancel(f->handle.task);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    CHECK(!ac_task_done(f->handle.task));
    CHECK_EQUAL(write(((int *)f->data)[1], "y", 1), 1);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    CHECK_EQUAL(function_of(f->handle.task)->result, 'y');
    ac_child_free(f->handle.task);
    END(f, 0);
}

static long must_not_run(void *argument)
{
    (void)argument;
    abort();
}

static bool cancelled_before(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    ac_task_cancel(task);
    for (f->count = 0; f->count < 200; f->count++) {        // more than a task may do without others
        AWAIT(f, long, ac_offload(&f->child, task, 0, must_not_run, 0));
        CHECK_EQUAL(f->value, -ECANCELED);
    }
    END(f, 0);
}

static long blocked_signals(void *argument)
{
    sigset_t set;
    (void)argument;
    return pthread_sigmask(SIG_BLOCK, 0, &set) == 0 && sigismember(&set, SIGINT) && sigismember(&set, SIGTERM);
}

static bool outside(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_OUTSIDE(f, long, ac_offload(0, task, 0, blocked_signals, 0));
    CHECK_EQUAL(f->value, 1);
    END(f, 0);
}

static bool many(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (int i = 0; i < 50; i++)
        child_start(task, &f->group, false, (struct start){ outside, 0, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

static long count_calls(void *argument)
{
    static _Thread_local long calls;
    (void)argument;
    return ++calls;
}

// As often as it takes: a thread may not be idle yet when the next function comes.
static bool threads_stay(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    do
        AWAIT(f, long, ac_offload(&f->child, task, 0, count_calls, 0));
    while (f->value < 3);
    END(f, 0);
}

// ThreadSanitizer asks for this before it lets a forked process have threads.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}

// Its parent's idle threads are not there.
static void forked(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        run_on(0, (struct start){ many, 0, 0 });
        _exit(0);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK_EQUAL(status, 0);
}

static bool no_thread(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_offload(&f->child, task, 0, must_not_run, 0));
    CHECK_EQUAL(f->value, -EAGAIN);
    END(f, 0);
}

// No thread is idle yet, and there is no room for the stack of one.
static void without_threads(void)
{
    pthread_attr_t usual, large;
    CHECK_EQUAL(pthread_getattr_default_np(&usual), 0);
    CHECK_EQUAL(pthread_getattr_default_np(&large), 0);
    CHECK_EQUAL(pthread_attr_setstacksize(&large, SIZE_MAX / 4 + 1), 0);
    CHECK_EQUAL(pthread_setattr_default_np(&large), 0);
    run_on(0, (struct start){ no_thread, 0, 0 });
    CHECK_EQUAL(pthread_setattr_default_np(&usual), 0);
}

// Longer than an executor waits for tasks that do not end.
static long takes_long(void *argument)
{
    nanosleep(&(struct timespec){ .tv_sec = 1, .tv_nsec = 200000000 }, 0);
    __atomic_store_n((int *)argument, 1, __ATOMIC_RELAXED);
    return 0;
}

static bool ends_late(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_offload(&f->child, task, 0, takes_long, f->data));
    END(f, 0);
}

static void executor_ends_before(void)
{
    struct ac_executor *executor;
    int has_ended = 0;
    CHECK_EQUAL(ac_executor_make(&executor, 0), 0);
    struct start start = { ends_late, 0, &has_ended };
    CHECK(ac_executor_start(executor, sizeof(struct function), function_enter, &start));
    ac_executor_free(executor);
    CHECK_EQUAL(__atomic_load_n(&has_ended, __ATOMIC_RELAXED), 1);
}

int main(void)
{
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    without_threads();
    run_on(0, (struct start){ others_go_on, 0, ends });
    run_on(0, (struct start){ cancelled, 0, ends });
    run_on(0, (struct start){ cancelled_before, 0, 0 });
    run_on(0, (struct start){ many, 0, 0 });
    run_on(&(struct ac_executor_options){ .seed = 7 }, (struct start){ others_go_on, 0, ends });
    executor_ends_before();
    run_on(0, (struct start){ threads_stay, 0, 0 });
    forked();
    close(ends[0]);
    close(ends[1]);
    return 0;
}
