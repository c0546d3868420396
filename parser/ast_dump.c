// --emit=ast: the tree of the user's files, one node a line.
//
//     decl <2:1-5:1> async
//       declarator f 'async int (int a)' <2:11-2:18>
//       function f <2:1-5:1>
//         block <3:1-5:1>
//           return <4:5-4:21>
//             await <4:12-4:20>
#include "parser/ast.h"

#include <ctype.h>

#include "grammar.h"

enum { DEPTH_MOST = 5000 };

struct dump {
    struct unit *u;
    FILE *out;
    int depth;
};

static void dump_expr(struct dump *d, const char *role, struct expr *e);
static void dump_stmt(struct dump *d, const char *role, struct stmt *s);
static void dump_decl(struct dump *d, struct decl *decl);

static void put_place(struct dump *d, uint32_t token, bool is_end)
{
    struct unit *u = d->u;
    if (!(u->tokens[token].flags & TOKEN_MAPPED)) {
        fprintf(d->out, "%u", u->tokens[token].line);
        return;
    }
    struct origin o = token_origin(u, token);
    struct place p = file_place(u, o.file, is_end ? o.hi - 1 : o.lo);
    fprintf(d->out, "%u:%u", p.line, p.column);
}

static void put_range(struct dump *d, struct span s)
{
    if (s.lo == s.hi)
        return;
    fputs(" <", d->out);
    put_place(d, s.lo, false);
    fputc('-', d->out);
    put_place(d, s.hi - 1, true);
    fputc('>', d->out);
}

static void put_lower(struct dump *d, const char *text)
{
    for (; *text; text++)
        fputc(tolower((unsigned char)*text), d->out);
}

static void put_head(struct dump *d, const char *role, const char *kind)
{
    fprintf(d->out, "%*s", d->depth * 2, "");
    if (role)
        fprintf(d->out, "%s: ", role);
    put_lower(d, kind);
}

static void put_type(struct dump *d, struct type *t)
{
    if (t)
        fprintf(d->out, " '%s'", type_text(d->u, t, "", true));
}

static void put_op(struct dump *d, int op)
{
    switch (op) {
    case TOK_INC: fputs(" ++", d->out); return;
    case TOK_DEC: fputs(" --", d->out); return;
    case TOK_SHL: fputs(" <<", d->out); return;
    case TOK_SHR: fputs(" >>", d->out); return;
    case TOK_LE: fputs(" <=", d->out); return;
    case TOK_GE: fputs(" >=", d->out); return;
    case TOK_EQ: fputs(" ==", d->out); return;
    case TOK_NE: fputs(" !=", d->out); return;
    case TOK_ANDAND: fputs(" &&", d->out); return;
    case TOK_OROR: fputs(" ||", d->out); return;
    case TOK_MUL_ASSIGN: fputs(" *=", d->out); return;
    case TOK_DIV_ASSIGN: fputs(" /=", d->out); return;
    case TOK_MOD_ASSIGN: fputs(" %=", d->out); return;
    case TOK_ADD_ASSIGN: fputs(" +=", d->out); return;
    case TOK_SUB_ASSIGN: fputs(" -=", d->out); return;
    case TOK_SHL_ASSIGN: fputs(" <<=", d->out); return;
    case TOK_SHR_ASSIGN: fputs(" >>=", d->out); return;
    case TOK_AND_ASSIGN: fputs(" &=", d->out); return;
    case TOK_XOR_ASSIGN: fputs(" ^=", d->out); return;
    case TOK_OR_ASSIGN: fputs(" |=", d->out); return;
    case TOK_REAL: fputs(" __real__", d->out); return;
    case TOK_IMAG: fputs(" __imag__", d->out); return;
    case TOK_EXTENSION: fputs(" __extension__", d->out); return;
    case TOK_SIZEOF: return;
    case TOK_ALIGNOF: fputs(" _Alignof", d->out); return;
    default: fprintf(d->out, " %c", op);
    }
}

// The dump itself recurses.
static bool is_too_deep(struct dump *d)
{
    if (d->depth == DEPTH_MOST)
        fprintf(d->out, "%*s...\n", d->depth * 2, "");
    return d->depth >= DEPTH_MOST;
}

// --- expressions

static void dump_type_name(struct dump *d, const char *role, const struct type_name *t)
{
    if (!t)
        return;
    put_head(d, role, "type");
    put_type(d, t->type);
    put_range(d, t->span);
    fputc('\n', d->out);
}

static void dump_exprs(struct dump *d, const char *role, struct expr *e)
{
    for (; e; e = e->next)
        dump_expr(d, role, e);
}

static void put_symbol(struct dump *d, const struct expr *e)
{
    static const char *const kinds[] = { "object", "function", "typedef", "constant" };
    const struct symbol *s = e->name.symbol;
    fprintf(d->out, " %s", e->name.name->text);
    if (!s)
        fputs(" undeclared", d->out);
    else
        fprintf(d->out, " %s%s depth %u", s->is_builtin ? "builtin " : s->is_param ? "parameter " : "", kinds[s->kind],
                s->scope_depth);
    if (s && s->is_captured)
        fputs(" captured", d->out);
}

// What stands on the node's own line.
static void put_expr_details(struct dump *d, const struct expr *e)
{
    if (e->kind == EXPR_NAME)
        put_symbol(d, e);
    else if (e->kind == EXPR_MEMBER)
        fprintf(d->out, " %s%s", e->member.is_arrow ? "->" : ".", e->member.name->text);
    else if (e->kind == EXPR_LABEL_ADDR)
        fprintf(d->out, " %s", e->label.label->name->text);
    else if (e->kind == EXPR_BUILTIN_T)
        fprintf(d->out, " %s", e->builtin.name->text);
    else if (e->kind == EXPR_INT || e->kind == EXPR_FLOAT || e->kind == EXPR_STRING)
        fprintf(d->out, " %s", span_text(d->u, e->span));
    else if (e->kind == EXPR_BINARY)
        put_op(d, e->binary.op);
    else if (e->kind == EXPR_ASSIGN)
        put_op(d, e->assign.op);
    else if (e->kind == EXPR_UNARY)
        put_op(d, e->unary.op);
    else if (e->kind == EXPR_POSTFIX)
        put_op(d, e->postfix.op);
    else if (e->kind == EXPR_SIZEOF)
        put_op(d, e->sizeof_.op);
}

static void dump_init(struct dump *d, const struct expr *e)
{
    for (const struct init_item *i = e->init.items; i; i = i->next) {
        for (const struct designator *g = i->designators; g; g = g->next)
            if (g->member) {
                put_head(d, NULL, "designator");
                fprintf(d->out, " .%s\n", g->member->text);
            } else {
                dump_expr(d, "from", g->lo);
                dump_expr(d, "to", g->hi);
            }
        dump_expr(d, NULL, i->value);
    }
}

static void dump_generic(struct dump *d, const struct expr *e)
{
    dump_expr(d, "of", e->generic.control);
    dump_type_name(d, "of", e->generic.control_type);
    for (const struct generic_item *i = e->generic.items; i; i = i->next) {
        dump_type_name(d, "for", i->type);
        dump_expr(d, i->type ? NULL : "default", i->value);
    }
}

static void dump_children(struct dump *d, struct expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_NULLPTR: case EXPR_NAME: case EXPR_LABEL_ADDR:
    case EXPR_ERROR:
        return;
    case EXPR_PAREN:
        dump_expr(d, NULL, e->paren.inner);
        return;
    case EXPR_INDEX:
        dump_expr(d, NULL, e->index.base);
        dump_expr(d, NULL, e->index.index);
        return;
    case EXPR_CALL:
        dump_expr(d, NULL, e->call.callee);
        dump_exprs(d, NULL, e->call.args);
        return;
    case EXPR_MEMBER:
        dump_expr(d, NULL, e->member.object);
        return;
    case EXPR_POSTFIX:
        dump_expr(d, NULL, e->postfix.operand);
        return;
    case EXPR_UNARY:
        dump_expr(d, NULL, e->unary.operand);
        return;
    case EXPR_SIZEOF:
        dump_expr(d, NULL, e->sizeof_.operand);
        dump_type_name(d, NULL, e->sizeof_.type);
        return;
    case EXPR_CAST:
        dump_type_name(d, NULL, e->cast.type);
        dump_expr(d, NULL, e->cast.operand);
        return;
    case EXPR_COMPOUND:
        dump_type_name(d, NULL, e->compound.type);
        dump_expr(d, NULL, e->compound.init);
        return;
    case EXPR_BINARY:
        dump_expr(d, NULL, e->binary.lhs);
        dump_expr(d, NULL, e->binary.rhs);
        return;
    case EXPR_COND:
        dump_expr(d, "test", e->cond.test);
        dump_expr(d, "yes", e->cond.yes);
        dump_expr(d, "no", e->cond.no);
        return;
    case EXPR_ASSIGN:
        dump_expr(d, NULL, e->assign.lhs);
        dump_expr(d, NULL, e->assign.rhs);
        return;
    case EXPR_COMMA:
        dump_expr(d, NULL, e->comma.lhs);
        dump_expr(d, NULL, e->comma.rhs);
        return;
    case EXPR_INIT:
        dump_init(d, e);
        return;
    case EXPR_GENERIC:
        dump_generic(d, e);
        return;
    case EXPR_STMT_EXPR:
        dump_stmt(d, NULL, e->stmt_expr.block);
        return;
    case EXPR_VA_ARG:
        dump_expr(d, NULL, e->va_arg.list);
        dump_type_name(d, NULL, e->va_arg.type);
        return;
    case EXPR_OFFSETOF:
        dump_type_name(d, NULL, e->offsetof_.type);
        dump_expr(d, "path", e->offsetof_.path);
        return;
    case EXPR_TYPES:
        dump_type_name(d, NULL, e->types.a);
        dump_type_name(d, NULL, e->types.b);
        return;
    case EXPR_CHOOSE:
        dump_expr(d, "test", e->choose.test);
        dump_expr(d, "yes", e->choose.yes);
        dump_expr(d, "no", e->choose.no);
        return;
    case EXPR_BUILTIN_T:
        dump_exprs(d, NULL, e->builtin.args);
        dump_type_name(d, NULL, e->builtin.type);
        return;
    case EXPR_AWAIT:
        dump_expr(d, NULL, e->await.operand);
        return;
    case EXPR_START:
        dump_expr(d, NULL, e->start.operand);
        return;
    }
    __builtin_unreachable();
}

static void dump_expr(struct dump *d, const char *role, struct expr *e)
{
    if (!e || is_too_deep(d))
        return;
    put_head(d, role, expr_kind_name(e->kind));
    put_expr_details(d, e);
    put_type(d, e->type);
    put_range(d, e->span);
    fputc('\n', d->out);
    d->depth++;
    dump_children(d, e);
    d->depth--;
}

// --- statements

static void dump_stmts(struct dump *d, struct stmt *s)
{
    for (; s; s = s->next)
        dump_stmt(d, NULL, s);
}

static void put_stmt_details(struct dump *d, const struct stmt *s)
{
    if (s->kind == STMT_LABEL)
        fprintf(d->out, " %s", s->label.label->name->text);
    else if (s->kind == STMT_GOTO)
        fprintf(d->out, " %s", s->goto_.label->name->text);
    else if (s->kind == STMT_ASM && s->asm_.is_volatile)
        fputs(" volatile", d->out);
    else if (s->kind == STMT_ARM && s->arm.is_dropped)
        fputs(" (void)", d->out);
    for (const struct label_ref *r = s->kind == STMT_ASM ? s->asm_.labels : NULL; r; r = r->next)
        fprintf(d->out, " %s", r->label->name->text);
}

static void dump_parts(struct dump *d, struct stmt *s)
{
    switch (s->kind) {
    case STMT_EXPR:
        dump_expr(d, NULL, s->expr.expr);
        return;
    case STMT_DECL:
        dump_decl(d, s->decl.decl);
        return;
    case STMT_BLOCK:
        dump_stmts(d, s->block.items);
        return;
    case STMT_IF:
        dump_expr(d, "test", s->if_.test);
        dump_stmt(d, "yes", s->if_.yes);
        dump_stmt(d, "no", s->if_.no);
        return;
    case STMT_WHILE:
        dump_expr(d, "test", s->while_.test);
        dump_stmt(d, NULL, s->while_.body);
        return;
    case STMT_DO:
        dump_stmt(d, NULL, s->do_.body);
        dump_expr(d, "test", s->do_.test);
        return;
    case STMT_FOR:
        dump_stmt(d, "init", s->for_.init);
        dump_expr(d, "test", s->for_.test);
        dump_expr(d, "step", s->for_.step);
        dump_stmt(d, NULL, s->for_.body);
        return;
    case STMT_SWITCH:
        dump_expr(d, "value", s->switch_.value);
        dump_stmt(d, NULL, s->switch_.body);
        return;
    case STMT_CASE:
        dump_expr(d, s->case_.hi ? "from" : NULL, s->case_.lo);
        dump_expr(d, "to", s->case_.hi);
        dump_stmt(d, NULL, s->case_.body);
        return;
    case STMT_DEFAULT:
        dump_stmt(d, NULL, s->default_.body);
        return;
    case STMT_LABEL:
        dump_stmt(d, NULL, s->label.body);
        return;
    case STMT_GOTO_PTR:
        dump_expr(d, NULL, s->goto_ptr.target);
        return;
    case STMT_RETURN:
        dump_expr(d, NULL, s->return_.value);
        return;
    case STMT_ASM:
        dump_exprs(d, "out", s->asm_.outputs);
        dump_exprs(d, "in", s->asm_.inputs);
        return;
    case STMT_DEFER:
        dump_stmt(d, NULL, s->defer.body);
        return;
    case STMT_AWAIT_ANY:
        dump_stmt(d, NULL, s->await_any.body);
        return;
    case STMT_ARM:
        if (s->arm.decl)
            dump_decl(d, s->arm.decl);
        dump_expr(d, NULL, s->arm.expr);
        dump_stmt(d, NULL, s->arm.body);
        return;
    case STMT_GOTO: case STMT_BREAK: case STMT_CONTINUE: case STMT_AWAIT_ALL: case STMT_ERROR:
        return;
    }
    __builtin_unreachable();
}

static void dump_stmt(struct dump *d, const char *role, struct stmt *s)
{
    if (!s || is_too_deep(d))
        return;
    put_head(d, role, stmt_kind_name(s->kind));
    put_stmt_details(d, s);
    put_range(d, s->span);
    fputc('\n', d->out);
    d->depth++;
    dump_parts(d, s);
    d->depth--;
}

// --- declarations

static void put_words(struct dump *d, const struct decl *decl)
{
    static const char *const storages[] = { "", " typedef", " extern", " static", " auto", " register" };
    fputs(storages[decl->storage], d->out);
    fputs(decl->is_async ? " async" : "", d->out);
    fputs(decl->is_inline ? " inline" : "", d->out);
    fputs(decl->is_noreturn ? " noreturn" : "", d->out);
    fputs(decl->is_thread_local ? " thread_local" : "", d->out);
    fputs(decl->is_static_assert ? " static_assert" : "", d->out);
}

static void put_attrs(struct dump *d, const struct attr *a)
{
    for (; a; a = a->next)
        if (a->scope)
            fprintf(d->out, " [[%s::%s]]", a->scope->text, a->name->text);
        else
            fprintf(d->out, " [[%s]]", a->name->text);
}

static void dump_member(struct dump *d, const struct member *m)
{
    put_head(d, NULL, "member");
    fprintf(d->out, " %s", m->name ? m->name->text : "(unnamed)");
    put_type(d, m->type);
    put_range(d, m->span);
    fputc('\n', d->out);
    d->depth++;
    dump_expr(d, "width", m->width);
    d->depth--;
}

static void dump_tag(struct dump *d, const struct tag *t)
{
    put_head(d, NULL, tag_word(t->kind));
    fprintf(d->out, " %s", t->name ? t->name->text : "(unnamed)");
    if (t->is_packed)
        fputs(" packed", d->out);
    if (t->pack)
        fprintf(d->out, " pack %u", t->pack);
    put_range(d, (struct span){ t->span.lo, t->body.hi });
    fputc('\n', d->out);
    d->depth++;
    for (const struct member *m = t->members; m; m = m->next)
        dump_member(d, m);
    for (const struct symbol *s = t->constants; s; s = s->next_constant) {
        put_head(d, NULL, "constant");
        fprintf(d->out, " %s\n", s->name->text);
    }
    d->depth--;
}

static void dump_declarator(struct dump *d, const struct declarator *r)
{
    put_head(d, NULL, "declarator");
    fprintf(d->out, " %s", span_text(d->u, r->name));
    put_type(d, r->type);
    put_attrs(d, r->attrs);
    put_range(d, r->span);
    fputc('\n', d->out);
    d->depth++;
    for (struct expr *e = r->inner; e; e = e->next_inner)
        dump_expr(d, "inner", e);
    dump_expr(d, "init", r->init);
    d->depth--;
}

static void dump_function(struct dump *d, const struct function *f)
{
    put_head(d, NULL, "function");
    fprintf(d->out, " %s", f->symbol->name->text);
    for (const struct label *l = f->labels; l; l = l->next)
        fprintf(d->out, " %slabel %s", l->local_depth ? "local " : "", l->name->text);
    fputc('\n', d->out);
    d->depth++;
    for (const struct param *p = f->type->function.params; p; p = p->next) {
        put_head(d, NULL, "param");
        if (p->symbol)
            fprintf(d->out, " %s", p->symbol->name->text);
        put_type(d, p->type);
        put_range(d, p->span);
        fputc('\n', d->out);
    }
    dump_stmt(d, NULL, f->body);
    d->depth--;
}

static void dump_decl(struct dump *d, struct decl *decl)
{
    put_head(d, NULL, "decl");
    put_words(d, decl);
    put_attrs(d, decl->attrs);
    put_range(d, decl->span);
    fputc('\n', d->out);
    d->depth++;
    if (decl->tags)
        dump_tag(d, decl->tags);
    for (struct expr *e = decl->inner; e; e = e->next_inner)
        dump_expr(d, "inner", e);
    for (const struct declarator *r = decl->declarators; r; r = r->next)
        dump_declarator(d, r);
    if (decl->function)
        dump_function(d, decl->function);
    d->depth--;
}

void ast_dump(struct unit *u, FILE *out)
{
    struct dump d = { u, out, 0 };
    for (struct decl *decl = u->decls; decl; decl = decl->next)
        if (!(u->tokens[decl->span.lo].flags & TOKEN_SYSTEM))
            dump_decl(&d, decl);
}
