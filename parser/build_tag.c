// Structs, unions, enums and attributes.
//
//     struct s { int a, b : 3; } __attribute__((packed))   →   tag s with members a and b, is_packed
#include "parser/build.h"

#include <string.h>

#include "grammar.h"

struct tag_head *tag_head(struct unit *u, struct span span, enum type_kind kind)
{
    struct tag_head *h = NEW(&u->fn, struct tag_head);
    h->kind = kind;
    h->span = span;
    return h;
}

struct tag_head *tag_attrs(struct tag_head *head, struct attr *attrs)
{
    head->attrs = attrs_join(head->attrs, attrs);
    attrs_inner(&head->inner, attrs);
    return head;
}

struct tag_head *tag_mention(struct unit *u, struct tag_head *head, struct span span, struct name *name)
{
    head->tag = scope_find_tag(u, name);
    if (!head->tag || head->tag->kind != head->kind)
        head->tag = scope_declare_tag(u, name, head->kind, span);
    head->tag->attrs = attrs_join(head->tag->attrs, head->attrs);
    return head;
}

// `span` ends with the brace.
struct tag_head *tag_open(struct unit *u, struct tag_head *head, struct span span, struct name *name)
{
    span.hi--;
    struct tag *t = name ? scope_declare_tag(u, name, head->kind, span) : scope_new_tag(u, NULL, head->kind, span);
    if (t->is_complete || t->body.lo)
        t = scope_new_tag(u, name, head->kind, span);
    t->span = span;
    t->body.lo = span.hi;
    head->is_definition = true;
    head->tag = t;
    if (head->kind == TYPE_ENUM) {
        head->type = NEW(&u->ast, struct type);
        head->type->kind = TYPE_ENUM;
        head->type->tag = t;
    }
    return head;
}

struct tag_head *tag_underlying(struct unit *u, struct tag_head *head, struct specs *underlying)
{
    head->tag->underlying = specs_type(u, underlying);
    inner_join(&head->inner, underlying->inner);
    return head;
}

// #pragma pack counts where the body ends.
struct tag_head *tag_close(struct unit *u, struct tag_head *head, struct span span, struct member_list *members)
{
    struct tag *t = head->tag;
    t->is_complete = true;
    t->body.hi = span.hi;
    t->pack = u->parser->reader.pack;
    tag_apply_attrs(u, t, head->attrs);
    if (!members)
        return head;
    t->members = members->first;
    t->has_async = members->has_async;
    if (t->has_async && t->name)
        t->name->is_async = true;
    inner_join(&head->inner, members->inner);
    return head;
}

struct tag_head *enumerator_add(struct unit *u, struct tag_head *head, struct shape *enumerator)
{
    // A new one even if the scope has the name: it is in the list of one enumeration, once.
    struct symbol *s = scope_declare_in(u, u->scope, enumerator->name, SYMBOL_CONSTANT, enumerator->name_span);
    s->type = head->type;
    s->constant = enumerator->width;
    symbol_add_attrs(u, s, enumerator->attrs);
    s->previous_constant = head->last_constant;
    if (head->last_constant)
        head->last_constant->next_constant = s;
    else
        head->tag->constants = s;
    head->last_constant = s;
    inner_join(&head->inner, enumerator->inner);
    return head;
}

void tag_apply_attrs(struct unit *u, struct tag *tag, struct attr *attrs)
{
    tag->is_packed |= attr_find(attrs, "packed") != NULL;
    tag->is_transparent |= attr_find(attrs, "transparent_union") != NULL;
    tag->attrs = attrs_join(tag->attrs, attrs);
    struct expr *aligned = attrs_aligned(u, attrs);
    if (aligned)
        tag->aligned = aligned;
}

struct member_list *member_begin(struct unit *u, struct specs *specs)
{
    struct member_list *list = NEW(&u->fn, struct member_list);
    list->specs = specs;
    list->inner = specs->inner;
    return list;
}

static void member_append(struct member_list *list, struct member *m)
{
    if (list->last)
        list->last->next = m;
    else
        list->first = m;
    list->last = m;
}

// `span` runs from the specifiers, of the later ones from their declarator.
struct member_list *member_add(struct unit *u, struct member_list *list, struct span span, struct shape *s)
{
    struct member *m = NEW(&u->ast, struct member);
    m->name = s->name;
    m->type = shape_type(u, list->specs, s);
    m->width = s->width;
    m->bits = s->width ? 0 : -1;
    m->is_packed = attr_find(s->attrs, "packed") || attr_find(list->specs->attrs, "packed");
    m->aligned = attrs_aligned(u, s->attrs);
    if (!m->aligned)
        m->aligned = attrs_aligned(u, list->specs->attrs);
    m->attrs = s->attrs;
    m->specs_attrs = list->specs->attrs;
    m->span = span;
    inner_join(&list->inner, s->inner);
    member_append(list, m);
    list->has_async |= note_async(m->name, m->type);
    return list;
}

// Only a struct or union without a tag is a member (C 6.7.2.1p13), with -fms-extensions any.
static bool is_anonymous_member(const struct unit *u, struct specs *specs)
{
    const struct type *t = specs->type;
    bool has_tag = false;
    for (; t && t->kind == TYPE_TYPEDEF; t = t->base)
        has_tag = true;
    if (!t || (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION))
        return false;
    return (!has_tag && !t->tag->name) || u->parser->has_ms_extensions;
}

struct member_list *member_unnamed(struct unit *u, struct span span, struct specs *specs)
{
    struct member_list *list = member_begin(u, specs);
    specs_alone(u, specs);
    if (!is_anonymous_member(u, specs))
        return list;
    return member_add(u, list, span, shape_abstract(u, span));
}

struct member_list *member_assert(struct unit *u, struct decl *d)
{
    struct member_list *list = NEW(&u->fn, struct member_list);
    inner_add(&list->inner, d->inner);
    return list;
}

struct member_list *member_join(struct unit *u, struct member_list *list, struct member_list *more)
{
    if (!more)
        return list;
    if (!list)
        list = NEW(&u->fn, struct member_list);
    list->has_async |= more->has_async;
    if (more->first) {
        member_append(list, more->first);
        list->last = more->last;
    }
    inner_join(&list->inner, more->inner);
    return list;
}

// __aligned__ is aligned.
static struct name *attr_name(struct unit *u, struct name *n)
{
    if (n->len > 4 && !strncmp(n->text, "__", 2) && !strcmp(n->text + n->len - 2, "__"))
        return name_of(&u->names, n->text + 2, n->len - 4);
    return n;
}

struct attr *build_attr(struct unit *u, struct span span, const struct span *scope, struct span name,
                        struct builtin_args *args)
{
    struct attr *a = NEW(&u->ast, struct attr);
    bool is_cut = u->tokens[span.hi].kind == '(';           // the reader left its arguments out
    a->span = is_cut ? (struct span){ span.lo, after_parentheses(u, span.hi) } : span;
    a->scope = scope ? attr_name(u, token_name(u, *scope)) : NULL;
    a->name = attr_name(u, token_name(u, name));
    a->args = args ? args->exprs.first : NULL;
    a->type = args ? args->type : NULL;
    return a;
}

struct attr *attrs_join(struct attr *a, struct attr *b)
{
    if (!a)
        return b;
    struct attr *last = a;
    while (last->next)
        last = last->next;
    last->next = b;
    return a;
}

void symbol_add_attrs(struct unit *u, struct symbol *s, const struct attr *attrs)
{
    struct attr **end = &s->attrs;
    while (*end)
        end = &(*end)->next;
    for (; attrs; attrs = attrs->next, end = &(*end)->next) {
        *end = NEW(&u->ast, struct attr);
        **end = *attrs;
        (*end)->next = NULL;
    }
}

const struct attr *attr_find(const struct attr *attrs, const char *name)
{
    while (attrs && strcmp(attrs->name->text, name))
        attrs = attrs->next;
    return attrs;
}

bool attr_own(const struct attr *attrs, const char *name)
{
    for (; attrs; attrs = attrs->next) {
        const char *text = attrs->name->text;
        if (attrs->scope ? !strcmp(attrs->scope->text, "ac") && !strcmp(text, name) : !strncmp(text, "ac_", 3) && !strcmp(text + 3, name))
            return true;
    }
    return false;
}

// `aligned` alone means the largest alignment of the target.
static struct expr *largest_alignment(struct unit *u, struct span span)
{
    struct expr *e = expr_new(u, EXPR_INT, span);
    e->type = type_basic(u, TYPE_INT);
    e->is_constant = true;
    e->value = u->target->align_max;
    e->int_.value = u->target->align_max;
    return e;
}

struct expr *attrs_aligned(struct unit *u, const struct attr *attrs)
{
    struct expr *aligned = NULL;
    for (const struct attr *a = attrs; a; a = a->next)
        if (!strcmp(a->name->text, "aligned") || !strcmp(a->name->text, "alignas"))
            aligned = a->args ? a->args : largest_alignment(u, a->span);
    return aligned;
}

void attrs_inner(struct inner *list, const struct attr *attrs)
{
    static const char *const names[] = { "aligned", "alignas", "vector_size", "ext_vector_type" };
    for (; attrs; attrs = attrs->next)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (attrs->args && !strcmp(attrs->name->text, names[i]))
                inner_add(list, attrs->args);
}
