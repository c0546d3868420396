// A walk over every expression below a statement, evaluated or not, in source order.
#ifndef ACC_LOWER_WALK_H
#define ACC_LOWER_WALK_H

#include "parser/ast.h"

struct walk {
    void (*expr)(struct walk *w, struct expr *e);   // called before the children
    void (*stmt)(struct walk *w, struct stmt *s);   // likewise; NULL: not of interest
};

void walk_stmt(struct walk *w, struct stmt *s);
void walk_expr(struct walk *w, struct expr *e);
void walk_decl(struct walk *w, struct decl *d);

#endif
