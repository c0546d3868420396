// What the parts of the scan of a function share: what it makes (scan.c), what it finds in expressions (scan_expr.c) and in
// statements (scan_stmt.c).
#ifndef ACC_LOWER_SCAN_H
#define ACC_LOWER_SCAN_H

#include "lower/async.h"

struct scan {
    struct unit *u;
    struct async *a;
    struct region *region;
    struct point *arm;          // the arm whose call is looked at
};

// --- scan.c
struct region *region_new(struct scan *s, struct stmt *st);
struct local *local_new(struct scan *s, struct type *type);
struct point *point_new(struct scan *s, struct span at);
void scan_symbol(struct scan *s, struct symbol *symbol);        // NULL, or no object with automatic storage: no local
// A local whose name means something else further in cannot be named there, where a suspension point may have to store it;
// nor can a type be spelled with such a name.
void mark_shadowed(const struct symbol *symbol);

// --- scan_expr.c
void scan_expr(struct scan *s, struct expr *e);                 // NULL: nothing
// A full expression. NULL: neither an await nor a start is in it.
struct full *scan_full(struct scan *s, struct expr *e);
void scan_condition(struct scan *s, struct expr *e);
// What gives the value of an expression, behind casts and commas.
struct expr *value_behind(struct unit *u, struct expr *e);
// `await f(x);`, `(void)await f(x);`, `i++, await f(x);`: nobody takes the result.
void mark_dropped(struct unit *u, struct expr *e);

// --- scan_stmt.c
void scan_stmt(struct scan *s, struct stmt *st);
void scan_block(struct scan *s, struct stmt *block);
// Whether a statement expression's block holds a suspension point or a start.
bool block_awaits(struct scan *s, struct stmt *st);

#endif
