// What the two halves of reading a lowered function share: statements (lowered_cfg.c) and expressions (lowered_expr.c).
#ifndef ACC_LOWER_LOWERED_READ_H
#define ACC_LOWER_LOWERED_READ_H

#include "lower/lowered_cfg.h"

// Where a suspension point goes on.
struct resume {
    uint32_t point;
    struct lowered_block *block;        // of its case
    const struct label *label;          // that the case jumps to
    struct frame_part child;            // where it waits for one; of the last suspension that goes on there
    bool is_taken;                      // a suspension goes on there
};

// A function that is part of its caller's machine.
struct fused {
    const struct fused *next;
    const struct function *callee, *caller;
    struct frame_part part;             // its frame in the caller's
    uint32_t base;                      // the caller is resumed by its numbers and this one
};

struct labelled { const struct label *label; struct lowered_block *block; };

struct reading {
    struct unit *u;
    struct lowered_cfg *cfg;
    struct lowered_block *at;           // where the next step goes
    const struct region *region;
    struct labelled *labels;
    uint32_t label_count;
    struct resume *resumes;             // those of the dispatch, which stands in front of all suspension points
    uint32_t resume_count, resume_capacity;
    struct step *prologue;              // the locals that get a value in front of the dispatch, at each resumption too
    uint32_t prologue_count, prologue_capacity;
    struct lowered_block *on_break, *on_continue, *switch_head;
    bool has_default, is_dispatch;      // of the switch
    struct lowered_block *dispatch_head;    // in front of the dispatch
    const struct label *shared;         // behind it stand loads for each resumption, and the dispatch; NULL: there are none
    const struct declarator *constant;  // a local that was initialised with a constant, the last one ...
    const struct lowered_block *constant_in;    // ... in this block, where it still has it
    struct expr *site;                  // what `ac_site` got last ...
    const struct lowered_block *site_in;        // ... in this block
    uint32_t waited;                    // the point of the suspension that the statement before ended with; 0: none
    bool is_at_site, is_first;          // see struct step
    const struct fused *all_fused;
    const struct fused *fused;          // that was called last; NULL once it was asked whether it is pending
    bool goes_on;                       // that call resumed it
    const struct fused *suspends_fused; // it is pending, which the next statement begins with
    uint32_t *table, table_size;        // from symbols to numbers of locals
};

struct lowered_block *reading_block(struct reading *r);
void reading_edge(struct reading *r, struct lowered_block *from, struct lowered_block *to);
struct step *reading_step(struct reading *r, enum step_kind kind, struct span span);

void read_stmt(struct reading *r, struct stmt *s);
// Whether a value that is returned is that of a function that waits.
bool says_pending(const struct expr *value);

// --- lowered_expr.c
// The number of a local; it is new at its declaration.
uint32_t reading_local(struct reading *r, struct symbol *symbol);
void read_expr(struct reading *r, struct expr *e);                      // NULL: nothing
void read_condition(struct reading *r, struct expr *e, struct lowered_block *yes, struct lowered_block *no);
// `place` gets the value of `value`, NULL: one that is not known.
void read_assigned(struct reading *r, struct expr *place, struct expr *value);
void read_initialiser(struct reading *r, struct symbol *symbol, struct expr *init);
// Whether a value is the number of an arm, from ac_await_any or ac_await_started. A switch has a case for each.
bool names_arm(struct expr *value);
// Whether it is `ac_point`, by which the function is resumed.
bool names_point(const struct expr *value);

// Whether the value of `e` points into the frame, and at what.
bool reading_pointer(struct reading *r, struct expr *e, struct frame_part *part);

// --- lowered_fused.c
const struct fused *fused_of(const struct fused *first, const struct function *callee);
void read_fused_call(struct reading *r, const struct fused *fused, const struct expr *call);
// Whether a condition asks if the callee that was called last is pending; what stands where it is.
bool asks_fused(const struct reading *r, const struct expr *test);
void read_fused_pending(struct reading *r, struct span span);

// --- lowered_link.c
struct expr *lowered_bare(struct expr *e);                          // without parentheses and casts
const struct function *lowered_function(struct expr *e);            // whose name `e` is, defined in the text; NULL: none
// The suspension point of this function that a link resumes. 0: none of this function, or an error that was reported.
// `child` is where ac_suspend says that the child's frame is.
uint32_t link_leads_to(struct reading *r, struct expr *link, const struct frame_part *child);

#endif
