// Event, notification, barrier, once.
#include "sync/queue.h"

int ac__event_take(struct ac_event *event)
{
    return event->is_set ? 0 : -AC__EAGAIN;
}

void ac_event_set(struct ac_event *event)
{
    event->is_set = true;
    ac__serve_all(&event->queue, 0);
}

void ac_event_clear(struct ac_event *event)
{
    event->is_set = false;
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
    if (notify->queue.first)
        ac__serve_first(&notify->queue, 0);
    else
        notify->is_stored = true;
}

void ac_notify_all(struct ac_notify *notify)
{
    ac__serve_all(&notify->queue, 0);
}

int ac__barrier_pass(struct ac_barrier *barrier)
{
    if (barrier->waiting + 1 < barrier->parties)
        return -AC__EAGAIN;
    barrier->waiting = 0;
    ac__serve_all(&barrier->queue, 0);
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

// In parentheses: the name is a macro as well, which checks.
void (ac_once_end)(struct ac_once *once, _Bool succeeded)
{
    if (once->state != AC_ONCE_BUSY)
        return;
    if (succeeded) {
        once->state = AC_ONCE_DONE;
        ac__serve_all(&once->queue, 0);
    } else if (once->queue.first) {
        ac__serve_first(&once->queue, 1);
    } else {
        once->state = AC_ONCE_NEW;
    }
}
