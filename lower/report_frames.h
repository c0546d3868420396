// What frames hold: for people, for programs, and compared with an older report.
//
// The bound of a function is what its worst suspension point holds at least: the values it keeps, the objects that have one
// address for their life, the frame of the callee; or the result. A frame is its bound, a header of one pointer, and padding.
#ifndef ACC_LOWER_REPORT_FRAMES_H
#define ACC_LOWER_REPORT_FRAMES_H

#include <stdio.h>

#include "lexer/unit.h"

// --frames: offset, size and declaration of all that lies in each frame, and why.
void frames_dump(struct unit *u, FILE *out);
// --frames=json: the same for programs; a line for each function.
void frames_dump_json(struct unit *u, FILE *out);
// --diff-frames=OLD: prints the functions whose frames differ from those of an earlier --frames=json; one that has grown is
// an error.
void frames_dump_diff(struct unit *u, FILE *out);

#endif
