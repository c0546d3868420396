// The synchronous twins of the async functions: what a program without `async` and `await` links with. They wait by
// blocking the thread, descriptors in non-blocking mode included.
#ifndef AC_ERASED_ERASED_H
#define AC_ERASED_ERASED_H

#define AC_ERASED
#include "acc/acc.h"
#include <stdbool.h>

// Blocks until one of the events has come; those, or -errno.
int ac__erased_ready(int fd, unsigned events);

// After a call that failed: whether to try again. Waits first when that is what the call was short of.
bool ac__erased_again(int fd, unsigned events);

#endif
