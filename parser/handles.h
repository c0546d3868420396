// What is known of the handles and frame objects of a function at one place of it, for those that follow the paths:
// check_handles.c through the statements, handle_uses.c through the expressions.
#ifndef ACC_PARSER_HANDLES_H
#define ACC_PARSER_HANDLES_H

#include "parser/ast.h"

// HELD: a handle with a child, an object with a frame that was not started. EMPTY: one that never was given any. STARTED: a
// frame in which a child runs, or has run. UNKNOWN: where paths meet that do not agree, and behind labels.
enum handle_state { UNKNOWN, HELD, EMPTY, STARTED, MOVED, AWAITED, DETACHED };

// Where paths meet of which some hold it and others do not.
struct maybe {
    enum handle_state spent;            // MOVED, AWAITED or DETACHED by the others; UNKNOWN: nothing of the kind
    struct span at;                     // what did that
    struct span by;                     // the statement or expression whose paths they are
};

// A local handle, or a local frame object.
struct handle {
    struct symbol *symbol;
    bool may_owe;                       // the end of its block can wait for its child ...
    bool may_hold;                      // ... and has to if this is so where it is left
    enum handle_state state;
    struct span at;                     // what made it so
    struct maybe maybe;                 // of one that is UNKNOWN
    bool is_frame;
    bool is_cancelled;                  // by ac_cancel: to leave it to the end of its block is what was asked for
    bool is_open;                       // its address is taken: others may use it
    bool is_reported;
    bool is_running;                    // STARTED: the child has not ended before ...
    const struct symbol *child;         // ... this handle is awaited; NULL: before `await all`
};

// A child that has the address of a local which ends before the function does, or lies in it.
struct risk {
    struct risk *next;
    struct span start;
    const struct symbol *local, *handle;    // handle NULL: without one
    bool is_inside;                         // it lies in the local, which is a frame object
    bool is_kept;                           // the local ends no sooner than the handle: a risk when that is detached
    bool is_whole;                          // it has the address of the local itself, not of a part
    bool is_over;                           // it was waited for
};

struct handle_block {
    struct handle_block *outer;
    const struct stmt *stmt;            // STMT_BLOCK, STMT_FOR or STMT_ARM
    uint32_t first;                     // of its handles
    struct risk *risks;
};

// What is known of the first `count` handles where several jumps go.
struct ways {
    struct handle *handles;
    uint32_t count;
    bool is_reached;
    struct span of;                     // the statement that they are jumps of
};

struct flow {
    struct unit *u;
    struct function *function;
    struct handle *handles;
    uint32_t count, capacity;
    struct handle_block *block;
    struct held_at *held;               // private to owed.c
    uint32_t first_continue, first_break;   // of the handles that continue and break leave behind
    struct ways *breaks, *continues;    // of the innermost statement; NULL: none
    const struct ways *entry;           // in front of the innermost switch, whose labels are reached from there; NULL: not known
    bool has_default;                   // that switch has had one
    struct stmt *arm;                   // the innermost one whose call is looked at
    bool is_dead;                       // the place is not reached
    uint32_t silent;                    // so many loops are followed once more, to know what their next rounds find
};

// --- handles.c
bool is_handle_type(struct flow *f, struct type *t);        // or the type of a frame object
struct handle *handle_named(struct flow *f, struct expr *e);                // NULL: not a local one
struct handle *handle_add(struct flow *f, struct symbol *s);
void handle_set(struct flow *f, struct handle *h, enum handle_state state, struct span at);
void handle_move(struct flow *f, struct handle *h, struct span at);         // the value is given to somebody else
void handle_run(struct flow *f, struct handle *h, struct span at, enum handle_state state);    // awaited, or started as a child
void handle_replace(struct flow *f, struct handle *h, struct span at);      // a frame object gets another frame
void handle_open(struct flow *f, struct handle *h, struct span at);         // its address is taken
void handle_cancel(struct flow *f, struct handle *h, struct span at);
void handle_detach(struct flow *f, struct handle *h, struct span at);       // its child is the executor's
// An arm awaits it that may not be started: then it is held, and may be left to the end of its block. No variable tells. h may be NULL.
void handle_raced(struct handle *h);
void report_left(struct flow *f, struct handle *h, const char *how, const struct stmt *where);

struct handle *handles_saved(struct flow *f);
void handles_restore(struct flow *f, const struct handle *saved, bool was_dead);
bool handles_are(const struct flow *f, const struct handle *others);       // in the same states
// Another path comes in, of those that `by` may take.
void handles_meet(struct flow *f, const struct handle *other, bool is_other_dead, struct span by);
void handles_forget(struct flow *f);            // a place that is reached from elsewhere
void handles_forget_mentioned(struct flow *f, struct span where);
// What is asked here may be what the paths differed by: they do not count any more. Not `own`, a loop asks in each round.
void handles_settle(struct flow *f, struct span test, struct span own);
void ways_join(struct flow *f, struct ways *w);     // a jump goes there; w may be NULL
void ways_take(struct flow *f, const struct ways *w);       // and there it goes on
void ways_label(struct flow *f);                // a label of a switch

// --- handle_uses.c
extern const struct span no_span;

// What is known where a path that is not followed now begins.
struct path {
    struct handle *handles;
    bool is_dead;
};
struct path path_here(struct flow *f);
void path_swap(struct flow *f, struct path *p);     // goes on where it begins; what is known here becomes `p`
void path_meet(struct flow *f, struct path p, struct span by);
// What decides on the way: goes on where it is true, and gives the path on which it is not. A loop whose test it is is `own`.
struct path flow_test(struct flow *f, struct expr *test, struct span own);
void flow_expr(struct flow *f, struct expr *e);
bool is_start(const struct expr *e);
// `start` may start a frame: until `handle` is awaited, or all children without a handle, its child runs there.
void frame_runs(struct flow *f, struct expr *start, const struct symbol *handle);
// `h` gets the handle, or the frame, that `value` is, which was computed.
void flow_given(struct flow *f, struct handle *h, struct expr *value);
// The child of a handle, or NULL, all those without one: has ended; was waited for, so that others may use what it used.
void children_ended(struct flow *f, const struct symbol *handle, struct span at);
void waited_for(struct flow *f, const struct symbol *handle);

// --- check_handles.c
void flow_stmt(struct flow *f, struct stmt *s);

// --- owed.c
void owe(struct flow *f, struct symbol *s);     // the end of its block has to see to the children that may be left
void owed_jump(struct flow *f, const struct stmt *s);       // goto, goto *, asm goto
void owed_label(struct flow *f, const struct label *l);

// --- check_dangling.c

// What holds a child's handle, and how deep it is declared.
struct owner { const struct symbol *symbol; uint32_t depth; };
void dangling_started(struct flow *f, struct expr *start, struct owner to);
void dangling_waited(struct flow *f, const struct symbol *handle);          // for its child; NULL: for all without a handle
void dangling_detached(struct flow *f, const struct symbol *handle, struct span at);
void dangling_report(struct flow *f, const struct handle_block *b);
void dangling_rounds(struct flow *f, struct span loop);     // behind a loop

#endif
