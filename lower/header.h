// The interface header of a file: what other files need to keep the frames of its async functions inside theirs, and what
// plain C needs to call them.
//
//     async int fetch(const char *url) { … }
// →   struct fetch_frame { struct ac_node node; union { int result; char ac_bytes[112]; }; };
//     AC_ASYNC(ac_int, int, fetch, (const char *url), fetch_frame)
//     static inline int fetch_block_on(const char *url) { … }
//     static inline int fetch_spawn(struct ac_executor *executor, const char *url) { … }
#ifndef ACC_LOWER_HEADER_H
#define ACC_LOWER_HEADER_H

#include <stdio.h>

struct unit;

// After lower_unit.
void header_print(struct unit *u, FILE *out);

#endif
