// Declarations with an await in an initialiser, or of objects that live in the frame; and what becomes of what was declared when
// its block ends, where that waits.
#include <string.h>

#include "grammar.h"
#include "lower/ctype.h"
#include "lower/text.h"
#include "lower/walk.h"
#include "parser/handle_type.h"

static uint32_t declarator_end(const struct declarator *d)
{
    return d->init ? d->init->span.hi : d->span.hi;
}

static struct local *resident_of(const struct declarator *d)
{
    struct local *v = d->symbol ? d->symbol->local : NULL;
    return v && v->class == LOCAL_RESIDENT ? v : NULL;
}

static const char *declarator_before(struct lower *l, struct declarator *d)
{
    const char *text = "";
    for (struct expr *e = evaluated_inner(l->u, d); e; e = e->next_inner)
        text = arena_printf(&l->u->fn, "%s%s", text, full_before(l, e));
    if (d->init)
        text = arena_printf(&l->u->fn, "%s%s", text, full_before(l, d->init));
    return text;
}

static const char *specs_again(struct lower *l, const struct decl *d)
{
    struct unit *u = l->u;
    if (d->defines_tag)
        return c_decl(u, d->base, "", false);
    return edit_render(u, d->specs);
}

// The definition of a struct, union or enum alone, without qualifiers and storage class.
static const char *tag_definition(struct lower *l, const struct decl *d)
{
    struct unit *u = l->u;
    uint32_t end = d->tags->body.hi;
    while (u->tokens[end].kind == TOK_ATTRIBUTE && end < d->specs.hi) {
        int depth = 0;
        do {
            end++;
            depth += u->tokens[end].kind == '(' ? 1 : u->tokens[end].kind == ')' ? -1 : 0;
        } while (depth > 0);
        end++;
    }
    return edit_render(u, (struct span){d->tags->span.lo, end});
}

struct mention {
    struct walk walk;
    const struct symbol *symbol;
    bool found;
};

static void mention_expr(struct walk *w, struct expr *e)
{
    struct mention *m = (struct mention *)w;
    m->found |= e->kind == EXPR_NAME && e->name.symbol == m->symbol;
}

static bool mentions(struct expr *e, const struct symbol *symbol)
{
    struct mention m = {{.expr = mention_expr}, symbol, false};
    walk_expr(&m.walk, e);
    return m.found;
}

static void attributes_again(struct lower *l, const struct attr *attrs, bool is_gnu, struct buf *out)
{
    for (const struct attr *a = attrs; a; a = a->next)
        if (!a->scope == is_gnu)
            buf_printf(out, is_gnu ? " __attribute__((%s))" : "[[%s]] ", edit_render(l->u, a->span));
}

// Whether compilers take an attribute of a local for good: they need not see it. acc heeds those that change the object.
static bool is_for_locals(const struct attr *a)
{
    static const char *const names[] = {
        "aligned", "alignas", "annotate", "cleanup", "deprecated", "ext_vector_type", "maybe_unused", "may_alias", "mode", "nodebug",
        "nonstring", "packed", "unavailable", "uninitialized", "unused", "used", "vector_size", "warn_if_not_aligned",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(a->name->text, names[i]))
            return true;
    return !strncmp(a->name->text, "ac_", 3) || (a->scope && !strcmp(a->scope->text, "ac"));
}

// The other attributes of an object in the frame, on a member that does not exist: what is wrong with them the compiler says.
static const char *judged_attributes(struct lower *l, const struct declarator *d)
{
    struct buf standard = {0}, gnu = {0};
    const struct attr *const lists[] = { d->decl->attrs, d->attrs };
    for (size_t i = 0; i < 2; i++)
        for (const struct attr *a = lists[i]; a; a = a->next)
            if (!is_for_locals(a) && a->scope)
                buf_printf(&standard, "[[%s]] ", edit_render(l->u, a->span));
            else if (!is_for_locals(a))
                buf_printf(&gnu, " __attribute__((%s))", edit_render(l->u, a->span));
    const char *text = "";
    if (standard.len || gnu.len)
        text = arena_printf(&l->u->fn, "(void)sizeof(struct { %.*sint %s%.*s; });\n", (int)standard.len, standard.len ? standard.bytes : "",
                            d->symbol->name->text, (int)gnu.len, gnu.len ? gnu.bytes : "");
    buf_free(&standard);
    buf_free(&gnu);
    return text;
}

// A declaration without the `const`, which may stand in a typedef or a macro.
static void declare_assignable(struct lower *l, const struct declarator *d, struct type *type, struct buf *out)
{
    attributes_again(l, d->decl->attrs, false, out);
    attributes_again(l, d->attrs, false, out);
    buf_puts(out, c_decl(l->u, type, d->symbol->local->name, true));
    attributes_again(l, d->decl->attrs, true, out);
    attributes_again(l, d->attrs, true, out);
    buf_puts(out, ";\n");
}

// An initialiser that waits and names what it initialises: the name must be known before, and it is assigned to.
static void declare_first(struct lower *l, const struct declarator *d, const char *specs, const char *before, struct buf *out)
{
    struct type *type = d->symbol->type, *assigned = without_const(l->u, type);
    if (assigned == type)
        buf_printf(out, "%s %s;\n", specs, edit_render(l->u, d->span));
    else
        declare_assignable(l, d, assigned, out);
    buf_printf(out, "%s%s", before, place_init(l, d->symbol->local->name, assigned, d->init));
}

// Behind the definition of a tag that is hidden further in.
static const char *alias_of(struct unit *u, const struct decl *d)
{
    const struct tag *t = d->tags;
    return t && t->alias ? arena_printf(&u->arena, "typedef %s %s %s __attribute__((__unused__));\n", tag_word(t->kind),
                                        t->name->text, t->alias) : "";
}

// Cancels the children behind the handles of a variable, and waits for them.
static void drop_children(struct lower *l, struct point *p, struct type *t, const char *variable)
{
    struct unit *u = l->u;
    const char *object = arena_printf(&u->arena, ", (void *)&%s, sizeof %s", variable, variable);
    if (type_plain(u, handles_element(u, t))->kind == TYPE_HANDLE)
        lower_point(l, p, "ac_drop", object);
    else
        lower_point(l, p, "ac_drop_in", arena_printf(&u->arena, "%s, %s", object, handles_text(u, t)));
}

// What the end of the function waits for when parameters hold handles.
void lower_params_end(struct lower *l)
{
    const struct exits own = { lower_exit, l, "", "" };
    for (struct param *p = l->a->fn->type->function.params; p; p = p->next) {
        if (!p->ending)
            continue;
        struct buf drop = {0}, *outer = l->out;
        l->out = &drop;
        drop_children(l, p->drop, p->symbol->type, resident_text(l, p->symbol->local));
        l->out = outer;
        const char *text = arena_printf(&l->u->arena, "\n%.*s", (int)drop.len, drop.bytes);
        buf_printf(l->out, "%s\n", ending_text(l->u, p->ending, text, &own));
        buf_free(&drop);
    }
}

// Awaits the function that cleans a variable up. As a deferred statement, it is not cancelled.
static void await_cleanup(struct lower *l, struct point *p, const char *variable)
{
    buf_puts(l->out, "ac_cancel_hold(ac_task);\n");
    lower_point(l, p, p->callee->name->text, arena_printf(&l->u->arena, ", &%s", variable));
    buf_puts(l->out, "ac_cancel_resume(ac_task);\n");
}

// What the end of a variable waits for.
static const char *wait_text(struct lower *l, const struct declarator *d, const char *variable)
{
    struct buf out = {0}, *outer = l->out;
    l->out = &out;
    buf_puts(&out, "\n");
    if (d->cleanup)
        await_cleanup(l, d->drop, variable);
    else
        drop_children(l, d->drop, d->symbol->type, variable);
    l->out = outer;
    return buf_keep(&l->u->arena, &out);
}

const char *take_cleanups(struct lower *l, const struct decl *d)
{
    struct unit *u = l->u;
    const struct exits own = { lower_exit, l, "", "" };
    const char *text = "";
    for (const struct declarator *i = d->declarators; i; i = i->next) {
        if (!i->ending)
            continue;
        const struct local *v = resident_of(i);
        const char *variable = v ? resident_text(l, v) : i->symbol->local->name;
        const char *end = i->drop ? wait_text(l, i, variable)
                                  : arena_printf(&u->arena, " %s(&%s);", edit_render(u, i->cleanup->args->span), variable);
        text = arena_printf(&u->arena, "%s%s\n", text, ending_text(u, i->ending, end, &own));
        if (i->cleanup)
            drop_attribute(u, i->cleanup->span);
    }
    return text;
}

// Behind a declaration that stays in one piece.
static void put_behind(struct lower *l, const struct stmt *s, const char *cleanups)
{
    const char *alias = alias_of(l->u, s->decl.decl);
    if (*alias || *cleanups)
        edit_after(l->u, s->span.hi - 1, arena_printf(&l->u->arena, "\n%s%s", alias, cleanups));
}

// One declaration becomes several statements, because a part of it waits or lives in the frame:
//     int a = f(), b[2] = {1}, c = await g();   →   int a = f(); <b in the frame> <the await> int c = ac_r1.value;
static void split_declaration(struct lower *l, struct stmt *s, const char *const *before, const char *cleanups)
{
    struct unit *u = l->u;
    struct decl *d = s->decl.decl;
    const char *first = edit_render(u, d->specs), *again = specs_again(l, d);
    bool defines = d->defines_tag;          // and the definition has not been written yet
    struct buf whole = {0};
    uint32_t n = 0;
    for (const struct declarator *i = d->declarators; i; i = i->next, n++) {
        const struct local *v = resident_of(i);
        if (defines && (v || *before[n])) {
            buf_printf(&whole, "%s;\n%s", tag_definition(l, d), alias_of(u, d));
            defines = false;
        }
        if (!v && *before[n] && mentions(i->init, i->symbol)) {
            declare_first(l, i, again, before[n], &whole);
            continue;
        }
        buf_puts(&whole, before[n]);
        if (v)
            buf_printf(&whole, "%s%s", judged_attributes(l, i), resident_init(l, v, i));
        else
            buf_printf(&whole, "%s %s;\n%s", defines || !d->defines_tag ? first : again,
                       edit_render(u, (struct span){i->span.lo, declarator_end(i)}), defines ? alias_of(u, d) : "");
        defines = false;
    }
    buf_puts(&whole, cleanups);
    // After a label something must stand.
    bool is_labelled = s->span.lo > 0 && u->tokens[s->span.lo - 1].kind == ':';
    if (!whole.len && is_labelled)
        buf_puts(&whole, ";");
    edit_replace(u, s->span, buf_keep(&u->fn, &whole));
}

static bool names_typedef(const struct type *t, const struct symbol *symbol)
{
    for (; t; t = t->base)
        if (t->kind == TYPE_TYPEDEF && t->symbol == symbol)
            return true;
    return false;
}

// The declarations that use the name may all have gone into the frame, and the compiler would say that nothing uses it.
static void keep_typedefs(struct lower *l, const struct decl *d)
{
    for (const struct declarator *i = d->declarators; i; i = i->next) {
        bool is_used = false;
        for (uint32_t v = 0; v < l->a->local_count; v++)
            is_used |= l->a->locals[v]->class == LOCAL_RESIDENT && names_typedef(l->a->locals[v]->type, i->symbol);
        if (is_used)
            edit_after(l->u, i->span.hi - 1, " __attribute__((__unused__))");
    }
}

void lower_declaration(struct lower *l, struct stmt *s, bool is_item)
{
    struct unit *u = l->u;
    struct decl *d = s->decl.decl;
    uint32_t count = 0;
    bool needs_split = false, any = false;
    if (d->function)
        return;
    if (d->storage == STORAGE_TYPEDEF)
        keep_typedefs(l, d);
    for (struct declarator *i = d->declarators; i; i = i->next)
        count++;
    bool is_constant = d->storage == STORAGE_NONE && count && d->declarators->symbol && d->declarators->symbol->storage == STORAGE_STATIC;
    if (is_constant)
        edit_before(u, s->span.lo, "static ");
    if (is_constant || d->storage == STORAGE_STATIC || d->storage == STORAGE_EXTERN || count == 0) {
        put_behind(l, s, "");
        return;
    }
    const char *cleanups = take_cleanups(l, d);
    const char **before = NEW_ARRAY(&u->arena, const char *, count);
    uint32_t n = 0;
    for (struct declarator *i = d->declarators; i; i = i->next, n++) {
        before[n] = declarator_before(l, i);
        any |= *before[n] != 0;
        needs_split |= resident_of(i) || (*before[n] && (n > 0 || d->defines_tag || mentions(i->init, i->symbol)));
    }
    if (needs_split)
        split_declaration(l, s, before, cleanups);
    else
        put_behind(l, s, cleanups);
    if (!needs_split && any)
        put_before(l, s, is_item, before[0]);
}
