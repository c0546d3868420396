// What the runtime's tests in async C share: checks, and a record of what happened.
#ifndef CHECK_H
#define CHECK_H

#include <acc/acc.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

static char recorded[1 << 14];

__attribute__((unused, format(printf, 1, 2))) static void record(const char *format, ...)
{
    size_t used = strlen(recorded);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(recorded + used, sizeof recorded - used, format, arguments);
    va_end(arguments);
}

#define CHECK_RECORD(expected) \
    do { \
        if (strcmp(recorded, expected)) { \
            fprintf(stderr, "%s:%d: recorded\n    %s\nnot\n    %s\n", __FILE__, __LINE__, recorded, expected); \
            exit(1); \
        } \
        recorded[0] = 0; \
    } while (0)

#endif
