// Copies of the user's files in which each token stands on a line of its own: what is preprocessed for the token map.
//
//     int x = F(1);   // why        →     int ⏎ x ⏎ = ⏎ F ⏎ ( ⏎ 1 ⏎ ) ⏎ ; ⏎ #include "/tmp/acc-1a2b3c/1.h" ⏎
//     #include "x.h"
#ifndef ACC_LEXER_COPY_H
#define ACC_LEXER_COPY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lexer/lexer.h"
#include "lexer/preprocess.h"

// An #include in a user file that one of the user's folders can answer.
struct include {
    uint32_t lexeme;
    uint32_t copy;              // of the file it reads
    const char *path;           // absolute; NULL when the copy finds it by the name in the directive
};

// A user file that the main file may read. Lives in the arena of its copies.
struct copy {
    const char *path;           // the user's file
    dev_t device;
    ino_t inode;
    struct text text;           // as it is on disk
    bool has_trigraphs;         // those in it mean what they stand for
    struct text clean;          // without line splices and trigraphs
    struct lexemes lexemes;     // line i + 1 of the copy is lexemes.at[i]; offsets are those of `clean`
    struct lexeme *places;      // the same in `text`
    uint32_t *lines;            // the line of each in `text`, from 1
    struct include *includes;   // in order
    uint32_t include_count, include_capacity;
    bool may_be_edited;         // async, await ... stand in it, or come out of it
    bool is_needed;             // that, or it includes such a file
};

// The main file's copy is number 0.
struct copies {
    struct arena *arena;
    struct copy *at;
    uint32_t count, capacity;
    const char *folder;         // where they were written; NULL until then
    bool may_have_trigraphs;    // something in them looks like one
};

// Whether one of the words stands in it, in a comment or a string, too.
bool text_has_async_words(struct text t, bool all_words);
// Whether the line that ends at `newline` goes on; `text` is where it or a line before it begins.
bool is_spliced(const struct unit *u, const char *text, const char *newline);
// Splits c->text and finds the places of its lexemes.
void copy_split(struct arena *a, struct copy *c);
// Finds the user files that `main_text` leads to, and says which are needed; nothing is written. What an #include reads
// is taken from u->inclusions once the unit is scanned; before that it is looked for as the preprocessor does with u->cc.
void copies_collect(struct copies *c, struct unit *u, struct text main_text);
// Writes those needed to a new folder. False after an error, which was reported.
bool copies_write(struct copies *c, struct unit *u);
void copies_remove(struct copies *c);
const char *copy_path(const struct copies *c, uint32_t copy);
// The copy that was written to this path, and the copy of the file at this path; UINT32_MAX when there is none.
uint32_t copy_at(const struct copies *c, const char *path);
uint32_t copy_of(const struct copies *c, const char *path);
// For each file of the unit its copy, UINT32_MAX when it has none; in the arena of the copies.
uint32_t *copies_of_files(const struct copies *c, const struct unit *u);
// The path that stands for an argument of -include in the run over the copies.
const char *copy_forced(struct copies *c, const struct unit *u, const char *name);

bool is_same_file(const char *a, const char *b);

// The word that says what a directive is; [text, text + len) is the directive's line.
const char *directive_name(const char *text, size_t len, size_t *name_len);
bool directive_is(const char *text, size_t len, const char *name);

// What a #line directive says; line 0: it is none, or not a plain number. `path` NULL: the file stays.
struct line_directive {
    uint32_t line;
    const char *path;
};
struct line_directive line_directive_parse(struct arena *a, const char *text, size_t len);

#endif
