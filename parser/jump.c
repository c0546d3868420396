#include "parser/jump.h"

#include "parser/build.h"
#include "parser/sema.h"

// static const void *const table[] = { &&a, &&b };   →   its initialiser
static struct expr *constant_table(struct unit *u, struct expr *base)
{
    base = expr_bare(base);
    const struct symbol *s = base->kind == EXPR_NAME ? base->name.symbol : NULL;
    if (!s || s->kind != SYMBOL_OBJECT || !s->declarator || type_plain(u, s->type)->kind != TYPE_ARRAY)
        return NULL;
    struct type *t = type_plain(u, s->type);
    while (t->kind == TYPE_ARRAY)
        t = type_plain(u, t->base);
    return type_quals(u, t) & QUAL_CONST ? s->declarator->init : NULL;
}

static bool may_name(struct unit *u, struct expr *e, const struct label *l)
{
    e = expr_bare(e);
    switch (e->kind) {
    case EXPR_LABEL_ADDR: return e->label.label == l;
    case EXPR_INT: return false;
    case EXPR_CAST: return may_name(u, e->cast.operand, l);
    case EXPR_COND: return may_name(u, e->cond.yes ? e->cond.yes : e->cond.test, l) || may_name(u, e->cond.no, l);
    case EXPR_INDEX: {
        struct expr *base = expr_bare(e->index.base), *table = constant_table(u, base);
        return table ? may_name(u, table, l) : base->kind == EXPR_INDEX ? may_name(u, base, l) : l->is_address_taken;
    }
    case EXPR_INIT:
        for (struct init_item *i = e->init.items; i; i = i->next)
            if (may_name(u, i->value, l))
                return true;
        return false;
    case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_PAREN: case EXPR_MEMBER: case EXPR_UNARY: case EXPR_POSTFIX:
    case EXPR_SIZEOF: case EXPR_AWAIT: case EXPR_START: case EXPR_BINARY: case EXPR_ASSIGN: case EXPR_COMPOUND: case EXPR_COMMA:
    case EXPR_NAME: case EXPR_CALL: case EXPR_STMT_EXPR: case EXPR_GENERIC: case EXPR_VA_ARG: case EXPR_OFFSETOF: case EXPR_TYPES:
    case EXPR_CHOOSE: case EXPR_BUILTIN_T: case EXPR_ERROR:
        return l->is_address_taken;
    }
    __builtin_unreachable();
}

bool may_go_to(struct unit *u, const struct stmt *s, const struct label *l)
{
    if (s->kind == STMT_GOTO)
        return s->goto_.label == l;
    if (s->kind == STMT_GOTO_PTR)
        return may_name(u, s->goto_ptr.target, l);
    for (const struct label_ref *r = s->asm_.labels; r; r = r->next)
        if (r->label == l)
            return true;
    return false;
}
