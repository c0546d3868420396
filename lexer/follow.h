// Where each token was written, without a second run of the preprocessor: by following it through the user's files.
#ifndef ACC_LEXER_FOLLOW_H
#define ACC_LEXER_FOLLOW_H

#include "lexer/copy.h"

// Sets file, line, lo, hi, TOKEN_MACRO and TOKEN_MAPPED of the tokens of files that have a needed copy; `copy_of_file` says
// for each file of the unit which one. False, and nothing is set, when one token is not what the source leads to expect.
bool origins_follow(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file);

#endif
