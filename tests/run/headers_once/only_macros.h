#include "deeper.h"
#define FROM_MACROS (DEEPER * 10)
