// The C stack a program needs depends neither on how often it waits, nor on how many tasks there are, nor on how deep the
// functions are nested that go on: a million waits, 100,000 children and 10,000 levels fit into 64 KiB.
#include "test.h"
#include <sys/resource.h>
#include <unistd.h>

enum { WAITS = 1000000, CHILDREN = 100000, LEVELS = 10000 };

static bool waits(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < WAITS; f->count++)
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    END(f, 0);
}

static bool once(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, f->number));
    END(f, 0);
}

static bool children(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (int i = 0; i < CHILDREN; i++)
        CHECK(child_start(task, &f->group, false, (struct start){ once, i % 100, 0 }));
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

// LEVELS functions, each waiting for the next, end one after the other when the innermost one is done.
struct level { struct ac_node node; };
static struct level levels[LEVELS];
static long ended;

static struct ac_node *level_resume(struct ac_node *done, struct ac_task *task)
{
    struct level *level = (struct level *)done;
    (void)task;
    ended++;
    return &level[-1].node;
}

static const struct ac_link level_link = { .resume = level_resume };

static bool nested(struct function *f, struct ac_task *task);

static struct ac_node *levels_resume(struct ac_node *done, struct ac_task *task)
{
    (void)done;
    struct function *f = ac_child_frame(task);
    return nested(f, task) ? 0 : &f->node;
}

static const struct ac_link levels_link = { .resume = levels_resume };

static bool nested(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    levels[0].node.up = &levels_link;
    for (int i = 1; i < LEVELS; i++)
        levels[i].node.up = &level_link;
    CHECK(ac_yield(&levels[LEVELS - 1], task, 0).pending);
    f->at = __LINE__; return true; case __LINE__:
    END(f, 0);
}

int main(int argc, char **argv)
{
    (void)argc;
    struct rlimit limit = { 64 << 10, 64 << 10 };
    if (!getenv("SMALL_STACK") && !getenv("ASAN_OPTIONS")) {
        setenv("SMALL_STACK", "1", 1);
        CHECK_EQUAL(setrlimit(RLIMIT_STACK, &limit), 0);
        execv("/proc/self/exe", argv);
        return 1;
    }
    run_on(&fake, (struct start){ waits, 0, 0 });
    run_on(&fake, (struct start){ children, 0, 0 });
    run_on(&fake, (struct start){ nested, 0, 0 });
    CHECK_EQUAL(ended, LEVELS - 1);
    return 0;
}
