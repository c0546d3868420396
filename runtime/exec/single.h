#ifndef AC_EXEC_SINGLE_H
#define AC_EXEC_SINGLE_H

#include "core/core.h"

// Runs until is_over(what), asked after at most some resumptions each. False: nothing that could happen would lead there.
bool ac__executor_run(struct ac_executor *executor, bool (*is_over)(void *), void *what);

#endif
