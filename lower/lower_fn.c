// A function as a whole: its frame before it, dispatch at its beginning, the site functions and links after it.
#include <string.h>

#include "grammar.h"
#include "lower/ctype.h"
#include "lower/emit.h"
#include "lower/frame.h"
#include "lower/text.h"
#include "lower/walk.h"

static bool needs_self(const struct async *a)
{
    return a->suspends || a->result_in_frame || a->has_children || (a->has_tails && a->may_be_outside);
}

// --- residents --------------------------------------------------------------------------------------------------------------------------

static bool is_stored_otherwise(struct unit *u, const struct local *v, bool *bytes)
{
    return stored_type(u, v->type, bytes) != v->type && type_is_local(u, v->type);
}

// A variably modified type over the sizes that were stored:
// int a[n][m]  →  (*(int (*)[ac_self->a_size1][ac_self->a_size2])ac_self->a)
static const char *vm_decl(struct lower *l, struct type *t, const char *name)
{
    struct unit *u = l->u;
    if (!type_is_vm(u, t))
        return c_decl(u, t, name, false);
    struct type *plain = type_plain(u, t);
    if (plain->kind == TYPE_POINTER)
        return vm_decl(l, plain->base, arena_printf(&u->fn, "(*%s)", name));
    const struct vm_size *kept = plain->array.is_vla && plain->array.size ? vm_size_find(l->a, plain->array.size) : NULL;
    const char *size = kept ? arena_printf(&u->fn, "ac_self->%s", kept->field)
                            : arena_printf(&u->fn, "%llu", (unsigned long long)plain->array.count);
    return vm_decl(l, plain->base, arena_printf(&u->fn, "%s[%s]", name, size));
}

// The object of a resident local, as an lvalue of type t: the local's own, or that without const.
static const char *resident_as(struct lower *l, const struct local *v, struct type *t)
{
    struct unit *u = l->u;
    if (v->is_vm) {
        bool is_array = type_plain(u, v->type)->kind == TYPE_ARRAY;
        const char *pointer = vm_decl(l, v->type, "(*)");
        return arena_printf(&u->fn, "(*(%s)%sac_self->%s)", pointer, is_array ? "" : "(void *)&", v->field);
    }
    if (v->align > frame_alignment(u))
        return arena_printf(&u->fn, "(*(%s)AC_ALIGNED(ac_self->%s, %u))",
                            c_decl(u, type_pointer(u, t), "", false), v->field, v->align);
    bool bytes = false, is_other = is_stored_otherwise(u, v, &bytes);
    if (!is_other && !bytes && t == without_const(u, t))
        return arena_printf(&u->fn, "ac_self->%s", v->field);
    const char *pointer = c_decl(u, type_pointer(u, t), "", false);
    return arena_printf(&u->fn, "(*(%s)(void *)%sac_self->%s)", pointer, bytes ? "" : "&", v->field);
}

// Stored without const; where a pointer to it can be made, const comes back.
const char *resident_text(struct lower *l, const struct local *v)
{
    struct unit *u = l->u;
    bool shows = type_plain(u, v->type)->kind == TYPE_ARRAY || (v->symbol && v->symbol->is_address_taken);
    return resident_as(l, v, shows ? v->type : without_const(u, v->type));
}

static const char *resident_place(struct lower *l, const struct local *v)
{
    return resident_as(l, v, without_const(l->u, v->type));
}

// What the declaration of v evaluates.
static void vm_sizes(struct lower *l, const struct local *v, struct buf *out)
{
    struct unit *u = l->u;
    for (struct type *t = v->type; type_is_vm(u, t); t = type_plain(u, t)->base) {
        const struct type *plain = type_plain(u, t);
        bool is_size = plain->kind == TYPE_ARRAY && plain->array.is_vla && plain->array.size;
        const struct vm_size *s = is_size ? vm_size_find(l->a, plain->array.size) : NULL;
        if (s && s->local == v)
            buf_printf(out, "ac_self->%s = (__SIZE_TYPE__)(%s);\n", s->field, edit_render(u, s->expr->span));
    }
}

// Whether its storage comes from the task.
static bool has_block(struct unit *u, const struct local *v)
{
    return v->is_vm && !v->is_typedef && type_plain(u, v->type)->kind == TYPE_ARRAY;
}

// The initialiser of a pointer, which may stand in braces.
static const char *vm_value(struct unit *u, const struct expr *init)
{
    while (init->kind == EXPR_INIT && init->init.items)
        init = init->init.items->value;
    return init->kind == EXPR_INIT ? "0" : edit_render(u, init->span);
}

static const char *vm_init(struct lower *l, const struct local *v, const struct declarator *d)
{
    struct unit *u = l->u;
    struct buf out = {0};
    vm_sizes(l, v, &out);
    if (has_block(u, v))
        buf_printf(&out, "ac_self->%s = ac_block(ac_task, &ac_self->blocks, ac_self->%s, sizeof(%s));\n", v->field, v->field,
                   vm_decl(l, v->type, ""));
    if (d->init ? has_block(u, v) : d->drop != NULL)         // an array of variable length has no initialiser but `{}`
        buf_printf(&out, "__builtin_memset((void *)&%s, 0, sizeof %s);\n", resident_place(l, v), resident_place(l, v));
    else if (d->init)
        buf_printf(&out, "%s = %s;\n", resident_place(l, v), vm_value(u, d->init));
    return buf_keep(&u->fn, &out);
}

static bool is_zero_init(const struct expr *init)
{
    const struct init_item *i = init->kind == EXPR_INIT ? init->init.items : NULL;
    if (init->kind != EXPR_INIT)
        return false;
    return !i || (!i->next && !i->designators && i->value->is_constant && i->value->value == 0);
}

const char *place_init(struct lower *l, const char *place, struct type *type, const struct expr *init)
{
    struct unit *u = l->u;
    struct type *t = type_plain(u, type);
    bool is_aggregate = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
    bool braced = init->kind == EXPR_INIT;
    bool is_plain = !(type_quals(u, type) & (QUAL_VOLATILE | QUAL_ATOMIC)) && !(is_aggregate && t->tag->has_const_member);
    if ((is_aggregate || t->kind == TYPE_ARRAY) && is_zero_init(init))
        return arena_printf(&u->fn, "__builtin_memset((void *)&%s, 0, sizeof %s);\n", place, place);
    const char *text = edit_render(u, init->span), *cast = c_decl(u, type_unqualified(u, type), "", false);
    if (t->kind == TYPE_ARRAY)
        return arena_printf(&u->fn, "__builtin_memcpy((void *)&%s, &(%s)%s%s%s, sizeof %s);\n", place, cast, braced ? "" : "{ ",
                            text, braced ? "" : " }", place);
    if (is_aggregate && !is_plain)
        return arena_printf(&u->fn, "__builtin_memcpy((void *)&%s, (%s){ %s }, sizeof %s);\n", place,
                            c_decl(u, type_unqualified(u, type), "[1]", false), text, place);
    if (braced)
        return arena_printf(&u->fn, "%s = (%s)%s;\n", place, cast, text);
    return arena_printf(&u->fn, "%s = %s;\n", place, text);
}

const char *resident_init(struct lower *l, const struct local *v, const struct declarator *d)
{
    if (v->is_vm)
        return vm_init(l, v, d);
    const char *place = resident_place(l, v);
    if (d->init)
        return place_init(l, place, v->type, d->init);
    return d->drop && v->symbol->is_owed
               ? arena_printf(&l->u->arena, "__builtin_memset((void *)&%s, 0, sizeof %s);\n", place, place) : "";
}

// --- names in the body ---------------------------------------------------------------------------------------------------------------

struct rename {
    struct walk walk;
    struct lower *l;
};

static void rename_literal(struct lower *l, struct expr *e, const struct local *v)
{
    struct unit *u = l->u;
    const char *pointer = c_decl(u, type_pointer(u, v->type), "", false), *place = resident_as(l, v, v->type);
    struct type *element = v->type;
    while (type_plain(u, element)->kind == TYPE_ARRAY)
        element = type_plain(u, element)->base;
    const char *from = type_quals(u, element) & QUAL_VOLATILE ? "(const void *)&" : "&";
    edit_before(u, e->span.lo, arena_printf(&u->fn, "(*(%s)__builtin_memcpy((void *)&%s, %s", pointer, place, from));
    edit_after(u, e->span.hi - 1, arena_printf(&u->fn, ", sizeof %s))", place));
}

// What alloca gives lives until the function returns, so in one that suspends it comes from the task.
static void rename_alloca(struct lower *l, struct expr *e)
{
    const struct expr *callee = expr_bare(e->call.callee);
    if (!l->a->has_blocks || callee->kind != EXPR_NAME || !e->call.args)
        return;
    const char *name = callee->name.name->text;
    if (strcmp(name, "alloca") == 0 || strcmp(name, "__builtin_alloca") == 0)
        edit_replace(l->u, (struct span){e->span.lo, e->call.args->span.lo}, "ac_block(ac_task, &ac_self->blocks, 0, ");
}

static bool is_function_name(const char *text)
{
    return strcmp(text, "__func__") == 0 || strcmp(text, "__FUNCTION__") == 0 || strcmp(text, "__PRETTY_FUNCTION__") == 0;
}

// In an operand that is not evaluated only the type counts.
static void rename_unevaluated(struct lower *l, struct expr *e)
{
    bool is_void = type_plain(l->u, e->type)->kind == TYPE_VOID;
    const char *type = c_decl(l->u, type_pointer(l->u, type_unqualified(l->u, e->type)), "", false);
    edit_replace(l->u, e->span, is_void ? "(void)0" : arena_printf(&l->u->fn, "(*(%s)0)", type));
}

static void rename_expr(struct walk *w, struct expr *e)
{
    struct lower *l = ((struct rename *)w)->l;
    struct unit *u = l->u;
    if (e->kind == EXPR_COMPOUND) {
        const struct local *v = hoist_of(u, e)->literal;
        if (v && v->class == LOCAL_RESIDENT)
            rename_literal(l, e, v);
        return;
    }
    if (e->kind == EXPR_CALL)
        rename_alloca(l, e);
    if ((e->kind == EXPR_AWAIT || e->kind == EXPR_START) && !hoist_of(u, e)->point)
        rename_unevaluated(l, e);
    if (e->kind != EXPR_NAME || !e->name.symbol)
        return;
    const struct local *v = e->name.symbol->local;
    if ((l->a->is_main || l->a->is_twice) && is_function_name(e->name.name->text)) {
        const char *macro = l->a->is_main ? "AC_FUNC(\"ac_\", " : l->a->is_recursive ? "AC_FUNC(\"ac_machine_\", " : "AC_MACHINE_FUNC(";
        edit_replace(u, e->span, arena_printf(&u->fn, "%s\"%s\")", macro, l->a->fn->symbol->name->text));
    }
    const struct function *named = e->name.symbol->kind == SYMBOL_FUNCTION ? e->name.symbol->function : NULL;
    if (named && named->is_async && strcmp(e->name.name->text, "main") == 0)
        edit_replace(u, e->span, "ac_main");
    if (!v)
        return;
    if (v->class == LOCAL_RESIDENT)
        edit_replace(u, e->span, resident_text(l, v));
    else if (v->name != e->name.name->text)
        edit_replace(u, e->span, v->name);
}

// A declaration of a variably modified type would forbid the jump to the suspension point: its name is replaced.
static void rename_typedef(struct lower *l, const struct local *v)
{
    const char *text = arena_printf(&l->u->fn, "__typeof__(%s)", vm_decl(l, v->type, ""));
    for (const struct type *use = v->symbol->uses; use; use = use->next_use)
        edit_replace(l->u, use->span, text);
}

static void rename_decl(struct walk *w, struct stmt *s)
{
    struct lower *l = ((struct rename *)w)->l;
    const struct decl *decl = s->kind == STMT_DECL ? s->decl.decl : s->kind == STMT_ARM ? s->arm.decl : NULL;
    for (const struct declarator *d = decl ? decl->declarators : NULL; d; d = d->next) {
        const struct local *v = d->symbol ? d->symbol->local : NULL;
        if (v && v->class != LOCAL_RESIDENT && v->name != d->symbol->name->text)
            edit_replace(l->u, d->name, v->name);
    }
}

// --- leaving -----------------------------------------------------------------------------------------------------------------------------

const char *result_place(struct lower *l)
{
    struct type *t = l->a->result;
    if (!is_loose(l->u, t))
        return "ac_self->result";
    return arena_printf(&l->u->fn, "AC_LOOSE(ac_self->result, %s)", c_decl(l->u, type_unqualified(l->u, t), "", true));
}

bool result_is_plain(struct unit *u, struct type *t)
{
    return type_plain(u, t)->kind == TYPE_VOID || type_align(u, t) <= type_size(u, t);
}

// The value as the poll type holds it.
static const char *poll_value(struct lower *l, const char *value)
{
    struct unit *u = l->u;
    const char *cast = poll_cast(u, l->a->result);
    return arena_printf(&u->fn, *cast ? "%s(%s)" : "%s%s", cast, value);
}

static const char *poll_literal(struct lower *l, const char *value)
{
    struct unit *u = l->u;
    bool is_void = strcmp(l->a->poll_type, "ac_void") == 0;
    if (is_void || !value)
        return arena_printf(&u->fn, "(%s){ .pending = 0 }", l->a->poll_type);
    return arena_printf(&u->fn, "(%s){ %s, 0 }", l->a->poll_type, poll_value(l, value));
}

static bool enters_late(const struct async *a)
{
    for (uint32_t i = 0; i < a->point_count; i++)
        if (a->points[i]->enters)
            return true;
    return false;
}

// Whether it makes its frame itself.
static bool makes_frame(const struct async *a)
{
    return a->is_recursive && enters_late(a);
}

const char *return_text(struct lower *l, const char *value)
{
    struct unit *u = l->u;
    const struct async *a = l->a;
    if (makes_frame(a))
        return arena_printf(&u->arena, "return ac_frame_unused(ac_task, ac_frame, ac_self), %s;", poll_literal(l, value));
    if (!a->has_blocks && !a->result_in_frame)
        return arena_printf(&u->arena, "return %s;", poll_literal(l, value));
    struct buf out = {0};
    buf_puts(&out, "{\n");
    if (a->result_in_frame && value)
        buf_printf(&out, "    %s = %s;\n", c_decl(u, type_unqualified(u, a->result), "ac_result", false), value);
    else if (!a->result_in_frame && value)
        buf_printf(&out, "    %s ac_result = { %s, 0 };\n", a->poll_type, poll_value(l, value));
    // The result has the place of what the function kept, the list of its blocks included.
    if (a->has_blocks)
        buf_puts(&out, "    ac_blocks_free(ac_task, &ac_self->blocks);\n");
    if (a->result_in_frame && value)
        buf_printf(&out, "    %s;\n", c_assign(u, a->result, result_place(l), "ac_result"));
    if (!a->result_in_frame && value)
        buf_puts(&out, "    return ac_result;\n}");
    else
        buf_printf(&out, "    return %s;\n}", poll_literal(l, NULL));
    return buf_keep(&u->fn, &out);
}

// --- parameters ------------------------------------------------------------------------------------------------------------------------

// A value that nothing reads, but that the parameter's type allows. One that is `restrict` is none of the other arguments.
static void param_dummy(struct lower *l, const struct param *p, const char *integer, const char *array, uint32_t number,
                        struct buf *out)
{
    struct unit *u = l->u;
    struct type *t = type_plain(u, param_type(u, p));
    if (t->kind == TYPE_HANDLE)
        buf_puts(out, ", (ac_handle){ 0 }");
    else if (t->kind == TYPE_POINTER && type_plain(u, p->type)->kind != TYPE_ARRAY)
        buf_puts(out, ", 0");
    else if (t->kind == TYPE_POINTER && type_quals(u, param_type(u, p)) & QUAL_RESTRICT)
        buf_printf(out, ", (void *)((char *)%s + %u)", array, number);
    else if (t->kind == TYPE_POINTER)
        buf_printf(out, ", (void *)%s", array);
    else if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_VECTOR || t->kind == TYPE_FRAME)
        buf_printf(out, ", (%s){ %s }", c_decl(u, type_unqualified(u, p->type), "", false),
                   t->kind == TYPE_VECTOR || type_size(u, t) ? "0" : "");
    else
        buf_printf(out, ", %s", type_is_integer(u, t) ? integer : "0");
}

static bool has_vm_params(struct unit *u, const struct async *a)
{
    for (const struct param *p = a->fn->type->function.params; p; p = p->next)
        if (type_is_vm(u, p->type))
            return true;
    return false;
}

const char *arguments_again(struct lower *l, const struct async *a, const char *array)
{
    struct unit *u = l->u;
    struct buf out = {0};
    const char *integer = has_vm_params(u, a) ? "1" : "0";         // a size must be positive
    uint32_t number = 0;
    for (const struct param *p = a->fn->type->function.params; p; p = p->next)
        if (type_plain(u, p->type)->kind != TYPE_VOID)
            param_dummy(l, p, integer, array, ++number, &out);
    return buf_keep(&u->fn, &out);
}

// --- entering ----------------------------------------------------------------------------------------------------------------------------

// Whether it is called again in a frame before it does anything, when it was entered without one.
static bool enters_outside(const struct async *a)
{
    return needs_self(a) && a->may_be_outside && !a->is_late;
}

bool has_outside(const struct async *a)
{
    return !a->is_recursive && a->may_be_outside && needs_self(a) && (!a->is_late || enters_late(a));
}

static void enter_param(struct lower *l, const struct local *v, struct buf *out)
{
    struct type *t = type_plain(l->u, v->type);
    const char *place = resident_place(l, v);
    bool is_constant = (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) && t->tag->has_const_member;
    if (is_constant || v->is_opaque)
        buf_printf(out, "    __builtin_memcpy((void *)&%s, (const void *)&%s, sizeof %s);\n", place, v->name, place);
    else
        buf_printf(out, "    %s = %s;\n", place, v->name);
}

// The size of an array in the type of a parameter, when it is t's and its expression stands there.
static const struct expr *param_size(const struct param *p, const struct type *t)
{
    const struct expr *size = t->kind == TYPE_ARRAY && t->array.is_vla ? t->array.size : NULL;
    return size && span_holds(p->span, size->span) ? size : NULL;
}

// Whether a size among the parameters is more than a name: then it, and what it may change, is computed once, in its place.
static bool computes_sizes(struct unit *u, const struct async *a)
{
    for (const struct param *p = a->fn->type->function.params; p; p = p->next)
        for (struct type *t = type_plain(u, p->type); t->kind == TYPE_ARRAY || t->kind == TYPE_POINTER; t = type_plain(u, t->base)) {
            const struct expr *size = param_size(p, t);
            if (size && size->kind != EXPR_NAME)
                return true;
        }
    return false;
}

static void enter_vm_param(struct lower *l, const struct local *v, struct buf *out)
{
    struct buf sizes = {0};
    if (!computes_sizes(l->u, l->a))
        vm_sizes(l, v, &sizes);
    for (char *line = sizes.bytes ? strtok(sizes.bytes, "\n") : NULL; line; line = strtok(NULL, "\n"))
        buf_printf(out, "    %s\n", line);
    buf_free(&sizes);
    buf_printf(out, "    ac_self->%s = (void *)%s;\n", v->field, v->name);
}

static void enter_residents(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    if (a->has_group)
        buf_puts(out, "    ac_self->children = (struct ac_group){ 0 };\n");
    if (a->has_blocks)
        buf_puts(out, "    ac_self->blocks = 0;\n");
    for (const struct local *v = a->root->residents; v; v = v->next_resident) {
        if (v->is_vm && v->symbol->is_param)
            enter_vm_param(l, v, out);
        else if (has_block(l->u, v))
            buf_printf(out, "    ac_self->%s = 0;\n", v->field);
        else if (v->symbol && v->symbol->is_param)
            enter_param(l, v, out);
    }
    for (const struct local *v = a->root->ranged; v; v = v->next_resident)
        if (v->symbol->is_param)
            enter_param(l, v, out);
}

// A parameter that nothing reads is not passed on: compilers say that it is unused, or set and not used.
static bool is_passed_on(const struct symbol *param)
{
    return param->local->is_read || param->local->class == LOCAL_RESIDENT || param->is_address_taken || param->is_captured;
}

const char *outside_call(struct lower *l, uint32_t state)
{
    struct buf out = {0};
    bool has_vm = has_vm_params(l->u, l->a);        // whose sizes are computed of the others
    buf_printf(&out, "%s_outside(ac_frame, ac_task, %u", l->a->prefix, state);
    uint32_t number = 0;
    for (const struct param *p = l->a->fn->type->function.params; p; p = p->next)
        if (p->symbol && (has_vm || is_passed_on(p->symbol)))
            buf_printf(&out, ", %s", p->symbol->local->name);
        else if (type_plain(l->u, p->type)->kind != TYPE_VOID)
            param_dummy(l, p, "0", "ac_self", ++number, &out);
    buf_puts(&out, ")");
    return buf_keep(&l->u->fn, &out);
}

const char *machine_name(struct unit *u, const struct async *a)
{
    if (!a->is_twice)
        return a->name;
    return arena_printf(&u->arena, a->is_recursive ? "ac_machine_%s" : "AC_MACHINE(%s)", a->name);
}

const char *no_memory_text(struct lower *l)
{
    const struct async *a = l->a;
    struct type *t = type_plain(l->u, a->result);
    if (!a->result_in_frame && type_is_integer(l->u, t) && type_is_signed(l->u, t) && t->kind >= TYPE_INT)
        return arena_printf(&l->u->fn, "return (%s){ -AC_ENOMEM, 0 };", a->poll_type);
    return arena_printf(&l->u->fn, "ac_no_memory(\"%s\");", a->fn->symbol->name->text);
}

uint32_t enter_state(const struct async *a, const struct point *p)
{
    uint32_t state = a->state_count;
    for (uint32_t i = 0; i < p->number; i++)
        state += a->points[i]->enters;
    return state;
}

static const char *dispatch_cases(struct lower *l)
{
    const struct async *a = l->a;
    struct buf out = {0};
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        uint32_t last = point_is_fused(p) ? p->state + p->callee_async->state_count - 1 : p->state;
        bool is_resumed = p->is_reachable && !p->is_tail;
        for (uint32_t state = p->state; is_resumed && state <= last; state++)        // not `case 3 ... 5`, which is no ISO C
            buf_printf(&out, " case %u:", state);
        if (is_resumed)
            buf_printf(&out, " goto __coro_resume_%u;", i + 1);
    }
    for (uint32_t i = 0; i < a->point_count; i++)
        if (a->points[i]->enters && !a->is_recursive)
            buf_printf(&out, " case %u: goto __coro_enter_%u;", enter_state(a, a->points[i]), i + 1);
    return buf_keep(&l->u->fn, &out);
}

// A jump at the top: a case label further in would belong to the user's own switch. A call is told from a resumption by one test, and
// goes straight on.
static void dispatch(struct lower *l, struct buf *out)
{
    const struct async *a = l->a;
    const char *cases = dispatch_cases(l);
    if (a->is_shared)
        buf_puts(out, "    if (AC_RESUMED(ac_point))\n        goto __coro_resume;\n");
    else if (a->point_count > 1 || enters_late(a))
        buf_printf(out, "    if (AC_RESUMED(ac_point)) switch (ac_point) {%s default: __builtin_unreachable(); }\n", cases);
    else
        buf_printf(out, "    switch (AC_RESUMED(ac_point)) {%s default:; }\n", cases);
}

static const char *prologue(struct lower *l)
{
    const struct async *a = l->a;
    struct buf out = {0};
    if (a->value) {
        // Who falls out of a block keeps it as well, for the way of those who return: compilers want to see it set.
        bool is_kept = a->fn->ends->nests->has_choice && type_is_scalar(l->u, a->value->type);
        buf_printf(&out, "    %s%s;\n", temp_text(l, a->value), is_kept ? " = 0" : "");
    }
    for (uint32_t i = 1; a->leaves && i <= a->fn->ends->nest_count; i++)
        if (a->leaves[i])
            buf_printf(&out, "    %s;\n", temp_text(l, a->leaves[i]));
    if (needs_self(a)) {
        buf_printf(&out, "    %s *ac_self = ac_frame;\n", a->frame_type);
        alike_declare(l, &out);
        if (enters_outside(a))
            buf_printf(&out, "    if (!ac_self)\n        return %s;\n", outside_call(l, 0));
        if ((a->has_tails || a->has_children) && !a->suspends)
            buf_puts(&out, "    (void)ac_self;\n");
    } else {
        buf_puts(&out, "    (void)ac_frame;\n");
    }
    if (a->suspends)
        dispatch(l, &out);
    else
        buf_printf(&out, "    (void)ac_point;\n%s",
                   a->has_children || has_outside(a) ? "" : "    (void)ac_task;\n");
    enter_residents(l, &out);
    l->out = &out;
    lower_params_end(l);
    return buf_keep(&l->u->fn, &out);
}

static const char *epilogue(struct lower *l)
{
    const struct async *a = l->a;
    struct buf out = {0};
    if (a->end_point) {
        l->out = &out;
        lower_point(l, a->end_point, "ac_join_all", ", &ac_self->children");
    }
    buf_puts(&out, block_end_text(l->u, a->fn->body));
    if (a->end_point || a->has_end)
        buf_printf(&out, "%s\n", return_text(l, a->is_main ? "0" : NULL));
    l->out = &out;
    if (a->is_shared)
        shared_print(l, dispatch_cases(l));
    return buf_keep(&l->u->fn, &out);
}

// --- around the function ---------------------------------------------------------------------------------------------------------------

static void tags_print(const struct async *a, struct buf *out)
{
    for (const struct tag *t = a->hidden_tags; t; t = t->next_hidden)
        if (t->scope_depth == 0)
            buf_printf(out, "typedef %s %s %s;\n", tag_word(t->kind), t->name->text, t->alias);
}

// What the parameters mention first is declared before: else each declaration of the function has a type of its own by that name.
static void tags_declare(struct unit *u, const struct function *f, struct buf *out)
{
    for (const struct param *p = f->type->function.params; p; p = p->next) {
        const struct tag *own = param_tag(u, f, p);
        if (own && own->kind != TYPE_ENUM && !own->body.hi)
            buf_printf(out, "%s %s;\n", tag_word(own->kind), own->name->text);
    }
}

static const char *after_function(struct lower *l)
{
    struct buf out = {0};
    buf_puts(&out, "\nAC_END_LOWERED\n");
    links_print(l, &out);
    return buf_keep(&l->u->fn, &out);
}

// `const char *argv[]` is how some declare it, which no compiler minds.
static bool is_as_passed(struct unit *u, const struct param *argv)
{
    const struct type *strings = type_plain(u, param_type(u, argv));
    const struct type *string = strings->kind == TYPE_POINTER ? type_plain(u, strings->base) : NULL;
    return string && string->kind == TYPE_POINTER && !type_quals(u, strings->base) && !type_quals(u, string->base);
}

// main needs no declaration before its definition; what becomes of it is asked for one (-Wmissing-prototypes).
static void main_declare(struct lower *l, struct buf *out)
{
    buf_printf(out, "%s ac_main(void *ac_frame, struct ac_task *ac_task, unsigned ac_point", l->a->poll_type);
    for (const struct param *p = l->a->fn->type->function.params; p; p = p->next)
        if (type_plain(l->u, p->type)->kind != TYPE_VOID)
            buf_printf(out, ", %s", c_decl(l->u, param_type(l->u, p), "", true));
    buf_puts(out, ");\n");
}

static void main_print(struct lower *l, struct buf *out)
{
    uint32_t count = 0;
    const struct param *first = l->a->fn->type->function.params, *second = first ? first->next : NULL;
    bool is_cast = second && !is_as_passed(l->u, second);
    for (const struct param *p = l->a->fn->type->function.params; p; p = p->next)
        count += type_plain(l->u, p->type)->kind != TYPE_VOID;
    static const char *const args[] = {"", ", ac_args->argc", ", ac_args->argc, %sac_args->argv",
                                       ", ac_args->argc, %sac_args->argv, ac_args->envp"};
    const char *passed = arena_printf(&l->u->arena, args[count > 3 ? 3 : count], is_cast ? "(void *)" : "");
    buf_printf(out,
               "static ac_int ac_enter_main(void *ac_frame, struct ac_task *ac_task, const struct ac_main *ac_args)\n{\n"
               "%s    return ac_main(ac_frame, ac_task, 0%s);\n}\n"
               "int main(int argc, char **argv, char **envp)\n{\n"
               "    struct ac_main args;\n    args.argc = argc, args.argv = argv, args.envp = envp;\n"
               "    return ac_run_main(sizeof(%s), ac_enter_main, &args);\n}\n",
               count ? "" : "    (void)ac_args;\n", passed, l->a->frame_type);
}

static void drop_noinline(struct unit *u, const struct async *a, const struct attr *attrs)
{
    for (const struct attr *i = attrs; i; i = i->next) {
        if (strcmp(i->name->text, "noinline") != 0)
            continue;
        if (a->is_recursive)
            drop_attribute(u, i->span);
        else
            edit_replace(u, i->span, arena_printf(&u->fn, "AC_ONCE(%s)", edit_render(u, i->span)));
    }
}

// Under another name, which is inlined into the two entries.
static void twice_edit(struct unit *u, const struct async *a)
{
    const struct decl *d = a->fn->decl;
    drop_noinline(u, a, d->attrs);
    drop_noinline(u, a, d->declarators->attrs);
    edit_replace(u, d->declarators->name, machine_name(u, a));
    const char *inlined = d->storage == STORAGE_STATIC ? "AC_TWICE" : a->is_recursive ? "static AC_TWICE" : "AC_TWICE_EXTERN";
    edit_after(u, d->async_token, arena_printf(&u->arena, "%s ", inlined));
}

// int (*c)[*p]  →  int (*c)[ac_point ? 1 : (ac_frame->c_size1 = *p)]
//
// Where the function goes on its parameters are dummies, and where it makes its frame first it is called again with what it was given.
static void sizes_guard(struct unit *u, const struct async *a)
{
    const char *again = !enters_outside(a) ? "ac_point" : a->suspends ? "!ac_frame || ac_point" : "!ac_frame";
    for (const struct param *p = a->fn->type->function.params; p; p = p->next)
        for (struct type *t = type_plain(u, p->type); t->kind == TYPE_ARRAY || t->kind == TYPE_POINTER; t = type_plain(u, t->base)) {
            const struct expr *size = param_size(p, t);
            if (!size)
                continue;
            const struct vm_size *s = vm_size_find(a, size);
            const char *store = s ? arena_printf(&u->fn, "((%s *)ac_frame)->%s = (__SIZE_TYPE__)(", a->frame_type, s->field) : "";
            edit_before(u, size->span.lo, arena_printf(&u->arena, "%s ? 1 : (%s", again, store));
            edit_after(u, size->span.hi - 1, s ? "))" : ")");
        }
}

void lower_function(struct unit *u, struct async *a)
{
    struct lower l = {.u = u, .a = a, .has_many_leaves = has_many_leaves(a)};
    struct function *f = a->fn;
    alike_find(&l);
    struct rename r = {{.expr = rename_expr, .stmt = rename_decl}, &l};
    walk_stmt(&r.walk, f->body);
    consts_drop(u, a);
    lower_moves(u, f);
    for (uint32_t i = 0; i < a->local_count; i++)
        if (a->locals[i]->is_typedef && a->locals[i]->class == LOCAL_RESIDENT)
            rename_typedef(&l, a->locals[i]);
    for (const struct param *p = f->type->function.params; p; p = p->next)
        if (p->symbol && p->symbol->local && p->symbol->local->name != p->symbol->name->text)
            edit_replace(u, p->name, p->symbol->local->name);
    for (struct stmt *s = f->body->block.items; s; s = s->next)
        lower_stmt(&l, s, true);
    struct buf before = {0}, after = {0};
    buf_puts(&before, a->defines ? a->defines : "");
    tags_declare(u, f, &before);
    buf_puts(&before, "AC_BEGIN_LOWERED\n");
    tags_print(a, &before);
    frame_print(u, a, &before);
    links_declare(&l, &before);
    if (a->is_main)
        main_declare(&l, &before);
    if (a->suspends && f->has_computed_goto)
        buf_puts(&before, "AC_ONE_COPY ");          // the address of a label is kept while it is suspended
    if (a->is_twice)
        twice_edit(u, a);
    edit_before(u, f->decl->span.lo, buf_keep_soft(&u->fn, &before));
    edit_after(u, last_of_head(u, f->body), arena_printf(&u->arena, "\n%s", prologue(&l)));
    if ((a->suspends || enters_outside(a)) && computes_sizes(u, a))
        sizes_guard(u, a);
    block_end_edit(u, f->body, epilogue(&l));
    buf_puts(&after, after_function(&l));
    if (a->is_main)
        main_print(&l, &after);
    edit_after(u, f->body->span.hi - 1, buf_keep(&u->fn, &after));
    for (struct tag *t = a->hidden_tags; t; t = t->next_hidden)
        t->alias = NULL;
}
