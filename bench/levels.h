// The levels of the chains that bench/awaits.ac measures, the innermost first. A workload that waits has a chain of its own, so that
// each function is awaited in one place; those of the chain `shared` are awaited in two.
#ifndef BENCH_LEVELS_H
#define BENCH_LEVELS_H

#include "park.h"

// Ready; waits once; waits n times.
#define READY_FIRST                        \
    LEVEL async long ready_0(long x)       \
    {                                      \
        __asm__ volatile("" : "+r"(x));    \
        if (x == -1)                       \
            await park();                  \
        return x + 1;                      \
    }
#define RETURN_FIRST(chain)                \
    LEVEL async long chain##_0(long x)     \
    {                                      \
        await park();                      \
        return x + 1;                      \
    }
#define RESUME_FIRST                       \
    LEVEL async long resume_0(long n)      \
    {                                      \
        long i;                            \
        for (i = 0; i < n; i++)            \
            await park();                  \
        return i;                          \
    }

// Level k of a chain.
#define NEXT(chain, k, below)              \
    LEVEL async long chain##_##k(long x)   \
    {                                      \
        long y = await chain##_##below(x + k); \
        return y ^ k;                      \
    }
#define READY(k, below) NEXT(ready, k, below)
#define RETURN(k, below) NEXT(return, k, below)
#define FOUR(k, below) NEXT(four, k, below)
#define SHARED(k, below) NEXT(shared, k, below)
#define RESUME(k, below)                   \
    LEVEL async long resume_##k(long n)    \
    {                                      \
        long y = await resume_##below(n);  \
        return y ^ k;                      \
    }

#define FIRST_LEVELS READY_FIRST RETURN_FIRST(two) RETURN_FIRST(four) RETURN_FIRST(shared) RETURN_FIRST(return) RESUME_FIRST

#endif
