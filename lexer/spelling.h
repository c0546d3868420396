// How much two spellings differ, for "did you mean".
#ifndef ACC_LEXER_SPELLING_H
#define ACC_LEXER_SPELLING_H

#include <stdint.h>

enum { SPELLING_LONGEST = 64 };

// Insertions, deletions, replacements and swaps of neighbours that turn one into the other; neither is longer than SPELLING_LONGEST.
uint32_t spelling_distance(const char *a, uint32_t a_len, const char *b, uint32_t b_len);

#endif
