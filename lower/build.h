// Commands of one run of acc, and the temporary files between them.
#ifndef ACC_LOWER_BUILD_H
#define ACC_LOWER_BUILD_H

#include <signal.h>

#include "lower/options.h"

// Open while commands run. Signals that end a process are held back meanwhile and passed to the command that runs, so
// that the temporary files are always removed.
struct build {
    const struct options *options;
    struct arena arena;
    char *folder;               // of the temporary files
    struct argv files;          // in it
    sigset_t mask_before;
    int ended_by;               // a signal that came, 0: none
};

//   key   of what is compiled: the temporary files of the same have the same names, so that ccache sees the same commands
// False after an error that was reported.
bool build_open(struct build *b, const struct options *o, uint64_t key);
// The path of a new temporary file whose name ends with `name`. It need not be made.
const char *build_path(struct build *b, const char *name);
// The same for a file at a path of the caller's.
const char *build_path_at(struct build *b, const char *path);
// A descriptor of a file without a name, which commands inherit and open as /dev/fd/N; -1 with errno set.
int build_unnamed_file(void);
// Runs a command to its end. False when it failed, or could not be run (which is reported).
bool build_run(struct build *b, const struct argv *command);
// Removes the temporary files; ends the process when a signal asked for that.
void build_close(struct build *b);

#endif
