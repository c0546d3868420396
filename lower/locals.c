// Where each local lives: an ordinary C local, one that suspension points store, or a resident of the frame; and its name
// there.
#include <string.h>

#include "lower/lend.h"
#include "lower/lower.h"

const struct vm_size *vm_size_find(const struct async *a, const struct expr *size)
{
    const struct vm_size *s = a->vm_sizes;
    while (s && s->expr != size)
        s = s->next;
    return s;
}

// The sizes in the type of l that no typedef and no `typeof` has brought along from an earlier declaration.
static void vm_sizes_find(struct unit *u, struct async *a, struct local *l)
{
    for (struct type *t = l->type; type_is_vm(u, t); t = type_plain(u, t)->base) {
        const struct type *plain = type_plain(u, t);
        bool is_size = plain->kind == TYPE_ARRAY && plain->array.is_vla && plain->array.size;
        if (!is_size || vm_size_find(a, plain->array.size))
            continue;
        struct vm_size *s = NEW(&u->fn, struct vm_size);
        *s = (struct vm_size){ a->vm_sizes, plain->array.size, l, NULL };
        s->field = arena_printf(&u->fn, "%s_size%u", l->field, ++l->vm_size_count);
        a->vm_sizes = s;
    }
}

// Frames are aligned like memory from malloc; what needs more finds its place in some bytes more.
uint32_t frame_alignment(const struct unit *u)
{
    return 2u * u->target->size_pointer;
}

// On the stack arrays are aligned beyond their type, and programs keep structs in those of characters: control messages,
// directory entries, events of inotify(7).
static bool may_hold_structs(struct unit *u, struct type *t)
{
    enum { LEAST_SIZE = 16 };
    t = type_plain(u, t);
    return t->kind == TYPE_ARRAY && type_size(u, t) >= LEAST_SIZE && type_align(u, t) == 1;
}

static uint32_t alignment(struct unit *u, const struct local *l)
{
    uint32_t align = may_hold_structs(u, l->type) ? u->target->size_pointer : type_align(u, l->type);
    for (const struct attr *a = l->symbol ? l->symbol->attrs : NULL; a; a = a->next) {
        bool aligns = strcmp(a->name->text, "aligned") == 0 || strcmp(a->name->text, "alignas") == 0;
        int64_t wanted = !aligns ? 1 : a->args && a->args->is_constant ? a->args->value : 16;
        if (wanted > align)
            align = (uint32_t)wanted;
    }
    return align;
}

// Why it needs one address for its life; NULL: it does not.
static const char *why_resident(struct unit *u, const struct local *l)
{
    const struct symbol *s = l->symbol;
    struct type *t = type_plain(u, l->type);
    unsigned quals = type_quals(u, l->type);
    if (l->is_literal)
        return l->escapes ? "compound literal" : NULL;
    if (s->is_address_taken)
        return "address taken";
    if (s->is_captured)
        return "used by a nested function";
    if (type_holds_frame(u, l->type))
        return "a frame";
    if (type_is_vm(u, l->type))
        return "variable size";
    if (quals & (QUAL_VOLATILE | QUAL_ATOMIC))
        return quals & QUAL_VOLATILE ? "volatile" : "atomic";
    if (t->kind == TYPE_ARRAY || t->kind == TYPE_VA_LIST)
        return "array";
    return l->align > frame_alignment(u) ? "alignment" : NULL;
}

// Why a local that suspension points keep is better resident than stored by each; NULL: it is not.
static const char *why_resident_if_kept(struct unit *u, const struct local *l)
{
    struct type *t = type_plain(u, l->type);
    if (type_quals(u, l->type) & QUAL_CONST && !const_can_go(u, l))
        return "const";
    if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
        return NULL;
    return t->tag->has_const_member ? "const member" : type_size(u, t) > 2u * u->target->size_pointer ? "larger than two pointers" : NULL;
}

// Whether it can be left out of the frame where its value is not needed, if nobody keeps its address.
static bool is_trackable(struct unit *u, const struct local *l)
{
    const struct symbol *s = l->symbol;
    if (!s || s->is_captured || s->is_owed || l->is_typedef || l->align > frame_alignment(u))
        return false;
    if (s->declarator && (s->declarator->cleanup || s->declarator->ending))
        return false;
    if (type_holds_frame(u, l->type) || type_is_vm(u, l->type) || type_quals(u, l->type) & (QUAL_VOLATILE | QUAL_ATOMIC))
        return false;
    return type_plain(u, l->type)->kind != TYPE_VA_LIST;
}

void local_reside(struct local *l, struct region *home)
{
    l->class = LOCAL_RESIDENT;
    *home->last_resident = l;
    home->last_resident = &l->next_resident;
}

// Of `auto`, where acc does not know the type of the initialiser.
static void check_type(struct unit *u, const struct local *l)
{
    if (l->symbol && (l->class == LOCAL_RESIDENT || l->kept_count) && type_pointed(u, l->type)->kind == TYPE_ERROR)
        diag_error(u, ERROR_KEPT_TYPE, l->symbol->span,
                   "the type of '%s', which is kept across an await, is not known; declare it with one", l->symbol->name->text);
}

void locals_settle(struct unit *u, struct async *a)
{
    for (uint32_t i = 0; i < a->local_count; i++) {
        struct local *l = a->locals[i];
        check_type(u, l);
        if (l->class != LOCAL_SPILLED || !l->symbol)
            continue;
        bool is_array = type_plain(u, l->type)->kind == TYPE_ARRAY;
        const char *why = l->is_tracked && (is_array || l->is_lent_across) ? l->why_resident : why_resident_if_kept(u, l);
        if (l->is_tracked && !l->kept_count)
            l->class = LOCAL_PLAIN;
        if (!why || !l->kept_count)
            continue;
        l->why_resident = why;
        if (!l->is_tracked) {
            local_reside(l, l->region);
            continue;
        }
        l->class = LOCAL_RESIDENT;
        l->is_ranged = true;
        *l->region->last_ranged = l;
        l->region->last_ranged = &l->next_resident;
    }
}

// Each is held against all others: further ones have their place as long as their block runs.
enum { MOST_TRACKED = 1 << 10, MOST_FOLLOWED = 1 << 11 };

static bool has_await(struct unit *u, const struct expr *e)
{
    return hoist_of(u, e)->awaits;
}

// Nothing waits while it exists, see parser/cleanups.c.
static bool is_cleaned_by_compiler(const struct local *l)
{
    const struct declarator *d = l->symbol ? l->symbol->declarator : NULL;
    return d && !d->cleanup && cleanup_of(d);
}

static void classify(struct unit *u, struct async *a)
{
    a->has_blocks = a->suspends && a->fn->has_alloca;
    lends_find(u, a->fn->body, has_await);
    for (uint32_t i = 0; i < a->local_count; i++) {
        struct local *l = a->locals[i];
        l->is_opaque = l->type && type_is_local(u, l->type);
        if ((!l->symbol && !l->is_literal) || is_cleaned_by_compiler(l))
            continue;
        l->align = alignment(u, l);
        l->why_resident = l->region->suspends ? why_resident(u, l) : NULL;
        l->is_tracked = l->region->suspends && (l->why_resident || why_resident_if_kept(u, l)) && is_trackable(u, l);
        l->is_given_only = l->is_tracked && l->symbol->is_given_away && !l->symbol->is_given_elsewhere;
        l->is_tracked = l->is_tracked && !l->symbol->is_given_away && a->tracked_count < MOST_TRACKED;
        if (l->is_tracked)
            l->tracked = a->tracked_count++;
        bool is_resident = l->why_resident && !l->is_tracked;
        l->class = l->region->suspends && !l->is_literal ? LOCAL_SPILLED : LOCAL_PLAIN;
        if (!is_resident)
            continue;
        l->is_vm = type_is_vm(u, l->type);
        a->has_blocks |= l->is_vm && !l->is_typedef;
        local_reside(l, l->is_vm ? a->root : l->region);          // its storage is given back at the function's end
    }
}

// What only assignments to its name give a value, as far as the CFG knows.
static bool starts_unset(struct unit *u, const struct function *f, const struct local *l)
{
    const struct symbol *s = l->symbol;
    const struct declarator *d = s && s->kind == SYMBOL_OBJECT && !s->is_param ? s->declarator : NULL;
    if (!d || d->init || cleanup_of(d) || s->asm_label || s->is_address_taken || s->is_captured || f->has_computed_goto || f->has_setjmp)
        return false;
    return type_is_scalar(u, l->type) && !(type_quals(u, l->type) & (QUAL_VOLATILE | QUAL_ATOMIC));
}

static void follow(struct unit *u, struct async *a)
{
    a->followed_count = a->tracked_count;
    for (uint32_t i = 0; i < a->local_count; i++) {
        struct local *l = a->locals[i];
        l->starts_unset = !l->is_tracked && a->followed_count < MOST_FOLLOWED && starts_unset(u, a->fn, l);
        l->is_followed = l->is_tracked || l->starts_unset;
        l->followed = l->starts_unset ? a->followed_count++ : l->tracked;
    }
}

// --- names -------------------------------------------------------------------------------------------------------------------------

struct names_seen {
    const struct name **slots;
    uint32_t mask;
};

static bool seen_before(struct names_seen *n, const struct name *name)
{
    for (uint32_t i = name->hash & n->mask;; i = (i + 1) & n->mask) {
        if (n->slots[i] == name)
            return true;
        if (!n->slots[i]) {
            n->slots[i] = name;
            return false;
        }
    }
}

bool is_frame_word(const char *text)
{
    static const char *const words[] = {"node", "result", "tail", "child", "children", "blocks", "arms", "frame", "count"};
    static const char *const numbered[] = {"at", "t", "r", "d", "v", "h", "s", "e", "a", "arm", "start", "lit", "leave", "value", "gap"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) {
        size_t len = strlen(numbered[i]);
        if (strncmp(text, numbered[i], len) == 0 && text[len] && strspn(text + len, "0123456789") == strlen(text + len))
            return true;
    }
    return false;
}

// All members of a frame have different names. A local keeps its own as a C variable, unless it is hidden further in.
static void name_locals(struct unit *u, struct async *a)
{
    struct names_seen n = {NULL, 15};
    while (n.mask < 2 * a->local_count)
        n.mask = 2 * n.mask + 1;
    n.slots = NEW_ARRAY(&u->fn, const struct name *, n.mask + 1);
    for (uint32_t i = 0; i < a->local_count; i++) {
        struct local *l = a->locals[i];
        if (!l->symbol || l->class == LOCAL_PLAIN)
            continue;
        bool is_taken = seen_before(&n, l->symbol->name) || is_frame_word(l->name);
        if (is_taken || l->is_shadowed)
            l->field = fresh_name(u, arena_printf(&u->arena, "%s_2", l->name));
        if (l->is_shadowed)
            l->name = l->lvalue = l->value = l->field;
        if (l->is_vm)
            vm_sizes_find(u, a, l);
    }
}

void locals_place(struct unit *u, struct async *a)
{
    classify(u, a);
    follow(u, a);
    name_locals(u, a);
}
