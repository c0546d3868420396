// The rules about frames, once they are laid out: -Wframe-larger-than=N.
#ifndef ACC_LOWER_CHECK_FRAMES_H
#define ACC_LOWER_CHECK_FRAMES_H

#include "lexer/unit.h"

void check_frames(struct unit *u);

#endif
