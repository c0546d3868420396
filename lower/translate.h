// The straight line that every file takes.
#ifndef ACC_LOWER_TRANSLATE_H
#define ACC_LOWER_TRANSLATE_H

#include "lower/options.h"

// Translates one input to C text, or with views to what they print; its messages are printed, or go into the document of the
// run. False when it has errors, or nothing should be written. `preprocessor` is the command line for unit.cc.
bool translate_input(const struct options *o, const char *path, char *const *preprocessor, struct buf *out,
                     struct buf *document);

#endif
