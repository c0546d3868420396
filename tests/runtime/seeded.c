// A seeded executor: one number, one order; many numbers, many orders; time passes only where everybody waits for it.
#include "test.h"
#include <unistd.h>

enum { TASKS = 4, ORDERS = 24 };

static bool yields(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    record("%d", f->number);
    END(f, 0);
}

static bool yields_beside(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->number = 0; f->number < TASKS; f->number++)
        child_start(task, &f->group, false, (struct start){ yields, f->number, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

static void order_of(uint64_t seed, char *order)
{
    recorded[0] = 0;
    run_on(&(struct ac_executor_options){ .seed = seed }, (struct start){ yields_beside, 0, 0 });
    strcpy(order, recorded);
    recorded[0] = 0;
}

static void orders(void)
{
    char seen[ORDERS][TASKS + 1], order[TASKS + 1], again[TASKS + 1];
    int count = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        order_of(seed, order);
        order_of(seed, again);
        CHECK(!strcmp(order, again));
        int i = 0;
        while (i < count && strcmp(order, seen[i]))
            i++;
        if (i == count)
            strcpy(seen[count++], order);
    }
    CHECK_EQUAL(count, ORDERS);
    order_of(0, order);
    CHECK(!strcmp(order, "0123"));
}

static bool sleeps(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, f->number * AC_SECOND));
    record("%d@%d ", f->number, (int)(ac_now() / AC_SECOND));
    END(f, 0);
}

// Operations that need no wait are interrupted too, sooner than without a seed.
static bool never_waits(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->number = 0; f->number < AC__BUDGET / 2; f->number++)
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->data));
    record("busy ");
    END(f, 0);
}

static bool is_interrupted(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ sleeps, 0, 0 });
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    child_start(task, &f->group, false, (struct start){ yields, 0, 0 });
    child_start(task, &f->group, false, (struct start){ never_waits, 0, f->handle.task });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    ac_child_free(f->handle.task);
    END(f, strstr(recorded, "0busy") != 0);
}

static bool hours(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->number = 3; f->number > 0; f->number--)
        child_start(task, &f->group, false, (struct start){ sleeps, f->number * 3600, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

// Data that is there comes before a timer; a timer comes before data that nobody sends.
static bool reads(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, f->data, 1));
    record("read %d ", (int)f->value);
    END(f, 0);
}

static bool writes_after_a_day(struct function *f, struct ac_task *task)
{
    static int ends[2];
    static char byte;
    BEGIN(f);
    CHECK(pipe(ends) == 0 && ac_nonblocking(ends[0]) == 0);
    f->handle.task = child_start(task, &f->group, true, (struct start){ reads, ends[0], &byte });
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 86400 * AC_SECOND));
    CHECK_RECORD("");
    CHECK(write(ends[1], "x", 1) == 1);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 1));
    CHECK_RECORD("read 1 ");
    ac_child_free(f->handle.task);
    close(ends[0]);
    close(ends[1]);
    END(f, 0);
}

int main(void)
{
    orders();
    long interrupted = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        interrupted += run_on(&(struct ac_executor_options){ .seed = seed }, (struct start){ is_interrupted, 0, 0 });
        CHECK(seed || !interrupted);
        recorded[0] = 0;
    }
    CHECK(interrupted > 0 && interrupted < 19);
    ac_time before = ac_now();
    for (uint64_t seed = 1; seed < 20; seed++) {
        run_on(&(struct ac_executor_options){ .seed = seed }, (struct start){ hours, 0, 0 });
        CHECK_RECORD("3600@3601 7200@7201 10800@10801 ");
        run_on(&(struct ac_executor_options){ .seed = seed }, (struct start){ writes_after_a_day, 0, 0 });
    }
    run_on(&(struct ac_executor_options){ .reactor = &ac_reactor_virtual }, (struct start){ hours, 0, 0 });
    CHECK_RECORD("3600@3601 7200@7201 10800@10801 ");
    CHECK(ac_now() - before < 60 * AC_SECOND);
    return 0;
}
