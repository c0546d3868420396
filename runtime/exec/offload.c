// ac_offload: a function on a thread of its own, see acc/sync.h.
//
// A thread that has nothing more to do waits for the next function, of whatever executor; a few of them, the others end. Nobody has to
// end these: they own nothing but their stacks, and hold nothing while they wait.
#include "acc/sync.h"
#include "core/core.h"
#include "core/tsan.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>

enum { MOST_IDLE = 8 };

// A thread, on its stack; in the list while it is idle.
struct worker {
    struct worker *next;
    struct ac_offload_frame *work;      // 0 while it is idle
    pthread_cond_t has_work;
};

static struct {
    pthread_mutex_t lock;
    struct worker *first;               // the one that became idle last
    unsigned count;
} idle = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void lock(void)
{
    (void)pthread_mutex_lock(&idle.lock);       // of this kind it cannot fail
}

static void unlock(void)
{
    (void)pthread_mutex_unlock(&idle.lock);
}

// A process that was forked has one thread.
static void forget_all(void)
{
    idle.first = 0;
    idle.count = 0;
    unlock();
}

static void prepare_for_fork(void)
{
    (void)pthread_atfork(lock, unlock, forget_all);     // without memory for it a forked process must not offload
}

static void run(struct ac_offload_frame *self)
{
    struct ac_executor *executor = ac__executor_of(self->task);
    self->result = self->run(self->argument);
    ac_task_wake_remote(self->task);                    // the frame may be gone now
    // release: the executor frees itself only after it has seen this.
    ac__releasing(&executor->wakers);
    __atomic_fetch_sub(&executor->wakers, 1, __ATOMIC_RELEASE);
}

static void wait_for_work(struct worker *self)
{
    self->work = 0;
    lock();
    if (idle.count < MOST_IDLE) {
        idle.count++;
        self->next = idle.first;
        idle.first = self;
        while (!self->work)
            (void)pthread_cond_wait(&self->has_work, &idle.lock);
    }
    unlock();
}

static void *work(void *first)
{
    struct worker self = { .work = first, .has_work = PTHREAD_COND_INITIALIZER };
    (void)pthread_detach(pthread_self());
    while (self.work) {
        run(self.work);
        wait_for_work(&self);
    }
    return 0;
}

// False: no thread is idle.
static bool hand_over(struct ac_offload_frame *frame)
{
    lock();
    struct worker *worker = idle.first;
    if (worker) {
        idle.first = worker->next;
        idle.count--;
        worker->work = frame;
        (void)pthread_cond_signal(&worker->has_work);
    }
    unlock();
    return worker;
}

// The thread takes no signals: they are for those who wait for them. 0, or -EAGAIN: the system has no thread.
static int thread_begin(struct ac_offload_frame *frame)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_t thread;
    sigset_t all, before;
    (void)pthread_once(&once, prepare_for_fork);
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);  // fails for an operation that there is not, and so does not
    int error = pthread_create(&thread, 0, work, frame);
    (void)pthread_sigmask(SIG_SETMASK, &before, 0);
    return error ? -EAGAIN : 0;
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

static const struct ac_link offload_link = {
    .resume = resume, .function = "ac_offload", .file = __FILE__, .line = __LINE__, .offset = AC_OFFSET(struct ac_offload_frame, wait.node),
};

static void begin(struct ac_offload_frame *self, struct ac_task *task)
{
    self->wait.node.up = &offload_link;
    self->wait.cancel = leave;
    ac_task_wait(task, &self->wait);
    // Before there is a thread: the executor may want to end before that has begun.
    __atomic_fetch_add(&ac__executor_of(task)->wakers, 1, __ATOMIC_RELAXED);
    int error = hand_over(self) ? 0 : thread_begin(self);
    if (!error)
        return;
    __atomic_fetch_sub(&ac__executor_of(task)->wakers, 1, __ATOMIC_RELAXED);
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
    self->result = -ECANCELED;
    self->task = task;
    self->run = run;
    self->argument = argument;
    if (is_cancelled)
        ac_task_defer(task, &self->node);
    else
        begin(self, task);
    return (ac_long){ 0, AC_WAITS(self) };
}
