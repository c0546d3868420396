// A disk that answers when the test lets it, behind the calls of io_uring(7): who is read for has to be there until then. What the system
// did not take is not handed to it again, and an executor that ends waits for what is under way, before it gives up any memory.
#include "stream.h"
#include <linux/io_uring.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum { PLACES = 1024, TEXT = 8, LARGE = 1 << 16 };

// What both sides see of the ring, at the front of a file in memory; the operation lies where the system has it.
struct queues {
    unsigned taken, submitted, places[1], seen, completed;
    struct io_uring_cqe completions[PLACES];
};

static struct {
    struct queues *queues;
    struct io_uring_sqe *operation;
    struct io_uring_sqe under_way[PLACES];
    unsigned count;
    int wake, refusals, refusal;        // so many calls take nothing: the error, or 0
    long live;                          // blocks of memory, when an operation was taken: the disk writes into one
} disk;

static struct counted memory = COUNTED;

ssize_t preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
{
    (void)fd, (void)pieces, (void)count, (void)offset, (void)flags;
    errno = EAGAIN;
    return -1;
}

static void *disk_map(int fd, size_t bytes, off_t at)
{
    void *mapped = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
    CHECK(mapped != MAP_FAILED);
    return mapped;
}

static long disk_open(struct io_uring_params *params)
{
    int fd = memfd_create("ring", MFD_CLOEXEC);
    CHECK(fd >= 0 && ftruncate(fd, IORING_OFF_SQES + (long)sizeof *disk.operation) == 0);
    disk.queues = disk_map(fd, sizeof *disk.queues, IORING_OFF_SQ_RING);
    disk.operation = disk_map(fd, sizeof *disk.operation, IORING_OFF_SQES);
    CHECK_EQUAL(params->sq_entries, 0);
    params->sq_entries = 1;
    params->cq_entries = PLACES;
    params->features = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_RW_CUR_POS;
    params->sq_off.head = offsetof(struct queues, taken);
    params->sq_off.tail = offsetof(struct queues, submitted);
    params->sq_off.array = offsetof(struct queues, places);
    params->cq_off.head = offsetof(struct queues, seen);
    params->cq_off.tail = offsetof(struct queues, completed);
    params->cq_off.cqes = offsetof(struct queues, completions);
    return fd;
}

// The disk has the bytes of the operation that was taken first.
static void disk_answer(void)
{
    struct io_uring_sqe done = disk.under_way[0];
    CHECK(disk.count > 0 && memory.live >= disk.live);
    memmove(disk.under_way, disk.under_way + 1, --disk.count * sizeof *disk.under_way);
    memset((void *)(uintptr_t)done.addr, '?', done.len);        // what read(2) gives comes in its place
    disk.queues->completions[disk.queues->completed % PLACES] = (struct io_uring_cqe){ .user_data = done.user_data, .res = (int)done.len };
    __atomic_store_n(&disk.queues->completed, disk.queues->completed + 1, __ATOMIC_RELEASE);
    CHECK_EQUAL(write(disk.wake, &(uint64_t){ 1 }, sizeof(uint64_t)), sizeof(uint64_t));
}

static long disk_enter(unsigned operations, unsigned completions)
{
    if (!operations) {
        CHECK_EQUAL(completions, 1);
        disk_answer();
        return 0;
    }
    CHECK_EQUAL(operations, 1);
    CHECK_EQUAL(disk.queues->submitted - disk.queues->taken, 1);    // this one, none that was refused before
    if (disk.refusals) {
        disk.refusals--;
        errno = disk.refusal;
        return disk.refusal ? -1 : 0;
    }
    disk.queues->taken++;
    disk.live = memory.live;
    disk.under_way[disk.count++] = *disk.operation;
    return 1;
}

long syscall(long number, ...)
{
    long a[4];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < (number == SYS_io_uring_setup ? 2 : 4); i++)
        a[i] = va_arg(rest, long);
    va_end(rest);
    if (number == SYS_io_uring_setup)
        return disk_open((struct io_uring_params *)a[1]);
    if (number == SYS_io_uring_enter)
        return disk_enter((unsigned)a[1], (unsigned)a[2]);
    CHECK_EQUAL(number, SYS_io_uring_register);
    disk.wake = *(int *)a[2];
    return 0;
}

static int file_make(void)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    CHECK_EQUAL(write(fd, "abcdefgh", TEXT), TEXT);
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static struct ac_executor *executor_make(void)
{
    static const struct ac_executor_options options = { .reactor = &ac_reactor_uring, .allocator = &memory.allocator };
    struct ac_executor *executor;
    memset(&disk, 0, sizeof disk);
    CHECK_EQUAL(ac_executor_make(&executor, &options), 0);
    return executor;
}

// All that was under way has been answered, and nothing is left.
static void executor_end(struct ac_executor *executor)
{
    ac_executor_free(executor);
    CHECK_EQUAL(disk.count, 0);
    CHECK_EQUAL(memory.live, 0);
    munmap(disk.queues, sizeof *disk.queues);
    munmap(disk.operation, sizeof *disk.operation);
}

static bool reads(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, &f->total, sizeof f->total));
    record("%ld %.*s ", f->value, f->value > 0 ? TEXT : 0, (char *)&f->total);
    END(f, f->value);
}

static bool reads_twice(struct function *f, struct ac_task *task)
{
    BEGIN(f);
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, &f->total, sizeof f->total / 2));
    AWAIT(f, long, ac_read(&f->child, task, 0, f->number, &f->total, sizeof f->total));
    record("%ld %.4s ", f->value, (char *)&f->total);
    END(f, 0);
}

// A task that is a block of memory by itself.
static struct ac_task *start(struct ac_executor *executor, bool (*body)(struct function *, struct ac_task *), int fd)
{
    size_t bytes = sizeof(struct function) + LARGE;
    struct ac_task *task = ac_executor_start(executor, bytes, function_enter, &(struct start){ body, fd, 0 });
    CHECK(task);
    return task;
}

static void turn(struct ac_executor *executor)
{
    while (ac_executor_turn(executor))
        continue;
}

// A task that is cancelled has lent its buffer until the disk has answered, and has read nothing.
static void one(int fd, bool is_cancelled)
{
    struct ac_executor *executor = executor_make();
    struct ac_task *task = start(executor, reads, fd);
    if (is_cancelled)
        ac_task_cancel(task);
    turn(executor);
    CHECK_EQUAL(disk.count, 1);
    CHECK(!ac_task_done(task));
    disk_answer();
    turn(executor);
    CHECK(ac_task_done(task));
    ac_child_free(task);
    executor_end(executor);
}

static void answered(int fd)
{
    one(fd, false);
    CHECK_RECORD("8 abcdefgh ");
}

static void cancelled(int fd)
{
    one(fd, true);
    CHECK_RECORD("-125  ");
}

// The executor ends while three are read for, two of them cancelled before.
static void ended(int fd)
{
    struct ac_executor *executor = executor_make();
    for (int i = 0; i < 3; i++) {
        struct ac_task *task = start(executor, reads, fd);
        if (i)
            ac_task_cancel(task);
    }
    turn(executor);
    CHECK_EQUAL(disk.count, 3);
    executor_end(executor);
    recorded[0] = 0;
}

// What is not taken is read with the thread; the next one is handed over alone.
static void refused(int fd, int error)
{
    struct ac_executor *executor = executor_make();
    disk.refusals = 1;
    disk.refusal = error;
    struct ac_task *task = start(executor, reads_twice, fd);
    turn(executor);
    CHECK_EQUAL(disk.count, 1);
    CHECK_EQUAL(disk.under_way[0].off, TEXT / 2);
    disk_answer();
    turn(executor);
    CHECK(ac_task_done(task));
    CHECK_RECORD("4 efgh ");
    ac_child_free(task);
    executor_end(executor);
}

int main(void)
{
    static void (*const tests[])(int fd) = { answered, cancelled, ended };
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        int fd = file_make();
        tests[i](fd);
        close(fd);
    }
    for (int error = 0; error <= EAGAIN; error += EAGAIN) {
        int fd = file_make();
        refused(fd, error);
        close(fd);
    }
    return 0;
}
