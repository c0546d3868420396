// Frames on the heap, for `_Frame(f)` objects whose number or lifetime no function knows.
//
//     _Frame(serve) *task = ac_box(serve, fd);
//     async *task;                                  or `await *task`
//     ...
//     ac_box_free(task);
#ifndef AC_BOX_H
#define AC_BOX_H
#pragma GCC system_header           // wherever a program keeps its copy

#include "acc/declare.h"

// Makes a frame of `function` with the arguments that follow it, without running it.
//   function   the name of an async function whose frame is known, see `_Frame` in docs/language.md
// Gives a pointer to the frame, to be freed by ac_box_free; 0: no memory, and the arguments were not evaluated.
// Costs one allocation by malloc(3).
// Threads: any; it belongs to the tasks of whoever starts it.
#define ac_box(function, ...) \
    (__extension__({ \
        _Frame(function) *ac_boxed = __builtin_malloc(sizeof *ac_boxed); \
        if (ac_boxed) \
            *ac_boxed = function(__VA_ARGS__); \
        ac_boxed; \
    }))

// Gives the memory of a frame back that was never started, or that has run to its end. 0 is left alone.
// Threads: any.
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
