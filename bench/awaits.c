// Runs the workloads of bench/awaits.ac, lowered or (with -DAC_ERASED) erased.
//
//     awaits VARIANT              the workloads; compiled with -DCALLS those whose calls are not inlined
//     awaits VARIANT million      a million of them waiting at once
#include "harness.h"
#include "park.h"
#include "awaits.ac.h"

#ifdef CALLS
#define MODE "-calls-"
#else
#define MODE "-inline-"
#endif

#ifdef AC_ERASED

// Nothing waits: what is left to compare is what comes back at once.
#define RUN(name)
#define ENTRY(title, name, n) { title, name, n, 1 },
#define ENTRY_THAT_WAITS(title, name, n)

#else

#define ENTRY(title, name, n) { title, name##_run, n, 1 },
#define ENTRY_THAT_WAITS ENTRY

static struct ac_executor *executor;

// The function that awaits the outermost one; its frame is this and that one's.
struct root { struct ac_node node; } __attribute__((aligned(2 * sizeof(void *))));

// Asked for as other variants ask their coroutine: without a call.
static _Bool has_ended;
static struct ac_node *root_end(struct ac_node *done, struct ac_task *task)
{
    (void)task;
    has_ended = 1;
    return &((struct root *)(void *)done - 1)->node;
}
static const struct ac_link root_link = { .resume = root_end };

static void resume(struct ac_node *node, struct ac_task *task)
{
    do
        node = node->up->resume(node, task);
    while (node);
}

// Runs an async function to its end, and resumes it as often as it waits.
static long run(ac_size bytes, _Bool (*enter)(void *frame, struct ac_task *task, void *n), long n)
{
    struct ac_task *task = ac_executor_start(executor, sizeof(struct root) + bytes, enter, &n);
    if (!task)
        ac_no_memory("main");
    void *frame = (struct root *)ac_child_frame(task) + 1;
    has_ended = ac_task_done(task);
    if (!has_ended)
        ac_suspend(frame, &root_link);
    while (!has_ended)
        resume(&parked->node, task);
    long result = AC_RESULT(frame, long);
    ac_child_free(task);
    return result;
}

#define RUN(name)                                                              \
    static _Bool name##_enter(void *root, struct ac_task *task, void *n)       \
    {                                                                          \
        void *frame = (struct root *)root + 1;                                 \
        ac_long polled = name(frame, task, 0, *(long *)n);                     \
        if (!polled.pending)                                                   \
            AC_RESULT(frame, long) = polled.value;                             \
        return polled.pending;                                                 \
    }                                                                          \
    static long name##_run(long n)                                             \
    {                                                                          \
        return run(sizeof(struct name##_frame), name##_enter, n);              \
    }

// --- a million of them: frames alone, without tasks, each from malloc --------------------------------------------------------

static struct ac_node *million_done;
static struct ac_node *million_end(struct ac_node *done, struct ac_task *task)
{
    (void)task;
    million_done = done;
    return 0;
}
static const struct ac_link million_link = { .resume = million_end };

static void *million_begin(long x)
{
    struct million_frame *frame = malloc(sizeof *frame);
    if (frame && million(frame, 0, 0, x).pending)
        ac_suspend(frame, &million_link);
    return parked;
}

static long million_finish(void *waiting)
{
    resume(waiting, 0);
    long result = AC_RESULT(million_done, long);
    free(million_done);
    return result;
}

#endif

RUN(ready_called_1) RUN(ready_called_4) RUN(ready_called_16)
RUN(return_called_2) RUN(return_called_4) RUN(return_called_16)
RUN(resumed_1) RUN(resumed_4) RUN(resumed_16) RUN(resumed_64)
#ifdef CALLS
RUN(tree) RUN(fib) RUN(loop_ready) RUN(loop_suspend)
#else
RUN(shared_called_4)
#endif

static const struct workload workloads[] = {
    ENTRY("ready" MODE "1", ready_called_1, N_READY)
    ENTRY("ready" MODE "4", ready_called_4, N_READY)
    ENTRY("ready" MODE "16", ready_called_16, N_READY)
    ENTRY_THAT_WAITS("resume" MODE "1", resumed_1, N_RESUME)
    ENTRY_THAT_WAITS("resume" MODE "4", resumed_4, N_RESUME)
    ENTRY_THAT_WAITS("resume" MODE "16", resumed_16, N_RESUME)
    ENTRY_THAT_WAITS("resume" MODE "64", resumed_64, N_RESUME)
    ENTRY_THAT_WAITS("return" MODE "2", return_called_2, N_RETURN)
    ENTRY_THAT_WAITS("return" MODE "4", return_called_4, N_RETURN)
    ENTRY_THAT_WAITS("return" MODE "16", return_called_16, N_RETURN)
#ifdef CALLS
    ENTRY_THAT_WAITS("tree", tree, TREE_NODES)
    ENTRY("fib", fib, FIB_CALLS)
    ENTRY("loop-ready", loop_ready, N_LOOP)
    ENTRY("loop-suspend", loop_suspend, N_LOOP)
#else
    ENTRY_THAT_WAITS("shared" MODE "4", shared_called_4, N_RETURN)
#endif
};

int main(int argc, char **argv)
{
    const char *variant = argc > 1 ? argv[1] : "acc";
#ifndef AC_ERASED
    if (argc > 2) {
        printf("million-frame %s %zu\n", variant, sizeof(struct million_frame));
        measure_million(variant, million_begin, million_finish);
        return 0;
    }
    if (ac_executor_make(&executor, 0) < 0)
        return 1;
#endif
    measure(variant, workloads, sizeof workloads / sizeof *workloads);
#ifndef AC_ERASED
    ac_executor_free(executor);
#endif
    return 0;
}
