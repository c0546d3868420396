// Running the C compiler: start a command, wait, clean up whatever happens.
#include "lower/build.h"
#include "lexer/preprocess.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void ending_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGCHLD);
}

int build_unnamed_file(void)
{
    struct arena arena = {0};
    char *path = arena_printf(&arena, "%s/acc-XXXXXX", temporary_place());
    int fd = mkstemp(path);
    if (fd >= 0)
        unlink(path);
    int error = errno;
    arena_free(&arena);
    errno = error;
    return fd;
}

// No one else's: one that exists belongs to another run, or to one that was killed.
static bool make_folder(struct build *b, uint64_t key)
{
    for (unsigned i = 0;; i++) {
        b->folder = arena_printf(&b->arena, "%s/acc-%016" PRIx64 "-%u", temporary_place(), key, i);
        if (b->options->dry_run || !mkdir(b->folder, 0700))
            return true;
        if (errno != EEXIST)
            return false;
    }
}

bool build_open(struct build *b, const struct options *o, uint64_t key)
{
    *b = (struct build){ .options = o };
    sigset_t set;
    ending_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, &b->mask_before);
    if (make_folder(b, key))
        return true;
    fprintf(stderr, "acc: error: cannot make a folder for temporary files (%s): %s\n", b->folder, strerror(errno));
    pthread_sigmask(SIG_SETMASK, &b->mask_before, NULL);
    arena_free(&b->arena);
    return false;
}

const char *build_path(struct build *b, const char *name)
{
    const char *path = arena_printf(&b->arena, "%s/%zu-%s", b->folder, b->files.count, name);
    argv_add(&b->arena, &b->files, path);
    return path;
}

const char *build_path_at(struct build *b, const char *path)
{
    const char *own = arena_printf(&b->arena, "%s", path);
    argv_add(&b->arena, &b->files, own);
    return own;
}

static bool is_plain(const char *word)
{
    return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%^")];
}

// As it could be typed in a shell.
static void print_command(const struct argv *command)
{
    for (size_t i = 0; i < command->count; i++) {
        const char *word = command->at[i];
        fputs(i ? " " : "", stderr);
        if (is_plain(word)) {
            fputs(word, stderr);
            continue;
        }
        fputc('\'', stderr);
        for (; *word; word++)
            fprintf(stderr, *word == '\'' ? "'\\%c'" : "%c", *word);
        fputc('\'', stderr);
    }
    fputc('\n', stderr);
}

// The status of the child. A signal meant for us goes on to the child, and is remembered.
static int await_child(struct build *b, pid_t child)
{
    sigset_t set;
    ending_signals(&set);
    for (;;) {
        int status;
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child)
            return status;
        if (ended < 0 && errno != EINTR)
            return -1;
        int number = sigwaitinfo(&set, NULL);
        if (number > 0 && number != SIGCHLD) {
            b->ended_by = number;
            kill(child, number);
        }
    }
}

static int spawn(struct build *b, const struct argv *command, pid_t *child)
{
    posix_spawnattr_t attributes;
    int error = posix_spawnattr_init(&attributes);
    if (error)
        return error;
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigmask(&attributes, &b->mask_before);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    fflush(NULL);
    error = posix_spawnp(child, command->at[0], NULL, &attributes, command->at, environ);
    posix_spawnattr_destroy(&attributes);
    return error;
}

bool build_run(struct build *b, const struct argv *command)
{
    if (b->options->verbose || b->options->dry_run)
        print_command(command);
    if (b->options->dry_run)
        return true;
    if (b->ended_by)
        return false;
    pid_t child;
    int error = spawn(b, command, &child);
    if (error) {
        fprintf(stderr, "acc: error: cannot run '%s': %s\n", command->at[0], strerror(error));
        return false;
    }
    int status = await_child(b, child);
    if (WIFSIGNALED(status) && !b->ended_by)
        fprintf(stderr, "acc: error: '%s' was ended by signal %d (%s)\n", command->at[0], WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

void build_close(struct build *b)
{
    for (size_t i = 0; i < b->files.count; i++)
        unlink(b->files.at[i]);
    if (!b->options->dry_run)
        rmdir(b->folder);
    arena_free(&b->arena);
    if (b->ended_by)
        raise(b->ended_by);
    pthread_sigmask(SIG_SETMASK, &b->mask_before, NULL);
}
