#include "once.h"
#include "deeper.h"
