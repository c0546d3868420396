// What the programs here share: async callees that suspend as often as SUSPEND says and leave a trace of their argument.
// The trace is the same whether they suspend or not, and the same in the erased program.
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef AC_ERASED
static inline async void ac_yield(void)
{
}
#ifndef __ACC__
// `await all;` without its first word.
__attribute__((unused)) static volatile int all;
#endif
#else
#include <acc/acc.h>
#endif

// From the environment, so that one program is run with each number.
static inline int suspensions(void)
{
    const char *text = getenv("SUSPEND");
    return text ? atoi(text) : 0;
}

__attribute__((unused)) static async void suspend(void)
{
    for (int left = suspensions(); left > 0; left--)
        await ac_yield();
}

__attribute__((unused)) static async int val(int x)
{
    await suspend();
    printf("%d ", x);
    return x;
}

__attribute__((unused)) static async void mark(int x)
{
    await suspend();
    printf("[%d] ", x);
}

__attribute__((unused)) static int store[8];

__attribute__((unused)) static async int *place(int i)
{
    await suspend();
    printf("&%d ", i);
    return &store[i & 7];
}

static inline void show(const char *name, long long value)
{
    printf("%s=%lld\n", name, value);
}

#endif
