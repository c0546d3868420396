// ac_ready: any descriptor, either direction, hang-ups; a regular file is ready at once.
#include "stream.h"
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static bool waits_for(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_ready(&f->child, task, 0, f->number, (unsigned)(uintptr_t)f->data));
    record("%ld ", f->value);
    END(f, 0);
}

static void child(struct function *f, struct ac_task *task, int fd, uintptr_t events)
{
    child_start(task, &f->group, false, (struct start){ waits_for, fd, (void *)events });
}

static bool readiness(struct function *f, struct ac_task *task)
{
    const int *fds = f->data;
    BEGIN(f);
    child(f, task, fds[0], AC_READABLE);                // a socket
    child(f, task, fds[0], AC_READABLE | AC_WRITABLE);  // writable at once
    child(f, task, fds[2], AC_READABLE);                // an eventfd
    child(f, task, fds[3], AC_READABLE | AC_WRITABLE);  // a file
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    record("| ");
    CHECK_EQUAL(write(fds[2], &(uint64_t){ 1 }, 8), 8);
    while (strcmp(recorded, "2 3 | 1 "))
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    AWAIT(f, long, ac_read(&f->child, task, 0, fds[4], &f->count, 8));      // a timerfd, which may be ready by now
    CHECK_EQUAL(f->value, 8);
    record("| ");
    CHECK_EQUAL(write(fds[1], "x", 1), 1);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    record("| ");
    AWAIT(f, int, ac_ready(&f->child, task, 0, fds[0], AC_READABLE));       // still readable
    CHECK_EQUAL(f->value, AC_READABLE);
    CHECK_EQUAL(read(fds[0], &f->count, 8), 1);
    child(f, task, fds[0], AC_READABLE);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    close(fds[1]);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        int fds[5];
        FILE *file = tmpfile();
        CHECK(file);
        pair_make(fds);
        fds[2] = eventfd(0, EFD_NONBLOCK);
        fds[3] = fileno(file);
        fds[4] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
        CHECK_EQUAL(timerfd_settime(fds[4], 0, &(struct itimerspec){ .it_value.tv_nsec = 3000000 }, 0), 0);
        run_on(&real[i], (struct start){ readiness, 0, fds });
        CHECK_RECORD("2 3 | 1 | 1 | 1 ");
        close(fds[0]);
        close(fds[2]);
        close(fds[4]);
        fclose(file);
    }
    return 0;
}
