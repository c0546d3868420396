// From plain C into async code: an executor for one root task, run to its end.
#include "exec/seeded.h"
#include "exec/tasks.h"
#include "exec/turn.h"
#include "reactor/reactor.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What the environment says: AC_SEED, AC_REACTOR. 0, or -EINVAL: there is no reactor of that name.
static int options_given(struct ac_executor_options *options)
{
    static const struct ac_reactor_type *const types[] = { &ac_reactor_uring, &ac_reactor_epoll, &ac_reactor_poll };
    const char *name = getenv("AC_REACTOR");
    *options = (struct ac_executor_options){ .seed = ac__seed_given() };
    for (unsigned i = 0; name && i < sizeof types / sizeof *types; i++)
        if (!strcmp(types[i]->name, name))
            options->reactor = types[i];
    return name && !options->reactor ? -EINVAL : 0;
}

// A write to a closed pipe shall be an error, not the end of the program, unless the program wants it otherwise.
static void ignore_sigpipe(void)
{
    struct sigaction action;
    if (sigaction(SIGPIPE, 0, &action) == 0 && !(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_DFL)
        (void)signal(SIGPIPE, SIG_IGN);
}

static void report_deadlock(struct ac_executor *executor)
{
    fprintf(stderr, "acc: deadlock: the program waits for a task that can never end\n");
    (void)ac__tasks_print(executor, STDERR_FILENO, 0);
}

static bool lists_on_sigquit(void)
{
    const char *given = getenv("AC_TASKS");
    return given && *given && strcmp(given, "0") != 0;
}

int ac_run_main(size_t bytes, ac_int (*enter)(void *frame, struct ac_task *task, const struct ac_main *args),
                const struct ac_main *args)
{
    struct ac__main_root root = { enter, args };
    struct ac_executor *executor;
    struct ac_executor_options options;
    int error = options_given(&options);
    if (!error)
        error = ac_executor_make(&executor, &options);
    if (error) {
        fprintf(stderr, "acc: no executor: %s\n", strerror(-error));
        return 1;
    }
    ignore_sigpipe();
    if (lists_on_sigquit())
        ac__tasks_on_sigquit(executor);
    bytes = bytes < sizeof(struct ac__main_frame) ? sizeof(struct ac__main_frame) : bytes;
    struct ac_task *task = ac_executor_start(executor, bytes, ac__main_enter, &root);
    int result = 1;
    if (!task)
        fprintf(stderr, "acc: no memory for the frame of main\n");
    else if (ac_executor_run(executor, task) < 0)
        report_deadlock(executor);
    else
        result = ((struct ac__main_frame *)ac_child_frame(task))->result;
    ac__tasks_on_sigquit_no_more();
    ac_executor_free(executor);
    return result;
}

int ac_run_root(size_t bytes, bool (*enter)(void *frame, struct ac_task *task, void *args), void *args, void *result,
                size_t result_offset, size_t result_bytes)
{
    struct ac_executor_options options;
    int error = options_given(&options);
    return error ? error : ac__run_root(&options, bytes, enter, args, (struct ac__result){ result, result_offset, result_bytes });
}
