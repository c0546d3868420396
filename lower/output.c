// Writing files whole: into a temporary beside the target, then one rename.
#include "lower/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool report(const char *path, const char *what, int error)
{
    fprintf(stderr, "%s: error: %s: %s\n", path, what, strerror(error));
    return false;
}

static bool write_all(int fd, const struct buf *text)
{
    size_t done = 0;
    while (done < text->len) {
        ssize_t n = write(fd, text->bytes + done, text->len - done);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            done += (size_t)n;
    }
    return true;
}

static bool write_directly(const char *path, const struct buf *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return report(path, "cannot open", errno);
    bool ok = write_all(fd, text);
    int error = errno;
    if (close(fd) && ok)
        ok = false, error = errno;
    return ok ? true : report(path, "cannot write", error);
}

// Makes a new file beside `path`; its name, in `name`, is free for this process alone.
static int open_beside(struct buf *name, const char *path)
{
    for (unsigned i = 0;; i++) {
        name->len = 0;
        buf_printf(name, "%s.%ld-%u.tmp", path, (long)getpid(), i);
        int fd = open(name->bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
}

static bool write_and_rename(const char *path, const struct buf *text, const struct stat *old)
{
    struct buf name = {0};
    int fd = open_beside(&name, path);
    if (fd < 0) {
        int error = errno;
        buf_free(&name);
        return report(path, "cannot create", error);
    }
    bool ok = write_all(fd, text) && (!old || !fchmod(fd, old->st_mode & 07777));
    int error = errno;
    if (close(fd) && ok)
        ok = false, error = errno;
    if (ok && rename(name.bytes, path))
        ok = false, error = errno;
    if (!ok)
        unlink(name.bytes);
    buf_free(&name);
    return ok ? true : report(path, "cannot write", error);
}

// Through symbolic links, so that the link stays and its target is replaced.
static bool write_file(const char *path, const struct buf *text)
{
    struct stat old;
    if (stat(path, &old)) {
        if (errno != ENOENT)
            return report(path, "cannot create", errno);
        return write_and_rename(path, text, NULL);
    }
    if (S_ISDIR(old.st_mode))
        return report(path, "cannot write", EISDIR);
    if (!S_ISREG(old.st_mode))
        return write_directly(path, text);
    char *target = realpath(path, NULL);
    bool ok = target ? write_and_rename(target, text, &old) : report(path, "cannot write", errno);
    free(target);
    return ok;
}

bool output_write(const char *path, const struct buf *text)
{
    if (!strcmp(path, "-")) {
        if (!fflush(stdout) && write_all(STDOUT_FILENO, text))
            return true;
        return report("acc", "cannot write to standard output", errno);
    }
    // A signal between creating and renaming would leave the temporary behind; the write is short, so it waits.
    sigset_t ending, before;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ending, &before);
    bool ok = write_file(path, text);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}
