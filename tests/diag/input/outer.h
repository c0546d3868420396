// Includes what has a mistake.
#include "inner.h"
