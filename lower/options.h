// The command line: which files to translate, and what to tell the C compiler at each of its stages.
#ifndef ACC_LOWER_OPTIONS_H
#define ACC_LOWER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lexer/unit.h"
#include "lower/argv.h"

// What the run ends with.
enum mode {
    MODE_LINK, MODE_OBJECT, MODE_ASSEMBLY, MODE_LOWER, MODE_PREPROCESS, MODE_SYNTAX,
    MODE_VIEW,                  // --emit, --frames, --header, --erase
    MODE_DEPEND,                // -M, -MM
    MODE_FIX,                   // --fix
    MODE_HELP, MODE_VERSION, MODE_EXPLAIN, MODE_CFLAGS, MODE_LIBS, MODE_PRINT_MK, MODE_PRINT_CMAKE, MODE_PRINT_GDB,
};

enum view {
    VIEW_TOKENS = 1, VIEW_AST = 2, VIEW_CFG = 4, VIEW_LIVE = 8, VIEW_FRAMES = 16, VIEW_STATES = 32, VIEW_DOT = 64,
    VIEW_EDITS = 128, VIEW_HEADER = 256, VIEW_FRAMES_JSON = 512, VIEW_FRAMES_DIFF = 1024, VIEW_INTERLEAVED = 2048, VIEW_ERASED = 4096,
};

// Which runs of the C compiler see a word.
enum stage { STAGE_PREPROCESS = 1, STAGE_COMPILE = 2, STAGE_LINK = 4, STAGE_ALL = 7 };

enum word_kind {
    WORD_OPTION,
    WORD_SOURCE,                // an input for acc
    WORD_OTHER_SOURCE,          // .c and what else the C compiler compiles
    WORD_BINARY,                // objects, archives: for the linker
};

// A word of the command line that is not an option of acc, in its place among the others.
struct word {
    enum word_kind kind;
    unsigned stages;            // of WORD_OPTION
    const char *text;
};

// The command line, read once, unchanged afterwards. Its arena and the process's arguments own the strings.
struct options {
    struct arena arena;
    enum mode mode;
    unsigned views;             // of MODE_VIEW: enum view
    const char *output;         // NULL: by default
    struct argv cc;             // the C compiler: one word, or more (ccache gcc)
    bool launched;              // --launch
    struct word *words;
    size_t word_count, word_capacity;
    const char *language;       // -x in force
    struct argv depend;         // -MD and friends as given, without -MF, -MT, -MQ
    struct argv depend_targets; // -MT, -MQ with their names
    const char *depfile;        // -MF
    enum { CHECK_UNSAID, CHECK_ON, CHECK_OFF } check;
    bool no_line, check_lowering, if_changed, no_async_keywords, no_fuse, verbose, dry_run, save_temps;
    bool no_warnings, all_errors;
    bool warning_on[WARNING_COUNT], warning_error[WARNING_COUNT], warning_no_error[WARNING_COUNT];
    const char *older_frames;   // of --diff-frames=
    uint64_t frame_limit;       // of -Wframe-larger-than=
    bool color;
    enum diag_format diag_format;
    const char *explained;      // what --explain names; NULL: nothing
};

// Reads the command line. False after an error that was reported.
bool options_read(struct options *o, int argc, char **argv);
void options_free(struct options *o);
void options_help(FILE *out);

// The words of `o` that these stages of the C compiler see, without inputs.
void argv_add_words(struct arena *a, struct argv *v, const struct options *o, unsigned stages);

#endif
