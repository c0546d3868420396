#ifndef AC_EDITOR_H
#define AC_EDITOR_H
#pragma GCC system_header

// For editors and other tools that read .ac files as C: -x c -include acc/editor.h leaves of async C the synchronous program, as
// far as macros can. acc itself does not read it when that is among its options.
//
//   await all;                         all;                    an object
//   _Frame(f) frame = f(x);            the result of f
//   await any { … }                    no macro can: the tool does not understand it
#define AC_ERASED 1
#define async
#define await
#define defer if (0)
#define _Async
#define _Await
#define _Defer
#define _Frame(f) __auto_type
extern volatile char all;

#endif
