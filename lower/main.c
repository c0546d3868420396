// acc: from the command line to what it asks for.
#include "lower/driver.h"
#include "lower/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Standard descriptors that are closed would be given to the first files that are opened, and messages written into them.
static bool open_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

// Output for a person counts as written only when all of it arrived.
static int printed(bool ok)
{
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "acc: error: cannot write to standard output: %s\n", strerror(errno));
        return EXIT_FAILURE;
    }
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct options *o)
{
    switch (o->mode) {
    case MODE_HELP:
        options_help(stdout);
        return printed(true);
    case MODE_VERSION:
        puts("acc " ACC_VERSION);
        return printed(true);
    case MODE_EXPLAIN:
        return printed(explain(o->explained, stdout));
    case MODE_CFLAGS:
        return printed(print_cflags(stdout));
    case MODE_LIBS:
        return printed(print_libs(stdout));
    case MODE_PRINT_MK:
        return printed(print_mk(stdout));
    case MODE_PRINT_CMAKE:
        return printed(print_cmake(stdout));
    case MODE_PRINT_GDB:
        return printed(print_gdb(stdout));
    case MODE_LINK:
    case MODE_OBJECT:
    case MODE_ASSEMBLY:
    case MODE_LOWER:
    case MODE_PREPROCESS:
    case MODE_SYNTAX:
    case MODE_VIEW:
    case MODE_DEPEND:
    case MODE_FIX:
        return printed(drive(o) == EXIT_SUCCESS);
    }
    __builtin_unreachable();
}

struct job {
    const struct options *options;
    int status;
};

static void *run_job(void *job)
{
    ((struct job *)job)->status = run(((struct job *)job)->options);
    return NULL;
}

// The passes recurse as deep as the source nests, within the bounds of parser/sema.h. A thread with a stack that is reserved
// but not used costs nothing.
static int run_with_room(const struct options *o)
{
    const size_t room = (size_t)256 << 20;
    struct job job = { o, EXIT_FAILURE };
    pthread_attr_t attributes;
    pthread_t thread;
    int error = pthread_attr_init(&attributes);
    if (!error) {
        error = pthread_attr_setstacksize(&attributes, room);
        error = error ? error : pthread_create(&thread, &attributes, run_job, &job);
        pthread_attr_destroy(&attributes);
    }
    if (error) {
        fprintf(stderr, "acc: error: cannot make a thread with a stack of 256 MB: %s\n", strerror(error));
        return EXIT_FAILURE;
    }
    // Signals are that thread's, which holds them back while there are temporary files.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_join(thread, NULL);
    return job.status;
}

int main(int argc, char **argv)
{
    // A file size limit is an error of write(2), which says so; and children are waited for whatever our parent ignored.
    if (!open_standard_descriptors() || signal(SIGXFSZ, SIG_IGN) == SIG_ERR || signal(SIGCHLD, SIG_DFL) == SIG_ERR)
        return EXIT_FAILURE;
    struct options options = {0};
    int status = options_read(&options, argc, argv) ? run_with_room(&options) : EXIT_FAILURE;
    options_free(&options);
    return status;
}
