#pragma once

#include "../support.h"

async int base(int x);
enum { OFFSET = 5 };
