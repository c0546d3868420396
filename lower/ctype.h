// Types as generated code spells them: handles and async function types in their lowered form.
#ifndef ACC_LOWER_CTYPE_H
#define ACC_LOWER_CTYPE_H

#include "lower/async.h"

// A declaration of `name` ("" for a type name) with type t. At file scope typedef names of functions are not used.
const char *c_decl(struct unit *u, struct type *t, const char *name, bool at_file_scope);
// The same outside of the function whose parameter it is: a pointer to what has its size from other parameters is one to void.
const char *c_argument(struct unit *u, struct type *t, const char *name);
// The type in which the frame stores a value of type t: without const, and with what file scope cannot name replaced:
// pointers to local types by `void *`, local enumerations by their integer type. *is_bytes: only as raw bytes.
struct type *stored_type(struct unit *u, struct type *t, bool *is_bytes);

// Whether t asks for more alignment than frames have: in a frame it is bytes, which AC_LOOSE gives its type.
bool is_loose(struct unit *u, struct type *t);

// Without const at the top and in the elements of arrays.
struct type *without_const(struct unit *u, struct type *t);

// "place = value" for a value of type t; by memcpy where a constant member forbids to assign.
const char *c_assign(struct unit *u, struct type *t, const char *place, const char *value);

#endif
