// Identifiers, interned: two equal spellings are one `struct name`, so comparing and looking up are pointer operations.
#ifndef ACC_LEXER_NAME_H
#define ACC_LEXER_NAME_H

#include <stdbool.h>

#include "lexer/arena.h"

struct frame_size;
struct symbol;
struct tag;

// One spelling. The scope hangs its innermost declarations here, so that a lookup follows one pointer.
struct name {
    const char *text;           // NUL-terminated, UTF-8 (\u and \U are folded)
    uint32_t len, hash;
    int keyword;                // the token kind when the spelling is a keyword, else 0
    struct name *next;          // in its hash bucket
    struct symbol *symbol;      // innermost ordinary identifier (object, function, typedef, enumeration constant)
    struct tag *tag;            // innermost struct, union or enum tag
    struct label *label;        // the last one of a function that was made, by label_use
    const struct frame_size *frame;     // of a function, for `_Frame(f)`; not the unit's own (lower/translate.c)
    uint32_t fresh;             // lower/: the last suffix that was tried to make a new name of it
    bool is_broken;             // parser/: it stands in code that was skipped after a syntax error ...
    bool is_broken_type;        // ... in a typedef
    uint32_t macro;             // index into unit.macros + 1 of its last definition; 0: never a macro
    bool is_async;              // one of the words, or something whose type may have async in it (parser/build_plain.c)
};

struct names {
    struct arena *arena;
    struct name **buckets;
    uint32_t bucket_count, count;
};

void names_open(struct names *n, struct arena *a);
// The name of a spelling that was seen before, else NULL.
struct name *name_find(const struct names *n, const char *text, size_t len);
// The name of a spelling, made when it is new.
struct name *name_of(struct names *n, const char *text, size_t len);
struct name *name_of_text(struct names *n, const char *text);

#endif
