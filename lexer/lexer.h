// The scanner: preprocessed text to tokens, and source text to the pieces a token map is made of.
#ifndef ACC_LEXER_LEXER_H
#define ACC_LEXER_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct name;
struct names;
struct token;
struct unit;

// Scans [text, text + len) (preprocessed text with line markers and -dD directives; two NULs follow it) and appends to
// unit.tokens, unit.files, unit.inclusions and unit.macros. Until origins are known, token.lo is the inclusion's index.
// False when the scanner cannot be set up.
bool lexer_scan(struct unit *u, char *text, uint32_t len);

// A token or a whole directive line of source text: bytes [lo, hi) of it.
struct lexeme {
    uint32_t lo, hi;
    bool is_directive;
};

struct lexemes {
    struct lexeme *at;
    uint32_t count, capacity;
};

// Can it stand in an identifier? Bytes of UTF-8 can.
static inline bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$'
        || (unsigned char)c >= 0x80;
}

// Splits source text without line splices (two NULs follow it); comments and white space are left out.
struct lexemes lexer_split(struct arena *a, char *text, uint32_t len);

// The name of an identifier, its \u and \U folded to UTF-8.
struct name *lexer_name(struct names *names, const char *text, size_t len);

// What a token is to those who do not know the grammar's numbers.
bool token_is_pragma(const struct token *t);
bool token_is_string(const struct token *t);
bool token_is_number(const struct token *t);

#endif
