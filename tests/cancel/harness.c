// An ac_run_main of its own: runs the program once to its end, and then, in a process of its own each time, cancels it before its
// k-th resumption, for every k up to POINTS, from the environment. A cancelled program has to end, to give back its memory and
// to close what it opened; with SAME in the environment it prints what it prints otherwise, because none of its operations can be cancelled. The clock is virtual: when
// nothing else is left to do it moves to the next timer.
#include "acc/acc.h"
#include "time/clock.h"
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TURNS_MOST = 1000000, SEEDS = 2 };

struct root {
    ac_int (*enter)(void *frame, struct ac_task *task, const struct ac_main *args);
    const struct ac_main *args;
};

struct counted { struct ac_allocator allocator; long live; };

static void *get(struct ac_allocator *allocator, ac_size bytes)
{
    ((struct counted *)allocator)->live++;
    return malloc(bytes);
}

static void put(struct ac_allocator *allocator, void *block, ac_size bytes)
{
    (void)bytes;
    ((struct counted *)allocator)->live--;
    free(block);
}

static bool enter(void *frame, struct ac_task *task, void *args)
{
    const struct root *root = args;
    return root->enter(frame, task, root->args).pending;
}

static int open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static void fail(const char *what, long k)
{
    fprintf(stderr, "cancelled before resumption %ld: %s\n", k, what);
    exit(1);
}

static void turn(struct ac_executor *executor)
{
    ac_executor_turn(executor);
    ac_time deadline = ac_executor_deadline(executor), now = ac_now();
    if (deadline != AC_NEVER && deadline > now)
        ac__clock_move(deadline - now);
}

// Gives 1 when the program had ended before it was cancelled.
static int run(size_t bytes, struct root root, uint64_t seed, long k)
{
    struct counted memory = { { get, put }, 0 };
    struct ac_executor_options options = { .allocator = &memory.allocator, .seed = seed };
    struct ac_executor *executor;
    int files = open_files();
    if (ac_executor_make(&executor, &options) < 0)
        fail("no executor", k);
    struct ac_task *task = ac_executor_start(executor, bytes + 64, enter, &root);
    for (long n = 1; n < k && !ac_task_done(task); n++)
        turn(executor);
    bool was_done = ac_task_done(task);
    ac_task_cancel(task);
    for (long n = 0; !ac_task_done(task); n++) {
        if (n == TURNS_MOST)
            fail("it goes on and on", k);
        turn(executor);
    }
    ac_executor_free(executor);
    fflush(stdout);
    if (memory.live)
        fail("memory is left", k);
    if (open_files() != files)
        fail("files are left open", k);
    return was_done;
}

// What a process of its own prints, and whether it had ended.
static bool run_apart(size_t bytes, struct root root, uint64_t seed, long k, FILE *said)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(fileno(said), 1);
        exit(run(bytes, root, seed, k) ? 2 : 0);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 2))
        fail("it did not end well", k);
    return WEXITSTATUS(status) == 2;
}

static char *text_of(FILE *said)
{
    long size = (fseek(said, 0, SEEK_END), ftell(said));
    char *text = calloc(1, (size_t)size + 1);
    rewind(said);
    if (!text || fread(text, 1, (size_t)size, said) != (size_t)size)
        fail("its output cannot be read", 0);
    fclose(said);
    return text;
}

int ac_run_main(size_t bytes, ac_int (*main_enter)(void *frame, struct ac_task *task, const struct ac_main *args),
                const struct ac_main *args)
{
    struct root root = { main_enter, args };
    const char *same = getenv("SAME");
    bool is_same = same && *same;
    long points = atol(getenv("POINTS"));
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        FILE *said = tmpfile();
        run_apart(bytes, root, seed, TURNS_MOST, said);
        char *expected = text_of(said);
        bool was_done = false;
        for (long k = 1; !was_done && k <= points; k++) {
            said = tmpfile();
            was_done = run_apart(bytes, root, seed, k, said);
            char *got = text_of(said);
            if (is_same && strcmp(expected, got))
                fail("it prints something else", k);
            free(got);
        }
        free(expected);
    }
    return 0;
}

int ac_run_root(size_t bytes, bool (*root_enter)(void *frame, struct ac_task *task, void *args), void *args, void *result,
                size_t result_offset, size_t result_bytes)
{
    struct ac_executor *executor;
    if (ac_executor_make(&executor, 0) < 0)
        fail("no executor", 0);
    struct ac_task *task = ac_executor_start(executor, bytes, root_enter, args);
    int error = ac_executor_run(executor, task);
    if (!error && result_bytes)
        memcpy(result, (char *)ac_child_frame(task) + result_offset, result_bytes);
    ac_executor_free(executor);
    return error;
}
