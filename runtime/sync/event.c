// Event, notification, barrier, once.
#include "sync/queue.h"

int ac__event_take(struct ac_event *event)
{
    return event->is_set ? 0 : -AC__EAGAIN;
}

void ac_event_set(struct ac_event *event)
{
    struct ac__served list, *served = ac__guard_take(&event->guard, &list);
    event->is_set = true;
    ac__serve_all(&event->queue, 0, served);
    ac__guard_give(&event->guard, served);
}

void ac_event_clear(struct ac_event *event)
{
    struct ac__served list, *served = ac__guard_take(&event->guard, &list);
    event->is_set = false;
    ac__guard_give(&event->guard, served);
}

int ac__notify_take(struct ac_notify *notify)
{
    if (!notify->is_stored)
        return -AC__EAGAIN;
    notify->is_stored = false;
    return 0;
}

void ac_notify_one(struct ac_notify *notify)
{
    struct ac__served list, *served = ac__guard_take(&notify->guard, &list);
    if (notify->queue.first)
        ac__serve_first(&notify->queue, 0, served);
    else
        notify->is_stored = true;
    ac__guard_give(&notify->guard, served);
}

void ac_notify_all(struct ac_notify *notify)
{
    struct ac__served list, *served = ac__guard_take(&notify->guard, &list);
    ac__serve_all(&notify->queue, 0, served);
    ac__guard_give(&notify->guard, served);
}

int ac__barrier_pass(struct ac_barrier *barrier, struct ac__served *served)
{
    if (barrier->waiting + 1 < barrier->parties)
        return -AC__EAGAIN;
    barrier->waiting = 0;
    ac__serve_all(&barrier->queue, 0, served);
    return 1;
}

int ac__once_take(struct ac_once *once)
{
    switch (once->state) {
    case AC_ONCE_NEW:
        once->state = AC_ONCE_BUSY;
        return 1;
    case AC_ONCE_BUSY:
        break;
    case AC_ONCE_DONE:
        return 0;
    }
    return -AC__EAGAIN;
}

static void once_end(struct ac_once *once, bool succeeded, struct ac__served *served)
{
    if (succeeded) {
        once->state = AC_ONCE_DONE;
        ac__serve_all(&once->queue, 0, served);
    } else if (once->queue.first) {
        ac__serve_first(&once->queue, 1, served);
    } else {
        once->state = AC_ONCE_NEW;
    }
}

_Bool ac_once_end_checked(struct ac_once *once, _Bool succeeded)
{
    struct ac__served list, *served = ac__guard_take(&once->guard, &list);
    bool was_busy = once->state == AC_ONCE_BUSY;
    if (was_busy)
        once_end(once, succeeded, served);
    ac__guard_give(&once->guard, served);
    return was_busy;
}

// In parentheses: the name is a macro as well, which checks.
void (ac_once_end)(struct ac_once *once, _Bool succeeded)
{
    (void)ac_once_end_checked(once, succeeded);
}
