#ifndef INSIDE_H
#define INSIDE_H
// Some lines before the directive.
//
//
//
//
//
//
//
#include "around.h"
struct inside { int x; };
#endif
