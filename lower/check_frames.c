#include "lower/check_frames.h"

#include <inttypes.h>

#include "lower/lower.h"
#include "lower/options.h"

// A callee of this unit that is not below its caller in the order of frames comes back to it.
static void check_recursion(struct unit *u, const struct async *a)
{
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        if (p->kind != CALLEE_OUTSIDE || !p->await || !p->callee || !p->callee->is_defined)
            continue;
        struct diag *d = diag_warn(u, WARNING_RECURSION, p->await->span,
                                   "recursive call of '%s': each one that waits has a frame of its own, outside its caller's",
                                   p->callee->name->text);
        diag_note(u, d, p->callee->span, "'%s' is declared here", p->callee->name->text);
    }
}

void check_frame(struct unit *u, const struct async *a)
{
    uint64_t limit = u->options->frame_limit;
    check_recursion(u, a);
    if (a->frame_size > limit)
        diag_warn(u, WARNING_FRAME_LARGER_THAN, a->fn->symbol->span,
                  "the frame of '%s' has %" PRIu64 " bytes, more than %" PRIu64, a->fn->symbol->name->text, a->frame_size, limit);
}
