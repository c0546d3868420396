// ac_wait and ac_complete. Freestanding; the state is drawn in acc/sync.h.
//
// Who changes a state owns what follows: the completer that set CLAIMED may write `value`, the one that took a waiter's
// frame out wakes it, a cancellation that took it out ends it. So each wait ends once.
#include "acc/sync.h"
#include "core/core.h"
#include "core/tsan.h"

#define EMPTY ((void *)0)
#define CLAIMED ((void *)1)
#define DONE ((void *)2)

static bool is_waiter(void *state)
{
    return state != EMPTY && state != CLAIMED && state != DONE;
}

// acq_rel: acquires the waiter's frame or publishes `value`, whichever the change is about.
static bool change(struct ac_completion *completion, void **from, void *to)
{
    return __atomic_compare_exchange_n(&completion->state, from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

// The waiter is out of the state: nobody else will wake it. It may run, and the completion be gone, right after the wake.
static void deliver(struct ac_wait_frame *waiter, long value)
{
    waiter->result = value;
    ac_task_wake_remote(waiter->task);
}

bool ac_complete(struct ac_completion *completion, long value)
{
    ac__releasing(completion);
    void *state = __atomic_load_n(&completion->state, __ATOMIC_ACQUIRE);
    do {
        if (state == CLAIMED || state == DONE)
            return false;
    } while (!change(completion, &state, is_waiter(state) ? EMPTY : CLAIMED));
    if (is_waiter(state)) {
        deliver(state, value);
        return true;
    }
    completion->value = value;
    state = CLAIMED;
    if (change(completion, &state, DONE))
        return true;
    // A waiter came between the two changes. It cannot be cancelled (is_late), so the state is still its own.
    __atomic_store_n(&completion->state, EMPTY, __ATOMIC_RELEASE);
    deliver(state, value);
    return true;
}

static void wait_cancel(struct ac_wait *wait, struct ac_task *task)
{
    struct ac_wait_frame *self = AC_PARENT(wait, struct ac_wait_frame, wait);
    void *state = self;
    if (self->is_late || !change(self->completion, &state, EMPTY))
        return;                     // the value is on its way
    self->result = -AC__ECANCELED;
    ac_task_wake(task);
}

static struct ac_node *wait_resume(struct ac_node *done, struct ac_task *task)
{
    (void)task;
    return &AC_PARENT(done, struct ac_wait_frame, wait.node)->node;
}

static const struct ac_link wait_link = {
    .resume = wait_resume, .function = "ac_wait", .file = __FILE__, .line = __LINE__, .offset = AC_OFFSET(struct ac_wait_frame, wait.node),
};

// In the state DONE, which ends.
static long value_take(struct ac_completion *completion)
{
    ac__acquired(completion);
    long value = completion->value;
    __atomic_store_n(&completion->state, EMPTY, __ATOMIC_RELEASE);
    return value;
}

// Puts the waiter into the state. False: there is a value, or another waiter, and `state` says which.
static bool enter(struct ac_wait_frame *self, struct ac_completion *completion, void **state)
{
    while (*state == EMPTY || *state == CLAIMED) {
        self->is_late = *state == CLAIMED;
        if (change(completion, state, self))
            return true;
    }
    return false;
}

static ac_long ready(struct ac_task *task, struct ac_wait_frame *self, long result)
{
    if (!self || !ac_task_spent(task))
        return (ac_long){ result, false };
    self->result = result;
    ac_task_defer(task, &self->node);
    return (ac_long){ 0, AC_WAITS(self) };
}

ac_long ac_wait(void *frame, struct ac_task *task, unsigned point, struct ac_completion *completion)
{
    (void)point;
    struct ac_wait_frame *self = frame;
    void *state = __atomic_load_n(&completion->state, __ATOMIC_ACQUIRE);
    if (state == DONE)
        return ready(task, self, value_take(completion));
    if (is_waiter(state))
        return ready(task, self, -AC__EBUSY);
    if (ac_task_cancelled(task))
        return ready(task, self, -AC__ECANCELED);
    self = ac__leaf_frame(task, frame, sizeof *self);
    if (!self)
        return (ac_long){ -AC_ENOMEM, false };
    self->completion = completion;
    self->task = task;
    self->wait.node.up = &wait_link;
    self->wait.cancel = wait_cancel;
    ac_task_wait(task, &self->wait);
    if (enter(self, completion, &state))
        return (ac_long){ 0, AC_WAITS(self) };
    // Completed just now: the value is there.
    self->result = value_take(completion);
    ac_task_wake(task);
    return (ac_long){ 0, AC_WAITS(self) };
}
