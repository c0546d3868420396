// From plain C: results come back, executors nest, a deadlock is an error and not a hang, main's result is the program's.
#include "stream.h"
#include <sys/wait.h>

static bool sleeps(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, f->number));
    END(f, 41);
}

static bool ends_at_once(struct function *f, struct ac_task *task)
{
    (void)task;
    f->result = 42;
    return false;
}

static long block_on(struct start start)
{
    long result = 0;
    CHECK_EQUAL(ac_run_root(sizeof(struct function), function_enter, &start, &result, offsetof(struct function, result),
                            sizeof result), 0);
    return result;
}

static bool nests(struct function *f, struct ac_task *task)
{
    (void)task;
    f->result = block_on((struct start){ sleeps, 1, 0 }) + 1;
    return false;
}

// Two tasks that wait for each other.
static bool joins(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->data));
    END(f, 0);
}

static bool deadlock(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ joins, 0, task });
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    END(f, 0);
}

static ac_int main_deadlock(void *frame, struct ac_task *task, const struct ac_main *args)
{
    (void)args;
    return (ac_int){ 0, function_enter(frame, task, &(struct start){ deadlock, 0, 0 }) };
}

struct main_frame { struct ac_node node; union { int result; struct ac_sleep_frame child; }; };

static struct ac_node *main_resume(struct ac_node *done, struct ac_task *task)
{
    struct main_frame *self = AC_PARENT(done, struct main_frame, child.node);
    (void)task;
    self->result = 7;
    return &self->node;
}

static ac_int main_sleeps(void *frame, struct ac_task *task, const struct ac_main *args)
{
    static const struct ac_link link = { .resume = main_resume };
    struct main_frame *self = frame;
    if (args->argc == 1)
        return (ac_int){ 9, false };
    CHECK(ac_sleep(&self->child, task, 0, 1).pending);
    self->child.node.up = &link;
    return (ac_int){ 0, true };
}

// A pipe without a reader is an error, not the end.
static bool writes_to_nobody(struct function *f, struct ac_task *task)
{
    int ends[2];
    BEGIN(f);
    CHECK_EQUAL(pipe(ends), 0);
    close(ends[0]);
    f->fd = ends[1];
    AWAIT(f, long, ac_write(&f->child, task, 0, f->fd, "x", 1));
    CHECK_EQUAL(f->value, -EPIPE);
    close(f->fd);
    END(f, 0);
}

static ac_int main_writes(void *frame, struct ac_task *task, const struct ac_main *args)
{
    (void)args;
    return (ac_int){ 3, function_enter(frame, task, &(struct start){ writes_to_nobody, 0, 0 }) };
}

// What a child process that runs `enter` as its main exits with, and what it says.
static int exit_status(ac_int (*enter)(void *, struct ac_task *, const struct ac_main *), const char *expected)
{
    int ends[2], status;
    char said[1000] = "";
    CHECK_EQUAL(pipe(ends), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        dup2(ends[1], 2);
        struct ac_main arguments = { .argc = 2 };
        _exit(ac_run_main(sizeof(struct function), enter, &arguments));
    }
    close(ends[1]);
    CHECK(read(ends[0], said, sizeof said - 1) >= 0);
    close(ends[0]);
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    CHECK(strstr(said, expected));
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

int main(void)
{
    struct ac_main none = { .argc = 1 }, one = { .argc = 2 };
    struct ac_executor *executor;
    CHECK_EQUAL(block_on((struct start){ sleeps, 1, 0 }), 41);
    CHECK_EQUAL(block_on((struct start){ ends_at_once, 0, 0 }), 42);
    CHECK_EQUAL(block_on((struct start){ nests, 0, 0 }), 42);
    CHECK_EQUAL(ac_run_main(sizeof(struct main_frame), main_sleeps, &none), 9);
    CHECK_EQUAL(ac_run_main(sizeof(struct main_frame), main_sleeps, &one), 7);
    CHECK_EQUAL(exit_status(main_sleeps, ""), 7);
    CHECK_EQUAL(exit_status(main_writes, ""), 3);
    CHECK_EQUAL(exit_status(main_deadlock, "deadlock"), 1);
    CHECK_EQUAL(ac_executor_make(&executor, &fake), 0);
    struct start start = { deadlock, 0, 0 };
    struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
    CHECK_EQUAL(ac_executor_run(executor, task), -EDEADLK);
    ac_executor_free(executor);
    return 0;
}
