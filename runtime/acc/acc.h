#ifndef AC_ACC_H
#define AC_ACC_H
#pragma GCC system_header

// Everything a program in async C needs of the runtime. Includes nothing of the C library; every name begins with ac_ or AC_.

#ifdef __cplusplus
#error "these headers are C: give C++ functions with C linkage, declared in a header of their own"
#endif

#include "acc/box.h"
#include "acc/channel.h"
#include "acc/event.h"
#include "acc/executor.h"
#include "acc/frame.h"
#include "acc/io.h"
#include "acc/lock.h"
#include "acc/process.h"
#include "acc/sync.h"
#include "acc/task.h"
#include "acc/time.h"

#endif
