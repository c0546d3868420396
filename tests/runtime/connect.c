// Connecting: accepted, refused, over a local socket whose queue is full, addresses of every form, cancelled.
#include "stream.h"
#include <stddef.h>
#include <sys/un.h>

static bool connects(struct function *f, struct ac_task *task)
{
    const struct sockaddr *address = f->data;
    BEGIN(f);
    f->fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    AWAIT(f, int, ac_connect(&f->child, task, 0, f->fd, address, (unsigned)f->number));
    close(f->fd);
    END(f, f->value);
}

static long connect_to(const struct ac_executor_options *options, unsigned port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    return run_on(options, (struct start){ connects, sizeof address, &address });
}

static void addresses(void)
{
    static const char *const good[] = { 0, "", "127.0.0.1", "localhost", "0.0.0.0" };
    static const char *const bad[] = { "localhost.", "127.0.0.256", "1.2.3", ":", "::x" };
    for (int i = 0; i < 5; i++) {
        int fd = ac_tcp_listen(good[i], 0, 1);
        CHECK(fd >= 0 && ac_tcp_port(fd) > 0);
        CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK && fcntl(fd, F_GETFD) & FD_CLOEXEC);
        int again = ac_tcp_listen(good[i], (unsigned)ac_tcp_port(fd), 1);
        CHECK_EQUAL(again, -EADDRINUSE);
        close(fd);
        CHECK_EQUAL(ac_tcp_listen(bad[i], 0, 1), -EINVAL);
    }
    int fd = ac_tcp_listen("::1", 0, 1);            // a machine without IPv6 says so
    CHECK(fd == -EADDRNOTAVAIL || fd == -EAFNOSUPPORT || ac_tcp_port(fd) > 0);
    if (fd >= 0)
        close(fd);
    CHECK_EQUAL(ac_tcp_listen("localhost", 65536, 1), -EINVAL);
    CHECK_EQUAL(ac_tcp_port(-1), -EBADF);
    CHECK_EQUAL(ac_nonblocking(-1), -EBADF);
}

static bool accepts_all(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 20 * AC_MILLISECOND));
    for (f->count = 0; f->count < 6; f->count++) {
        AWAIT(f, int, ac_accept(&f->child, task, 0, f->number, 0, 0));
        CHECK(f->value >= 0);
        close((int)f->value);
    }
    END(f, 0);
}

// A listening local socket with room for one client in its queue; f->total is the length of its address.
static void local_listen(struct function *f, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    f->total = (long)offsetof(struct sockaddr_un, sun_path) + 1 +
               snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "acc-connect-%d", (int)getpid());
    f->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK_EQUAL(bind(f->fd, (struct sockaddr *)address, (socklen_t)f->total), 0);
    CHECK_EQUAL(listen(f->fd, 0), 0);
}

// Six clients, a queue of one, nobody accepting for a while.
static bool crowd(struct function *f, struct ac_task *task)
{
    static struct sockaddr_un address;
    static struct ac_task *clients[6];
    BEGIN(f);
    local_listen(f, &address);
    child_start(task, &f->group, false, (struct start){ accepts_all, f->fd, 0 });
    for (int i = 0; i < 6; i++)
        clients[i] = child_start(task, &f->group, true, (struct start){ connects, (int)f->total, &address });
    for (f->count = 0; f->count < 6; f->count++) {
        AWAIT_VOID(f, ac_join(&f->child, task, 0, clients[f->count]));
        CHECK_EQUAL(function_of(clients[f->count])->result, 0);
        ac_child_free(clients[f->count]);
    }
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    close(f->fd);
    END(f, 0);
}

// In a pause for the queue of a local socket that nobody empties.
static bool cancels(struct function *f, struct ac_task *task)
{
    static struct sockaddr_un address;
    static struct ac_task *clients[3];
    BEGIN(f);
    local_listen(f, &address);
    for (int i = 0; i < 3; i++)
        clients[i] = child_start(task, &f->group, true, (struct start){ connects, (int)f->total, &address });
    AWAIT(f, int, ac_sleep(&f->child, task, 0, 3 * AC_MILLISECOND));
    CHECK(!ac_task_done(clients[2]));
    for (f->count = 2; f->count >= 0; f->count--) {
        f->handle.task = clients[f->count];
        ac_cancel(&f->handle);
        AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
        CHECK_EQUAL(function_of(f->handle.task)->result, f->count == 0 ? 0 : -ECANCELED);
        ac_child_free(f->handle.task);
    }
    close(f->fd);
    END(f, 0);
}

static bool no_address(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, int, ac_connect(&f->child, task, 0, 0, f->data, 0));
    END(f, f->value);
}

int main(void)
{
    addresses();
    for (int i = 0; i < REAL; i++) {
        int listener = ac_tcp_listen("localhost", 0, 8);
        unsigned port = (unsigned)ac_tcp_port(listener);
        CHECK_EQUAL(connect_to(&real[i], port), 0);
        close(listener);
        CHECK_EQUAL(connect_to(&real[i], port), -ECONNREFUSED);
        run_on(&real[i], (struct start){ crowd, 0, 0 });
        run_on(&real[i], (struct start){ cancels, 0, 0 });
        CHECK_EQUAL(run_on(&real[i], (struct start){ no_address, 0, 0 }), -EINVAL);
    }
    return 0;
}
