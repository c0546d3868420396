// What is written in async C, erased: the same text without the two words.
#define async
#define await
#include "erased/erased.h"
#include "io/connect.ac"
#include "io/input.ac"
#include "io/signal.ac"
#include "io/waitpid.ac"
