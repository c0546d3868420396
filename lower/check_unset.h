// Whether a local is read that has no value: -Wuninitialized.
#ifndef ACC_LOWER_CHECK_UNSET_H
#define ACC_LOWER_CHECK_UNSET_H

#include "lower/async.h"

// Requires given_compute.
void check_unset(struct unit *u, const struct async *a);

#endif
