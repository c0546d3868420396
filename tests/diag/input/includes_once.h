#include "once.h"
static int plain(void) { return ONCE; }
