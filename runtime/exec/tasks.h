// Lists of the tasks of an executor: see ac_executor_print.
#ifndef AC_EXEC_TASKS_H
#define AC_EXEC_TASKS_H

#include "core/core.h"

// Cold: small rather than fast, and so is all that is called for these alone.
#define AC__LISTS __attribute__((__cold__))

// Writes where all tasks wait. `running` is the one that asks, in its resumption; 0: none does. 0, or -errno.
AC__LISTS int ac__tasks_print(struct ac_executor *executor, int fd, const struct ac_task *running);

// From now until it is told otherwise, SIGQUIT makes this executor print its tasks between two resumptions, if nothing has been said about
// that signal. One executor of a process.
AC__LISTS void ac__tasks_on_sigquit(struct ac_executor *executor);
AC__LISTS void ac__tasks_on_sigquit_no_more(void);

#endif
