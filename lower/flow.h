// Facts that hold along the paths of a lowered function, one bit each.
//
//   in(b) = union, or with is_must intersection, of out(p) over what is in front of b; at the entry nothing holds
//   out(b) = in(b) changed by the steps of b, one after the other
// Backward, `in` is what holds behind b.
#ifndef ACC_LOWER_FLOW_H
#define ACC_LOWER_FLOW_H

#include "lower/bits.h"
#include "lower/lowered_cfg.h"

struct flow {
    const struct lowered_cfg *cfg;
    void *context;
    uint32_t bits, words;
    bool is_must, is_backward;
    // Changes `set` by step i of b.
    void (*apply)(const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i);
    // NULL, or: where fact `bit` ends when control leaves it.
    const struct region *(*region)(const struct flow *f, uint32_t bit);
    uint64_t **in, **out;       // by block number; NULL: not reached
};

void flow_solve(struct unit *u, struct flow *f);
// What holds at the start of b, in the direction of the flow, in a set of the caller.
void flow_start(const struct flow *f, const struct lowered_block *b, uint64_t *set);

#endif
