// ac_deadline: a timer that cancels its task while a block runs. Freestanding.
#include "core/core.h"

// Looks like a sleep to the wheel, but for the task, which does not wait in it.
static void begin(struct ac_deadline *deadline, struct ac_executor *executor, ac_time nanoseconds)
{
    deadline->sleep.timer.deadline = ac__moment_in(executor, nanoseconds);
    ac__wheel_add(&executor->wheel, &deadline->sleep.timer);
    executor->waits++;          // somebody may wait for nothing else
}

ac_int ac_deadline_begin(void *frame, struct ac_task *task, unsigned point, struct ac_deadline *deadline, ac_time nanoseconds)
{
    (void)frame;
    (void)point;
    deadline->sleep.task = task;
    deadline->is_over = nanoseconds <= 0;
    if (deadline->is_over)
        ac__task_late(task);
    else
        begin(deadline, ac__executor_of(task), nanoseconds);
    return (ac_int){ 0, false };
}

void ac__deadline_pass(struct ac_sleep_frame *sleep)
{
    struct ac_deadline *deadline = AC_PARENT(sleep, struct ac_deadline, sleep);
    deadline->is_over = true;
    ac__executor_of(sleep->task)->waits--;
    ac__task_late(sleep->task);
}

void ac_deadline_end(struct ac_deadline *deadline)
{
    struct ac_task *task = deadline->sleep.task;
    if (!task)
        return;                 // its time was never computed
    if (deadline->is_over) {
        task->flags -= AC__LATE;
        return;
    }
    ac__wheel_remove(&ac__executor_of(task)->wheel, &deadline->sleep.timer);
    ac__executor_of(task)->waits--;
}
