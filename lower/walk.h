// A walk over every expression below a statement, evaluated or not, in source order.
#ifndef ACC_LOWER_WALK_H
#define ACC_LOWER_WALK_H

#include "parser/ast.h"

struct walk {
    // NULL: not of interest
    void (*expr)(struct walk *w, struct expr *e);       // called before the children
    void (*expr_done)(struct walk *w, struct expr *e);  // called after them
    void (*stmt)(struct walk *w, struct stmt *s);
    void (*stmt_done)(struct walk *w, struct stmt *s);  // called after them
};

void walk_stmt(struct walk *w, struct stmt *s);
void walk_expr(struct walk *w, struct expr *e);
void walk_decl(struct walk *w, struct decl *d);

#endif
