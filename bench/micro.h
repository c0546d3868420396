// How much of each job the micro benchmarks do, and what they print: processor time for an operation, and the peak of memory, from
// which bench/parts/micro.sh makes what a task takes. bench/peers/go and bench/peers/tokio have the same numbers.
#ifndef BENCH_MICRO_H
#define BENCH_MICRO_H

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    CHILDREN = 1000000,                                 // spawn-join
    YIELDERS = 1000, YIELDS = 2000,                     // yield
    SENDERS = 4, SENT = 500000, ROOM = 64,              // mpsc
    TIMERS = 1000000, LONGEST = 100000,                 // timers: at most so many microseconds
    LOCKERS = 1000, LOCKS = 200,                        // mutex
};

// The processor time that the process has used.
static inline double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

// A number of kilobytes from /proc/self/status, in bytes.
static inline double status_bytes(const char *name)
{
    char line[128];
    double kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            sscanf(line + strlen(name), ": %lf", &kilobytes);
    if (file)
        fclose(file);
    return 1024 * kilobytes;
}

// A job begins: its processor time and memory are counted from here.
struct start { double ns, bytes; };
static inline struct start job_begin(void)
{
    return (struct start){ cpu_ns(), status_bytes("VmRSS") };
}

static inline void job_end(struct start start, const char *job, const char *variant, long operations)
{
    double ns = cpu_ns() - start.ns;
    printf("%s %s %.2f\n%s-peak %s %.0f\n", job, variant, ns / (double)operations, job, variant, status_bytes("VmHWM") - start.bytes);
}

// The time of the next timer in microseconds, from a generator of random numbers.
static inline long next_time(unsigned long *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (long)((*state >> 33) % LONGEST);
}

#endif
