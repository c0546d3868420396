// What plain C sees of worker.ac.
#ifndef WORKER_H
#define WORKER_H

// Tries to connect to each port of an address, many at the same time.
//   is_open   room for last - first + 1 flags
// Returns how many are open, or -errno.
int scan(const char *address, unsigned first, unsigned last, _Bool *is_open);

#endif
