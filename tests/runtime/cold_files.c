// Reading a file that the system does not have in its memory lets other tasks go on, gives every byte once, and loses none when it is
// cancelled; where the system refuses, it stops the thread and does the same. So does reading at a position, which leaves the file's.
#include "stream.h"
#include <dlfcn.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum { PIECE = 1000, PIECES = 300, TOO_MANY = 1100 };

static const struct ac_executor_options uring = { .reactor = &ac_reactor_uring };

// The system has nothing of any file, says so `asked` times, and took `entered` operations. Calls of a number fail with an error.
static bool cold, is_fetched;
static int asked, entered, unknown;
static struct { long number; int error, times; } fails;

// Reads are ac_pread.
static bool positioned;

static AC_POLL_SSIZE read_or_pread(struct function *f, struct ac_task *task, void *frame, void *buf, ac_size len, long offset)
{
    return positioned ? ac_pread(frame, task, 0, f->number, buf, len, offset) : ac_read(frame, task, 0, f->number, buf, len);
}

ssize_t preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
{
    CHECK(offset == -1 || positioned);
    CHECK(flags);
    asked++;
    if (offset != -1 && lseek(fd, 0, SEEK_CUR) < 0)
        return -1;
    if (unknown || cold) {
        errno = unknown ? unknown : EAGAIN;
        return -1;
    }
    return offset == -1 ? readv(fd, pieces, count) : preadv(fd, pieces, count, offset);
}

static char expected(long at);

// What was fetched is there already.
ssize_t pread(int fd, void *buf, size_t bytes, off_t offset)
{
    for (size_t i = 0; is_fetched && i < bytes; i++)
        CHECK_EQUAL(((char *)buf)[i], expected(offset + (long)i));
    return preadv(fd, &(struct iovec){ buf, bytes }, 1, offset);
}

// Nobody knows how many arguments there are.
__attribute__((no_sanitize("address"))) long syscall(long number, ...)
{
    static long (*real)(long, ...);
    long a[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(rest, long);
    va_end(rest);
    if (!real)
        real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    if (number == fails.number && fails.times && fails.times--) {
        errno = fails.error;
        return -1;
    }
    long result = real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    entered += number == SYS_io_uring_enter && (int)a[1] == 1 && result == 1;
    return result;
}

static char expected(long at)
{
    return (char)(at * 7 + at / 251);
}

// Not in /tmp, which may be in memory alone. Where the system does as it is told, it has to ask its disk for the bytes of a cold one.
static int file_make(void)
{
    char name[] = "cold_files.XXXXXX", bytes[PIECE];
    int fd = mkstemp(name);
    CHECK(fd >= 0);
    CHECK_EQUAL(unlink(name), 0);
    for (long at = 0; at < PIECES * PIECE; at += PIECE) {
        for (int i = 0; i < PIECE; i++)
            bytes[i] = expected(at + i);
        CHECK_EQUAL(write(fd, bytes, PIECE), PIECE);
    }
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    if (cold) {
        CHECK_EQUAL(fsync(fd), 0);
        CHECK_EQUAL(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
    }
    return fd;
}

static void begin(bool is_cold)
{
    cold = is_cold;
    is_fetched = false;
    asked = entered = unknown = 0;
    memset(&fails, 0, sizeof fails);
}

// Reads until the file ends; a piece may come from anywhere, as others read the same one.
static bool reads(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->data = malloc(PIECE);
    CHECK(f->data);
    for (;;) {
        AWAIT(f, long, read_or_pread(f, task, &f->child, f->data, PIECE, f->total));
        CHECK(f->value >= 0);
        if (f->value == 0)
            break;
        for (long i = 0; i < f->value; i++)
            f->count += ((unsigned char *)f->data)[i];
        f->total += f->value;
    }
    record("%d ", f->total > 0);
    free(f->data);
    END(f, f->count);
}

static bool read_by_three(struct function *f, struct ac_task *task)
{
    struct ac_task **children = f->data;
    BEGIN(f);
    for (int i = 0; i < 3; i++)
        children[i] = child_start(task, &f->group, true, (struct start){ reads, f->number, 0 });
    for (f->count = 0; f->count < 3; f->count++) {
        AWAIT_VOID(f, ac_join(&f->child, task, 0, children[f->count]));
        f->total += function_of(children[f->count])->result;
        ac_child_free(children[f->count]);
    }
    END(f, f->total);
}

static void every_byte_once(const struct ac_executor_options *options)
{
    struct ac_task *children[3];
    int fd = file_make();
    long sum = 0;
    for (long at = 0; at < PIECES * PIECE; at++)
        sum += (unsigned char)expected(at);
    CHECK_EQUAL(run_on(options, (struct start){ read_by_three, fd, children }), positioned ? 3 * sum : sum);
    CHECK_EQUAL(lseek(fd, 0, SEEK_CUR), positioned ? 0 : PIECES * PIECE);
    recorded[0] = 0;
    close(fd);
}

static bool reads_whole(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->data = malloc(PIECES * PIECE + 1);
    CHECK(f->data);
    AWAIT(f, long, ac_read_full(&f->child, task, 0, f->number, f->data, PIECES * PIECE + 1));
    CHECK_EQUAL(f->value, PIECES * PIECE);
    for (long at = 0; at < f->value; at++)
        CHECK_EQUAL(((char *)f->data)[at], expected(at));
    free(f->data);
    END(f, 0);
}

static void whole(const struct ac_executor_options *options)
{
    int fd = file_make();
    run_on(options, (struct start){ reads_whole, fd, 0 });
    close(fd);
}

// --- while the read waits -----------------------------------------------------------------------------------------------

static bool reads_one(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, read_or_pread(f, task, &f->child, &f->total, sizeof f->total, 1000));
    record("read %ld ", f->value);
    END(f, f->value);
}

static struct start one_of(struct function *f)
{
    return (struct start){ reads_one, f->number, 0 };
}

static bool goes_on(struct function *f, struct ac_task *task)
{
    static int listed[2];
    static char list[2000];
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, one_of(f));
    record("meanwhile ");
    CHECK_EQUAL(pipe(listed), 0);
    AWAIT(f, int, ac_tasks_print(&f->child, task, 0, listed[1]));
    CHECK(read(listed[0], list, sizeof list - 1) > 0);
    CHECK(strstr(list, "waiting for a file") && strstr(list, positioned ? "    ac_pread at" : "    ac_read at"));
    pair_close(listed);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    END(f, 0);
}

static bool cancels(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, one_of(f));
    ac_cancel(&f->handle);
    CHECK(f->handle.task->flags & AC__POLLING);     // its buffer is lent
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    CHECK_EQUAL(lseek(f->number, 0, SEEK_CUR), 0);
    END(f, 0);
}

static bool passes_a_deadline(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->handle.task = child_start(task, &f->group, true, one_of(f));
    ac__task_late(f->handle.task);
    ac__task_late(f->handle.task);
    ac_cancel(&f->handle);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    CHECK_EQUAL(lseek(f->number, 0, SEEK_CUR), 0);
    END(f, 0);
}

// The number is that of another file when the read goes on.
static bool closes(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->fd = file_make();
    f->handle.task = child_start(task, &f->group, true, (struct start){ reads_one, f->fd, 0 });
    AWAIT(f, int, ac_close(&f->child, task, 0, f->fd));
    CHECK_EQUAL(dup2(f->number, f->fd), f->fd);
    ac_cancel(&f->handle);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    CHECK_EQUAL(lseek(f->number, 0, SEEK_CUR), 0);
    close(f->fd);
    END(f, 0);
}

// More than the ring has room for.
static bool starts_many(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (int i = 0; i < TOO_MANY; i++)
        child_start(task, &f->group, false, (struct start){ reads, f->number, 0 });
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    END(f, 0);
}

static long with_file(const struct ac_executor_options *options, bool (*body)(struct function *, struct ac_task *))
{
    int fd = file_make();
    long result = run_on(options, (struct start){ body, fd, 0 });
    close(fd);
    return result;
}

// --- at positions of their own ------------------------------------------------------------------------------------------

// Reads a piece that others do not.
static bool reads_its_piece(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    f->count = (long)(uintptr_t)f->data;
    f->data = malloc(PIECE);
    CHECK(f->data);
    AWAIT(f, long, ac_pread(&f->child, task, 0, f->number, f->data, PIECE, f->count * PIECE));
    CHECK_EQUAL(f->value, PIECE);
    for (long i = 0; i < PIECE; i++)
        CHECK_EQUAL(((char *)f->data)[i], expected(f->count * PIECE + i));
    free(f->data);
    END(f, 0);
}

// All of them at once, and in the middle one that reads on where the file is: what is fetched for one is no other's.
static bool reads_everywhere(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    is_fetched = cold;
    for (uintptr_t n = 1; n < PIECES; n++) {
        child_start(task, &f->group, false, (struct start){ reads_its_piece, f->number, (void *)(n * 7 % PIECES) });
        if (n == PIECES / 2) {
            positioned = false;
            child_start(task, &f->group, false, one_of(f));
            positioned = true;
        }
    }
    if (cold)
        CHECK_EQUAL(entered, PIECES);
    AWAIT(f, int, ac_join_all(&f->child, task, 0, &f->group));
    CHECK_EQUAL(lseek(f->number, 0, SEEK_CUR), sizeof f->total);
    END(f, 0);
}

// What was fetched is not taken for what the next one reads.
static bool reads_in_turn(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 1; f->count < 5; f->count++) {
        positioned = f->count % 2;
        AWAIT(f, long, read_or_pread(f, task, &f->child, &f->total, 8, f->count * PIECE));
        CHECK_EQUAL(f->value, 8);
        CHECK_EQUAL(asked, f->count);
    }
    positioned = true;
    END(f, 0);
}

static bool without_positions(struct function *f, struct ac_task *task)
{
    static int ends[2];
    BEGIN(f);
    AWAIT(f, long, ac_pread(&f->child, task, 0, f->number, &f->total, 8, -1));
    CHECK_EQUAL(f->value, -EINVAL);
    AWAIT(f, long, ac_pread(&f->child, task, 0, -1, &f->total, 8, 0));
    CHECK_EQUAL(f->value, -EBADF);
    AWAIT(f, long, ac_pread(&f->child, task, 0, f->number, &f->total, 8, PIECES * PIECE));
    CHECK_EQUAL(f->value, 0);
    AWAIT(f, long, ac_pread(&f->child, task, 0, f->number, &f->total, 8, PIECES * PIECE - 3));
    CHECK_EQUAL(f->value, 3);
    pair_make(ends);
    AWAIT(f, long, ac_pread(&f->child, task, 0, ends[0], &f->total, 8, 0));
    CHECK_EQUAL(f->value, -ESPIPE);
    pair_close(ends);
    END(f, 0);
}

// --- what the system may say ----------------------------------------------------------------------------------------------

// The number was a file's before, which was closed behind the runtime's back.
static bool reads_a_pipe(struct function *f, struct ac_task *task)
{
    static int ends[2];
    BEGIN(f);
    AWAIT(f, long, read_or_pread(f, task, &f->child, &f->total, 4, 0));
    CHECK_EQUAL(f->value, 4);
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(dup2(ends[0], f->number), f->number);
    if (positioned) {
        AWAIT(f, long, read_or_pread(f, task, &f->child, &f->total, 4, 0));
        CHECK_EQUAL(f->value, -ESPIPE);
        positioned = false;             // it is waited for
    }
    f->handle.task = child_start(task, &f->group, true, one_of(f));
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    AWAIT_VOID(f, ac_yield(&f->child, task, 0));
    CHECK(!ac_task_done(f->handle.task));
    CHECK_EQUAL(write(ends[1], "abc", 3), 3);
    AWAIT_VOID(f, ac_join(&f->child, task, 0, f->handle.task));
    ac_child_free(f->handle.task);
    pair_close(ends);
    END(f, 0);
}

static bool reads_twice(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    for (f->count = 0; f->count < 2; f->count++) {
        AWAIT(f, long, read_or_pread(f, task, &f->child, &f->total, 8, 8 * f->count));
        CHECK_EQUAL(f->value, 8);
        for (int i = 0; i < 8; i++)
            CHECK_EQUAL(((char *)&f->total)[i], expected(8 * f->count + i));
    }
    END(f, 0);
}

// What it took to read twice while a call fails.
static void failing(long number, int error, int times, int expected_asked, int expected_entered)
{
    begin(true);
    fails.number = number;
    fails.error = error;
    fails.times = times;
    with_file(&uring, reads_twice);
    CHECK_EQUAL(asked, expected_asked);
    CHECK_EQUAL(entered, expected_entered);
}

// --- inside another event loop --------------------------------------------------------------------------------------------

static void embedded(void)
{
    struct ac_executor *executor;
    int fd = file_make();
    CHECK_EQUAL(ac_executor_make(&executor, &uring), 0);
    struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &(struct start){ reads, fd, 0 });
    CHECK(task);
    struct pollfd polled = { .fd = ac_executor_descriptor(executor), .events = POLLIN };
    while (!ac_task_done(task)) {
        if (!ac_executor_turn(executor) && !ac_task_done(task))
            CHECK(poll(&polled, 1, -1) == 1 || errno == EINTR);
    }
    CHECK_EQUAL(function_of(task)->total, PIECES * PIECE);
    ac_child_free(task);
    ac_executor_free(executor);
    close(fd);
    recorded[0] = 0;
}

// --- the end of the executor ----------------------------------------------------------------------------------------------

static bool reads_for_ever(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    ac_cancel_hold(task);
    for (;;) {
        CHECK_EQUAL(lseek(f->number, 0, SEEK_SET), 0);
        AWAIT(f, long, read_or_pread(f, task, &f->child, &f->total, 8, 8));
        CHECK_EQUAL(f->value, 8);
    }
    END(f, 0);
}

// It is dropped, and may have lent its buffer, which lies in its frame.
static void dropped(void)
{
    struct ac_executor *executor;
    int fd = file_make();
    begin(true);
    CHECK_EQUAL(ac_executor_make(&executor, &uring), 0);
    CHECK(ac_executor_start(executor, sizeof(struct function), function_enter, &(struct start){ reads_for_ever, fd, 0 }));
    CHECK_EQUAL(entered, 1);
    ac_executor_free(executor);
    close(fd);
}

static bool reads_outside(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT_OUTSIDE(f, long, read_or_pread(f, task, 0, &f->total, 8, 0));
    CHECK(f->value == 8 || f->value == -ENOMEM);
    END(f, f->value);
}

static long without_memory(long fail_at)
{
    struct counted counted = COUNTED;
    struct ac_executor *executor;
    int fd = file_make();
    struct start start = { reads_outside, fd, 0 };
    counted.fail_at = fail_at;
    begin(true);
    if (ac_executor_make(&executor, &(struct ac_executor_options){ .reactor = uring.reactor, .allocator = &counted.allocator }) == 0) {
        struct ac_task *task = ac_executor_start(executor, sizeof(struct function), function_enter, &start);
        if (task) {
            CHECK_EQUAL(ac_executor_run(executor, task), 0);
            ac_child_free(task);
        }
        ac_executor_free(executor);
    }
    CHECK_EQUAL(counted.live, 0);
    close(fd);
    return counted.gets;
}

// Whether this kernel lets us: what follows would be another test.
static bool is_allowed(void)
{
    begin(true);
    with_file(&uring, reads_twice);
    return entered;
}

static void with_a_ring(bool is_positioned)
{
    positioned = is_positioned;
    begin(true);
    every_byte_once(&uring);
    CHECK(entered >= PIECES);
    begin(true);
    with_file(&uring, goes_on);
    CHECK_RECORD("meanwhile read 8 ");
    with_file(&uring, cancels);
    CHECK_RECORD("read -125 ");
    with_file(&uring, passes_a_deadline);
    CHECK_RECORD("read -125 ");
    with_file(&uring, closes);
    CHECK_RECORD("read -9 ");
    with_file(&uring, starts_many);
    recorded[0] = 0;
    with_file(&uring, reads_a_pipe);
    CHECK_RECORD("read 3 ");
    positioned = is_positioned;
    embedded();

    failing(0, 0, 0, 2, 2);
    failing(SYS_io_uring_setup, EMFILE, 1, 2, 1);   // the next read tries again
    failing(SYS_io_uring_register, EPERM, 1, 1, 0);
    failing(SYS_io_uring_enter, EINTR, 1, 2, 2);
    failing(SYS_io_uring_enter, EAGAIN, 1, 2, 1);   // nothing of the first one is left for the second
    failing(SYS_io_uring_enter, EBUSY, 2, 2, 0);
    dropped();
    for (long k = 1, count = without_memory(0); k <= count; k++)
        without_memory(k);
}

// What only one of the two does.
static void with_a_ring_once(void)
{
    positioned = false;
    begin(true);
    whole(&uring);
    CHECK_EQUAL(entered, 3);                        // two pieces of 256 KiB, and the end
    positioned = true;
    begin(true);
    with_file(&uring, reads_everywhere);
    CHECK_RECORD("read 8 ");
    begin(true);
    with_file(&uring, reads_in_turn);
    CHECK_EQUAL(entered, 4);
    with_file(&uring, without_positions);
}

static void without_a_ring(bool is_positioned)
{
    positioned = is_positioned;
    for (int i = 0; i < REAL; i++) {
        begin(false);
        every_byte_once(&real[i]);
        if (positioned) {
            with_file(&real[i], reads_everywhere);
            CHECK_RECORD("read 8 ");
            with_file(&real[i], without_positions);
        } else {
            whole(&real[i]);
        }
        CHECK_EQUAL(entered, 0);
    }
    failing(SYS_io_uring_setup, ENOSYS, 100, 1, 0); // refused once and for all
    failing(SYS_io_uring_setup, EPERM, 100, 1, 0);
    begin(false);
    unknown = EOPNOTSUPP;
    with_file(&uring, reads_twice);
    CHECK_EQUAL(asked, 1);
}

int main(void)
{
    without_a_ring(false);
    without_a_ring(true);
    if (is_allowed()) {
        with_a_ring(false);
        with_a_ring(true);
        with_a_ring_once();
    }
    return 0;
}
