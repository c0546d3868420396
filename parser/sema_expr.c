// The type of every expression: its own, before decay and promotion; whether it is an lvalue; its value when constant.
//
//     a[i].x + 1    →    a[i].x: lvalue short       a[i].x + 1: int
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "parser/handle_type.h"
#include "parser/sema.h"

bool sema_enter(struct unit *u, struct span at, uint32_t count)
{
    struct sema *s = sema_of(u);
    s->levels += count;
    if (s->levels <= LEVELS_MOST)
        return true;
    if (!s->is_too_deep)
        diag_error(u, ERROR_TOO_DEEP, at, "nested more than %d levels deep", LEVELS_MOST);
    s->is_too_deep = true;
    return false;
}

void sema_leave(struct unit *u, uint32_t count)
{
    u->sema->levels -= count;
}

static struct type *error_type(struct unit *u)
{
    return type_basic(u, TYPE_ERROR);
}

static bool is_record(const struct type *t)
{
    return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
}

// __func__ and its GNU spellings: const char[length + 1].
static struct type *function_name_type(struct unit *u, const struct name *name)
{
    if (strcmp(name->text, "__func__") && strcmp(name->text, "__FUNCTION__") && strcmp(name->text, "__PRETTY_FUNCTION__"))
        return NULL;
    struct function *f = u->sema->function;
    uint32_t len = f ? f->symbol->name->len : 0;
    return type_array(u, type_qualified(u, type_basic(u, TYPE_CHAR), QUAL_CONST), len + 1);
}

static void sema_name(struct unit *u, struct expr *e)
{
    struct symbol *symbol = e->name.symbol;
    if (symbol && symbol->kind == SYMBOL_CONSTANT && !symbol->is_evaluated && symbol->type && symbol->type->kind == TYPE_ENUM)
        tag_lay_out(u, symbol->type->tag);
    if (symbol && symbol->is_builtin && !symbol->type)
        symbol->type = function_name_type(u, e->name.name);
    e->type = symbol && symbol->type ? symbol->type : error_type(u);
    e->is_lvalue = symbol && symbol->kind == SYMBOL_OBJECT;
    if (!symbol) {
        judge_undeclared(u, e);
        return;
    }
    if (symbol->kind == SYMBOL_TYPEDEF)
        e->type = error_type(u);
    struct function *f = u->sema->function;
    bool is_local = symbol->kind == SYMBOL_OBJECT && symbol->scope_depth > 0;
    symbol->is_captured |= is_local && f && symbol->function && symbol->function != f;
}

static void sema_index(struct unit *u, struct expr *e)
{
    sema_expr(u, e->index.index);
    struct type *base = type_plain(u, e->index.base->type);
    if (base->kind == TYPE_ARRAY || base->kind == TYPE_VECTOR) {
        bool is_vector = base->kind == TYPE_VECTOR;
        e->type = is_vector ? type_qualified(u, base->base, base->quals) : base->base;
        e->is_lvalue = !is_vector || e->index.base->is_lvalue;
        return;
    }
    if (type_is_integer(u, base))
        base = type_plain(u, type_value(u, e->index.index));
    else
        base = type_plain(u, type_value(u, e->index.base));
    e->type = base->kind == TYPE_POINTER ? base->base : error_type(u);
    e->is_lvalue = true;
    if (base->kind != TYPE_POINTER && base->kind != TYPE_ERROR)
        judge_error(u, ERROR_NOT_A_POINTER, e->span, "subscripted value is neither array nor pointer nor vector");
}

// Elements of one of clang's vectors: `.x`, `.wzyx`, `.s0f`, `.lo`; how many of `count`, 0 when it is no name of any.
static uint64_t elements_named(const char *name, uint64_t count)
{
    static const char *const halves[] = { "lo", "hi", "even", "odd" };
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
        if (!strcmp(name, halves[i]))
            return (count + 1) / 2;
    bool is_numbered = (*name == 's' || *name == 'S') && name[1];
    const char *letters = is_numbered ? "0123456789abcdefABCDEF" : strchr("xyzw", *name) ? "xyzw" : "rgba";
    name += is_numbered;
    return name[strspn(name, letters)] ? 0 : strlen(name);
}

static bool sema_elements(struct unit *u, struct expr *e, struct type *vector)
{
    if (vector->kind != TYPE_VECTOR || !vector->vector.is_ext)
        return false;
    uint64_t count = elements_named(e->member.name->text, vector->vector.count);
    struct type *t = count == 1 ? vector->base : type_vector_like(u, vector, vector->base, count);
    e->type = type_qualified(u, t, vector->quals & (QUAL_CONST | QUAL_VOLATILE));
    return count;
}

static void sema_member(struct unit *u, struct expr *e)
{
    struct type *object = type_plain(u, e->member.is_arrow ? type_value(u, e->member.object) : e->member.object->type);
    e->is_lvalue = e->member.is_arrow || e->member.object->is_lvalue;
    e->type = error_type(u);
    struct type *t = object;
    if (e->member.is_arrow)
        t = object->kind == TYPE_POINTER ? type_plain(u, object->base) : error_type(u);
    if (sema_elements(u, e, t))
        return;
    struct found_member found = is_record(t) ? tag_find_member(u, t->tag, e->member.name) : (struct found_member){ 0 };
    if (!found.member) {
        judge_member(u, e, object, t);
        return;
    }
    e->member.member = found.member;
    e->type = type_qualified(u, found.member->type, (t->quals | found.quals) & (QUAL_CONST | QUAL_VOLATILE));
    e->is_bitfield = found.member->width;
}

// Plain; NULL when it cannot be called.
static struct type *type_function_of(struct unit *u, struct expr *callee)
{
    struct type *t = type_plain(u, callee->type);
    if (t->kind == TYPE_POINTER)
        t = type_plain(u, t->base);
    return t->kind == TYPE_FUNCTION ? t : NULL;
}

static void note_special_call(struct unit *u, const struct name *callee)
{
    static const char *const setjmps[] = { "setjmp", "_setjmp", "__setjmp", "sigsetjmp", "__sigsetjmp", "__builtin_setjmp" };
    struct function *f = u->sema->function;
    if (!f)
        return;
    const char *name = callee->text;
    f->has_alloca |= !strcmp(name, "alloca") || !strncmp(name, "__builtin_alloca", 16);
    for (size_t i = 0; i < sizeof setjmps / sizeof *setjmps; i++)
        f->has_setjmp |= !strcmp(name, setjmps[i]);
}

static void sema_call(struct unit *u, struct expr *e)
{
    for (struct expr *arg = e->call.args; arg; arg = arg->next) {
        sema_expr(u, arg);
        type_value(u, arg);
    }
    struct expr *callee = expr_bare(e->call.callee);
    struct symbol *symbol = callee->kind == EXPR_NAME ? callee->name.symbol : NULL;
    if (callee->kind == EXPR_NAME)
        note_special_call(u, callee->name.name);
    struct type *t = callee->kind == EXPR_NAME && (!symbol || symbol->is_builtin) ? builtin_call_type(u, e, callee->name.name) : NULL;
    if (t) {
        e->type = t;
        return;
    }
    struct type *function = type_function_of(u, e->call.callee);
    if (!function) {
        bool is_implicit = callee->kind == EXPR_NAME && (!symbol || symbol->is_builtin);
        e->type = type_basic(u, is_implicit ? TYPE_INT : TYPE_ERROR);
        judge_call_of_object(u, e);
        return;
    }
    e->type = type_unqualified(u, function->base);
    struct expr *arg = e->call.args;
    for (struct param *p = function->function.params; p && arg; p = p->next, arg = arg->next)
        frame_made(u, p->type, arg);
    judge_call(u, e, function);
}

static void sema_dereference(struct unit *u, struct expr *e)
{
    struct type *t = type_plain(u, type_value(u, e->unary.operand));
    e->type = t->kind == TYPE_POINTER ? t->base : error_type(u);
    e->is_lvalue = type_plain(u, e->type)->kind != TYPE_FUNCTION;
    if (t->kind != TYPE_POINTER && t->kind != TYPE_ERROR)
        judge_error(u, ERROR_NOT_A_POINTER, e->span, "invalid type argument of unary '*' (have %s)", type_said(u, t));
}

static struct type *real_part(struct unit *u, struct type *t)
{
    struct type *plain = type_plain(u, t);
    return plain->kind == TYPE_COMPLEX ? plain->base : t;
}

// A comparison of vectors gives a vector of signed integers of the same size.
static struct type *vector_of_truth(struct unit *u, struct type *vector)
{
    static const enum type_kind kinds[] = { TYPE_SCHAR, TYPE_SHORT, TYPE_INT, TYPE_LONG, TYPE_LLONG, TYPE_INT128 };
    uint64_t size = type_size(u, vector->base);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (type_size(u, type_basic(u, kinds[i])) == size)
            return type_vector_like(u, vector, type_basic(u, kinds[i]), vector->vector.count);
    return vector;
}

static struct type *truth_type(struct unit *u, struct type *operand)
{
    struct type *t = type_plain(u, operand);
    return t->kind == TYPE_VECTOR ? vector_of_truth(u, t) : type_basic(u, TYPE_INT);
}

static void sema_unary(struct unit *u, struct expr *e)
{
    struct expr *operand = e->unary.operand;
    switch (e->unary.op) {
    case '&':
        judge_address(u, operand);
        expr_take_address(u, operand);
        e->type = type_pointer(u, operand->type);
        return;
    case '*':
        sema_dereference(u, e);
        return;
    case '!':
        judge_operand(u, operand);
        e->type = truth_type(u, type_value(u, operand));
        return;
    case TOK_INC: case TOK_DEC:
        judge_operand(u, operand);
        e->type = type_value(u, operand);
        judge_change(u, e, operand, e->unary.op == TOK_INC ? "increment" : "decrement");
        return;
    case TOK_REAL: case TOK_IMAG:
        e->type = real_part(u, operand->type);
        e->is_lvalue = operand->is_lvalue;
        return;
    case TOK_EXTENSION:
        e->type = operand->type;
        e->is_lvalue = operand->is_lvalue;
        e->is_bitfield = operand->is_bitfield;
        return;
    }
    e->type = judge_operand(u, operand) ? type_promoted_of(u, operand) : error_type(u);
}

bool type_has_vla_size(struct unit *u, struct type *t)
{
    for (t = type_plain(u, t); t->kind == TYPE_ARRAY; t = type_plain(u, t->base))
        if (t->array.is_vla)
            return true;
    return is_record(t) && t->tag->has_vla;
}

// An object may be aligned more than its type says; the old spelling tells what the target prefers.
uint64_t sizeof_align(struct unit *u, struct expr *e, struct type *t)
{
    struct expr *operand = e->sizeof_.operand ? expr_bare(e->sizeof_.operand) : NULL;
    uint32_t declared = 0;
    if (operand && operand->kind == EXPR_NAME && operand->name.symbol)
        declared = attrs_align(u, operand->name.symbol->attrs);
    if (operand && operand->kind == EXPR_MEMBER && operand->member.member && operand->member.member->aligned)
        declared = attrs_align(u, operand->member.member->attrs);
    bool is_standard = *token_text(u, e->span.lo) != '_' || token_text(u, e->span.lo)[1] != '_';
    uint32_t natural = is_standard ? type_align_standard(u, t) : type_align_preferred(u, t);
    return declared > natural ? declared : natural;
}

static void sema_sizeof(struct unit *u, struct expr *e)
{
    if (e->sizeof_.type)
        sema_type_name(u, e->sizeof_.type);
    else
        sema_expr(u, e->sizeof_.operand);
    e->type = type_basic(u, u->target->size_t_);
}

static void sema_cast(struct unit *u, struct expr *e)
{
    sema_type_name(u, e->cast.type);
    type_value(u, e->cast.operand);
    if (type_plain(u, e->cast.type->type)->kind != TYPE_VOID)
        judge_operand(u, e->cast.operand);
    e->type = type_unqualified(u, e->cast.type->type);
}

static void sema_compound(struct unit *u, struct expr *e)
{
    sema_type_name(u, e->compound.type);
    e->type = sema_init(u, e->compound.type->type, e->compound.init);
    e->is_lvalue = true;
}

static struct type *additive_type(struct unit *u, struct expr *e, struct type *a, struct type *b)
{
    struct type *plain_a = type_plain(u, a), *plain_b = type_plain(u, b);
    if (plain_a->kind == TYPE_POINTER && plain_b->kind == TYPE_POINTER)
        return type_basic(u, e->binary.op == '-' ? u->target->ptrdiff : TYPE_ERROR);
    if (plain_a->kind == TYPE_POINTER || plain_b->kind == TYPE_POINTER)
        return plain_a->kind == TYPE_POINTER ? a : b;
    return type_arithmetic(u, type_promoted_of(u, e->binary.lhs), type_promoted_of(u, e->binary.rhs));
}

static struct type *shift_type(struct unit *u, struct expr *e, struct type *b)
{
    struct type *a = type_promoted_of(u, e->binary.lhs);
    bool is_broadcast = type_plain(u, b)->kind == TYPE_VECTOR && type_plain(u, a)->kind != TYPE_VECTOR;
    return is_broadcast ? b : a;
}

static void sema_binary(struct unit *u, struct expr *e)
{
    sema_expr(u, e->binary.rhs);
    bool has_values = judge_operand(u, e->binary.lhs);
    has_values &= judge_operand(u, e->binary.rhs);
    struct type *a = type_value(u, e->binary.lhs), *b = type_value(u, e->binary.rhs);
    switch (e->binary.op) {
    case TOK_ANDAND: case TOK_OROR: case '<': case '>': case TOK_LE: case TOK_GE: case TOK_EQ: case TOK_NE:
        e->type = truth_type(u, type_plain(u, a)->kind == TYPE_VECTOR ? a : b);
        break;
    case TOK_SHL: case TOK_SHR:
        e->type = shift_type(u, e, b);
        break;
    default:        // an operator, not a kind: the arithmetic ones
        e->type = additive_type(u, e, a, b);
    }
    if (has_values)
        judge_binary(u, e, a, b);
    else
        e->type = error_type(u);
}

static bool is_handle(struct unit *u, const struct expr *e)
{
    return type_plain(u, e->type)->kind == TYPE_HANDLE;
}

static void sema_cond(struct unit *u, struct expr *e)
{
    struct expr *yes = e->cond.yes ? e->cond.yes : e->cond.test;
    sema_expr(u, yes);
    judge_operand(u, e->cond.test);
    type_value(u, e->cond.test);
    sema_expr(u, e->cond.no);
    if (is_handle(u, yes) != is_handle(u, e->cond.no))
        judge_operand(u, is_handle(u, yes) ? yes : e->cond.no);
    e->type = type_plain(u, e->cond.test->type)->kind == TYPE_VECTOR && e->cond.yes ? type_value(u, yes)
                                                                                    : type_conditional(u, yes, e->cond.no);
}

static void sema_assign(struct unit *u, struct expr *e)
{
    sema_expr(u, e->assign.rhs);
    type_value(u, e->assign.rhs);
    e->type = type_unqualified(u, e->assign.lhs->type);
    judge_change(u, e, e->assign.lhs, "assignment");
    if (e->assign.op != '=') {
        judge_operand(u, e->assign.lhs);
        judge_operand(u, e->assign.rhs);
    }
    if (e->assign.op == '=' && !frame_made(u, e->type, e->assign.rhs))
        judge_conversion(u, e->assign.lhs->type, e->assign.rhs, (struct conversion){ .what = "assignment" });
    if (type_holds_handles(u, e->type))
        e->type = type_basic(u, TYPE_VOID);         // its value would be a second handle of the same child
}

// The arm whose type matches, else the default; a matching arm after a default still wins.
static struct expr *generic_choose(struct unit *u, struct expr *e, struct type *control)
{
    struct expr *otherwise = NULL;
    for (struct generic_item *item = e->generic.items; item; item = item->next) {
        if (!item->type)
            otherwise = item->value;
        else if (type_plain(u, control)->kind != TYPE_ERROR && type_compatible(u, item->type->type, control))
            return item->value;
    }
    return otherwise;
}

static void sema_generic(struct unit *u, struct expr *e)
{
    if (e->generic.control)
        sema_expr(u, e->generic.control);
    else
        sema_type_name(u, e->generic.control_type);
    for (struct generic_item *item = e->generic.items; item; item = item->next) {
        if (item->type)
            sema_type_name(u, item->type);
        sema_expr(u, item->value);
    }
    struct type *control = e->generic.control ? type_unqualified(u, type_decayed(u, e->generic.control->type))
                                              : e->generic.control_type->type;
    e->generic.chosen = generic_choose(u, e, control);
}

// The node stands for one of its operands: it has all that the operand has.
static void sema_stand_for(struct unit *u, struct expr *e, struct expr *chosen)
{
    e->type = chosen ? chosen->type : error_type(u);
    e->is_lvalue = chosen && chosen->is_lvalue;
    e->is_bitfield = chosen && chosen->is_bitfield;
}

static void sema_choose(struct unit *u, struct expr *e)
{
    sema_expr(u, e->choose.test);
    sema_expr(u, e->choose.yes);
    sema_expr(u, e->choose.no);
    struct number test = const_demanded(u, e->choose.test);
    e->choose.chosen = test.is_known && test.i ? e->choose.yes : e->choose.no;
}

// The type of a block's value as it is behind the block, where the names that the block declares are gone.
static struct type *type_behind(struct unit *u, struct type *t, struct span block)
{
    if (t->kind == TYPE_TYPEDEF && span_holds(block, t->symbol->span) && !type_is_vm(u, t))
        t = type_plain(u, t);
    if (t->kind == TYPE_ENUM && span_holds(block, t->tag->body) && t->tag->underlying)
        return type_qualified(u, t->tag->underlying, t->quals);
    if (t->kind != TYPE_POINTER)
        return t;
    struct type *base = type_behind(u, t->base, block);
    return base == t->base ? t : type_qualified(u, type_pointer(u, base), t->quals);
}

static struct type *statement_expression_type(struct unit *u, struct stmt *block)
{
    struct stmt *last = block->block.items;
    while (last && last->next)
        last = last->next;
    while (last && last->kind == STMT_LABEL)
        last = last->label.body;
    if (!last || last->kind != STMT_EXPR || !last->expr.expr || !last->expr.expr->type)     // none: nested too deeply
        return type_basic(u, TYPE_VOID);
    return type_behind(u, type_value(u, last->expr.expr), block->span);
}

static void sema_offset_path(struct unit *u, struct expr *path, struct type *object)
{
    path->type = error_type(u);
    if (path->kind == EXPR_NAME || path->kind == EXPR_MEMBER) {
        struct name *name = path->kind == EXPR_NAME ? path->name.name : path->member.name;
        if (path->kind == EXPR_MEMBER) {
            sema_offset_path(u, path->member.object, object);
            object = type_plain(u, path->member.object->type);
        }
        struct found_member found = is_record(object) ? tag_find_member(u, object->tag, name) : (struct found_member){ 0 };
        path->type = found.member ? found.member->type : path->type;
        if (path->kind == EXPR_MEMBER)
            path->member.member = found.member;
    } else if (path->kind == EXPR_INDEX) {
        sema_offset_path(u, path->index.base, object);
        sema_expr(u, path->index.index);
        struct type *array = type_plain(u, path->index.base->type);
        path->type = array->kind == TYPE_ARRAY || array->kind == TYPE_POINTER ? array->base : path->type;
    }
}

static void sema_offsetof(struct unit *u, struct expr *e)
{
    sema_type_name(u, e->offsetof_.type);
    sema_offset_path(u, e->offsetof_.path, type_plain(u, e->offsetof_.type->type));
    e->type = type_basic(u, u->target->size_t_);
}

static void sema_builtin_with_type(struct unit *u, struct expr *e)
{
    for (struct expr *arg = e->builtin.args; arg; arg = arg->next)
        sema_expr(u, arg);
    if (e->builtin.type)
        sema_type_name(u, e->builtin.type);
    e->type = e->builtin.type ? type_unqualified(u, e->builtin.type->type) : error_type(u);
}

// await E: the result of the call, of the child behind the handle, or of the frame's function.
static void sema_await(struct unit *u, struct expr *e)
{
    if (u->sema->function)
        u->sema->function->has_await = true;
    u->sema->last_wait = e->span.lo + 1;
    struct expr *operand = e->await.operand;
    struct type *t = type_plain(u, operand->type);
    bool is_call = expr_bare(operand)->kind == EXPR_CALL;
    if (t->kind == TYPE_HANDLE && !(is_call && expr_calls_async(u, operand)))
        e->type = type_unqualified(u, t->base);
    else if (expr_is_frame(u, operand))
        e->type = frame_result(u, t);
    else
        e->type = !is_call ? error_type(u) : type_unqualified(u, operand->type);
}

bool expr_calls_async(struct unit *u, struct expr *e)
{
    e = expr_bare(e);
    if (e->kind != EXPR_CALL || !e->call.callee->type)
        return false;
    struct type *function = type_function_of(u, e->call.callee);
    return function && function->function.is_async;
}

static void sema_start(struct unit *u, struct expr *e)
{
    if (u->sema->function)
        u->sema->function->has_start = true;
    u->sema->last_wait = e->span.lo + 1;
    struct type *t = type_plain(u, e->start.operand->type);
    if (expr_is_frame(u, e->start.operand))
        t = frame_result(u, t);
    else
        t = expr_bare(e->start.operand)->kind != EXPR_CALL ? error_type(u) : type_unqualified(u, e->start.operand->type);
    e->type = t->kind == TYPE_ERROR ? t : type_handle(u, t);
}

// Requires the first operand in order of evaluation (expr_first_child) to be done.
static void sema_node(struct unit *u, struct expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING:
        e->type = literal_read(u, e);
        e->is_lvalue = e->kind == EXPR_STRING;
        break;
    case EXPR_NULLPTR: e->type = type_basic(u, TYPE_NULLPTR); break;
    case EXPR_NAME: sema_name(u, e); break;
    case EXPR_PAREN: sema_stand_for(u, e, e->paren.inner); break;
    case EXPR_INDEX: sema_index(u, e); break;
    case EXPR_CALL: sema_call(u, e); break;
    case EXPR_MEMBER: sema_member(u, e); break;
    case EXPR_POSTFIX:
        judge_operand(u, e->postfix.operand);
        e->type = type_value(u, e->postfix.operand);
        judge_change(u, e, e->postfix.operand, e->postfix.op == TOK_INC ? "increment" : "decrement");
        break;
    case EXPR_UNARY: sema_unary(u, e); break;
    case EXPR_LABEL_ADDR:
        e->type = type_pointer(u, type_basic(u, TYPE_VOID));
        e->label.label->is_address_taken = true;
        break;
    case EXPR_SIZEOF: sema_sizeof(u, e); break;
    case EXPR_CAST: sema_cast(u, e); break;
    case EXPR_COMPOUND: sema_compound(u, e); break;
    case EXPR_BINARY: sema_binary(u, e); break;
    case EXPR_COND: sema_cond(u, e); break;
    case EXPR_ASSIGN: sema_assign(u, e); break;
    case EXPR_COMMA:
        sema_expr(u, e->comma.rhs);
        e->type = type_value(u, e->comma.rhs);
        break;
    case EXPR_INIT: sema_init(u, error_type(u), e); break;
    case EXPR_GENERIC:
        sema_generic(u, e);
        sema_stand_for(u, e, e->generic.chosen);
        break;
    case EXPR_STMT_EXPR:
        sema_stmt(u, e->stmt_expr.block);
        e->type = statement_expression_type(u, e->stmt_expr.block);
        break;
    case EXPR_VA_ARG:
        sema_expr(u, e->va_arg.list);
        sema_type_name(u, e->va_arg.type);
        expr_take_address(u, e->va_arg.list);
        e->type = e->va_arg.type->type;
        break;
    case EXPR_OFFSETOF: sema_offsetof(u, e); break;
    case EXPR_TYPES:
        sema_type_name(u, e->types.a);
        sema_type_name(u, e->types.b);
        e->type = type_basic(u, TYPE_INT);
        break;
    case EXPR_CHOOSE:
        sema_choose(u, e);
        sema_stand_for(u, e, e->choose.chosen);
        break;
    case EXPR_BUILTIN_T: sema_builtin_with_type(u, e); break;
    case EXPR_AWAIT: sema_await(u, e); break;
    case EXPR_START: sema_start(u, e); break;
    case EXPR_ERROR: e->type = error_type(u); break;
    }
    const_set(u, e);
}

// Long sums, chains of calls and members, heaps of parentheses.
struct expr *expr_first_child(struct expr *e)
{
    switch (e->kind) {
    case EXPR_PAREN: return e->paren.inner;
    case EXPR_INDEX: return e->index.base;
    case EXPR_CALL: return e->call.callee;
    case EXPR_MEMBER: return e->member.object;
    case EXPR_POSTFIX: return e->postfix.operand;
    case EXPR_UNARY: return e->unary.operand;
    case EXPR_CAST: return e->cast.operand;
    case EXPR_BINARY: return e->binary.lhs;
    case EXPR_COND: return e->cond.test;
    case EXPR_ASSIGN: return e->assign.lhs;
    case EXPR_COMMA: return e->comma.lhs;
    case EXPR_AWAIT: return e->await.operand;
    case EXPR_START: return e->start.operand;
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_LABEL_ADDR:
    case EXPR_SIZEOF: case EXPR_COMPOUND: case EXPR_INIT: case EXPR_GENERIC: case EXPR_STMT_EXPR: case EXPR_VA_ARG:
    case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE: case EXPR_BUILTIN_T: case EXPR_ERROR:
        return NULL;
    }
    __builtin_unreachable();
}

// The chain of first children is walked from its end without recursion, however long it is. All of it has been counted.
static void sema_chain(struct unit *u, struct expr *e, uint32_t length)
{
    struct expr *few[4], **chain = length <= 4 ? few : xmalloc(length * sizeof *chain);
    uint32_t levels = u->sema->levels;
    for (uint32_t i = 0; i < length; i++, e = expr_first_child(e))
        chain[i] = e;
    for (uint32_t i = length; i-- > 0;) {
        u->sema->levels = levels - (length - 1 - i);
        u->sema->callee = i && chain[i - 1]->kind == EXPR_CALL ? chain[i] : NULL;
        sema_node(u, chain[i]);
    }
    u->sema->levels = levels;
    if (chain != few)
        free(chain);
}

void sema_expr(struct unit *u, struct expr *e)
{
    uint32_t length = 0;
    for (struct expr *x = e; x && !x->type; x = expr_first_child(x))
        length++;
    if (!length)
        return;
    if (sema_enter(u, e->span, length))
        sema_chain(u, e, length);
    else
        e->type = error_type(u);
    sema_leave(u, length);
}
