// A list of the tasks of an executor of one's own: of many that all wait elsewhere, each below another one; while one of them runs; without
// memory for it, which the list then says; and to a descriptor that there is not.
#include "stream.h"

enum { DEPTH = 100 };

static struct ac_link links[DEPTH];
static int ends[2];
static char text[1 << 16];

// What was printed since the last time.
static const char *printed(void)
{
    ssize_t n = read(ends[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static unsigned count(const char *in, const char *what)
{
    unsigned n = 0;
    while ((in = strstr(in, what)))
        in += strlen(what), n++;
    return n;
}

// A task that has started one that has started one ..., each of which sleeps somewhere else.
static bool nests(struct function *f, struct ac_task *task)
{
    switch (f->at) {
    case 0:
        if (f->number > 0)
            child_start(task, &f->group, false, (struct start){ nests, f->number - 1, 0 });
        else
            CHECK_EQUAL(ac_executor_print(ac_task_executor(task), ends[1]), 0);
        CHECK(ac_sleep(&f->child, task, 0, AC_SECOND).pending);
        ac_suspend(&f->child, &links[f->number]);
        f->at = 1;
        return true;
    case 1:
        f->at = 2;
        if (!ac_join_all(&f->child, task, 0, &f->group).pending)
            return false;
        ac_suspend(&f->child, &links[f->number]);
        return true;
    }
    return false;
}

static void check_printed(struct ac_executor *executor)
{
    CHECK_EQUAL(ac_executor_print(executor, ends[1]), 0);
    CHECK(strncmp(printed(), "acc: 100 tasks\n", 15) == 0);
    CHECK_EQUAL(count(text, "1 task: sleeping, 1000 ms left\n    place at file:"), DEPTH);
    CHECK_EQUAL(count(text, "    child of place\n"), DEPTH - 1);
    CHECK_EQUAL(ac_executor_print(executor, -1), -EBADF);
}

int main(void)
{
    struct counted counted = { .allocator = { counted_get, counted_put } };
    struct ac_executor_options options = fake;
    struct ac_executor *executor;
    options.allocator = &counted.allocator;
    for (unsigned n = 0; n < DEPTH; n++) {
        links[n] = function_link;
        links[n].function = "place";
        links[n].file = "file";
        links[n].line = n + 1;
        links[n].children = 1 + AC_OFFSET(struct function, group);
    }
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    CHECK_EQUAL(ac_executor_make(&executor, &options), 0);
    CHECK_EQUAL(ac_executor_print(executor, ends[1]), 0);
    CHECK(strcmp(printed(), "acc: 0 tasks\n") == 0);

    // The task that the executor knows runs, and so do those below it.
    struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &(struct start){ nests, DEPTH - 1, 0 });
    CHECK(task);
    CHECK(strcmp(printed(), "acc: 1 task\n1 task: running\n") == 0);
    check_printed(executor);

    long live = counted.live, gets = counted.gets;
    for (int n = 1; counted.fail_at = gets + n, ac_executor_print(executor, ends[1]) == -ENOMEM; n++) {
        CHECK(strstr(printed(), "there is no memory"));
        CHECK_EQUAL(counted.live, live);
        gets = counted.gets;
        CHECK(n < 20);
    }
    CHECK(!strstr(printed(), "memory"));
    CHECK(counted.gets < counted.fail_at);
    counted.fail_at = 0;
    check_printed(executor);

    ac_executor_free(executor);
    CHECK_EQUAL(counted.live, 0);
    return 0;
}
