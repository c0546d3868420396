// Expression nodes. In: the parts the grammar has recognised; out: a node with its span, names bound to symbols.
//
//     f(x)   →   CALL { NAME f, NAME x }
#include "parser/build.h"

#include <string.h>

#include "grammar.h"

struct expr_list *expr_list_add(struct unit *u, struct expr_list *list, struct expr *e)
{
    if (!list)
        list = NEW(&u->fn, struct expr_list);
    if (list->last)
        list->last->next = e;
    else
        list->first = e;
    list->last = e;
    return list;
}

struct builtin_args *builtin_add(struct unit *u, struct builtin_args *args, struct expr *e, struct type_name *type)
{
    if (!args)
        args = NEW(&u->fn, struct builtin_args);
    if (e)
        expr_list_add(u, &args->exprs, e);
    else if (!args->type)
        args->type = type;
    return args;
}

static bool starts_with(const struct name *n, const char *prefix)
{
    return !strncmp(n->text, prefix, strlen(prefix));
}

static bool is_function_name(const struct name *n)
{
    return !strcmp(n->text, "__func__") || !strcmp(n->text, "__FUNCTION__") || !strcmp(n->text, "__PRETTY_FUNCTION__");
}

static struct symbol *declare_builtin(struct unit *u, struct scope *scope, struct name *name, enum symbol_kind kind,
                                      struct span span)
{
    struct symbol *s = scope_declare_in(u, scope, name, kind, span);
    s->is_builtin = true;
    return s;
}

// The outermost scope of the function being read.
static struct scope *function_scope(struct unit *u)
{
    struct scope *s = u->scope;
    while (s->outer && !s->is_function)
        s = s->outer;
    return s;
}

// Names that no declaration introduces. NULL: not one of them.
static struct symbol *find_builtin(struct unit *u, struct name *name, struct span span)
{
    if (name->text[0] != '_')
        return NULL;
    if (is_function_name(name)) {
        struct symbol *s = declare_builtin(u, function_scope(u), name, SYMBOL_OBJECT, span);
        s->storage = STORAGE_STATIC;
        s->function = u->parser->function;
        return s;
    }
    if (starts_with(name, "__builtin_") || starts_with(name, "__sync_") || starts_with(name, "__atomic_")
        || starts_with(name, "__c11_atomic_"))
        return declare_builtin(u, u->parser->file_scope, name, SYMBOL_FUNCTION, span);
    return NULL;
}

static void note_capture(struct unit *u, struct symbol *s)
{
    if (s->kind == SYMBOL_OBJECT && s->function && s->function != u->parser->function && s->storage != STORAGE_STATIC)
        s->is_captured = true;
}

struct expr *build_name(struct unit *u, struct span span, struct name *name)
{
    struct expr *e = expr_new(u, EXPR_NAME, span);
    e->name.name = name;
    e->name.symbol = scope_find(u, name);
    if (e->name.symbol)
        note_capture(u, e->name.symbol);
    else
        e->name.symbol = find_builtin(u, name, span);
    return e;
}

struct expr *build_paren(struct unit *u, struct span span, struct expr *inner)
{
    struct expr *e = expr_new(u, EXPR_PAREN, span);
    e->paren.inner = inner;
    return e;
}

struct expr *build_stmt_expr(struct unit *u, struct span span, struct stmt *block)
{
    struct expr *e = expr_new(u, EXPR_STMT_EXPR, span);
    e->stmt_expr.block = block;
    return e;
}

struct expr *build_generic(struct unit *u, struct span span, struct expr *control, struct type_name *type,
                           struct generic_list *items)
{
    struct expr *e = expr_new(u, EXPR_GENERIC, span);
    e->generic.control = control;
    e->generic.control_type = type;
    e->generic.items = items->first;
    return e;
}

struct generic_list *generic_item(struct unit *u, struct type_name *type, struct expr *value)
{
    struct generic_list *list = NEW(&u->fn, struct generic_list);
    list->first = list->last = NEW(&u->ast, struct generic_item);
    list->first->type = type;
    list->first->value = value;
    return list;
}

struct generic_list *generic_join(struct generic_list *list, struct generic_list *item)
{
    list->last->next = item->first;
    list->last = item->last;
    return list;
}

struct expr *build_va_arg(struct unit *u, struct span span, struct expr *list, struct type_name *type)
{
    struct expr *e = expr_new(u, EXPR_VA_ARG, span);
    e->va_arg.list = list;
    e->va_arg.type = type;
    return e;
}

struct expr *build_offsetof(struct unit *u, struct span span, struct type_name *type, struct expr *path)
{
    struct expr *e = expr_new(u, EXPR_OFFSETOF, span);
    e->offsetof_.type = type;
    e->offsetof_.path = path;
    return e;
}

struct expr *build_offset_name(struct unit *u, struct span span, struct name *name)
{
    struct expr *e = expr_new(u, EXPR_NAME, span);
    e->name.name = name;
    return e;
}

struct expr *build_types(struct unit *u, struct span span, struct type_name *a, struct type_name *b)
{
    struct expr *e = expr_new(u, EXPR_TYPES, span);
    e->types.a = a;
    e->types.b = b;
    return e;
}

struct expr *build_choose(struct unit *u, struct span span, struct expr *test, struct expr *yes, struct expr *no)
{
    struct expr *e = expr_new(u, EXPR_CHOOSE, span);
    e->choose.test = test;
    e->choose.yes = yes;
    e->choose.no = no;
    return e;
}

struct expr *build_builtin(struct unit *u, struct span span, struct builtin_args *args)
{
    struct expr *e = expr_new(u, EXPR_BUILTIN_T, span);
    e->builtin.name = token_name(u, span);
    e->builtin.args = args->exprs.first;
    e->builtin.type = args->type;
    return e;
}

struct expr *build_index(struct unit *u, struct span span, struct expr *base, struct expr *index)
{
    struct expr *e = expr_new(u, EXPR_INDEX, span);
    e->index.base = base;
    e->index.index = index;
    return e;
}

// A call of an undeclared name declares it, as C90 did; a declaration that comes later takes the symbol over.
static void declare_implicitly(struct unit *u, struct expr *callee)
{
    callee = expr_bare(callee);
    if (callee->kind == EXPR_NAME && !callee->name.symbol)
        callee->name.symbol
            = declare_builtin(u, u->parser->file_scope, callee->name.name, SYMBOL_FUNCTION, callee->span);
}

struct expr *build_call(struct unit *u, struct span span, struct expr *callee, struct expr_list *args)
{
    struct expr *e = expr_new(u, EXPR_CALL, span);
    declare_implicitly(u, callee);
    e->call.callee = callee;
    e->call.args = args ? args->first : NULL;
    return e;
}

struct expr *build_member(struct unit *u, struct span span, struct expr *object, struct span op, struct name *name)
{
    struct expr *e = expr_new(u, EXPR_MEMBER, span);
    e->member.object = object;
    e->member.name = name;
    e->member.is_arrow = u->tokens[op.lo].kind == TOK_ARROW;
    return e;
}

struct expr *build_postfix(struct unit *u, struct span span, struct expr *operand, struct span op)
{
    struct expr *e = expr_new(u, EXPR_POSTFIX, span);
    e->postfix.op = u->tokens[op.lo].kind;
    e->postfix.operand = operand;
    return e;
}

struct expr *build_compound(struct unit *u, struct span span, struct type_name *type, struct expr *init)
{
    struct expr *e = expr_new(u, EXPR_COMPOUND, span);
    e->compound.type = type;
    e->compound.init = init;
    return e;
}

struct expr *build_unary(struct unit *u, struct span span, struct span op, struct expr *operand)
{
    struct expr *e = expr_new(u, EXPR_UNARY, span);
    e->unary.op = u->tokens[op.lo].kind;
    e->unary.operand = operand;
    return e;
}

struct expr *build_label_addr(struct unit *u, struct span span, struct name *name, struct span at)
{
    struct expr *e = expr_new(u, EXPR_LABEL_ADDR, span);
    e->label.label = label_use(u, name, at);
    e->label.label->is_address_taken = true;
    return e;
}

struct expr *build_sizeof(struct unit *u, struct span span, int op, struct expr *operand, struct type_name *type)
{
    struct expr *e = expr_new(u, EXPR_SIZEOF, span);
    e->sizeof_.op = op;
    e->sizeof_.operand = operand;
    e->sizeof_.type = type;
    return e;
}

struct expr *build_await(struct unit *u, struct span span, struct expr *operand)
{
    struct expr *e = expr_new(u, EXPR_AWAIT, span);
    e->await.operand = operand;
    return e;
}

struct expr *build_start(struct unit *u, struct span span, struct expr *operand)
{
    struct expr *e = expr_new(u, EXPR_START, span);
    e->start.operand = operand;
    return e;
}

struct expr *build_cast(struct unit *u, struct span span, struct type_name *type, struct expr *operand)
{
    struct expr *e = expr_new(u, EXPR_CAST, span);
    e->cast.type = type;
    e->cast.operand = operand;
    return e;
}

struct expr *build_binary(struct unit *u, struct span span, struct expr *lhs, struct span op, struct expr *rhs)
{
    struct expr *e = expr_new(u, EXPR_BINARY, span);
    e->binary.op = u->tokens[op.lo].kind;
    e->binary.lhs = lhs;
    e->binary.rhs = rhs;
    return e;
}

struct expr *build_cond(struct unit *u, struct span span, struct expr *test, struct expr *yes, struct expr *no)
{
    struct expr *e = expr_new(u, EXPR_COND, span);
    e->cond.test = test;
    e->cond.yes = yes;
    e->cond.no = no;
    return e;
}

struct expr *build_assign(struct unit *u, struct span span, struct expr *lhs, struct span op, struct expr *rhs)
{
    struct expr *e = expr_new(u, EXPR_ASSIGN, span);
    e->assign.op = u->tokens[op.lo].kind;
    e->assign.lhs = lhs;
    e->assign.rhs = rhs;
    return e;
}

struct expr *build_comma(struct unit *u, struct span span, struct expr *lhs, struct expr *rhs)
{
    struct expr *e = expr_new(u, EXPR_COMMA, span);
    e->comma.lhs = lhs;
    e->comma.rhs = rhs;
    return e;
}

struct expr *build_init(struct unit *u, struct span span, struct init_list *items)
{
    struct expr *e = expr_new(u, EXPR_INIT, span);
    e->init.items = items ? items->first : NULL;
    return e;
}

struct init_list *init_add(struct unit *u, struct init_list *list, struct init_item *item)
{
    if (!list)
        list = NEW(&u->fn, struct init_list);
    if (list->last)
        list->last->next = item;
    else
        list->first = item;
    list->last = item;
    return list;
}

struct init_item *init_item(struct unit *u, struct span span, struct designator_list *designators, struct expr *value)
{
    struct init_item *item = NEW(&u->ast, struct init_item);
    item->designators = designators ? designators->first : NULL;
    item->value = value;
    item->span = span;
    return item;
}

static struct designator_list *designator_add(struct unit *u, struct designator_list *list, struct designator *d)
{
    if (!list)
        list = NEW(&u->fn, struct designator_list);
    if (list->last)
        list->last->next = d;
    else
        list->first = d;
    list->last = d;
    return list;
}

struct designator_list *designator_member(struct unit *u, struct designator_list *list, struct name *name)
{
    struct designator *d = NEW(&u->ast, struct designator);
    d->member = name;
    return designator_add(u, list, d);
}

struct designator_list *designator_index(struct unit *u, struct designator_list *list, struct expr *lo, struct expr *hi)
{
    struct designator *d = NEW(&u->ast, struct designator);
    d->lo = lo;
    d->hi = hi;
    return designator_add(u, list, d);
}
