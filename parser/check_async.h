// What the parts of the check share: expressions (check_async.c), statements (check_async_stmt.c), declarations
// (check_async_decl.c).
#ifndef ACC_PARSER_CHECK_ASYNC_H
#define ACC_PARSER_CHECK_ASYNC_H

#include "parser/ast.h"

// Where an expression stands: only an evaluated one may wait. What _Generic does not choose would, elsewhere.
enum where { WHERE_EVALUATED, WHERE_NOT_CHOSEN, WHERE_UNEVALUATED, WHERE_CONSTANT, WHERE_STATIC, WHERE_ASM, WHERE_ELEMENTS };

// A declaration with a size that is computed where it stands, and those whose scope it lies in.
struct sized {
    const struct sized *outer;
    const struct declarator *declarator;
    uint32_t depth;
};

// A goto, and the scope that it leaves from.
struct sized_goto {
    const struct sized_goto *next;
    const struct stmt *stmt;
    const struct sized *sized;
};

// The walk over one function, or over what stands outside of functions.
struct checker {
    struct unit *u;
    struct function *function;          // NULL at file scope
    enum where where;
    const struct expr *taken;           // the operand of the await or async just passed, without parentheses
    const struct expr *skipped;         // the child that the caller's loop goes down itself
    const struct expr *parent;          // whose children are looked at
    uint32_t waits;                     // awaits passed so far ...
    uint32_t unawaited;                 // ... and calls that it was said of that they should wait
    uint32_t loops, switches;           // around what is looked at
    uint32_t head_loops, head_switches; // around the loop whose condition or step is looked at, and itself; 0: none is
    uint32_t exits;                     // returns, gotos and calls that do not return passed so far
    uint32_t breaks;                    // out of the innermost loop
    struct span arm_call;               // what the arm that is looked at waits for
    uint32_t arm_loops, arm_breakables; // loops, and loops or switches, around it
    uint32_t jumps;                     // out of it, passed so far
    uint32_t starts;                    // children passed so far
    uint32_t values;                    // statement expressions around what is looked at
    const struct sized *sized;          // the innermost whose scope it lies in ...
    const struct sized *switch_sized;   // ... and that of the switch around it
    const struct sized_goto *gotos;     // passed so far
};

// --- check_async.c
void check_at(struct checker *c, struct expr *e, enum where where);         // NULL: nothing
bool is_in_async(const struct checker *c);
// `what` is the word that waits or starts: whether it may stand here at all.
bool check_place(struct checker *c, struct span at, const char *what);
// The size of a frame is known behind the body of its function, or an interface header's declaration.
void check_frame_known(struct checker *c, const struct type *t, struct span at, uint32_t token);
void note_declared(struct checker *c, struct diag *d, const struct symbol *symbol, const char *how);

// --- check_async_stmt.c
void check_stmt(struct checker *c, struct stmt *s);                         // NULL: nothing
void check_gotos(struct checker *c);            // of the function, when all its labels were passed

// --- check_async_decl.c
void check_decl(struct checker *c, struct decl *d);
// Whether t is no struct or union, or one that is defined in front of token `at`.
bool is_known_record(struct checker *c, struct type *t, uint32_t at);
void check_frame_uses(struct checker *c);       // what `_Frame` names is an async function

#endif
