// What the files of the semantic analysis share among themselves; nobody else includes it.
#ifndef ACC_PARSER_SEMA_H
#define ACC_PARSER_SEMA_H

#include "parser/ast.h"

// A local that can be named at this place, innermost first; an undeclared name that was reported.
struct visible { struct symbol *symbol; struct visible *next; };
struct reported { struct name *name; const struct function *function; struct reported *next; };

// State of the analysis of one unit. Made at the first use by sema_of: the parser asks for basic types before sema runs.
struct sema {
    struct type *basic[TYPE_ERROR + 1];
    struct type *va_list_element;       // what a __builtin_va_list that is an array decays to a pointer to
    struct function *function;          // whose body is analysed; NULL at file scope
    const struct expr *callee;          // the name about to be typed is what a call calls: it may be undeclared
    uint32_t last_wait;                 // one past the token of the last await or async passed, in source order
    bool is_demanded;                   // const_demanded is at work
    bool involves_async;                // what is judged now concerns async things: also outside async functions
    struct visible *locals;
    struct reported *reported;
    struct blocking_calls *blocking;    // what synchronous functions call (check_blocking.c)
    uint32_t levels;                    // of the AST, from the declaration down to the node that is analysed
    bool is_too_deep;                   // and it was reported
};

// Bounds the recursion of every pass over the AST: no pass takes more than a kilobyte of stack for a level, four with
// AddressSanitizer, and there are 256 MB (lower/main.c).
enum { LEVELS_MOST = 65536 };
// Bounds the recursion over types, and what they are spelled with.
enum { TYPE_LEVELS_MOST = 4096 };

struct sema *sema_of(struct unit *u);

// The value of a constant expression. Integers are kept in 128 bits with the sign of their type.
struct number {
    bool is_known, is_float;
    __int128 i;
    long double f;
};

// --- const.c
void const_set(struct unit *u, struct expr *e);                 // is_constant and value of a typed node
struct number const_number(struct unit *u, struct expr *e);     // integers, floating and address constants
struct number const_demanded(struct unit *u, struct expr *e);   // where the language demands one: __builtin_constant_p answers now
bool const_is_null_pointer(struct unit *u, struct expr *e);
uint32_t type_width(struct unit *u, struct type *t);            // bits of an integer type

// --- literal.c: the type of an INT, FLOAT or STRING; sets its value or length
struct type *literal_read(struct unit *u, struct expr *e);

// --- layout.c
void tag_lay_out(struct unit *u, struct tag *tag);
// A member by name, through anonymous members too: with its offset from the start and the qualifiers on the way to it.
struct found_member { struct member *member; uint64_t offset; unsigned quals; };
struct found_member tag_find_member(struct unit *u, struct tag *tag, struct name *name);
uint32_t type_align_standard(struct unit *u, struct type *t);
uint32_t type_align_preferred(struct unit *u, struct type *t);  // what __alignof__ says

// --- sema_decl.c
void sema_type(struct unit *u, struct type *t);                 // typeof, array sizes, tags inside it
void sema_written_type(struct unit *u, struct type *t, struct span at);     // and bounds its levels; where a declarator wrote it
void sema_type_name(struct unit *u, struct type_name *name);
void sema_decl(struct unit *u, struct decl *d);
struct type *type_with_attributes(struct unit *u, struct type *t, struct attr *attrs);  // mode

// --- type_text.c: an expression as the user spelled it, on one line
const char *span_said(struct unit *u, struct span s);

// --- convert.c
struct type *type_promoted_of(struct unit *u, struct expr *e);  // after the integer promotions, which know bit-fields
struct type *type_value(struct unit *u, struct expr *e);        // after decay, without qualifiers
struct type *type_arithmetic(struct unit *u, struct type *a, struct type *b);   // the usual arithmetic conversions
struct type *type_conditional(struct unit *u, struct expr *x, struct expr *y);  // of c ? x : y
void expr_take_address(struct unit *u, struct expr *e);

// --- sema_expr.c
void sema_expr(struct unit *u, struct expr *e);
uint64_t sizeof_align(struct unit *u, struct expr *e, struct type *t);  // value of _Alignof or __alignof__
bool type_has_vla_size(struct unit *u, struct type *t);         // sizeof is evaluated at run time
// The operand through which expressions nest without bound in real code; NULL: none. Walks go down it in a loop.
struct expr *expr_first_child(struct expr *e);
bool sema_enter(struct unit *u, struct span at, uint32_t count);    // levels deeper; false: too many, reported once
void sema_leave(struct unit *u, uint32_t count);

// --- frame_type.c: `_Frame(f)`
struct type *frame_result(struct unit *u, struct type *frame);  // of the function whose frame it is
// Whether `e`, the value of an object of type `to`, is a call that makes a frame: from then on that is its type.
bool frame_made(struct unit *u, struct type *to, struct expr *e);

// --- sema_stmt.c
void sema_stmt(struct unit *u, struct stmt *s);

// --- sema_init.c: an initialiser for an object of type `t`; the type with array sizes that follow from it
struct type *sema_init(struct unit *u, struct type *t, struct expr *init);

// --- sema_builtin.c: the type of a call of a builtin that has no declaration
struct type *builtin_call_type(struct unit *u, struct expr *call, const struct name *name);
struct number builtin_number(struct unit *u, struct expr *call);    // value of a builtin that folds

// --- sema_judge.c: what C rejects, reported inside async functions only; elsewhere the compiler gives the verdict
struct conversion {
    const char *what;                   // "assignment", "initialization", "return"; NULL: an argument
    struct expr *call;                  // of this call, ...
    int argument;                       // ... its number from 1, ...
    struct param *param;                // ... and the parameter it is for
};
struct diag *judge_error(struct unit *u, enum error error, struct span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void judge_undeclared(struct unit *u, struct expr *name);
void judge_implicit(struct unit *u, struct expr *callee);        // that nothing declares, and that is awaited or started
void judge_member(struct unit *u, struct expr *e, struct type *object, struct type *record);
void judge_call_of_object(struct unit *u, struct expr *call);
void judge_call(struct unit *u, struct expr *call, struct type *function);
void judge_change(struct unit *u, struct expr *e, struct expr *target, const char *what);
void judge_address(struct unit *u, struct expr *operand);
void judge_conversion(struct unit *u, struct type *to, struct expr *from, struct conversion how);
void judge_array_initialiser(struct unit *u, struct type *t, struct expr *e);     // that is no list and no literal
void judge_binary(struct unit *u, struct expr *e, struct type *a, struct type *b);
bool judge_operand(struct unit *u, struct expr *e);             // of an operator, or a condition; false: it has no value
bool is_handle_assigned(struct unit *u, struct expr *e);        // h = g, or of structs with handles
void judge_handle_assigned(struct unit *u, struct expr *e);
void judge_return(struct unit *u, struct stmt *s);
void judge_object(struct unit *u, const struct declarator *d);  // a local

// --- check_blocking.c: the system's function of that name, and not the user's own
bool symbol_is_systems(const struct unit *u, const struct symbol *s);
// A warning about an evaluated call in an async function. Whether there was one.
bool warn_blocking(struct unit *u, const struct function *caller, struct expr *call);

// --- check_errno.c, check_time.c: warnings about a comparison in a function, and about a call
void warn_errno(struct unit *u, const struct function *f, struct expr *binary);
void warn_old_errno(struct unit *u, const struct function *f, struct expr *test, const struct stmt *then);     // of an `if`
void warn_nanoseconds(struct unit *u, struct expr *call);

// --- check_calls.c: warnings about the value of an expression statement
void warn_unused(struct unit *u, struct expr *e, bool can_wait);
bool call_returns(struct expr *call);                           // false: exit, abort and their like
bool expr_returns(struct expr *e);      // false: it surely comes to such a call, as ((0) ? (void)0 : abort()) does

// --- suggest.c: the nearest declared name, NULL when none is near
struct name *suggest_identifier(struct unit *u, struct name *wanted, uint32_t before);
struct name *suggest_member(struct unit *u, struct tag *tag, struct name *wanted);
// Whether a correction in front of this token can call the function: it is declared before.
bool suggest_call(const struct unit *u, const char *function, uint32_t before);

#endif
