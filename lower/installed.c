// Finding the runtime from the path of the running program.
#include "lower/installed.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// `relative` to the folder, without . and .. in it; NULL when there is no such file.
static const char *existing(struct arena *a, const char *folder, const char *relative)
{
    char *path = realpath(arena_printf(a, "%s/%s", folder, relative), NULL);
    const char *found = path ? arena_copy(a, path, strlen(path)) : NULL;
    free(path);
    return found;
}

static const char *first_existing(struct arena *a, const char *folder, const char *const *relative)
{
    const char *found = NULL;
    while (!found && *relative)
        found = existing(a, folder, *relative++);
    return found;
}

struct installed installed_find(struct arena *a)
{
    // build/acc, build/san/acc, PREFIX/bin/acc
    static const char *const headers[] = { "../runtime/acc", "../../runtime/acc", "../include/acc", NULL };
    static const char *const libraries[] = { "libacc.a", "../lib/libacc.a", NULL };
    static const char *const makefiles[] = { "acc.mk", "../share/acc/acc.mk", NULL };
    static const char *const modules[] = { "acc-config.cmake", "../share/acc/acc-config.cmake", NULL };
    static const char *const scripts[] = { "acc-gdb.py", "../share/acc/acc-gdb.py", NULL };
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len < 0)
        return (struct installed){0};
    self[len] = 0;
    *strrchr(self, '/') = 0;
    const char *include = first_existing(a, self, headers);
    return (struct installed){
        .include = include ? arena_copy(a, include, strlen(include) - strlen("/acc")) : NULL,
        .library = first_existing(a, self, libraries),
        .mk = first_existing(a, self, makefiles),
        .cmake = first_existing(a, self, modules),
        .gdb = first_existing(a, self, scripts),
    };
}
