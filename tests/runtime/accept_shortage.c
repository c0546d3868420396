// Without descriptors accept waits longer and longer, lets other tasks run, does not spin, and goes on when there are some.
// [joyent/libuv #690, #1189; oven-sh/bun #32705; nanomsg/nanomsg #152]
#include "stream.h"
#include <sys/resource.h>

static int asked;           // how often the executor went to the reactor

// Sockets as they are, but time passes at once when the executor sleeps.
static void quick_wait(struct ac_reactor *reactor, ac_time timeout)
{
    asked++;
    ac_reactor_epoll.wait(reactor, 0);
    if (timeout != AC_NEVER)
        fake_time += timeout;
}

static bool accepts(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_accept(&f->child, task, 0, f->number, 0, 0));
    CHECK(f->value >= 0);
    record("accepted ");
    close((int)f->value);
    END(f, 0);
}

static void limit_descriptors(rlim_t count)
{
    struct rlimit limit;
    CHECK_EQUAL(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = count;
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static bool watches(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ accepts, f->number, 0 });
    CHECK(!ac_task_done(f->handle.task));
    f->total = fake_time;
    for (f->count = 0; f->count < 10; f->count++)
        AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_SECOND));     // others run on
    record("ten seconds ");
    CHECK(asked < 50);                  // 10 of ours, 10 while the delay grows to a second, 10 each second
    CHECK(!ac_task_done(f->handle.task));
    limit_descriptors(256);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    CHECK(fake_time - f->total <= 12 * AC_SECOND);
    ac_child_free(f->handle.task);
    END(f, 0);
}

static bool pauses(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_accept(&f->child, task, 0, f->number, 0, 0));
    record("%ld ", f->value);
    END(f, f->value);
}

// Cancelled in a pause.
static bool cancels(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ pauses, f->number, 0 });
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 10 * AC_MILLISECOND));
    ac_cancel(&f->handle);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    END(f, 0);
}

int main(void)
{
    struct ac_reactor_type quick = ac_reactor_epoll;
    quick.wait = quick_wait;
    quick.now = fake_now;
    struct sockaddr_in address;
    int listener = ac_tcp_listen("localhost", 0, 8), client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(getsockname(listener, (struct sockaddr *)&address, &(socklen_t){ sizeof address }), 0);
    CHECK_EQUAL(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    struct ac_executor *executor;
    CHECK_EQUAL(ac_executor_make(&executor, &(struct ac_executor_options){ .reactor = &quick }), 0);
    int highest = dup(client);
    limit_descriptors((rlim_t)highest + 1);
    struct start start = { watches, listener, 0 };
    struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
    CHECK_EQUAL(ac_executor_run(executor, task), 0);
    CHECK_RECORD("ten seconds accepted ");
    ac_child_free(task);
    limit_descriptors((rlim_t)highest + 1);
    int second = client;
    close(highest);
    client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    start = (struct start){ cancels, listener, 0 };
    task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
    CHECK_EQUAL(ac_executor_run(executor, task), 0);
    ac_child_free(task);
    ac_executor_free(executor);
    CHECK_RECORD("-125 ");
    limit_descriptors(256);
    close(second);
    close(client);
    close(listener);
    return 0;
}
