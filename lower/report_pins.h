// Whether the frame of a suspended function could be moved: what holds an address into it across which await.
//
//     pinned: the address of 'buf' is taken, line 12
//     pinned: the frame of 'fetch', line 14
//
// The links of the runtime are left out: they hold every frame where it is while it waits.
#ifndef ACC_LOWER_REPORT_PINS_H
#define ACC_LOWER_REPORT_PINS_H

#include "lower/async.h"

struct pin {
    const struct point *point;      // NULL: nothing pins the frame
    const char *name;               // of the object, or of the function whose frame is inside
    bool is_frame;
};

// By async.order.
const struct pin *frames_pinned(struct unit *u);

#endif
