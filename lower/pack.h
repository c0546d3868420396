// Places for things that are not all needed at the same time, at fixed offsets.
//
// in:   ranged objects, each with one address for as long as its value is needed; and others (suspension points, blocks) that
//       exclude each other, but not the ranged ones that are needed while they are in use
// out:  a piece in which nothing shares bytes with what it conflicts with
#ifndef ACC_LOWER_PACK_H
#define ACC_LOWER_PACK_H

#include "lower/frame.h"

struct packed {
    struct packed *next;
    struct piece *piece;
    const struct local *ranged;         // or one of
    const struct point *point;
    const struct region *region;
    uint64_t lo, hi;                    // bytes
    uint32_t order, conflicts;          // its place in the source; with how many others it conflicts
};

struct piece *pieces_pack(struct unit *u, struct packed *things, uint32_t *gap_count);

#endif
