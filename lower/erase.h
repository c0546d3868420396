// The synchronous program: the source without the words. By grammar, so a member called `async` keeps its name.
#ifndef ACC_LOWER_ERASE_H
#define ACC_LOWER_ERASE_H

#include "lexer/unit.h"

// Leaves the edits that take `async` and `await` out. Requires parse without errors.
void erase(struct unit *u);

#endif
