int before_it;
#define SECOND
#include "twice.h"
async int behind_it(void);
