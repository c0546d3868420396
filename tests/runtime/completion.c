// A completion is delivered exactly once: before and after the wait, from other threads, from a signal handler, against a
// cancellation, while the executor sleeps and while it ends.
#include "test.h"
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 3000 };

static bool completes_itself(struct function *f, struct ac_task *task)
{
    static struct ac_completion c = AC_COMPLETION_INIT;
    BEGIN(f);
    CHECK(ac_complete(&c, 5));
    CHECK(!ac_complete(&c, 6));
    AWAIT(f, long, ac_wait(&f->child, task, 0, &c));
    CHECK_EQUAL(f->value, 5);
    CHECK(ac_complete(&c, 8));
    AWAIT(f, long, ac_wait(&f->child, task, 0, &c));
    CHECK_EQUAL(f->value, 8);
    END(f, 0);
}

static bool second_waiter(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_wait(&f->child, task, 0, f->data));
    END(f, f->value);
}

// A second waiter is refused; a value that comes before the first has run is for the next one.
static bool wakes_another(struct function *f, struct ac_task *task)
{
    static struct ac_completion c;
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ second_waiter, 0, &c });
    AWAIT(f, long, ac_wait(&f->child, task, 0, &c));
    CHECK_EQUAL(f->value, -EBUSY);
    CHECK(ac_complete(&c, 1));
    CHECK(ac_complete(&c, 2));          // for the next one
    CHECK(!ac_complete(&c, 3));
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    CHECK_EQUAL(function_of(f->handle.task)->result, 1);
    ac_child_free(f->handle.task);
    AWAIT(f, long, ac_wait(&f->child, task, 0, &c));
    CHECK_EQUAL(f->value, 2);
    END(f, 0);
}

// --- another thread -------------------------------------------------------------------------------------------------------

struct ring { struct ac_completion completions[ROUNDS]; };

static void *complete_all(void *argument)
{
    struct ring *ring = argument;
    for (int i = 0; i < ROUNDS; i++) {
        if (i % 500 == 0)
            nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, 0);     // lets the executor fall asleep
        ac_complete(&ring->completions[i], i);
    }
    return 0;
}

static bool waits_for_all(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < ROUNDS; f->count++) {
        AWAIT(f, long, ac_wait(&f->child, task, 0, &((struct ring *)f->data)->completions[f->count]));
        CHECK_EQUAL(f->value, f->count);
    }
    END(f, 0);
}

static void from_a_thread(const struct ac_reactor_type *type)
{
    struct ring *ring = calloc(1, sizeof *ring);
    pthread_t thread;
    CHECK(ring);
    CHECK_EQUAL(pthread_create(&thread, 0, complete_all, ring), 0);
    run_on(&(struct ac_executor_options){ .reactor = type }, (struct start){ waits_for_all, 0, ring });
    CHECK_EQUAL(pthread_join(thread, 0), 0);
    free(ring);
}

static void *complete_one(void *completion)
{
    ac_complete(completion, 1);
    return 0;
}

// The executor is gone as soon as its only task has ended; the waker may still be inside ac_complete.
static void executor_ends(void)
{
    for (int i = 0; i < 300; i++) {
        struct ac_completion c = AC_COMPLETION_INIT;
        pthread_t thread;
        CHECK_EQUAL(pthread_create(&thread, 0, complete_one, &c), 0);
        CHECK_EQUAL(run_on(0, (struct start){ second_waiter, 0, &c }), 1);
        CHECK_EQUAL(pthread_join(thread, 0), 0);
    }
}

// --- against a cancellation -------------------------------------------------------------------------------------------------

struct race { struct ac_completion completion; int go, accepted; };

static void *complete_race(void *argument)
{
    struct race *race = argument;
    while (!__atomic_load_n(&race->go, __ATOMIC_ACQUIRE))
        continue;
    race->accepted = ac_complete(&race->completion, 9);
    return 0;
}

static bool racer(struct function *f, struct ac_task *task)
{
    struct race *race = f->data;
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ second_waiter, 0, &race->completion });
    __atomic_store_n(&race->go, 1, __ATOMIC_RELEASE);
    for (volatile int i = 0; i < f->number; i++)
        continue;
    ac_cancel(&f->handle);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    f->total = function_of(f->handle.task)->result;
    ac_child_free(f->handle.task);
    END(f, f->total);
}

static void against_cancellation(void)
{
    int values = 0, rounds = 300;
    for (int i = 0; i < rounds; i++) {
        struct race race = { .completion = AC_COMPLETION_INIT };
        pthread_t thread;
        CHECK_EQUAL(pthread_create(&thread, 0, complete_race, &race), 0);
        long result = run_on(0, (struct start){ racer, i * 10, &race });
        CHECK_EQUAL(pthread_join(thread, 0), 0);
        CHECK(race.accepted);
        // The value went to the waiter, or stays for the next one: never both, never lost.
        bool is_kept = !ac_complete(&race.completion, 1);
        CHECK(result == 9 ? !is_kept : result == -ECANCELED && is_kept);
        values += result == 9;
    }
    CHECK(values <= rounds);
}

// --- a signal handler -------------------------------------------------------------------------------------------------------

static struct ac_completion signalled;

static void on_signal(int number)
{
    ac_complete(&signalled, number);
}

static bool signals(struct function *f, struct ac_task *task)
{
    timer_t timer;
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
    BEGIN(f);
    CHECK_EQUAL(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    CHECK_EQUAL(timer_settime(timer, 0, &(struct itimerspec){ .it_value.tv_nsec = 200000, .it_interval.tv_nsec = 200000 }, 0), 0);
    f->data = (void *)timer;
    for (f->count = 0; f->count < 50; f->count++) {
        AWAIT(f, long, ac_wait(&f->child, task, 0, &signalled));
        CHECK_EQUAL(f->value, SIGALRM);
    }
    timer_delete((timer_t)f->data);
    END(f, 0);
}

int main(void)
{
    run_on(&fake, (struct start){ completes_itself, 0, 0 });
    run_on(0, (struct start){ wakes_another, 0, 0 });
    from_a_thread(&ac_reactor_uring);
    from_a_thread(&ac_reactor_epoll);
    from_a_thread(&ac_reactor_poll);
    executor_ends();
    against_cancellation();
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGALRM, &action, 0);
    run_on(0, (struct start){ signals, 0, 0 });
    run_on(&(struct ac_executor_options){ .reactor = &ac_reactor_poll }, (struct start){ signals, 0, 0 });
    return 0;
}
