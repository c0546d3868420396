// Objects that hold handles: who has one owes their children.
#ifndef ACC_PARSER_HANDLE_TYPE_H
#define ACC_PARSER_HANDLE_TYPE_H

#include "parser/ast.h"

// Handles that lie side by side in an object.
struct handle_run {
    struct handle_run *next;
    uint64_t at, count;         // bytes from the object's beginning; handles
};

// Whether handles are declared anywhere.
bool unit_has_handles(struct unit *u);
bool type_holds_handles(struct unit *u, struct type *t);
// What an array consists of in the end; what is no array itself.
struct type *handles_element(struct unit *u, struct type *t);
// Those of one such element, in order.
struct handle_run *handles_of(struct unit *u, struct type *t);

#endif
