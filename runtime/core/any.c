// Waiting for one of several children: `await any`.
#include "core/core.h"

struct ac_task *ac_arm_begin(struct ac_slot *slot, struct ac_task *task)
{
    struct ac_task *child = ac__slot_task(slot);
    slot->words[0] = 0;
    child->node = 0;
    child->root.up = task->root.up;
    child->joiner = 0;
    child->link = 0;            // it is in no list
    child->bytes = ac__place(slot);
    child->flags = AC__HELD | AC__IN_PLACE | (ac_task_cancelled(task) ? AC__CANCELLED : 0u);
    return child;
}

void ac_arm_end(struct ac_task *arm)
{
    arm->bytes = 0;
}

bool ac_arm_ended(const struct ac_task *child)
{
    return !child || child->flags & AC__DONE;
}

unsigned ac_arms_ended(struct ac_task *const *arms, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (ac_arm_ended(arms[i]))
            return i + 1;
    return 0;
}

// A child that is cancelled ends at the earliest in the next turn, so none ends under this loop.
static void cancel_all(struct ac_any_frame *self)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->arms[i])
            ac_task_cancel(self->arms[i]);
}

static void any_cancel(struct ac_wait *wait, struct ac_task *task)
{
    (void)task;
    cancel_all(AC_PARENT(wait, struct ac_any_frame, wait));
}

// The one that woke the task, though others may have ended since.
static unsigned first_ended(const struct ac_any_frame *self)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->arms[i] && self->arms[i]->flags & AC__WOKE)
            return i + 1;
    return 0;
}

static void wake_when_done(struct ac_any_frame *self, struct ac_task *task)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->arms[i])
            self->arms[i]->joiner = task;
}

// Whether a loser has to be waited for: one at a time, so that no other one wakes the task.
static bool waits_for_loser(struct ac_any_frame *self, struct ac_task *task)
{
    while (self->at < self->count && (self->at + 1 == self->chosen || ac_arm_ended(self->arms[self->at])))
        self->at++;
    if (self->at == self->count)
        return false;
    self->arms[self->at]->joiner = task;
    ac__task_join(task, &self->wait);
    return true;
}

static void choose(struct ac_any_frame *self, unsigned chosen)
{
    self->chosen = chosen;
    wake_when_done(self, 0);
    for (unsigned i = 0; i < self->count; i++)
        if (i + 1 != chosen && self->arms[i])
            ac_task_cancel(self->arms[i]);
}

static struct ac_node *any_resume(struct ac_node *done, struct ac_task *task)
{
    struct ac_any_frame *self = AC_PARENT(done, struct ac_any_frame, wait.node);
    if (!self->chosen)
        choose(self, first_ended(self));
    if (waits_for_loser(self, task))
        return 0;
    self->result = self->chosen;
    return &self->node;
}

const struct ac_link ac__any_link = {
    .resume = any_resume, .function = "ac_await_any", .file = __FILE__, .line = __LINE__,
    .offset = AC_OFFSET(struct ac_any_frame, wait.node),
};

ac_uint ac_await_any(void *frame, struct ac_task *task, unsigned point, struct ac_task **arms, unsigned count, unsigned chosen)
{
    return ac_await_started(frame, task, point, arms, chosen && chosen <= count ? chosen : count, chosen);
}

ac_uint ac_await_started(void *frame, struct ac_task *task, unsigned point, struct ac_task **arms, unsigned started, unsigned chosen)
{
    (void)point;
    struct ac_any_frame *self = frame;
    self->count = started;
    if (chosen == 1 && started == 1)
        return (ac_uint){ 1, false };
    self->arms = arms;
    self->chosen = 0;
    self->at = 0;
    self->wait.node.up = &ac__any_link;
    self->wait.cancel = any_cancel;
    if (chosen) {
        choose(self, chosen);
        return (ac_uint){ chosen, waits_for_loser(self, task) };
    }
    wake_when_done(self, task);
    ac__task_join(task, &self->wait);
    if (ac_task_cancelled(task))
        cancel_all(self);
    return (ac_uint){ 0, true };
}
