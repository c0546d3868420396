// Where a message points: tokens to a line of a file that can be shown.
#ifndef ACC_LEXER_SPOT_H
#define ACC_LEXER_SPOT_H

#include <stdbool.h>
#include <stdint.h>

#include "lexer/source.h"

struct spot {
    uint32_t file, line, column;    // column 0: not known
    uint32_t lo, hi;                // bytes to underline, when the column is known
    bool is_in_macro;               // it begins in the body of a macro: what is underlined is the macro's name
};

// The place of a span for the reader: inside a macro call the argument, else the macro's name.
struct spot spot_of(struct unit *u, struct span span);
// For a span that begins in the body of a macro: its place in the #define. Column 0 when there is nothing to show.
struct expansion { struct spot at; const struct name *macro; };
struct expansion spot_in_macro(struct unit *u, struct span span);

#endif
