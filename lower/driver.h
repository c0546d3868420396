// What acc does with a command line: translate each .ac, run the C compiler on the results and on everything else.
#ifndef ACC_LOWER_DRIVER_H
#define ACC_LOWER_DRIVER_H

#include "lower/installed.h"
#include "lower/options.h"

// Translates one input to C text; its messages are printed, or go into the document of the run. False when it has errors, or
// nothing should be written. `preprocessor` is the command line for unit.cc.
typedef bool translate_input(const struct options *o, const char *path, char *const *preprocessor, struct buf *out,
                             struct buf *document);

// The whole run; the exit status of the process.
int drive(const struct options *o, translate_input *translate);

// --cflags, --libs, --print-mk
bool print_cflags(FILE *out);
bool print_libs(FILE *out);
bool print_mk(FILE *out);

#endif
