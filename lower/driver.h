// What acc does with a command line: translate each .ac, run the C compiler on the results and on everything else.
#ifndef ACC_LOWER_DRIVER_H
#define ACC_LOWER_DRIVER_H

#include "lower/installed.h"
#include "lower/options.h"

// The whole run; the exit status of the process.
int drive(const struct options *o);

// --cflags, --libs, --print-mk, --print-cmake, --print-gdb
bool print_cflags(FILE *out);
bool print_libs(FILE *out);
bool print_mk(FILE *out);
bool print_cmake(FILE *out);
bool print_gdb(FILE *out);

#endif
