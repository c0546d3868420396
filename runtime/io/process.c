// See process.h; the same in lowered and in erased programs.
#define _GNU_SOURCE
#include "io/process.h"
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int ac__signal_open(int number)
{
    sigset_t set;
    if (number == SIGKILL || number == SIGSTOP)     // can be neither blocked nor read
        return -EINVAL;
    sigemptyset(&set);
    if (sigaddset(&set, number) < 0)
        return -errno;
    int error = pthread_sigmask(SIG_BLOCK, &set, 0);
    if (error)
        return -error;
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int ac__signal_take(int fd)
{
    struct signalfd_siginfo signal;
    ssize_t n;
    do
        n = read(fd, &signal, sizeof signal);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

int ac__process_open(int pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);      // closed on exec
    return fd < 0 ? -errno : fd;
}

int ac__process_end(int pid, int *status)
{
    pid_t ended;
    do
        ended = waitpid(pid, status, WNOHANG);
    while (ended < 0 && errno == EINTR);
    return ended < 0 ? -errno : ended;
}
