// ac_sleep: a task in the timing wheel. Freestanding.
#include "core/core.h"

// The task goes on with what awaits the sleep: there is nothing left for the sleep to do.
static void wake(struct ac_sleep_frame *self, int result)
{
    struct ac_task *task = self->task;
    self->result = result;
    ac__executor_of(task)->waits--;
    ac__wait_end(task, AC__SLEEPING);
}

void ac__sleep_cancel(struct ac_sleep_frame *self)
{
    ac__wheel_remove(&ac__executor_of(self->task)->wheel, &self->timer);
    wake(self, -AC__ECANCELED);
}

// Whether the timer is that of the sleep that its task waits in, and not of a deadline.
static bool is_sleep(const struct ac_sleep_frame *self)
{
    return self->task->flags & AC__SLEEPING && self->task->node == &self->node;
}

// Not all at once: what was touched now had better run while it is in the cache. What is left is due at the next look.
void ac__timers_fire(struct ac_executor *executor, ac_time now)
{
    for (int n = 0; n < AC__TURN; n++) {
        struct ac_timer *timer = ac__wheel_expire(&executor->wheel, now);
        if (!timer)
            return;
        struct ac_sleep_frame *sleep = AC_PARENT(timer, struct ac_sleep_frame, timer);
        if (is_sleep(sleep))
            wake(sleep, 0);
        else
            ac__deadline_pass(sleep);
    }
}

ac_int ac_sleep(void *frame, struct ac_task *task, unsigned point, ac_time nanoseconds)
{
    (void)point;
    bool is_cancelled = ac_task_cancelled(task);
    if (is_cancelled && !ac_task_spent(task))
        return (ac_int){ -AC__ECANCELED, false };
    struct ac_sleep_frame *self = ac__leaf_frame(task, frame, sizeof *self);
    if (!self)
        return (ac_int){ -AC_ENOMEM, false };
    if (is_cancelled || nanoseconds <= 0) {
        self->result = is_cancelled ? -AC__ECANCELED : 0;
        ac_task_defer(task, &self->node);
        return (ac_int){ 0, AC_WAITS(self) };
    }
    self->task = task;
    self->timer.deadline = ac__moment_in(ac__executor_of(task), nanoseconds);
    ac__wheel_add(&ac__executor_of(task)->wheel, &self->timer);
    ac__wait_begin(task, &self->node, AC__SLEEPING);
    ac__executor_of(task)->waits++;
    return (ac_int){ 0, AC_WAITS(self) };
}
