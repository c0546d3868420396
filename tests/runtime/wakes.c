// A wait ends once: woken before it has returned, woken twice, woken after its end, cancelled while woken.
#include "test.h"

struct gate { struct ac_wait wait; struct ac_task *task; int cancels; };

static void gate_cancel(struct ac_wait *wait, struct ac_task *task)
{
    ((struct gate *)wait)->cancels++;
    ac_task_wake(task);
}

static ac_void gate_wait(struct gate *gate, struct ac_task *task, int wakes_at_once)
{
    gate->task = task;
    gate->wait.cancel = gate_cancel;
    ac_task_wait(task, &gate->wait);
    for (int i = 0; i < wakes_at_once; i++)
        ac_task_wake(task);
    return (ac_void){ true };
}

// The gate is the first member of the child's room.
static struct gate *gate_of(struct function *f)
{
    return (struct gate *)(void *)&f->child;
}

static bool passes(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_VOID(f, gate_wait(gate_of(f), task, f->number));
    record("passed ");
    AWAIT_VOID(f, gate_wait(gate_of(f), task, 0));
    record("passed again ");
    END(f, 0);
}

static bool wakes(struct function *f, struct ac_task *task)
{
    struct ac_task *child = f->handle.task;
    BEGIN(f);
    child = f->handle.task = child_start(task, &f->group, true, (struct start){ passes, f->number, 0 });
    if (f->number == 0) {
        ac_task_wake(child);
        ac_task_wake(child);
    }
    record("waking ");
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    CHECK(!ac_task_done(child));        // the second wake was not kept for the second wait
    ac_task_wake(child);
    ac_cancel(&f->handle);              // too late: it is woken already
    CHECK_EQUAL(gate_of(function_of(child))->cancels, 0);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, child));
    ac_task_wake(child);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    ac_child_free(f->handle.task);
    END(f, 0);
}

int main(void)
{
    for (int early = 0; early < 3; early++) {
        run_on(&fake, (struct start){ wakes, early, 0 });
        CHECK_RECORD("waking passed passed again ");
    }
    return 0;
}
