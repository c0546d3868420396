#ifndef AC_UV_H
#define AC_UV_H
#pragma GCC system_header

// An executor in a loop of libuv: its tasks take turns with the loop's callbacks, on the loop's thread. libacc.a does not know libuv;
// all of it is in this header.
//
//     struct ac_uv uv;
//     ac_executor_make(&executor, 0);
//     ac_uv_begin(&uv, loop, executor);
//     ac_spawn(executor, serve_all(listener));
//     uv_run(loop, UV_RUN_DEFAULT);               // until neither the loop nor the executor has anything to do
//     ac_uv_end(&uv);
//     uv_run(loop, UV_RUN_DEFAULT);               // libuv gives the handles back
//     ac_executor_free(executor);
//
// A task waits for a callback of libuv by ac_wait, which the callback ends by ac_complete. Times are rounded up to milliseconds, which
// is what libuv has.

#include <uv.h>

#include "acc/executor.h"
#include "acc/time.h"

struct ac_uv {
    struct ac_executor *executor;
    uv_poll_t poll;             // its descriptor; keeps the loop going while there are tasks
    uv_timer_t timer;           // its deadline
    uv_prepare_t prepare;       // before the loop sleeps
};

// Tasks that were started while the loop did not run: says that there are some, so that uv_run does not return at once. Before the
// loop sleeps this is done by itself.
static __inline__ void ac_uv_look(struct ac_uv *uv)
{
    if (ac_executor_busy(uv->executor))
        uv_ref((uv_handle_t *)&uv->poll);
    else
        uv_unref((uv_handle_t *)&uv->poll);
}

static __inline__ void ac_uv_turn_(struct ac_uv *uv)
{
    (void)ac_executor_turn(uv->executor);
    ac_uv_look(uv);
}

// An error of the descriptor is none of the executor's: its turn shows it.
static __inline__ void ac_uv_polled_(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    ac_uv_turn_((struct ac_uv *)poll->data);
}

static __inline__ void ac_uv_timed_(uv_timer_t *timer)
{
    ac_uv_turn_((struct ac_uv *)timer->data);
}

static __inline__ void ac_uv_prepared_(uv_prepare_t *prepare)
{
    struct ac_uv *uv = (struct ac_uv *)prepare->data;
    ac_time deadline = ac_executor_deadline(uv->executor), left = deadline ? deadline - ac_now() : 0;
    ac_uv_look(uv);
    if (deadline == AC_NEVER)
        uv_timer_stop(&uv->timer);
    else
        uv_timer_start(&uv->timer, ac_uv_timed_, left > 0 ? (uint64_t)((left + AC_MILLISECOND - 1) / AC_MILLISECOND) : 0, 0);
}

// Takes the executor out of its loop; its tasks stay. The loop has to run once more for libuv to be done with *uv.
static __inline__ void ac_uv_end(struct ac_uv *uv)
{
    uv_close((uv_handle_t *)&uv->poll, 0);
    uv_close((uv_handle_t *)&uv->timer, 0);
    uv_close((uv_handle_t *)&uv->prepare, 0);
}

// Lets the loop run an executor.
//   uv         has to stay until its handles are closed
//   loop       of this thread
//   executor   of this thread, with a descriptor: not of ac_reactor_poll or ac_reactor_virtual
// Returns 0, or libuv's error: UV_ENOSYS: the executor has no descriptor; UV_EEXIST: the loop has it already. Then nothing is begun, and
// the loop has to run once more before *uv may go, as behind ac_uv_end.
static __inline__ int ac_uv_begin(struct ac_uv *uv, uv_loop_t *loop, struct ac_executor *executor)
{
    int fd = ac_executor_descriptor(executor), error = fd < 0 ? UV_ENOSYS : uv_poll_init(loop, &uv->poll, fd);
    if (error)
        return error;
    uv->executor = executor;
    uv->poll.data = uv->timer.data = uv->prepare.data = uv;
    uv_timer_init(loop, &uv->timer);
    uv_prepare_init(loop, &uv->prepare);
    uv_unref((uv_handle_t *)&uv->timer);
    uv_unref((uv_handle_t *)&uv->prepare);
    uv_prepare_start(&uv->prepare, ac_uv_prepared_);
    error = uv_poll_start(&uv->poll, UV_READABLE, ac_uv_polled_);
    if (error)
        ac_uv_end(uv);
    return error;
}

#endif
