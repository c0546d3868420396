// Tasks: starting, ending, waking, cancelling.
#include "acc/queue.h"
#include "core/core.h"
#include "core/tsan.h"

#if __SIZEOF_POINTER__ == 8
_Static_assert(sizeof(struct ac_task) == 56 && AC__TASK_BYTES == 48, "a task and the start of its frame are one cache line");
#endif

void ac__executor_begin(struct ac_executor *executor, struct ac_allocator *allocator, ac_time now)
{
    executor->root = (struct ac_link){ .resume = ac__root_resume, .function = "(task)", .file = __FILE__, .line = __LINE__ };
    executor->last = &executor->first;
    executor->memory.allocator = allocator;
    ac__wheel_begin(&executor->wheel, now);
}

static void list(struct ac_task *task, struct ac_group *group)
{
    task->group = group;
    task->sibling = group->first;
    if (task->sibling)
        task->sibling->link = &task->sibling;
    task->link = &group->first;
    group->first = task;
}

static void unlist(struct ac_task *task)
{
    *task->link = task->sibling;
    if (task->sibling)
        task->sibling->link = task->link;
}

static void begin(struct ac_task *task, struct ac_executor *executor, struct ac_group *group, unsigned bytes, unsigned flags)
{
    task->root.up = &executor->root;
    task->node = 0;
    task->bytes = bytes;
    task->flags = flags;
    task->group = 0;
    if (group)
        list(task, group);
}

// What lies before the task in its block, so that the frame behind it is aligned to two pointers: where it may have to be, since the
// size of a type is a multiple of its alignment.
static size_t gap_for(size_t bytes)
{
    const size_t alignment = 2 * sizeof(void *);
    return bytes % alignment ? 0 : (alignment - AC__TASK_BYTES % alignment) % alignment;
}

struct ac_task *ac__task_make(struct ac_executor *executor, struct ac_group *group, size_t bytes)
{
    size_t before = gap_for(bytes) + AC__TASK_BYTES;
    char *block = bytes <= UINT32_MAX - before ? ac__memory_get(&executor->memory, before + bytes) : 0;
    if (!block)
        return 0;
    struct ac_task *task = AC_PARENT(block + before, struct ac_task, root);
    begin(task, executor, group, (unsigned)bytes, 0);
    return task;
}

_Static_assert(sizeof(struct ac_slot) >= AC__TASK_BYTES, "a task fits into its slot");

struct ac_task *ac_child_in(struct ac_task *task, struct ac_group *group, struct ac_slot *slot)
{
    struct ac_task *child = ac__slot_task(slot);
    slot->words[0] = 0;
    begin(child, ac__executor_of(task), group, ac__place(slot), AC__IN_PLACE);
    return child;
}

struct ac_task *ac_child(struct ac_task *task, struct ac_group *group, size_t bytes)
{
    struct ac_task *child = ac__task_make(ac__executor_of(task), group, bytes);
    if (child)
        return child;
    ac__executor_of(task)->start_error = -AC_ENOMEM;
    if (group && !group->error)
        group->error = -AC_ENOMEM;
    return 0;
}

void *ac_child_frame(struct ac_task *child)
{
    return &child->root;
}

static void task_free(struct ac_task *task)
{
    if (task->flags & AC__IN_PLACE) {
        task->bytes = 0;
        return;
    }
    size_t gap = gap_for(task->bytes);
    ac__memory_put(&ac__executor_of(task)->memory, (char *)task - gap, gap + AC__TASK_BYTES + task->bytes);
}

// The last child of a group has ended: whoever waits for all of them goes on.
static void group_ended(struct ac_group *group)
{
    struct ac_join_all_frame *frame = AC_PARENT(group->waiter, struct ac_join_all_frame, wait);
    group->waiter = 0;
    ac_task_wake(frame->task);
}

// The result is in the frame. A joiner is woken after DONE is set, so it sees both, once.
static void task_end(struct ac_task *task)
{
    task->flags |= AC__DONE;
    if (task->flags & AC__HELD) {
        if (task->joiner && task->joiner->flags & AC__JOINING) {
            task->flags |= AC__WOKE;
            ac_task_wake(task->joiner);
        }
        return;
    }
    struct ac_group *group = task->group;
    unlist(task);
    task_free(task);
    if (!group->first && group->waiter)
        group_ended(group);
}

struct ac_node *ac__root_resume(struct ac_node *done, struct ac_task *task)
{
    (void)done;
    task_end(task);
    return 0;
}

// What the child itself has started is forgotten.
void ac_child_started(struct ac_task *child, bool pending, bool detached_from_handle)
{
    ac__executor_of(child)->start_error = 0;
    if (!detached_from_handle) {
        child->flags |= AC__HELD;
        if (child->group)
            unlist(child);
        list(child, &ac__executor_of(child)->held);
        child->joiner = 0;
    }
    if (!pending)
        task_end(child);
}

ac_int ac_start_error(void *frame, struct ac_task *task, unsigned point)
{
    (void)frame;
    (void)point;
    return (ac_int){ ac__executor_of(task)->start_error, false };
}

void ac__task_drop(struct ac_task *task)
{
    unlist(task);
    task_free(task);
}

void ac_child_free(struct ac_task *child)
{
    if (!ac__is_child(child))
        return;
    if (!(child->flags & AC__DONE))
        ac__executor_of(child)->fatal("a task is freed that has not ended");
    ac__task_drop(child);
}

void ac__child_give(struct ac_task *child, struct ac_group *group)
{
    if (child->flags & AC__DONE) {
        ac_child_free(child);
        return;
    }
    child->flags &= ~(unsigned)AC__HELD;
    unlist(child);
    list(child, group);
}

// --- waiting and waking -------------------------------------------------------------------------------------------------

void ac_task_wait(struct ac_task *task, struct ac_wait *wait)
{
    ac__wait_begin(task, &wait->node, AC__WAITING);
    ac__executor_of(task)->waits++;
}

void ac_task_wake(struct ac_task *task)
{
    ac__task_wake(task);
}

void ac__wake_promise(struct ac_task *task)
{
    __atomic_fetch_add(&ac__executor_of(task)->wakers, 1, __ATOMIC_RELAXED);
}

void ac__wake_promised(struct ac_task *task)
{
    struct ac_executor *executor = ac__executor_of(task);
    struct ac_task *top = __atomic_load_n(&executor->woken, __ATOMIC_RELAXED);
    ac__releasing(&executor->woken);
    do {
        task->next = top;
        // seq_cst: orders this store before the load of `asleep`; the executor does the same the other way round, so
        // at least one of the two sees the other. As a release it publishes what the operation has stored.
    } while (!__atomic_compare_exchange_n(&executor->woken, &top, task, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    if (__atomic_load_n(&executor->asleep, __ATOMIC_SEQ_CST) && __atomic_exchange_n(&executor->asleep, 0, __ATOMIC_RELAXED))
        executor->notify(executor);
    // release: the executor frees itself only after it has seen this.
    ac__releasing(&executor->wakers);
    __atomic_fetch_sub(&executor->wakers, 1, __ATOMIC_RELEASE);
}

// The promise comes before the task can run: the executor may end with it, and waits until no promise is left.
void ac_task_wake_remote(struct ac_task *task)
{
    ac__wake_promise(task);
    ac__wake_promised(task);
}

bool ac__woken_pending(struct ac_executor *executor)
{
    return __atomic_load_n(&executor->woken, __ATOMIC_SEQ_CST);
}

static void woken(struct ac_task *task)
{
    if (task->flags & AC__STANDING) {
        ac__executor_of(task)->waits--;
        ac__wait_end(task, AC__STANDING);
    } else {
        ac__task_wake(task);
    }
}

// Queues the tasks that others have woken, in the order in which they were.
void ac__woken_take(struct ac_executor *executor)
{
    if (!__atomic_load_n(&executor->woken, __ATOMIC_RELAXED))
        return;
    // acquire: pairs with the wakers' stores.
    struct ac_task *task = __atomic_exchange_n(&executor->woken, (struct ac_task *)0, __ATOMIC_ACQUIRE), *ordered = 0;
    ac__acquired(&executor->woken);
    while (task) {
        struct ac_task *next = task->next;
        task->next = ordered;
        ordered = task;
        task = next;
    }
    while (ordered) {
        task = ordered;
        ordered = task->next;
        woken(task);
    }
}

void ac_task_defer(struct ac_task *task, struct ac_node *node)
{
    task->node = node;
    ac__queue(task);
}

bool ac_task_cancelled(const struct ac_task *task)
{
    return ac__task_cancelled(task);
}

bool ac_task_spent(struct ac_task *task)
{
    return ac__task_spent(task);
}

bool ac_task_done(const struct ac_task *task)
{
    return task->flags & AC__DONE;
}

struct ac_executor *ac_task_executor(const struct ac_task *task)
{
    return ac__executor_of(task);
}

// Entered through a pointer. Giving way is a courtesy: without memory the task just goes on.
static __attribute__((noinline)) ac_void yield_outside(struct ac_task *task)
{
    struct ac_yield_frame *self = ac_frame_make(task, sizeof *self);
    if (self)
        ac_task_defer(task, &self->node);
    return (ac_void){ AC_WAITS(self) };
}

ac_void ac_yield(void *frame, struct ac_task *task, unsigned point)
{
    (void)point;
    if (!frame)
        return yield_outside(task);
    ac_task_defer(task, frame);
    return (ac_void){ AC_WAITS(frame) };
}

// --- cancelling ---------------------------------------------------------------------------------------------------------

static void end_wait(struct ac_task *task)
{
    if (task->flags & AC__STANDING) {
        struct ac_queue_frame *frame = AC_PARENT(task->node, struct ac_queue_frame, node);
        frame->cancel(frame);
    } else if (task->flags & AC__SLEEPING) {
        ac__sleep_cancel(AC_PARENT(task->node, struct ac_sleep_frame, node));
    } else if (task->flags & AC__POLLING) {
        ac__executor_of(task)->poll_cancel(task);
    } else if (task->flags & (AC__WAITING | AC__JOINING)) {
        struct ac_wait *wait = AC_PARENT(task->node, struct ac_wait, node);
        wait->cancel(wait, task);
    }
}

// A wait is ended early once, whatever reasons there are.
static void cancel_by(struct ac_task *task, unsigned reason)
{
    bool was_cancelled = ac_task_cancelled(task);
    task->flags += reason;
    if (!was_cancelled && ac_task_cancelled(task))
        end_wait(task);
}

void ac_task_cancel(struct ac_task *task)
{
    if (!(task->flags & (AC__CANCELLED | AC__DONE)))
        cancel_by(task, AC__CANCELLED);
}

// One more would be carried into what holds cancelling back.
void ac__task_late(struct ac_task *task)
{
    const unsigned most = AC__BACK - AC__LATE;
    if ((task->flags & most) == most)
        ac__executor_of(task)->fatal("more than 1,023 deadlines of one task have passed, one in the other");
    cancel_by(task, AC__LATE);
}

void ac_cancel_hold(struct ac_task *task)
{
    bool was_held = (int)task->flags < 0;
    task->flags -= AC__BACK;
    if (was_held && (int)task->flags >= 0)
        ac__executor_of(task)->fatal("more than 2,048 deferred statements of one task wait, one in the other");
}

void ac_cancel_resume(struct ac_task *task)
{
    task->flags += AC__BACK;
}

void ac_cancel(void *handle)
{
    struct ac_task *child = ac__task_of(handle);
    if (child)
        ac_task_cancel(child);
}

// In checked programs the name is a macro too.
void (ac_detach)(void *handle)
{
    struct ac_task *child = ac__task_of(handle);
    ((ac_handle *)handle)->task = 0;
    if (child)
        ac__child_give(child, &ac__executor_of(child)->detached);
}
