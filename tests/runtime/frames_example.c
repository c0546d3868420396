// The operation that docs/frames.md shows works: from lowered code, and here step by step, without a frame and cancelled too.
// RUN: mkdir -p %t && awk -v to=%t/ '/^```/ { if (file) close(file); file = !file && NF == 2 ? to $2 : ""; next } file { print > file }' docs/frames.md
// RUN: %cc -std=gnu2x -g -O1 -Wall -Wextra -Werror -iquote %t -iquote %S -I. -Iruntime %s %t/counter.c -o %t/steps %b/libacc.a -pthread
// RUN: %t/steps
// RUN: %acc --cc=%cc -std=gnu2x -Wall -Wextra -Werror -iquote %t -c %t/main.ac -o %t/main.o
// RUN: %cc -std=gnu2x -Wall -Wextra -Werror -iquote %t -Iruntime %t/main.o %t/counter.c -o %t/main %b/libacc.a -pthread
// RUN: test "$(%t/main)" = 6
#include "counter.h"
#include "test.h"
#include <sys/eventfd.h>
#include <unistd.h>

static void add(int fd, unsigned long n)
{
    CHECK_EQUAL(write(fd, &(unsigned long long){ n }, 8), 8);
}

static bool takes(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    if (f->data) {
        AWAIT_OUTSIDE(f, long long, counter_take(0, task, 0, f->number));
    } else {
        AWAIT(f, long long, counter_take(&f->child, task, 0, f->number));
    }
    END(f, f->value);
}

static bool all(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < 2; f->count++) {
        f->data = f->count ? f : 0;
        add(f->number, 5);
        f->handle.task = child_start(task, &f->group, true, (struct start){ takes, f->number, f->data });
        CHECK(ac_task_done(f->handle.task));                // ready at once
        CHECK_EQUAL(function_of(f->handle.task)->result, 5);
        ac_child_free(f->handle.task);
        f->handle.task = child_start(task, &f->group, true, (struct start){ takes, f->number, f->data });
        AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_MILLISECOND));
        CHECK(!ac_task_done(f->handle.task));
        add(f->number, 2);
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
        CHECK_EQUAL(function_of(f->handle.task)->result, 2);
        ac_child_free(f->handle.task);
        f->handle.task = child_start(task, &f->group, true, (struct start){ takes, f->number, f->data });
        ac_cancel(&f->handle);
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
        CHECK_EQUAL(function_of(f->handle.task)->result, -ECANCELED);
        ac_child_free(f->handle.task);
    }
    END(f, 0);
}

// Always ready: gives way after its share, so the other one ends it.
static bool greedy(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; !*(bool *)f->data; f->count++) {
        add(f->number, 1);
        AWAIT(f, long long, counter_take(&f->child, task, 0, f->number));
        CHECK_EQUAL(f->value, 1);
    }
    END(f, 0);
}

static bool shares(struct function *f, struct ac_task *task)
{
    static bool over;
    BEGIN(f);
    child_start(task, &f->group, false, (struct start){ greedy, f->number, &over });
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    over = true;
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

int main(void)
{
    int fd = eventfd(0, EFD_NONBLOCK);
    CHECK(fd >= 0);
    CHECK_EQUAL(run_on(0, (struct start){ all, fd, 0 }), 0);
    CHECK_EQUAL(run_on(0, (struct start){ shares, fd, 0 }), 0);
    close(fd);
    return 0;
}
