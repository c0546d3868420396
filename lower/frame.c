#include "lower/frame.h"

#include "lower/ctype.h"
#include "lower/lower.h"
#include "lower/pack.h"

// --- building the tree ----------------------------------------------------------------------------------------------------------

struct piece *piece_new(struct unit *u, enum piece_kind kind, const char *name)
{
    struct piece *p = NEW(&u->fn, struct piece);
    p->kind = kind;
    p->name = name;
    p->align = 1;
    p->last = &p->first;
    return p;
}

void piece_add(struct piece *to, struct piece *child)
{
    *to->last = child;
    to->last = &child->next;
}

struct piece *piece_field(struct unit *u, const char *name, const char *decl, uint64_t size, uint32_t align)
{
    struct piece *p = piece_new(u, PIECE_FIELD, name);
    p->decl = decl;
    p->size = p->used = size;
    p->align = align;
    return p;
}

static struct piece *field_of_type(struct unit *u, struct type *t, const char *name)
{
    bool is_bytes;
    struct type *stored = stored_type(u, t, &is_bytes);
    uint64_t size = type_size(u, t);
    uint32_t align = is_loose(u, t) ? frame_alignment(u) : type_align(u, t);
    const char *decl = is_bytes || is_loose(u, t) ? arena_printf(&u->fn, "_Alignas(%u) unsigned char %s[%llu]", align, name,
                                               (unsigned long long)size)
                                : c_decl(u, stored, name, true);
    return piece_field(u, name, decl, size, align);
}

static struct piece *field_of_local(struct unit *u, struct local *l)
{
    unsigned word = u->target->size_pointer;
    struct piece *p;
    if (l->c_type)
        p = piece_field(u, l->field, arena_printf(&u->fn, "%s %s", l->c_type, l->field), word, word);
    else if (l->is_vm)
        p = piece_field(u, l->field, arena_printf(&u->fn, "void *%s", l->field), word, word);
    else if (l->align > frame_alignment(u))
        p = piece_field(u, l->field, arena_printf(&u->fn, "_Alignas(%u) unsigned char %s[%llu]", frame_alignment(u), l->field,
                                            (unsigned long long)(type_size(u, l->type) + l->align - frame_alignment(u))),
                  type_size(u, l->type) + l->align - frame_alignment(u), frame_alignment(u));
    else
        p = field_of_type(u, l->type, l->field);
    if (p->align < l->align && l->align <= frame_alignment(u) && l->class == LOCAL_RESIDENT && !l->is_vm) {
        p->is_aligned = true;
        p->align = l->align;
    }
    p->local = l;
    return p;
}

// Fields by falling alignment, so that no padding lies between them; equal ones keep their order.
static void pieces_sort(struct piece *of)
{
    struct piece *by_align[32] = { NULL }, **last[32];      // by the logarithm
    for (unsigned i = 0; i < 32; i++)
        last[i] = &by_align[i];
    for (struct piece *p = of->first; p; p = p->next) {
        unsigned i = (unsigned)__builtin_ctz(p->align);
        *last[i] = p;
        last[i] = &p->next;
    }
    of->last = &of->first;
    for (unsigned i = 32; i-- > 0;) {
        *last[i] = NULL;
        if (!by_align[i])
            continue;
        *of->last = by_align[i];
        of->last = last[i];
    }
}

static struct piece *child_field(struct unit *u, const struct point *p)
{
    if (p->kind == CALLEE_OUTSIDE) {
        unsigned word = u->target->size_pointer;
        return piece_field(u, "child", "void *child", word, word);
    }
    if (p->child_type)
        return piece_field(u, "child", arena_printf(&u->fn, "%s child", p->child_type), p->child_size, p->child_align);
    // The callee is defined further down: its frame is known by size, and by what every frame begins with.
    const char *decl = arena_printf(&u->fn, "_Alignas(%u) unsigned char child[%llu]", p->child_align,
                                    (unsigned long long)p->child_size);
    return piece_field(u, "child", decl, p->child_size, p->child_align);
}

uint32_t slot_size(const struct unit *u)
{
    uint32_t align = frame_alignment(u);
    return (5u * u->target->size_pointer + 2u * 4u + align - 1) / align * align;
}

// A child, an arm's or one with a static place: { its task, its frame }. The frame stands right behind the task.
static struct piece *task_piece(struct unit *u, const struct point *p, const char *name)
{
    unsigned align = frame_alignment(u);
    struct piece *s = piece_new(u, PIECE_STRUCT, name);
    s->align = align;
    piece_add(s, piece_field(u, "task", "struct ac_slot task", slot_size(u), align));
    if (p->kind == CALLEE_OUTSIDE || !p->child_type) {
        const char *decl = arena_printf(&u->arena, "_Alignas(%u) unsigned char frame[%llu]", align, (unsigned long long)p->child_size);
        piece_add(s, piece_field(u, "frame", decl, p->child_size, align));
    } else {
        piece_add(s, piece_field(u, "frame", arena_printf(&u->arena, "%s frame", p->child_type), p->child_size, p->child_align));
    }
    return s;
}

static void add_arms(struct unit *u, struct piece *to, const struct any *any)
{
    unsigned word = u->target->size_pointer;
    for (const struct point *p = any->arms; p; p = p->next_in_region)
        if (p->kind != CALLEE_HANDLE && p->kind != CALLEE_OBJECT)
            piece_add(to, task_piece(u, p, arena_printf(&u->arena, "arm%u", p->arm)));
    piece_add(to, piece_field(u, "arms", arena_printf(&u->arena, "struct ac_task *arms[%u]", any->arm_count),
                         (uint64_t)word * any->arm_count, word));
}

static struct piece *any_piece(struct unit *u, const struct any *any)
{
    struct piece *s = piece_new(u, PIECE_STRUCT, arena_printf(&u->fn, "any%u", any->point->number));
    add_arms(u, s, any);
    pieces_sort(s);
    return s;
}

// Whether what is kept beside a callee's frame can begin in the padding at the end of that. Its functions store in its members, so
// compilers leave the padding alone.
static bool fits_into_padding(const struct point *p, const struct piece *kept)
{
    if (p->kind != CALLEE_EMBEDDED || !p->child_type || p->child_used == p->child_size || !kept)
        return false;
    for (; kept; kept = kept->next)
        if (p->child_used % kept->align)
            return false;
    return true;
}

//     union { struct echo_frame child; struct { unsigned char ac_child[4148]; int fd; }; };
static struct piece *child_and_kept(struct unit *u, struct point *p, struct piece *child, struct piece *kept)
{
    struct piece *either = piece_new(u, PIECE_UNION, NULL), *beside = piece_new(u, PIECE_STRUCT, NULL);
    const char *decl = arena_printf(&u->fn, "unsigned char ac_child[%llu]", (unsigned long long)p->child_used);
    struct piece *under = piece_field(u, "ac_child", decl, p->child_used, 1);
    under->is_filler = true;
    pieces_sort(kept);
    under->next = kept->first;
    piece_add(beside, under);
    piece_add(either, child);
    piece_add(either, beside);
    return either;
}

static struct piece *point_piece(struct unit *u, struct point *p)
{
    struct piece *s = piece_new(u, PIECE_STRUCT, arena_printf(&u->fn, "at%u", p->number));
    struct piece *kept = piece_new(u, PIECE_STRUCT, NULL);
    s->point = p;
    for (uint32_t i = 0; i < p->kept_count; i++)
        if (p->kept[i]->class == LOCAL_SPILLED && !p->kept[i]->is_common)
            piece_add(kept, field_of_local(u, p->kept[i]));
    if (p->kind != CALLEE_OBJECT)
        s->child = child_field(u, p);
    if (fits_into_padding(p, kept->first)) {
        piece_add(s, child_and_kept(u, p, s->child, kept));
        return s;
    }
    if (s->child)
        piece_add(s, s->child);
    if (p->any && !p->any->waits)
        add_arms(u, s, p->any);
    *s->last = kept->first;
    s->last = kept->first ? kept->last : s->last;
    pieces_sort(s);
    return s;
}

static struct piece *region_piece(struct unit *u, struct async *a, struct region *r);

// What is in a block and those in it that have no residents of their own.
struct gathered {
    struct packed *things, **last;
    bool has_ranged;
};

static struct packed *gather(struct unit *u, struct gathered *g, struct piece *piece)
{
    struct packed *t = NEW(&u->fn, struct packed);
    t->piece = piece;
    *g->last = t;
    g->last = &t->next;
    return t;
}

static void gather_region(struct unit *u, struct async *a, struct gathered *g, struct region *r)
{
    for (struct local *l = r->ranged; l; l = l->next_resident) {
        gather(u, g, field_of_local(u, l))->ranged = l;
        g->has_ranged = true;
    }
    for (struct point *p = r->points; p; p = p->next_in_region)
        if (!p->is_tail)
            gather(u, g, point_piece(u, p))->point = p;
    for (struct region *c = r->first; c; c = c->next) {
        if (!c->residents && !c->placed && !c->anys) {
            gather_region(u, a, g, c);
            continue;
        }
        struct piece *inner = region_piece(u, a, c);
        if (inner)
            gather(u, g, inner)->region = c;
    }
}

// One at a time.
static struct piece *pieces_overlay(struct unit *u, const struct packed *things)
{
    struct piece *either = piece_new(u, PIECE_UNION, NULL);
    for (const struct packed *t = things; t; t = t->next)
        piece_add(either, t->piece);
    return either->first->next ? either : either->first;
}

// What a block adds to the frame: its residents, beside one of its suspension points or inner blocks at a time.
static struct piece *region_piece(struct unit *u, struct async *a, struct region *r)
{
    bool has_common = a->is_shared && r == a->root;
    struct gathered g = { .last = &g.things };
    gather_region(u, a, &g, r);
    struct piece *either = !g.things ? NULL : g.has_ranged ? pieces_pack(u, g.things, &a->gap_count) : pieces_overlay(u, g.things);
    if (!r->residents && !r->placed && !r->anys && !has_common)
        return either;
    struct piece *s = piece_new(u, PIECE_STRUCT, NULL);
    for (struct local *l = r->residents; l; l = l->next_resident) {
        if (!l->is_typedef)
            piece_add(s, field_of_local(u, l));
        for (uint32_t i = 0; i < l->vm_size_count; i++)
            piece_add(s, piece_field(u, "size", arena_printf(&u->fn, "__SIZE_TYPE__ %s_size%u", l->field, i + 1),
                                     u->target->size_size_t, u->target->size_size_t));
    }
    for (uint32_t i = 0; has_common && i < a->local_count; i++)
        if (a->locals[i]->is_common && a->locals[i]->class == LOCAL_SPILLED)
            piece_add(s, field_of_local(u, a->locals[i]));
    for (const struct point *p = r->placed; p; p = p->next_placed)
        piece_add(s, task_piece(u, p, arena_printf(&u->arena, "start%u", p->number)));
    for (const struct any *any = r->anys; any; any = any->next_in_region)
        piece_add(s, any_piece(u, any));
    pieces_sort(s);
    if (either)
        piece_add(s, either);
    return s;
}

// --- offsets, as the C compiler will compute them ------------------------------------------------------------------------------

static uint64_t aligned(uint64_t n, uint32_t align)
{
    return (n + align - 1) / align * align;
}

void piece_measure(struct piece *p)
{
    if (p->kind == PIECE_FIELD)
        return;
    uint64_t end = 0;
    p->used = 0;
    for (struct piece *c = p->first; c; c = c->next) {
        piece_measure(c);
        c->offset = p->kind == PIECE_STRUCT ? aligned(end, c->align) : 0;
        end = c->offset + c->size > end ? c->offset + c->size : end;
        p->used = c->offset + c->used > p->used ? c->offset + c->used : p->used;
        p->align = c->align > p->align ? c->align : p->align;
    }
    p->size = aligned(end, p->align);
}

static void place(struct piece *p, uint64_t base)
{
    p->offset += base;
    if (p->point) {
        p->point->offset = p->offset;
        p->point->size = p->size;
    }
    for (struct piece *c = p->first; c; c = c->next)
        place(c, p->offset);
    if (p->child)
        p->point->child_offset = p->child->offset;
}

static void child_complete(const struct async *a, struct point *p)
{
    const struct async *g = p->callee_async;
    if (p->kind != CALLEE_EMBEDDED)
        return;
    p->child_size = g->frame_size;
    p->child_used = g->frame_used;
    p->child_align = g->frame_align;
    p->child_type = g->fn->decl->span.lo < a->fn->decl->span.lo ? g->frame_type : NULL;
}

// A callee outside copies its result to the frame of the arm.
static void arm_complete(struct unit *u, const struct async *a, struct point *p)
{
    unsigned word = u->target->size_pointer;
    child_complete(a, p);
    if (p->kind != CALLEE_OUTSIDE)
        return;
    struct type *t = p->callee_type->base;
    p->child_size = (type_align(u, t) > word ? 2u : 1u) * word + type_size(u, t);
}

static void children_complete(struct unit *u, struct async *a)
{
    for (uint32_t i = 0; i < a->point_count; i++)
        child_complete(a, a->points[i]);
    for (const struct any *any = a->anys; any; any = any->next)
        for (struct point *p = any->arms; p; p = p->next_in_region)
            arm_complete(u, a, p);
    for (struct point *p = a->starts; p; p = p->next_in_region)
        if (p->is_placed)
            arm_complete(u, a, p);
}

// The result follows the node at the next offset aligned for its type, whatever the rest of the frame is aligned to: where
// sharing its bytes with the body would move it, it stands before the body.
static void add_result_and_body(struct unit *u, struct piece *frame, struct piece *either)
{
    struct piece *result = either->first, *body = result->next;
    if (!body) {
        piece_add(frame, result);
        return;
    }
    piece_measure(either);
    unsigned word = u->target->size_pointer;
    if (aligned(word, either->align) == aligned(word, result->align)) {
        piece_add(frame, either);
        return;
    }
    result->next = NULL;
    piece_add(frame, result);
    piece_add(frame, body);
}

// Without a result the members of the body are the frame's own.
static void frame_splice(struct piece *frame, struct piece *body)
{
    if (!body->first)
        return;
    *frame->last = body->first;
    frame->last = body->last;
}

static struct piece *node_piece(struct unit *u, uint32_t align)
{
    unsigned word = u->target->size_pointer;
    const char *decl = "struct ac_node node";
    if (align <= word)
        return piece_field(u, "node", decl, word, word);
    return piece_field(u, "node", arena_printf(&u->fn, "_Alignas(%u) %s", align, decl), word, align);
}

// Room for the callees that take over the frame, behind the node: `body` and that, one at a time.
static struct piece *with_tails(struct unit *u, struct piece *body, uint64_t frame_size)
{
    unsigned word = u->target->size_pointer;
    bool is_empty = !body->first && body->kind != PIECE_FIELD;
    if (frame_size <= word)
        return body;
    uint64_t bytes = frame_size - word;
    struct piece *tail = piece_field(u, "tail", arena_printf(&u->fn, "unsigned char tail[%llu]", (unsigned long long)bytes), bytes, 1);
    if (is_empty)
        return tail;
    struct piece *either = piece_new(u, PIECE_UNION, NULL);
    piece_add(either, body);
    piece_add(either, tail);
    return either;
}

// The size, or the alignment, that the callees which take over the frame ask for.
static struct extent tails_extent(const struct async *a)
{
    struct extent most = { 0, 1 };
    for (uint32_t i = 0; i < a->point_count; i++) {
        const struct point *p = a->points[i];
        if (p->is_tail && p->child_size > most.size)
            most.size = p->child_size;
        if (p->is_tail && p->child_align > most.align)
            most.align = p->child_align;
    }
    return most;
}

bool type_is_constant(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    while (t->kind == TYPE_ARRAY)
        t = type_plain(u, t->base);
    return (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) && t->tag->has_const_member;
}

static bool callees_have_constants(const struct point *p)
{
    for (; p; p = p->next_in_region)
        if (p->callee_async && p->callee_async->has_constants)
            return true;
    return false;
}

static bool has_constants(struct unit *u, const struct async *a)
{
    bool found = type_is_constant(u, a->result);
    for (uint32_t i = 0; i < a->local_count && !found; i++)
        found = a->locals[i]->type && type_is_constant(u, a->locals[i]->type);
    for (uint32_t i = 0; i < a->point_count && !found; i++)
        found = a->points[i]->callee_async && a->points[i]->callee_async->has_constants;
    for (const struct any *any = a->anys; any && !found; any = any->next)
        found = callees_have_constants(any->arms);
    return found || callees_have_constants(a->starts);
}

void frame_lay_out(struct unit *u, struct async *a)
{
    a->has_constants = has_constants(u, a);
    unsigned word = u->target->size_pointer;
    children_complete(u, a);
    struct extent tails = tails_extent(a);
    struct piece *frame = piece_new(u, PIECE_STRUCT, NULL);
    if (!a->fused_into)
        piece_add(frame, node_piece(u, tails.align));
    struct piece *either = piece_new(u, PIECE_UNION, NULL);
    if (type_plain(u, a->result)->kind != TYPE_VOID && !a->fused_into)
        piece_add(either, field_of_type(u, a->result, "result"));
    struct piece *body = piece_new(u, PIECE_STRUCT, NULL);
    if (a->has_blocks)
        piece_add(body, piece_field(u, "blocks", "void *blocks", word, word));
    if (a->has_group)
        piece_add(body, piece_field(u, "children", "struct ac_group children", 3 * word, word));
    struct piece *root = region_piece(u, a, a->root);
    if (root && !body->first)
        body = root;
    else if (root)
        piece_add(body, root);
    body = with_tails(u, body, tails.size);
    if (body->kind == PIECE_STRUCT && !body->name && !either->first)
        frame_splice(frame, body);
    else if (body->first || body->kind == PIECE_FIELD)
        piece_add(either, body);
    if (either->first)
        add_result_and_body(u, frame, either);
    piece_measure(frame);
    place(frame, 0);
    a->frame = frame;
    a->frame_size = frame->size;
    a->frame_used = frame->used;
    a->frame_align = frame->align;
    if (frame->align > frame_alignment(u))
        diag_error(u, ERROR_FRAME_ALIGNMENT, a->fn->symbol->span,
                   "the frame of '%s' must hold a value aligned to %u bytes; frames are aligned to %u",
                   a->fn->symbol->name->text, frame->align, frame_alignment(u));
}

uint64_t frame_kept_bytes(const struct piece *point)
{
    uint64_t bytes = 0;
    for (const struct piece *c = point->first; c; c = c->next)
        bytes += c->local ? c->size : frame_kept_bytes(c);
    return bytes;
}

// --- printing --------------------------------------------------------------------------------------------------------------------

// Deeper blocks are not indented further: of a thousand, one in the other, the blanks would be a million.
enum { DEEPEST_INDENT = 20 };

static void piece_print(struct buf *out, const struct piece *p, int depth)
{
    int blanks = 4 * (depth < DEEPEST_INDENT ? depth : DEEPEST_INDENT);
    buf_printf(out, "%*s", blanks, "");
    if (p->kind == PIECE_FIELD) {
        if (p->is_aligned)
            buf_printf(out, "_Alignas(%u) ", p->align);
        buf_printf(out, "%s;\n", p->decl);
        return;
    }
    buf_printf(out, "%s {\n", p->kind == PIECE_STRUCT ? "struct" : "union");
    for (const struct piece *c = p->first; c; c = c->next)
        piece_print(out, c, depth + 1);
    buf_printf(out, "%*s}%s%s;\n", blanks, "", p->name ? " " : "", p->name ? p->name : "");
}

static void assert_offsets(struct buf *out, const struct async *a, const struct piece *p)
{
    for (const struct piece *c = p->first; c; c = c->next) {
        if (!c->name) {
            assert_offsets(out, a, c);
        } else if (c->kind == PIECE_STRUCT || c->local) {
            buf_printf(out, "_Static_assert(__builtin_offsetof(%s, %s) == %llu, \"\");\n", a->frame_type, c->name,
                       (unsigned long long)c->offset);
        }
    }
}

void frame_print(struct unit *u, const struct async *a, struct buf *out)
{
    if (u->lowering->has_pack)
        buf_puts(out, "#pragma pack(push)\n#pragma pack()\n");
    buf_printf(out, "%s {\n", a->frame_type);
    for (const struct piece *c = a->frame->first; c; c = c->next)
        piece_print(out, c, 1);
    buf_puts(out, u->lowering->has_pack ? "};\n#pragma pack(pop)\n" : "};\n");
    buf_printf(out, "_Static_assert(sizeof(%s) == %llu, \"acc and the compiler lay out %s alike\");\n", a->frame_type,
               (unsigned long long)a->frame_size, a->frame_type);
    assert_offsets(out, a, a->frame);
    struct type *declared = declared_frame(a->fn->symbol);
    if (declared) {
        static const char *const measures[] = { "sizeof", "_Alignof" };        // apart: clang 16 warns of && between constants
        const char *room = type_text(u, declared, "", true), *name = a->fn->symbol->name->text;
        for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
            buf_printf(out, "_Static_assert(%s(%s) >= %s(%s), \"the frame that %s is declared with has room for it\");\n",
                       measures[i], room, measures[i], a->frame_type, name);
    } else if (function_is_exported(a)) {
        buf_printf(out, "AC_HAS_FRAME(%s, %llu);\n", a->fn->symbol->name->text, (unsigned long long)a->frame_size);
    }
}
