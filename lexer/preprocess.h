// Running the user's preprocessor, and the temporary files that takes.
#ifndef ACC_LEXER_PREPROCESS_H
#define ACC_LEXER_PREPROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;
struct unit;

// A run that was started: its output goes to an unlinked temporary file.
struct preprocessing {
    pid_t pid;                  // 0: not running
    int output;
    const char *command;
};

// Text with two NULs behind it; `bytes` NULL: not there.
struct text {
    char *bytes;
    uint32_t len;
};

// Whole content of a descriptor from its start, or of a file. On failure errno is set; EFBIG: over 4 GiB.
struct text text_read(struct arena *a, int fd);
struct text text_of_file(struct arena *a, const char *path);
// Does it begin with the byte order mark of UTF-8?
bool text_has_bom(struct text t);

// Where temporary files are made: $TMPDIR, unless an #include directive could not name it.
const char *temporary_place(void);
// A descriptor of an unlinked temporary file; -1 after an error, which was reported.
int temporary_file(struct unit *u);
// A new folder in $TMPDIR; NULL after an error, which was reported.
const char *temporary_folder(struct unit *u, struct arena *a);

// Starts argv with `input` as standard input (-1: the own one); `quiet` discards its messages.
struct preprocessing preprocess_start(struct unit *u, const char *const *argv, int input, bool quiet);
// Waits for its end. The text is missing when it failed; then its own messages, or ours, went to the user unless `quiet`.
struct text preprocess_finish(struct unit *u, struct preprocessing *p, struct arena *a, bool quiet);

#endif
