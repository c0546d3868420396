// What the actions of grammar.y call to build the AST, and the state of a parse. Private to parser/.
//
//     specs  +  shape       →  declarator, symbol, type
//     int       *x[3]           x: array of 3 pointers to int
#ifndef ACC_PARSER_BUILD_H
#define ACC_PARSER_BUILD_H

#include "parser/scope.h"

// Expressions inside types, by next_inner.
struct inner { struct expr *first, *last; };

// What the grammar's values are made of lies in u->fn, and is gone when an external declaration has been read: lists under
// construction, specifiers, declarators.
struct expr_list { struct expr *first, *last; };
struct stmt_list { struct stmt *first, *last; };
struct decl_list { struct decl *first, *last; };
struct init_list { struct init_item *first, *last; };
struct designator_list { struct designator *first, *last; };
struct generic_list { struct generic_item *first, *last; };

// Arguments of which one may be a type: of some builtins, of attributes.
struct builtin_args { struct expr_list exprs; struct type_name *type; };

// Declaration specifiers read so far.
struct specs {
    struct span span, type_span;    // all; the type specifiers and qualifiers
    enum storage storage;
    bool is_async, is_inline, is_noreturn, is_thread_local, is_constexpr;
    bool defines_tag;
    bool after_body;                // the body of `tag` came last: attributes belong to it
    uint32_t async_token;
    unsigned quals;
    uint64_t words;                 // bits of enum basic_word (build_type.c)
    struct type *type;              // what is not made of such words
    struct tag *tag;                // of a struct, union or enum specifier
    struct attr *attrs;
    struct inner inner;
    struct type *base;              // made of all this when it is first asked for
};

// A declarator read so far: what it makes of the type of the specifiers. Derivations are added at `last`:
// of `*x[3]` first the array, then the pointer.
struct shape {
    struct name *name;              // NULL: abstract
    struct span name_span, span;
    struct type *first, *last;      // the type of what is declared ... what is derived from the specifiers' type
    struct type *result;            // the function of whose result all derivations after it are pointers; NULL: none
    struct type *nearest;           // the function nearest the specifiers
    struct scope *params;           // when what is declared is a function
    bool has_identifiers;           // and it is old style: f(a, b)
    struct inner inner;
    struct attr *attrs;
    struct span asm_label;
    struct expr *width;             // of a bit-field; value of an enumerator
};

// What follows a declarator: [3], (int x), [[attribute]].
struct suffix {
    struct type *type;              // array or function; NULL: attributes
    struct scope *params;
    bool has_identifiers;
    struct inner inner;
    struct attr *attrs;
};

// A declaration whose declarators are being read.
struct declaration {
    struct decl *decl;
    struct specs *specs;
    struct declarator *last;
};

struct param_list {
    struct param *first, *last;
    bool is_variadic, has_identifiers;
    struct inner inner;
};

struct member_list {
    struct specs *specs;            // of the members being read
    struct member *first, *last;
    bool has_async;                 // in one of their types
    struct inner inner;
};

// `struct`, `union` or `enum` with attributes; then its tag, once that is known.
struct tag_head {
    enum type_kind kind;
    bool is_definition;
    struct span span;
    struct attr *attrs;
    struct tag *tag;
    struct type *type;              // of the enumeration constants
    struct symbol *last_constant;
    struct inner inner;
};

// A function definition whose body is being read.
struct definition {
    struct function *function;
    struct scope *outer;
    unsigned errors;                // reported before it
};

struct asm_operands { struct expr *outputs, *inputs; struct label_ref *labels; };

// A __label__ declaration.
struct local_label { struct local_label *next; struct label *label; struct scope *scope; };

// What #pragma pack(push) saved.
struct pack { struct pack *outer; struct name *name; uint32_t bytes; };

// An `await any` block being read; its braces are `depth` deep.
struct any_block { struct any_block *outer; uint32_t depth; };

// The state of the reader, which tells the parser one token after the other.
struct reader {
    bool has_name;                  // NAME was given, TYPE or VARIABLE comes next
    bool has_colon;                 // the second half of a `::` that is no scope operator comes next
    uint32_t token;                 // given last
    int kind;                       // as what
    bool in_attribute, is_standard; // in __attribute__ or [[ ]]
    uint32_t attribute_depth;       // of parentheses in it
    uint32_t brace_depth;
    struct any_block *any;
    struct pack *packs;
    uint32_t pack;                  // alignment in force, bytes; 0: none
    struct span skipped;            // tokens that are left out
    struct name *async, *await, *all, *any_word, *defer, *countof, *has_attribute;
};

struct parser {
    struct reader reader;
    struct function *function;      // being read; NULL at file scope
    struct function *functions, *last_function;
    struct async_use *async_uses, *last_async_use;
    struct frame_use *frame_uses, *last_frame_use;
    struct local_label *local_labels;
    struct decl *last_decl;
    uint32_t first_expr;            // of the external declaration being read: the id of its first expression
    struct scope *file_scope;
    bool has_ms_extensions;         // `struct s;` in a struct is an anonymous member
};

static inline struct name *token_name(const struct unit *u, struct span span)
{
    return u->tokens[span.lo].name;
}

// --- reader.c
void reader_open(struct unit *u);
int reader_next(struct unit *u, struct span *span);
uint32_t token_after(const struct unit *u, uint32_t token);     // the next one that is no pragma
uint32_t after_parentheses(const struct unit *u, uint32_t token);       // behind what closes the parenthesis at `token`
uint32_t token_before(const struct unit *u, uint32_t token);
int kind_after(const struct unit *u, uint32_t token);
void reader_skip_to(struct unit *u, uint32_t token);            // pragmas on the way count
void reader_skip_block(struct unit *u);                         // to the brace that closes the block just opened
// "`expected` before 'what stands there'"
void report_unexpected(struct unit *u, uint32_t token, const char *expected);

// Says what `await all` and `await any` are, when one of the words stands at this token, where it is another name or looks so.
bool report_group(struct unit *u, uint32_t token);
// Says of `await int f(void);` that it is meant to be async, where a declaration begins with the name `await`.
bool report_await_function(struct unit *u, struct span name);
// `_Countof` of C2y. Elsewhere than in async functions one that looks like a call is left to the compiler.
bool is_countof(const struct unit *u, uint32_t token);
void report_countof(struct unit *u, uint32_t token);
// Says of `ac_deadline`, when its call begins with this token, that it cannot stand there; in check_time.c.
bool report_deadline(struct unit *u, uint32_t token);

// Code that was skipped after a syntax error: what it would have declared is not reported as missing.
void broken_add(struct unit *u, struct span span);

// --- words.c
// What a NAME token is: TOK_ASYNC, TOK_START, TOK_AWAIT, TOK_ALL, TOK_ANY, TOK_DEFER, or TOK_NAME still.
int word_kind(const struct unit *u, uint32_t token);
int async_kind(const struct unit *u, uint32_t token);           // of the word `async`: TOK_ASYNC or TOK_START
bool is_specifier(int kind);
bool is_type_name(const struct unit *u, uint32_t token);
bool is_word_await(const struct unit *u, uint32_t token);       // also where what follows is nothing to wait for

// --- pragma.c
void pragma_read(struct unit *u, uint32_t token);

// --- build_expr.c
struct expr_list *expr_list_add(struct unit *u, struct expr_list *list, struct expr *e);
struct builtin_args *builtin_add(struct unit *u, struct builtin_args *args, struct expr *e, struct type_name *type);
struct expr *build_name(struct unit *u, struct span span, struct name *name);
struct expr *build_paren(struct unit *u, struct span span, struct expr *inner);
struct expr *build_stmt_expr(struct unit *u, struct span span, struct stmt *block);
struct expr *build_generic(struct unit *u, struct span span, struct expr *control, struct type_name *type,
                           struct generic_list *items);
struct generic_list *generic_item(struct unit *u, struct type_name *type, struct expr *value);
struct generic_list *generic_join(struct generic_list *list, struct generic_list *item);
struct expr *build_va_arg(struct unit *u, struct span span, struct expr *list, struct type_name *type);
struct expr *build_offsetof(struct unit *u, struct span span, struct type_name *type, struct expr *path);
struct expr *build_offset_name(struct unit *u, struct span span, struct name *name);
struct expr *build_types(struct unit *u, struct span span, struct type_name *a, struct type_name *b);
struct expr *build_choose(struct unit *u, struct span span, struct expr *test, struct expr *yes, struct expr *no);
struct expr *build_builtin(struct unit *u, struct span span, struct builtin_args *args);
struct expr *build_index(struct unit *u, struct span span, struct expr *base, struct expr *index);
struct expr *build_call(struct unit *u, struct span span, struct expr *callee, struct expr_list *args);
struct expr *build_member(struct unit *u, struct span span, struct expr *object, struct span op, struct name *name);
struct expr *build_postfix(struct unit *u, struct span span, struct expr *operand, struct span op);
struct expr *build_compound(struct unit *u, struct span span, struct type_name *type, struct expr *init);
struct expr *build_unary(struct unit *u, struct span span, struct span op, struct expr *operand);
struct expr *build_label_addr(struct unit *u, struct span span, struct name *name, struct span at);
struct expr *build_sizeof(struct unit *u, struct span span, int op, struct expr *operand, struct type_name *type);
struct expr *build_await(struct unit *u, struct span span, struct expr *operand);
struct expr *build_start(struct unit *u, struct span span, struct expr *operand);
struct expr *build_cast(struct unit *u, struct span span, struct type_name *type, struct expr *operand);
struct expr *build_binary(struct unit *u, struct span span, struct expr *lhs, struct span op, struct expr *rhs);
struct expr *build_cond(struct unit *u, struct span span, struct expr *test, struct expr *yes, struct expr *no);
struct expr *build_assign(struct unit *u, struct span span, struct expr *lhs, struct span op, struct expr *rhs);
struct expr *build_comma(struct unit *u, struct span span, struct expr *lhs, struct expr *rhs);
struct expr *build_init(struct unit *u, struct span span, struct init_list *items);
struct init_list *init_add(struct unit *u, struct init_list *list, struct init_item *item);
struct init_item *init_item(struct unit *u, struct span span, struct designator_list *designators, struct expr *value);
struct designator_list *designator_member(struct unit *u, struct designator_list *list, struct name *name);
struct designator_list *designator_index(struct unit *u, struct designator_list *list, struct expr *lo, struct expr *hi);

// --- build_stmt.c; `outer` is the scope outside a statement that is a block of its own
struct stmt_list *stmt_list_of(struct unit *u, struct stmt *s);                             // s may be NULL
struct stmt_list *stmt_list_join(struct stmt_list *list, struct stmt_list *more);
struct stmt_list *label_add(struct stmt_list *labels, struct stmt *label);
struct stmt *label_statement(struct stmt_list *labels, struct stmt *body);
struct stmt_list *label_alone(struct stmt_list *labels);                                    // no statement follows
struct stmt *build_label(struct unit *u, struct span span, struct name *name, struct span at);
struct stmt *build_case(struct unit *u, struct span span, struct expr *lo, struct expr *hi);
struct stmt *build_expr_stmt(struct unit *u, struct span span, struct expr *e);
struct stmt *build_decl_stmt(struct unit *u, struct span span, struct decl *d);
struct stmt *build_block(struct unit *u, struct span span, struct stmt_list *items);
// What C2y has more, and this version not: says so.
struct expr *condition_declares(struct unit *u, struct span declaration);
struct stmt *jump_names(struct unit *u, struct span span, enum stmt_kind kind);
struct stmt *build_if(struct unit *u, struct span span, struct scope *outer, struct expr *test, struct stmt *yes,
                      struct stmt *no);
struct stmt *build_switch(struct unit *u, struct span span, struct scope *outer, struct expr *value, struct stmt *body);
struct stmt *build_while(struct unit *u, struct span span, struct scope *outer, struct expr *test, struct stmt *body);
struct stmt *build_do(struct unit *u, struct span span, struct stmt *body, struct expr *test);
struct stmt *build_for(struct unit *u, struct span span, struct scope *outer, struct stmt *init, struct expr *test,
                       struct expr *step, struct stmt *body);
struct stmt *build_goto(struct unit *u, struct span span, struct name *name, struct span at);
struct stmt *build_goto_ptr(struct unit *u, struct span span, struct expr *target);
struct stmt *build_return(struct unit *u, struct span span, struct expr *value);
struct stmt *build_asm(struct unit *u, struct span span, struct span head, struct asm_operands *operands);
struct asm_operands *asm_operands(struct unit *u, struct expr_list *outputs, struct expr_list *inputs,
                                  struct label_ref *labels);
struct label_ref *label_ref_add(struct unit *u, struct label_ref *list, struct name *name, struct span at);
struct stmt *build_defer(struct unit *u, struct span span, struct stmt *body);
struct stmt *build_await_any(struct unit *u, struct span span, struct span brace, struct scope *outer,
                             struct stmt_list *arms);
struct stmt *build_arm(struct unit *u, struct span span, struct declaration *d, struct expr *e);
struct stmt *arm_join(struct unit *u, struct scope *outer, struct stmt *arm, struct stmt_list *items);
struct label *label_use(struct unit *u, struct name *name, struct span at);
void label_declare_local(struct unit *u, struct name *name, struct span at);
void labels_check(struct unit *u, const struct function *f);                                // each used one is defined

// --- build_specs.c
void inner_add(struct inner *list, struct expr *e);
void inner_join(struct inner *list, struct inner more);
struct specs *specs_word(struct unit *u, struct span span);
struct specs *specs_typedef(struct unit *u, struct span span, struct name *name);
struct specs *specs_typeof(struct unit *u, struct span span, struct expr *e, struct type_name *t);
struct specs *specs_atomic(struct unit *u, struct span span, struct type_name *t);
struct specs *specs_bitint(struct unit *u, struct span span, struct expr *width);
struct specs *specs_frame(struct unit *u, struct span span, struct name *name, struct span at);
struct specs *specs_of_tag(struct unit *u, struct span span, struct tag_head *head);
struct specs *specs_align(struct unit *u, struct span span, struct expr *e, struct type_name *t);
struct specs *specs_join(struct unit *u, struct specs *a, struct specs *b);
void specs_alone(struct unit *u, const struct specs *specs);    // with no declarator behind them
struct specs *specs_attrs(struct unit *u, struct specs *s, struct span span, struct attr *attrs);   // s NULL: they are all
struct specs *specs_after_attrs(struct span span, struct attr *attrs, struct specs *s);
struct type *specs_type(struct unit *u, struct specs *s);                                   // s NULL: implicit int

// --- build_shape.c
struct shape *shape_name(struct unit *u, struct span span, struct name *name);
struct shape *shape_abstract(struct unit *u, struct span span);
struct shape *shape_paren(struct unit *u, struct span span, struct scope *outer, struct shape *s);
struct shape *shape_pointer(struct unit *u, struct span span, struct shape *s, struct specs *quals);
struct shape *shape_suffix(struct unit *u, struct span span, struct shape *s, struct suffix *suffix);
struct suffix *suffix_array(struct unit *u, struct span span, struct specs *quals, struct expr *size, bool is_star);
struct suffix *suffix_function(struct unit *u, struct span span, struct scope *outer, struct param_list *params);
struct suffix *suffix_attrs(struct unit *u, struct span span, struct attr *attrs);
struct shape *shape_attrs(struct span span, struct shape *s, struct attr *attrs);
struct shape *shape_asm(struct span span, struct shape *s, struct span label);
struct shape *shape_width(struct shape *s, struct span span, struct expr *width);
// The type of what is declared. `specs` NULL: implicit int; `s` NULL: no declarator.
struct type *shape_type(struct unit *u, struct specs *specs, struct shape *s);
struct param_list *param_new(struct unit *u, struct span span, struct specs *specs, struct shape *s);
struct param_list *param_identifier(struct unit *u, struct param_list *list, struct span span, struct name *name);
struct param_list *param_join(struct param_list *list, struct param_list *more);
struct param_list *param_variadic(struct unit *u, struct param_list *list);
struct param_list *param_forward(struct param_list *forward, struct param_list *list);
struct type_name *build_type_name(struct unit *u, struct span span, struct specs *specs, struct shape *s);

// --- build_tag.c
struct tag_head *tag_head(struct unit *u, struct span span, enum type_kind kind);
struct tag_head *tag_attrs(struct tag_head *head, struct attr *attrs);
struct tag_head *tag_mention(struct unit *u, struct tag_head *head, struct span span, struct name *name);
struct tag_head *tag_open(struct unit *u, struct tag_head *head, struct span span, struct name *name);
struct tag_head *tag_underlying(struct unit *u, struct tag_head *head, struct specs *underlying);
struct tag_head *tag_close(struct unit *u, struct tag_head *head, struct span span, struct member_list *members);
struct tag_head *enumerator_add(struct unit *u, struct tag_head *head, struct shape *enumerator);
void tag_apply_attrs(struct unit *u, struct tag *tag, struct attr *attrs);
struct member_list *member_begin(struct unit *u, struct specs *specs);
struct member_list *member_add(struct unit *u, struct member_list *list, struct span span, struct shape *s);
struct member_list *member_unnamed(struct unit *u, struct span span, struct specs *specs);
struct member_list *member_assert(struct unit *u, struct decl *d);
struct member_list *member_join(struct unit *u, struct member_list *list, struct member_list *more);
struct attr *build_attr(struct unit *u, struct span span, const struct span *scope, struct span name,
                        struct builtin_args *args);
struct attr *attrs_join(struct attr *a, struct attr *b);                                    // makes them one list
void symbol_add_attrs(struct unit *u, struct symbol *s, const struct attr *attrs);          // copies of them
const struct attr *attr_find(const struct attr *attrs, const char *name);
bool attr_own(const struct attr *attrs, const char *name);      // whether [[ac::name]] or __attribute__((ac_name)) is among them
struct expr *attrs_aligned(struct unit *u, const struct attr *attrs);                       // NULL: none
void attrs_inner(struct inner *list, const struct attr *attrs);                             // those that types depend on

// --- noescape.c
void params_join(struct type *known, const struct type *again);      // two declarations of a function: what one says holds for both

// --- build_decl.c
void declare_builtin_type(struct unit *u, struct name *name, struct type *type);
struct declaration *declare_first(struct unit *u, struct specs *specs, struct shape *s);    // specs NULL: implicit int
struct declaration *declare_next(struct unit *u, struct declaration *d, struct shape *s);
struct declaration *declare_init(struct declaration *d, struct expr *init);
struct decl *build_decl(struct span span, struct declaration *d);
struct decl *build_decl_of_specs(struct unit *u, struct span span, struct specs *specs);
struct decl *build_static_assert(struct unit *u, struct span span, struct expr *test);
struct decl *build_toplevel_asm(struct unit *u, struct span span);
struct decl_list *decl_list_add(struct unit *u, struct decl_list *list, struct decl *d);
// `next` is the token that follows. NULL when it shows that this is no definition: that was reported.
struct definition *definition_begin(struct unit *u, struct specs *specs, struct shape *s, int next);
struct decl *definition_end(struct unit *u, struct span span, struct definition *d, struct decl_list *old_style,
                            struct stmt *body);
void definition_abandon(struct unit *u, struct definition *d);
void unit_add_decl(struct unit *u, struct decl *d);                                         // d may be NULL

// --- build_plain.c; the brace of a body has just been read
bool note_async(struct name *name, const struct type *t);       // whether async may stand in the type; name NULL: nameless
void skip_plain_body(struct unit *u);

#endif
