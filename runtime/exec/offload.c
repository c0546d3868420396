// ac_offload: a function on a thread of its own, see acc/sync.h.
#include "acc/sync.h"
#include "core/core.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>

static void *offloaded(void *frame)
{
    struct ac_offload_frame *self = frame;
    struct ac_executor *executor = self->task->executor;
    self->result = self->run(self->argument);
    ac_task_wake_remote(self->task);                    // the frame may be gone now
    // release: the executor frees itself only after it has seen this.
    __atomic_fetch_sub(&executor->wakers, 1, __ATOMIC_RELEASE);
    return 0;
}

// The thread takes no signals: they are for those who wait for them. 0 or -errno.
static int thread_begin(struct ac_offload_frame *self)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    int error = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (error)
        return -error;
    error = pthread_create(&thread, 0, offloaded, self);
    (void)pthread_sigmask(SIG_SETMASK, &before, 0);     // what was set before can be set again
    if (!error)
        error = pthread_detach(thread);
    return -error;
}

// Nothing ends the function early.
static void leave(struct ac_wait *wait, struct ac_task *task)
{
    (void)wait;
    (void)task;
}

static struct ac_node *resume(struct ac_node *done, struct ac_task *task)
{
    (void)task;
    return &AC_PARENT(done, struct ac_offload_frame, wait.node)->node;
}

static const struct ac_link offload_link = { .resume = resume, .function = "ac_offload", .file = __FILE__, .line = __LINE__ };

static void begin(struct ac_offload_frame *self, struct ac_task *task)
{
    self->wait.node.up = &offload_link;
    self->wait.cancel = leave;
    ac_task_wait(task, &self->wait);
    // Before there is a thread: the executor may want to end before that has begun.
    __atomic_fetch_add(&task->executor->wakers, 1, __ATOMIC_RELAXED);
    int error = thread_begin(self);
    if (!error)
        return;
    __atomic_fetch_sub(&task->executor->wakers, 1, __ATOMIC_RELAXED);
    self->result = error;
    ac_task_wake(task);
}

ac_long ac_offload(void *frame, struct ac_task *task, unsigned point, long (*run)(void *argument), void *argument)
{
    (void)point;
    bool is_cancelled = ac__task_cancelled(task);
    if (is_cancelled && !ac__task_spent(task))
        return (ac_long){ -ECANCELED, false };
    struct ac_offload_frame *self = ac__leaf_frame(task, frame, sizeof *self);
    if (!self)
        return (ac_long){ -ENOMEM, false };
    *self = (struct ac_offload_frame){ .result = -ECANCELED, .task = task, .run = run, .argument = argument };
    if (is_cancelled)
        ac_task_defer(task, &self->node);
    else
        begin(self, task);
    return (ac_long){ 0, AC_WAITS(self) };
}
