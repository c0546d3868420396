// The wheel gives out what a sorted list would, whatever is added and removed, and never asks to look too late.
#include "test.h"

enum { TIMERS = 3000, STEPS = 40000 };

struct entry { struct ac_sleep_frame sleep; bool is_in; long order; };

static unsigned long long state = 88172645463325252u;

static unsigned long long next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static struct entry entries[TIMERS];
static struct ac__wheel wheel;

// The one that has to come out first, by looking at all.
static struct entry *least(void)
{
    struct entry *found = 0;
    for (int i = 0; i < TIMERS; i++) {
        struct entry *e = &entries[i];
        if (e->is_in && (!found || e->sleep.timer.deadline < found->sleep.timer.deadline ||
                         (e->sleep.timer.deadline == found->sleep.timer.deadline && e->order < found->order)))
            found = e;
    }
    return found;
}

static ac_time some_deadline(ac_time now)
{
    ac_time distance = (ac_time)(next_random() >> (1 + next_random() % 60));
    ac_time sum;
    if (next_random() % 64 == 0)
        return AC_NEVER - (ac_time)(next_random() % 3);
    if (next_random() % 16 == 0)
        distance = -(distance % 1000000);
    return __builtin_add_overflow(now, distance, &sum) ? AC_NEVER : sum;
}

static void expire(ac_time now)
{
    struct ac_timer *timer;
    ac_time next = ac__wheel_next(&wheel);
    struct entry *expected = least();
    CHECK(!expected || next <= expected->sleep.timer.deadline);
    CHECK(expected || next == AC_NEVER);
    while ((timer = ac__wheel_expire(&wheel, now))) {
        expected = least();
        CHECK(&expected->sleep.timer == timer);
        CHECK(timer->deadline <= now);
        expected->is_in = false;
    }
    expected = least();
    CHECK(!expected || expected->sleep.timer.deadline > now);
}

int main(void)
{
    ac_time now = 5000;
    uintptr_t count = 0;
    ac__wheel_begin(&wheel, now);
    for (long step = 0; step < STEPS; step++) {
        struct entry *e = &entries[next_random() % TIMERS];
        if (next_random() % 8 == 0) {
            ac_time ahead = (ac_time)(next_random() >> (4 + next_random() % 59));
            now = now > AC_NEVER / 2 ? now : now + ahead % (AC_NEVER / 4);
            expire(now);
        } else if (e->is_in) {
            ac__wheel_remove(&wheel, &e->sleep.timer);
            e->is_in = false;
        } else {
            *e = (struct entry){ .sleep.timer.deadline = some_deadline(now), .is_in = true, .order = step };
            ac__wheel_add(&wheel, &e->sleep.timer);
        }
        if (step % 1000 == 0) {
            count = 0;
            for (int i = 0; i < TIMERS; i++)
                count += entries[i].is_in;
            CHECK_EQUAL(wheel.count, count);
        }
    }
    expire(AC_NEVER);
    CHECK_EQUAL(wheel.count, 0);
    return 0;
}
