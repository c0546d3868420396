#ifndef AC_ERASED
#define async
#define await
#define AC_ERASED
#endif
#include "shared.h"

int plain_twice(int x)
{
    return 2 * x;
}

int plain_job_size(void)
{
    return sizeof(struct job);
}

void plain_report(const char *name, int x)
{
    show(name, x);
}
