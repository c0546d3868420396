// What executors have in common, whatever they sleep in. Freestanding.
#ifndef AC_EXEC_TURN_H
#define AC_EXEC_TURN_H

#include "core/core.h"

// Resumes tasks that are ready, at most AC__TURN of them.
void ac__run_some(struct ac_executor *executor);

// From here on a waker calls notify. True: there is something to do already, and nobody needs to.
bool ac__fall_asleep(struct ac_executor *executor);

// The end of an executor: cancels all tasks, and runs them until they have ended, for at most a second; forgets those that have not.
void ac__tasks_end(struct ac_executor *executor);
void ac__tasks_drop(struct ac_executor *executor);

// An async main as ac_executor_start enters it, with `args` a struct ac__main_root; its result lies in its frame, also when it was
// ready at once.
struct ac__main_root {
    ac_int (*enter)(void *frame, struct ac_task *task, const struct ac_main *args);
    const struct ac_main *main;
};
struct ac__main_frame { struct ac_node node; int result; };
bool ac__main_enter(void *frame, struct ac_task *task, void *args);

// Runs one root task on an executor of its own and copies its result, which lies at `offset` in its frame. Returns 0 or -errno.
struct ac__result { void *to; size_t offset, bytes; };
int ac__run_root(const struct ac_executor_options *options, size_t bytes, bool (*enter)(void *frame, struct ac_task *task, void *args),
                 void *args, struct ac__result result);

#endif
