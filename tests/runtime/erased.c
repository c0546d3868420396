// RUN: %cc -std=gnu2x -g -O1 -Wall -Wextra -Werror -DAC_ERASED -Iruntime %s -o %t %b/libacc_erased.a -pthread && %t
// The synchronous twins: plain calls that wait by blocking, on descriptors in non-blocking mode too.
#include <acc/acc.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

enum { TOTAL = 1000000 };

static void pause_shortly(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 3000000 }, 0);
}

static void *write_slowly(void *argument)
{
    static char bytes[TOTAL];
    int fd = *(int *)argument;
    memset(bytes, 'x', sizeof bytes);
    pause_shortly();
    CHECK(ac_write_all(fd, bytes, sizeof bytes) == TOTAL);
    CHECK(ac_close(fd) == 0);
    return 0;
}

static void transfers(void)
{
    static char bytes[TOTAL + 1];
    int pair[2];
    pthread_t thread;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    CHECK(pthread_create(&thread, 0, write_slowly, &pair[1]) == 0);
    CHECK(ac_ready(pair[0], AC_READABLE) == AC_READABLE);
    CHECK(ac_recv(pair[0], bytes, 1, 0) == 1);
    CHECK(ac_read_full(pair[0], bytes, sizeof bytes) == TOTAL - 1);
    CHECK(ac_read(pair[0], bytes, 1) == 0);
    CHECK(pthread_join(thread, 0) == 0);
    CHECK(ac_write(pair[0], "x", 1) == -EPIPE);
    CHECK(ac_send(pair[0], "x", 1, 0) == -EPIPE);
    CHECK(ac_write_all(pair[0], "x", 1) == -EPIPE);
    CHECK(ac_close(pair[0]) == 0);
    CHECK(ac_close(pair[0]) == -EBADF);
    CHECK(ac_read(-1, bytes, 1) == -EBADF);
    CHECK(ac_ready(-1, AC_READABLE) == -EBADF && ac_ready(1000000, AC_READABLE) == -EBADF);
    CHECK(ac_ready(0, 0) == -EINVAL);
}

// Interrupted, the time that is left.
static void polls(void)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    struct pollfd fds[] = { { pair[0], POLLIN, 0 }, { pair[1], POLLIN, 0 }, { -1, POLLIN, 1 } };
    ac_time before = ac_now();
    CHECK(ac_poll(fds, 3, 0) == 0 && ac_poll(fds, 3, 5) == 0 && fds[2].revents == 0);
    ac_time took = ac_now() - before;
    CHECK(took >= 5 * AC_MILLISECOND && took < AC_SECOND);
    CHECK(ac_write(pair[1], "x", 1) == 1 && ac_poll(fds, 3, -1) == 1 && fds[0].revents == POLLIN && fds[1].revents == 0);
    CHECK(ac_poll(fds, ~0ul, 0) == -EINVAL && ac_poll(0, 0, 1) == 0);
    CHECK(ac_close(pair[0]) == 0 && ac_close(pair[1]) == 0);
}

static void files(void)
{
    char bytes[5];
    FILE *file = tmpfile();
    CHECK(file && ac_write_all(fileno(file), "0123456789", 10) == 10);
    CHECK(ac_pread(fileno(file), bytes, 5, 3) == 5 && memcmp(bytes, "34567", 5) == 0);
    CHECK(ac_pread(fileno(file), bytes, 5, 8) == 2 && ac_pread(fileno(file), bytes, 5, 10) == 0);
    CHECK(ac_pread(fileno(file), bytes, 5, -1) == -EINVAL && lseek(fileno(file), 0, SEEK_CUR) == 10);
    fclose(file);
    int ends[2];
    CHECK(pipe(ends) == 0 && ac_pread(ends[0], bytes, 1, 0) == -ESPIPE && ac_pread(-1, bytes, 1, 0) == -EBADF);
    close(ends[0]);
    close(ends[1]);
}

static void *connect_late(void *port)
{
    pause_shortly();
    int fd = ac_tcp_connect("localhost", *(unsigned *)port);
    CHECK(fd >= 0);
    CHECK(ac_write_all(fd, "hello", 5) == 5);
    CHECK(ac_close(fd) == 0);
    return 0;
}

static void connections(void)
{
    char bytes[8];
    pthread_t thread;
    int listener = ac_tcp_listen("localhost", 0, 4);
    unsigned port = (unsigned)ac_tcp_port(listener);
    CHECK(pthread_create(&thread, 0, connect_late, &port) == 0);
    int fd = ac_accept(listener, 0, 0);
    CHECK(fd >= 0);
    CHECK(ac_read_full(fd, bytes, sizeof bytes) == 5);
    CHECK(memcmp(bytes, "hello", 5) == 0);
    CHECK(pthread_join(thread, 0) == 0);
    CHECK(ac_close(fd) == 0);
    CHECK(ac_close(listener) == 0);
    CHECK(ac_tcp_connect("localhost", port) == -ECONNREFUSED);
    CHECK(ac_tcp_connect("nowhere", port) == -EINVAL);
}

static void datagrams(void)
{
    struct sockaddr_in address;
    unsigned length = sizeof address;
    char bytes[8];
    int a = ac_udp_bind("localhost", 0), b = ac_udp_bind("localhost", 0);
    CHECK(a >= 0 && b >= 0);
    CHECK(getsockname(b, (struct sockaddr *)&address, &length) == 0);
    CHECK(ac_sendto(a, "abc", 3, 0, (struct sockaddr *)&address, length) == 3);
    CHECK(ac_recvfrom(b, bytes, sizeof bytes, 0, (struct sockaddr *)&address, &length) == 3);
    CHECK(ntohs(address.sin_port) == ac_tcp_port(a));
    CHECK(ac_sendto(a, "abc", 3, 0, 0, 0) == -EDESTADDRREQ);
    CHECK(ac_recvmsg(a, &(struct msghdr){ 0 }, MSG_ERRQUEUE) == -EAGAIN);
    CHECK(ac_close(a) == 0 && ac_close(b) == 0);
    CHECK(ac_unix_connect("/nowhere/socket") == -ENOENT && ac_unix_listen("/nowhere/socket", 1) == -ENOENT);
}

static void *send_late(void *end)
{
    pause_shortly();
    int fd = *(int *)end;
    char byte = 'x';
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof fd)] = "";
    struct iovec pieces[] = { { &byte, 1 }, { &byte, 1 } };
    struct msghdr message = { .msg_iov = pieces, .msg_iovlen = 2, .msg_control = control, .msg_controllen = sizeof control };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_len = CMSG_LEN(sizeof fd), header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    CHECK(ac_sendmsg(fd, &message, 0) == 2);
    return 0;
}

// The end of the pair that the message comes from comes with it.
static void messages(void)
{
    static char bytes[TOTAL];
    int pair[2], fd;
    pthread_t thread;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof fd)];
    struct iovec piece = { bytes, sizeof bytes };
    struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    CHECK(pthread_create(&thread, 0, send_late, &pair[1]) == 0);
    CHECK(ac_recvmsg(pair[0], &message, 0) == 2 && CMSG_FIRSTHDR(&message) && CMSG_FIRSTHDR(&message)->cmsg_type == SCM_RIGHTS);
    CHECK(pthread_join(thread, 0) == 0);
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    message = (struct msghdr){ .msg_iov = &piece, .msg_iovlen = 1 };
    ac_ssize n = ac_sendmsg(pair[0], &message, 0);
    CHECK(n > 0 && n < TOTAL && ac_close(pair[0]) == 0);
    CHECK(ac_read(fd, bytes, 1) == 1 && ac_sendmsg(fd, &message, 0) == -EPIPE && ac_recvmsg(-1, &message, 0) == -EBADF);
    CHECK(ac_close(fd) == 0 && ac_close(pair[1]) == 0);
}

static void *read_slowly(void *end)
{
    static char bytes[TOTAL];
    pause_shortly();
    CHECK(ac_read_full(*(int *)end, bytes, TOTAL) == TOTAL && bytes[0] == 'h' && bytes[1] == 'b' && bytes[TOTAL - 1] == 'b');
    return 0;
}

static void vectors(void)
{
    static char body[TOTAL - 1];
    memset(body, 'b', sizeof body);
    for (int kind = 0; kind < 3; kind++) {
        int ends[2];
        pthread_t thread;
        struct iovec vector[] = { { body, 0 }, { "h", 1 }, { body, sizeof body } };
        CHECK(kind ? pipe(ends) == 0 : socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
        CHECK(kind == 1 || ac_nonblocking(ends[1]) == 0);
        CHECK(pthread_create(&thread, 0, read_slowly, &ends[0]) == 0);
        CHECK(ac_writev_all(ends[1], vector, 3) == TOTAL && vector[1].iov_len == 0 && vector[2].iov_len == 0);
        CHECK(pthread_join(thread, 0) == 0 && ac_writev_all(ends[1], vector, 3) == 0 && ac_writev_all(ends[1], vector, -1) == -EINVAL);
        vector[1] = (struct iovec){ "h", 1 };
        CHECK(ac_writev_all(-1, vector, 3) == -EBADF && vector[1].iov_len == 1);
        close(ends[0]);
        CHECK(kind || ac_writev_all(ends[1], vector, 3) == -EPIPE);
        close(ends[1]);
    }
}

static long add_one(void *number)
{
    return *(int *)number + 1;
}

static void processes(void)
{
    int status, pid = fork();
    if (pid == 0)
        _exit(5);
    CHECK(ac_waitpid(pid, &status) == pid && WEXITSTATUS(status) == 5);
    CHECK(ac_waitpid(pid, &status) == -ECHILD);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK(pthread_sigmask(SIG_BLOCK, &set, 0) == 0);
    kill(getpid(), SIGUSR1);
    CHECK(ac_signal(SIGUSR1) == 0);
    CHECK(ac_signal(SIGKILL) == -EINVAL);
    CHECK(ac_offload(add_one, &(int){ 6 }) == 7);
}

static void *complete_late(void *completion)
{
    pause_shortly();
    CHECK(ac_complete(completion, 7));
    return 0;
}

static void completions(void)
{
    struct ac_completion c = AC_COMPLETION_INIT;
    pthread_t thread;
    CHECK(ac_complete(&c, 5));
    CHECK(!ac_complete(&c, 6));
    CHECK(ac_wait(&c) == 5);
    CHECK(pthread_create(&thread, 0, complete_late, &c) == 0);
    CHECK(ac_wait(&c) == 7);
    CHECK(pthread_join(thread, 0) == 0);
}

// There is one task.
static void lists(void)
{
    int ends[2];
    char text[64] = "";
    CHECK(pipe(ends) == 0 && ac_tasks_print(ends[1]) == 0);
    CHECK(ac_read(ends[0], text, sizeof text - 1) > 0 && strcmp(text, "acc: 1 task\n1 task: running\n") == 0);
    CHECK(ac_tasks_print(-1) == -EBADF);
    close(ends[0]);
    close(ends[1]);
}

static void on_signal(int number)
{
    (void)number;
}

int main(void)
{
    struct sigaction action = { .sa_handler = on_signal };      // without SA_RESTART
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
    timer_t timer;
    sigaction(SIGALRM, &action, 0);
    for (int interrupted = 0; interrupted < 2; interrupted++) {
        transfers();
        polls();
        files();
        connections();
        completions();
        lists();
        datagrams();
        messages();
        vectors();
        processes();
        ac_time before = ac_now();
        ac_yield();
        CHECK(ac_sleep(2 * AC_MILLISECOND) == 0 && ac_now() - before >= 2 * AC_MILLISECOND);
        CHECK(ac_sleep(0) == 0 && ac_sleep(-5) == 0);
        int handle = 3;
        ac_cancel(&handle);
        ac_detach(&handle);
        CHECK(handle == 3);
        if (interrupted)
            break;
        struct itimerspec often = { .it_value.tv_nsec = 100000, .it_interval.tv_nsec = 100000 };
        CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &often, 0) == 0);
    }
    timer_delete(timer);
    return 0;
}
