// Sleepers go on in the order of their deadlines, equal ones in the order in which they started; 0 and less is the next turn.
#include "test.h"

struct sleeper { char name; ac_time nanoseconds; };

static bool sleeper(struct function *f, struct ac_task *task)
{
    const struct sleeper *s = f->data;
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, s->nanoseconds));
    record("%c%ld ", s->name, f->value);
    END(f, 0);
}

static bool all(struct function *f, struct ac_task *task)
{
    static const struct sleeper sleepers[] = {
        { 'a', 3 }, { 'b', 1 }, { 'c', 2 }, { 'd', 1 }, { 'e', 0 }, { 'f', -7 }, { 'g', INT64_MIN }, { 'h', 3 * AC_SECOND },
        { 'i', AC_MILLISECOND }, { 'j', 3 * AC_SECOND - 1 }, { 'k', 100 * 86400 * AC_SECOND }, { 'l', 70000 }, { 'm', 0 },
        { 'n', 69999 }, { 'o', 1 },
    };
    BEGIN(f);
    for (f->count = 0; f->count < (long)(sizeof sleepers / sizeof *sleepers); f->count++)
        child_start(task, &f->group, false, (struct start){ sleeper, 0, (void *)&sleepers[f->count] });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    CHECK_EQUAL(f->value, 0);
    END(f, 0);
}

// A sum that overflows is never; it ends by being cancelled.
static bool for_ever(struct function *f, struct ac_task *task)
{
    static const ac_time longest[] = { AC_NEVER, AC_NEVER - 1, AC_NEVER - 1000 };
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, longest[f->number]));
    END(f, f->value);
}

static bool cancels(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < 3; f->count++) {
        f->handle.task = child_start(task, &f->group, true, (struct start){ for_ever, (int)f->count, 0 });
        AWAIT(f, int, ac_sleep(&f->child, task, 0, 1000 * AC_SECOND));
        CHECK(!ac_task_done(f->handle.task));
        ac_cancel(&f->handle);
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
        CHECK_EQUAL(function_of(f->handle.task)->result, -ECANCELED);
        ac_child_free(f->handle.task);
    }
    END(f, 0);
}

int main(void)
{
    run_on(&fake, (struct start){ all, 0, 0 });
    CHECK_RECORD("e0 f0 g0 m0 b0 d0 o0 c0 a0 n0 l0 i0 j0 h0 k0 ");
    CHECK_EQUAL(fake_time, 1000 + 100 * 86400 * AC_SECOND);
    CHECK(fake_waits <= 11);            // one for each deadline, and no more
    run_on(&fake, (struct start){ cancels, 0, 0 });
    return 0;
}
