// What a macro call becomes, as far as it can be told: the pieces are held against what the preprocessor wrote.
//
//     #define ADD(a, ...) f(a ## _t, #a, __LINE__, __VA_ARGS__)
//     ADD(x, y)     →     f ( x_t , (any string) , (any number) , y )
#ifndef ACC_LEXER_EXPAND_H
#define ACC_LEXER_EXPAND_H

#include "lexer/copy.h"

struct unit;
struct token;

enum piece_kind { PIECE_EXACT, PIECE_ANY_STRING, PIECE_ANY_NUMBER, PIECE_ANY_NAME };

// A token on its way through the expansion.
struct piece {
    enum piece_kind kind;
    const char *text;           // of an exact one, and of its first part for a pasted name
    uint32_t len;
    struct name *name;          // of an identifier that was seen before
    bool is_final;              // it stood inside its own expansion, and is no macro any more
};

struct pieces {
    struct piece *at;
    uint32_t count, capacity;
};

struct expander;

// Lives in `a`, until expander_close.
struct expander *expander_open(struct unit *u, struct arena *a);
void expander_close(struct expander *x);
// Would the identifier be replaced in front of token `token`?
bool is_macro_at(const struct expander *x, const struct name *name, uint32_t token);
// Expands the call that begins at lexeme *l of a copy and whose first token is number `token`; *l goes behind the call.
// False: what comes out cannot be told. The pieces live until the next call.
bool expand(struct expander *x, const struct copy *copy, uint32_t *l, uint32_t token, struct pieces *out);
// Can a token of the preprocessed text be this piece?
bool piece_matches(const struct unit *u, const struct piece *p, const struct token *t);

#endif
