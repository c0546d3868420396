// Lowered C, read back: what a function of the output does with its locals and its frame, and what follows what.
//
// in:   a function of a unit that was parsed from lowered text: one that has `ac_self` and is resumed by `ac_point`
// out:  blocks of steps. Coming back pending and being resumed is an edge like others: from the `return` behind ac_suspend to
//       the case of `ac_point` that the link of that ac_suspend leads to, found by following the text of the site functions
//
//     ac_suspend(&ac_self->at1.child, &f_at1);    LEND at1.child, SUSPEND
//     ac_self->at1.fd = fd;                       READ fd, STORE at1.fd of fd
//     return (ac_int){ .pending = 1 };            WAIT, and on to the block of `case 1`
//     __coro_resume_1:;
//     fd = ac_self->at1.fd;                       LOAD at1.fd to fd, SET fd
#ifndef ACC_LOWER_LOWERED_CFG_H
#define ACC_LOWER_LOWERED_CFG_H

#include "parser/ast.h"

struct fused;

enum step_kind {
    STEP_BEGIN,                 // the function is called
    STEP_DECLARE,               // a local begins its life
    STEP_SET,                   // a local gets a value
    STEP_CHANGE,                // a part of a local does
    STEP_READ,                  // of a local or a part of it
    STEP_POINT,                 // a local's address is taken, and may be kept; an address that is not kept is SET
    STEP_LOAD,                  // of bytes of the frame
    STEP_STORE,
    STEP_LEND,                  // their address is taken: others read and write there, with is_kept also later
    STEP_SUSPEND,               // ac_suspend, with a link that resumes this function
    STEP_WAIT,                  // the function comes back pending
    STEP_RETURN,                // it comes back for good
};

enum { NO_LOCAL = UINT32_MAX };

// Bytes [lo, hi) of the frame, of a member of it and, when that is a struct, of a member of that.
struct frame_part {
    uint64_t lo, hi;
    const struct member *outer, *inner;
    uint64_t outer_lo, inner_lo;
    bool is_vague;              // somewhere in them
};

// Bytes of a member of a frame. Nothing is kept in the padding at the end of a callee's frame: something else may lie there.
uint64_t lowered_size(struct unit *u, const struct member *m);

struct step {
    enum step_kind kind;
    bool is_kept;               // of LEND
    bool is_at_site;            // between ac_suspend and `return`, or behind the label where it goes on
    bool is_again;              // a SET in front of the dispatch, at a resumption
    bool is_first;              // done only when the function has not been resumed yet: `if (!ac_point)`
    bool is_passed;             // a SET of what the function is entered anew with
    struct expr *value;         // of SET: what the local gets; NULL: what was loaded, or something that is not known
    struct span span;
    uint32_t local;             // whose it is; of LOAD and STORE: the local that is reloaded or spilled, or NO_LOCAL
    struct frame_part part;     // of LOAD, STORE, LEND; of SUSPEND, WAIT: the child's frame, empty when it is not in this one
    uint32_t object;            // which object `part` is of; set by check_lowering
    uint32_t point;             // of SUSPEND, WAIT: which one it is, as its link says
};

// A compound statement, or a `for`.
struct region {
    const struct region *outer;
    uint32_t depth;
};

struct lowered_block {
    uint32_t number;
    const struct region *region;
    struct step *steps;
    uint32_t step_count, step_capacity;
    struct lowered_block **next, **before;
    uint32_t next_count, next_capacity, before_count, before_capacity;
};

struct lowered_local {
    struct symbol *symbol;
    const struct region *region;
};

struct lowered_cfg {
    struct function *fn;
    bool is_unreachable;                // part of a machine that never comes to it
    struct symbol *self;
    struct tag *frame;
    struct lowered_block **blocks;      // blocks[0] is the entry
    uint32_t count, capacity;
    struct lowered_local *locals;
    uint32_t local_count, local_capacity;
};

// NULL: not a function of that kind, or one that nobody comes to. What is wrong with its sites is reported.
struct lowered_cfg *lowered_cfg_read(struct unit *u, struct function *fn, const struct fused *all_fused);
// The local that points to the frame of a lowered function, and the frame's type; NULL: fn is none.
struct symbol *lowered_self(struct unit *u, const struct function *fn, struct tag **frame);
// The functions of a unit that are part of their caller's machine.
const struct fused *lowered_fused_find(struct unit *u);
// Calls of which nothing asks whether they are pending are of functions that never are.
void lowered_plain_check(struct unit *u);
// Callees in the text are given as much room as their frames need.
void lowered_room_check(struct unit *u);
// What is computed again where the function goes on has the value it had.
void lowered_again_check(struct unit *u, struct lowered_cfg *cfg);
// Whether region `inner` is `outer` or lies in it.
bool region_contains(const struct region *outer, const struct region *inner);

#endif
