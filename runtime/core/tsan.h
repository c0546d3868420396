// What ThreadSanitizer is told of the runtime. It sees no atomic operation of a library that was compiled without it, as libacc.a is, and
// would take for a race what a program does before and after such an operation.
#ifndef AC_CORE_TSAN_H
#define AC_CORE_TSAN_H

#ifdef AC_PORT
static inline void ac__acquired(void *object)
{
    (void)object;
}

static inline void ac__releasing(void *object)
{
    (void)object;
}
#else
// Of the sanitizer; without it nobody defines them.
void __tsan_acquire(void *object) __attribute__((__weak__));
void __tsan_release(void *object) __attribute__((__weak__));

// Behind an operation that acquires `object`.
static inline void ac__acquired(void *object)
{
    if (__builtin_expect(__tsan_acquire != 0, 0))
        __tsan_acquire(object);
}

// Before one that releases it.
static inline void ac__releasing(void *object)
{
    if (__builtin_expect(__tsan_release != 0, 0))
        __tsan_release(object);
}
#endif

#endif
