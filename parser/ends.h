// What runs when control leaves a block: the statements of its defers, where awaits may come before them the functions of
// attribute `cleanup`, and the waits for children whose handles may not have been awaited; last one first.
//
// A function, and each deferred statement in it, is a nest: jumps stay inside. The endings of a nest form a tree by `outer`:
// what runs next when control goes further out. A jump passes a chain of it, from the innermost ending around it to the last
// one that its target is not inside of; where several endings have gone by, control comes together, so that each ending is
// written once and chooses by its exit where to go on:
//
//     {                                       endings: 1 (outer: none), 2 (outer: 1)
//         defer a();                          exits of 1: the end of the block, break
//         defer b();                          2 passes both on to 1
//         if (x)
//             break;                          leaves from 2 by the exit `break`
//     }                                       leaves from 2 by the exit `end`
#ifndef ACC_PARSER_ENDS_H
#define ACC_PARSER_ENDS_H

#include "parser/ast.h"

enum exit_kind { EXIT_END, EXIT_BREAK, EXIT_CONTINUE, EXIT_GOTO, EXIT_RETURN };

// Where control goes on when the endings on its way have run.
struct exit {
    struct exit *next;          // of the same ending
    enum exit_kind kind;
    struct stmt *target;        // the block it falls out of, the loop or switch; NULL for goto and return
    struct label *label;        // EXIT_GOTO
    struct ending *last;        // the last ending on the way
    uint32_t number;            // from 1 in its nest
};

// One thing that the end of a block runs.
struct ending {
    struct ending *next;        // in the function, in source order
    struct ending *outer;       // runs after it when control goes further out; NULL: none in this nest
    struct nest *nest;
    struct span at;             // the word `defer`, or the variable
    const struct symbol *variable;      // with a cleanup, or handles; NULL: it is a defer
    bool is_handle;
    struct exit *exits;         // that end here
    uint32_t exit_count;
    uint32_t number;            // from 1 in its function
    bool passes_on;             // some exits go on to `outer`
    bool needs_braces;          // what follows it declares what no jump may enter
};

// The body of the function, or a deferred statement.
struct nest {
    struct nest *next, *outer;
    uint32_t number;            // from 1 in its function
    uint32_t exit_count;
    bool has_choice;            // an ending has more than one way to go on
};

// How a jump, or the end of a block, gets to its exit.
struct leaving {
    struct ending *first;       // what runs first
    struct exit *exit;
};

// All endings of a function.
struct ends {
    struct ending *endings, **last_ending;
    struct nest *nests, **last_nest;
    uint32_t ending_count, nest_count;
    bool returns_value;         // a `return` with a value has endings on its way
};

// Whether an ending has more than one way to go on.
bool ending_chooses(const struct ending *e);
// Whether some ending on the way has to know the exit.
bool leaving_is_told(const struct leaving *l);
// What an item of a block is behind its labels; NULL: nothing.
struct stmt *unlabelled(struct stmt *item);

#endif
