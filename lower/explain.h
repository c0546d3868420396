// --explain: docs/diagnostics.md, which the build puts into acc.
#ifndef ACC_LOWER_EXPLAIN_H
#define ACC_LOWER_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

// What stands there about a message, by its name ("bare-call", "blocking", "-Wblocking", "-Werror=blocking"). NULL: the names,
// each with its first line. False when there is none of this name, which was reported.
bool explain(const char *name, FILE *out);

#endif
