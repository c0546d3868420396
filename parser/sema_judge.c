// What C itself rejects, in gcc's words. Only inside async functions, and of async things elsewhere: of synchronous code
// the compiler is the judge. In doubt (a type that could not be found out) nothing is said.
#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/handle_type.h"
#include "parser/missing_header.h"
#include "parser/sema.h"

static bool is_judged(const struct unit *u)
{
    const struct sema *s = u->sema;
    return (s->involves_async || (s->function && s->function->is_async)) && !s->is_too_deep;
}

struct diag *judge_error(struct unit *u, enum error error, struct span at, const char *format, ...)
{
    if (!is_judged(u))
        return NULL;
    struct buf text = { 0 };
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    struct diag *d = diag_error(u, error, at, "%s", text.bytes);
    buf_free(&text);
    return d;
}

static bool is_error(const struct type *t)
{
    return t->kind == TYPE_ERROR;
}

static bool is_record(const struct type *t)
{
    return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
}

static void note_declaration(struct unit *u, struct diag *d, const struct symbol *symbol)
{
    if (symbol && !symbol->is_builtin && symbol->span.hi > symbol->span.lo)
        diag_note(u, d, symbol->span, "'%s' declared here", symbol->name->text);
}

static struct symbol *named_symbol(struct expr *e)
{
    e = expr_bare(e);
    return e->kind == EXPR_NAME ? e->name.symbol : NULL;
}

// Whether this name was already reported in this function; remembers it.
static bool was_reported(struct unit *u, struct name *name)
{
    struct sema *s = u->sema;
    for (struct reported *r = s->reported; r; r = r->next)
        if (r->name == name && r->function == s->function)
            return true;
    struct reported *r = NEW(&u->ast, struct reported);
    *r = (struct reported){ name, s->function, s->reported };
    s->reported = r;
    return false;
}

static bool is_compilers_own(const struct name *name)
{
    static const char *const prefixes[] = { "__builtin_", "__sync_", "__atomic_", "__c11_", "__func", "__FUNCTION", "__PRETTY" };
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (!strncmp(name->text, prefixes[i], strlen(prefixes[i])))
            return true;
    return false;
}

// SECOND is AC_SECOND.
static struct name *runtime_macro(struct unit *u, const struct name *name)
{
    const struct macro *m = macro_find(u, arena_printf(&u->ast, "AC_%s", name->text));
    return m ? m->name : NULL;
}

void judge_undeclared(struct unit *u, struct expr *e)
{
    struct name *name = e->name.name;
    bool is_callee = u->sema->callee == e;
    if (!is_judged(u) || e->type->kind != TYPE_ERROR || is_callee || is_compilers_own(name)
        || name->is_broken || was_reported(u, name))
        return;
    if (!strcmp(name->text, "await")) {
        diag_error(u, ERROR_AWAIT_OPERAND, e->span, "'await' without an operand");
        return;
    }
    const char *hint = missing_header_text(u, name);
    struct name *meant = *hint ? NULL : runtime_macro(u, name);
    meant = meant || *hint ? meant : suggest_identifier(u, name, e->span.lo);
    struct diag *d = diag_error(u, ERROR_UNDECLARED, e->span, "'%s' undeclared (first use in this function)%s", name->text,
                                meant ? arena_printf(&u->arena, "; did you mean '%s'?", meant->text) : hint);
    if (meant)
        diag_fix_replace(u, d, e->span, meant->text);
}

void judge_implicit(struct unit *u, struct expr *callee)
{
    struct name *name = callee->name.name;
    if (name->is_broken || was_reported(u, name) || report_group(u, callee->span.lo))
        return;
    const char *hint = missing_header_text(u, name);
    struct name *meant = *hint ? NULL : suggest_identifier(u, name, callee->span.lo);
    struct diag *d = diag_error(u, ERROR_IMPLICIT_FUNCTION, callee->span, "implicit declaration of function '%s'%s", name->text,
                                meant ? arena_printf(&u->arena, "; did you mean '%s'?", meant->text) : hint);
    if (meant)
        diag_fix_replace(u, d, callee->span, meant->text);
}

static struct span member_name_span(const struct expr *e)
{
    return (struct span){ e->span.hi - 1, e->span.hi };
}

static void judge_missing_member(struct unit *u, struct expr *e, struct type *record)
{
    if (e->member.name->is_broken)
        return;
    struct name *meant = suggest_member(u, record->tag, e->member.name);
    struct diag *d = judge_error(u, ERROR_NO_MEMBER, member_name_span(e),
                                 "'%s' has no member named '%s'%s", type_text(u, record, "", false),
                                 e->member.name->text,
                                 meant ? arena_printf(&u->arena, "; did you mean '%s'?", meant->text) : "");
    if (meant)
        diag_fix_replace(u, d, member_name_span(e), meant->text);
}

void judge_member(struct unit *u, struct expr *e, struct type *object, struct type *record)
{
    if (is_error(object))
        return;
    if (is_record(record) && record->tag->is_complete) {
        judge_missing_member(u, e, type_unqualified(u, record));
        return;
    }
    struct span dot = { e->span.hi - 2, e->span.hi - 1 };
    if (is_record(record)) {
        judge_error(u, ERROR_INCOMPLETE_TYPE, dot,
                    "invalid use of undefined type '%s'", type_text(u, type_unqualified(u, record), "", false));
    } else if (!e->member.is_arrow && object->kind == TYPE_POINTER && is_record(type_plain(u, object->base))) {
        struct diag *d = judge_error(u, ERROR_POINTER_MEMBER, dot,
                                     "'%s' is a pointer; did you mean to use '->'?", span_said(u, e->member.object->span));
        diag_fix_replace(u, d, dot, "->");
    } else if (!e->member.is_arrow || (object->kind == TYPE_POINTER && !is_error(record))) {
        judge_error(u, ERROR_NOT_A_RECORD, dot,
                    "request for member '%s' in something not a structure or union", e->member.name->text);
    } else if (object->kind != TYPE_POINTER) {
        judge_error(u, ERROR_NOT_A_POINTER, dot, "invalid type argument of '->' (have %s)", type_said(u, object));
    }
}

void judge_call_of_object(struct unit *u, struct expr *call)
{
    struct expr *callee = expr_bare(call->call.callee);
    bool is_implicit = callee->kind == EXPR_NAME && (!callee->name.symbol || callee->name.symbol->is_builtin);
    if (is_implicit || is_error(type_plain(u, callee->type)))
        return;
    struct symbol *symbol = named_symbol(callee);
    struct diag *d = symbol ? judge_error(u, ERROR_NOT_A_FUNCTION, call->span,
                                          "called object '%s' is not a function or function pointer", symbol->name->text)
                            : judge_error(u, ERROR_NOT_A_FUNCTION, call->span,
                                          "called object is not a function or function pointer");
    note_declaration(u, d, symbol);
}

static const char *callee_text(struct unit *u, struct expr *call)
{
    return span_said(u, expr_bare(call->call.callee)->span);
}

// `()` says nothing before C23, and the compilers that were first to know C23 do not hold it for (void) either.
static bool is_silent(const struct type *function)
{
    return function->function.is_old_style || (function->function.rparen && function->function.rparen == function->function.lparen + 1);
}

static void judge_argument_count(struct unit *u, struct expr *call, struct type *function)
{
    unsigned expected = 0, have = 0;
    struct expr *first_extra = NULL, *last = NULL;
    for (struct param *p = function->function.params; p; p = p->next)
        expected++;
    for (struct expr *arg = call->call.args; arg; arg = arg->next) {
        first_extra = have++ == expected ? arg : first_extra;
        last = arg;
    }
    if (have == expected || (have > expected && function->function.is_variadic))
        return;
    struct span end = { call->span.hi - 1, call->span.hi };
    struct diag *d = judge_error(u, ERROR_ARGUMENT_COUNT, first_extra ? (struct span){ first_extra->span.lo, last->span.hi } : end,
                                 "too %s arguments to function '%s'; expected %s%u, have %u", have < expected ? "few" : "many",
                                 callee_text(u, call), function->function.is_variadic ? "at least " : "", expected, have);
    note_declaration(u, d, named_symbol(call->call.callee));
}

void judge_call(struct unit *u, struct expr *call, struct type *function)
{
    if (!u->has_async || is_silent(function))
        return;
    judge_argument_count(u, call, function);
    struct param *p = function->function.params;
    int number = 1;
    struct expr *arg = call->call.args;
    for (; p && arg; p = p->next, arg = arg->next, number++)
        judge_conversion(u, type_of_param(u, p->type), arg, (struct conversion){ .call = call, .argument = number, .param = p });
    const struct symbol *callee = named_symbol(call->call.callee);
    for (; callee && symbol_is_systems(u, callee) && arg; arg = arg->next)
        judge_operand(u, arg);          // printf("%d", handle)
}

static bool has_const(struct unit *u, struct type *t)
{
    struct type *plain = type_plain(u, t);
    return type_quals(u, t) & QUAL_CONST || (is_record(plain) && plain->tag->has_const_member);
}

static void judge_read_only(struct unit *u, struct expr *e, struct expr *target, const char *what)
{
    struct expr *bare = expr_bare(target);
    struct symbol *symbol = named_symbol(target);
    struct diag *d;
    if (symbol)
        d = judge_error(u, ERROR_READ_ONLY, e->span,
                        "%s of read-only %s '%s'", what, symbol->is_param ? "parameter" : "variable", symbol->name->text);
    else if (bare->kind == EXPR_MEMBER && bare->member.member && !(type_quals(u, bare->member.member->type) & QUAL_CONST))
        d = judge_error(u, ERROR_READ_ONLY, e->span, "%s of member '%s' in read-only object", what, bare->member.name->text);
    else if (bare->kind == EXPR_MEMBER)
        d = judge_error(u, ERROR_READ_ONLY, e->span, "%s of read-only member '%s'", what, bare->member.name->text);
    else
        d = judge_error(u, ERROR_READ_ONLY, e->span, "%s of read-only location '%s'", what, span_said(u, bare->span));
    note_declaration(u, d, symbol);
}

void judge_change(struct unit *u, struct expr *e, struct expr *target, const char *what)
{
    if (!is_judged(u) || is_error(type_plain(u, target->type)))
        return;
    bool is_assignment = !strcmp(what, "assignment");
    if (!target->is_lvalue)
        judge_error(u, ERROR_NOT_AN_LVALUE, target->span,
                    is_assignment ? "lvalue required as left operand of assignment" : "lvalue required as %s operand", what);
    else if (type_plain(u, target->type)->kind == TYPE_ARRAY)
        judge_error(u, ERROR_NOT_AN_LVALUE, target->span,
                    is_assignment ? "assignment to expression with array type" : "lvalue required as %s operand", what);
    else if (has_const(u, target->type))
        judge_read_only(u, e, target, what);
}

// In the frame it would have an address like any other object.
static void judge_register(struct unit *u, struct expr *object)
{
    const struct symbol *s = place_object(u, expr_bare(object));
    if (s && s->storage == STORAGE_REGISTER)
        note_declaration(u, judge_error(u, ERROR_NOT_AN_LVALUE, object->span, "address of register variable '%s' requested",
                                        s->name->text), s);
}

void judge_address(struct unit *u, struct expr *operand)
{
    enum type_kind kind = type_plain(u, operand->type)->kind;
    bool has_address = operand->is_lvalue || kind == TYPE_FUNCTION || kind == TYPE_ARRAY || kind == TYPE_ERROR;
    if (is_judged(u) && !has_address)
        judge_error(u, ERROR_NOT_AN_LVALUE, operand->span, "lvalue required as unary '&' operand");
    judge_register(u, operand);
}

// int * and unsigned *: compilers take them for each other, with a warning at most.
static bool differ_only_in_sign(struct unit *u, struct type *a, struct type *b)
{
    return type_is_integer(u, a) && type_is_integer(u, b) && type_size(u, a) == type_size(u, b);
}

static bool pointers_convert(struct unit *u, struct type *to, struct type *from)
{
    struct type *a = type_unqualified(u, to->base), *b = type_unqualified(u, from->base);
    for (;;) {
        struct type *plain_a = type_plain(u, a), *plain_b = type_plain(u, b);
        if (plain_a->kind == TYPE_VOID || plain_b->kind == TYPE_VOID || is_error(plain_a) || is_error(plain_b)
            || type_compatible(u, a, b) || differ_only_in_sign(u, a, b))
            return true;
        if (plain_a->kind != plain_b->kind || (plain_a->kind != TYPE_POINTER && plain_a->kind != TYPE_ARRAY))
            return false;
        a = type_unqualified(u, plain_a->base);
        b = type_unqualified(u, plain_b->base);
    }
}

static void note_expected(struct unit *u, struct diag *d, const struct conversion *how, struct type *to, struct type *from)
{
    if (how->param && how->param->span.hi > how->param->span.lo)
        diag_note(u, d, how->param->span, "expected %s but argument is of type %s", type_said(u, to), type_said(u, from));
}

static bool is_function_pointer(struct unit *u, struct type *t)
{
    return t->kind == TYPE_POINTER && type_plain(u, t->base)->kind == TYPE_FUNCTION;
}

// A handle where there is none, or a pointer to an async function where one to a synchronous function belongs.
static bool is_async_mismatch(struct unit *u, struct type *to, struct type *from)
{
    if (is_error(to) || is_error(from))
        return false;
    if (is_function_pointer(u, to) && is_function_pointer(u, from))
        return type_plain(u, to->base)->function.is_async != type_plain(u, from->base)->function.is_async;
    return (to->kind == TYPE_HANDLE) != (from->kind == TYPE_HANDLE);
}

// An async function and a synchronous one are called in different ways.
static void report_async_pointer(struct unit *u, struct expr *e, const struct conversion *how, struct type *to, struct type *from)
{
    if (how->call) {
        struct diag *d = judge_error(u, ERROR_ASYNC_POINTER, e->span, "passing argument %d of '%s' from incompatible pointer type",
                                     how->argument, callee_text(u, how->call));
        note_expected(u, d, how, to, from);
        if (call_makes_thread(how->call))
            diag_note(u, d, e->span, "what a thread runs is no task: start it as a child, 'async %s(...);'", span_said(u, e->span));
        else if (type_plain(u, from->base)->function.is_async)
            diag_note(u, d, e->span, "'%s' would call it as a function that cannot wait: give it one that is not async",
                      callee_text(u, how->call));
    } else if (!strcmp(how->what, "return"))
        judge_error(u, ERROR_ASYNC_POINTER, e->span,
                    "returning %s from a function with incompatible return type %s", type_said(u, from), type_said(u, to));
    else
        judge_error(u, ERROR_ASYNC_POINTER, e->span, "%s %s %s from incompatible pointer type %s", how->what,
                    !strcmp(how->what, "assignment") ? "to" : "of", type_said(u, to), type_said(u, from));
}

// Two pointers, or a pointer and an integer: `problem` is gcc's phrase for it. C compilers accept it with a warning, which
// they give for the lowered text too; but a returned value is cast there.
static void report_pointer(struct unit *u, struct expr *e, const struct conversion *how, struct type *to, struct type *from,
                           const char *problem)
{
    if (is_async_mismatch(u, type_plain(u, to), type_plain(u, from))) {
        report_async_pointer(u, e, how, to, from);
        return;
    }
    if (how->call || strcmp(how->what, "return") != 0 || !is_judged(u))
        return;
    if (!strcmp(problem, "incompatible"))
        diag_warn(u, WARNING_INCOMPATIBLE_POINTER_TYPES, e->span, "returning %s from a function with incompatible return type %s",
                  type_said(u, from), type_said(u, to));
    else
        diag_warn(u, WARNING_INT_CONVERSION, e->span, "returning %s from a function with return type %s %s", type_said(u, from),
                  type_said(u, to), problem);
}

// char, signed char and unsigned char: char; int and unsigned: int.
static enum type_kind signless(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    if (t->kind == TYPE_ENUM && t->tag->underlying)
        return signless(u, t->tag->underlying);
    switch ((int)t->kind) {
    case TYPE_SCHAR: case TYPE_UCHAR: return TYPE_CHAR;
    case TYPE_USHORT: return TYPE_SHORT;
    case TYPE_UINT: return TYPE_INT;
    case TYPE_ULONG: return TYPE_LONG;
    case TYPE_ULLONG: return TYPE_LLONG;
    case TYPE_UINT128: return TYPE_INT128;
    default: return t->kind;
    }
}

// What a pointer that is returned loses, though it converts: compilers warn, but do not see it in the lowered text, where it is cast.
static void judge_pointees(struct unit *u, struct expr *e, struct type *to, struct type *from)
{
    struct type *a = type_plain(u, to)->base, *b = type_plain(u, from)->base;
    unsigned lost = type_quals(u, b) & ~type_quals(u, a);
    bool is_function = type_plain(u, a)->kind == TYPE_FUNCTION || type_plain(u, b)->kind == TYPE_FUNCTION;
    if (is_function || is_error(type_plain(u, a)) || is_error(type_plain(u, b)) || !is_judged(u))
        return;
    if (lost & (QUAL_CONST | QUAL_VOLATILE))
        diag_warn(u, WARNING_DISCARDED_QUALIFIERS, e->span, "return discards '%s' qualifier from pointer target type",
                  lost & QUAL_CONST ? "const" : "volatile");
    else if (signless(u, a) == signless(u, b) && type_is_integer(u, a)
             && !type_compatible(u, type_unqualified(u, a), type_unqualified(u, b)))
        diag_warn(u, WARNING_POINTER_SIGN, e->span, "pointer targets in returning %s from a function with return type %s differ in "
                  "signedness", type_said(u, from), type_said(u, to));
}

static struct diag *report_types(struct unit *u, struct expr *e, const struct conversion *how, struct type *to, struct type *from)
{
    if (how->call) {
        struct diag *d = judge_error(u, ERROR_INCOMPATIBLE_TYPES, e->span,
                                     "incompatible type for argument %d of '%s'", how->argument, callee_text(u, how->call));
        note_expected(u, d, how, to, from);
        return d;
    }
    if (!strcmp(how->what, "return"))
        return judge_error(u, ERROR_INCOMPATIBLE_TYPES, e->span,
                           "incompatible types when returning type %s but %s was expected", type_said(u, from), type_said(u, to));
    if (strcmp(how->what, "initialization") != 0)
        return judge_error(u, ERROR_INCOMPATIBLE_TYPES, e->span,
                           "incompatible types when assigning to type %s from type %s", type_said(u, to), type_said(u, from));
    if (is_record(type_plain(u, to)) || type_plain(u, to)->kind == TYPE_ARRAY)
        return judge_error(u, ERROR_INCOMPATIBLE_TYPES, e->span, "invalid initializer");
    return judge_error(u, ERROR_INCOMPATIBLE_TYPES, e->span,
                       "incompatible types when initializing type %s using type %s", type_said(u, to), type_said(u, from));
}

static bool is_settled(const struct type *t)
{
    return t->kind == TYPE_ERROR || t->kind == TYPE_HANDLE || t->kind == TYPE_FRAME || t->kind == TYPE_VA_LIST
           || t->kind == TYPE_VECTOR || t->kind == TYPE_NULLPTR || t->kind == TYPE_AUTO;
}

static void judge_pointer(struct unit *u, struct type *to, struct expr *e, const struct conversion *how)
{
    struct type *target = type_plain(u, to), *value = type_value(u, e), *from = type_plain(u, value);
    if (target->kind == TYPE_POINTER && from->kind == TYPE_POINTER) {
        if (!pointers_convert(u, target, from))
            report_pointer(u, e, how, to, value, "incompatible");
        else if (!how->call && !strcmp(how->what, "return"))
            judge_pointees(u, e, to, value);
    } else if (target->kind == TYPE_POINTER && type_is_integer(u, from)) {
        report_pointer(u, e, how, to, value, "makes pointer from integer without a cast");
    } else if (from->kind == TYPE_POINTER && type_is_integer(u, target)) {
        if (target->kind != TYPE_BOOL)
            report_pointer(u, e, how, to, value, "makes integer from pointer without a cast");
    } else if (!type_compatible(u, type_unqualified(u, target), type_unqualified(u, from))) {
        report_types(u, e, how, to, value);
    }
}

// Handles of children with different results: to the compiler they are pointers to one type.
static bool is_handle_mismatch(struct unit *u, struct type *to, struct type *from)
{
    if (to->kind != TYPE_HANDLE || from->kind != TYPE_HANDLE)
        return false;
    struct type *expected = type_unqualified(u, type_plain(u, to->base)), *given = type_unqualified(u, type_plain(u, from->base));
    return !is_settled(expected) && !is_settled(given) && !type_compatible(u, expected, given);
}

// To the compiler they are structs that the user has not written.
static bool is_frame_mismatch(struct unit *u, struct type *to, struct type *from)
{
    bool is_frame = (to->kind == TYPE_FRAME && !is_error(from)) || (from->kind == TYPE_FRAME && !is_error(to));
    return is_frame && !type_compatible(u, type_unqualified(u, to), type_unqualified(u, from));
}

// Whether a conversion between these is left to the compiler, or is fine in any case.
static bool is_fine(struct unit *u, struct type *target, struct type *from, struct expr *e)
{
    bool is_string = target->kind == TYPE_ARRAY;        // which literal fits which array
    bool is_transparent = target->kind == TYPE_UNION && target->tag->is_transparent;
    bool are_numbers = type_is_arithmetic(u, target) && type_is_arithmetic(u, from);
    return is_settled(target) || is_settled(from) || is_string || is_transparent || are_numbers || const_is_null_pointer(u, e);
}

// The value of a child is meant where its handle stands, or its frame. `await` needs no parentheses in front of most.
static void offer_await(struct unit *u, struct diag *d, struct expr *e)
{
    const struct function *f = u->sema->function;
    bool needs_none = e->kind == EXPR_NAME || e->kind == EXPR_MEMBER || e->kind == EXPR_INDEX || e->kind == EXPR_CALL ||
                      e->kind == EXPR_UNARY || e->kind == EXPR_PAREN;
    if (!f || !f->is_async)
        return;
    if (e->kind == EXPR_START)
        diag_fix_replace(u, d, first_token(e->span), "await");
    else if (needs_none)
        diag_fix_insert(u, d, e->span.lo, "await ");
}

// ... when it is what the place takes.
static void offer_result(struct unit *u, struct diag *d, struct type *target, struct expr *e)
{
    struct type *from = type_plain(u, type_value(u, e)), *result = from;
    if (from->kind == TYPE_HANDLE)
        result = type_plain(u, from->base);
    else if (from->kind == TYPE_FRAME)
        result = frame_result(u, from);
    bool are_numbers = type_is_arithmetic(u, target) && type_is_arithmetic(u, result);
    bool is_for_any = target->kind == TYPE_POINTER && type_plain(u, target->base)->kind == TYPE_VOID;
    if (is_error(result))
        return;
    if (target->kind == TYPE_HANDLE && from->kind == TYPE_POINTER && type_plain(u, from->base)->kind == TYPE_FUNCTION)
        diag_note(u, d, e->span, "the function is not called: 'async %s(...)'", span_said(u, e->span));
    if (e->kind == EXPR_START && from->kind == TYPE_HANDLE && target->kind != TYPE_HANDLE)
        diag_note(u, d, e->span, "what is started beside this function is kept as a handle: 'async %s h = async ...;', then 'await h'",
                  type_text(u, from->base, "", true));
    if (result != from && (are_numbers || type_compatible(u, type_unqualified(u, target), type_unqualified(u, result))))
        offer_await(u, d, e);
    else if (result != from && is_for_any && e->is_lvalue && from->kind == TYPE_HANDLE && result->kind != TYPE_POINTER)
        diag_fix_insert(u, d, e->span.lo, "&");     // ac_cancel(h)
}

bool judge_operand(struct unit *u, struct expr *e)
{
    enum type_kind kind = type_plain(u, e->type)->kind;
    if (kind != TYPE_HANDLE && kind != TYPE_FRAME)
        return true;
    u->sema->involves_async = true;
    offer_await(u, judge_error(u, ERROR_HANDLE_VALUE, e->span, "a %s has no value; await it",
                               kind == TYPE_FRAME ? "frame" : "handle"), e);
    u->sema->involves_async = false;
    return false;
}

bool is_handle_assigned(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    return e->kind == EXPR_ASSIGN && type_holds_handles(u, e->assign.lhs->type);
}

void judge_handle_assigned(struct unit *u, struct expr *e)
{
    diag_error(u, ERROR_VOID_VALUE, e->span, "an assignment to a handle has no value: only one handle may hold a child; assign in "
               "a statement of its own");
}

void judge_conversion(struct unit *u, struct type *to, struct expr *e, struct conversion how)
{
    if (!u->has_async || !e->type || e->kind == EXPR_INIT)
        return;
    struct type *target = type_plain(u, to), *from = type_plain(u, type_value(u, e));
    bool is_void = from->kind == TYPE_VOID && target->kind != TYPE_VOID && !is_error(target);
    bool is_handle = is_void && type_holds_handles(u, target);
    u->sema->involves_async = is_void ? is_handle : (is_async_mismatch(u, target, from) || is_frame_mismatch(u, target, from))
                                                           && !expr_calls_async(u, e);
    if (!is_judged(u))
        return;
    struct expr *bare = expr_bare(e);
    if (e->type->kind != TYPE_ERROR && type_plain(u, e->type)->kind == TYPE_ARRAY)
        judge_register(u, e);
    if (bare->kind == EXPR_CALL)
        bare->call.gives_handle = target->kind == TYPE_HANDLE;
    if (is_handle && is_handle_assigned(u, e))
        judge_handle_assigned(u, e);
    else if (is_void)
        judge_error(u, ERROR_VOID_VALUE, e->span, "void value not ignored as it ought to be");
    else if ((u->sema->involves_async && !(is_function_pointer(u, from) && is_function_pointer(u, target)))
             || is_handle_mismatch(u, target, from) || is_frame_mismatch(u, target, from))
        offer_result(u, report_types(u, e, &how, to, type_value(u, e)), target, e);
    else if (!is_fine(u, target, from, e))
        judge_pointer(u, to, e, &how);
    u->sema->involves_async = false;
}

void judge_array_initialiser(struct unit *u, struct type *t, struct expr *e)
{
    bool is_array = type_plain(u, t)->kind == TYPE_ARRAY && !type_has_vla_size(u, t);
    if (is_array && e->type && type_is_arithmetic(u, type_plain(u, e->type)))
        judge_error(u, ERROR_INCOMPATIBLE_TYPES, e->span, "invalid initializer");
}

static const char *operator_text(struct unit *u, struct expr *e)
{
    return arena_copy(&u->arena, token_text(u, e->binary.lhs->span.hi), u->tokens[e->binary.lhs->span.hi].len);
}

void judge_binary(struct unit *u, struct expr *e, struct type *a, struct type *b)
{
    if (!is_judged(u))
        return;
    struct type *plain_a = type_plain(u, a), *plain_b = type_plain(u, b);
    struct expr *nothing = plain_a->kind == TYPE_VOID ? e->binary.lhs : plain_b->kind == TYPE_VOID ? e->binary.rhs : NULL;
    if (nothing)
        judge_error(u, ERROR_VOID_VALUE, nothing->span, "void value not ignored as it ought to be");
    else if ((is_record(plain_a) && !is_settled(plain_b)) || (is_record(plain_b) && !is_settled(plain_a)))
        judge_error(u, ERROR_INVALID_OPERANDS, e->span,
                    "invalid operands to binary %s (have %s and %s)", operator_text(u, e), type_said(u, a), type_said(u, b));
}

// The local whose address a value is.
static const struct symbol *local_at(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    if (e->type && type_plain(u, e->type)->kind == TYPE_ARRAY)
        return place_object(u, e);
    if (e->kind == EXPR_CAST && type_plain(u, e->type)->kind == TYPE_POINTER)
        return local_at(u, e->cast.operand);
    if (e->kind == EXPR_COND && e->cond.yes && local_at(u, e->cond.yes))
        return local_at(u, e->cond.yes);
    if (e->kind == EXPR_COND)
        return local_at(u, e->cond.no);
    if (e->kind == EXPR_BINARY && (e->binary.op == '+' || e->binary.op == '-'))
        return local_at(u, e->binary.lhs);
    return e->kind == EXPR_UNARY && e->unary.op == '&' ? place_object(u, expr_bare(e->unary.operand)) : NULL;
}

// The lowered function has the local in its frame, where the compiler does not see that it ends.
static void warn_local_address(struct unit *u, struct expr *value)
{
    bool is_pointer = type_plain(u, type_decayed(u, value->type))->kind == TYPE_POINTER;
    const struct symbol *s = is_pointer ? local_at(u, value) : NULL;
    if (!s)
        return;
    struct diag *d = diag_warn(u, WARNING_RETURN_LOCAL_ADDR, value->span, "function returns the address of %s '%s', which ends with it",
                               s->is_param ? "parameter" : "local", s->name->text);
    diag_note(u, d, s->span, "'%s' is declared here", s->name->text);
}

void judge_return(struct unit *u, struct stmt *s)
{
    struct function *f = u->sema->function;
    if (!f || !f->type || f->type->kind != TYPE_FUNCTION)
        return;
    struct type *result = f->type->base;
    bool is_void = type_plain(u, result)->kind == TYPE_VOID;
    struct expr *value = s->return_.value;
    struct diag *d = NULL;
    if (value && !is_void)
        judge_conversion(u, type_unqualified(u, result), value, (struct conversion){ .what = "return" });
    else if (!is_judged(u))
        return;
    else if (!value && !is_void && !is_error(type_plain(u, result)))
        d = diag_warn(u, WARNING_RETURN_TYPE, s->span, "'return' with no value, in function returning non-void");
    else if (value && is_void && type_plain(u, value->type)->kind != TYPE_VOID && !is_error(type_plain(u, value->type)))
        d = diag_warn(u, WARNING_RETURN_TYPE, value->span, "'return' with a value, in function returning void");
    note_declaration(u, d, f->symbol);
    if (value && is_judged(u))
        warn_local_address(u, value);
}

// Of an object in the frame the compiler would not see it. What asks for nothing (0) is left to it.
static void judge_alignment(struct unit *u, const struct declarator *d, struct attr *attrs)
{
    const uint32_t strictest = attrs_align(u, attrs);
    for (const struct attr *a = attrs; a; a = a->next) {
        bool is_word = !strcmp(a->name->text, "alignas");
        if (!a->args || a->type || !a->args->type || is_error(a->args->type) || (!is_word && strcmp(a->name->text, "aligned") != 0))
            continue;
        long long value = (long long)a->args->value;
        if (!a->args->is_constant)
            judge_error(u, ERROR_ALIGNMENT, a->span, "requested alignment is not an integer constant");
        else if (value < 0 || value & (value - 1))
            judge_error(u, ERROR_ALIGNMENT, a->span, "requested alignment '%lld' is not a positive power of 2", value);
        else if (is_word && value && strictest < type_align(u, d->type))
            judge_error(u, ERROR_ALIGNMENT, a->span, "'_Alignas' specifiers cannot reduce alignment of '%s'", d->symbol->name->text);
    }
}

void judge_object(struct unit *u, const struct declarator *d)
{
    struct type *t = type_plain(u, d->type);
    if (is_judged(u) && d->symbol) {
        judge_alignment(u, d, d->decl->attrs);
        judge_alignment(u, d, d->attrs);
    }
    if (t->kind == TYPE_VOID && d->symbol)
        judge_error(u, ERROR_VOID_VALUE, d->name, "variable or field '%s' declared void", d->symbol->name->text);
    else if (is_record(t) && !t->tag->is_complete)
        judge_error(u, ERROR_INCOMPLETE_TYPE, d->name, "storage size of '%s' isn't known", d->symbol->name->text);
    else if (t->kind == TYPE_ARRAY && type_has_vla_size(u, t) && d->init && (d->init->kind != EXPR_INIT || d->init->init.items))
        judge_error(u, ERROR_INCOMPATIBLE_TYPES, d->init->span, "variable-sized object may not be initialized except with '{}'");
}
