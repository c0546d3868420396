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

// A list of this level begins at the multiples of 2 to the power of this many nanoseconds.
static unsigned bits_below(unsigned level)
{
    return AC__TICK_BITS - AC__LANE_BITS + level * AC__DIGIT_BITS;
}

static ac__occupied bit(unsigned list)
{
    return (ac__occupied)((ac__occupied)1 << list % AC__OCCUPIED_BITS);
}

static bool is_occupied(const struct ac__wheel *wheel, unsigned level, unsigned list)
{
    return wheel->occupied[level][list / AC__OCCUPIED_BITS] & bit(list);
}

static void clear_occupied(struct ac__wheel *wheel, unsigned level, unsigned list)
{
    wheel->occupied[level][list / AC__OCCUPIED_BITS] &= (ac__occupied)~bit(list);
}

// Lists need no initialisation: one whose bit is clear is empty whatever it holds.
static void place(struct ac__wheel *wheel, struct ac_timer *timer)
{
    uint64_t tick = tick_of(timer->deadline);
    if (tick <= wheel->tick) {
        append(&wheel->fresh, timer);
        return;
    }
    unsigned level = (63 - (unsigned)__builtin_clzll(tick ^ wheel->tick)) / AC__DIGIT_BITS;
    unsigned list = (uint64_t)timer->deadline >> bits_below(level) & (AC__LISTS - 1);
    if (!is_occupied(wheel, level, list)) {
        wheel->occupied[level][list / AC__OCCUPIED_BITS] |= bit(list);
        list_begin(&wheel->lists[level][list]);
    }
    append(&wheel->lists[level][list], timer);
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
    // The one neighbour is the head of a list that is empty now; if it is one of a slot, its bit goes.
    uintptr_t offset = (uintptr_t)timer->next - (uintptr_t)wheel->lists;
    if (offset < sizeof wheel->lists) {
        unsigned list = (unsigned)(offset / sizeof wheel->lists[0][0]);
        clear_occupied(wheel, list / AC__LISTS, list % AC__LISTS);
    }
}

// The list that begins first of those that are not empty, at the lowest level that has one: every timer of a lower level shares more
// leading digits with the wheel's tick, so it is earlier. Returns the level, or AC__LEVELS.
static unsigned first_list(const struct ac__wheel *wheel, unsigned *list)
{
    for (unsigned level = 0; level < AC__LEVELS; level++)
        for (unsigned n = 0; n < AC__OCCUPIED; n++)
            if (wheel->occupied[level][n]) {
                *list = n * AC__OCCUPIED_BITS + (unsigned)__builtin_ctzll(wheel->occupied[level][n]);
                return level;
            }
    return AC__LEVELS;
}

static ac_time begin_of(const struct ac__wheel *wheel, unsigned level, unsigned list)
{
    unsigned shift = bits_below(level);
    return (ac_time)(((wheel->tick << AC__TICK_BITS >> shift) / AC__LISTS * AC__LISTS + list) << shift);
}

// A way along a list whose timers go elsewhere.
struct way {
    struct ac_timer *next, *end;
    struct ac_timer *scout;     // goes through the other half from its end, to have it in the cache when it is needed; 0: has met the way
};

static void step(struct ac__wheel *wheel, struct way *way)
{
    struct ac_timer *timer = way->next, *next = timer->next;
    way->next = next;
    __builtin_prefetch(next);
    if (way->scout && way->scout != timer && way->scout != next)
        __builtin_prefetch(way->scout = way->scout->previous);
    else
        way->scout = 0;
    place(wheel, timer);
}

// Takes the lists of a slot out, the first of which is given. Returns how many there are.
static unsigned slot_open(struct ac__wheel *wheel, unsigned level, unsigned first, struct way *ways)
{
    unsigned count = 0;
    for (unsigned list = first; list < first + AC__LANES; list++) {
        struct ac__timers *timers = &wheel->lists[level][list];
        if (!is_occupied(wheel, level, list))
            continue;
        clear_occupied(wheel, level, list);
        ways[count++] = (struct way){ timers->next, head(timers), timers->previous };
    }
    return count;
}

// Moves the wheel to the next slot that is not empty, if that begins not later than `tick`: its timers move down, or to
// `fresh`. One slot at a time, so that what is sorted together is small, however late the executor looks. Of many timers each is a miss
// of the cache: those of the several lists are waited for at the same time.
static bool advance(struct ac__wheel *wheel, uint64_t tick)
{
    unsigned first = 0, level = first_list(wheel, &first);
    if (level == AC__LEVELS)
        return false;
    first = first / AC__LANES * AC__LANES;
    uint64_t begin = tick_of(begin_of(wheel, level, first));
    if (begin > tick)
        return false;
    struct way ways[AC__LANES] = { 0 };
    unsigned count = slot_open(wheel, level, first, ways);
    wheel->tick = begin;
    while (count)
        for (unsigned n = 0; n < count; n++) {
            step(wheel, &ways[n]);
            if (ways[n].next == ways[n].end)
                ways[n--] = ways[--count];
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
    unsigned list = 0, level = first_list(wheel, &list), seen = 0;
    ac_time earliest = AC_NEVER;
    if (level == AC__LEVELS)
        return AC_NEVER;
    struct ac__timers *timers = &wheel->lists[level][list];
    for (struct ac_timer *timer = timers->next; timer != head(timers); timer = timer->next) {
        if (++seen > CROWD)
            return begin_of(wheel, level, list);
        if (timer->deadline < earliest)
            earliest = timer->deadline;
    }
    return earliest;
}
