// Fix-its as edits of the user's files.
#ifndef ACC_LEXER_FIX_H
#define ACC_LEXER_FIX_H

#include <stdbool.h>
#include <stdint.h>

#include "lexer/arena.h"

struct fix;
struct unit;

// A fix-it in bytes of a file; not known when it would be in the body of a macro.
struct correction {
    uint32_t file, line, lo, hi;    // hi == lo: an insertion
    const char *text;
    bool is_known;
};

struct correction correction_of(struct unit *u, const struct fix *fix);
// Appends the main file with the fix-its of all messages made in it. False when an error is left that none of them mends.
bool fixes_apply(struct unit *u, struct buf *out);

#endif
