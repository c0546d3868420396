// Fix-its as edits of the user's files.
#ifndef ACC_LEXER_FIX_H
#define ACC_LEXER_FIX_H

#include <stdbool.h>
#include <stdint.h>

#include "lexer/arena.h"

struct fix;
struct unit;

// A fix-it in bytes of a file; not known when it would be in the body of a macro, behind its beginning.
struct correction {
    uint32_t file, line, lo, hi;    // hi == lo: an insertion
    const char *text;
    bool is_known;
};

struct correction correction_of(struct unit *u, const struct fix *fix);

// The corrections that all messages of a unit offer, by file and place.
struct fixes {
    struct correction *all;         // in the unit's arena
    size_t count;
    bool is_mended;                 // every error has one
};

// Those of the main file, and `with_headers` of headers that are not the system's.
struct fixes fixes_collect(struct unit *u, bool with_headers);
// Appends a file with its corrections made. False: it has none.
bool fixes_apply(struct unit *u, const struct fixes *fixes, uint32_t file, struct buf *out);

#endif
