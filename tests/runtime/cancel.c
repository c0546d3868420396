// A cancelled task gets -ECANCELED where it waits, and from every later operation; what it waits for is passed on to.
#include "test.h"
#include <sys/socket.h>
#include <unistd.h>

static bool sleeps_again(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 1000));
    record("sleep %ld ", f->value);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 0));
    record("sleep %ld ", f->value);
    AWAIT(f, long, ac_read(&f->child, task, 0, 0, f, 1));
    record("read %ld ", f->value);
    END(f, f->value);
}

static bool waits(struct function *f, struct ac_task *task)
{
    static struct ac_completion completion;
    BEGIN(f);
    AWAIT(f, long, ac_wait(&f->child, task, 0, &completion));
    record("wait %ld ", f->value);
    CHECK(ac_complete(&completion, 7));
    AWAIT(f, long, ac_wait(&f->child, task, 0, &completion));     // there already: it is not lost
    record("wait %ld ", f->value);
    AWAIT(f, long, ac_wait(&f->child, task, 0, &completion));
    record("wait %ld ", f->value);
    END(f, 0);
}

static bool reads(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, f, 1));
    record("read %ld ", f->value);
    END(f, 0);
}

static bool accepts(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_accept(&f->child, task, 0, f->number, 0, 0));
    record("accept %ld ", f->value);
    END(f, 0);
}

static bool joins_one(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ sleeps_again, 0, 0 });
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    record("joined %ld ", function_of(f->handle.task)->result);
    ac_child_free(f->handle.task);
    END(f, 0);
}

static bool joins_all(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (int i = 0; i < 2; i++)
        child_start(task, &f->group, false, (struct start){ sleeps_again, 0, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    record("all %ld ", f->value);
    END(f, 0);
}

static bool yields(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    record("yield ");
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 1));
    record("sleep %ld ", f->value);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

// Started while its parent is cancelled already: cancelled when the parent waits for it.
static bool starts_late(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 1000));
    child_start(task, &f->group, false, (struct start){ sleeps_again, 0, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    record("late ");
    END(f, 0);
}

static bool canceller(struct function *f, struct ac_task *task)
{
    struct start *start = f->data;
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, *start);
    ac_cancel(&f->handle);
    ac_cancel(&f->handle);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_cancel(&f->handle);              // has ended
    ac_child_free(f->handle.task);
    ac_cancel(&(ac_handle){ 0 });
    END(f, 0);
}

static void cancelled(struct start start, const char *expected)
{
    static const struct ac_reactor_type *const types[] = { &ac_reactor_uring, &ac_reactor_epoll, &ac_reactor_poll, &fake_reactor };
    for (int i = 0; i < 4; i++) {
        run_on(&(struct ac_executor_options){ .reactor = types[i] }, (struct start){ canceller, 0, &start });
        CHECK_RECORD(expected);
    }
}

int main(void)
{
    int pair[2], listener = ac_tcp_listen("localhost", 0, 1);
    CHECK(listener >= 0);
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    cancelled((struct start){ sleeps_again, 0, 0 }, "sleep -125 sleep -125 read -125 ");
    cancelled((struct start){ waits, 0, 0 }, "wait -125 wait 7 wait -125 ");
    cancelled((struct start){ reads, pair[0], 0 }, "read -125 ");
    cancelled((struct start){ accepts, listener, 0 }, "accept -125 ");
    cancelled((struct start){ joins_one, 0, 0 }, "sleep -125 sleep -125 read -125 joined -125 ");
    cancelled((struct start){ joins_all, 0, 0 },
              "sleep -125 sleep -125 read -125 sleep -125 sleep -125 read -125 all 0 ");
    cancelled((struct start){ yields, 0, 0 }, "yield sleep -125 ");
    cancelled((struct start){ starts_late, 0, 0 }, "sleep -125 sleep -125 read -125 late ");
    close(pair[0]);
    close(pair[1]);
    close(listener);
    return 0;
}
