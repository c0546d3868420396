// The AST of a unit: what the user wrote, with its place in the token array. Parse builds it and binds names to
// symbols; sema sets types and constants; nothing changes it after that. All nodes live in u->ast.
#ifndef ACC_PARSER_AST_H
#define ACC_PARSER_AST_H

#include "lexer/unit.h"
#include "parser/type.h"

enum expr_kind {
#define EXPR(KIND, member, ...) EXPR_##KIND,
#include "parser/ast.def"
#undef EXPR
};

enum stmt_kind {
#define STMT(KIND, member, ...) STMT_##KIND,
#include "parser/ast.def"
#undef STMT
};

enum storage { STORAGE_NONE, STORAGE_TYPEDEF, STORAGE_EXTERN, STORAGE_STATIC, STORAGE_AUTO, STORAGE_REGISTER };

enum symbol_kind { SYMBOL_OBJECT, SYMBOL_FUNCTION, SYMBOL_TYPEDEF, SYMBOL_CONSTANT };

// A parameter to which an address is given.
struct giving {
    struct giving *next;
    const struct symbol *function;
    uint32_t parameter;             // from 1
};

// An ordinary identifier in one scope. Redeclarations in the same scope share it.
struct symbol {
    enum symbol_kind kind;
    enum storage storage;
    struct name *name;
    struct type *type;
    struct type *plain;             // of a typedef: its type without sugar; by sema, NULL before
    struct span span;               // the identifier at its first declaration
    uint32_t scope_depth;           // 0: file scope; 1: parameters and the outermost block of a function
    bool is_param : 1, is_thread_local : 1, is_inline : 1, is_noreturn : 1, is_defined : 1, is_constexpr : 1;
    bool is_typed : 1;              // by sema: it has seen a declaration of it
    bool is_builtin : 1;            // known without a declaration (__builtin_..., implicit declarations)
    bool is_evaluated : 1;          // SYMBOL_CONSTANT: value and type are set
    bool has_extern : 1;            // of a function: a declaration at file scope says `extern`, or does not say `inline`
    bool is_owed : 1;               // handles whose children the end of its block may have to wait for; by check_handles
    bool is_address_taken : 1;      // by sema: & of it or of a part, array or function decay excluded for functions
    bool is_captured : 1;           // used by a nested function
    bool is_framed : 1;             // `_Frame(name)` is written somewhere
    bool is_object_declared : 1, is_object_defined : 1;     // whether the struct that this becomes was written; by lower/
    bool is_hidden : 1;             // its name means something else in a block of an async function; by lower/ only
    bool is_given_away : 1;         // somebody may keep its address; by lower/ only, as are
    bool is_given_elsewhere : 1;    // ... who is none of `givings`
    bool is_lent_out : 1;           // a function gets its address and does not keep it
    struct giving *givings;         // the parameters that get its address and may keep it
    struct decl *declared;          // the first declaration (NULL for parameters)
    struct declarator *declarator;  // its declarator there
    struct declarator *asm_label;   // the declarator that gave it an asm name; NULL when none
    struct function *function;      // the function whose local it is; for a defined function: itself
    struct attr *attrs;             // of all its declarations
    struct expr *constant;          // SYMBOL_CONSTANT: its value as written; NULL: one more than the previous
    struct symbol *previous_constant, *next_constant;
    int64_t value;                  // SYMBOL_CONSTANT: by sema
    const char *object, *object_make, *object_run;  // names of the struct that `_Frame(name)` becomes and of its functions; by lower/
    struct type *uses;              // of a typedef in a block: where its name stands for it
    struct local *local;            // of an async function; set and read by lower/ only
    struct symbol *shadowed;        // outer symbol of the same name (scope.c)
    struct scope *scope;
    struct symbol *next_in_scope;
};

// A label of a function.
struct label {
    struct name *name;
    struct label *next;             // in the function
    const struct function *function;
    struct label *outer;            // of the same name, in a function around this one; for label_use
    struct span span;               // at its definition, else at the first use
    bool is_defined, is_address_taken;
    uint32_t local_depth;           // of a __label__ declaration; 0: the function's
    uint32_t number;                // dense in the function; set and read by lower/ only
    struct ending *ending;          // the innermost around it, and its nest; by check_ends
    struct nest *nest;
    const struct sized *sized;      // the innermost declaration with a computed size whose scope it lies in; by check_async
};

struct label_ref { struct label_ref *next; struct label *label; };

// An attribute that acc may need: aligned, packed, cleanup, vector_size, mode, noreturn, transparent_union, ac_frame ...
struct attr {
    struct attr *next;
    struct name *scope;             // [[scope::name]]; NULL for __attribute__
    struct name *name;              // without the surrounding __
    struct expr *args;              // expressions, by next; an argument that is a type is in `type`
    struct type_name *type;
    struct span span;
};

// A type written as such: sizeof (T), casts, typeof. `inner` are expressions inside it (array sizes, typeof operands),
// so that a walk over all expressions finds them; by expr.next_inner.
struct type_name {
    struct type *type;
    struct span span;
    struct expr *inner;
    bool is_static;             // of a compound literal that lives as long as the program (C23 6.5.2.5)
};

// An expression as written. Has one parent; its id is a dense number from 1, for the passes' own arrays.
// Only the fields of its kind are there: an expression is not copied as a whole.
struct expr {
    enum expr_kind kind : 8;
    bool is_lvalue : 1;             // by sema
    bool is_bitfield : 1;           // by sema
    bool is_constant : 1;           // by sema: an integer constant expression; value below
    bool is_unknown : 1;            // by sema: it was tried, and is not even an address constant
    bool is_place : 1;              // its address is what counts; by lower/ only, as is
    bool is_lent : 1;               // who gets the pointer that it is, or its address, does not keep it
    bool is_given : 1;              // its address is given to one of its symbol's `givings`
    uint32_t id;
    struct span span;
    struct type *type;              // by sema: the type of the expression itself, before decay and promotion
    int64_t value;                  // by sema when is_constant
    struct expr *next;              // next argument
    struct expr *next_inner;        // next in type_name.inner or decl.inner
    union {
#define EXPR(KIND, member, ...) struct __VA_ARGS__ member;
#include "parser/ast.def"
#undef EXPR
    };
};

// One element of a braced initialiser.
struct init_item {
    struct init_item *next;
    struct designator *designators;
    struct expr *value;
    struct span span;
};

struct designator {
    struct designator *next;
    struct name *member;            // .member, or
    struct expr *lo, *hi;           // [lo ... hi]; hi NULL: one element
};

struct generic_item {
    struct generic_item *next;
    struct type_name *type;         // NULL: default
    struct expr *value;
};

// Only the fields of its kind are there, too.
struct stmt {
    enum stmt_kind kind;
    struct span span;               // with its `;`
    struct stmt *next;              // next item of a block
    union {
#define STMT(KIND, member, ...) struct __VA_ARGS__ member;
#include "parser/ast.def"
#undef STMT
    };
};

// One declared name of a declaration.
struct declarator {
    struct declarator *next;
    struct decl *decl;
    struct symbol *symbol;          // NULL after an error
    struct type *type;              // of this declaration
    struct span span;               // declarator with asm label and attributes, without initialiser
    struct span name;               // the identifier
    struct expr *init;              // NULL: none
    struct attr *attrs;
    const struct attr *cleanup;     // its `cleanup`, when awaits may come before it is called; by find_cleanups
    struct ending *ending;          // that calls the cleanup, or waits; by check_ends
    struct point *drop;             // where it waits; by scan
    struct span asm_label;          // asm("...") tokens; empty: none
    struct expr *inner;             // expressions inside the declarator (array sizes, typeof), by next_inner
};

// A declaration, external or in a block, or a function definition.
struct decl {
    struct decl *next;              // next external declaration
    struct span span;               // all of it, with `;` or the body
    struct span specs;              // the specifiers
    enum storage storage;
    bool is_async;                  // the word stands among the specifiers ...
    uint32_t async_token;           // ... here
    bool is_inline, is_noreturn, is_thread_local, is_static_assert, is_extension;
    bool defines_tag;               // a struct, union or enum body stands among the specifiers
    struct type *base;              // type of the specifiers
    struct span type_specs;         // first to last token among specs that are type specifiers or qualifiers
    struct attr *attrs;
    struct declarator *declarators;
    struct expr *inner;             // expressions inside the specifiers (typeof, alignas, bit widths, enum values)
    struct tag *tags;               // tags defined among the specifiers (outermost one)
    struct function *function;      // of a definition, else NULL
};

// A function definition.
struct function {
    struct function *next;          // next definition of the unit in order, nested ones included
    struct decl *decl;
    struct symbol *symbol;
    struct type *type;              // plain function type
    struct stmt *body;              // STMT_BLOCK
    struct label *labels, *last_label;
    struct function *outer;         // of a nested function
    struct decl *old_style;         // K&R parameter declarations
    bool is_async;
    uint32_t first_expr, end_expr;  // ids of the expressions of its declaration and body
    bool has_await, has_start, has_alloca, has_setjmp, has_vla, has_endings, has_computed_goto;  // by sema, in its own body
    struct ends *ends;              // what its blocks run when they end; NULL: nothing; by check_ends
    uint32_t index;
};

// One meaning of the word `async` among declaration specifiers: a function type, or a handle. Several declarators after
// the same specifiers make several.
struct async_use {
    struct async_use *next;
    uint32_t async_token;
    struct span type_specs;         // first to last type specifier or qualifier after or before it
    struct type *function;          // NULL: a handle
    const struct attr *attrs;       // among the specifiers
};

// One `_Frame(f)` as written.
struct frame_use {
    struct frame_use *next;
    struct type *type;              // TYPE_FRAME; its span is the use's
};

struct stmt *stmt_new(struct unit *u, enum stmt_kind kind, struct span span);
struct expr *expr_new(struct unit *u, enum expr_kind kind, struct span span);
const char *expr_kind_name(enum expr_kind kind);
const char *stmt_kind_name(enum stmt_kind kind);

// Without parentheses and __extension__ around it.
struct expr *expr_bare(struct expr *e);
// And without `_Generic` and `__builtin_choose_expr`: the operand that they stand for.
struct expr *expr_chosen(struct expr *e);
// The lvalue that e is a member, an element or a half of, or itself; of a _Generic its chosen one. Requires sema below e.
struct expr *place_whole(struct unit *u, struct expr *e);
// Whether it is an object that ends with its block, or a parameter.
bool symbol_is_automatic(const struct symbol *s);
// The automatic object that an lvalue is a part of, or itself; NULL when it is of none.
const struct symbol *place_object(struct unit *u, struct expr *place);

// Whether `e` is, within parentheses, a call of an async function, by name or through a pointer. Requires sema.
bool expr_calls_async(struct unit *u, struct expr *e);
// The struct, union or enum that a parameter of f is of, or leads to, where the parameter itself declares it; else NULL.
const struct tag *param_tag(struct unit *u, const struct function *f, const struct param *p);
// Whether a call names this function, or macro of the runtime.
bool call_is_of(const struct expr *call, const char *function);
// The operand of ac_block_on(f(x)) or ac_spawn(executor, f(x)), which should be the call of an async function; NULL: `call` is neither, or
// has too few operands.
struct expr *root_call(const struct expr *call);
bool call_makes_thread(const struct expr *call);        // of pthread_create or thrd_create

// Calls visit(context, child) for each direct subexpression in order of evaluation, those in type names included;
// statement expressions are left to the visitor. `evaluated` says whether the child is evaluated when e is.
void expr_children(struct expr *e, void (*visit)(void *context, struct expr *child, bool evaluated), void *context);

// Parses u->tokens into u->decls. Errors are diagnosed; the AST of what was understood is there in any case.
void parse(struct unit *u);
// All uses of `async` as a specifier, in order, filled by parse.
struct async_use *unit_async_uses(struct unit *u);
// All `_Frame(f)`, in order, filled by parse.
struct frame_use *unit_frame_uses(struct unit *u);
// The list of function definitions, filled by parse.
struct function *unit_functions(struct unit *u);
// The type that a declaration of an async function gives its frame (attribute ac_frame); NULL: none.
struct type *declared_frame(const struct symbol *s);
// The first token at which `_Frame(s)` is a complete type: behind the body, or the declaration that names the frame.
// UINT32_MAX: there is neither.
uint32_t frame_known_from(const struct symbol *s);
// Size and alignment of the objects of type `_Frame(function)`.
struct extent { uint64_t size; uint32_t align; };
struct extent frame_object_extent(struct unit *u, struct symbol *function);
// When its frame has this size.
struct extent frame_object_with(struct unit *u, struct symbol *function, struct extent frame);
// Whether `e` is a frame and no call of an async function that gives one.
bool expr_is_frame(struct unit *u, struct expr *e);
// Whether objects of the type hold a frame, in members and elements too.
bool type_holds_frame(struct unit *u, struct type *t);
// What a callee has of what one of its arguments points to, when it has returned: a pointer, perhaps; one only in its result; none.
enum keeping { KEEPS, KEEPS_BY_RESULT, KEEPS_NOTHING };
// The parameter that gets an argument; NULL: none that is declared.
const struct param *parameter_of(const struct type *function, uint32_t argument);
enum keeping argument_keeping(struct unit *u, const struct expr *call, uint32_t argument);      // numbered from 1
// Types of all expressions, constants, layouts. False when the AST is nested too deeply for walking over it.
bool sema(struct unit *u);
// The rules of language.md that need only the typed AST: bare calls of async functions, await outside async, ...
void check_async(struct unit *u);
// The attribute `cleanup` of a variable, NULL: none. Whether its function is async.
const struct attr *cleanup_of(const struct declarator *d);
bool cleanup_waits(struct unit *u, const struct attr *cleanup);
// Handles that are never awaited, or twice; children that outlive what they have the address of.
void check_handles(struct unit *u);
// Cleanup functions that the ends of blocks have to call, because something waits before.
void find_cleanups(struct unit *u);
// What is held across awaits: locks of threads, and guards.
void check_held(struct unit *u);
// What the ends of blocks run, and which jumps pass them; the rules of `defer`.
void check_ends(struct unit *u, bool takes_cleanups);      // or they stay the compiler's
// Whether a statement declares what no jump may enter the scope of; after check_ends.
bool forbids_jumps(struct unit *u, const struct stmt *item);
// --emit=ast
void ast_dump(struct unit *u, FILE *out);

#endif
