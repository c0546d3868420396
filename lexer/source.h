// From x.ac to tokens that know where the user wrote them.
//
// in:   the path of a source file and the options for the preprocessor
// out:  unit.tokens, in the order of the preprocessed text; each has its spelling and its origin, a byte range of a file
//
// The user's compiler preprocesses the file (with -dD for macros and target facts), and the tokens that come out are
// followed through the user's files (follow.c). Where that does not succeed it preprocesses again: a copy of every user file
// that holds an async word, in which each token of non-directive text stands on a line of its own. There the line number is
// the index of the source token, and what a macro call expands to carries the index of the macro's name; token i of one run
// is token i of the other (origin.c).
#ifndef ACC_LEXER_SOURCE_H
#define ACC_LEXER_SOURCE_H

#include <stdbool.h>
#include <stdio.h>

#include "lexer/arena.h"

struct unit;
struct name;

// Tokens [lo, hi) of the unit; hi == lo is the empty place before token lo, hi == lo - 1 the one right behind token hi.
struct span {
    uint32_t lo, hi;
};

static inline struct span first_token(struct span s)
{
    return (struct span){ s.lo, s.lo + 1 };
}

static inline struct span span_behind(uint32_t token)
{
    return (struct span){ token + 1, token };
}

static inline bool span_holds(struct span outer, struct span inner)
{
    return inner.lo >= outer.lo && inner.hi <= outer.hi;
}

// One file that was read. files[0] is the main file.
struct file {
    const char *path;           // as the preprocessor spells it, without the ./ that clang adds
    const char *text;           // whole, NUL-terminated; NULL until file_text was asked for it and for <built-in>
    uint32_t len;
    bool is_system;             // every entry so far had line marker flag 3
    bool is_mapped;             // its tokens have exact byte ranges (main file and user headers that may be edited)
    uint32_t include_file;      // the file that includes it ...
    uint32_t include_line;      // ... and the line there, from 1; 0 for the main file
    uint32_t *line_starts;      // byte offset of each line, made on demand
    uint32_t line_count;
    uint32_t line_found;        // index of the one that file_place has given last
    bool has_bom;
    uint32_t included_lo, included_hi;   // its tokens (with those of files it includes) at its first inclusion
    bool has_async_words;       // one of its tokens is spelled like one of the words
    bool is_in_async;           // some #include of it stands in a function that has one
    struct line_shift *shifts;  // of a mapped file, in order
    uint32_t shift_count;
};

static inline bool file_may_be_edited(const struct file *f)
{
    return f->has_async_words || f->is_in_async;
}

// One time a file was read; the main file's is number 0.
struct inclusion {
    uint32_t file;              // physical, whatever #line says
    uint32_t outer;             // index of the inclusion that holds the directive ...
    uint32_t line;              // ... and its line, as line markers say
    bool is_forced;             // by the command line
};

// From token `from` on, up to the next stretch, tokens are of one inclusion.
struct stretch {
    uint32_t from, inclusion;
};

// From physical line `from` on, the user's #line directive says that lines are called otherwise.
struct line_shift {
    uint32_t from, line;
    const char *path;
};

enum token_flags {
    TOKEN_MACRO = 1,            // came out of a macro call: lo..hi is the call, name to closing parenthesis
    TOKEN_SYSTEM = 2,           // in a system header (line marker flag 3)
    TOKEN_MAPPED = 4,           // lo..hi is exact; else only `line` is known
    TOKEN_SPACE = 8,            // white space stands before it in the preprocessed text
    TOKEN_BOL = 16,             // first on its line of the preprocessed text
    TOKEN_EXPAND = 32,          // set by lower/: the macro call it came from is written out
    TOKEN_CALL = 64,            // set by lower/: the first one of a macro call that may be made again in generated text
    TOKEN_DROPS = 128,          // set by lower/: the first one of a statement out of a macro whose value nobody takes
};

struct token {
    uint16_t kind;              // TOK_... of the grammar; TOK_PRAGMA is skipped by the parser
    uint8_t flags;
    struct name *name;          // identifiers and keywords
    uint32_t text, len;         // its spelling: unit.text + text
    uint32_t file;              // index into unit.files
    uint32_t line;              // in that file, from 1, as the line markers say
    uint32_t lo, hi;            // byte range in that file (see flags)
};

// A macro as the preprocessor knows it at the end of the unit, in order of definition.
struct macro {
    struct name *name;
    bool is_function_like, is_undefined;
    const char *body;           // replacement text, not NUL-terminated
    uint32_t body_len;
    const char *params;         // what stands between the parentheses; NULL: not function-like
    uint32_t params_len;
    bool is_predefined;         // by the compiler or on the command line
    uint32_t file, line;        // of the directive
    uint32_t from, until;       // holds for tokens [from, until)
    uint32_t previous;          // index + 1 of the definition of the same name before this one, else 0
};

// Reads and preprocesses unit.path; fills files, text, macros. False after an error that was reported: the
// preprocessor failed (its own messages went to stderr) or the file cannot be read.
bool source_load(struct unit *u);
// Whether no word of async C stands in the preprocessed text; then it need not be scanned, and must not be.
bool source_is_plain(struct unit *u);
// Fills unit.tokens, their origins included; the last token has kind 0 (end of file).
bool source_scan(struct unit *u);

const char *token_text(const struct unit *u, uint32_t token);           // not NUL-terminated; tokens[token].len bytes
const char *span_text(struct unit *u, struct span s);                   // tokens joined by single blanks, in the arena
const char *file_text(struct unit *u, uint32_t file);                   // loads on demand; NULL when it cannot be read
// Line and column (both from 1, columns in bytes) of a byte offset.
struct place { uint32_t line, column; };
struct place file_place(struct unit *u, uint32_t file, uint32_t offset);
// What the user's #line directives call a line of a file: the file itself where there are none.
struct presumed { const char *path; uint32_t line; };
struct presumed file_presumed(const struct unit *u, uint32_t file, uint32_t line);
// Where the user wrote a token: for one out of a macro call the argument it came from when that can be told,
// else the macro's name.
struct origin { uint32_t file, lo, hi; };
struct origin token_origin(struct unit *u, uint32_t token);
// The definition of a macro that `cc -dM` would print, NULL when there is none.
const struct macro *macro_find(const struct unit *u, const char *name);
// --emit=tokens: one token a line, `file:line:col kind 'text'`, and ` macro NAME` when it came out of a macro call.
void tokens_dump(struct unit *u, FILE *out);

#endif
