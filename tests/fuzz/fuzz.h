// What the parts of a fuzz target share.
#ifndef ACC_TESTS_FUZZ_FUZZ_H
#define ACC_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The file that is translated. preprocess.c gives its text, whatever is on disk.
#define FUZZ_PATH "fuzz.ac"

// The text of the file, until the next call; `is_erased`: what it includes holds nothing async.
void fuzz_input_set(const uint8_t *bytes, size_t len, bool is_erased);

#endif
