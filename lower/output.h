// Files that appear whole or not at all.
#ifndef ACC_LOWER_OUTPUT_H
#define ACC_LOWER_OUTPUT_H

#include <stdbool.h>

#include "lexer/arena.h"

// Writes `text` to `path`; "-" is standard output. A regular file is written beside itself and renamed, so that nobody
// sees a part of it and an older one stays when this fails; devices and pipes are written directly.
// False after an error that was reported.
bool output_write(const char *path, const struct buf *text);

#endif
