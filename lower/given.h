// Which locals have a value: sets of followed locals, by local.followed, one for the beginning of each block.
#ifndef ACC_LOWER_GIVEN_H
#define ACC_LOWER_GIVEN_H

#include "lower/async.h"
#include "lower/cfg.h"

// From those that have a value in front of an event to those behind it.
void given_behind(const struct async *a, const struct event *e, uint64_t *given);

#endif
