// The executor of one thread: takes ready tasks in order; when there is none, asks the reactor.
#define _GNU_SOURCE
#include "core/tsan.h"
#include "exec/seeded.h"
#include "exec/turn.h"
#include "reactor/reactor.h"
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// An executor made by ac_executor_make, with the reactor it runs on.
struct single {
    struct ac_executor core;
    struct ac_reactor reactor;
};

static void *heap_get(struct ac_allocator *allocator, ac_size bytes)
{
    (void)allocator;
    return malloc(bytes);
}

static void heap_put(struct ac_allocator *allocator, void *block, ac_size bytes)
{
    (void)allocator;
    (void)bytes;
    free(block);
}

// Its pages at once, but for a last one that is not whole, instead of a fault for each. A system that does not know how leaves it
// to the faults.
static void populate(void *memory, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)memory & ~(page - 1);
    uintptr_t end = ((uintptr_t)memory + bytes) & ~(page - 1);
    int saved = errno;
    if (begin < end)
        (void)madvise((void *)begin, end - begin, MADV_POPULATE_WRITE);
    errno = saved;
#else
    (void)memory;
    (void)bytes;
#endif
}

// Never written: its functions take no state from it.
static const struct ac_allocator heap = { heap_get, heap_put };

static __attribute__((noreturn)) void fatal(const char *why)
{
    fprintf(stderr, "acc: %s\n", why);
    abort();
}

void ac_no_memory(const char *function)
{
    fprintf(stderr, "acc: no memory for a frame of '%s'\n", function);
    abort();
}

void ac_misused(const char *file, unsigned line, const char *how)
{
    fprintf(stderr, "acc: %s:%u: %s\n", file, line, how);
    abort();
}

static void notify(struct ac_executor *executor)
{
    executor->reactor->type->notify(executor->reactor);
}

static ac_time now(struct ac_executor *executor)
{
    return executor->reactor->type->now(executor->reactor);
}

// --- one turn -----------------------------------------------------------------------------------------------------------

// Queues what has become ready. `is_idle`: the reactor was asked just now.
static void look(struct ac_executor *executor, bool is_idle)
{
    struct ac_reactor *reactor = executor->reactor;
    ac__woken_take(executor);
    if (!executor->wheel.count && !reactor->silent)
        return;
    ac_time present = now(executor);
    if (executor->wheel.count)
        ac__timers_fire(executor, present);
    if (reactor->silent)
        ac__fds_sweep(reactor, present, is_idle && !executor->first ? AC__SWEEP : AC__SWEEP_BUSY);
}

// How long nothing will happen before `until`, unless the reactor reports it.
static ac_time time_left(struct ac_executor *executor, ac_time until)
{
    ac_time timer = executor->wheel.count ? ac__wheel_next(&executor->wheel) : AC_NEVER;
    until = timer < until ? timer : until;
    if (until == AC_NEVER && !executor->reactor->silent)
        return AC_NEVER;
    ac_time present = now(executor), sweep = ac__fds_sweep_time(executor->reactor, present);
    until = sweep < until ? sweep : until;
    return until > present ? until - present : 0;
}

static void sleep_until_something(struct ac_executor *executor, ac_time until)
{
    if (!ac__fall_asleep(executor)) {
        executor->reactor->type->wait(executor->reactor, time_left(executor, until));
        __atomic_store_n(&executor->asleep, 0, __ATOMIC_RELAXED);
    }
    look(executor, true);
}

static void run_turn(struct ac_executor *executor)
{
    if (executor->random)
        ac__run_drawn(executor);
    else
        ac__run_some(executor);
}

// False: not reached, at `until` or because nothing that could happen would lead there.
static bool run_until(struct ac_executor *executor, bool (*is_reached)(void *), void *what, ac_time until)
{
    while (!is_reached(what)) {
        if (until != AC_NEVER && now(executor) >= until)
            return false;
        run_turn(executor);
        look(executor, false);
        if (executor->first) {
            if (executor->reactor->waits)
                executor->reactor->type->wait(executor->reactor, 0);
        } else if (!is_reached(what)) {
            if (!executor->waits)
                return false;
            sleep_until_something(executor, until);
        }
    }
    return true;
}

int ac_executor_make(struct ac_executor **executor, const struct ac_executor_options *options)
{
    static const struct ac_executor_options defaults;
    options = options ? options : &defaults;
    struct ac_allocator *allocator = options->allocator ? options->allocator : (struct ac_allocator *)&heap;
    struct single *single = allocator->get(allocator, sizeof *single);
    if (!single)
        return -ENOMEM;
    struct ac_executor *core = &single->core;
    memset(core, 0, offsetof(struct ac_executor, wheel.lists));     // those need it not, and are most of it
    core->notify = notify;
    core->now = now;
    core->fatal = fatal;
    core->run_until = run_until;
    core->reactor = &single->reactor;
    core->asleep = 1;
    core->memory.allocator = allocator;
    core->memory.prepare = allocator == (struct ac_allocator *)&heap ? populate : 0;
    core->random = options->seed;
    const struct ac_reactor_type *usual = options->seed ? &ac_reactor_virtual : &ac_reactor_uring;
    int error = ac__reactor_begin(&single->reactor, core, options->reactor ? options->reactor : usual);
    if (error) {
        allocator->put(allocator, single, sizeof *single);
        return error;
    }
    ac__executor_begin(core, allocator, now(core));
    *executor = core;
    return 0;
}

struct ac_task *ac_executor_start(struct ac_executor *executor, ac_size bytes,
                                  _Bool (*enter)(void *frame, struct ac_task *task, void *args), void *args)
{
    struct ac_task *task = ac__task_make(executor, &executor->held, bytes);
    if (task) {
        executor->budget = executor->random ? ac__draw_budget(executor) : AC__BUDGET;
        ac_child_started(task, enter(ac_child_frame(task), task, args), false);
    }
    return task;
}

// --- inside another loop ------------------------------------------------------------------------------------------------

bool ac_executor_turn(struct ac_executor *executor)
{
    __atomic_store_n(&executor->asleep, 0, __ATOMIC_RELAXED);
    executor->reactor->type->wait(executor->reactor, 0);
    look(executor, true);
    run_turn(executor);
    look(executor, false);
    return ac__fall_asleep(executor) || executor->first;
}

int ac_executor_descriptor(const struct ac_executor *executor)
{
    return executor->reactor->type->descriptor(executor->reactor);
}

ac_time ac_executor_deadline(struct ac_executor *executor)
{
    if (executor->first || ac__woken_pending(executor))
        return 0;
    ac_time left = time_left(executor, AC_NEVER);
    return left == AC_NEVER ? AC_NEVER : now(executor) + left;
}

// --- the end ------------------------------------------------------------------------------------------------------------

void ac_executor_free(struct ac_executor *executor)
{
    struct ac_allocator *allocator = executor->memory.allocator;
    ac__tasks_end(executor);
    // acquire: pairs with the release in ac__wake_promised, after which a waker no longer touches the executor.
    while (__atomic_load_n(&executor->wakers, __ATOMIC_ACQUIRE))
        nanosleep(&(struct timespec){ .tv_nsec = 100 * AC_MICROSECOND }, 0);
    ac__acquired(&executor->wakers);
    ac__reactor_end(executor->reactor);         // before the frames are gone: the system may have the address of one
    ac__tasks_drop(executor);
    ac__memory_end(&executor->memory);
    allocator->put(allocator, executor, sizeof(struct single));
}
