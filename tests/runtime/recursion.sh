#!/bin/bash
# Recursion that suspends at every level, a million levels deep, on a C stack of 64 KiB: direct, mutual, through pointers and
# members, with variable length arrays. Its memory is used again, and given back; when there is none, -ENOMEM is the result.
T=${T:-$(mktemp -d)}
cat > "$T/deep.ac" <<'AC'
#include <acc/acc.h>
#include <alloca.h>
#include <string.h>

async long deep(long n)
{
    await ac_yield();
    long below = n ? await deep(n - 1) : 0;
    await ac_yield();
    return below < 0 ? below : below + 1;
}

// Waits only in its depth: frames are made on the way back, one after the other.
async long late(long n)
{
    if (n == 0) {
        long error = await ac_sleep(AC_NANOSECOND);
        return error ? error : 1;
    }
    long below = await late(n - 1);
    return below < 0 ? below : below + 1;
}

// Needs no frame but behind a test, and makes it there.
async long between(long n)
{
    if (n == 0)
        return 1;
    await ac_yield();
    long below = await between(n - 1);
    await ac_yield();
    return below < 0 ? below : below + 1;
}

static async long odd(long n);
async long even(long n)
{
    await ac_yield();
    long below = n ? await odd(n - 1) : 0;
    await ac_yield();
    return below < 0 ? below : below + 1;
}
static async long odd(long n)
{
    await ac_yield();
    long below = await even(n - 1);
    return below < 0 ? below : below + 1;
}

struct walker { async long (*step)(const struct walker *w, long n); };
static async long step(const struct walker *w, long n)
{
    await ac_yield();
    async long (*next)(const struct walker *, long) = w->step;
    long below = n == 0 ? 0 : n % 2 ? await w->step(w, n - 1) : await next(w, n - 1);
    await ac_yield();
    return below < 0 ? below : below + 1;
}
async long walk(long n)
{
    const struct walker w = { step };
    return await w.step(&w, n);
}

async long arrays(long n)
{
    char array[n % 40 + 1], *block = alloca(8);
    memset(array, (int)(n % 100), sizeof array);
    memcpy(block, &n, sizeof n);
    await ac_yield();
    long below = n ? await arrays(n - 1) : 0;
    await ac_yield();
    for (unsigned long i = 0; i < sizeof array; i++)
        if (array[i] != n % 100)
            return -1;
    return below < 0 || memcmp(block, &n, sizeof n) ? -1 : below + 1;
}
AC
cat > "$T/main.c" <<'C'
#include "deep.h"
#include <acc/executor.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
enum { MANY = 2000, SOME = 100, LATE = 20 };
#else
enum { MANY = 1000000, SOME = 20000, LATE = 300 };
#endif
#define CHECK(condition) ((condition) ? (void)0 : (fprintf(stderr, "main.c:%d: not true: %s\n", __LINE__, #condition), exit(1)))

struct counted {
    struct ac_allocator allocator;
    long bytes, gets, fail_at;
};

static void *get(struct ac_allocator *a, ac_size bytes)
{
    struct counted *c = (struct counted *)a;
    if (++c->gets == c->fail_at)
        return 0;
    c->bytes += (long)bytes;
    return malloc(bytes);
}

static void put(struct ac_allocator *a, void *block, ac_size bytes)
{
    ((struct counted *)a)->bytes -= (long)bytes;
    free(block);
}

typedef _Bool enter_function(void *frame, struct ac_task *task, void *args);
struct recursion { const char *name; enter_function *enter; ac_size bytes; };
struct call { long n, result; };

static long run(struct ac_executor *executor, const struct recursion *r, long n)
{
    struct call call = { n, 0 };
    struct ac_task *task = ac_executor_start(executor, r->bytes, r->enter, &call);
    if (!task)
        return -ENOMEM;
    CHECK(ac_executor_run(executor, task) == 0);
    long result = AC_RESULT(ac_child_frame(task), long);
    ac_child_free(task);
    return result;
}

// Runs with the request `fail_at` for memory failing; gives how many there were.
static long attempt(const struct recursion *r, long fail_at)
{
    struct counted counted = { { get, put }, 0, 0, fail_at };
    struct ac_executor *executor;
    if (ac_executor_make(&executor, &(struct ac_executor_options){ .allocator = &counted.allocator }) == 0) {
        long result = run(executor, r, SOME);
        CHECK(result == SOME + 1 || (fail_at && result == -ENOMEM));
        ac_executor_free(executor);
    }
    CHECK(counted.bytes == 0);
    return counted.gets;
}

// When a frame cannot be made although its callee waits already, what that waits for is ended early.
static long attempt_late(long fail_at)
{
    const struct recursion late = { "late", ac_enter_late, sizeof(struct late_frame) };
    struct counted counted = { { get, put }, 0, 0, fail_at };
    struct ac_executor *executor;
    if (ac_executor_make(&executor, &(struct ac_executor_options){ .allocator = &counted.allocator }) == 0) {
        long result = run(executor, &late, LATE);
        CHECK(result == LATE + 1 || (fail_at && (result == -ENOMEM || result == -ECANCELED)));
        ac_executor_free(executor);
    }
    CHECK(counted.bytes == 0);
    return counted.gets;
}

static void deeply(const struct recursion *r)
{
    struct counted counted = { { get, put }, 0, 0, 0 };
    struct ac_executor *executor;
    CHECK(ac_executor_make(&executor, &(struct ac_executor_options){ .allocator = &counted.allocator }) == 0);
    CHECK(run(executor, r, MANY) == MANY + 1);
    long high = counted.bytes, gets = counted.gets;
    CHECK(run(executor, r, MANY) == MANY + 1);
    CHECK(counted.bytes == high);
#if !defined(__SANITIZE_ADDRESS__)
    CHECK(counted.gets == gets);
    printf("%s: %ld bytes per level\n", r->name, high / MANY);
#endif
    (void)gets;
    ac_executor_free(executor);
    CHECK(counted.bytes == 0);
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct recursion all[] = {
        { "deep", ac_enter_deep, sizeof(struct deep_frame) }, { "even", ac_enter_even, sizeof(struct even_frame) },
        { "between", ac_enter_between, sizeof(struct between_frame) },
        { "walk", ac_enter_walk, sizeof(struct walk_frame) }, { "arrays", ac_enter_arrays, sizeof(struct arrays_frame) },
    };
    struct rlimit limit = { 64 << 10, 64 << 10 };
    if (!getenv("SMALL_STACK") && MANY == 1000000) {
        setenv("SMALL_STACK", "1", 1);
        CHECK(setrlimit(RLIMIT_STACK, &limit) == 0);
        execv("/proc/self/exe", argv);
        return 1;
    }
    for (int i = 0; i < 5; i++)
        deeply(&all[i]);
    for (int i = 0; i < 4; i++) {           // an array for which there is no memory ends the program
        long count = attempt(&all[i], 0);
        for (long k = 1; k <= count; k++)
            attempt(&all[i], k);
        printf("%s: each of %ld requests for memory failed once\n", all[i].name, count);
    }
    long count = attempt_late(0);
    for (long k = 1; k <= count; k++)
        attempt_late(k);
    printf("late: each of %ld requests for memory failed once\n", count);
    return 0;
}
C
for flags in "-O2" "-Os" "-O0"; do
    "$B/acc" --check-lowering --cc="$CC" --header "$T/deep.ac" -o "$T/deep.h" &&
        "$B/acc" --check-lowering --cc="$CC" -std=gnu2x $flags -Wall -Wextra -Werror -c "$T/deep.ac" -o "$T/deep.o" &&
        $CC -std=gnu2x $flags -Wall -Wextra -Werror -Iruntime "$T/main.c" "$T/deep.o" -o "$T/deep" $("$B/acc" --libs) &&
        "$T/deep" || exit 1
done
