// `_Frame(f)`: the struct it becomes, and what makes one.
//
//     _Frame(fetch) fr = fetch(url, &page);   →   struct fetch_object fr = fetch_make(url, &page);
//
// In front of the first declaration that mentions the type, once it is complete:
//
//     struct fetch_object {
//         struct ac_slot ac_slot;                                                 a task's room, for `async fr`
//         union {
//             struct fetch_frame ac_frame;                                        once it has been started
//             struct { struct ac_node ac_node; const char *ac_arg1; struct page *ac_arg2; } ac_start;     until then
//         };
//     };
//     static inline struct fetch_object fetch_make(const char *ac_arg1, struct page *ac_arg2) { ... }
//
// Erased, it holds the arguments, and the call is where `await fr` or `async fr` stands: fetch_run(&fr).
#include <string.h>

#include "grammar.h"
#include "lower/ctype.h"
#include "lower/emit.h"
#include "lower/text.h"
#include "lower/walk.h"

// --- the struct --------------------------------------------------------------------------------------------------------------

static struct param *params_of(struct unit *u, const struct symbol *function)
{
    struct param *p = type_plain(u, function->type)->function.params;
    return p && type_plain(u, p->type)->kind == TYPE_VOID ? NULL : p;
}

static const char *argument_decl(struct unit *u, const struct param *p, uint32_t n)
{
    struct type *t = type_unqualified(u, param_type(u, p));
    return c_argument(u, t, arena_printf(&u->arena, "ac_arg%u", n));
}

// A struct with constant members cannot be assigned, nor could an object that has one: it is bytes there.
static const char *member_decl(struct unit *u, const struct param *p, uint32_t n)
{
    if (!type_is_constant(u, p->type))
        return argument_decl(u, p, n);
    const char *type = c_decl(u, type_unqualified(u, param_type(u, p)), "", true);
    return arena_printf(&u->arena, "_Alignas(%s) unsigned char ac_arg%u[sizeof(%s)]", type, n, type);
}

static void arguments_print(struct unit *u, const struct symbol *function, const char *before, const char *after, struct buf *out)
{
    uint32_t n = 0;
    for (const struct param *p = params_of(u, function); p; p = p->next)
        buf_printf(out, "%s%s%s", before, argument_decl(u, p, ++n), after);
}

const char *object_arguments(struct unit *u, const struct symbol *function, const char *object)
{
    struct buf out = {0};
    uint32_t n = 0;
    for (const struct param *p = params_of(u, function); p; p = p->next) {
        const char *as = type_is_constant(u, p->type) ? c_decl(u, type_pointer(u, type_unqualified(u, param_type(u, p))), "", true) : NULL;
        buf_printf(&out, as ? ", *(%s)(void *)%s->ac_start.ac_arg%u" : ", %s%s->ac_start.ac_arg%u", as ? as : "", object, ++n);
    }
    return buf_keep_soft(&u->arena, &out);
}

static void start_print(struct unit *u, const struct symbol *s, struct buf *out)
{
    buf_puts(out, u->lowering->is_erased ? "struct { " : "struct { struct ac_node ac_node; ");
    uint32_t n = 0;
    for (const struct param *p = params_of(u, s); p; p = p->next)
        buf_printf(out, "%s; ", member_decl(u, p, ++n));
    if (!params_of(u, s) && u->lowering->is_erased)
        buf_puts(out, "char ac_none; ");
    buf_puts(out, "} ac_start;");
}

static const char *frame_member(struct unit *u, const struct symbol *s)
{
    struct type *declared = declared_frame(s);
    if (declared)
        return arena_printf(&u->arena, "%s ac_frame", type_text(u, declared, "", true));
    const struct async *a = async_of(u, s->function);
    if (a->has_constants)
        return arena_printf(&u->arena, "_Alignas(%s) unsigned char ac_frame[sizeof(%s)]", a->frame_type, a->frame_type);
    return arena_printf(&u->arena, "%s ac_frame", a->frame_type);
}

static void make_print(struct unit *u, const struct symbol *s, struct buf *out)
{
    struct buf params = {0};
    arguments_print(u, s, ", ", "", &params);
    buf_printf(out, "__attribute__((unused)) static inline struct %s %s(%s)\n{\n    struct %s ac_made;\n", s->object, s->object_make,
               params.len ? params.bytes + 2 : "void", s->object);
    buf_free(&params);
    if (!u->lowering->is_erased)
        buf_puts(out, "    AC_FRAME_MAKE(&ac_made.ac_slot);\n");
    uint32_t n = 0;
    for (const struct param *p = params_of(u, s); p; p = p->next, n++)
        buf_printf(out, type_is_constant(u, p->type) ? "    __builtin_memcpy(ac_made.ac_start.ac_arg%u, &ac_arg%u, sizeof ac_arg%u);\n"
                                          : "    ac_made.ac_start.ac_arg%u = ac_arg%u;\n", n + 1, n + 1, n + 1);
    if (!n && u->lowering->is_erased)
        buf_puts(out, "    ac_made.ac_start.ac_none = 0;\n");
    buf_puts(out, "    return ac_made;\n}\n");
}

static void run_print(struct unit *u, const struct symbol *s, struct buf *out)
{
    struct type *result = type_plain(u, s->type)->base;
    bool is_void = type_plain(u, result)->kind == TYPE_VOID;
    const char *head = arena_printf(&u->arena, "%s(struct %s *ac_made)", s->object_run, s->object);
    const char *args = object_arguments(u, s, "ac_made");
    buf_printf(out, "__attribute__((unused)) static inline %s\n{\n    (void)ac_made;\n    %s%s(%s);\n}\n",
               c_decl(u, type_unqualified(u, result), head, true), is_void ? "" : "return ", s->name->text, *args ? args + 2 : "");
}

static const char *object_print(struct unit *u, const struct symbol *s)
{
    struct buf out = {0};
    buf_printf(&out, "struct %s {\n", s->object);
    if (u->lowering->is_erased) {
        buf_puts(&out, "    ");
        start_print(u, s, &out);
        buf_puts(&out, "\n};\n");
    } else {
        buf_printf(&out, "    struct ac_slot ac_slot;\n    union {\n        %s;\n        ", frame_member(u, s));
        start_print(u, s, &out);
        buf_puts(&out, "\n    };\n};\n");
        buf_printf(&out, "_Static_assert(__builtin_offsetof(struct %s, ac_frame) == sizeof(struct ac_slot), \"\");\n", s->object);
        buf_printf(&out, "_Static_assert(sizeof(struct %s) == %llu, \"acc and the compiler lay out struct %s alike\");\n", s->object,
                   (unsigned long long)frame_object_extent(u, (struct symbol *)s).size, s->object);
    }
    make_print(u, s, &out);
    if (u->lowering->is_erased)
        run_print(u, s, &out);
    return buf_keep_soft(&u->arena, &out);
}

// --- its mentions ------------------------------------------------------------------------------------------------------------

static void name_object(struct unit *u, struct symbol *s)
{
    const char *name = s->name->text;
    if (s->object)
        return;
    s->object = fresh_name(u, arena_printf(&u->arena, "%s_object", name));
    s->object_make = fresh_name(u, arena_printf(&u->arena, "%s_make", name));
    s->object_run = fresh_name(u, arena_printf(&u->arena, "%s_run", name));
}

// Before d stands what its mention of `_Frame(s)` needs: the struct, or, while it is not complete, that there is one.
static void declare_object(struct unit *u, struct symbol *s, const struct decl *d)
{
    bool is_known = frame_known_from(s) <= d->span.lo;
    if (s->is_object_defined || (s->is_object_declared && !is_known))
        return;
    s->is_object_declared = true;
    s->is_object_defined = is_known;
    edit_before(u, d->span.lo, is_known ? object_print(u, s) : arena_printf(&u->arena, "struct %s;%c", s->object, SOFT_NEWLINE));
}

struct objects {
    struct walk walk;
    struct unit *u;
    uint32_t static_end;        // behind the declaration of static objects that was last passed
};

// The helper of the erased program that runs what `word operand` awaits or starts.
static void erase_run(struct unit *u, struct expr *operand)
{
    if (!u->lowering->is_erased || !expr_is_frame(u, operand))
        return;
    const struct symbol *function = type_plain(u, operand->type)->symbol;
    edit_before(u, operand->span.lo, arena_printf(&u->arena, "%s(&", function->object_run));
    edit_after(u, operand->span.hi - 1, ")");
}

// fetch(url, &page)  →  fetch_make(url, &page); for a static object, whose initialiser is constant, { ..., { url, &page } }
static void lower_made(struct unit *u, struct expr *call, bool is_static)
{
    const struct symbol *s = type_plain(u, call->call.makes)->symbol;
    struct span callee = call->call.callee->span;
    if (!is_static) {
        edit_replace(u, callee, s->object_make);
        return;
    }
    for (const struct param *p = params_of(u, s); p; p = p->next)
        if (type_is_constant(u, p->type))
            diag_error(u, ERROR_NOT_SUPPORTED, call->span, "a static frame of '%s', which takes a struct with constant members; "
                       "make it when the program runs", s->name->text);
    uint32_t open = callee.hi;          // parentheses around the callee are its own
    const char *begin = u->lowering->is_erased ? "{ .ac_start = { " : "{ .ac_slot = AC_FRAME_MADE, .ac_start = { .ac_node = { 0 }, ";
    edit_replace(u, (struct span){callee.lo, open + 1},
                 arena_printf(&u->arena, "%s%s", begin, call->call.args || !u->lowering->is_erased ? "" : "0"));
    edit_replace(u, (struct span){call->span.hi - 1, call->span.hi}, " } }");
}

static void object_stmt(struct walk *w, struct stmt *s)
{
    if (s->kind == STMT_DECL && s->decl.decl->storage == STORAGE_STATIC)
        ((struct objects *)w)->static_end = s->span.hi;
}

static void object_expr(struct walk *w, struct expr *e)
{
    struct unit *u = ((struct objects *)w)->u;
    if (e->kind == EXPR_AWAIT)
        erase_run(u, e->await.operand);
    else if (e->kind == EXPR_START)
        erase_run(u, e->start.operand);
    else if (e->kind == EXPR_CALL && e->call.makes)
        lower_made(u, e, e->span.lo < ((struct objects *)w)->static_end);
}

void lower_objects(struct unit *u)
{
    for (const struct frame_use *use = unit_frame_uses(u); use; use = use->next) {
        name_object(u, use->type->symbol);
        edit_replace(u, use->type->span, arena_printf(&u->arena, "struct %s", use->type->symbol->object));
    }
    struct objects o = {{.expr = object_expr, .stmt = object_stmt}, u, 0};
    for (struct decl *d = u->decls; d && unit_frame_uses(u); d = d->next) {
        if (!d->function)
            o.static_end = d->span.hi;
        walk_decl(&o.walk, d);
    }
}

void lower_object_types(struct unit *u)
{
    const struct frame_use *use = unit_frame_uses(u);
    for (struct decl *d = u->decls; d; d = d->next)
        for (; use && use->type->span.lo < d->span.hi; use = use->next)
            declare_object(u, use->type->symbol, d);
}
