// Scopes: which declaration a name means at this point of the parse.
#ifndef ACC_PARSER_SCOPE_H
#define ACC_PARSER_SCOPE_H

#include "parser/ast.h"

struct scope {
    struct scope *outer;
    uint32_t depth;                 // 0: file
    bool is_function;               // holds the parameters of a definition
    struct symbol *symbols;         // declared here, latest first, by next_in_scope
    struct tag *tags;
};

void scope_push(struct unit *u);
// Pops scopes until `scope` is the innermost one.
void scope_restore(struct unit *u, struct scope *scope);
// Enters a scope again that was popped: the parameters, for the body of their function.
void scope_reopen(struct unit *u, struct scope *scope);
// The symbol of a name visible now, NULL when there is none.
struct symbol *scope_find(struct unit *u, struct name *n);
struct tag *scope_find_tag(struct unit *u, struct name *n);
// The symbol of this name in the innermost scope, a typedef or none as `kind` says, made when it is not there yet.
struct symbol *scope_declare(struct unit *u, struct name *n, enum symbol_kind kind, struct span span);
// The same in a scope further out, for a name that is not visible now.
struct symbol *scope_declare_in(struct unit *u, struct scope *scope, struct name *n, enum symbol_kind kind, struct span span);
struct tag *scope_declare_tag(struct unit *u, struct name *n, enum type_kind kind, struct span span);
// A tag of the innermost scope that is not the one declared there before, if any; `n` may be NULL.
struct tag *scope_new_tag(struct unit *u, struct name *n, enum type_kind kind, struct span span);

#endif
