// What a call that stops the thread can be made into.
#ifndef ACC_PARSER_CHECK_BLOCKING_H
#define ACC_PARSER_CHECK_BLOCKING_H

#include "parser/sema.h"

// An async function that takes the first `kept` arguments of such a call as they are; 0: others.
struct operation {
    const char *name;
    int kept;
    bool tells_same;                    // of errors, as the call does
};

// --- check_blocking.c
// Whether a token of the function, or the macro it comes from, is one of the words, which NULL ends; no words: no.
bool function_says(struct unit *u, const struct function *f, const char *const *words);

// --- blocking_fix.c: corrections
void offer_sleep(struct unit *u, struct diag *d, struct expr *call);
void offer_operation(struct unit *u, struct diag *d, const struct function *caller, struct expr *call, struct operation operation);
// Whether the arguments behind the first `kept` are 0, or MSG_NOSIGNAL, which operations do anyway.
bool drops_nothing(struct expr *call, int kept);

#endif
