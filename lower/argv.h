// Lists of words for command lines.
#ifndef ACC_LOWER_ARGV_H
#define ACC_LOWER_ARGV_H

#include <stdbool.h>
#include <stddef.h>

#include "lexer/arena.h"

// A list of strings that ends with NULL, as exec wants it.
struct argv {
    char **at;
    size_t count, capacity;
};

void argv_add(struct arena *a, struct argv *v, const char *word);
// Splits text into words as a shell would without expansions: blanks, '...', "...", backslash.
void argv_split(struct arena *a, struct argv *v, const char *text);
// A word @file stands for the words in the file; one that cannot be read stands for itself, as in the C compilers. False: it
// names itself, or too many files name each other.
bool argv_add_expanded(struct arena *a, struct argv *v, const char *word);

#endif
