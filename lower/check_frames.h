// The rules about a frame, once it is laid out: -Wframe-larger-than=N, -Wrecursion.
#ifndef ACC_LOWER_CHECK_FRAMES_H
#define ACC_LOWER_CHECK_FRAMES_H

#include "lexer/unit.h"

struct async;

void check_frame(struct unit *u, const struct async *a);

#endif
