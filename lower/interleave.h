// --emit=interleaved: the lowered file, with the source line as a comment above what was made of it.
#ifndef ACC_LOWER_INTERLEAVE_H
#define ACC_LOWER_INTERLEAVE_H

#include "lexer/unit.h"

// `text` is what emit wrote, with its #line directives.
void interleaved_print(struct unit *u, const struct buf *text, FILE *out);

#endif
