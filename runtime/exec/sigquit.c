// SIGQUIT lists the tasks of a program. The handler only wakes: a task of its own, which is in no list and does not count as one that
// waits for something, prints when it is resumed, as every task is, between the others.
#include "exec/tasks.h"
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct ac_node *resume(struct ac_node *done, struct ac_task *task);
static const struct ac_link printer_link = { .resume = resume, .function = "(SIGQUIT)", .file = __FILE__, .line = __LINE__ };

static void leave(struct ac_wait *wait, struct ac_task *task)
{
    (void)wait;
    (void)task;
}

static struct ac_wait printer_wait = { .node = { &printer_link }, .cancel = leave };
static struct ac_task printer;
static int is_installed;            // the printer has an executor
static int is_asked;                // and was woken
static int handlers;                // that run, on whatever threads

static void handle(int signal)
{
    (void)signal;
    // seq_cst: either the executor's thread sees that a handler runs, or the handler that there is no executor any more.
    __atomic_fetch_add(&handlers, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&is_installed, __ATOMIC_SEQ_CST) && !__atomic_exchange_n(&is_asked, 1, __ATOMIC_ACQ_REL))
        ac_task_wake_remote(&printer);
    __atomic_fetch_sub(&handlers, 1, __ATOMIC_SEQ_CST);
}

// It waits again before the handler may wake it again.
static struct ac_node *resume(struct ac_node *done, struct ac_task *task)
{
    (void)done;
    (void)ac__tasks_print(ac__executor_of(task), STDERR_FILENO, 0);
    ac__task_join(task, &printer_wait);
    __atomic_store_n(&is_asked, 0, __ATOMIC_RELEASE);
    return 0;
}

void ac__tasks_on_sigquit(struct ac_executor *executor)
{
    struct sigaction action;
    if (sigaction(SIGQUIT, 0, &action) < 0 || action.sa_flags & SA_SIGINFO || action.sa_handler != SIG_DFL)
        return;
    printer = (struct ac_task){ .root.up = &executor->root };
    ac__task_join(&printer, &printer_wait);
    __atomic_store_n(&is_installed, 1, __ATOMIC_SEQ_CST);
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    (void)sigaction(SIGQUIT, &action, 0);       // fails for a signal that there is not
}

void ac__tasks_on_sigquit_no_more(void)
{
    struct sigaction action;
    if (!is_installed)
        return;
    if (sigaction(SIGQUIT, 0, &action) == 0 && !(action.sa_flags & SA_SIGINFO) && action.sa_handler == handle)
        (void)signal(SIGQUIT, SIG_DFL);
    __atomic_store_n(&is_installed, 0, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&handlers, __ATOMIC_SEQ_CST))
        (void)nanosleep(&(struct timespec){ .tv_nsec = 1000 }, 0);
}
