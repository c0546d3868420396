#include "lower/check_frames.h"

#include <inttypes.h>

#include "lower/lower.h"
#include "lower/options.h"

void check_frames(struct unit *u)
{
    uint64_t limit = u->options->frame_limit;
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        if (a->frame_size > limit)
            diag_warn(u, WARNING_FRAME_LARGER_THAN, a->fn->symbol->span,
                      "the frame of '%s' has %" PRIu64 " bytes, more than %" PRIu64, a->fn->symbol->name->text, a->frame_size, limit);
}
