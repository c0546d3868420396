#ifndef PLAIN_H
#define PLAIN_H
#include "once.h"
static int plain(void) { return ONCE; }
#endif
