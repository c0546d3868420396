// ac_sleep: a task in the timing wheel. Freestanding.
#include "core/core.h"

static struct ac_node *sleep_resume(struct ac_node *done, struct ac_task *task)
{
    struct ac_sleep_frame *self = AC_PARENT(done, struct ac_sleep_frame, wait.node);
    self->result = ac_task_cancelled(task) ? -AC__ECANCELED : 0;
    return &self->node;
}

static const struct ac_link sleep_link = {
    .resume = sleep_resume, .function = "ac_sleep", .file = __FILE__, .line = __LINE__,
};

static void sleep_cancel(struct ac_wait *wait, struct ac_task *task)
{
    ac__wheel_remove(&task->executor->wheel, &AC_PARENT(wait, struct ac_sleep_frame, wait)->timer);
    ac_task_wake(task);
}

// Not all at once: what was touched now had better run while it is in the cache. What is left is due at the next look.
void ac__timers_fire(struct ac_executor *executor, ac_time now)
{
    for (int n = 0; n < AC__TURN; n++) {
        struct ac_timer *timer = ac__wheel_expire(&executor->wheel, now);
        if (!timer)
            return;
        struct ac_sleep_frame *sleep = AC_PARENT(timer, struct ac_sleep_frame, timer);
        if (sleep->wait.cancel)
            ac_task_wake(sleep->task);
        else
            ac__deadline_pass(sleep);
    }
}

// The first moment that is `nanoseconds` later; never, if there is none.
static ac_time later(ac_time now, ac_time nanoseconds)
{
    ac_time sum;
    return __builtin_add_overflow(now, nanoseconds, &sum) ? AC_NEVER : sum;
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
    self->wait.node.up = &sleep_link;
    self->wait.cancel = sleep_cancel;
    self->timer.deadline = later(task->executor->now(task->executor), nanoseconds);
    ac__wheel_add(&task->executor->wheel, &self->timer);
    ac_task_wait(task, &self->wait);
    return (ac_int){ 0, AC_WAITS(self) };
}
