// A process forked inside a task may close what it likes: the parent's reactor goes on. Nothing of it survives an exec.
#include "stream.h"
#include <sys/wait.h>

static bool reads(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, &f->count, 8));
    CHECK_EQUAL(f->value, 1);
    END(f, 0);
}

static bool forks(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    pid_t child;
    int status;
    BEGIN(f);
    child_start(task, &f->group, false, (struct start){ reads, pair[0], 0 });
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        for (int fd = 3; fd < 100; fd++)
            close(fd);
        _exit(0);
    }
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_MILLISECOND));
    CHECK_EQUAL(write(pair[1], "x", 1), 1);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

// Every descriptor an executor opens is closed on exec.
static void closed_on_exec(const struct ac_executor_options *options)
{
    struct ac_executor *executor;
    bool was_open[256];
    int opened = 0;
    for (int fd = 0; fd < 256; fd++)
        was_open[fd] = fcntl(fd, F_GETFD) >= 0;
    CHECK_EQUAL(ac_executor_make(&executor, options), 0);
    for (int fd = 0; fd < 256; fd++)
        if (!was_open[fd] && fcntl(fd, F_GETFD) >= 0) {
            CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
            opened++;
        }
    CHECK_EQUAL(opened, 2);
    ac_executor_free(executor);
    for (int fd = 0; fd < 256; fd++)
        CHECK_EQUAL(was_open[fd], fcntl(fd, F_GETFD) >= 0);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        int pair[2];
        closed_on_exec(&real[i]);
        pair_make(pair);
        run_on(&real[i], (struct start){ forks, 0, pair });
        pair_close(pair);
    }
    return 0;
}
