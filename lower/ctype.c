#include "lower/ctype.h"

#include <string.h>

#include "lower/edit.h"

// Whether the spelling of a type goes through a name that file scope does not know, or an inner block may not.
static bool sugar_is_unknown(struct type *t, bool at_file_scope)
{
    while (t) {
        switch (t->kind) {
        case TYPE_TYPEDEF:
            return at_file_scope ? t->symbol->scope_depth > 0 : t->symbol->is_hidden;
        case TYPE_TYPEOF:
        case TYPE_AUTO:
            return at_file_scope;
        case TYPE_FUNCTION:
            for (struct param *p = t->function.params; p; p = p->next)
                if (sugar_is_unknown(p->type, at_file_scope))
                    return true;
            t = t->base;
            break;
        case TYPE_POINTER:
        case TYPE_ARRAY:
        case TYPE_VECTOR:
        case TYPE_COMPLEX:
            t = t->base;
            break;
        default:
            return false;
        }
    }
    return false;
}

// Gives every struct, union or enum without a name that t is made of one, in the source.
static void name_tags(struct unit *u, struct type *t)
{
    while (t) {
        t = type_plain(u, t);
        bool has_tag = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM;
        if (has_tag && !t->tag->name && t->tag->body.hi > t->tag->body.lo) {
            const char *name = fresh_name(u, arena_printf(&u->arena, "ac_tag%u", t->tag->body.lo));
            t->tag->name = name_of_text(&u->names, name);
            t->tag->is_named_by_acc = true;
            edit_before(u, t->tag->body.lo, arena_printf(&u->arena, "%s ", name));
        }
        if (t->kind == TYPE_FUNCTION)
            for (struct param *p = t->function.params; p; p = p->next)
                name_tags(u, p->type);
        t = t->kind == TYPE_BITINT ? NULL : t->base;
    }
}

// Generated code may spell t where a tag in it means something else. One message for each tag.
static void check_hidden_tags(struct unit *u, struct type *t)
{
    while (t) {
        t = type_plain(u, t);
        bool has_tag = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM;
        if (has_tag && t->tag->hidden_by) {
            struct diag *d = diag_error(u, ERROR_HIDDEN_TAG, t->tag->hidden_by->span, "'%s' hides the one of a block further out, "
                                        "of which the frame holds a value; give it another name", type_text(u, t, "", false));
            diag_note(u, d, t->tag->span, "'%s' of the frame is defined here", type_text(u, t, "", false));
            t->tag->hidden_by = NULL;
        }
        if (t->kind == TYPE_FUNCTION)
            for (struct param *p = t->function.params; p; p = p->next)
                check_hidden_tags(u, p->type);
        t = t->kind == TYPE_BITINT ? NULL : t->base;
    }
}

const char *c_decl(struct unit *u, struct type *t, const char *name, bool at_file_scope)
{
    if (!at_file_scope)
        check_hidden_tags(u, t);
    bool keep_sugar = !sugar_is_unknown(t, at_file_scope);
    const char *text = type_text_lowered(u, t, name, keep_sugar);
    if (!strstr(text, "<anonymous>"))
        return text;
    name_tags(u, t);
    return type_text_lowered(u, t, name, keep_sugar);
}

const char *c_argument(struct unit *u, struct type *t, const char *name)
{
    return type_is_vm(u, t) ? arena_printf(&u->arena, "void *%s", name) : c_decl(u, t, name, true);
}

struct type *without_const(struct unit *u, struct type *t)
{
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_ARRAY) {
        struct type *element = without_const(u, plain->base);
        if (element == plain->base)
            return t;
        struct type *copy = NEW(&u->arena, struct type);
        *copy = *plain;
        copy->base = element;
        copy->quals = 0;
        return copy;
    }
    unsigned quals = type_quals(u, t);
    if (!(quals & QUAL_CONST))
        return t;
    return type_qualified(u, type_unqualified(u, t), quals & ~(unsigned)(QUAL_CONST | QUAL_RESTRICT));
}

struct type *stored_type(struct unit *u, struct type *t, bool *is_bytes)
{
    *is_bytes = false;
    if (!type_is_local(u, t))
        return without_const(u, t);
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_POINTER && type_plain(u, plain->base)->kind != TYPE_FUNCTION)
        return type_pointer(u, type_qualified(u, type_basic(u, TYPE_VOID), type_quals(u, plain->base) & (QUAL_CONST | QUAL_VOLATILE)));
    if (plain->kind == TYPE_ENUM && plain->tag->underlying)
        return plain->tag->underlying;
    *is_bytes = true;
    return t;
}

bool is_loose(struct unit *u, struct type *t)
{
    return type_align(u, t) > frame_alignment(u);
}

const char *c_assign(struct unit *u, struct type *t, const char *place, const char *value)
{
    struct type *plain = t ? type_plain(u, t) : NULL;
    bool is_aggregate = plain && (plain->kind == TYPE_STRUCT || plain->kind == TYPE_UNION);
    if (!is_aggregate || !plain->tag->has_const_member)
        return arena_printf(&u->arena, "%s = %s", place, value);
    return arena_printf(&u->arena, "__builtin_memcpy((void *)&%s, (%s){ %s }, sizeof %s)", place,
                        c_decl(u, type_unqualified(u, t), "[1]", false), value, place);
}
