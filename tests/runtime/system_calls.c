// A request over TCP costs one read and one write, as in a server written by hand; the reactor is asked once for all that
// is ready. Memory for a connection that is idle: 16 bytes for its descriptor and 56 for its task, apart from frames.
#include "stream.h"
#include <sys/syscall.h>

enum { CONNECTIONS = 64, MESSAGES = 50 };

static long reads, waits;

// In place of the C library's.
ssize_t read(int fd, void *buf, size_t len)
{
    reads++;
    return syscall(SYS_read, fd, buf, len);
}

static void counted_wait(struct ac_reactor *reactor, ac_time timeout)
{
    waits++;
    ac_reactor_epoll.wait(reactor, timeout);
}

static bool echoes(struct function *f, struct ac_task *task)
{
    char *bytes = (char *)&f->total;
    BEGIN(f);
    for (;;) {
        AWAIT(f, long, ac_read(&f->child, task, 0, f->number, bytes, 8));
        CHECK(f->value >= 0);
        if (f->value == 0)
            break;
        AWAIT(f, long, ac_write(&f->child, task, 0, f->number, bytes, (ac_size)f->value));
        CHECK(f->value > 0);
    }
    END(f, 0);
}

// All clients send, then all servers answer, then all answers are taken, with plain calls.
static bool rounds(struct function *f, struct ac_task *task)
{
    int (*pairs)[2] = f->data;
    char bytes[8];
    BEGIN(f);
    for (int i = 0; i < CONNECTIONS; i++)
        child_start(task, &f->group, false, (struct start){ echoes, pairs[i][0], 0 });
    for (f->count = 0; f->count < MESSAGES; f->count++) {
        if (f->count == 2)              // by then all are registered
            reads = waits = 0;
        for (int i = 0; i < CONNECTIONS; i++)
            CHECK_EQUAL(send(pairs[i][1], "abcd", 4, 0), 4);
        for (f->total = 0; f->total < CONNECTIONS; f->total++)
            while (recv(pairs[f->total][1], bytes, sizeof bytes, MSG_DONTWAIT) != 4)
                AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    }
    CHECK_EQUAL(reads, CONNECTIONS * (MESSAGES - 2));
    for (int i = 0; i < CONNECTIONS; i++)
        close(pairs[i][1]);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

int main(void)
{
    static int pairs[CONNECTIONS][2];
    struct ac_reactor_type counting = ac_reactor_epoll;
    counting.wait = counted_wait;
    counting.now = fake_now;            // nothing is ever silent for long
    for (int i = 0; i < CONNECTIONS; i++)
        tcp_pair_make(pairs[i]);
    run_on(&(struct ac_executor_options){ .reactor = &counting }, (struct start){ rounds, 0, pairs });
    CHECK(waits > 0);
    CHECK_EQUAL(sizeof(struct ac__fds), 10 * AC__FD_BLOCK);
    CHECK_EQUAL(sizeof(struct ac_task), 56);
    for (int i = 0; i < CONNECTIONS; i++)
        close(pairs[i][0]);
    return 0;
}
