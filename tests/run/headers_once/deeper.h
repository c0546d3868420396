#pragma once
#if 0
#include "missing.h"
#endif
#define DEEPER 7
#  include "once.h"
