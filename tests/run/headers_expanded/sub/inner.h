// A header with async words that includes one without: that stays an #include, and is found in this folder.
#ifndef INNER_H
#define INNER_H
#include <stdint.h>
struct inner { async int (*call)(int); uint8_t u; };
#include "plain.h"
#else
#error "never read twice"
#endif
