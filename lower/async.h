// What the passes of lower/ know of one async function, from hoisting to the edits.
//
// A function is a tree of regions (blocks). Each local lives in one region; each suspension point lies in one. The frame
// has the shape of that tree: what must stay at one address lies beside what its block contains, blocks that exclude each
// other share their bytes, and so do suspension points.
#ifndef ACC_LOWER_ASYNC_H
#define ACC_LOWER_ASYNC_H

#include "parser/ast.h"

struct cfg;
struct piece;
struct site;

enum local_class {
    LOCAL_PLAIN,        // never live across a suspension point: an ordinary C local
    LOCAL_SPILLED,      // a C local, stored in the frame by the suspension points that must keep it
    LOCAL_COMPUTED,     // a C local, computed again behind the suspension points that must keep it (recompute.c)
    LOCAL_RESIDENT      // lives in the frame at one address: arrays, address-taken, volatile, large
};

enum { MOST_READS = 4 };

// A local variable, a parameter, a compound literal, or a temporary that hoisting made.
struct local {
    uint32_t index;             // dense in the function
    struct symbol *symbol;      // NULL for temporaries and compound literals
    struct expr *of;            // a temporary: the expression whose value it holds; a compound literal: itself
    struct type *type;          // as stored: decayed, without qualifiers that forbid storing
    const char *name;           // the C variable
    const char *lvalue;         // what holds the value: the name, or "ac_r1.value" of a poll result
    const char *value;          // how an expression reads it: the lvalue, cast where the poll type is less exact
    const char *c_type;         // where there is no struct type: "ac_handle"
    const char *field;          // its member in the frame or in the structs of points
    bool is_result;             // of an await: declared with the call
    uint32_t set_at;            // token behind its initialiser, 0: it has none
    bool may_be_unset;          // some path leads to a use and past all that gives it a value (live.c); so of each parameter that is used
    bool is_changed;            // a part of it is assigned to: a member, an element; for the CFG no definition (cfg_expr.c)
    bool is_steady;             // nothing changes it but its initialiser; a parameter: nothing at all (recompute.c)
    bool is_common;             // stored and loaded in one place for all points (share.c)
    bool is_clean;              // common, and unchanged since it was stored for the first time
    const struct local *reads[MOST_READS];  // LOCAL_COMPUTED: what its initialiser reads, by read_count
    uint32_t read_count;
    bool is_shadowed;           // its name means something else in an inner block
    enum local_class class;
    const char *why_resident;   // for reports
    bool is_literal, escapes;   // a compound literal; a pointer to it may be kept
    bool is_ranged;             // resident, but nobody keeps its address: its bytes are its own only while its value is needed
    bool is_tracked;            // it may become that
    bool is_given_only;         // it would be, did the functions that get its address not keep it
    uint32_t tracked;           // its number among those, for bit sets
    bool starts_unset;          // a scalar that is declared without a value, and gets one by name only
    bool is_followed;           // tracked, or starts_unset: what gives it a value is known
    uint32_t followed;          // its number among those; tracked ones come first
    bool is_of_asm;             // an operand of asm
    bool is_read;               // something is made of its value, or of its address, by cfg_build; of PLAIN ones, too
    bool is_lent_across;        // tracked: a function that is awaited gets its address
    uint64_t *apart;            // tracked: bit set of tracked locals whose values are needed at the same time, by apart_compute
    bool is_lvalue_pin;         // a temporary that holds an address: the value is *name
    bool is_vm;                 // variably modified: storage from the task (ac_block), sizes in the frame
    uint32_t vm_size_count;     // of its own: those of its typedef are the typedef's
    bool is_typedef;            // not an object: a typedef of a variably modified type, which has sizes only
    uint32_t align;             // of a user's local, its own attributes included; bytes
    uint32_t kept_count;        // by how many suspension points
    bool is_opaque;             // its type is not known at file scope: bytes in the frame
    struct region *region;
    struct local *next_resident;
    uint32_t assigned_in;       // id of the last full expression with an await that also assigns to it
};

// A block of the function, or a for statement with its declarations.
struct region {
    struct region *parent, *first, **last, *next;
    struct stmt *stmt;
    struct local *residents, **last_resident;
    struct local *ranged, **last_ranged;    // those that are is_ranged, by next_resident
    struct point *points, **last_point;
    struct point *placed, **last_placed;    // children that lie in it, by next_placed
    struct any *anys;           // whose arms lie in it, by next_in_region
    bool suspends;              // a suspension point lies in it or below
    uint32_t number, last_number;   // those of the blocks in it lie between; by live_compute
};

// Where a child's frame comes from.
enum callee_kind {
    CALLEE_NONE,
    CALLEE_EMBEDDED,            // of this unit: inside this frame
    CALLEE_LEAF,                // its prototype names its frame type (attribute ac_frame)
    CALLEE_OUTSIDE,             // known only by type: it makes its own frame
    CALLEE_HANDLE,              // await of a handle
    CALLEE_OBJECT,              // a frame object: where it lies
    CALLEE_ALL,                 // await all, also the implicit one at return, and that for children of handles that were left
    CALLEE_ANY                  // await any: the first of its arms
};

// A suspension point.
struct point {
    uint32_t number;            // from 1
    uint32_t state;             // by which the function is resumed here: the first one, when the callee is fused
    struct expr *await;         // the await, or NULL
    struct stmt *stmt;          // await all, or the return it precedes; NULL for an expression
    struct span at;             // for its line
    enum callee_kind kind;
    struct symbol *callee;      // of a direct call
    struct async *callee_async; // embedded: its frame
    struct type *callee_type;   // function type
    const char *child_type;     // C text of the child's frame type; NULL: outside
    uint64_t child_size;
    uint64_t child_used;        // embedded: without the padding at its end
    uint32_t child_align;
    struct local *result;       // where the value goes; NULL: void or ignored
    const struct local *lends;  // an object whose address the callee has until it has returned; NULL: none
    struct local *handle;       // the handle it waits for; CALLEE_OBJECT: the address of the object
    struct region *region;
    struct local **kept;        // the locals that are used behind it, by index; by live_compute
    uint32_t kept_count, kept_capacity;
    bool has_locals;            // one that is no parameter is alive before its call and its arguments
    bool enters, is_framed;     // is_late: makes the frame before its call; the frame was surely made before
    uint64_t offset, size;      // of its struct in the frame, by frame_lay_out
    uint64_t child_offset;      // of the callee's frame in it, or of the pointer to that
    bool is_dropped;            // nobody takes the handle or the result
    bool is_drop;               // CALLEE_ALL: of children whose handles were left
    bool is_reachable;          // control can get there, by live_compute
    bool is_tail;               // the callee takes over the frame, by tails_find: nothing goes on here
    struct any *any;            // CALLEE_ANY: what it waits for; an arm: what it is part of
    uint32_t arm;               // an arm: its number, from 1
    bool is_fallen_into;        // an arm: the statements above go on with its own; by cfg_build
    bool is_placed;             // a start: the child lies in this frame
    bool is_plain;              // its callee never suspends: a call, and none of the function's points
    struct point *next_in_region, *next_placed;
};

// An `await any`. Its arms are children, each a task whose frame lies in the struct of the suspension point (lower_any.c), or, where
// the call of a later one waits while they run, in the block.
struct any {
    struct any *next, *next_in_region;
    struct stmt *stmt;
    struct point *point;
    struct point *arms, **last_arm;     // in order, by next_in_region
    uint32_t arm_count;
    bool has_default, waits;
};

// What hoisting decided for an expression.
struct hoist {
    bool awaits;                // a suspension point or a start is evaluated in it
    bool effects;               // evaluating it can change what another operand reads
    bool has_pre;               // something of it is evaluated before the rest (awaits, or pinned parts)
    bool is_branch;             // && || ?: lowered to an if
    bool is_chain;              // && of a condition whose operands are tested one after the other
    bool is_pointed_into;       // a pointer into an array in its value is used behind an await
    struct local *pin;          // its value is computed before the rest and kept here
    struct local *literal;      // of a compound literal
    struct point *point;        // of an await or a start
};

// A full expression that holds an await or a start.
struct full {
    struct full *next;
    struct expr *expr;
    bool is_condition;          // of a loop, or of an if without else
};

// One size of a variably modified type, evaluated where a declarator or typedef gives it, once, and kept in the frame.
struct vm_size {
    struct vm_size *next;
    const struct expr *expr;
    const struct local *local;  // whose declaration evaluates it
    const char *field;
};

// One async function.
struct async {
    struct async *next;         // callees first
    struct function *fn;
    const char *name;           // of the state machine in C
    const char *prefix;         // of the names of its links and site functions: "f" of f_at1, f_resume_1
    const char *frame_type;     // "struct f_frame"
    const char *defines;        // the type that is defined among its specifiers, as a declaration; NULL: none is
    struct type *result;        // plain
    const char *poll_type;      // "ac_int"
    bool result_in_frame;       // too large for a register
    bool is_used;               // named outside of itself
    bool is_static, may_be_outside, suspends, is_main, has_end;   // has_end: control reaches the closing brace
    bool has_children, has_blocks, has_tails;
    bool has_group;             // it may have children that nobody holds, and waits for them (unheld.c)
    bool is_shared;             // its common locals are stored and loaded in one place
    bool is_late;               // entered without a frame, it makes one only when it needs it (late.c)
    bool is_twice;              // it is compiled twice: as it is called, and as it goes on (late.c)
    bool is_recursive;          // and calls itself: it is called without a frame, and makes it itself
    struct vm_size *vm_sizes;
    struct region *root;
    struct local **locals;
    uint32_t local_count, local_capacity, tracked_count, followed_count;
    struct point **points;
    uint32_t point_count, point_capacity;
    struct tag *hidden_tags;    // with an alias, as a block gives their name to another type; linked by next_hidden
    struct point *starts, **last_start;     // `async CALL`s, by next_in_region
    struct point *plains, **last_plain;     // awaits of what never suspends, by next_in_region
    struct any *anys, **last_any;
    struct point *end_point;                // the implicit wait for children at the closing brace
    struct local *value;                    // what it returns, while its endings run; NULL: nothing
    struct local **leaves;                  // by nest.number: the exit it goes to; NULL: there is no choice
    struct full *fulls, **last_full;        // full expressions that hold an await
    uint32_t plain_count;                   // awaits of what never suspends
    uint32_t replace_count;                 // assignments to handles
    uint32_t start_count, arm_count, literal_count, pin_count, continue_count, gap_count;
    struct cfg *cfg;
    struct piece *frame;        // its layout
    uint64_t frame_size, frame_used;        // with the padding at its end, and without
    uint32_t frame_align;
    bool has_constants;         // a value of a struct with constant members lies in the frame: nobody can assign it
    int64_t growth;             // of the frame, when objects in it have the sizes now found (grow.c)
    bool visiting, done;        // while ordering
    uint32_t searched;          // likewise: by the search with that number
    struct async *fused_into;   // its only caller, of whose machine it is a part (fuse.c); NULL: it is a machine of its own
    uint32_t mentions, height;  // how often its name stands in the unit; of the machine so far
    bool has_awaits;
    bool is_plain;              // it never suspends, nor does anything it awaits (plain.c)
    uint32_t state_count;       // numbers by which it is resumed: those of its points
    uint32_t machine_tokens;    // its own, and those of the functions that are fused into it
    struct site *sites, **last_site;        // where what it waits for leads, those of fused callees included
    uint32_t order;             // from 1; a callee that is embedded has a smaller one
};

// How an operand is used: for its value, as an object (assigned to, address taken, array that decays), or for its effects.
enum operand_use { USE_VALUE, USE_PLACE, USE_EFFECT };

struct operand {
    struct expr *expr;
    enum operand_use use;
};

// The evaluated operands of an expression in order of evaluation; those of an awaited or started call are the call's.
// Statement expressions have none: their block is lowered as a block.
struct operands {
    struct operand *list;
    uint32_t count;
};
struct operands operands_of(struct unit *u, struct expr *e);

// The local that an assignment to this place changes, in whole or in part; NULL: none, or a pointer leads to it.
struct local *place_local(struct unit *u, struct expr *place, bool *is_part);
// The expressions inside a declarator that its declaration evaluates (sizes of arrays), by next_inner.
struct expr *evaluated_inner(struct unit *u, const struct declarator *d);
// Those among its specifiers: what `typeof` is of, the sizes in it.
struct expr *evaluated_specs(struct unit *u, const struct decl *d);

// The annotation of an expression; one array for the unit, by expr.id.
struct hoist *hoist_of(struct unit *u, const struct expr *e);
struct async *async_of(struct unit *u, const struct function *f);

// The size that an array's expression gives; NULL when it is not kept.
const struct vm_size *vm_size_find(const struct async *a, const struct expr *size);
// What gives a statement expression its value, behind its labels; NULL: it is empty.
const struct stmt *last_statement(const struct stmt *block);
// A temporary of the function; `prefix` and `number` make its name.
struct local *temp_new(struct unit *u, struct async *a, struct region *region, struct expr *of, struct type *type,
                       const char *prefix, uint32_t number);
// Where the frame of the callee comes from. `a` NULL: of a child that is started, its frame is never embedded.
void callee_classify(struct unit *u, struct async *a, struct point *p, struct expr *callee);
// What every frame is aligned to at most, in bytes.
uint32_t frame_alignment(const struct unit *u);
// Makes l a resident of a block.
void local_reside(struct local *l, struct region *home);
// The await of an arm, and the declarator or the place that it gives its value to, each NULL when there is none.
struct expr *arm_await(const struct stmt *arm);
struct declarator *arm_declarator(const struct stmt *arm);
struct expr *arm_place(const struct stmt *arm);
// The `:` behind it.
uint32_t arm_colon(const struct stmt *arm);
// The statements of each arm are in braces. Writes `text`, `{` and `binding` in place of an arm's label; the other labels and the
// brace behind the last arm.
void arm_open(struct unit *u, const struct stmt *any, const struct stmt *arm, struct span label, const char *text,
              const char *binding);
void arms_close(struct unit *u, const struct stmt *any);
// Whether an object of another declaration gets -ECANCELED from an arm that was not started.
bool arm_gives_canceled(struct unit *u, const struct stmt *arm);
// Whether p stores l, or l is computed again behind it (after live_compute).
bool point_keeps(const struct point *p, const struct local *l);
// Makes p keep l, which it does not yet.
void point_keep(struct unit *u, struct point *p, struct local *l);
// Whether its callee is a part of this machine.
bool point_is_fused(const struct point *p);
// Whether the value of l, which is ranged, is needed behind p.
bool point_holds(const struct point *p, const struct local *l);
// Makes p a wait for all children of the function.
void point_all(struct unit *u, struct point *p);
void point_drop(struct unit *u, struct point *p);
// Makes p the wait of an `await any`.
void point_any(struct unit *u, struct point *p);

// Whether each file that defines it has its own: it is static, or what standard C calls an inline definition, which is lowered as
// a static function (C11 6.7.4p7; with GNU's inline semantics it is `extern inline`).
bool function_is_internal(const struct unit *u, const struct symbol *s);

// Whether its calls are to stay calls: it is marked `noinline`.
bool function_is_apart(const struct async *a);

// Whether other files can call it and keep its frame inside theirs.
bool function_is_exported(const struct async *a);

// A name that no identifier of the unit has: `base`, else base_2, base_3 ...
const char *fresh_name(struct unit *u, const char *base);
// Whether generated code gives a member of the frame this name.
bool is_frame_word(const char *text);
// Whether a type mentions what is declared inside a function.
bool type_is_local(struct unit *u, struct type *t);

#endif
