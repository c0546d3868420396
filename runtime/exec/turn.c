// See turn.h.
#include "exec/turn.h"

#define AC__EDEADLK 35

void ac__run_some(struct ac_executor *executor)
{
    for (int n = 0; n < AC__TURN; n++) {
        struct ac_task *task = ac__dequeue(executor);
        if (!task)
            return;
        ac__run(executor, task, AC__BUDGET);
    }
}

bool ac__fall_asleep(struct ac_executor *executor)
{
    // seq_cst: see ac__wake_promised.
    __atomic_store_n(&executor->asleep, 1, __ATOMIC_SEQ_CST);
    if (!ac__woken_pending(executor))
        return false;
    __atomic_store_n(&executor->asleep, 0, __ATOMIC_RELAXED);
    return true;
}

// Outside of its calls the executor counts as asleep: another loop may sleep for it.
static bool run(struct ac_executor *executor, bool (*is_reached)(void *), void *what, ac_time until)
{
    __atomic_store_n(&executor->asleep, 0, __ATOMIC_RELAXED);
    bool was_reached = executor->run_until(executor, is_reached, what, until);
    (void)ac__fall_asleep(executor);
    return was_reached;
}

static bool task_is_done(void *task)
{
    return ac_task_done(task);
}

int ac_executor_run(struct ac_executor *executor, struct ac_task *task)
{
    return run(executor, task_is_done, task, AC_NEVER) ? 0 : -AC__EDEADLK;
}

int ac_start_root(struct ac_executor *executor, size_t bytes, bool (*enter)(void *frame, struct ac_task *task, void *args), void *args)
{
    struct ac_task *task = ac_executor_start(executor, bytes, enter, args);
    if (!task)
        return -AC_ENOMEM;
    ac__child_give(task, &executor->detached);
    return 0;
}

bool ac_executor_busy(const struct ac_executor *executor)
{
    const struct ac_task *task = executor->held.first;
    while (task && ac_task_done(task))
        task = task->sibling;
    return task || executor->detached.first;
}

static bool all_have_ended(void *what)
{
    return !ac_executor_busy(what);
}

void ac__tasks_end(struct ac_executor *executor)
{
    ac__group_cancel(&executor->held);
    ac__group_cancel(&executor->detached);
    (void)run(executor, all_have_ended, executor, executor->now(executor) + AC_SECOND);
}

static void group_drop(struct ac_group *group)
{
    while (group->first)
        ac__task_drop(group->first);
}

void ac__tasks_drop(struct ac_executor *executor)
{
    group_drop(&executor->held);
    group_drop(&executor->detached);
}

bool ac__main_enter(void *frame, struct ac_task *task, void *args)
{
    const struct ac__main_root *root = args;
    ac_int polled = root->enter(frame, task, root->main);
    if (!polled.pending)
        ((struct ac__main_frame *)frame)->result = polled.value;
    return polled.pending;
}

int ac__run_root(const struct ac_executor_options *options, size_t bytes, bool (*enter)(void *frame, struct ac_task *task, void *args),
                 void *args, struct ac__result result)
{
    struct ac_executor *executor;
    int error = ac_executor_make(&executor, options);
    if (error)
        return error;
    struct ac_task *task = ac_executor_start(executor, bytes, enter, args);
    error = task ? ac_executor_run(executor, task) : -AC_ENOMEM;
    if (!error && result.bytes)
        __builtin_memcpy(result.to, (char *)ac_child_frame(task) + result.offset, result.bytes);
    ac_executor_free(executor);
    return error;
}
