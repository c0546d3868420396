// The usual reactor on Linux: epoll's, and a ring of io_uring for what epoll does not know, files.
//
// A file on a disk is always readable, and reading what the system does not have in its memory stops the thread until the disk has
// brought it. So a read takes what the system has, and when that is nothing (RWF_NOWAIT gives EAGAIN) the ring reads the next bytes at
// their offset, into the buffer of the operation, which is its own until it ends. Then read(2) takes them. The ring only brings
// them into the system's memory: read(2) alone moves the file's position, one reader after the other, as it would have without, and a
// read that was cancelled meanwhile has taken nothing. The copy that is made twice costs less than a wait for a disk by far. A read at an
// offset of its own goes the same way, with pread(2), and what is fetched for it is its alone.
//
// Sockets and pipes stay with epoll. An echo server all of whose operations are the ring's makes one system call for many messages in
// place of two for each, and takes as much processor time for a message with 64 connections, a twentieth less with 1,000. In turn its
// operations would have to be waited for when they are cancelled, and when their descriptor is closed.
//
// The ring is made when a read has to wait for the first time. Where the system refuses it, this is epoll's reactor from then on, and
// reading files stops the thread. Each operation is handed over at once, so the ring has room for one; no more are under way than
// completions have room for. A completion is announced through the descriptor that notify writes to.
#define _GNU_SOURCE
#if __SIZEOF_LONG__ < 8 && !defined(_FILE_OFFSET_BITS)
#define _FILE_OFFSET_BITS 64
#endif
#include "reactor/reactor.h"
#include <errno.h>
#include <sys/uio.h>

#if defined(RWF_NOWAIT) && __has_include(<linux/io_uring.h>)
#include <linux/io_uring.h>
#endif

#ifdef IORING_FEAT_RW_CUR_POS           // it came with IORING_OP_READ
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { UNDER_WAY = 1024 };

struct ac__ring {
    int fd;
    unsigned under_way;
    void *queues;                   // shared with the system: both, ...
    size_t queues_bytes;
    struct io_uring_sqe *operation; // ... and the one operation
    unsigned *submitted;            // how many operations there were, ever
    unsigned *seen, *completed;     // how many completions
    unsigned mask;
    const struct io_uring_cqe *completions;
};

static void ring_close(struct ac__ring *ring)
{
    if (ring->operation)
        (void)munmap(ring->operation, sizeof *ring->operation);
    if (ring->queues)
        (void)munmap(ring->queues, ring->queues_bytes);
    close(ring->fd);
}

// 0: it could not be mapped.
static void *map(const struct ac__ring *ring, size_t bytes, off_t what)
{
    void *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, what);
    return memory == MAP_FAILED ? 0 : memory;
}

// 0 or -errno.
static int ring_map(struct ac__ring *ring, const struct io_uring_params *params)
{
    size_t submissions = params->sq_off.array + params->sq_entries * sizeof(unsigned);
    size_t completions = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
    ring->queues_bytes = submissions > completions ? submissions : completions;
    ring->queues = map(ring, ring->queues_bytes, IORING_OFF_SQ_RING);
    ring->operation = map(ring, sizeof *ring->operation, IORING_OFF_SQES);
    if (!ring->queues || !ring->operation)
        return -errno;
    char *queues = ring->queues;
    ring->submitted = (unsigned *)(void *)(queues + params->sq_off.tail);
    ring->seen = (unsigned *)(void *)(queues + params->cq_off.head);
    ring->completed = (unsigned *)(void *)(queues + params->cq_off.tail);
    ring->mask = params->cq_entries - 1;
    ring->completions = (const struct io_uring_cqe *)(void *)(queues + params->cq_off.cqes);
    *(unsigned *)(void *)(queues + params->sq_off.array) = 0;
    return 0;
}

// 0 or -errno; -ENOSYS: the system is too old for it.
static int ring_open(struct ac__ring *ring, int wake)
{
    struct io_uring_params params = { .flags = IORING_SETUP_CQSIZE, .cq_entries = UNDER_WAY };
    const unsigned needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_RW_CUR_POS;
    *ring = (struct ac__ring){ .fd = (int)syscall(SYS_io_uring_setup, 1, &params) };
    if (ring->fd < 0)
        return -errno;
    int error = (params.features & needed) == needed ? ring_map(ring, &params) : -ENOSYS;
    if (!error && syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_EVENTFD, &wake, 1) < 0)
        error = -errno;
    if (error)
        ring_close(ring);
    return error;
}

// How many of the operations were taken, or -1. Without an operation it waits for a completion.
static long ring_enter(struct ac__ring *ring, unsigned operations)
{
    long result;
    do
        result = syscall(SYS_io_uring_enter, ring->fd, operations, !operations, operations ? 0 : IORING_ENTER_GETEVENTS, 0, 0);
    while (result < 0 && errno == EINTR);
    return result;
}

// 0 or -errno. An operation that the system did not take is taken back, lest the next one brings it along.
static int ring_submit(struct ac__ring *ring, const struct io_uring_sqe *operation)
{
    *ring->operation = *operation;
    unsigned submitted = *ring->submitted;
    // release: the operation is complete when the system sees that there is one.
    __atomic_store_n(ring->submitted, submitted + 1, __ATOMIC_RELEASE);
    long taken = ring_enter(ring, 1);
    if (taken != 1) {
        __atomic_store_n(ring->submitted, submitted, __ATOMIC_RELEASE);
        return taken < 0 ? -errno : -EAGAIN;
    }
    ring->under_way++;
    return 0;
}

// The next operation that is complete, by its user_data; 0: there is none.
static uint64_t ring_take(struct ac__ring *ring)
{
    unsigned seen = *ring->seen;
    // acquire: pairs with the system's release of the completion, and of what it has stored in the buffer.
    if (seen == __atomic_load_n(ring->completed, __ATOMIC_ACQUIRE))
        return 0;
    uint64_t data = ring->completions[seen & ring->mask].user_data;
    // release: the place is the system's again.
    __atomic_store_n(ring->seen, seen + 1, __ATOMIC_RELEASE);
    ring->under_way--;
    return data;
}

// --- the reactor --------------------------------------------------------------------------------------------------------

// Makes the ring, if there is none. 0 or -errno.
static int ring_need(struct ac_reactor *reactor)
{
    if (reactor->ring)
        return 0;
    struct ac_allocator *allocator = reactor->executor->memory.allocator;
    struct ac__ring *ring = allocator->get(allocator, sizeof *ring);
    if (!ring)
        return -ENOMEM;
    int error = ring_open(ring, reactor->wake);
    if (!error) {
        reactor->ring = ring;
        return 0;
    }
    allocator->put(allocator, ring, sizeof *ring);
    if (error != -EMFILE && error != -ENFILE && error != -ENOMEM)
        reactor->type = &ac_reactor_epoll;
    return error;
}

static int uring_fetch(struct ac_reactor *reactor, struct ac_task *task, int fd, void *buffer, size_t bytes, ac_offset offset)
{
    if (offset == AC__AT_POSITION)
        offset = lseek(fd, 0, SEEK_CUR);
    if (offset < 0)
        return -errno;
    int error = ring_need(reactor);
    if (error)
        return error;
    if (reactor->ring->under_way == UNDER_WAY)
        return -EAGAIN;
    return ring_submit(reactor->ring, &(struct io_uring_sqe){
        .opcode = IORING_OP_READ, .fd = fd, .addr = (uintptr_t)buffer, .len = (unsigned)bytes, .off = (uint64_t)offset,
        .user_data = (uintptr_t)task,
    });
}

// What the operation has given says nothing: read(2) or pread(2) will.
static void uring_wait(struct ac_reactor *reactor, ac_time timeout)
{
    ac__epoll_wait(reactor, timeout);
    if (!reactor->ring)
        return;
    for (uint64_t task; (task = ring_take(reactor->ring)) != 0;)
        ac__fd_fetched(reactor, (struct ac_task *)(uintptr_t)task);
}

// The system may still be writing into buffers of tasks that are dropped.
static void uring_close(struct ac_reactor *reactor)
{
    struct ac_allocator *allocator = reactor->executor->memory.allocator;
    struct ac__ring *ring = reactor->ring;
    if (ring) {
        while (ring->under_way)
            if (!ring_take(ring) && ring_enter(ring, 0) < 0)
                reactor->executor->fatal("the executor's io_uring(7) descriptor was closed");
        ring_close(ring);
        allocator->put(allocator, ring, sizeof *ring);
    }
    ac__epoll_close(reactor);
}

ssize_t ac__file_read_cached(int fd, void *buffer, size_t bytes, ac_offset offset)
{
    return preadv2(fd, &(struct iovec){ buffer, bytes }, 1, offset, RWF_NOWAIT);
}

#else

#define uring_fetch 0
#define uring_wait ac__epoll_wait
#define uring_close ac__epoll_close

ssize_t ac__file_read_cached(int fd, void *buffer, size_t bytes, ac_offset offset)
{
    (void)fd;
    (void)buffer;
    (void)bytes;
    (void)offset;
    errno = EOPNOTSUPP;
    return -1;
}

#endif

const struct ac_reactor_type ac_reactor_uring = {
    .name = "uring",
    .open = ac__epoll_open,
    .close = uring_close,
    .watch = ac__epoll_watch,
    .forget = ac__epoll_forget,
    .fetch = uring_fetch,
    .wait = uring_wait,
    .notify = ac__epoll_notify,
    .descriptor = ac__epoll_descriptor,
    .now = ac__epoll_now,
};
