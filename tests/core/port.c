// The five functions of acc/port.h on a POSIX system, so that programs of the tests run over libacc_core.a. $PORT_MEMORY: bytes.
#define _GNU_SOURCE          // sem_clockwait
#include <acc/port.h>
#include <acc/time.h>
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sem_t notified;          // all zero: nobody was

ac_time ac_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * AC_SECOND + now.tv_nsec;
}

void ac_port_wait(struct ac_executor *executor, ac_time until)
{
    (void)executor;
    struct timespec end = { (time_t)(until / AC_SECOND), (long)(until % AC_SECOND) };
    int failed = until == AC_NEVER ? sem_wait(&notified) : sem_clockwait(&notified, CLOCK_MONOTONIC, &end);
    if (failed && errno != ETIMEDOUT && errno != EINTR)
        ac_port_fatal("sem_clockwait", 0, 0);
    while (sem_trywait(&notified) == 0)
        continue;
}

void ac_port_notify(struct ac_executor *executor)
{
    (void)executor;
    sem_post(&notified);
}

struct ac_port_memory ac_port_memory(void)
{
    const char *given = getenv("PORT_MEMORY");
    size_t bytes = given ? strtoul(given, 0, 0) : 256 << 20;
    return (struct ac_port_memory){ malloc(bytes), bytes };
}

void ac_port_fatal(const char *why, const char *where, unsigned line)
{
    fprintf(stderr, "%s%s%s:%u\n", why, where ? ": " : "", where ? where : "", line);
    abort();
}
