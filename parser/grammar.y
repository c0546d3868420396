// C23 with the GNU extensions and async C: tokens to the AST. Actions only call builders.
//
//     a * b;   →   a declaration when the scope knows `a` as a type, else an expression
//
// The scanner does not tell type names from others. The reader gives NAME and, when the parser comes back for the next
// token, TYPE or VARIABLE: everything before the NAME has been reduced by then, so that the scope is right at that
// moment. The price: before a NAME that can be either, no empty rule and no unit rule may stand (it would have to be
// reduced before the second token is seen). That is why specifiers without a type (specs0) have rules of their own,
// why optional attributes are written out, and why `open` stands in front of both things a parenthesis can hold.
//
// Rules follow the order of annex A of the standard; what they accept is more: constraints are the compiler's to check.
%define api.pure full
%define api.value.type union
%define api.token.prefix {TOK_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {struct unit *u}

%code requires {
#include "lexer/source.h"
}

%code {
#include "parser/build.h"
#include "parser/missing_header.h"

#include <string.h>

// What it takes to nest everything a thousand deep; the stack is on the heap and grows as needed.
#define YYMAXDEPTH 1000000

#define YYLLOC_DEFAULT(whole, parts, count)                                                                            \
    ((whole) = (count) ? (struct span){ YYRHSLOC(parts, 1).lo, YYRHSLOC(parts, count).hi }                             \
                       : (struct span){ YYRHSLOC(parts, 0).hi, YYRHSLOC(parts, 0).hi })

static int yylex(YYSTYPE *value, YYLTYPE *span, struct unit *u);
static void yyerror(YYLTYPE *span, struct unit *u, const char *message);
}

// From the scanner. Punctuators of one character are their character codes.
%token END 0 "end of file"
%token NAME "identifier"
%token INTEGER "number" FLOATING "floating constant" CHARACTER "character constant" STRING "string literal" PRAGMA
%token INC "++" DEC "--" SHL "<<" SHR ">>" LE "<=" GE ">=" EQ "==" NE "!=" ANDAND "&&" OROR "||" ARROW "->" ELLIPSIS "..."
%token MUL_ASSIGN "*=" DIV_ASSIGN "/=" MOD_ASSIGN "%=" ADD_ASSIGN "+=" SUB_ASSIGN "-=" SHL_ASSIGN "<<=" SHR_ASSIGN ">>="
%token AND_ASSIGN "&=" XOR_ASSIGN "^=" OR_ASSIGN "|=" COLONCOLON "::"
%token AUTO "auto" BREAK "break" CASE "case" CHAR "char" CONST "const" CONTINUE "continue" DEFAULT "default" DO "do"
%token DOUBLE "double" ELSE "else" ENUM "enum" EXTERN "extern" FLOAT "float" FOR "for" GOTO "goto" IF "if"
%token INLINE "inline" INT "int" LONG "long" REGISTER "register" RESTRICT "restrict" RETURN "return" SHORT "short"
%token SIGNED "signed" SIZEOF "sizeof" STATIC "static" STRUCT "struct" SWITCH "switch" TYPEDEF "typedef" UNION "union"
%token UNSIGNED "unsigned" VOID "void" VOLATILE "volatile" WHILE "while"
%token ALIGNAS "_Alignas" ALIGNOF "_Alignof" ATOMIC "_Atomic" BOOL "_Bool" COMPLEX "_Complex" GENERIC "_Generic"
%token IMAGINARY "_Imaginary" NORETURN "_Noreturn" STATIC_ASSERT "_Static_assert" THREAD_LOCAL "_Thread_local"
%token BITINT "_BitInt" DECIMAL32 "_Decimal32" DECIMAL64 "_Decimal64" DECIMAL128 "_Decimal128" FLOAT16 "_Float16"
%token FLOAT32 "_Float32" FLOAT64 "_Float64" FLOAT128 "_Float128" FLOAT32X "_Float32x" FLOAT64X "_Float64x" BF16 "__bf16"
%token INT128 "__int128" AUTO_TYPE "__auto_type" ASM "asm" TYPEOF "typeof" TYPEOF_UNQUAL "typeof_unqual"
%token ATTRIBUTE "__attribute__" EXTENSION "__extension__" REAL "__real__" IMAG "__imag__" LABEL "__label__"
%token VA_ARG "__builtin_va_arg" OFFSETOF "__builtin_offsetof" TYPES_COMPATIBLE "__builtin_types_compatible_p"
%token CHOOSE_EXPR "__builtin_choose_expr" BUILTIN_T "builtin with a type"
%token TRUE "true" FALSE "false" NULLPTR "nullptr" CONSTEXPR "constexpr"
%token ASYNC "async" AWAIT "await" FRAME "_Frame" DEFER "defer" ALL "all" ANY "any"

// Made by yylex. A NAME is followed by TYPE or VARIABLE: what the scope knows it as once all before it is parsed.
%token TYPE "type name" VARIABLE "variable name"
%token START "async call"              // `async` as an operator
%token ATTR_NAME "attribute name" ATTR_OPEN "[["
%token ATOMIC_PAREN "_Atomic ("        // `_Atomic` before a parenthesis: always the specifier (C 6.7.2.4p4)
%token ENUM_COLON ": type"             // `:` after an enum and before a type: not a bit-field
%token ARM "case of await any" ARM_DEFAULT "default of await any"


%nterm <struct name *> typedef_name var_name general_identifier
%nterm <struct scope *> open
%nterm <struct expr *> primary_expression generic_selection offset_path postfix_expression unary_expression
%nterm <struct expr *> cast_expression binary_expression conditional_expression assignment_expression expression
%nterm <struct expr *> expression_opt condition constant_expression initializer braced_initializer asm_operand string
%nterm <struct expr_list *> argument_list argument_list_opt asm_operand_list asm_operands_opt
%nterm <struct builtin_args *> builtin_arguments
%nterm <struct generic_list *> generic_assoc_list generic_association
%nterm <struct init_list *> initializer_list
%nterm <struct init_item *> initializer_item
%nterm <struct designator_list *> designator_list
%nterm <struct declaration *> declared init_declarators unspecified_declared unspecified_declarators arm_declared
%nterm <struct decl *> external_declaration declaration static_assert_declaration function_definition
%nterm <struct decl_list *> declaration_list
%nterm <struct definition *> function_head unspecified_head
%nterm <struct specs *> specs specs0 specs1 specs2 modifier type_unique type_single type_multiple underlying_type
%nterm <struct specs *> qualifier qualifiers array_qualifiers
%nterm <struct shape *> declarator direct_declarator declarator_full
%nterm <struct shape *> var_declarator direct_var_declarator var_declarator_full
%nterm <struct shape *> param_declarator direct_type_declarator param_declarator_full
%nterm <struct shape *> abstract_declarator direct_abstract_declarator abstract_declarator_full
%nterm <struct shape *> struct_declarator var_struct_declarator enumerator enumeration_constant
%nterm <struct suffix *> declarator_suffix array_suffix abstract_suffix
%nterm <struct param_list *> parameter_type_list parameter_list parameter_declaration identifier_list
%nterm <struct type_name *> type_name
%nterm <struct tag_head *> struct_head struct_open struct_specifier enum_head enum_open enum_body enumerators enum_specifier
%nterm <struct member_list *> members member_list member_declaration member_declarators
%nterm <struct attr *> attributes attribute gnu_attributes gnu_attribute std_attribute attribute_list attribute_item
%nterm <struct stmt *> statement unlabeled_statement scoped_statement label expression_statement compound_statement
%nterm <struct stmt *> selection_statement iteration_statement for_init jump_statement asm_statement async_statement
%nterm <struct stmt *> arm arm_label function_body
%nterm <struct stmt_list *> labels block_body block_items block_item arms
%nterm <struct asm_operands *> asm_arguments
%nterm <struct label_ref *> asm_labels

%destructor { scope_restore(u, $$); } <struct scope *>
%destructor { definition_abandon(u, $$); } <struct definition *>

%printer { fprintf(yyo, "%p", (void *)$$); } <*>
%printer { fprintf(yyo, "%s", $$ ? $$->text : ""); } <struct name *>
%printer { fprintf(yyo, "%s", $$ ? expr_kind_name($$->kind) : ""); } <struct expr *>
%printer { fprintf(yyo, "%s", $$ ? stmt_kind_name($$->kind) : ""); } <struct stmt *>

// A dangling else belongs to the nearest if.
%precedence IF_WITHOUT_ELSE
%precedence ELSE

// The binary operators of C 6.5.5 to 6.5.14, loosest first: one nonterminal instead of ten keeps the stack short.
%left OROR
%left ANDAND
%left '|'
%left '^'
%left '&'
%left EQ NE
%left '<' '>' LE GE
%left SHL SHR
%left '+' '-'
%left '*' '/' '%'

// Attributes after a declarator belong to it, not to what follows.
%precedence BEFORE_ATTRIBUTE
%precedence ATTRIBUTE ATTR_OPEN

%start translation_unit

%%

// --- names

typedef_name: NAME TYPE                                     { $$ = token_name(u, @1); };
var_name: NAME VARIABLE                                     { $$ = token_name(u, @1); };
general_identifier: typedef_name | var_name;

// Opens a scope; its value is the one outside it.
open: %empty                                                { $$ = u->scope; scope_push(u); };

// --- A.2.1 expressions

primary_expression:
    var_name                                                { $$ = build_name(u, @$, $1); }
  | INTEGER                                                 { $$ = expr_new(u, EXPR_INT, @$); }
  | CHARACTER                                               { $$ = expr_new(u, EXPR_INT, @$); }
  | TRUE                                                    { $$ = expr_new(u, EXPR_INT, @$); }
  | FALSE                                                   { $$ = expr_new(u, EXPR_INT, @$); }
  | FLOATING                                                { $$ = expr_new(u, EXPR_FLOAT, @$); }
  | NULLPTR                                                 { $$ = expr_new(u, EXPR_NULLPTR, @$); }
  | string
  | '(' expression ')'                                      { $$ = build_paren(u, @$, $2); }
  | '(' error ')'                                           { broken_add(u, @2); $$ = expr_new(u, EXPR_ERROR, @$); }
  | '(' compound_statement ')'                              { $$ = build_stmt_expr(u, @$, $2); }
  | generic_selection
  | VA_ARG '(' assignment_expression ',' type_name ')'      { $$ = build_va_arg(u, @$, $3, $5); }
  | OFFSETOF '(' type_name ',' offset_path ')'              { $$ = build_offsetof(u, @$, $3, $5); }
  | TYPES_COMPATIBLE '(' type_name ',' type_name ')'        { $$ = build_types(u, @$, $3, $5); }
  | CHOOSE_EXPR '(' assignment_expression ',' assignment_expression ',' assignment_expression ')'
                                                            { $$ = build_choose(u, @$, $3, $5, $7); }
  | BUILTIN_T '(' builtin_arguments ')'                     { $$ = build_builtin(u, @$, $3); };

string:
    STRING                                                  { $$ = expr_new(u, EXPR_STRING, @$); }
  | string STRING                                           { $$ = $1; $$->span = @$; };

generic_selection:
    GENERIC '(' assignment_expression ',' generic_assoc_list ')' { $$ = build_generic(u, @$, $3, NULL, $5); }
  | GENERIC '(' type_name ',' generic_assoc_list ')'        { $$ = build_generic(u, @$, NULL, $3, $5); };

generic_assoc_list:
    generic_association
  | generic_assoc_list ',' generic_association              { $$ = generic_join($1, $3); };

generic_association:
    type_name ':' assignment_expression                     { $$ = generic_item(u, $1, $3); }
  | DEFAULT ':' assignment_expression                       { $$ = generic_item(u, NULL, $3); };

offset_path:
    general_identifier                                      { $$ = build_offset_name(u, @$, $1); }
  | offset_path '.' general_identifier                      { $$ = build_member(u, @$, $1, @2, $3); }
  | offset_path ARROW general_identifier                    { $$ = build_member(u, @$, $1, @2, $3); }
  | offset_path '[' expression ']'                          { $$ = build_index(u, @$, $1, $3); };

builtin_arguments:
    assignment_expression                                   { $$ = builtin_add(u, NULL, $1, NULL); }
  | type_name                                               { $$ = builtin_add(u, NULL, NULL, $1); }
  | builtin_arguments ',' assignment_expression             { $$ = builtin_add(u, $1, $3, NULL); }
  | builtin_arguments ',' type_name                         { $$ = builtin_add(u, $1, NULL, $3); };

postfix_expression:
    primary_expression
  | postfix_expression '[' expression ']'                   { $$ = build_index(u, @$, $1, $3); }
  | postfix_expression '(' argument_list_opt ')'            { $$ = build_call(u, @$, $1, $3); }
  | postfix_expression '.' general_identifier               { $$ = build_member(u, @$, $1, @2, $3); }
  | postfix_expression ARROW general_identifier             { $$ = build_member(u, @$, $1, @2, $3); }
  | postfix_expression INC                                  { $$ = build_postfix(u, @$, $1, @2); }
  | postfix_expression DEC                                  { $$ = build_postfix(u, @$, $1, @2); }
  | '(' type_name ')' braced_initializer                    { $$ = build_compound(u, @$, $2, $4); };

argument_list_opt: %empty { $$ = NULL; } | argument_list;

argument_list:
    assignment_expression                                   { $$ = expr_list_add(u, NULL, $1); }
  | argument_list ',' assignment_expression                 { $$ = expr_list_add(u, $1, $3); };

unary_expression:
    postfix_expression
  | INC unary_expression                                    { $$ = build_unary(u, @$, @1, $2); }
  | DEC unary_expression                                    { $$ = build_unary(u, @$, @1, $2); }
  | unary_operator cast_expression                          { $$ = build_unary(u, @$, @1, $2); }
  | EXTENSION cast_expression                               { $$ = build_unary(u, @$, @1, $2); }
  | ANDAND general_identifier                               { $$ = build_label_addr(u, @$, $2, @2); }
  | SIZEOF unary_expression                                 { $$ = build_sizeof(u, @$, TOK_SIZEOF, $2, NULL); }
  | SIZEOF '(' type_name ')'                                { $$ = build_sizeof(u, @$, TOK_SIZEOF, NULL, $3); }
  | ALIGNOF unary_expression                                { $$ = build_sizeof(u, @$, TOK_ALIGNOF, $2, NULL); }
  | ALIGNOF '(' type_name ')'                               { $$ = build_sizeof(u, @$, TOK_ALIGNOF, NULL, $3); }
  | AWAIT cast_expression                                   { $$ = build_await(u, @$, $2); }
  | START cast_expression                                   { $$ = build_start(u, @$, $2); };

unary_operator: '&' | '*' | '+' | '-' | '~' | '!' | REAL | IMAG;

cast_expression:
    unary_expression
  | '(' type_name ')' cast_expression                       { $$ = build_cast(u, @$, $2, $4); };

binary_expression:
    cast_expression
  | binary_expression '*' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '/' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '%' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '+' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '-' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression SHL binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression SHR binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '<' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '>' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression LE binary_expression                  { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression GE binary_expression                  { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression EQ binary_expression                  { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression NE binary_expression                  { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '&' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '^' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression '|' binary_expression                 { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression ANDAND binary_expression              { $$ = build_binary(u, @$, $1, @2, $3); }
  | binary_expression OROR binary_expression                { $$ = build_binary(u, @$, $1, @2, $3); };

conditional_expression:
    binary_expression
  | binary_expression '?' expression ':' conditional_expression { $$ = build_cond(u, @$, $1, $3, $5); }
  | binary_expression '?' ':' conditional_expression        { $$ = build_cond(u, @$, $1, NULL, $4); };

assignment_expression:
    conditional_expression
  | unary_expression assignment_operator assignment_expression { $$ = build_assign(u, @$, $1, @2, $3); };

assignment_operator:
    '=' | MUL_ASSIGN | DIV_ASSIGN | MOD_ASSIGN | ADD_ASSIGN | SUB_ASSIGN | SHL_ASSIGN | SHR_ASSIGN | AND_ASSIGN
  | XOR_ASSIGN | OR_ASSIGN;

expression:
    assignment_expression
  | expression ',' assignment_expression                    { $$ = build_comma(u, @$, $1, $3); };

expression_opt: %empty { $$ = NULL; } | expression;

constant_expression: conditional_expression;

// --- A.2.2 declarations

declaration:
    specs ';'                                               { $$ = build_decl_of_specs(u, @$, $1); }
  | specs0 ';'                                              { $$ = build_decl_of_specs(u, @$, $1); }
  | init_declarators ';'                                    { $$ = build_decl(@$, $1); }
  | static_assert_declaration
  | EXTENSION declaration                                   { $$ = $2; $$->is_extension = true; $$->span = @$; };

// A declarator is declared when it is complete: its own initializer sees it.
declared:
    specs declarator_full                                   { $$ = declare_first(u, $1, $2); }
  | specs0 var_declarator_full                              { $$ = declare_first(u, $1, $2); }
  | init_declarators ',' declarator_full                    { $$ = declare_next(u, $1, $3); }
  | init_declarators ',' attributes declarator_full         { $$ = declare_next(u, $1, shape_attrs(@$, $4, $3)); };

init_declarators:
    declared
  | declared '=' initializer                                { $$ = declare_init($1, $3); };

declarator_full:
    declarator
  | declarator_full asm_label                               { $$ = shape_asm(@$, $1, @2); }
  | declarator_full gnu_attribute                           { $$ = shape_attrs(@$, $1, $2); };

var_declarator_full:
    var_declarator
  | var_declarator_full asm_label                           { $$ = shape_asm(@$, $1, @2); }
  | var_declarator_full gnu_attribute                       { $$ = shape_attrs(@$, $1, $2); };

asm_label: ASM '(' string ')';

static_assert_declaration:
    STATIC_ASSERT '(' constant_expression ')' ';'           { $$ = build_static_assert(u, @$, $3); }
  | STATIC_ASSERT '(' constant_expression ',' string ')' ';' { $$ = build_static_assert(u, @$, $3); };

// specs0: no type yet, a type name may follow. specs1: one type that stands alone. specs2: words that combine to a type.
specs: specs1 | specs2;

specs0:
    modifier
  | attributes modifier                                     { $$ = specs_after_attrs(@$, $1, $2); }
  | specs0 modifier                                         { $$ = specs_join(u, $1, $2); }
  | specs0 attribute                                        { $$ = specs_attrs(u, $1, @2, $2); };

specs1:
    type_unique
  | attributes type_unique                                  { $$ = specs_after_attrs(@$, $1, $2); }
  | specs0 type_unique                                      { $$ = specs_join(u, $1, $2); }
  | specs1 modifier                                         { $$ = specs_join(u, $1, $2); }
  | specs1 attribute                                        { $$ = specs_attrs(u, $1, @2, $2); };

specs2:
    type_multiple
  | attributes type_multiple                                { $$ = specs_after_attrs(@$, $1, $2); }
  | specs0 type_multiple                                    { $$ = specs_join(u, $1, $2); }
  | specs2 type_multiple                                    { $$ = specs_join(u, $1, $2); }
  | specs2 modifier                                         { $$ = specs_join(u, $1, $2); }
  | specs2 attribute                                        { $$ = specs_attrs(u, $1, @2, $2); };

modifier:
    modifier_word                                           { $$ = specs_word(u, @1); }
  | qualifier
  | ALIGNAS '(' type_name ')'                               { $$ = specs_align(u, @$, NULL, $3); }
  | ALIGNAS '(' constant_expression ')'                     { $$ = specs_align(u, @$, $3, NULL); };

modifier_word:
    TYPEDEF | EXTERN | STATIC | THREAD_LOCAL | AUTO | REGISTER | CONSTEXPR | INLINE | NORETURN | ASYNC;

qualifier: qualifier_word                                   { $$ = specs_word(u, @1); };
qualifier_word: CONST | RESTRICT | VOLATILE | ATOMIC;

type_multiple:
    type_word                                               { $$ = specs_word(u, @1); }
  | BITINT '(' constant_expression ')'                      { $$ = specs_bitint(u, @$, $3); };

type_word:
    CHAR | SHORT | INT | LONG | FLOAT | DOUBLE | SIGNED | UNSIGNED | COMPLEX | IMAGINARY | INT128 | FLOAT16 | FLOAT32
  | FLOAT64 | FLOAT128 | FLOAT32X | FLOAT64X | BF16 | DECIMAL32 | DECIMAL64 | DECIMAL128;

type_unique:
    type_single
  | struct_specifier                                        { $$ = specs_of_tag(u, @$, $1); }
  | enum_specifier                                          { $$ = specs_of_tag(u, @$, $1); }
  | FRAME '(' general_identifier ')'                        { $$ = specs_frame(u, @$, $3, @3); };

type_single:
    type_single_word                                        { $$ = specs_word(u, @1); }
  | typedef_name                                            { $$ = specs_typedef(u, @$, $1); }
  | ATOMIC_PAREN '(' type_name ')'                          { $$ = specs_atomic(u, @$, $3); }
  | TYPEOF '(' expression ')'                               { $$ = specs_typeof(u, @$, $3, NULL); }
  | TYPEOF '(' type_name ')'                                { $$ = specs_typeof(u, @$, NULL, $3); }
  | TYPEOF_UNQUAL '(' expression ')'                        { $$ = specs_typeof(u, @$, $3, NULL); }
  | TYPEOF_UNQUAL '(' type_name ')'                         { $$ = specs_typeof(u, @$, NULL, $3); };

type_single_word: VOID | BOOL | AUTO_TYPE;

struct_specifier:
    struct_head general_identifier                          { $$ = tag_mention(u, $1, @$, $2); }
  | struct_open member_list '}'                             { $$ = tag_close(u, $1, @$, $2); };

struct_head:
    STRUCT                                                  { $$ = tag_head(u, @$, TYPE_STRUCT); }
  | UNION                                                   { $$ = tag_head(u, @$, TYPE_UNION); }
  | struct_head attribute                                   { $$ = tag_attrs($1, $2); };

struct_open:
    struct_head '{'                                         { $$ = tag_open(u, $1, @$, NULL); }
  | struct_head general_identifier '{'                      { $$ = tag_open(u, $1, @$, $2); };

// gcc accepts a last member without its semicolon.
member_list:
    members
  | members member_declarators                              { $$ = member_join(u, $1, $2); }
  | members error                                           { broken_add(u, @2); $$ = $1; };

members:
    %empty                                                  { $$ = NULL; }
  | members member_declaration                              { $$ = member_join(u, $1, $2); };

member_declaration:
    member_declarators ';'
  | specs ';'                                               { $$ = member_unnamed(u, @1, $1); }
  | specs0 ';'                                              { $$ = member_unnamed(u, @1, $1); }
  | static_assert_declaration                               { $$ = member_assert(u, $1); }
  | ';'                                                     { $$ = NULL; }
  | EXTENSION member_declaration                            { $$ = $2; }
  | error ';'                                               { broken_add(u, @1); $$ = NULL; };

member_declarators:
    specs struct_declarator                                 { $$ = member_add(u, member_begin(u, $1), @$, $2); }
  | specs0 var_struct_declarator                            { $$ = member_add(u, member_begin(u, $1), @$, $2); }
  | attributes var_struct_declarator    { $$ = member_add(u, member_begin(u, specs_attrs(u, NULL, @1, $1)), @$, $2); }
  | member_declarators ',' struct_declarator                { $$ = member_add(u, $1, @3, $3); }
  | member_declarators ',' attributes struct_declarator     { $$ = member_add(u, $1, @4, shape_attrs(@4, $4, $3)); };

struct_declarator:
    declarator_full
  | ':' constant_expression                                 { $$ = shape_width(shape_abstract(u, @$), @$, $2); }
  | declarator_full ':' constant_expression                 { $$ = shape_width($1, @$, $3); }
  | ':' constant_expression gnu_attributes
                                        { $$ = shape_attrs(@$, shape_width(shape_abstract(u, @$), @$, $2), $3); }
  | declarator_full ':' constant_expression gnu_attributes  { $$ = shape_attrs(@$, shape_width($1, @$, $3), $4); };

var_struct_declarator:
    var_declarator_full
  | ':' constant_expression                                 { $$ = shape_width(shape_abstract(u, @$), @$, $2); }
  | var_declarator_full ':' constant_expression             { $$ = shape_width($1, @$, $3); };

enum_specifier:
    enum_head general_identifier                            { $$ = tag_mention(u, $1, @$, $2); }
  | enum_head general_identifier ENUM_COLON underlying_type { $$ = tag_underlying(u, tag_mention(u, $1, @$, $2), $4); }
  | enum_body '}'                                           { $$ = tag_close(u, $1, @$, NULL); }
  | enum_body error '}'                                     { broken_add(u, @2); $$ = tag_close(u, $1, @$, NULL); };

enum_head:
    ENUM                                                    { $$ = tag_head(u, @$, TYPE_ENUM); }
  | enum_head attribute                                     { $$ = tag_attrs($1, $2); };

enum_open:
    enum_head '{'                                           { $$ = tag_open(u, $1, @$, NULL); }
  | enum_head general_identifier '{'                        { $$ = tag_open(u, $1, @$, $2); }
  | enum_head ENUM_COLON underlying_type '{'                { $$ = tag_underlying(u, tag_open(u, $1, @$, NULL), $3); }
  | enum_head general_identifier ENUM_COLON underlying_type '{'
                                                            { $$ = tag_underlying(u, tag_open(u, $1, @$, $2), $4); };

underlying_type:
    type_single
  | type_multiple
  | qualifier type_single                                   { $$ = specs_join(u, $1, $2); }
  | qualifier type_multiple                                 { $$ = specs_join(u, $1, $2); }
  | underlying_type type_multiple                           { $$ = specs_join(u, $1, $2); };

enum_body: enum_open | enumerators | enumerators ',';

enumerators:
    enum_open enumerator                                    { $$ = enumerator_add(u, $1, $2); }
  | enumerators ',' enumerator                              { $$ = enumerator_add(u, $1, $3); };

enumerator:
    enumeration_constant
  | enumeration_constant '=' constant_expression            { $$ = shape_width($1, @$, $3); };

enumeration_constant:
    general_identifier                                      { $$ = shape_name(u, @$, $1); }
  | enumeration_constant attribute                          { $$ = shape_attrs(@$, $1, $2); };

// GNU attributes and those of C23. The reader gives ATTR_NAME, and leaves out arguments that acc has no use for.
attributes: attribute | attributes attribute                { $$ = attrs_join($1, $2); };
attribute: gnu_attribute | std_attribute;
gnu_attributes: gnu_attribute | gnu_attributes gnu_attribute { $$ = attrs_join($1, $2); };
gnu_attribute: ATTRIBUTE '(' '(' attribute_list ')' ')'     { $$ = $4; };
std_attribute: ATTR_OPEN attribute_list ']' ']'             { $$ = $2; };

attribute_list:
    attribute_item
  | attribute_list ',' attribute_item                       { $$ = attrs_join($1, $3); };

attribute_item:
    %empty                                                  { $$ = NULL; }
  | ATTR_NAME                                               { $$ = build_attr(u, @$, NULL, @1, NULL); }
  | ATTR_NAME '(' ')'                                       { $$ = build_attr(u, @$, NULL, @1, NULL); }
  | ATTR_NAME '(' builtin_arguments ')'                     { $$ = build_attr(u, @$, NULL, @1, $3); }
  | ATTR_NAME COLONCOLON ATTR_NAME                          { $$ = build_attr(u, @$, &@1, @3, NULL); }
  | ATTR_NAME COLONCOLON ATTR_NAME '(' ')'                  { $$ = build_attr(u, @$, &@1, @3, NULL); }
  | ATTR_NAME COLONCOLON ATTR_NAME '(' builtin_arguments ')' { $$ = build_attr(u, @$, &@1, @3, $5); };

// Any name, for where a declarator must have one.
declarator:
    direct_declarator  %prec BEFORE_ATTRIBUTE
  | '*' declarator                                          { $$ = shape_pointer(u, @$, $2, NULL); }
  | '*' qualifiers declarator                               { $$ = shape_pointer(u, @$, $3, $2); };

direct_declarator:
    general_identifier                                      { $$ = shape_name(u, @$, $1); }
  | '(' open declarator ')'                                 { $$ = shape_paren(u, @$, $2, $3); }
  | '(' open attributes declarator ')'                      { $$ = shape_paren(u, @$, $2, shape_attrs(@4, $4, $3)); }
  | direct_declarator declarator_suffix                     { $$ = shape_suffix(u, @$, $1, $2); };

// A name that is no type to begin with: where a type name could be a specifier or a parameter's type (C 6.7.6.3p11).
var_declarator:
    direct_var_declarator  %prec BEFORE_ATTRIBUTE
  | '*' param_declarator                                    { $$ = shape_pointer(u, @$, $2, NULL); }
  | '*' qualifiers param_declarator                         { $$ = shape_pointer(u, @$, $3, $2); };

direct_var_declarator:
    var_name                                                { $$ = shape_name(u, @$, $1); }
  | '(' open var_declarator ')'                             { $$ = shape_paren(u, @$, $2, $3); }
  | '(' open attributes var_declarator ')'                  { $$ = shape_paren(u, @$, $2, shape_attrs(@4, $4, $3)); }
  | direct_var_declarator declarator_suffix                 { $$ = shape_suffix(u, @$, $1, $2); };

// Any name, but in parentheses none that is a type.
param_declarator: var_declarator | direct_type_declarator %prec BEFORE_ATTRIBUTE;

direct_type_declarator:
    typedef_name                                            { $$ = shape_name(u, @$, $1); }
  | direct_type_declarator declarator_suffix                { $$ = shape_suffix(u, @$, $1, $2); };

param_declarator_full:
    param_declarator
  | param_declarator_full asm_label                         { $$ = shape_asm(@$, $1, @2); }
  | param_declarator_full gnu_attribute                     { $$ = shape_attrs(@$, $1, $2); };

declarator_suffix:
    array_suffix
  | '(' open parameter_type_list ')'                        { $$ = suffix_function(u, @$, $2, $3); }
  | '(' open identifier_list ')'                            { $$ = suffix_function(u, @$, $2, $3); }
  | '(' open ')'                                            { $$ = suffix_function(u, @$, $2, NULL); }
  | std_attribute                                           { $$ = suffix_attrs(u, @$, $1); };

array_suffix:
    '[' ']'                                                 { $$ = suffix_array(u, @$, NULL, NULL, false); }
  | '[' array_qualifiers ']'                                { $$ = suffix_array(u, @$, $2, NULL, false); }
  | '[' assignment_expression ']'                           { $$ = suffix_array(u, @$, NULL, $2, false); }
  | '[' array_qualifiers assignment_expression ']'          { $$ = suffix_array(u, @$, $2, $3, false); }
  | '[' '*' ']'                                             { $$ = suffix_array(u, @$, NULL, NULL, true); }
  | '[' array_qualifiers '*' ']'                            { $$ = suffix_array(u, @$, $2, NULL, true); };

array_qualifiers:
    qualifiers
  | STATIC                                                  { $$ = specs_word(u, @1); }
  | qualifiers STATIC                                       { $$ = specs_join(u, $1, specs_word(u, @2)); }
  | STATIC qualifiers                                       { $$ = specs_join(u, specs_word(u, @1), $2); };

qualifiers:
    qualifier
  | attribute                                               { $$ = specs_attrs(u, NULL, @1, $1); }
  | qualifiers qualifier                                    { $$ = specs_join(u, $1, $2); }
  | qualifiers attribute                                    { $$ = specs_attrs(u, $1, @2, $2); };

// A semicolon ends GNU forward declarations of parameters: `(int n; int a[n])`.
parameter_type_list:
    parameter_list
  | parameter_list ',' ELLIPSIS                             { $$ = param_variadic(u, $1); }
  | ELLIPSIS                                                { $$ = param_variadic(u, NULL); }
  | parameter_list ';' parameter_type_list                  { $$ = param_forward($1, $3); };

parameter_list:
    parameter_declaration
  | parameter_list ',' parameter_declaration                { $$ = param_join($1, $3); };

parameter_declaration:
    specs                                                   { $$ = param_new(u, @$, $1, NULL); }
  | specs param_declarator_full                             { $$ = param_new(u, @$, $1, $2); }
  | specs abstract_declarator_full                          { $$ = param_new(u, @$, $1, $2); }
  | specs0                                                  { $$ = param_new(u, @$, $1, NULL); }
  | specs0 var_declarator_full                              { $$ = param_new(u, @$, $1, $2); }
  | specs0 abstract_declarator_full                         { $$ = param_new(u, @$, $1, $2); };

identifier_list:
    var_name                                                { $$ = param_identifier(u, NULL, @1, $1); }
  | identifier_list ',' general_identifier                  { $$ = param_identifier(u, $1, @3, $3); };

type_name:
    specs                                                   { $$ = build_type_name(u, @$, $1, NULL); }
  | specs abstract_declarator_full                          { $$ = build_type_name(u, @$, $1, $2); }
  | specs0                                                  { $$ = build_type_name(u, @$, $1, NULL); }
  | specs0 abstract_declarator_full                         { $$ = build_type_name(u, @$, $1, $2); };

abstract_declarator_full:
    abstract_declarator
  | abstract_declarator_full gnu_attribute                  { $$ = shape_attrs(@$, $1, $2); };

abstract_declarator:
    direct_abstract_declarator
  | '*'                                     { $$ = shape_pointer(u, @$, shape_abstract(u, @$), NULL); }
  | '*' qualifiers                          { $$ = shape_pointer(u, @$, shape_abstract(u, @$), $2); }
  | '*' abstract_declarator                                 { $$ = shape_pointer(u, @$, $2, NULL); }
  | '*' qualifiers abstract_declarator                      { $$ = shape_pointer(u, @$, $3, $2); };

direct_abstract_declarator:
    '(' open abstract_declarator ')'                        { $$ = shape_paren(u, @$, $2, $3); }
  | '(' open attributes abstract_declarator ')'             { $$ = shape_paren(u, @$, $2, shape_attrs(@4, $4, $3)); }
  | abstract_suffix                         { $$ = shape_suffix(u, @$, shape_abstract(u, @$), $1); }
  | direct_abstract_declarator declarator_suffix            { $$ = shape_suffix(u, @$, $1, $2); };

abstract_suffix:
    array_suffix
  | '(' open parameter_type_list ')'                        { $$ = suffix_function(u, @$, $2, $3); }
  | '(' open ')'                                            { $$ = suffix_function(u, @$, $2, NULL); };

initializer: assignment_expression | braced_initializer;

braced_initializer:
    '{' '}'                                                 { $$ = build_init(u, @$, NULL); }
  | '{' initializer_list '}'                                { $$ = build_init(u, @$, $2); }
  | '{' initializer_list ',' '}'                            { $$ = build_init(u, @$, $2); }
  | '{' error '}'                                           { broken_add(u, @2); $$ = expr_new(u, EXPR_ERROR, @$); };

initializer_list:
    initializer_item                                        { $$ = init_add(u, NULL, $1); }
  | initializer_list ',' initializer_item                   { $$ = init_add(u, $1, $3); };

// The last two are GNU's old forms: `[3] x`, `name: x`.
initializer_item:
    initializer                                             { $$ = init_item(u, @$, NULL, $1); }
  | designator_list '=' initializer                         { $$ = init_item(u, @$, $1, $3); }
  | designator_list initializer                             { $$ = init_item(u, @$, $1, $2); }
  | general_identifier ':' initializer      { $$ = init_item(u, @$, designator_member(u, NULL, $1), $3); };

designator_list:
    '.' general_identifier                                  { $$ = designator_member(u, NULL, $2); }
  | '[' constant_expression ']'                             { $$ = designator_index(u, NULL, $2, NULL); }
  | '[' constant_expression ELLIPSIS constant_expression ']' { $$ = designator_index(u, NULL, $2, $4); }
  | designator_list '.' general_identifier                  { $$ = designator_member(u, $1, $3); }
  | designator_list '[' constant_expression ']'             { $$ = designator_index(u, $1, $3, NULL); }
  | designator_list '[' constant_expression ELLIPSIS constant_expression ']'
                                                            { $$ = designator_index(u, $1, $3, $5); };

// --- A.2.3 statements

statement:
    unlabeled_statement
  | attributes unlabeled_statement                          { $$ = $2; $$->span = @$; }
  | labels unlabeled_statement                              { $$ = label_statement($1, $2); }
  | labels attributes unlabeled_statement                   { $$ = label_statement($1, $3); };

// A block of its own (C 6.8.4p3, 6.8.5p5).
scoped_statement: open statement                            { $$ = $2; scope_restore(u, $1); };

labels:
    label                                                   { $$ = stmt_list_of(u, $1); }
  | attributes label                                        { $$ = stmt_list_of(u, $2); }
  | labels label                                            { $$ = label_add($1, $2); }
  | labels attributes label                                 { $$ = label_add($1, $3); };

label:
    general_identifier ':'                                  { $$ = build_label(u, @$, $1, @1); }
  | CASE constant_expression ':'                            { $$ = build_case(u, @$, $2, NULL); }
  | CASE constant_expression ELLIPSIS constant_expression ':' { $$ = build_case(u, @$, $2, $4); }
  | DEFAULT ':'                                             { $$ = stmt_new(u, STMT_DEFAULT, @$); };

unlabeled_statement:
    expression_statement | compound_statement | selection_statement | iteration_statement | jump_statement
  | asm_statement | async_statement;

compound_statement: '{' open block_body '}'                 { $$ = build_block(u, @$, $3); scope_restore(u, $2); };

// Labels may stand at the end of a block (C23).
block_body:
    block_items
  | block_items labels                                      { $$ = stmt_list_join($1, label_alone($2)); }
  | block_items labels attributes                           { $$ = stmt_list_join($1, label_alone($2)); }
  | block_items error                                       { broken_add(u, @2); $$ = $1; };

block_items:
    %empty                                                  { $$ = stmt_list_of(u, NULL); }
  | block_items block_item                                  { $$ = stmt_list_join($1, $2); };

block_item:
    declaration                                             { $$ = stmt_list_of(u, build_decl_stmt(u, @$, $1)); }
  | labels declaration    { $$ = stmt_list_join(label_alone($1), stmt_list_of(u, build_decl_stmt(u, @2, $2))); }
  | function_definition                                     { $$ = stmt_list_of(u, build_decl_stmt(u, @$, $1)); }
  | statement                                               { $$ = stmt_list_of(u, $1); }
  | LABEL local_labels ';'                                  { $$ = stmt_list_of(u, NULL); }
  | error ';'                             { broken_add(u, @1); $$ = stmt_list_of(u, stmt_new(u, STMT_ERROR, @$)); }
  | error compound_statement                                { broken_add(u, @1); $$ = stmt_list_of(u, $2); };

local_labels:
    general_identifier                                      { label_declare_local(u, $1, @1); }
  | local_labels ',' general_identifier                     { label_declare_local(u, $3, @3); };

expression_statement: expression_opt ';'                    { $$ = build_expr_stmt(u, @$, $1); };

selection_statement:
    IF open '(' condition ')' scoped_statement %prec IF_WITHOUT_ELSE
                                                            { $$ = build_if(u, @$, $2, $4, $6, NULL); }
  | IF open '(' condition ')' scoped_statement ELSE scoped_statement
                                                            { $$ = build_if(u, @$, $2, $4, $6, $8); }
  | SWITCH open '(' condition ')' scoped_statement          { $$ = build_switch(u, @$, $2, $4, $6); };

// Declarations in conditions, and the names of loops, are of C2y.
condition:
    expression
  | init_declarators                                        { $$ = condition_declares(u, @$); }
  | declaration expression                                  { (void)condition_declares(u, @1); $$ = $2; };

iteration_statement:
    WHILE open '(' expression ')' scoped_statement          { $$ = build_while(u, @$, $2, $4, $6); }
  | DO scoped_statement WHILE '(' expression ')' ';'        { $$ = build_do(u, @$, $2, $5); }
  | FOR open '(' for_init expression_opt ';' expression_opt ')' scoped_statement
                                                            { $$ = build_for(u, @$, $2, $4, $5, $7, $9); };

for_init:
    expression_opt ';'                                      { $$ = $1 ? build_expr_stmt(u, @$, $1) : NULL; }
  | declaration                                             { $$ = build_decl_stmt(u, @$, $1); };

jump_statement:
    GOTO general_identifier ';'                             { $$ = build_goto(u, @$, $2, @2); }
  | GOTO '*' expression ';'                                 { $$ = build_goto_ptr(u, @$, $3); }
  | CONTINUE ';'                                            { $$ = stmt_new(u, STMT_CONTINUE, @$); }
  | BREAK ';'                                               { $$ = stmt_new(u, STMT_BREAK, @$); }
  | CONTINUE general_identifier ';'                         { $$ = jump_names(u, @$, STMT_CONTINUE); }
  | BREAK general_identifier ';'                            { $$ = jump_names(u, @$, STMT_BREAK); }
  | RETURN expression_opt ';'                               { $$ = build_return(u, @$, $2); };

asm_statement: asm_head '(' asm_arguments ')' ';'           { $$ = build_asm(u, @$, @1, $3); };

asm_head: ASM | asm_head asm_qualifier;
asm_qualifier: VOLATILE | CONST | INLINE | GOTO;

asm_arguments:
    string                                                  { $$ = asm_operands(u, NULL, NULL, NULL); }
  | string ':' asm_operands_opt                             { $$ = asm_operands(u, $3, NULL, NULL); }
  | string ':' asm_operands_opt ':' asm_operands_opt asm_clobbers
                                                            { $$ = asm_operands(u, $3, $5, NULL); }
  | string ':' asm_operands_opt ':' asm_operands_opt ':' asm_clobber_list_opt ':' asm_labels
                                                            { $$ = asm_operands(u, $3, $5, $9); };

asm_clobbers: %empty | ':' asm_clobber_list_opt;
asm_clobber_list_opt: %empty | asm_clobber_list;
asm_clobber_list: string | asm_clobber_list ',' string;

asm_operands_opt: %empty { $$ = NULL; } | asm_operand_list;

asm_operand_list:
    asm_operand                                             { $$ = expr_list_add(u, NULL, $1); }
  | asm_operand_list ',' asm_operand                        { $$ = expr_list_add(u, $1, $3); };

asm_operand:
    string '(' expression ')'                               { $$ = $3; }
  | '[' general_identifier ']' string '(' expression ')'    { $$ = $6; };

asm_labels:
    general_identifier                                      { $$ = label_ref_add(u, NULL, $1, @1); }
  | asm_labels ',' general_identifier                       { $$ = label_ref_add(u, $1, $3, @3); };

async_statement:
    DEFER scoped_statement                                  { $$ = build_defer(u, @$, $2); }
  | AWAIT ALL ';'                                           { $$ = stmt_new(u, STMT_AWAIT_ALL, @$); }
  | AWAIT ANY '{' open arms '}'                             { $$ = build_await_any(u, @$, @3, $4, $5); }
  | AWAIT ANY '{' open error '}'
        { broken_add(u, @5); $$ = stmt_new(u, STMT_ERROR, @$); scope_restore(u, $4); };

arms:
    %empty                                                  { $$ = stmt_list_of(u, NULL); }
  | arms arm                                                { $$ = stmt_list_join($1, stmt_list_of(u, $2)); };

// What an arm declares is known up to the next arm.
arm: open arm_label block_body                              { $$ = arm_join(u, $1, $2, $3); };

arm_label:
    ARM arm_declared '=' initializer ':'                    { $$ = build_arm(u, @$, declare_init($2, $4), NULL); }
  | ARM expression ':'                                      { $$ = build_arm(u, @$, NULL, $2); }
  | ARM_DEFAULT ':'                                         { $$ = stmt_new(u, STMT_DEFAULT, @$); };

arm_declared:
    specs declarator_full                                   { $$ = declare_first(u, $1, $2); }
  | specs0 var_declarator_full                              { $$ = declare_first(u, $1, $2); };

// --- A.2.4 external definitions

translation_unit:
    %empty
  | translation_unit external_declaration                   { unit_add_decl(u, $2); };

external_declaration:
    declaration
  | function_definition
  | unspecified_declarators ';'                             { $$ = build_decl(@$, $1); }
  | unspecified_head function_body                          { $$ = definition_end(u, @$, $1, NULL, $2); }
  | unspecified_head declaration_list function_body         { $$ = definition_end(u, @$, $1, $2, $3); }
  | asm_head '(' asm_arguments ')' ';'                      { $$ = build_toplevel_asm(u, @$); }
  | EXTENSION asm_head '(' asm_arguments ')' ';'            { $$ = build_toplevel_asm(u, @$); }
  | ';'                                                     { $$ = NULL; }
  | attributes ';'                                          { $$ = NULL; }
  | error ';'                                               { broken_add(u, @1); $$ = NULL; }
  | error '}'                                               { broken_add(u, @1); $$ = NULL; }
  | error skipped_block                                     { broken_add(u, @1); $$ = NULL; };

// After an error outside functions a body is not looked at.
skipped_block: '{' { reader_skip_block(u); } '}';

// Without any specifier: implicit int, at file scope only.
unspecified_declared:
    var_declarator_full                                     { $$ = declare_first(u, NULL, $1); }
  | attributes var_declarator_full                          { $$ = declare_first(u, specs_attrs(u, NULL, @1, $1), $2); }
  | unspecified_declarators ',' declarator_full             { $$ = declare_next(u, $1, $3); };

unspecified_declarators:
    unspecified_declared
  | unspecified_declared '=' initializer                    { $$ = declare_init($1, $3); };

function_definition:
    function_head function_body                             { $$ = definition_end(u, @$, $1, NULL, $2); }
  | function_head declaration_list function_body            { $$ = definition_end(u, @$, $1, $2, $3); };

function_head:
    specs declarator_full %prec BEFORE_ATTRIBUTE
                                          { if (!($$ = definition_begin(u, $1, $2, yychar))) YYERROR; }
  | specs0 var_declarator_full %prec BEFORE_ATTRIBUTE
                                          { if (!($$ = definition_begin(u, $1, $2, yychar))) YYERROR; }
  | EXTENSION function_head                                 { $$ = $2; };

unspecified_head:
    var_declarator_full %prec BEFORE_ATTRIBUTE
                                          { if (!($$ = definition_begin(u, NULL, $1, yychar))) YYERROR; }
  | attributes var_declarator_full %prec BEFORE_ATTRIBUTE
                      { if (!($$ = definition_begin(u, specs_attrs(u, NULL, @1, $1), $2, yychar))) YYERROR; };

declaration_list:
    declaration                                             { $$ = decl_list_add(u, NULL, $1); }
  | declaration_list declaration                            { $$ = decl_list_add(u, $1, $2); };

// Its scope is that of the parameters.
function_body: '{' block_body '}'                           { $$ = build_block(u, @$, $2); };

%%

static int yylex(YYSTYPE *value, YYLTYPE *span, struct unit *u)
{
    (void)value;
    return reader_next(u, span);
}

static void yyerror(YYLTYPE *span, struct unit *u, const char *message)
{
    (void)message;
    diag_error(u, ERROR_TOO_DEEP, *span, "nested too deeply: %d symbols wait for their end", YYMAXDEPTH);
}

// Kinds of tokens of which there are many spellings; the others are quoted.
static bool is_class(yysymbol_kind_t symbol)
{
    return symbol == YYSYMBOL_YYEOF || symbol == YYSYMBOL_NAME || symbol == YYSYMBOL_INTEGER
           || symbol == YYSYMBOL_FLOATING || symbol == YYSYMBOL_CHARACTER || symbol == YYSYMBOL_STRING
           || symbol == YYSYMBOL_TYPE || symbol == YYSYMBOL_VARIABLE || symbol == YYSYMBOL_ATTR_NAME;
}

static void put_symbol(struct buf *text, yysymbol_kind_t symbol)
{
    const char *name = symbol == YYSYMBOL_ARM           ? "case"
                       : symbol == YYSYMBOL_ARM_DEFAULT ? "default"
                                                        : yysymbol_name(symbol);
    buf_printf(text, is_class(symbol) || name[0] == '\'' ? "%s" : "'%s'", name);
}

// What the parser could take at the place of an error.
struct expected {
    int count;
    yysymbol_kind_t symbols[YYNTOKENS];
    bool has[YYNTOKENS];
};

static void expected_read(struct expected *e, const yypcontext_t *context)
{
    memset(e, 0, sizeof *e);
    e->count = yypcontext_expected_tokens(context, e->symbols, YYNTOKENS);
    for (int i = 0; i < e->count; i++)
        e->has[e->symbols[i]] = true;
}

// Where much could follow, what would end or begin the construct.
static const char *expected_summary(const struct expected *e)
{
    bool takes_value = e->has[YYSYMBOL_INTEGER] || e->has[YYSYMBOL_VARIABLE], takes_type = e->has[YYSYMBOL_INT];
    if (takes_value || takes_type)
        return takes_value && takes_type ? "expected statement" : takes_value ? "expected expression" : "expected declaration";
    return e->has[YYTRANSLATE(';')]   ? "expected ';'"
           : e->has[YYTRANSLATE(')')] ? "expected ')'"
           : e->has[YYTRANSLATE(']')] ? "expected ']'"
           : e->has[YYTRANSLATE('}')] ? "expected ',' or '}'"
           : e->has[YYTRANSLATE(':')] ? "expected ':'"
                                      : "syntax error";
}

enum { EXPECTED_MOST = 4 };

static void put_expected(struct buf *text, const struct expected *e)
{
    if (e->count > EXPECTED_MOST || !e->count || e->has[YYSYMBOL_VARIABLE]) {
        buf_puts(text, expected_summary(e));
        return;
    }
    for (int i = 0; i < e->count; i++) {
        buf_puts(text, i == 0 ? "expected " : i == e->count - 1 ? " or " : ", ");
        put_symbol(text, e->symbols[i]);
    }
}

static bool is_type_place(const struct unit *u, const struct expected *e, uint32_t name)
{
    uint32_t last = name ? token_before(u, name) : 0;
    int before = name ? u->tokens[last].kind : TOK_END;
    if (before == '(' && last && u->tokens[token_before(u, last)].kind == TOK_FOR)
        return true;
    if (before == '(' || before == ',')         // of a parameter: nothing of an expression may follow
        return !e->has[YYTRANSLATE('+')];
    return before == ';' || before == '{' || before == '}' || before == ')' || before == TOK_STATIC || before == TOK_CONST
           || before == TOK_EXTERN || before == TOK_INLINE || before == TOK_VOLATILE || before == TOK_TYPEDEF
           || before == TOK_ASYNC || before == TOK_END;
}

// Nothing declares it; or what is read as an old-style parameter does, here.
static bool is_new_name(const struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    return t->kind == TOK_NAME && (!t->name->symbol || t->name->symbol->span.lo == token);
}

// `NAME *x` at what follows x, of which nothing is known: the first token; else what stands before `token`.
static uint32_t meant_as_type(const struct unit *u, uint32_t token)
{
    uint32_t before = token ? token_before(u, token) : token, star = before;
    if (u->tokens[token].kind != '=' || !is_new_name(u, before))
        return before;
    do
        star = star ? token_before(u, star) : star;
    while (star && u->tokens[star].kind == '*');
    return star;
}

// NAME VARIABLE and then what can follow only a type: the name was meant as one.
static bool report_unknown_type(struct unit *u, const struct expected *e, yysymbol_kind_t found, uint32_t token)
{
    bool is_name = found == YYSYMBOL_VARIABLE;
    bool is_followed = found == YYSYMBOL_NAME || found == YYTRANSLATE('*') || found == YYTRANSLATE('=');
    uint32_t name = is_name ? token : meant_as_type(u, token);
    if (!is_new_name(u, name) || (!is_name && !is_followed))
        return false;
    const struct token *t = &u->tokens[name];
    if (t->name->is_broken_type)
        return true;
    if (!is_name && !is_type_place(u, e, name))
        return false;
    diag_error(u, ERROR_UNKNOWN_TYPE, (struct span){ name, name + 1 }, "unknown type name '%s'%s", t->name->text,
               missing_header_text(u, t->name));
    return true;
}

// `_Countof x`, `_Countof(int[3])`
static bool report_behind_countof(struct unit *u, uint32_t token)
{
    uint32_t word = token ? token_before(u, token) : token;
    word = word && u->tokens[word].kind == '(' ? token_before(u, word) : word;
    if (is_countof(u, word))
        report_countof(u, word);
    return is_countof(u, word);
}

// async { ... }
static bool report_async_block(struct unit *u, uint32_t token)
{
    uint32_t word = token ? token_before(u, token) : token;
    bool is_block = u->tokens[token].kind == '{' && u->tokens[word].name == u->parser->reader.async;
    if (is_block)
        diag_error(u, ERROR_SYNTAX, (struct span){ word, word + 1 }, "'async' starts a call of an async function, not a block; "
                   "make a function of the block");
    return is_block;
}

static bool report_misplaced_word(struct unit *u, uint32_t token)
{
    return report_deadline(u, token) || report_behind_countof(u, token) || report_async_block(u, token) ||
           (token && report_group(u, token_before(u, token)));
}

static int yyreport_syntax_error(const yypcontext_t *context, struct unit *u)
{
    struct expected expected;
    struct span at = *yypcontext_location(context);
    expected_read(&expected, context);
    if (report_misplaced_word(u, at.lo) || report_unknown_type(u, &expected, yypcontext_token(context), at.lo))
        return 0;
    struct buf text = { NULL, 0, 0 };
    if (at.lo && is_word_await(u, token_before(u, at.lo)))
        buf_puts(&text, "expected a call of an async function or a handle");
    else if (expected.has[YYSYMBOL_ARM] && expected.count <= EXPECTED_MOST)
        buf_puts(&text, "expected an arm, 'case await ...:',");
    else
        put_expected(&text, &expected);
    report_unexpected(u, at.lo, text.bytes);
    buf_free(&text);
    return 0;
}

static bool has_option(const struct unit *u, const char *option)
{
    for (char *const *argument = u->cc; argument && *argument; argument++)
        if (!strcmp(*argument, option))
            return true;
    return false;
}

static void declare_builtin_types(struct unit *u)
{
    static const struct { const char *name; enum type_kind kind; } types[] = {
        { "__builtin_va_list", TYPE_VA_LIST }, { "__int128_t", TYPE_INT128 }, { "__uint128_t", TYPE_UINT128 },
        { "__float80", TYPE_LDOUBLE }, { "__fp16", TYPE_FLOAT16 },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        declare_builtin_type(u, name_of_text(&u->names, types[i].name), type_basic(u, types[i].kind));
    struct type *text = type_pointer(u, type_basic(u, TYPE_CHAR));
    declare_builtin_type(u, name_of_text(&u->names, "__builtin_ms_va_list"), text);
}

void parse(struct unit *u)
{
    struct parser *p = u->parser = NEW(&u->ast, struct parser);
    if (!u->target)
        u->target = target_read(u);
    p->has_ms_extensions = has_option(u, "-fms-extensions") || has_option(u, "-fplan9-extensions");
    scope_push(u);
    p->file_scope = u->scope;
    declare_builtin_types(u);
    reader_open(u);
    yyparse(u);
}

struct function *unit_functions(struct unit *u)
{
    return u->parser->functions;
}
