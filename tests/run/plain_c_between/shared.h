#ifndef SHARED_H
#define SHARED_H

#include "../support.h"

struct job { int x, finished, worker_size; };

async int worker(struct job *job);
int plain_twice(int x);
int plain_job_size(void);
void plain_report(const char *name, int x);

#endif
