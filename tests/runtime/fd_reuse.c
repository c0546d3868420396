// The number of a closed descriptor is used again: by accept, behind the runtime's back, by another kind of file, while a
// duplicate keeps the old file alive, while a task waits. No wait is lost, none sees the other file.
#include "stream.h"
#include <time.h>

static bool reads(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, &f->count, 8));
    record("%ld ", f->value);
    END(f, f->value);
}

// Leaves the descriptor registered and known to be drained, as after a request of a connection that then waits for the next.
static bool drains(struct function *f, struct ac_task *task)
{
    const int *pair = f->data;
    BEGIN(f);
    for (f->total = 0; f->total < 2; f->total++) {
        child_start(task, &f->group, false, (struct start){ reads, pair[0], 0 });
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
        CHECK_EQUAL(write(pair[1], "abc", 3), 3);
        AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    }
    END(f, 0);
}

// Puts a new pair where the old one was.
static void replace(int pair[2], void (*make)(int[2]))
{
    int new[2];
    make(new);
    CHECK(dup2(new[0], pair[0]) == pair[0] && dup2(new[1], pair[1]) == pair[1]);
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(ac_nonblocking(pair[i]), 0);
        if (new[i] != pair[0] && new[i] != pair[1])
            close(new[i]);
    }
}

static bool closed_and_reused(struct function *f, struct ac_task *task)
{
    int *pair = f->data;
    void (*makers[])(int[2]) = { tcp_pair_make, pair_make, tcp_pair_make };
    BEGIN(f);
    for (f->count = 0; f->count < 3; f->count++) {
        child_start(task, &f->group, false, (struct start){ drains, 0, pair });
        AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
        replace(pair, makers[f->count]);
        child_start(task, &f->group, false, (struct start){ reads, pair[0], 0 });
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
        CHECK_EQUAL(write(pair[1], "abcd", 4), 4);
        AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    }
    END(f, 0);
}

// A duplicate keeps the old file, and epoll's registration of it, alive.
static bool duplicated(struct function *f, struct ac_task *task)
{
    int *pair = f->data;
    BEGIN(f);
    child_start(task, &f->group, false, (struct start){ drains, 0, pair });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    f->fd = dup(pair[0]);
    f->number = dup(pair[1]);
    replace(pair, tcp_pair_make);
    child_start(task, &f->group, false, (struct start){ reads, pair[0], 0 });
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    CHECK_EQUAL(write(f->number, "old", 3), 3);         // reported for the number, but not its data
    AWAIT(f, int, ac_sleep(&f->child, task, 0, AC_MILLISECOND));
    CHECK_RECORD("3 3 ");
    CHECK_EQUAL(write(pair[1], "abcd", 4), 4);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    CHECK_EQUAL(read(f->fd, &f->count, 8), 3);
    close(f->fd);
    close(f->number);
    END(f, 0);
}

// Both duplicates are waited for at once; closing one leaves the other.
static bool both_duplicates(struct function *f, struct ac_task *task)
{
    int *pair = f->data;
    BEGIN(f);
    f->fd = dup(pair[0]);
    child_start(task, &f->group, false, (struct start){ reads, pair[0], 0 });
    child_start(task, &f->group, false, (struct start){ reads, f->fd, 0 });
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    AWAIT(f, int, ac_close(&f->child, task, 0, pair[0]));
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    CHECK_RECORD("-9 ");
    CHECK_EQUAL(write(pair[1], "abcd", 4), 4);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    pair[0] = f->fd;
    END(f, 0);
}

// accept gives the number of a connection that was closed while a task still waited for it.
static bool accepted_again(struct function *f, struct ac_task *task)
{
    int listener = f->fd;
    struct sockaddr_in address;
    int client;
    BEGIN(f);
    listener = f->fd = ac_tcp_listen("localhost", 0, 8);
    CHECK(listener >= 0);
    for (f->count = 0; f->count < 5; f->count++) {
        CHECK_EQUAL(getsockname(listener, (struct sockaddr *)&address, &(socklen_t){ sizeof address }), 0);
        client = socket(AF_INET, SOCK_STREAM, 0);
        CHECK_EQUAL(connect(client, (struct sockaddr *)&address, sizeof address), 0);
        f->total = client;
        AWAIT(f, int, ac_accept(&f->child, task, 0, f->fd, 0, 0));
        CHECK(f->value >= 0);
        CHECK(f->count == 0 || f->value == f->number);
        f->number = (int)f->value;
        f->handle.task = child_start(task, &f->group, true, (struct start){ reads, f->number, 0 });
        AWAIT_VOID(f, ac_yield(&f->child, task, 0));
        CHECK_EQUAL(write((int)f->total, "x", 1), 1);
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
        ac_child_free(f->handle.task);
        if (f->count % 2) {
            AWAIT(f, int, ac_close(&f->child, task, 0, f->number));
        } else {
            close(f->number);
        }
        close((int)f->total);
    }
    close(f->fd);
    END(f, 0);
}

static void run(const struct ac_executor_options *options, bool (*body)(struct function *, struct ac_task *),
                const char *expected)
{
    int pair[2];
    tcp_pair_make(pair);
    run_on(options, (struct start){ body, 0, pair });
    CHECK_RECORD(expected);
    pair_close(pair);
}

int main(void)
{
    for (int i = 0; i < REAL; i++) {
        run(&real[i], closed_and_reused, "3 3 4 3 3 4 3 3 4 ");
        run(&real[i], duplicated, "4 ");
        run(&real[i], both_duplicates, "4 ");
        run(&real[i], accepted_again, "1 1 1 1 1 ");
    }
    return 0;
}
