// Operations that are always ready give way after their share, so that other tasks run; a queue of busy tasks does not keep
// the reactor and the clock from being asked.
#include "stream.h"

static bool busy_reader(struct function *f, struct ac_task *task)
{
    char byte;
    BEGIN(f);
    while (!*(bool *)f->data) {
        AWAIT(f, long, ac_read(&f->child, task, 0, f->fd, &byte, 1));
        CHECK_EQUAL(f->value, 1);
        f->total++;
    }
    END(f, 0);
}

static bool busy_sleeper(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    while (!*(bool *)f->data)
        AWAIT(f, int, ac_sleep(&f->child, task, 0, 0));
    END(f, 0);
}

static bool busy_completer(struct function *f, struct ac_task *task)
{
    static struct ac_completion c;
    BEGIN(f);
    while (!*(bool *)f->data) {
        ac_complete(&c, 3);
        AWAIT(f, long, ac_wait(&f->child, task, 0, &c));
        CHECK_EQUAL(f->value, 3);
    }
    END(f, 0);
}

static bool ends_at_once(struct function *f, struct ac_task *task)
{
    (void)task;
    f->result = 1;
    return false;
}

static bool busy_parent(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    while (!*(bool *)f->data) {
        f->handle.task = child_start(task, &f->group, true, (struct start){ ends_at_once, 0, 0 });
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
        CHECK_EQUAL(function_of(f->handle.task)->result, 1);
        ac_child_free(f->handle.task);
    }
    END(f, 0);
}

// Ignores that it is cancelled.
static bool busy_cancelled(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    while (!*(bool *)f->data)
        AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_SECOND));
    END(f, 0);
}

static bool all(struct function *f, struct ac_task *task)
{
    static bool (*const bodies[])(struct function *, struct ac_task *) = {
        busy_reader, busy_sleeper, busy_completer, busy_parent, busy_cancelled,
    };
    static bool over;
    const int *pair = f->data;
    BEGIN(f);
    over = false;
    f->fd = open("/dev/zero", O_RDONLY | O_NONBLOCK);
    for (int i = 0; i < 5; i++) {
        // As child_start, with the descriptor set before the body runs.
        struct ac_task *child = ac_child(task, &f->group, sizeof(struct function));
        struct function *over_there = function_of(child);
        *over_there = (struct function){ .node = over_there->node, .body = bodies[i], .data = &over, .fd = f->fd };
        if (i == 4)
            ac_task_cancel(child);
        ac_child_started(child, bodies[i](function_of(child), child), true);
    }
    AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_MILLISECOND));
    CHECK_EQUAL(write(pair[1], "x", 1), 1);
    AWAIT(f, long, ac_read(&f->child, task, 0, pair[0], &f->count, 1));
    f->handle.task = 0;
    over = true;
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    close(f->fd);
    END(f, 0);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        int pair[2];
        tcp_pair_make(pair);
        run_on(&real[i], (struct start){ all, 0, pair });
        pair_close(pair);
    }
    return 0;
}
