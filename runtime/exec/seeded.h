// The order of a seeded executor.
#ifndef AC_EXEC_SEEDED_H
#define AC_EXEC_SEEDED_H

#include "core/core.h"

// Resumes one task that is ready, if there is one. One at a time: what it has made ready, or late, takes part in the next draw.
void ac__run_drawn(struct ac_executor *executor);

// How many operations that need no wait the task that runs next is granted.
int ac__draw_budget(struct ac_executor *executor);

// The number in the environment variable AC_SEED; 0: there is none.
uint64_t ac__seed_given(void);

#endif
