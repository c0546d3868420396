// Which objects of a function may be pointed to by somebody after the expression that takes their address.
//
//     read(fd, buf, sizeof buf)       lent: read has no pointer to buf when it has returned (parser/noescape.c)
//     *(buf + i), &x == p             lent: the pointer is gone when the value is there
//     p = buf;  keep(&x)              given away: from here on anybody may have it
#ifndef ACC_LOWER_LEND_H
#define ACC_LOWER_LEND_H

#include "parser/ast.h"

// Sets expr.is_lent and expr.is_place below a statement, and symbol.is_given_away. `has_await` tells whether an expression holds an
// await or a start; NULL: none does. The operands of one that does may be computed long before they are used, so that of them only
// what a call is given, the awaited one too, is lent.
void lends_find(struct unit *u, struct stmt *body, bool (*has_await)(struct unit *u, const struct expr *e));

#endif
