// Children: their results are there when their end is seen, once; those without a handle give their memory back when they end.
#include "test.h"

enum { MANY = 100000 };

static bool number_after_yields(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < f->number % 3; f->count++)
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    END(f, f->number);
}

// Handles, joined in another order than they were started in; some have ended before, one at once.
static bool joins(struct function *f, struct ac_task *task)
{
    static struct ac_task *children[9];
    BEGIN(f);
    for (int i = 0; i < 9; i++)
        children[i] = child_start(task, &f->group, true, (struct start){ number_after_yields, i, 0 });
    CHECK(!f->group.first);
    CHECK(ac_task_done(children[0]));
    for (f->count = 0; f->count < 9; f->count++) {
        f->handle.task = children[f->count * 5 % 9];
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
        CHECK(ac_task_done(f->handle.task));
        CHECK_EQUAL(function_of(f->handle.task)->result, f->count * 5 % 9);
        ac_child_free(f->handle.task);
    }
    AWAIT_VOID(f, ac_join(&f->child, task, 0, 0));         // a child there was no memory for
    ac_child_free(0);
    END(f, 0);
}

// A hundred thousand at once, ending from the middle of the list.
static bool many(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (int i = 0; i < MANY; i++)
        CHECK(child_start(task, &f->group, false, (struct start){ number_after_yields, i * 7 + 1, 0 }));
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    CHECK(!f->group.first);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    CHECK_EQUAL(f->value, 0);
    END(f, 0);
}

static bool forwards(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    END(f, 0);
}

// Ended children are memory for the next ones.
static bool one_after_the_other(struct function *f, struct ac_task *task)
{
    const struct counted *counted = f->data;
    BEGIN(f);
    for (f->count = 0; f->count < 1000; f->count++) {
        child_start(task, &f->group, false, (struct start){ forwards, 0, 0 });
        AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
        if (f->count == 10)
            f->total = counted->live;
    }
    CHECK_EQUAL(counted->live, f->total);
    END(f, 0);
}

static bool records_its_end(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, f->number));
    record("%d:%ld ", f->number, f->value);
    END(f, f->number);
}

// A detached child goes on when its parent has ended; at the end of the executor it is cancelled.
static bool detaches(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ records_its_end, 5, 0 });
    f->other.task = child_start(task, &f->group, true, (struct start){ records_its_end, 1000, 0 });
    ac_detach(&f->handle);
    ac_detach(&f->other);
    CHECK(!f->handle.task);
    ac_detach(&f->handle);
    f->handle.task = child_start(task, &f->group, true, (struct start){ number_after_yields, 0, 0 });
    ac_detach(&f->handle);              // has ended already
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 10));
    record("parent ");
    END(f, 0);
}

static bool leaves_a_handle(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    child_start(task, &f->group, true, (struct start){ records_its_end, 7, 0 });
    child_start(task, &f->group, true, (struct start){ number_after_yields, 0, 0 });
    END(f, 0);
}

// Ignores that it is cancelled, as long as it runs.
static bool stubborn(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (;;)
        AWAIT(f, int, ac_sleep(&f->child, task, 0, 1));
    END(f, 0);
}

static void ignore(struct ac_wait *wait, struct ac_task *task)
{
    (void)wait;
    (void)task;
}

// Waits for what nobody brings, and cannot be cancelled.
static bool deaf(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->child.wait.wait.cancel = ignore;
    ac_task_wait(task, &f->child.wait.wait);
    return true;
    END(f, 0);
}

// The end of an executor waits a second for such tasks, and no longer.
static bool starts_stubborn(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    child_start(task, &f->group, true, (struct start){ f->number ? deaf : stubborn, 0, 0 });
    END(f, 0);
}

// Time passes by looking at the clock, too.
static ac_time ticking_now(struct ac_reactor *reactor)
{
    (void)reactor;
    return fake_time += AC_MILLISECOND;
}

int main(void)
{
    run_on(&fake, (struct start){ joins, 0, 0 });
    run_on(&fake, (struct start){ many, 0, 0 });
    struct counted counted = COUNTED;
    run_on(&(struct ac_executor_options){ .reactor = &fake_reactor, .allocator = &counted.allocator }, (struct start){ one_after_the_other, 0, &counted });
    CHECK_EQUAL(counted.live, 0);
    run_on(&fake, (struct start){ detaches, 0, 0 });
    CHECK_RECORD("5:0 parent 1000:-125 ");
    run_on(&fake, (struct start){ leaves_a_handle, 0, 0 });
    CHECK_RECORD("7:-125 ");
    struct ac_reactor_type ticking = fake_reactor;
    ticking.now = ticking_now;
    for (int i = 0; i < 2; i++) {
        ac_time before = fake_time;
        run_on(&(struct ac_executor_options){ .reactor = &ticking }, (struct start){ starts_stubborn, i, 0 });
        CHECK(fake_time - before >= AC_SECOND && fake_time - before < 2 * AC_SECOND);
    }
    return 0;
}
