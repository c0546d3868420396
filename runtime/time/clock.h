// The calling thread's clock, stopped and moved by hand; ac_now moves it by a nanosecond. Stops nest: executors of one thread
// share its time.
#ifndef AC_TIME_CLOCK_H
#define AC_TIME_CLOCK_H

#include "acc/time.h"

void ac__clock_stop(void);                  // at AC_SECOND, unless it stands already
void ac__clock_go_on(void);
ac_time ac__clock_read(void);               // where it stands
void ac__clock_move(ac_time nanoseconds);

#endif
