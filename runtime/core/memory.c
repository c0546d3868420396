// Frames outside their parents, blocks of variable length arrays, and the chunks behind them.
#include "core/core.h"

// Chunks are a little smaller than powers of two: with what the allocator adds they take that many pages, and not one more. They end
// with a block of the size that was asked for when they were made, and are large for many tasks: what does not fit in at the end of one
// is lost. They are prepared piece by piece.
#ifdef AC_PORT
enum { FIRST_CHUNK = AC__SMALL + AC__GRAIN, LARGEST_CHUNK = FIRST_CHUNK, ADDED = 0 };
#else
enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 4 * 1024 * 1024, ADDED = 64 };
#endif
enum { PIECE = 16 * 1024 };

static void prepare(struct ac__memory *memory)
{
    size_t left = (size_t)(memory->end - memory->prepared), bytes = left < PIECE ? left : PIECE;
    memory->prepare(memory->prepared, bytes);
    memory->prepared += bytes;
}

static struct ac__chunk *chunk_get(struct ac_allocator *allocator, size_t size, size_t bytes)
{
    size_t used = AC__GRAIN + (size - ADDED - AC__GRAIN) / bytes * bytes;
    struct ac__chunk *chunk = allocator->get(allocator, used);
    if (chunk)
        chunk->bytes = used;
    return chunk;
}

// Adds a chunk with room for a block, twice as large as the one before, or, where there is no memory for that, a small one. False: there is
// none at all.
static bool chunk_add(struct ac__memory *memory, size_t bytes)
{
    size_t least = FIRST_CHUNK;
    while (least < ADDED + AC__GRAIN + bytes)
        least *= 2;
    size_t size = memory->chunk_bytes > least ? memory->chunk_bytes : least;
    struct ac__chunk *chunk = chunk_get(memory->allocator, size, bytes);
    if (!chunk && size > least) {
        size = least;
        chunk = chunk_get(memory->allocator, size, bytes);
    }
    if (!chunk)
        return false;
    chunk->next = memory->chunks;
    memory->chunks = chunk;
    memory->cut = (char *)chunk + AC__GRAIN;
    memory->prepared = (char *)chunk;
    memory->end = (char *)chunk + chunk->bytes;
    memory->chunk_bytes = size < LARGEST_CHUNK ? 2 * size : size;
    return true;
}

// Cuts a small block from the newest chunk, or from a new one.
void *ac__memory_cut(struct ac__memory *memory, size_t bytes)
{
    if ((size_t)(memory->end - memory->cut) < bytes && !chunk_add(memory, bytes))
        return 0;
    void *block = memory->cut;
    memory->cut += bytes;
    if (memory->prepare && memory->cut > memory->prepared)
        prepare(memory);
    return block;
}

// Gives all chunks back, and with them every small block.
void ac__memory_end(struct ac__memory *memory)
{
    while (memory->chunks) {
        struct ac__chunk *chunk = memory->chunks;
        memory->chunks = chunk->next;
        memory->allocator->put(memory->allocator, chunk, chunk->bytes);
    }
}

static void *frame_begin(struct ac_outside *outside, struct ac_task *task, uintptr_t home)
{
    *outside = (struct ac_outside){ .parent = task, .home = home };
    return outside + 1;
}

static __attribute__((noinline)) void *frame_make_anew(struct ac_task *task, size_t bytes)
{
    struct ac__memory *memory = &ac__executor_of(task)->memory;
    struct ac_outside *outside = ac__memory_get(memory, bytes);
    uintptr_t home = bytes > AC__SMALL ? 2 * bytes + 1 : (uintptr_t)ac__memory_list(memory, bytes);
    return outside ? frame_begin(outside, task, home) : 0;
}

// In a recursion nearly always one that was free: the rest is apart, so that nothing needs to be kept across its calls.
void *ac_frame_make(struct ac_task *task, size_t bytes)
{
    size_t size = sizeof(struct ac_outside) + bytes;
    void *block = ac__memory_again(&ac__executor_of(task)->memory, size);
    return block ? frame_begin(block, task, (uintptr_t)ac__memory_list(&ac__executor_of(task)->memory, size)) : frame_make_anew(task, size);
}

static inline bool is_large(const struct ac_outside *outside)
{
    return outside->home % 2 != 0;
}

void ac_frame_free(struct ac_task *task, void *frame)
{
    struct ac_outside *outside = ac_frame_outside(frame);
    struct ac_allocator *allocator = ac__executor_of(task)->memory.allocator;
    if (is_large(outside))
        allocator->put(allocator, outside, outside->home / 2);
    else
        ac__list_put((struct ac__free **)outside->home, outside);
}

// The result may be of another type of that size. What needs to be kept across a call is apart.
#define TAKE(name, type)                                                                                                    \
    static __attribute__((noinline)) type name##_take_large(struct ac_task *task, void *frame)                              \
    {                                                                                                                       \
        type value;                                                                                                         \
        __builtin_memcpy(&value, &AC_RESULT(frame, type), sizeof value);                                                    \
        ac_frame_free(task, frame);                                                                                         \
        return value;                                                                                                       \
    }                                                                                                                       \
    type name##_take(struct ac_task *task, void *frame)                                                                     \
    {                                                                                                                       \
        struct ac_outside *outside = ac_frame_outside(frame);                                                               \
        if (is_large(outside))                                                                                              \
            return name##_take_large(task, frame);                                                                          \
        type value;                                                                                                         \
        __builtin_memcpy(&value, &AC_RESULT(frame, type), sizeof value);                                                    \
        ac__list_put((struct ac__free **)outside->home, outside);                                                           \
        return value;                                                                                                       \
    }
AC_POLL_TYPES(TAKE)

// So may this one.
#define ENDED(name, type)                                                                                                   \
    struct ac_node *name##_ended(name polled, void *frame)                                                                  \
    {                                                                                                                       \
        if (polled.pending)                                                                                                 \
            return 0;                                                                                                       \
        __builtin_memcpy(&AC_RESULT(frame, type), &polled.value, sizeof polled.value);                                      \
        return frame;                                                                                                       \
    }
AC_POLL_TYPES(ENDED)

struct ac_node *ac_void_ended(ac_void polled, void *frame)
{
    return polled.pending ? 0 : frame;
}

// What waits is told from what does not without more than that.
#define ENTERED(name, type)                                                                                                 \
    static __attribute__((noinline)) name name##_ready(name polled, struct ac_task *task, void *frame)                      \
    {                                                                                                                       \
        ac_frame_free(task, frame);                                                                                         \
        return polled;                                                                                                      \
    }                                                                                                                       \
    name name##_entered(name polled, struct ac_task *task, void *frame)                                                     \
    {                                                                                                                       \
        return polled.pending ? polled : name##_ready(polled, task, frame);                                                 \
    }
AC_POLL_TYPES(ENTERED)
ENTERED(ac_void, void)

void ac_frame_give(struct ac_task *task, void *frame)
{
    ac__executor_of(task)->given = frame;
}

void *ac_frame_taken(struct ac_task *task)
{
    return ac__executor_of(task)->given;
}

// --- a frame for which there is no memory when its callee waits already ------------------------------------------------------

static bool is_true(void *what)
{
    return *(bool *)what;
}

static struct ac_node *late_resume(struct ac_node *done, struct ac_task *task)
{
    (void)task;
    *(bool *)ac_frame_outside(done)->parent = true;
    return 0;
}

// No backtrace goes on here: it is not marked as one of a frame outside its parent.
static const struct ac_link late_link = { .resume = late_resume, .function = "(no memory)", .file = __FILE__, .line = __LINE__ };

// What waits in `frame` is ended like everything when a deadline has passed; the function that waits for it stays on the stack.
static void end_callee(struct ac_task *task, void *frame)
{
    struct ac_executor *executor = ac__executor_of(task);
    bool has_ended = false;
    int budget = executor->budget;
    ac_suspend_outside(frame, &has_ended, &late_link);
    ac__task_late(task);
    if (!executor->run_until(executor, is_true, &has_ended, AC_NEVER))
        executor->fatal("no memory for a frame, and nothing ends what it would wait for");
    task->flags -= AC__LATE;
    executor->budget = budget;
    ac_frame_outside(frame)->parent = task;
    ac_frame_give(task, frame);
}

struct ac_waiting ac_frame_make_late(size_t bytes, void *none, intptr_t pending)
{
    (void)none;
    void *child = (void *)pending, *self;
    struct ac_task *task = ac_frame_task(child);
    self = ac_frame_make(task, bytes);
    if (!self)
        end_callee(task, child);
    return (struct ac_waiting){ self, child };
}

// A block of a variable length array, in the list of its activation.
struct block {
    struct block *next, **link;
    size_t bytes;
} __attribute__((aligned(AC__GRAIN)));

static void block_free(struct ac_executor *executor, struct block *block)
{
    *block->link = block->next;
    if (block->next)
        block->next->link = block->link;
    ac__memory_put(&executor->memory, block, sizeof *block + block->bytes);
}

void *ac_block(struct ac_task *task, void **list, void *old, size_t bytes)
{
    struct ac_executor *executor = ac__executor_of(task);
    if (old)
        block_free(executor, (struct block *)old - 1);
    // A length that came out negative is a size that there is no memory for.
    struct block *block = bytes <= PTRDIFF_MAX - sizeof *block ? ac__memory_get(&executor->memory, sizeof *block + bytes) : 0;
    if (!block)
        executor->fatal("no memory for a variable length array");
    block->bytes = bytes;
    block->link = (struct block **)(void *)list;
    block->next = *list;
    if (block->next)
        block->next->link = &block->next;
    *list = block;
    return block + 1;
}

void ac_blocks_free(struct ac_task *task, void **list)
{
    while (*list)
        block_free(ac__executor_of(task), *list);
}
