// The second part of what main.ac includes: an #include beside it that stays one.
#ifndef INNER_H
#define INNER_H
#include <stdint.h>
struct inner { async int (*call)(int); uint8_t u; };
#include "plain.h"
#else
#error "never read twice"
#endif
