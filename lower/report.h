// Views of what the passes found, for --emit and --frames.
#ifndef ACC_LOWER_REPORT_H
#define ACC_LOWER_REPORT_H

#include <stdio.h>

#include "lexer/unit.h"

// Blocks, their events and edges, function by function.
void cfg_dump(struct unit *u, FILE *out);
// What each suspension point keeps.
void live_dump(struct unit *u, FILE *out);
// Every edit with its place.
void edits_dump(struct unit *u, FILE *out);

#endif
