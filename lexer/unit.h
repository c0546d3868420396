// One translation: everything known about one input file. There is no other state in the translator.
#ifndef ACC_LEXER_UNIT_H
#define ACC_LEXER_UNIT_H

#include "lexer/arena.h"
#include "lexer/diag.h"
#include "lexer/name.h"
#include "lexer/source.h"

#define ACC_VERSION "0.1.0"
#define ACC_VERSION_MACRO "-D__ACC__=100"      // major * 10000 + minor * 100 + patch

struct lowering;
struct options;
struct scope;
struct stmt;
struct target;

// The size of a function's frame, for `_Frame(f)`: as the translation before has found it.
struct frame_size {
    struct frame_size *next;
    const char *function;
    uint64_t size;
    uint32_t align;
};

struct unit {
    struct arena arena;             // text, names, tokens, frame layouts, edits: until the end
    struct arena ast;               // AST, scopes, symbols, types: until all edits are made
    struct arena fn;                // scratch of one function: of its parse, then its CFG, liveness, texts; reset after it
    const struct options *options;  // the command line (lower/options.h); the lexer reads `cc`, below
    const char *path;               // the input as the user spelled it; "-" is standard input
    char *const *cc;                // the preprocessor's command line up to and without the input, NULL-terminated
    bool async_keywords;            // false: -fno-async-keywords
    bool is_map;                    // scanned for the places of its tokens: names are another unit's, and with them the macros
    bool has_raw_strings;           // gcc's gnu99 and later
    bool has_trigraphs;             // some stand in the files, and the preprocessor reads them
    struct names names;
    struct diags diags;
    // source
    const char *text;               // preprocessed text, NUL-terminated
    uint32_t text_len;
    struct file *files;
    uint32_t file_count, file_capacity;
    struct inclusion *inclusions;
    uint32_t inclusion_count, inclusion_capacity;
    struct stretch *stretches;      // in order; tokens before the first are the main file's
    uint32_t stretch_count, stretch_capacity;
    struct source *source;          // private to lexer/source.c
    struct macro *macros;
    uint32_t macro_count, macro_capacity;
    struct token *tokens;           // the last one is the end of file
    uint32_t token_count, token_capacity;
    uint32_t *pragmas;              // the tokens that are #pragma lines
    uint32_t pragma_count, pragma_capacity;
    bool has_async_words;           // some user token is spelled like one of the words
    // parser
    bool reads_all;                 // also bodies that have nothing to do with async
    bool has_async;                 // the parser built an async construct (async declaration, await, async call)
    bool has_frames;                // ... one that is not `defer`
    uint32_t next_token;            // the parser's position in tokens
    struct scope *scope;            // innermost scope while parsing
    struct decl *decls;             // external declarations in order
    struct tag *hiding_tags;        // of inner scopes, with the name of one further out; linked by next_listed
    uint32_t expr_count;            // expr.id counts from 1
    const struct target *target;    // sizes of the target, from the predefined macros
    struct parser *parser;          // private to parser/
    struct sema *sema;              // private to parser/
    struct lowering *lowering;      // private to lower/
    // flags of warnings
    bool warning_on[WARNING_COUNT], warning_error[WARNING_COUNT];
    bool diag_color;
    enum diag_format diag_format;
};

#endif
