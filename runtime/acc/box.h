#ifndef AC_BOX_H
#define AC_BOX_H
#pragma GCC system_header

// Frames on the heap, for `_Frame(f)` objects whose number or lifetime no function knows.
//
//     _Frame(serve) *task = ac_box(serve, fd);
//     async *task;                                  or `await *task`
//     ...
//     ac_box_free(task);

#include "acc/declare.h"

// Makes a frame of `function` with the arguments that follow it, without running it.
//   function   the name of an async function whose frame is known, see `_Frame` in docs/language.md
//   ...        its arguments; what they point to stays the caller's, and has to live as long as the function uses it
// Gives a pointer to the frame, which the caller owns and gives to ac_box_free; 0: no memory, and the arguments were not evaluated.
// Costs one allocation. Threads: any; once started it belongs to the executor of the task that has started it. Not in signal
// handlers. Source: malloc(3).
#define ac_box(function, ...) \
    (__extension__({ \
        _Frame(function) *ac_boxed = __builtin_malloc(sizeof *ac_boxed); \
        if (ac_boxed) \
            *ac_boxed = function(__VA_ARGS__); \
        ac_boxed; \
    }))

// Gives the memory of a frame back.
//   frame   from ac_box; never started, or at its end. 0 is left alone. One that runs has to be cancelled and awaited before
// Never fails. Threads: any. Not in signal handlers. Source: free(3).
static __inline__ void ac_box_free(void *frame)
{
    __builtin_free(frame);
}
#if defined(AC_LOWERED_) && AC_CHECK
#define ac_box_free(frame)                                                                                  \
    __extension__({                                                                                         \
        void *const ac_boxed = (frame);                                                                     \
        if (ac_boxed && !ac_frame_leave(ac_boxed))                                                          \
            ac_misused(__FILE__, __LINE__, "ac_box_free of the frame '" #frame "', which runs");            \
        (ac_box_free)(ac_boxed);                                                                            \
    })
#endif

#endif
