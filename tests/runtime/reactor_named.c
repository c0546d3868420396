// AC_REACTOR names the reactor of a program and of ac_block_on; a name that there is not is an error.
#include "test.h"

static bool notes(void *frame, struct ac_task *task, void *type)
{
    (void)frame;
    *(const struct ac_reactor_type **)type = ac__executor_of(task)->reactor->type;
    return false;
}

static int run(const struct ac_reactor_type **type)
{
    return ac_run_root(sizeof(struct ac_node), notes, type, 0, 0, 0);
}

static void named(const char *name, const struct ac_reactor_type *expected)
{
    const struct ac_reactor_type *type = 0;
    CHECK_EQUAL(name ? setenv("AC_REACTOR", name, 1) : unsetenv("AC_REACTOR"), 0);
    CHECK_EQUAL(run(&type), expected ? 0 : -EINVAL);
    CHECK(type == expected);
}

int main(void)
{
    named("uring", &ac_reactor_uring);
    named("epoll", &ac_reactor_epoll);
    named("poll", &ac_reactor_poll);
    named("", 0);
    named("kqueue", 0);
    CHECK_EQUAL(setenv("AC_SEED", "7", 1), 0);
    named(0, &ac_reactor_virtual);
    named("poll", &ac_reactor_poll);
    CHECK_EQUAL(unsetenv("AC_SEED"), 0);
    named(0, &ac_reactor_uring);
    return 0;
}
