// Where the runtime is: beside build/acc in the source tree, or in the prefix acc is installed in.
#ifndef ACC_LOWER_INSTALLED_H
#define ACC_LOWER_INSTALLED_H

#include <stdbool.h>

#include "lexer/arena.h"

struct installed {
    const char *include;        // folder that holds acc/acc.h; NULL: not found
    const char *library;        // libacc.a; NULL: let the linker search for -lacc
    const char *mk;             // acc.mk; NULL: not found
    const char *cmake;          // acc-config.cmake; NULL: not found
    const char *gdb;            // acc-gdb.py; NULL: not found
};

struct installed installed_find(struct arena *a);

#endif
