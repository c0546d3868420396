// What belongs to one thread and is kept while a function waits: -Wsend, for executors that move tasks between threads.
#ifndef ACC_LOWER_CHECK_SEND_H
#define ACC_LOWER_CHECK_SEND_H

#include "lower/async.h"

// Requires live_compute.
void check_send(struct unit *u, const struct async *a);

#endif
