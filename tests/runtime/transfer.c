// Reading and writing: whole streams in odd pieces through small buffers, end of file, lost peers, both directions of one
// descriptor at once, several readers in turn; on each reactor, over each kind of stream.
#include "stream.h"
#include <poll.h>
#include <signal.h>

enum { TOTAL = 1000000 };

static unsigned char byte_at(long n)
{
    return (unsigned char)(n * 31 + n / 251);
}

static bool sends(struct function *f, struct ac_task *task)
{
    static unsigned char bytes[70000];
    BEGIN(f);
    while (f->total < TOTAL) {
        f->count = f->total % 7 == 0 ? 65536 : f->total % 4096 + 1;
        f->count = f->count < TOTAL - f->total ? f->count : TOTAL - f->total;
        for (long i = 0; i < f->count; i++)
            bytes[i] = byte_at(f->total + i);
        AWAIT(f, long, ac_write(&f->child, task, 0, f->number, bytes, (ac_size)f->count));
        CHECK(f->value > 0 && f->value <= f->count);
        f->total += f->value;
    }
    AWAIT(f, int, ac_close(&f->child, task, 0, f->number));
    CHECK_EQUAL(f->value, 0);
    END(f, f->total);
}

static bool receives(struct function *f, struct ac_task *task)
{
    static unsigned char bytes[9000];
    BEGIN(f);
    for (;;) {
        AWAIT(f, long, ac_read(&f->child, task, 0, f->number, bytes, (ac_size)(f->total % sizeof bytes + 1)));
        if (f->value <= 0)
            break;
        for (long i = 0; i < f->value; i++)
            CHECK_EQUAL(bytes[i], byte_at(f->total + i));
        f->total += f->value;
    }
    CHECK_EQUAL(f->value, 0);
    CHECK_EQUAL(f->total, TOTAL);
    END(f, f->total);
}

static bool both(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    BEGIN(f);
    child_start(task, &f->group, false, (struct start){ receives, pair[0], 0 });
    child_start(task, &f->group, false, (struct start){ sends, pair[1], 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    AWAIT(f, int, ac_close(&f->child, task, 0, pair[0]));
    END(f, 0);
}

static void pipes_and_sockets(const struct ac_executor_options *options)
{
    int pair[2];
    pair_make(pair);
    CHECK_EQUAL(setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &(int){ 1 }, sizeof(int)), 0);
    run_on(options, (struct start){ both, 0, pair });
    tcp_pair_make(pair);
    run_on(options, (struct start){ both, 0, pair });
    CHECK_EQUAL(pipe2(pair, O_NONBLOCK), 0);
    run_on(options, (struct start){ both, 0, pair });
}

// --- both directions of one descriptor ----------------------------------------------------------------------------------

static bool reads_one(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_recv(&f->child, task, 0, f->number, &f->count, 1, 0));
    CHECK_EQUAL(f->value, 1);
    record("read %c ", (char)f->count);
    END(f, 0);
}

static bool fills(struct function *f, struct ac_task *task)
{
    static char bytes[1 << 16];
    BEGIN(f);
    for (f->count = 0; f->count < 64; f->count++) {
        AWAIT(f, long, ac_send(&f->child, task, 0, f->number, bytes, sizeof bytes, 0));
        CHECK(f->value > 0);
        f->total += f->value;
    }
    END(f, f->total);
}

// Three readers and a writer wait for the same descriptor; the other end first feeds the readers, then drains the writer.
static bool shares(struct function *f, struct ac_task *task)
{
    static char bytes[1 << 16];
    const int *pair = f->data;
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ fills, pair[0], 0 });
    for (int i = 0; i < 3; i++)
        child_start(task, &f->group, false, (struct start){ reads_one, pair[0], 0 });
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    for (f->count = 0; f->count < 3; f->count++) {
        AWAIT(f, long, ac_write(&f->child, task, 0, pair[1], &"abc"[f->count], 1));
        CHECK_EQUAL(f->value, 1);
    }
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    CHECK(!ac_task_done(f->handle.task));
    f->count = 0;
    while (!ac_task_done(f->handle.task) || f->count < function_of(f->handle.task)->result) {
        AWAIT(f, long, ac_read(&f->child, task, 0, pair[1], bytes, sizeof bytes));
        CHECK(f->value > 0);
        f->count += f->value;
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    }
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    END(f, 0);
}

static void sharing(const struct ac_executor_options *options, void (*make)(int[2]))
{
    int pair[2];
    make(pair);
    run_on(options, (struct start){ shares, 0, pair });
    CHECK_RECORD("read a read b read c ");
    pair_close(pair);
}

// --- lost peers -----------------------------------------------------------------------------------------------------------

static bool writes_until_error(struct function *f, struct ac_task *task)
{
    static char bytes[1 << 16];
    BEGIN(f);
    do
        AWAIT(f, long, ac_write(&f->child, task, 0, f->number, bytes, sizeof bytes));
    while (f->value > 0);
    END(f, f->value);
}

static bool reads_until_end(struct function *f, struct ac_task *task)
{
    static char bytes[1000];
    BEGIN(f);
    do
        AWAIT(f, long, ac_read(&f->child, task, 0, f->number, bytes, sizeof bytes));
    while (f->value > 0);
    END(f, f->value);
}

// The peer resets the connection while one task reads and another one writes.
static bool loses(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, (struct start){ reads_until_end, pair[0], 0 });
    f->other.task = child_start(task, &f->group, true, (struct start){ writes_until_error, pair[0], 0 });
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    CHECK_EQUAL(setsockopt(pair[1], SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger)), 0);
    close(pair[1]);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->other.task));
    f->total = function_of(f->handle.task)->result;
    f->count = function_of(f->other.task)->result;
    CHECK(f->total == -ECONNRESET || f->total == -EPIPE || f->total == 0);
    CHECK(f->count == -ECONNRESET || f->count == -EPIPE);
    CHECK(f->total == -ECONNRESET || f->count == -ECONNRESET);      // whoever came first was told, once
    ac_child_free(f->handle.task);
    ac_child_free(f->other.task);
    close(pair[0]);
    END(f, 0);
}

// A socket never raises SIGPIPE.
static bool broken(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    BEGIN(f);
    close(pair[1]);
    AWAIT(f, long, ac_write(&f->child, task, 0, pair[0], "x", 1));
    CHECK_EQUAL(f->value, -EPIPE);
    AWAIT(f, long, ac_send(&f->child, task, 0, pair[0], "x", 1, 0));
    CHECK_EQUAL(f->value, -EPIPE);
    close(pair[0]);
    END(f, 0);
}

static bool bad_arguments(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, -1, f, 1));
    CHECK_EQUAL(f->value, -EBADF);
    AWAIT(f, long, ac_write(&f->child, task, 0, 1000000, f, 1));
    CHECK_EQUAL(f->value, -EBADF);
    AWAIT(f, int, ac_accept(&f->child, task, 0, -1, 0, 0));
    CHECK_EQUAL(f->value, -EBADF);
    AWAIT(f, int, ac_ready(&f->child, task, 0, 1000000, AC_READABLE));
    CHECK_EQUAL(f->value, -EBADF);
    AWAIT(f, int, ac_ready(&f->child, task, 0, 0, 0));
    CHECK_EQUAL(f->value, -EINVAL);
    AWAIT(f, int, ac_close(&f->child, task, 0, 1000000));
    CHECK_EQUAL(f->value, -EBADF);
    END(f, 0);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        int pair[2];
        pipes_and_sockets(&real[i]);
        sharing(&real[i], pair_make);
        sharing(&real[i], tcp_pair_make);
        tcp_pair_make(pair);
        run_on(&real[i], (struct start){ loses, 0, pair });
        pair_make(pair);
        run_on(&real[i], (struct start){ broken, 0, pair });
        run_on(&real[i], (struct start){ bad_arguments, 0, 0 });
    }
    return 0;
}
