// Every single allocation fails once: the caller gets -ENOMEM or goes on without, nothing leaks, nothing hangs.
#include "stream.h"

static bool yields(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    END(f, 0);
}

// Calls an operation without a frame, as through a pointer; -ENOMEM is a result like another.
static bool sleeps_outside(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_OUTSIDE(f, int, ac_sleep(0, task, 0, 1));
    CHECK(f->value == 0 || f->value == -ENOMEM);
    END(f, 0);
}

static bool everything(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    void *list = 0;
    void *frames[4];
    BEGIN(f);
    // Blocks and frames, small and large.
    for (int i = 0; i < 4; i++)
        frames[i] = ac_frame_make(task, (ac_size)100 << 4 * i);
    for (int i = 0; i < 4; i++)
        if (frames[i]) {
            memset(frames[i], 1, (ac_size)100 << 4 * i);
            ac_frame_free(task, frames[i]);
        }
    ac_blocks_free(task, &list);
    for (f->count = 0; f->count < 100; f->count++)
        if (!child_start(task, &f->group, false, (struct start){ yields, 0, 0 }))
            f->total++;
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    CHECK_EQUAL(f->value, f->total ? -ENOMEM : 0);
    f->handle.task = child_start(task, &f->group, true, (struct start){ yields, 0, 0 });
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    // The table of descriptors has to grow.
    AWAIT(f, long, ac_write(&f->child, task, 0, pair[1], "x", 1));
    CHECK_EQUAL(f->value, 1);
    AWAIT(f, long, ac_read(&f->child, task, 0, pair[0], &f->count, 8));
    CHECK_EQUAL(f->value, 1);
    child_start(task, &f->group, false, (struct start){ sleeps_outside, 0, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

static bool reads_high(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, &f->count, 8));
    CHECK(f->value == -ENOMEM || f->value == -ECANCELED);
    END(f, f->value);
}

static bool waits_high(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    BEGIN(f);
    f->fd = fcntl(pair[0], F_DUPFD_CLOEXEC, 500);
    CHECK(f->fd >= 500);
    f->handle.task = child_start(task, &f->group, true, (struct start){ reads_high, f->fd, 0 });
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    ac_cancel(&f->handle);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    close(f->fd);
    END(f, 0);
}

// Runs with the allocation `fail_at` failing; gives how many there were.
static long attempt(const struct ac_reactor_type *type, bool (*body)(struct function *, struct ac_task *), long fail_at)
{
    int pair[2];
    struct counted counted = COUNTED;
    struct ac_executor *executor;
    counted.fail_at = fail_at;
    pair_make(pair);
    struct start start = { body, 0, pair };
    int error = ac_executor_make(&executor, &(struct ac_executor_options){ .reactor = type, .allocator = &counted.allocator });
    CHECK(error == 0 || (error == -ENOMEM && fail_at == 1));
    if (!error) {
        struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
        if (task) {
            CHECK_EQUAL(ac_executor_run(executor, task), 0);
            ac_child_free(task);
        }
        ac_executor_free(executor);
    }
    CHECK_EQUAL(counted.live, 0);
    pair_close(pair);
    return counted.gets;
}

static void each_fails(const struct ac_reactor_type *type, bool (*body)(struct function *, struct ac_task *))
{
    long count = attempt(type, body, 0);
    for (long k = 1; k <= count; k++)
        attempt(type, body, k);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        each_fails(real[i].reactor, everything);
        each_fails(real[i].reactor, waits_high);
    }
    return 0;
}
