// What the parts of writing the output share: emit.c decides what is copied and what is replaced, emit_source.c copies.
#ifndef ACC_LOWER_EMITTER_H
#define ACC_LOWER_EMITTER_H

#include "lower/edit.h"

struct emitter {
    struct unit *u;
    struct buf *out;
    const struct edits *edits;
    bool *is_once;              // by file: it stands in place of its #include, and said #pragma once
    bool has_once;
    const char **folders;       // by file: what brings its #includes to its folder, "sub/"; NULL: nothing
    uint32_t inclusion;         // what is being copied
    uint32_t stretch;           // where inclusion_of found the last one
    bool numbered;              // #line is written
    uint32_t file, line;        // what the C compiler thinks it reads
    bool at_start;              // of a line of output
};

// Columns from here on are not kept: on a line of a megabyte the blanks would be the square of that.
enum { FARTHEST_COLUMN = 1000 };

void emit_bytes(struct emitter *e, const char *text, size_t len);
void emit_newline(struct emitter *e);
void emit_fresh_line(struct emitter *e);
// As the preprocessor writes it where an #include begins (1) and ends (2): compilers are quiet about unused functions
// of a header.
void emit_marker(struct emitter *e, uint32_t file, uint32_t line, int flag);
// "#line 12", with the file when it is another one.
void emit_line(struct emitter *e, uint32_t file, uint32_t line);
// Brings the output to the line of the source, and to its column when a new line was begun for it.
void emit_sync(struct emitter *e, uint32_t file, uint32_t offset);
// The bytes [lo, hi) of a file as they are.
void emit_source(struct emitter *e, uint32_t file, uint32_t lo, uint32_t hi);
const char *source_line(struct emitter *e, uint32_t file, uint32_t offset);    // its beginning

// "sub/" of a header that `line` of file `outer` includes as "sub/x.h".
const char *header_folder(const struct emitter *e, uint32_t outer, const char *line);
// The header stands in place of its #include: notes whether it is one that says #pragma once.
void header_mark_once(struct emitter *e, uint32_t file);

#endif
