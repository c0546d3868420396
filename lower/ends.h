// The endings of parser/ends.h in C. A deferred statement stays where it is; who leaves its block jumps to it, and it goes on
// to the next one:
//
//     {                              {
//         int fd = get();                int fd = get();
//         defer close(fd);               if (0) {
//         if (fd < 0)                    ac_defer_1:;
//             return -1;                     close(fd);
//         use(fd);                           if (ac_leave1 == 1)
//     }                                          return ac_value1;
//                                            goto ac_end_1;
//                                        }
//                                        if (fd < 0)
//                                            { ac_value1 = -1; ac_leave1 = 1; goto ac_defer_1; }
//                                        use(fd);
//                                        ac_leave1 = 2; goto ac_defer_1;
//                                    ac_end_1:;
//                                    }
//
// Lines stay lines, and each statement is there once. The number of the exit is told only where an ending has a choice.
#ifndef ACC_LOWER_ENDS_H
#define ACC_LOWER_ENDS_H

#include "parser/ends.h"

// How a function writes the exits that only it knows.
struct exits {
    const char *(*text)(void *context, const struct exit *x);   // a statement; NULL: the usual one
    void *context;
    const char *enter, *leave;                                  // around a deferred statement
};

// Statements that go to the first ending of a leaving.
const char *leaving_text(struct unit *u, const struct leaving *l);
// A deferred statement, whose own edits have been made.
void defer_edits(struct unit *u, struct stmt *s, const struct exits *x);
// What ends a variable, behind its declaration.
const char *ending_text(struct unit *u, const struct ending *e, const char *statements, const struct exits *x);
// What stands before the closing brace of a block; "" when it has no endings.
const char *block_end_text(struct unit *u, const struct stmt *block);
// Inserts statements in front of the brace that ends a block; "": none.
void block_end_edit(struct unit *u, const struct stmt *block, const char *text);
// What stands behind a `for` that declares what has an ending.
const char *loop_end_text(struct unit *u, const struct leaving *l);
// A statement expression whose block has endings: its value is kept while they run. Called before the block's own edits.
void block_value_edits(struct unit *u, struct expr *e);
// The last token of the block's `#pragma STDC` and `__label__ x, y;`, before which nothing may stand; its brace when it has none.
uint32_t last_of_head(const struct unit *u, const struct stmt *block);
// All edits of the endings in a function that is not lowered otherwise.
void ends_edits(struct unit *u, struct function *f);

#endif
