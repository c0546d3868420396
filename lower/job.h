// A run of acc: its files on their way, and what its parts (driver.c, depfile.c) do for each other.
#ifndef ACC_LOWER_JOB_H
#define ACC_LOWER_JOB_H

#include "lower/build.h"
#include "lower/installed.h"
#include "lower/options.h"

// One .ac file on its way.
struct job {
    const char *path;
    const char *stem;           // file name without folder and suffix
    struct buf text;            // C
    int depend;                 // what the preprocessor said of dependencies: an unlinked file; -1: not asked for
};

struct driver {
    const struct options *o;
    struct arena arena;
    struct installed installed;
    struct job *jobs;
    size_t job_count;
    size_t other_sources;
    struct build build;
    struct buf document;        // of messages, unless they are text
};

static inline void add(struct driver *d, struct argv *v, const char *word)
{
    argv_add(&d->arena, v, word);
}

static inline void add_all(struct driver *d, struct argv *v, const struct argv *words)
{
    for (size_t i = 0; i < words->count; i++)
        argv_add(&d->arena, v, words->at[i]);
}

// a/b.c → a/b
const char *without_suffix(struct arena *a, const char *path);

// --- depfile.c
// The preprocessing that translation starts with writes the dependencies too: adds to its command what asks for them.
bool ask_for_dependencies(struct driver *d, struct job *job, struct argv *v);
// Puts the depfile in place, whole, with the target as the user wrote it.
bool write_depfile(struct driver *d, const struct job *job, const char *target);
// -MD and its friends for the files the C compiler compiles by itself.
void add_depend_options(struct driver *d, struct argv *v);

#endif
