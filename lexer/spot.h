// Where a message points: tokens to a line of a file that can be shown.
#ifndef ACC_LEXER_SPOT_H
#define ACC_LEXER_SPOT_H

#include <stdbool.h>
#include <stdint.h>

#include "lexer/source.h"

struct spot {
    uint32_t file, line, column;    // column 0: not known
    uint32_t lo, hi;                // bytes to underline, when the column is known
    uint32_t macro_token;           // a token of the macro call whose body it stands in, else UINT32_MAX
};

// The place of a span for the reader: inside a macro call the argument, else the body in its #define.
struct spot spot_of(struct unit *u, struct span span);
// The macro's name where the call of `token` stands.
struct spot spot_of_call(struct unit *u, uint32_t token);
// The name at the start of the macro call a token came from.
struct name *call_name(struct unit *u, const struct token *t);

#endif
