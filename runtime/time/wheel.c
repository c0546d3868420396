// See wheel.h.
#include "time/wheel.h"

static struct ac_timer *head(struct ac__timers *list)
{
    return (struct ac_timer *)(void *)list;
}

static void list_begin(struct ac__timers *list)
{
    list->next = list->previous = head(list);
}

static bool is_empty(struct ac__timers *list)
{
    return list->next == head(list);
}

static void append(struct ac__timers *list, struct ac_timer *timer)
{
    timer->next = head(list);
    timer->previous = list->previous;
    list->previous->next = timer;
    list->previous = timer;
}

static void unlink_timer(struct ac_timer *timer)
{
    timer->next->previous = timer->previous;
    timer->previous->next = timer->next;
}

static uint64_t tick_of(ac_time deadline)
{
    return deadline < 0 ? 0 : (uint64_t)deadline >> AC__TICK_BITS;
}

void ac__wheel_begin(struct ac__wheel *wheel, ac_time now)
{
    wheel->tick = tick_of(now);
    list_begin(&wheel->due);
    list_begin(&wheel->fresh);
}

// Slots need no initialisation: one whose bit is clear is empty whatever it holds.
static void place(struct ac__wheel *wheel, struct ac_timer *timer)
{
    uint64_t tick = tick_of(timer->deadline);
    if (tick <= wheel->tick) {
        append(&wheel->fresh, timer);
        return;
    }
    unsigned level = (63 - (unsigned)__builtin_clzll(tick ^ wheel->tick)) / AC__DIGIT_BITS;
    unsigned digit = tick >> level * AC__DIGIT_BITS & (AC__SLOTS - 1);
    struct ac__timers *slot = &wheel->slots[level][digit];
    if (!(wheel->occupied[level] >> digit & 1)) {
        wheel->occupied[level] |= (ac__occupied)1 << digit;
        list_begin(slot);
    }
    append(slot, timer);
}

void ac__wheel_add(struct ac__wheel *wheel, struct ac_timer *timer)
{
    wheel->count++;
    place(wheel, timer);
}

void ac__wheel_remove(struct ac__wheel *wheel, struct ac_timer *timer)
{
    wheel->count--;
    unlink_timer(timer);
    if (timer->next != timer->previous)
        return;
    // The one neighbour is the head of a list that is empty now; if it is a slot, its bit goes.
    uintptr_t offset = (uintptr_t)timer->next - (uintptr_t)wheel->slots;
    if (offset < sizeof wheel->slots) {
        unsigned slot = (unsigned)(offset / sizeof wheel->slots[0][0]);
        wheel->occupied[slot / AC__SLOTS] &= ~((ac__occupied)1 << slot % AC__SLOTS);
    }
}

// The occupied slot that begins first, at the lowest level that has one: every timer of a lower level shares more leading
// digits with the wheel's tick, so it is earlier. Returns the level, or AC__LEVELS.
static unsigned first_slot(const struct ac__wheel *wheel, unsigned *digit, uint64_t *begin)
{
    for (unsigned level = 0; level < AC__LEVELS; level++)
        if (wheel->occupied[level]) {
            unsigned shift = level * AC__DIGIT_BITS;
            *digit = (unsigned)__builtin_ctzll(wheel->occupied[level]);
            *begin = (wheel->tick >> shift >> AC__DIGIT_BITS << AC__DIGIT_BITS | *digit) << shift;
            return level;
        }
    return AC__LEVELS;
}

// Moves the wheel to the next slot that is not empty, if that begins not later than `tick`: its timers move down, or to
// `fresh`. One slot at a time, so that what is sorted together is small, however late the executor looks.
static bool advance(struct ac__wheel *wheel, uint64_t tick)
{
    unsigned digit = 0;
    uint64_t begin = 0;
    unsigned level = first_slot(wheel, &digit, &begin);
    if (level == AC__LEVELS || begin > tick)
        return false;
    struct ac__timers *slot = &wheel->slots[level][digit];
    wheel->occupied[level] &= ~((ac__occupied)1 << digit);
    wheel->tick = begin;
    struct ac_timer *scout = slot->previous;
    for (struct ac_timer *timer = slot->next, *next; timer != head(slot); timer = next) {
        next = timer->next;
        // Every step of a long list misses the cache. Going through its other half at the same time halves the waiting.
        if (scout && scout != timer && scout != next)
            __builtin_prefetch(scout = scout->previous);
        else
            scout = 0;
        place(wheel, timer);
    }
    return true;
}

// Merges two chains that end with 0; of equal deadlines the one of `a` comes first.
static struct ac_timer *merge(struct ac_timer *a, struct ac_timer *b)
{
    struct ac_timer *first = 0, **last = &first;
    while (a && b) {
        struct ac_timer **least = b->deadline < a->deadline ? &b : &a;
        *last = *least;
        last = &(*least)->next;
        *least = *last;
    }
    *last = a ? a : b;
    return first;
}

// Takes a circular list out as a chain.
static struct ac_timer *chain(struct ac__timers *list)
{
    if (is_empty(list))
        return 0;
    struct ac_timer *first = list->next;
    list->previous->next = 0;
    list_begin(list);
    return first;
}

// Sorts a chain: sorted[n] holds 2^n timers or none, older ones at higher n.
static struct ac_timer *sort(struct ac_timer *timers)
{
    struct ac_timer *sorted[sizeof(uintptr_t) * 8] = { 0 }, *all = 0;
    unsigned used = 0;
    while (timers) {
        struct ac_timer *run = timers;
        timers = run->next;
        run->next = 0;
        unsigned n = 0;
        for (; sorted[n]; n++) {
            run = merge(sorted[n], run);
            sorted[n] = 0;
        }
        sorted[n] = run;
        used = n >= used ? n + 1 : used;
    }
    for (unsigned n = 0; n < used; n++)
        all = merge(sorted[n], all);
    return all;
}

static void sort_fresh(struct ac__wheel *wheel)
{
    if (is_empty(&wheel->fresh))
        return;
    struct ac_timer *timer = merge(chain(&wheel->due), sort(chain(&wheel->fresh)));
    while (timer) {
        struct ac_timer *next = timer->next;
        // They will be woken one after the other, in no order that the processor could guess.
        __builtin_prefetch(AC_PARENT(timer, struct ac_sleep_frame, timer)->task, 1);
        append(&wheel->due, timer);
        timer = next;
    }
}

struct ac_timer *ac__wheel_expire(struct ac__wheel *wheel, ac_time now)
{
    uint64_t tick = tick_of(now);
    do
        sort_fresh(wheel);
    while (is_empty(&wheel->due) && advance(wheel, tick));
    struct ac_timer *timer = wheel->due.next;
    if (timer != head(&wheel->due) && timer->deadline <= now) {
        wheel->count--;
        unlink_timer(timer);
        return timer;
    }
    // What is left is later than `now`, so the wheel may catch up; not past timers of its tick that are still to come.
    if (wheel->tick < tick)
        wheel->tick = tick;
    return 0;
}

ac_time ac__wheel_next(struct ac__wheel *wheel)
{
    enum { CROWD = 16 };
    sort_fresh(wheel);
    if (!is_empty(&wheel->due))
        return wheel->due.next->deadline;
    unsigned digit = 0, level, seen = 0;
    uint64_t begin = 0;
    ac_time earliest = AC_NEVER;
    if ((level = first_slot(wheel, &digit, &begin)) == AC__LEVELS)
        return AC_NEVER;
    struct ac__timers *slot = &wheel->slots[level][digit];
    for (struct ac_timer *timer = slot->next; timer != head(slot); timer = timer->next) {
        if (++seen > CROWD)
            return (ac_time)(begin << AC__TICK_BITS);
        if (timer->deadline < earliest)
            earliest = timer->deadline;
    }
    return earliest;
}
