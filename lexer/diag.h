// Messages for the user: raised where the fact is known, printed once at the end in source order, gcc's form.
//
//     fetch.ac:5:17: error: call of async function 'fetch' is neither awaited nor started [bare-call]
//         5 |     int r = 1 + fetch(2);
//           |                 ^~~~~~~~
//           |                 await
//     fetch.ac:3:11: note: 'fetch' is declared async here
#ifndef ACC_LEXER_DIAG_H
#define ACC_LEXER_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "lexer/source.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_FATAL };

// The warnings, by name; text and default stand in warn.def.
enum warning {
    WARNING_NONE,
#define WARNING(KIND, flag, on, text) WARNING_##KIND,
#include "lexer/warn.def"
#undef WARNING
    WARNING_COUNT
};

// The errors, by name.
enum error {
    ERROR_NONE,
#define ERROR(KIND, name) ERROR_##KIND,
#include "lexer/error.def"
#undef ERROR
};

// What messages are printed as: text for people; one document of the whole run for programs.
enum diag_format { DIAG_TEXT, DIAG_JSON, DIAG_SARIF };

struct fix;

// One message with its notes and fix-its. Lives in the unit arena.
struct diag {
    struct diag *next;          // the next in order of raising; for a note: the next note
    enum severity severity;
    enum warning warning;
    enum error error;
    struct span span;           // where; {0, 0} with has_span false: about the whole file
    bool has_span;
    const char *text;
    struct diag *notes;
    struct fix *fixes;
};

struct fix {
    struct fix *next;
    struct span span;           // empty: insert there
    const char *text;
};

struct diags {
    struct diag *first, **last;
    unsigned errors, warnings;
    bool tells_all;             // errors, not just the first DIAG_ERROR_LIMIT
};

enum { DIAG_ERROR_LIMIT = 20 };

// `span` is the range to underline; the caret is at its first token. Lower case, no full stop, names in ''.
struct diag *diag_error(struct unit *u, enum error error, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
struct diag *diag_warn(struct unit *u, enum warning w, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Whether a warning at this token would be said: for checks that cost something, and at places that a warning elsewhere rests on.
bool diag_wants(const struct unit *u, enum warning w, uint32_t token);
// About a file or the command as a whole: "acc: error: ..." or "file: error: ...".
struct diag *diag_fatal(struct unit *u, const char *format, ...) __attribute__((format(printf, 2, 3)));
// `d` may be NULL (a warning that is off, or an error past the limit): then nothing happens.
void diag_note(struct unit *u, struct diag *d, struct span span, const char *format, ...) __attribute__((format(printf, 4, 5)));
void diag_fix_insert(struct unit *u, struct diag *d, uint32_t before_token, const char *text);
void diag_fix_replace(struct unit *u, struct diag *d, struct span span, const char *text);
// Prints everything raised so far, sorted by place: text to `out`, else into the run's document.
void diag_print_all(struct unit *u, FILE *out, struct buf *document);
// Makes the document whole, when there is to be one.
void diag_document_end(enum diag_format format, struct buf *document);

#endif
