// Entered without a frame, as through a pointer, every operation makes its own when it has to wait, and none when it has not.
#include "stream.h"

static bool feeds(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    BEGIN(f);
    for (f->count = 0; f->count < 3; f->count++) {
        AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_MILLISECOND));
        CHECK_EQUAL(write(pair[1], "x", 1), 1);
    }
    static char bytes[1 << 16];
    for (f->count = 0; f->count < 3; f->count++) {
        AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_MILLISECOND));
        while (read(pair[1], bytes, sizeof bytes) > 0)
            continue;
    }
    END(f, 0);
}

static void fill(int fd)
{
    static char bytes[1 << 16];
    while (write(fd, bytes, sizeof bytes) > 0)
        continue;
}

static bool transfers(struct function *f, struct ac_task *task)
{
    static char bytes[1 << 16];
    static struct iovec piece;
    static struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
    const int *pair = f->data;
    BEGIN(f);
    child_start(task, &f->group, false, (struct start){ feeds, 0, f->data });
    AWAIT_OUTSIDE(f, long, ac_read(0, task, 0, pair[0], &f->count, 8));
    CHECK_EQUAL(f->value, 1);
    AWAIT_OUTSIDE(f, int, ac_ready(0, task, 0, pair[0], AC_READABLE));
    CHECK_EQUAL(f->value, AC_READABLE);
    AWAIT_OUTSIDE(f, long, ac_recv(0, task, 0, pair[0], &f->count, 8, 0));
    CHECK_EQUAL(f->value, 1);
    piece = (struct iovec){ bytes, sizeof bytes };
    AWAIT_OUTSIDE(f, long, ac_recvmsg(0, task, 0, pair[0], &message, 0));
    CHECK_EQUAL(f->value, 1);
    fill(pair[0]);
    AWAIT_OUTSIDE(f, long, ac_write(0, task, 0, pair[0], bytes, sizeof bytes));
    CHECK(f->value > 0);
    AWAIT_OUTSIDE(f, long, ac_send(0, task, 0, pair[0], bytes, 1, 0));
    CHECK_EQUAL(f->value, 1);
    fill(pair[0]);
    AWAIT_OUTSIDE(f, long, ac_sendmsg(0, task, 0, pair[0], &message, 0));
    CHECK(f->value > 0);
    fill(pair[0]);
    AWAIT_OUTSIDE(f, long, ac_writev_all(0, task, 0, pair[0], &piece, 1));
    CHECK_EQUAL(f->value, sizeof bytes);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    AWAIT_OUTSIDE(f, int, ac_close(0, task, 0, pair[0]));
    CHECK_EQUAL(f->value, 0);
    END(f, 0);
}

static bool accepts(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_OUTSIDE(f, int, ac_accept(0, task, 0, f->number, 0, 0));
    CHECK(f->value >= 0);
    close((int)f->value);
    END(f, 0);
}

static bool connects(struct function *f, struct ac_task *task)
{
    static struct sockaddr_in address;
    BEGIN(f);
    f->fd = ac_tcp_listen("localhost", 0, 1);
    CHECK_EQUAL(getsockname(f->fd, (struct sockaddr *)&address, &(socklen_t){ sizeof address }), 0);
    child_start(task, &f->group, false, (struct start){ accepts, f->fd, 0 });
    f->number = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AWAIT_OUTSIDE(f, int, ac_connect(0, task, 0, f->number, (struct sockaddr *)&address, sizeof address));
    CHECK_EQUAL(f->value, 0);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    close(f->number);
    close(f->fd);
    END(f, 0);
}

static bool completes(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    ac_complete(f->data, 77);
    END(f, 0);
}

static bool waits(struct function *f, struct ac_task *task)
{
    static struct ac_completion c;
    struct counted *counted = f->data;
    BEGIN(f);
    child_start(task, &f->group, false, (struct start){ completes, 0, &c });
    AWAIT_OUTSIDE(f, long, ac_wait(0, task, 0, &c));
    CHECK_EQUAL(f->value, 77);
    AWAIT_OUTSIDE(f, int, ac_sleep(0, task, 0, 5));
    CHECK_EQUAL(f->value, 0);
    AWAIT_OUTSIDE(f, int, ac_sleep(0, task, 0, 0));
    CHECK_EQUAL(f->value, 0);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    f->total = counted->gets;
    ac_complete(&c, 78);
    AWAIT_OUTSIDE(f, long, ac_wait(0, task, 0, &c));
    CHECK_EQUAL(f->value, 78);
    CHECK_EQUAL(counted->gets, f->total);
    END(f, 0);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        int pair[2];
        struct counted counted = COUNTED;
        struct ac_executor_options options = { .reactor = real[i].reactor, .allocator = &counted.allocator };
        pair_make(pair);
        run_on(&options, (struct start){ transfers, 0, pair });
        close(pair[1]);
        run_on(&options, (struct start){ connects, 0, 0 });
        run_on(&options, (struct start){ waits, 0, &counted });
        CHECK_EQUAL(counted.live, 0);
    }
    return 0;
}
