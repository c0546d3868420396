// Does lowered C keep what it needs? Asked of the text that acc wrote, or of one that somebody changed.
//
// For each function that is resumed by `ac_point` (lowered_cfg.h), on every path through it, suspensions included:
//   set      a local that is read has been set since the function was last resumed: by the user, or by a reload
//   kept     what a reload reads is what the local had: it was stored in the same bytes, and neither has changed since
//   apart    nothing is written into the bytes of another object of the frame while that is in use: a resident from where it is
//            first mentioned until its block ends, or its last mention when nobody can keep its address; a child's frame from its
//            call until its result is read
//   still    no local of the C stack whose address somebody may have kept is there across a suspension: an object that is pointed
//            at is in the frame for all its life
//   room     what a callee of the text is given for its frame is as large as that
//   resumed  a suspension stores a link that leads back to the label behind it, with the frame it has; then it returns
// It shares no result with what places values (cfg, live, locals, frame), and no code but the parser with its types and what says
// whether an address is kept (lend.c).
#ifndef ACC_LOWER_CHECK_LOWERING_H
#define ACC_LOWER_CHECK_LOWERING_H

#include "lower/options.h"

// Checks the lowered text in the file `path`. Messages go to standard error. False after one.
//   preprocessor    the command line up to and without the file
bool check_lowering(const struct options *o, const char *path, char *const *preprocessor);

#endif
