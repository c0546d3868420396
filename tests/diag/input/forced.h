#include <stddef.h>
async int forced(int x);
