// --emit=states and --emit=dot: from which suspension point a function can go on to which.
#ifndef ACC_LOWER_STATES_H
#define ACC_LOWER_STATES_H

#include "lexer/unit.h"

// One line per edge: "echo: start -> 1 (line 6)". Requires the CFG of every function.
void states_dump(struct unit *u, FILE *out);
// The same for graphviz, one cluster per function.
void dot_dump(struct unit *u, FILE *out);

#endif
