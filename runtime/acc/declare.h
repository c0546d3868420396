#ifndef AC_DECLARE_H
#define AC_DECLARE_H
#pragma GCC system_header

// How the async functions of the runtime are declared: one list, read in three ways.
//
//   AC_ASYNC(ac_int, int, ac_sleep, (ac_time nanoseconds), ac_sleep_frame)
//
//   acc parses it (__ACC__)            _Async int ac_sleep(ac_time nanoseconds) __attribute__((__ac_frame__(…)));
//   erased (AC_ERASED, or the word     int ac_sleep(ac_time nanoseconds);
//     is a macro)
//   lowered C is compiled              ac_int ac_sleep(void *, struct ac_task *, unsigned, ac_time nanoseconds) AC_SYMBOL(…);

#include "acc/frame.h"

#if defined(__ACC__)
// The result says how much was done, or that nothing was.
#define AC_NODISCARD __attribute__((__warn_unused_result__))
// Who has returned has no pointer to what it was given.
#define AC_LENT __attribute__((__ac_noescape__))
#define AC_ASYNC(polled, type, name, parameters, frame) \
    _Async type name parameters __attribute__((__ac_frame__(struct frame)));
#define AC_ASYNC_VOID(polled, type, name, frame) _Async type name(void) __attribute__((__ac_frame__(struct frame)));
#elif defined(AC_ERASED) || defined(async) || defined(_Async)
#define AC_NODISCARD
#define AC_LENT
#define AC_ASYNC(polled, type, name, parameters, frame) type name parameters;
#define AC_ASYNC_VOID(polled, type, name, frame) type name(void);
#define ac_block_on(call) (call)
#else
#define AC_NODISCARD
#define AC_LENT __attribute__((AC_NOESCAPE))
#define AC_LOWERED_(...) (void *ac_frame, struct ac_task *ac_task, unsigned ac_point, __VA_ARGS__)
#define AC_ASYNC(polled, type, name, parameters, frame) polled name AC_LOWERED_ parameters AC_SYMBOL(#name);
#define AC_ASYNC_VOID(polled, type, name, frame) \
    polled name(void *ac_frame, struct ac_task *ac_task, unsigned ac_point) AC_SYMBOL(#name);
#endif

// Sizes, times and positions without the C library's headers.
typedef __SIZE_TYPE__ ac_size;
typedef __PTRDIFF_TYPE__ ac_ssize;      // bytes, or -errno
typedef __INT64_TYPE__ ac_time;         // nanoseconds
typedef __INT64_TYPE__ ac_offset;       // bytes from the beginning of a file

// What a function returns whose result is an ac_ssize.
#if __SIZEOF_SIZE_T__ == __SIZEOF_INT__
#define AC_POLL_SSIZE ac_int
#elif __SIZEOF_SIZE_T__ == __SIZEOF_LONG__
#define AC_POLL_SSIZE ac_long
#else
#define AC_POLL_SSIZE ac_llong
#endif

#endif
