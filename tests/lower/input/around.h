#ifndef AROUND_H
#define AROUND_H
struct inside;
#include "inside.h"
async int around(struct inside *s);
#endif
