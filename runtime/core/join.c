// Waiting for children.
#include "core/core.h"

static void join_cancel(struct ac_wait *wait, struct ac_task *task)
{
    (void)task;
    ac_task_cancel(AC_PARENT(wait, struct ac_join_frame, wait)->child);
}

ac_void ac_join(void *frame, struct ac_task *task, unsigned point, struct ac_task *child)
{
    (void)point;
    struct ac_join_frame *self = frame;
    if (!child || child == AC__SPENT)
        return (ac_void){ false };      // there was no memory for it: it has ended before it began
    if (child->flags & AC__DONE) {
        if (!ac_task_spent(task))
            return (ac_void){ false };
        ac_task_defer(task, &self->wait.node);
        return (ac_void){ true };
    }
    self->child = child;
    child->joiner = task;
    self->wait.cancel = join_cancel;
    ac__task_join(task, &self->wait);
    if (ac_task_cancelled(task))
        ac_task_cancel(child);
    return (ac_void){ true };
}

// A child that is cancelled ends at the earliest in the next turn, so the list does not change under this loop.
static void group_cancel(struct ac_group *group)
{
    for (struct ac_task *child = group->first; child; child = child->sibling)
        ac_task_cancel(child);
}

static void join_all_cancel(struct ac_wait *wait, struct ac_task *task)
{
    (void)task;
    group_cancel(AC_PARENT(wait, struct ac_join_all_frame, wait)->group);
}

static int error_take(struct ac_group *group)
{
    int error = group->error;
    group->error = 0;
    return error;
}

static struct ac_node *join_all_resume(struct ac_node *done, struct ac_task *task)
{
    (void)task;
    struct ac_join_all_frame *self = AC_PARENT(done, struct ac_join_all_frame, wait.node);
    self->result = error_take(self->group);
    return &self->node;
}

static const struct ac_link join_all_link = {
    .resume = join_all_resume, .function = "ac_join_all", .file = __FILE__, .line = __LINE__,
};

ac_int ac_join_all(void *frame, struct ac_task *task, unsigned point, struct ac_group *group)
{
    (void)point;
    struct ac_join_all_frame *self = frame;
    if (!group->first)
        return (ac_int){ error_take(group), false };
    self->group = group;
    self->task = task;
    self->wait.node.up = &join_all_link;
    group->waiter = &self->wait;
    self->wait.cancel = join_all_cancel;
    ac__task_join(task, &self->wait);
    if (ac_task_cancelled(task))
        group_cancel(group);
    return (ac_int){ 0, true };
}

ac_int ac_drop(void *frame, struct ac_task *task, unsigned point, ac_handle *handles, size_t bytes)
{
    struct ac_drop_frame *self = frame;
    self->group = (struct ac_group){ 0 };
    for (size_t i = 0; i < bytes / sizeof *handles; i++) {
        struct ac_task *child = ac__task_of(&handles[i]);
        handles[i].task = 0;
        if (child)
            ac__child_give(child, &self->group);
    }
    group_cancel(&self->group);
    return ac_join_all(&self->all, task, point, &self->group);
}
