// Where each token of the preprocessed text was written: from a second run over copies with one token on each line.
#ifndef ACC_LEXER_ORIGIN_H
#define ACC_LEXER_ORIGIN_H

#include "lexer/copy.h"

struct unit;

// Sets file, line, lo, hi, TOKEN_MACRO and TOKEN_MAPPED of the unit's tokens. `text` is what the preprocessor made of
// the copies. Tokens that do not match keep their line.
void origins_find(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file, struct text text);
// Once the tokens have their origins: sets what is left to be known of the files that have a copy.
void files_keep(struct unit *u, const struct copies *copies, const uint32_t *copy_of_file);

#endif
