// Tasks that give way take turns, in the order in which they started.
#include "test.h"

static bool turn_taker(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < 3; f->count++) {
        record("%d%ld ", f->number, f->count);
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    }
    END(f, 0);
}

static bool all(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (int i = 1; i <= 3; i++)
        child_start(task, &f->group, false, (struct start){ turn_taker, i, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

int main(void)
{
    run_on(&fake, (struct start){ all, 0, 0 });
    CHECK_RECORD("10 20 30 11 21 31 12 22 32 ");
    CHECK_EQUAL(fake_waits, 0);
    return 0;
}
