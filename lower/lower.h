// From the typed AST to edits: every async function becomes a frame and a state machine.
//
// in:   u->decls after sema and check_async, without errors
// out:  u->lowering->edits, and what the reports print
#ifndef ACC_LOWER_LOWER_H
#define ACC_LOWER_LOWER_H

#include "lower/async.h"
#include "lower/edit.h"

// What lower/ knows of the unit.
struct lowering {
    struct edits edits;
    struct async *asyncs, **last_async;     // callees first
    struct async **by_function;             // by function.index
    struct hoist *hoists;                   // of the function being lowered, by expr.id
    uint32_t first_hoist;                   // the id of hoists[0]
    uint32_t async_count;
    uint32_t searches;          // for what leads back, while ordering
    const char **clashes;                   // macros called like members that generated code uses
    uint32_t clash_count;
    uint32_t *steady_from;                  // by macro, see macros_keep; 0: not looked at, else + 1
    bool has_moves;                         // the unit has handles, or frames, that may be moved
    bool has_pack;                          // a #pragma pack may be in force where a frame is defined
    bool is_erased;                         // the edits only take words out
};

// Runs every pass over every async function. False after an error that was reported.
bool lower_unit(struct unit *u);

// The passes, in this order; each requires the ones before it.
bool async_collect(struct unit *u);                     // async functions, callees first; whether there is anything to lower
void plain_decide(struct unit *u);                      // which functions never suspend
void fuse_decide(struct unit *u);                       // which callees are parts of their caller's machine
void unheld_find(struct unit *u, struct async *a);      // which children nobody holds
void scan_function(struct unit *u, struct async *a);    // regions, locals, suspension points
void starts_place(struct unit *u, struct async *a);     // which children lie in the frame
void locals_place(struct unit *u, struct async *a);     // which locals live in the frame, and their names there
void hoist(struct unit *u, struct async *a);            // what is computed before an await
void cfg_build(struct unit *u, struct async *a);        // events and edges
void given_compute(struct unit *u, struct async *a);    // which followed locals have a value
void live_compute(struct unit *u, struct async *a);     // what each suspension point keeps
// The function of this unit that an await or the await of an arm calls directly; NULL: it waits for something else.
struct async *awaited_async(struct unit *u, struct expr *await);
bool region_holds(const struct region *outer, const struct region *inner);
void locals_settle(struct unit *u, struct async *a);    // which kept locals are residents after all
void recompute_decide(struct unit *u, struct async *a); // which kept locals are computed again
void tails_find(struct unit *u, struct async *a);       // which callees take over the frame
void fuse_number(struct async *a);                      // the numbers by which it is resumed
void late_settle(struct unit *u, struct async *a);      // when it makes a frame that it was not given
void twice_settle(struct unit *u, struct async *a);     // whether it is compiled twice (after fuse_number)
void share_decide(struct unit *u, struct async *a);     // which locals are stored in one place for all points
// Whether values of t, or its elements, have constant members.
bool type_is_constant(struct unit *u, struct type *t);
void frame_lay_out(struct unit *u, struct async *a);    // offsets
void frame_grow(struct unit *u, struct async *a);       // how much larger it gets when frame objects in it do
void lower_function(struct unit *u, struct async *a);   // edits of the body
bool const_can_go(struct unit *u, const struct local *l);       // whether the word can go out of its declaration
void consts_drop(struct unit *u, const struct async *a);        // edits of those that are assigned to when the function goes on
void lower_moves(struct unit *u, struct function *f);   // edits of handles that it moves
// Where handles lie in objects of a type, as arguments: "16, 1, (const unsigned[]){ 8, 1 }".
const char *handles_text(struct unit *u, struct type *t);
void macros_collect(struct unit *u);                    // macros that generated code must not meet
// The number that __COUNTER__ gives depends on what was expanded before. Where an async function tells it, and text may be moved or
// written out, all the calls in the unit that do are.
void counters_write_out(struct unit *u);
void macros_keep(struct unit *u, const struct decl *d);         // calls in a function that stay calls where they are written anew
void protect_macros(struct unit *u, const struct decl *d);      // around a lowered function: names not to be expanded again
// Takes an attribute out, with the commas that then separate nothing; and, where the list has no other, all of it:
//
//     __attribute__((pure, unused)) int f(void)   →   __attribute__((unused)) int f(void)
//     __attribute__((pure)) int f(void)           →   int f(void)
void drop_attribute(struct unit *u, struct span attribute);
void drop_own_attributes(struct unit *u);     // acc's own attributes mean nothing to the compiler
void drop_frame_attributes(struct unit *u);             // those that name a type, where lower_interface does not
void lower_interface(struct unit *u);                   // edits of declarations with async in them
void lower_objects(struct unit *u);                     // edits of `_Frame(f)` and of the calls that make frames
void lower_object_types(struct unit *u);                // the structs that `_Frame(f)` becomes; after lower_function

void lower_roots(struct unit *u);                       // edits of ac_block_on and ac_spawn in synchronous functions, also erased

#endif
