// What is written in async C, erased: the same text without the two words.
#define async
#define await
#include "erased/erased.h"
#include "io/read_full.ac"
#include "io/tcp_connect.ac"
#include "io/write_all.ac"
