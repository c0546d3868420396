// What the tests of `await any` share. The erased program selects the first arm; arms that must lose come later and wait for
// what does not come.
#ifndef ANY_H
#define ANY_H

#include "support.h"

#ifdef AC_ERASED
static inline async int never(void)
{
    return 0;
}
#else
static inline async int never(void)
{
    return await ac_sleep(1000 * AC_SECOND);
}
#endif

#endif
