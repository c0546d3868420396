// Sets of small numbers, one bit each in words of 64.
#ifndef ACC_LOWER_BITS_H
#define ACC_LOWER_BITS_H

#include <stdbool.h>
#include <stdint.h>

// The words of a set of numbers below `count`.
static inline uint32_t bit_words(uint32_t count)
{
    return (count + 63) / 64;
}

static inline bool bit_has(const uint64_t *set, uint32_t bit)
{
    return set[bit / 64] >> bit % 64 & 1;
}

static inline void bit_put(uint64_t *set, uint32_t bit, bool is_in)
{
    const uint64_t mask = UINT64_C(1) << bit % 64;
    set[bit / 64] = is_in ? set[bit / 64] | mask : set[bit / 64] & ~mask;
}

#endif
