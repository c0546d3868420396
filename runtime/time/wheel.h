// A hierarchical timing wheel: timers that are due come out in the order of their deadlines, equal ones in the order in
// which they went in. Adding and removing cost the same for any number of timers. Freestanding.
//
// Time is cut into ticks of 2^16 ns. A timer lies at the level of the highest digit (6 bits; in libacc_core.a 2) in which its tick
// differs from the wheel's, in the slot of its own digit there; when the wheel's tick reaches a slot of a higher level, its timers move
// down. Within a tick the timers are sorted, so a deadline is exact. All are timers of struct ac_sleep_frame, whose task is set.
//
// A slot is not one list but some, by the bits below its digit: many timers are waited for from memory, and those of different lists at
// the same time.
#ifndef AC_TIME_WHEEL_H
#define AC_TIME_WHEEL_H

#include "acc/time.h"
#include <stdbool.h>
#include <stdint.h>

// Where memory is scarce the digits are short, and a slot is one list: a timer moves down more often.
#ifdef AC_PORT
enum { AC__DIGIT_BITS = 2, AC__LANE_BITS = 0 };
typedef uint8_t ac__occupied;
#else
enum { AC__DIGIT_BITS = 6, AC__LANE_BITS = 2 };
typedef uint64_t ac__occupied;
#endif
enum {
    AC__TICK_BITS = 16, AC__LEVELS = 48 / AC__DIGIT_BITS,
    AC__LANES = 1 << AC__LANE_BITS,                             // lists of a slot
    AC__LISTS = AC__LANES << AC__DIGIT_BITS,                    // lists of a level, in the order of time
    AC__OCCUPIED_BITS = 8 * sizeof(ac__occupied), AC__OCCUPIED = (AC__LISTS + AC__OCCUPIED_BITS - 1) / AC__OCCUPIED_BITS,
};

// Head of a circular list of timers: looks like one without a deadline.
struct ac__timers { struct ac_timer *next, *previous; };

struct ac__wheel {
    uint64_t tick;                      // all timers of earlier ticks are due
    ac__occupied occupied[AC__LEVELS][AC__OCCUPIED];    // bit n, counted through: list n of the level is not empty
    uintptr_t count;                    // timers in the wheel
    struct ac__timers due;              // of ticks up to `tick`, sorted
    struct ac__timers fresh;            // the same, in the order in which they came
    struct ac__timers lists[AC__LEVELS][AC__LISTS];     // the last member, since it needs no initialisation
};

// `wheel` is all zero, but for its lists, which may hold anything.
void ac__wheel_begin(struct ac__wheel *wheel, ac_time now);
void ac__wheel_add(struct ac__wheel *wheel, struct ac_timer *timer);
void ac__wheel_remove(struct ac__wheel *wheel, struct ac_timer *timer);

// Takes out a timer whose deadline is not later than `now`, the earliest one; 0: there is none.
struct ac_timer *ac__wheel_expire(struct ac__wheel *wheel, ac_time now);

// When to look again: not later than the earliest deadline, and equal to it unless its slot is crowded. AC_NEVER: no timer.
ac_time ac__wheel_next(struct ac__wheel *wheel);

#endif
