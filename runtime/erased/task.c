// Tasks and time of an erased program: there is one task, and a call has ended when it returns.
#include "erased/erased.h"
#include <errno.h>
#include <time.h>

void ac_yield(void)
{
}

int ac_start_error(void)
{
    return 0;
}

int ac_tasks_print(int fd)
{
    static const char text[] = "acc: 1 task\n1 task: running\n";
    ac_ssize result = ac_write_all(fd, text, sizeof text - 1);
    return result < 0 ? (int)result : 0;
}

void ac_cancel(void *handle)
{
    (void)handle;
}

void ac_detach(void *handle)
{
    (void)handle;
}

int ac_deadline_begin(struct ac_deadline *deadline, ac_time nanoseconds)
{
    (void)deadline;
    (void)nanoseconds;
    return 0;
}

void ac_deadline_end(struct ac_deadline *deadline)
{
    (void)deadline;
}

long ac_offload(long (*run)(void *argument), void *argument)
{
    return run(argument);
}

int ac_sleep(ac_time nanoseconds)
{
    if (nanoseconds <= 0)
        return 0;
    struct timespec left = { .tv_sec = nanoseconds / AC_SECOND, .tv_nsec = nanoseconds % AC_SECOND };
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        continue;
    return 0;
}
