// A signal every 100 µs changes nothing: transfers are whole, sleeps are not early, connections come about.
#include "stream.h"
#include <signal.h>
#include <time.h>

enum { MESSAGES = 2000 };

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
    (void)number;
    signals++;
}

static bool echoes(struct function *f, struct ac_task *task)
{
    char *byte = (char *)&f->count;
    BEGIN(f);
    AWAIT(f, int, ac_accept(&f->child, task, 0, f->number, 0, 0));
    CHECK(f->value >= 0);
    f->fd = (int)f->value;
    for (;;) {
        AWAIT(f, long, ac_read(&f->child, task, 0, f->fd, byte, 1));
        CHECK(f->value >= 0);
        if (f->value == 0)
            break;
        AWAIT(f, long, ac_write(&f->child, task, 0, f->fd, byte, 1));
        CHECK_EQUAL(f->value, 1);
    }
    AWAIT(f, int, ac_close(&f->child, task, 0, f->fd));
    END(f, 0);
}

static bool asks(struct function *f, struct ac_task *task)
{
    struct sockaddr_in *address = f->data;
    BEGIN(f);
    f->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AWAIT(f, int, ac_connect(&f->child, task, 0, f->fd, (struct sockaddr *)address, sizeof *address));
    CHECK_EQUAL(f->value, 0);
    for (f->total = 0; f->total < MESSAGES; f->total++) {
        f->count = 0;
        memset(&f->count, (int)f->total, 1);
        AWAIT(f, long, ac_write(&f->child, task, 0, f->fd, &f->count, 1));
        CHECK_EQUAL(f->value, 1);
        AWAIT(f, long, ac_read(&f->child, task, 0, f->fd, &f->count, 1));
        CHECK_EQUAL(f->value, 1);
        CHECK_EQUAL(*(unsigned char *)&f->count, f->total % 256);
    }
    close(f->fd);
    END(f, 0);
}

static bool sleeps(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < 20; f->count++) {
        f->total = ac_now();
        AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_MILLISECOND));
        CHECK_EQUAL(f->value, 0);
        CHECK(ac_now() - f->total >= AC_MILLISECOND);
    }
    END(f, 0);
}

static bool all(struct function *f, struct ac_task *task)
{
    static struct sockaddr_in address;
    BEGIN(f);
    f->fd = ac_tcp_listen("127.0.0.1", 0, 8);
    CHECK_EQUAL(getsockname(f->fd, (struct sockaddr *)&address, &(socklen_t){ sizeof address }), 0);
    child_start(task, &f->group, false, (struct start){ echoes, f->fd, 0 });
    child_start(task, &f->group, false, (struct start){ asks, 0, &address });
    child_start(task, &f->group, false, (struct start){ sleeps, 0, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    AWAIT(f, int, ac_close(&f->child, task, 0, f->fd));
    END(f, 0);
}

int main(void)
{
    struct sigaction action = { .sa_handler = on_signal };     // without SA_RESTART
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
    timer_t timer;
    sigaction(SIGALRM, &action, 0);
    CHECK_EQUAL(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    CHECK_EQUAL(timer_settime(timer, 0, &(struct itimerspec){ .it_value.tv_nsec = 100000, .it_interval.tv_nsec = 100000 }, 0), 0);
    for (int i = 0; i < REAL; i++)
        run_on(&real[i], (struct start){ all, 0, 0 });
    CHECK(signals > 10);
    timer_delete(timer);
    return 0;
}
