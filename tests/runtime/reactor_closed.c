// A program that closes the descriptors of its executor, as some do that close all they do not know, ends with a message instead of
// asking again and again.
#include "stream.h"
#include <signal.h>
#include <sys/wait.h>

static bool waits(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_ready(&f->child, task, 0, 0, AC_READABLE));
    END(f, 0);
}

// The end of what reads is where another process holds the other one.
static void run_closed(const struct ac_executor_options *options, const int pipe_ends[2])
{
    struct ac_executor *executor;
    CHECK_EQUAL(ac_executor_make(&executor, options), 0);
    dup2(pipe_ends[0], 0);
    struct start start = { waits, 0, 0 };
    struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
    CHECK(task);
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    dup2(0, 2);
    alarm(10);
    (void)ac_executor_run(executor, task);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        int ends[2], status;
        CHECK_EQUAL(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            run_closed(&real[i], ends);
            _exit(0);
        }
        CHECK_EQUAL(waitpid(child, &status, 0), child);
        CHECK(WIFSIGNALED(status));
        CHECK_EQUAL(WTERMSIG(status), SIGABRT);
        pair_close(ends);
    }
    return 0;
}
