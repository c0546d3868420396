#ifndef INNER_H
#define INNER_H

#include "once.h"

struct point { int x; };

static inline async int twice(int x)
{
    return 2 * await base(x);
}

#endif
