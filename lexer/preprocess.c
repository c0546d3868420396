#define _GNU_SOURCE          // mkostemp

#include "lexer/preprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lexer/unit.h"

extern char **environ;

// Reads until the end from where the descriptor stands; the size is a guess that pipes do not give.
static struct text read_all(struct arena *a, int fd, size_t guess)
{
    struct text none = { 0 };
    size_t capacity = guess + 2, len = 0;
    char *bytes = arena_alloc(a, capacity);
    for (;;) {
        if (len + 2 >= capacity) {
            char *more = arena_alloc(a, capacity * 2 + 4096);
            memcpy(more, bytes, len);
            bytes = more;
            capacity = capacity * 2 + 4096;
        }
        ssize_t n = read(fd, bytes + len, capacity - len - 2);
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return none;
        len += (size_t)n;
        if (len >= UINT32_MAX - 2) {
            errno = EFBIG;
            return none;
        }
    }
    bytes[len] = bytes[len + 1] = '\0';
    return (struct text){ bytes, (uint32_t)len };
}

struct text text_read(struct arena *a, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return (struct text){ 0 };
    if (!S_ISREG(st.st_mode))
        return read_all(a, fd, 4096);
    if (st.st_size >= UINT32_MAX - 2) {
        errno = EFBIG;
        return (struct text){ 0 };
    }
    if (lseek(fd, 0, SEEK_SET) < 0)
        return (struct text){ 0 };
    return read_all(a, fd, (size_t)st.st_size + 1);
}

struct text text_of_file(struct arena *a, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return (struct text){ 0 };
    struct text t = text_read(a, fd);
    int error = errno;
    close(fd);
    errno = error;
    return t;
}

bool text_has_bom(struct text t)
{
    return t.len >= 3 && memcmp(t.bytes, "\xEF\xBB\xBF", 3) == 0;
}

const char *temporary_place(void)
{
    const char *place = getenv("TMPDIR");
    return place && place[0] == '/' && !strpbrk(place, "\"\n\\") ? place : "/tmp";
}

int temporary_file(struct unit *u)
{
    char *path = arena_printf(&u->arena, "%s/acc-XXXXXX", temporary_place());
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        diag_fatal(u, "cannot make a temporary file '%s': %s", path, strerror(errno));
        return -1;
    }
    unlink(path);
    return fd;
}

const char *temporary_folder(struct unit *u, struct arena *a)
{
    char *path = arena_printf(a, "%s/acc-XXXXXX", temporary_place());
    if (mkdtemp(path))
        return path;
    diag_fatal(u, "cannot make a temporary folder '%s': %s", path, strerror(errno));
    return NULL;
}

// The result of posix_spawnp, with the actions it needs.
static int spawn(pid_t *pid, const char *const *argv, int input, int output, bool quiet)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    if (input >= 0)
        error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (!error && quiet)
        error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (!error)
        error = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

struct preprocessing preprocess_start(struct unit *u, const char *const *argv, int input, bool quiet)
{
    struct preprocessing p = { .command = argv[0], .output = temporary_file(u) };
    if (p.output < 0)
        return p;
    int error = spawn(&p.pid, argv, input, p.output, quiet);
    if (!error)
        return p;
    p.pid = 0;
    close(p.output);
    if (!quiet)
        diag_fatal(u, "cannot run '%s': %s", argv[0], strerror(error));
    return p;
}

struct text preprocess_finish(struct unit *u, struct preprocessing *p, struct arena *a, bool quiet)
{
    struct text none = { 0 };
    int status;
    if (!p->pid)
        return none;
    while (waitpid(p->pid, &status, 0) < 0)
        if (errno != EINTR) {
            status = 0x7F00;
            break;
        }
    p->pid = 0;
    struct text t = none;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        t = text_read(a, p->output);
        if (!t.bytes && !quiet)
            diag_fatal(u, "cannot read what '%s' wrote: %s", p->command, strerror(errno));
    } else if (WIFSIGNALED(status) && !quiet) {
        diag_fatal(u, "'%s' was ended by signal %d (%s)", p->command, WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    close(p->output);
    return t;
}
