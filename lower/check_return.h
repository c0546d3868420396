// Whether control may reach the end of an async function that gives a value: -Wreturn-type.
#ifndef ACC_LOWER_CHECK_RETURN_H
#define ACC_LOWER_CHECK_RETURN_H

#include "lower/async.h"

// Requires cfg_build.
void check_return(struct unit *u, const struct async *a);

#endif
