// The executor of libacc_core.a: takes ready tasks in order; when there is none, the port waits. Freestanding, over the functions of
// acc/port.h.
#include "acc/port.h"
#include "exec/turn.h"

enum { AC__EINVAL = 22, AC__ENOSYS = 38 };

// --- the memory of the port ---------------------------------------------------------------------------------------------

// Memory that nobody uses, in the order of addresses; two that touch are one.
struct hole {
    struct hole *next;
    size_t bytes;
};

struct region {
    struct ac_allocator allocator;
    struct hole *holes;
};

static size_t rounded(size_t bytes)
{
    return (bytes + AC__GRAIN - 1) / AC__GRAIN * AC__GRAIN;
}

// The end of the first hole that is large enough. There are few: blocks of this allocator are large, or have small ones cut from them.
static void *region_get(struct ac_allocator *allocator, ac_size bytes)
{
    struct region *region = AC_PARENT(allocator, struct region, allocator);
    if (bytes > PTRDIFF_MAX)
        return 0;
    bytes = rounded(bytes);
    for (struct hole **place = &region->holes, *hole; (hole = *place); place = &hole->next) {
        if (hole->bytes < bytes)
            continue;
        hole->bytes -= bytes;
        if (!hole->bytes)
            *place = hole->next;
        return (char *)hole + hole->bytes;
    }
    return 0;
}

static void unite_with_next(struct hole *hole)
{
    struct hole *next = hole->next;
    if ((char *)hole + hole->bytes != (char *)next)
        return;
    hole->bytes += next->bytes;
    hole->next = next->next;
}

static void region_put(struct ac_allocator *allocator, void *block, ac_size bytes)
{
    struct region *region = AC_PARENT(allocator, struct region, allocator);
    struct hole *hole = block, *before = 0, **place = &region->holes;
    for (; *place && *place < hole; place = &before->next)
        before = *place;
    *hole = (struct hole){ *place, rounded(bytes) };
    *place = hole;
    unite_with_next(hole);
    if (before)
        unite_with_next(before);
}

// Asked for once; all executors without an allocator of their own share it, so they are used on one thread.
static struct ac_allocator *port_allocator(void)
{
    static struct region region = { .allocator = { region_get, region_put } };
    static bool is_known;
    if (!is_known) {
        struct ac_port_memory memory = ac_port_memory();
        is_known = true;
        if (memory.bytes >= AC__GRAIN)
            region_put(&region.allocator, memory.begin, memory.bytes / AC__GRAIN * AC__GRAIN);
    }
    return &region.allocator;
}

// --- what cannot go on --------------------------------------------------------------------------------------------------

static __attribute__((noreturn)) void fatal(const char *why)
{
    ac_port_fatal(why, 0, 0);
}

void ac_no_memory(const char *function)
{
    ac_port_fatal("no memory for a frame", function, 0);
}

void ac_misused(const char *file, unsigned line, const char *how)
{
    ac_port_fatal(how, file, line);
}

// --- running ------------------------------------------------------------------------------------------------------------

static ac_time now(struct ac_executor *executor)
{
    (void)executor;
    return ac_now();
}

// Queues what has become ready.
static void look(struct ac_executor *executor)
{
    ac__woken_take(executor);
    if (executor->wheel.count)
        ac__timers_fire(executor, ac_now());
}

static ac_time timers_next(struct ac_executor *executor)
{
    return executor->wheel.count ? ac__wheel_next(&executor->wheel) : AC_NEVER;
}

static void sleep_until_something(struct ac_executor *executor, ac_time until)
{
    if (ac__fall_asleep(executor))
        return;
    ac_time timer = timers_next(executor);
    ac_port_wait(executor, timer < until ? timer : until);
    __atomic_store_n(&executor->asleep, 0, __ATOMIC_RELAXED);
}

// False: not reached, at `until` or because nothing that could happen would lead there.
static bool run_until(struct ac_executor *executor, bool (*is_reached)(void *), void *what, ac_time until)
{
    while (!is_reached(what)) {
        if (until != AC_NEVER && ac_now() >= until)
            return false;
        ac__run_some(executor);
        look(executor);
        if (executor->first || is_reached(what))
            continue;
        if (!executor->waits)
            return false;
        sleep_until_something(executor, until);
        look(executor);
    }
    return true;
}

int ac_executor_make(struct ac_executor **executor, const struct ac_executor_options *options)
{
    if (options && (options->reactor || options->seed))
        return -AC__EINVAL;
    struct ac_allocator *allocator = options && options->allocator ? options->allocator : port_allocator();
    struct ac_executor *made = allocator->get(allocator, sizeof *made);
    if (!made)
        return -AC_ENOMEM;
    *made = (struct ac_executor){ .now = now, .notify = ac_port_notify, .fatal = fatal, .run_until = run_until, .asleep = 1 };
    ac__executor_begin(made, allocator, ac_now());
    *executor = made;
    return 0;
}

struct ac_task *ac_executor_start(struct ac_executor *executor, ac_size bytes,
                                  _Bool (*enter)(void *frame, struct ac_task *task, void *args), void *args)
{
    struct ac_task *task = ac__task_make(executor, &executor->held, bytes);
    if (task) {
        executor->budget = AC__BUDGET;
        ac_child_started(task, enter(ac_child_frame(task), task, args), false);
    }
    return task;
}

bool ac_executor_turn(struct ac_executor *executor)
{
    __atomic_store_n(&executor->asleep, 0, __ATOMIC_RELAXED);
    look(executor);
    ac__run_some(executor);
    look(executor);
    return ac__fall_asleep(executor) || executor->first;
}

int ac_executor_descriptor(const struct ac_executor *executor)
{
    (void)executor;
    return -AC__ENOSYS;
}

ac_time ac_executor_deadline(struct ac_executor *executor)
{
    return executor->first || ac__woken_pending(executor) ? 0 : timers_next(executor);
}

void ac_executor_free(struct ac_executor *executor)
{
    struct ac_allocator *allocator = executor->memory.allocator;
    ac__tasks_end(executor);
    // acquire: pairs with the release in ac__wake_promised, after which a waker no longer touches the executor.
    while (__atomic_load_n(&executor->wakers, __ATOMIC_ACQUIRE))
        ac_port_wait(executor, ac_now() + 100 * AC_MICROSECOND);
    ac__tasks_drop(executor);
    ac__memory_end(&executor->memory);
    allocator->put(allocator, executor, sizeof *executor);
}

// --- from plain C into async code ---------------------------------------------------------------------------------------

static __attribute__((noreturn)) void report_deadlock(const struct ac_task *task)
{
    const struct ac_link *at = task->node ? task->node->up : 0;
    ac_port_fatal("deadlock: main waits for a task that can never end", at ? at->file : 0, at ? at->line : 0);
}

int ac_run_main(size_t bytes, ac_int (*enter)(void *frame, struct ac_task *task, const struct ac_main *args),
                const struct ac_main *args)
{
    struct ac__main_root root = { enter, args };
    struct ac_executor *executor;
    struct ac_task *task = 0;
    bytes = bytes < sizeof(struct ac__main_frame) ? sizeof(struct ac__main_frame) : bytes;
    if (ac_executor_make(&executor, 0) == 0)
        task = ac_executor_start(executor, bytes, ac__main_enter, &root);
    if (!task)
        ac_no_memory("main");
    if (ac_executor_run(executor, task) < 0)
        report_deadlock(task);
    int result = ((struct ac__main_frame *)ac_child_frame(task))->result;
    ac_executor_free(executor);
    return result;
}

int ac_run_root(size_t bytes, bool (*enter)(void *frame, struct ac_task *task, void *args), void *args, void *result,
                size_t result_offset, size_t result_bytes)
{
    return ac__run_root(0, bytes, enter, args, (struct ac__result){ result, result_offset, result_bytes });
}
