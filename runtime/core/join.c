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
    if (!ac__is_child(child))
        return (ac_void){ false };      // there was no memory for it: it has ended before it began
    self->child = child;
    if (child->flags & AC__DONE) {
        if (!ac_task_spent(task))
            return (ac_void){ false };
        ac_task_defer(task, &self->wait.node);
        return (ac_void){ true };
    }
    child->joiner = task;
    self->wait.cancel = join_cancel;
    ac__task_join(task, &self->wait);
    if (ac_task_cancelled(task))
        ac_task_cancel(child);
    return (ac_void){ true };
}

// A child that is cancelled ends at the earliest in the next turn, so the list does not change under this loop.
void ac__group_cancel(struct ac_group *group)
{
    for (struct ac_task *child = group->first; child; child = child->sibling)
        ac_task_cancel(child);
}

static void join_all_cancel(struct ac_wait *wait, struct ac_task *task)
{
    (void)task;
    ac__group_cancel(AC_PARENT(wait, struct ac_join_all_frame, wait)->group);
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

const struct ac_link ac__join_all_link = {
    .resume = join_all_resume, .function = "ac_join_all", .file = __FILE__, .line = __LINE__,
    .offset = AC_OFFSET(struct ac_join_all_frame, wait.node),
};

ac_int ac_join_all(void *frame, struct ac_task *task, unsigned point, struct ac_group *group)
{
    (void)point;
    struct ac_join_all_frame *self = frame;
    if (!group->first)
        return (ac_int){ error_take(group), false };
    self->group = group;
    self->task = task;
    self->wait.node.up = &ac__join_all_link;
    group->waiter = &self->wait;
    self->wait.cancel = join_all_cancel;
    ac__task_join(task, &self->wait);
    if (ac_task_cancelled(task))
        ac__group_cancel(group);
    return (ac_int){ 0, true };
}

// A child that nobody holds any more. `group` 0: the executor waits for it.
static void give_up(ac_handle *handle, struct ac_group *group)
{
    struct ac_task *child = ac__task_of(handle);
    handle->task = 0;
    if (!child)
        return;
    bool has_ended = ac_task_done(child);
    ac__child_give(child, group ? group : &ac__executor_of(child)->detached);
    if (!has_ended)
        ac_task_cancel(child);
}

struct objects { char *first; size_t bytes, each; const unsigned *places; unsigned count; };

static void for_each(const struct objects *o, void (*f)(ac_handle *handle, struct ac_group *group), struct ac_group *group)
{
    for (size_t at = 0; at < o->bytes; at += o->each)
        for (unsigned i = 0; i < o->count; i++)
            for (unsigned n = 0; n < o->places[2 * i + 1]; n++)
                f((ac_handle *)(void *)(o->first + at + o->places[2 * i]) + n, group);
}

static void clear(ac_handle *handle, struct ac_group *group)
{
    (void)group;
    handle->task = 0;
}

static void give(ac_handle *handle, struct ac_group *group)
{
    (void)group;
    if (ac__is_child(handle->task))
        handle->task = AC_HANDLE_GIVEN_;
}

static ac_int wait_for_dropped(struct ac_drop_frame *self, struct ac_task *task)
{
    return ac_join_all(&self->all, task, 0, &self->group);
}

ac_int ac_drop(void *frame, struct ac_task *task, unsigned point, ac_handle *handles, size_t bytes)
{
    (void)point;
    struct ac_drop_frame *self = frame;
    self->group = (struct ac_group){ 0 };
    for (size_t i = 0; i < bytes / sizeof *handles; i++)
        give_up(&handles[i], &self->group);
    return wait_for_dropped(self, task);
}

ac_int ac_drop_in(void *frame, struct ac_task *task, unsigned point, void *objects, size_t bytes, size_t each, unsigned count,
                  const unsigned *places)
{
    (void)point;
    struct ac_drop_frame *self = frame;
    self->group = (struct ac_group){ 0 };
    for_each(&(struct objects){ objects, bytes, each, places, count }, give_up, &self->group);
    return wait_for_dropped(self, task);
}

void ac_handles_leave(void *objects, size_t bytes, size_t each, unsigned count, const unsigned *places)
{
    for_each(&(struct objects){ objects, bytes, each, places, count }, give_up, 0);
}

void ac_handles_clear(void *objects, size_t bytes, size_t each, unsigned count, const unsigned *places)
{
    for_each(&(struct objects){ objects, bytes, each, places, count }, clear, 0);
}

void ac_handles_give(void *objects, size_t bytes, size_t each, unsigned count, const unsigned *places)
{
    for_each(&(struct objects){ objects, bytes, each, places, count }, give, 0);
}

void ac_handles_put(void *objects, struct ac_group *group, size_t bytes, size_t each, unsigned count, const unsigned *places)
{
    for_each(&(struct objects){ objects, bytes, each, places, count }, give_up, group);
}

void ac_handle_put(ac_handle *handle, ac_handle child, struct ac_group *group)
{
    give_up(handle, group);
    *handle = child;
}
