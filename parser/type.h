// C types. One object per distinct type where that is cheap (basic types), else compared by structure.
#ifndef ACC_PARSER_TYPE_H
#define ACC_PARSER_TYPE_H

#include "lexer/unit.h"

struct attr;
struct expr;
struct symbol;

enum type_kind {
    TYPE_VOID,
    TYPE_BOOL, TYPE_CHAR, TYPE_SCHAR, TYPE_UCHAR, TYPE_SHORT, TYPE_USHORT, TYPE_INT, TYPE_UINT, TYPE_LONG, TYPE_ULONG,
    TYPE_LLONG, TYPE_ULLONG, TYPE_INT128, TYPE_UINT128, TYPE_BITINT,
    TYPE_FLOAT, TYPE_DOUBLE, TYPE_LDOUBLE, TYPE_FLOAT16, TYPE_FLOAT32, TYPE_FLOAT64, TYPE_FLOAT128, TYPE_FLOAT32X,
    TYPE_FLOAT64X, TYPE_BFLOAT16,
    TYPE_DECIMAL32, TYPE_DECIMAL64, TYPE_DECIMAL128,
    TYPE_COMPLEX,               // base: the real type
    TYPE_NULLPTR,
    TYPE_VA_LIST,               // __builtin_va_list; layout from the target
    TYPE_POINTER, TYPE_ARRAY, TYPE_VECTOR, TYPE_FUNCTION,
    TYPE_STRUCT, TYPE_UNION, TYPE_ENUM,
    TYPE_TYPEDEF,               // sugar: `symbol` names it, base is what it stands for
    TYPE_TYPEOF,                // sugar until sema resolves it: of `expr` or of `base`
    TYPE_AUTO,                  // __auto_type, auto of C23: sema takes it from the initialiser
    TYPE_HANDLE,                // async T, the handle of a child; base: T
    TYPE_FRAME,                 // _Frame(f)
    TYPE_ERROR                  // after a reported error; compatible with everything
};

enum type_quals { QUAL_CONST = 1, QUAL_VOLATILE = 2, QUAL_RESTRICT = 4, QUAL_ATOMIC = 8 };

// A parameter as declared.
struct param {
    struct param *next;
    struct symbol *symbol;      // NULL in a prototype without a name
    struct type *type;          // as written; sema sets symbol->type to the adjusted one
    struct span span;           // specifiers and declarator
    struct span name;           // the identifier; empty when there is none
    bool is_noescape;           // the callee has no pointer to what it points to when it has returned
    struct ending *ending;      // that waits for the children of its handles, by check_ends
    struct point *drop;         // where it waits, by scan
};

// A member of a struct or union.
struct member {
    struct member *next;
    struct name *name;          // NULL: anonymous
    struct type *type;
    struct expr *width;         // of a bit-field, else NULL
    struct expr *aligned;       // alignas or attribute((aligned)) value; NULL when none
    struct attr *attrs, *specs_attrs;   // of its declarator and of the specifiers it shares with others
    bool is_packed;
    int bits;                   // width evaluated by sema; -1: not a bit-field
    uint64_t offset;            // bytes, by sema
    uint32_t bit_offset;        // within the unit at `offset`
    struct span span;
};

// A struct, union or enum: shared by all its mentions.
struct tag {
    struct name *name;          // NULL: anonymous
    enum type_kind kind;        // TYPE_STRUCT, TYPE_UNION, TYPE_ENUM
    bool is_complete, is_packed, is_transparent, laid_out, being_laid_out;
    bool has_async;             // in the type of a member
    bool is_named_by_acc;       // the source has no name for it: lower/ctype.c
    uint32_t scope_depth;       // 0: file scope
    uint32_t pack;              // #pragma pack in force, bytes; 0: none
    struct attr *attrs;         // of its definition and declarations
    struct expr *aligned;       // attribute((aligned(n))); NULL when none
    struct member *members;
    struct type *underlying;    // of an enum, by sema
    uint64_t size;              // bytes, by sema
    uint32_t align;             // bytes, by sema
    bool is_align_asked;        // by sema: some alignment in it is the user's, not the target's
    bool has_flexible, has_vla, has_const_member;   // by sema, through nested members too
    struct symbol *constants;   // enumeration constants, linked by next_constant
    struct span span;           // `struct name` of the definition, or of the first mention
    struct span body;           // { ... }
    uint32_t first;             // token of the first mention
    struct tag *shadowed;       // outer tag of the same name (scope.c)
    struct tag *next_listed;    // in unit.hiding_tags
    struct tag *next_hidden;    // in async.hidden_tags
    const struct tag *hidden_by;    // in a block further in of the async function when alias is not possible
    bool is_stated;             // by a declaration that is an item of a block, as its outermost tag
    const char *alias;          // how the async function that is being lowered spells it; NULL: by its name
    struct scope *scope;
    struct tag *next_in_scope;
};

struct type {
    enum type_kind kind;
    uint8_t quals;
    uint16_t levels;            // by sema: at most so many pointers, arrays and functions, one of the other
    struct type *base;          // pointee, element, result, complex part, typedef's target
    union {
        // is_vla, is_complete, count: by sema
        struct { struct expr *size; bool is_static, is_star; bool is_vla, is_complete; uint64_t count; uint8_t quals; } array;
        struct { struct expr *bytes; uint64_t count; bool is_ext; } vector;  // is_ext: clang's, with named elements
        struct {
            struct param *params;
            bool is_variadic, is_old_style, is_async;   // old style: () before C23, or K&R
            uint32_t lparen, rparen;                    // tokens of the parameter list; both 0 when from typeof or a builtin
            struct span pointers;                       // `*`s of the result type that belong to this declarator
        } function;
        struct tag *tag;                                // struct, union, enum
        struct { struct symbol *symbol; struct type *next_use; };   // typedef (symbol.uses); _Frame(f)
        struct { struct expr *expr; bool is_unqual; } type_of;
        struct { struct expr *width; uint32_t bits; bool is_unsigned; } bitint;
    };
    struct expr *aligned;       // typedef with attribute((aligned(n))); NULL when none
    struct span span;           // tokens of the specifiers it came from; empty when made by sema
};

// What layout of types needs to know of the target, read from the predefined macros.
struct target {
    uint8_t char_is_unsigned, big_endian;
    uint8_t size_short, size_int, size_long, size_llong, size_pointer, size_float, size_double, size_ldouble, size_wchar,
            size_size_t, size_int128, size_va_list;
    uint8_t align_llong, align_double, align_ldouble, align_int128, align_va_list, align_max, align_struct_llong,
            align_struct_double;   // i386: 4 inside structs
    bool va_list_is_array;         // decays to a pointer when it is passed on: x86-64
    bool is_aapcs;                 // ARM, AArch64: an unnamed bit-field counts for its struct's alignment too
    bool caps_8_byte_fields;       // gcc for i386: 8 bytes that move as one integer have 4 in a struct
    uint8_t max_vector_align;      // 0: as large as the vector
    uint8_t max_atomic_promotion;  // clang pads an _Atomic struct to a power of two up to this; 0: gcc, never
    uint8_t enum_is_unsigned_by_default, short_enums, ms_bitfields;
    enum type_kind wchar, char8, char16, char32, size_t_, ptrdiff;
    bool is_clang;
    int std;                    // 1990, 1999, 2011, 2017, 2023
};

const struct target *target_read(struct unit *u);

struct type *type_basic(struct unit *u, enum type_kind kind);
struct type *type_pointer(struct unit *u, struct type *to);
struct type *type_qualified(struct unit *u, struct type *t, unsigned quals);   // adds them; an array's go to its element
struct type *type_unqualified(struct unit *u, struct type *t);                 // without top-level qualifiers
struct type *type_complex(struct unit *u, struct type *real);
struct type *type_handle(struct unit *u, struct type *result);                 // async T
struct type *type_vector(struct unit *u, struct type *element, uint64_t count);
struct type *type_vector_like(struct unit *u, const struct type *vector, struct type *element, uint64_t count);
struct type *type_array(struct unit *u, struct type *element, uint64_t count);
struct type *type_decayed(struct unit *u, struct type *t);                     // arrays and functions to pointers
struct type *type_of_param(struct unit *u, struct type *written);              // a parameter's, as the body sees it
struct type *param_type(struct unit *u, const struct param *p);                // the same of one that may have no name
struct type *type_composite(struct unit *u, struct type *a, struct type *b);   // of two compatible types (C 6.2.7)
// Without typedef, typeof and other sugar at the top, qualifiers gathered. Requires sema for typeof.
struct type *type_plain(struct unit *u, struct type *t);
struct type *type_pointed(struct unit *u, struct type *t);             // what pointers point to and arrays consist of, in the end
unsigned type_quals(struct unit *u, struct type *t);                           // through sugar
bool type_is_integer(struct unit *u, struct type *t);
bool type_is_signed(struct unit *u, struct type *t);
bool type_is_real_floating(struct unit *u, struct type *t);
bool type_is_arithmetic(struct unit *u, struct type *t);
bool type_is_scalar(struct unit *u, struct type *t);
bool type_is_complete(struct unit *u, struct type *t);
bool type_is_vm(struct unit *u, struct type *t);                               // variably modified
bool type_compatible(struct unit *u, struct type *a, struct type *b);
uint64_t type_size(struct unit *u, struct type *t);                            // bytes; 0 when incomplete or VLA
uint32_t type_align(struct unit *u, struct type *t);                           // in a struct: long long of i386 has 4
uint32_t attrs_align(struct unit *u, struct attr *attrs);                      // of aligned and alignas; 0: none
const char *tag_word(enum type_kind kind);                                     // "struct", "union" or "enum"
// C text of a type for messages and for generated code: `type_text(u, t, "x")` gives "int (*x)[3]"; with `name` ""
// an abstract declarator. Typedef names are kept when `keep_sugar`.
const char *type_text(struct unit *u, struct type *t, const char *name, bool keep_sugar);
// As messages name a type: 'size_t' {aka 'long unsigned int'}.
const char *type_said(struct unit *u, struct type *t);

// The same with async functions and handles in their lowered form.
const char *type_text_lowered(struct unit *u, struct type *t, const char *name, bool keep_sugar);
// The poll type (frame.h) of an async function's result type, and whether the result goes through the frame instead.
const char *poll_type_of(struct unit *u, struct type *result, bool *in_frame);

#endif
