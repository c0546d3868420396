#pragma once
#include "sub/inner.h"
// once
#define FROM_ONCE 7
async int once_fn(int x);
static inline async int once_inline(int x) { return await once_fn(x) + FROM_ONCE; }
