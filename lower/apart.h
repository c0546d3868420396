// Which tracked locals are needed at the same time?
//   apart(v) = the tracked locals that are alive where v is, or where v is written
// Those cannot share bytes. One that nothing has given a value yet is not alive.
#ifndef ACC_LOWER_APART_H
#define ACC_LOWER_APART_H

#include "lower/async.h"
#include "lower/cfg.h"

// `in`: by block, the tracked locals that are alive at its beginning, by local.tracked. Requires given_compute.
void apart_compute(struct unit *u, struct async *a, uint64_t *const *in);
bool are_apart(const struct local *v, const struct local *other);
// Whether the name of v is known at p.
bool is_declared_at(const struct local *v, const struct point *p);

#endif
