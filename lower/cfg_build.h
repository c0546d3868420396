// What the parts of building a control flow graph share: its blocks and events (cfg.c), what expressions (cfg_expr.c) and
// statements (cfg_stmt.c) add to it.
#ifndef ACC_LOWER_CFG_BUILD_H
#define ACC_LOWER_CFG_BUILD_H

#include "lower/cfg.h"

struct builder {
    struct unit *u;
    struct async *a;
    struct cfg *cfg;
    struct block *at;           // where the next event goes; a block without predecessors after a jump
    struct block *break_to, *continue_to, *cases;
    bool has_default;
    uint32_t case_count;        // of the switch around, each as one
    struct block **labels;      // by label.number
    struct block *computed;     // where every `goto *` goes
    struct block **endings;     // by ending.number: where it begins ...
    struct block **ends;        // ... and what follows the block whose last ending it is
    struct fall *falls;         // into arms of `await any`; see cfg_stmt.c
};

// --- cfg.c
struct block *cfg_block(struct builder *b);
void cfg_edge(struct builder *b, struct block *from, struct block *to);
// An edge that is taken when the test comes out so; none when it never does. No test is true.
void cfg_edge_if(struct builder *b, struct block *from, struct block *to, const struct expr *test, bool outcome);
void cfg_jump(struct builder *b, struct block *to);
void cfg_enter(struct builder *b, struct block *to);    // goes on in `to`, which control also falls into

void cfg_event(struct builder *b, enum event_kind kind, uint32_t index, const struct expr *value);
void cfg_use(struct builder *b, struct local *l);       // NULL or one that takes no part: no event
void cfg_use_as(struct builder *b, struct local *l, const struct expr *name);       // see struct event
void cfg_define(struct builder *b, const struct local *l);      // as above
void cfg_define_as(struct builder *b, const struct local *l, const struct expr *value);     // see struct event
void cfg_unset(struct builder *b, const struct local *l);       // declared without a value
void cfg_update(struct builder *b, const struct local *l);      // its new value is made of its old one
void cfg_point(struct builder *b, const struct point *p);

// --- cfg_expr.c
void cfg_full(struct builder *b, struct expr *e);               // a full expression; NULL: nothing
// Goes to `yes` or to `no`, past operands of && and || that are not evaluated: what they write is not written on that way.
void cfg_condition(struct builder *b, struct expr *whole, struct block *yes, struct block *no);
void cfg_operand(struct builder *b, struct expr *e);            // the value of e, after what is computed ahead of it
void cfg_dropped(struct builder *b, struct expr *e);            // e, of whose value nothing is made
void cfg_operands(struct builder *b, struct expr *e);           // all that e consists of, and not e itself
// An assignment to `place`: what it reads in order to write there, and, after its value, that it writes.
void cfg_write(struct builder *b, struct expr *place, bool reads);
void cfg_written(struct builder *b, struct expr *place, const struct expr *value);
// What the awaited function has been given the address of is needed until it has ended.
void cfg_use_lent(struct builder *b, struct point *p, struct expr *e);

// --- cfg_stmt.c
void cfg_body(struct builder *b);                               // of the whole function
void cfg_stmt(struct builder *b, struct stmt *s);
void cfg_items(struct builder *b, struct stmt *block);          // its statements, without its end
// The end of what the endings of `l` belong to. NULL: it has none.
void cfg_leave_by(struct builder *b, const struct leaving *l);
// What an arm declares or assigns to has its value only when the arm was selected. Asks which blocks are reachable.
void cfg_falls_check(struct builder *b);

#endif
