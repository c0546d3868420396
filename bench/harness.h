// What the measuring programs in C and C++ have in common: a table of workloads, each run a few times, the fastest counts. What disturbs
// the machine makes a run slower, never faster.
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 7 };

// How often: few enough that most runs are not interrupted. bench/peers/awaits.rs has the same numbers.
enum {
    N_READY = 200000, N_RESUME = 200000, N_RETURN = 100000, N_LOOP = 1000000, N_PING_PONG = 50000,
    TREE_DEPTH = 16, TREE_NODES = (1 << TREE_DEPTH) - 1, FIB = 25, FIB_CALLS = 242785, MILLION = 1000000,
};

// A workload: `run` does n rounds, `parts` operations each, and returns what it has computed, which is the same for all variants.
struct workload {
    const char *name;
    long (*run)(long n);
    long n, parts;
};

// Of the processor: others may run beside.
static inline double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static inline double run_ns(const struct workload *workload, long *computed)
{
    double begin = cpu_ns();
    *computed = workload->run(workload->n);
    return cpu_ns() - begin;
}

// Without the pages of files: those of code are resident from when it first runs.
static inline double resident_bytes(void)
{
    long all, resident = 0, shared = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fscanf(file, "%ld %ld %ld", &all, &resident, &shared) != 3)
            resident = shared = 0;
        fclose(file);
    }
    return (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE);
}

// Prints WORKLOAD VARIANT NANOSECONDS COMPUTED for each workload.
static inline void measure(const char *variant, const struct workload *list, size_t count)
{
    for (const struct workload *w = list; w < list + count; w++) {
        long computed;
        double best = run_ns(w, &computed);
        for (int i = 1; i < RUNS; i++) {
            double ns = run_ns(w, &computed);
            best = ns < best ? ns : best;
        }
        printf("%s %s %.3f %lx\n", w->name, variant, best / ((double)w->n * (double)w->parts), (unsigned long)computed);
    }
}

// Prints what a million waiting things take: resident bytes, nanoseconds to make each and to bring it to its end.
//   begin    makes one, and gives what finish resumes
static inline void measure_million(const char *variant, void *(*begin)(long x), long (*finish)(void *waiting))
{
    void **waiting = (void **)calloc(MILLION, sizeof *waiting);
    if (!waiting)
        return;
    memset(waiting, 1, MILLION * sizeof *waiting);
    double bytes = resident_bytes(), start = cpu_ns(), middle;
    for (long i = 0; i < MILLION; i++)
        waiting[i] = begin(i);
    middle = cpu_ns();
    bytes = resident_bytes() - bytes;
    long sum = 0;
    for (long i = 0; i < MILLION; i++)
        sum += finish(waiting[i]);
    double end = cpu_ns(), count = MILLION;
    printf("million-bytes %s %.1f %lx\n", variant, bytes / count, (unsigned long)sum);
    printf("million-create %s %.1f\n", variant, (middle - start) / count);
    printf("million-finish %s %.1f\n", variant, (end - middle) / count);
    free(waiting);
}

// Functions that call each other, 2, 14, 15 or 63 levels above the first, and those from 16 on: X(level, level below).
#define CHAIN_2(X) X(1, 0) X(2, 1)
#define CHAIN_14(X) CHAIN_2(X) \
    X(3, 2) X(4, 3) X(5, 4) X(6, 5) X(7, 6) X(8, 7) X(9, 8) X(10, 9) X(11, 10) X(12, 11) X(13, 12) X(14, 13)
#define CHAIN_15(X) CHAIN_14(X) X(15, 14)
#define CHAIN_63(X) CHAIN_15(X) CHAIN_FROM_16(X)
#define CHAIN_FROM_16(X) \
    X(16, 15) X(17, 16) X(18, 17) X(19, 18) X(20, 19) X(21, 20) X(22, 21) X(23, 22) X(24, 23) X(25, 24) X(26, 25) X(27, 26) \
    X(28, 27) X(29, 28) X(30, 29) X(31, 30) X(32, 31) X(33, 32) X(34, 33) X(35, 34) X(36, 35) X(37, 36) X(38, 37) X(39, 38) \
    X(40, 39) X(41, 40) X(42, 41) X(43, 42) X(44, 43) X(45, 44) X(46, 45) X(47, 46) X(48, 47) X(49, 48) X(50, 49) X(51, 50) \
    X(52, 51) X(53, 52) X(54, 53) X(55, 54) X(56, 55) X(57, 56) X(58, 57) X(59, 58) X(60, 59) X(61, 60) X(62, 61) X(63, 62)

// The work of the loop: five values in registers, and a buffer.
#define WORK(a, b, c, d, i, buffer) \
    do { \
        a += b ^ (i); \
        b = (b << 7) | (b >> 57); \
        c ^= a; \
        d += c >> 3; \
        (buffer)[(i) & 63] += d; \
    } while (0)

#endif
