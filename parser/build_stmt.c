// Statement nodes and labels. In: the parts the grammar has recognised; out: a node with its span.
//
//     case 1: x: f();   →   CASE { LABEL { EXPR } }
//     case 1: int n;    →   CASE { }, DECL            what a label stands before is a statement or nothing
#include "parser/build.h"

#include "grammar.h"

struct stmt_list *stmt_list_of(struct unit *u, struct stmt *s)
{
    struct stmt_list *list = NEW(&u->fn, struct stmt_list);
    list->first = list->last = s;
    return list;
}

struct stmt_list *stmt_list_join(struct stmt_list *list, struct stmt_list *more)
{
    if (!more->first)
        return list;
    if (list->last)
        list->last->next = more->first;
    else
        list->first = more->first;
    list->last = more->last;
    return list;
}

// Where a labelled statement keeps what it stands before.
static struct stmt **label_body(struct stmt *label)
{
    return label->kind == STMT_CASE      ? &label->case_.body
           : label->kind == STMT_DEFAULT ? &label->default_.body
           : label->kind == STMT_ARM     ? &label->arm.body
                                         : &label->label.body;
}

struct stmt_list *label_add(struct stmt_list *labels, struct stmt *label)
{
    *label_body(labels->last) = label;
    labels->last = label;
    return labels;
}

// Each label of the chain ends where the last thing in it ends.
static void labels_extend(struct stmt_list *labels, uint32_t hi)
{
    for (struct stmt *s = labels->first; s != labels->last; s = *label_body(s))
        s->span.hi = hi;
    labels->last->span.hi = hi;
}

struct stmt *label_statement(struct stmt_list *labels, struct stmt *body)
{
    *label_body(labels->last) = body;
    labels_extend(labels, body->span.hi);
    return labels->first;
}

struct stmt_list *label_alone(struct stmt_list *labels)
{
    labels_extend(labels, labels->last->span.hi);
    labels->last = labels->first;
    return labels;
}

static bool is_visible(const struct unit *u, const struct scope *scope)
{
    const struct scope *s = u->scope;
    while (s && s != scope)
        s = s->outer;
    return s;
}

// Entries of scopes that were left are dropped on the way: they cannot become visible again.
static struct label *find_local_label(struct unit *u, const struct name *name)
{
    for (struct local_label **l = &u->parser->local_labels; *l;)
        if (!is_visible(u, (*l)->scope))
            *l = (*l)->next;
        else if ((*l)->label->name == name)
            return (*l)->label;
        else
            l = &(*l)->next;
    return NULL;
}

static struct label *label_new(struct unit *u, struct name *name, struct span at)
{
    struct label *l = NEW(&u->ast, struct label);
    l->name = name;
    l->span = at;
    struct function *f = u->parser->function;
    if (!f)
        return l;
    l->function = f;
    *(f->last_label ? &f->last_label->next : &f->labels) = l;
    return f->last_label = l;
}

static bool is_around(const struct function *outer, const struct function *f)
{
    while (f && f != outer)
        f = f->outer;
    return f;
}

// The function's own label. Its name knows the last one that was made; those of functions that have ended are not looked at
// again, so that a name that is in all of them is found at once, too.
static struct label *function_label(struct unit *u, struct name *name, struct span at)
{
    const struct function *f = u->parser->function;
    if (!f)
        return label_new(u, name, at);
    while (name->label && !is_around(name->label->function, f))
        name->label = name->label->outer;
    if (name->label && name->label->function == f)
        return name->label;
    struct label *l = label_new(u, name, at);
    l->outer = name->label;
    return name->label = l;
}

struct label *label_use(struct unit *u, struct name *name, struct span at)
{
    struct label *l = find_local_label(u, name);
    return l ? l : function_label(u, name, at);
}

void label_declare_local(struct unit *u, struct name *name, struct span at)
{
    struct local_label *l = NEW(&u->ast, struct local_label);
    l->label = label_new(u, name, at);
    l->label->local_depth = u->scope->depth;
    l->scope = u->scope;
    l->next = u->parser->local_labels;
    u->parser->local_labels = l;
}

void labels_check(struct unit *u, const struct function *f)
{
    for (struct label *l = f->labels; l; l = l->next)
        if (!l->is_defined)
            diag_error(u, ERROR_UNDEFINED_LABEL, l->span, "label '%s' is used but not defined", l->name->text);
}

struct stmt *build_label(struct unit *u, struct span span, struct name *name, struct span at)
{
    struct stmt *s = stmt_new(u, STMT_LABEL, span);
    struct label *l = s->label.label = label_use(u, name, at);
    if (l->is_defined) {
        struct diag *d = diag_error(u, ERROR_DUPLICATE_LABEL, at, "label '%s' is defined twice", name->text);
        diag_note(u, d, l->span, "the first definition is here");
    }
    l->is_defined = true;
    l->span = at;
    return s;
}

struct stmt *build_case(struct unit *u, struct span span, struct expr *lo, struct expr *hi)
{
    struct stmt *s = stmt_new(u, STMT_CASE, span);
    s->case_.lo = lo;
    s->case_.hi = hi;
    return s;
}

struct stmt *build_expr_stmt(struct unit *u, struct span span, struct expr *e)
{
    struct stmt *s = stmt_new(u, STMT_EXPR, span);
    s->expr.expr = e;
    return s;
}

struct stmt *build_decl_stmt(struct unit *u, struct span span, struct decl *d)
{
    struct stmt *s = stmt_new(u, STMT_DECL, span);
    s->decl.decl = d;
    return s;
}

struct stmt *build_block(struct unit *u, struct span span, struct stmt_list *items)
{
    struct stmt *s = stmt_new(u, STMT_BLOCK, span);
    s->block.items = items->first;
    return s;
}

struct expr *condition_declares(struct unit *u, struct span declaration)
{
    diag_error(u, ERROR_NOT_SUPPORTED, declaration, "a declaration in a condition, of C2y, which this version of acc does not support; "
               "declare the variable in front");
    return expr_new(u, EXPR_ERROR, declaration);
}

struct stmt *jump_names(struct unit *u, struct span span, enum stmt_kind kind)
{
    bool is_break = kind == STMT_BREAK;
    diag_error(u, ERROR_NOT_SUPPORTED, (struct span){ span.lo, span.hi - 1 }, "'%s' with the name of a loop, of C2y, which this version of "
               "acc does not support; 'goto' a label %s", is_break ? "break" : "continue",
               is_break ? "behind it" : "at the end of its body");
    return stmt_new(u, kind, span);
}

struct stmt *build_if(struct unit *u, struct span span, struct scope *outer, struct expr *test, struct stmt *yes,
                      struct stmt *no)
{
    struct stmt *s = stmt_new(u, STMT_IF, span);
    s->if_.test = test;
    s->if_.yes = yes;
    s->if_.no = no;
    scope_restore(u, outer);
    return s;
}

struct stmt *build_switch(struct unit *u, struct span span, struct scope *outer, struct expr *value, struct stmt *body)
{
    struct stmt *s = stmt_new(u, STMT_SWITCH, span);
    s->switch_.value = value;
    s->switch_.body = body;
    scope_restore(u, outer);
    return s;
}

struct stmt *build_while(struct unit *u, struct span span, struct scope *outer, struct expr *test, struct stmt *body)
{
    struct stmt *s = stmt_new(u, STMT_WHILE, span);
    s->while_.test = test;
    s->while_.body = body;
    scope_restore(u, outer);
    return s;
}

struct stmt *build_do(struct unit *u, struct span span, struct stmt *body, struct expr *test)
{
    struct stmt *s = stmt_new(u, STMT_DO, span);
    s->do_.body = body;
    s->do_.test = test;
    return s;
}

struct stmt *build_for(struct unit *u, struct span span, struct scope *outer, struct stmt *init, struct expr *test,
                       struct expr *step, struct stmt *body)
{
    struct stmt *s = stmt_new(u, STMT_FOR, span);
    s->for_.init = init;
    s->for_.test = test;
    s->for_.step = step;
    s->for_.body = body;
    scope_restore(u, outer);
    return s;
}

struct stmt *build_goto(struct unit *u, struct span span, struct name *name, struct span at)
{
    struct stmt *s = stmt_new(u, STMT_GOTO, span);
    s->goto_.label = label_use(u, name, at);
    return s;
}

struct stmt *build_goto_ptr(struct unit *u, struct span span, struct expr *target)
{
    struct stmt *s = stmt_new(u, STMT_GOTO_PTR, span);
    s->goto_ptr.target = target;
    return s;
}

struct stmt *build_return(struct unit *u, struct span span, struct expr *value)
{
    struct stmt *s = stmt_new(u, STMT_RETURN, span);
    s->return_.value = value;
    return s;
}

// Without outputs an asm is volatile, said or not.
struct stmt *build_asm(struct unit *u, struct span span, struct span head, struct asm_operands *operands)
{
    struct stmt *s = stmt_new(u, STMT_ASM, span);
    s->asm_.outputs = operands->outputs;
    s->asm_.inputs = operands->inputs;
    s->asm_.labels = operands->labels;
    s->asm_.is_volatile = !operands->outputs;
    for (uint32_t i = head.lo; i < head.hi; i++)
        s->asm_.is_volatile |= u->tokens[i].kind == TOK_VOLATILE;
    return s;
}

struct asm_operands *asm_operands(struct unit *u, struct expr_list *outputs, struct expr_list *inputs,
                                  struct label_ref *labels)
{
    struct asm_operands *o = NEW(&u->fn, struct asm_operands);
    o->outputs = outputs ? outputs->first : NULL;
    o->inputs = inputs ? inputs->first : NULL;
    o->labels = labels;
    return o;
}

struct label_ref *label_ref_add(struct unit *u, struct label_ref *list, struct name *name, struct span at)
{
    struct label_ref *r = NEW(&u->ast, struct label_ref);
    r->label = label_use(u, name, at);
    if (!list)
        return r;
    struct label_ref *last = list;
    while (last->next)
        last = last->next;
    last->next = r;
    return list;
}

struct stmt *build_defer(struct unit *u, struct span span, struct stmt *body)
{
    struct stmt *s = stmt_new(u, STMT_DEFER, span);
    s->defer.body = body;
    return s;
}

struct stmt *build_await_any(struct unit *u, struct span span, struct span brace, struct scope *outer,
                             struct stmt_list *arms)
{
    struct stmt *s = stmt_new(u, STMT_AWAIT_ANY, span);
    for (struct stmt *i = arms->first; i; i = i->next) {
        struct stmt *statements = *label_body(i);
        i->span.hi = i->next ? i->next->span.lo : span.hi - 1;
        statements->span.hi = i->span.hi + 1;
    }
    s->await_any.body = build_block(u, (struct span){ brace.lo, span.hi }, arms);
    scope_restore(u, outer);
    return s;
}

struct stmt *build_arm(struct unit *u, struct span span, struct declaration *d, struct expr *e)
{
    struct stmt *s = stmt_new(u, STMT_ARM, span);
    s->arm.decl = d ? build_decl((struct span){ span.lo + 1, span.hi - 1 }, d) : NULL;
    s->arm.expr = e;
    s->arm.is_dropped = e && e->kind == EXPR_CAST && type_plain(u, e->cast.type->type)->kind == TYPE_VOID;
    if (s->arm.is_dropped)
        s->arm.expr = e->cast.operand;
    return s;
}

// The statements of an arm are a block. What stands for its braces are the arm's colon and what follows: the next arm, or the
// brace behind the last one.
struct stmt *arm_join(struct unit *u, struct scope *outer, struct stmt *arm, struct stmt_list *items)
{
    scope_restore(u, outer);
    struct stmt *statements = *label_body(arm) = build_block(u, (struct span){ arm->span.hi - 1, arm->span.hi }, items);
    statements->block.head = arm->kind == STMT_ARM ? arm->arm.decl : NULL;
    return arm;
}
