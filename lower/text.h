// The pieces of C that lowering writes, shared by the lower_*.c.
#ifndef ACC_LOWER_TEXT_H
#define ACC_LOWER_TEXT_H

#include "lower/ends.h"
#include "lower/lower.h"

// One function being lowered. `out` collects what goes before the statement at hand.
struct lower {
    struct unit *u;
    struct async *a;
    struct buf *out;
    bool has_many_leaves;       // see there
    const struct point *alike;  // the frames of all callees lie where that of this one does; NULL: they do not
    bool gives_alike;           // and all give a result of one type
    const struct stmt *value;   // the last statement of a statement expression: its value is used ...
    const struct local *value_to;   // ... and goes here; NULL: it stays where it is
    const char *continue_label; // where `continue` of the innermost loop has to jump; NULL: it stays
    bool continue_used;
};

// Writes to l->out all that must be computed before the rest of e, and leaves edits in e that make the rest of it.
void lower_before(struct lower *l, struct expr *e);
const char *named_text(struct unit *u, const struct expr *e);   // what messages call a handle or a frame, as a string
// What is left of e, as text.
const char *lower_rest(struct lower *l, struct expr *e);
// Lowers the statements of a block, a body ...; `is_item`: directly in a block, so declarations may stand before it.
void lower_stmt(struct lower *l, struct stmt *s, bool is_item);
void lower_declaration(struct lower *l, struct stmt *s, bool is_item);
// Puts text in front of a statement; where only one statement may stand, braces keep the two together.
void put_before(struct lower *l, struct stmt *s, bool is_item, const char *text);
// Whether an assignment is to an object of whose children its block sees that they end.
bool replaces_owed(struct unit *u, const struct expr *assignment);
// Edits of an assignment to an object that holds handles: the children that it had are given up.
void lower_replaced(struct unit *u, const struct function *f, struct expr *assignment);
// Calls of cleanups that awaits may come before, of which the compiler is told nothing; and waits for children.
const char *take_cleanups(struct lower *l, const struct decl *d);
void lower_params_end(struct lower *l);
// The statement for a way out of a nest of endings, NULL: by a jump. `lower` is a struct lower, as struct exits passes it.
const char *lower_exit(void *lower, const struct exit *x);
// What a block runs at its end, before its closing brace.
void lower_block_end(struct lower *l, const struct stmt *block);
// The call, the suspension and the resumption of a point; `call` is the callee and `args` its arguments, "" or ", a, b".
void lower_point(struct lower *l, struct point *p, const char *call, const char *args);
// Whether it awaits functions of other files in many places.
bool has_many_leaves(const struct async *a);
// Finds out what its callees have in common: l->alike and l->gives_alike; and declares the locals that this takes.
void alike_find(struct lower *l);
void alike_declare(struct lower *l, struct buf *out);
// Entered without a frame: another function makes one and enters again, at `state`, so that nothing more of it is seen here.
const char *outside_call(struct lower *l, uint32_t state);
// The C function that is the state machine: the function itself, or what its two entries inline.
const char *machine_name(struct unit *u, const struct async *a);
// The statement that ends a function for which there is no memory.
const char *no_memory_text(struct lower *l);
// The number by which a function is entered again where p needs a frame.
uint32_t enter_state(const struct async *a, const struct point *p);
// What is passed for its parameters when a function goes on: nobody reads it. ", 0, 0"; for an array, `array`, since 0 may be none.
const char *arguments_again(struct lower *l, const struct async *a, const char *array);
// Statements that leave the function with `value` (NULL: none).
const char *return_text(struct lower *l, const char *value);
// Whether what is left of an awaiting expression does nothing as a statement.
bool rest_is_idle(struct lower *l, struct expr *e);
const char *poll_cast(struct unit *u, struct type *result);
// The end of a function whose points share what they store; `cases`: of the numbers by which it is resumed.
void shared_print(struct lower *l, const char *cases);
// Declarations in front of a function, and what stands behind it (lower_site.c).
void links_declare(struct lower *l, struct buf *out);
void links_print(struct lower *l, struct buf *out);
// Whether another function makes a frame for it when it is entered without one.
bool has_outside(const struct async *a);
// Whether the runtime knows where a result of the type lies.
bool result_is_plain(struct unit *u, struct type *t);
// The result in the frame, as an lvalue.
const char *result_place(struct lower *l);
// How an expression reads or writes a resident local.
const char *resident_text(struct lower *l, const struct local *v);
// Makes an object what its initialiser says; it may be an array.
const char *place_init(struct lower *l, const char *place, struct type *type, const struct expr *init);
// Makes a resident local what its declaration says: sizes, storage, initialiser.
const char *resident_init(struct lower *l, const struct local *v, const struct declarator *d);
// The declaration of a temporary.
const char *temp_text(struct lower *l, const struct local *v);
// Starts a child (async CALL).
void lower_start(struct lower *l, struct point *p, const char *call, const char *args);
// The arguments that a frame object keeps: ", ac_h1->ac_start.ac_arg1, ac_h1->ac_start.ac_arg2".
const char *object_arguments(struct unit *u, const struct symbol *function, const char *object);
// Starts an arm of `await any`; waits for one and lowers its statements, giving the text that stands before them.
void lower_arm(struct lower *l, struct point *p, const char *call, const char *args);
const char *lower_any(struct lower *l, struct stmt *s);
// What an expression reads as the result of an arm.
const char *arm_value(struct lower *l, const struct point *p);
// Text of what comes before the full expression e, "" when nothing does; leaves edits in e that make the rest of it.
const char *full_before(struct lower *l, struct expr *e);
// The call of a child into `frame` of its task `task`, its result there if it is not pending. Writes the declaration of
// ac_p and its number, with the child's poll result.
void lower_child_call(struct lower *l, struct point *p, const char *frame, const char *task, const char *call, const char *args);
// What the child of a handle has given; `task` is its task, 0 when there was no memory for it.
const char *handle_result(struct lower *l, const struct point *p, const char *task);

#endif
