// The output: the user's file with the edits spliced in by byte offset.
#ifndef ACC_LOWER_EMIT_H
#define ACC_LOWER_EMIT_H

#include "lexer/unit.h"

// Appends the lowered file to `out`; without edits that is the source, byte for byte. False after an error.
bool emit(struct unit *u, struct buf *out);
// In the text of an edit: a new line whose number does not matter (declarations), so no #line is written for it.
#define SOFT_NEWLINE '\f'
// Keeps text that is declarations throughout, with such lines.
const char *buf_keep_soft(struct arena *a, struct buf *b);

#endif
