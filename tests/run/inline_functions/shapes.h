#ifndef SHAPES_H
#define SHAPES_H
#include "../support.h"

async int value(int x);         // an inline function may not name what is static

// Inline definitions of standard C, whose external definitions are in main.ac.
inline async int doubled(int x)
{
    return await value(x) * 2;
}

inline async int sum(int x, int y);
__attribute__((__unused__)) inline async int sum(int x, int y)
{
    int twice = await doubled(x);
    return twice + await value(y);
}

// GNU's: never the external definition, which is in gnu.ac.
extern inline __attribute__((gnu_inline)) async int gnu(int x)
{
    return await sum(x, 1) + 100;
}

struct shape {
    async int (*area)(int);
};
extern const struct shape elsewhere[2];
async int total(int x);
#endif
