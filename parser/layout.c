// Where members lie: sizes, alignments and offsets as gcc and clang lay them out for the target (System V rules).
//
//     struct { char c; int b : 5; short s; }   →   c at 0, b at bit 0 of byte 1, s at 2, size 4, alignment 4
#include "parser/type.h"

#include <string.h>

#include "parser/sema.h"

// The state of laying out one struct or union.
struct record {
    struct unit *u;
    struct tag *tag;
    unsigned __int128 bits;             // where the next member may begin
    unsigned __int128 size;             // bits taken so far
    uint32_t align;                     // bytes
};

static uint64_t round_up(uint64_t n, uint64_t to)
{
    return to ? (n + to - 1) / to * to : n;
}

// gcc has no arrays of elements that are aligned more than their size; clang pads the array, not the elements.
static uint64_t array_size(struct unit *u, struct type *t)
{
    uint64_t size;
    if (!t->array.is_complete || __builtin_mul_overflow(type_size(u, t->base), t->array.count, &size))
        return 0;
    return u->target->is_clang ? round_up(size, type_align(u, t->base)) : size;
}

static uint64_t next_power_of_two(uint64_t n)
{
    uint64_t power = 1;
    while (power < n)
        power *= 2;
    return power;
}

// A _BitInt is as an array of the largest standard unit it fills.
static uint64_t bitint_align(struct unit *u, const struct type *t)
{
    uint64_t bytes = next_power_of_two((t->bitint.bits + 7) / 8);
    uint64_t most = u->target->size_pointer == 4 ? 4 : 8;
    if (u->target->is_clang)
        most = 8;
    return bytes > most ? most : bytes;
}

// Without what _Atomic adds.
static uint64_t size_of_plain(struct unit *u, struct type *t)
{
    const struct target *g = u->target;
    switch (t->kind) {
    case TYPE_VOID: case TYPE_BOOL: case TYPE_CHAR: case TYPE_SCHAR: case TYPE_UCHAR: case TYPE_FUNCTION:
        return 1;
    case TYPE_SHORT: case TYPE_USHORT:
        return g->size_short;
    case TYPE_INT: case TYPE_UINT:
        return g->size_int;
    case TYPE_LONG: case TYPE_ULONG:
        return g->size_long;
    case TYPE_LLONG: case TYPE_ULLONG:
        return g->size_llong;
    case TYPE_INT128: case TYPE_UINT128: case TYPE_FLOAT128: case TYPE_DECIMAL128:
        return 16;
    case TYPE_BITINT:
        return round_up((t->bitint.bits + 7) / 8, bitint_align(u, t));
    case TYPE_FLOAT: case TYPE_FLOAT32:
        return g->size_float;
    case TYPE_DOUBLE: case TYPE_FLOAT64: case TYPE_FLOAT32X: case TYPE_DECIMAL64:
        return 8;
    case TYPE_LDOUBLE:
        return g->size_ldouble;
    case TYPE_FLOAT64X:
        return g->size_ldouble == 8 ? 16 : g->size_ldouble;
    case TYPE_FLOAT16: case TYPE_BFLOAT16:
        return 2;
    case TYPE_DECIMAL32:
        return 4;
    case TYPE_COMPLEX:
        return 2 * type_size(u, t->base);
    case TYPE_NULLPTR: case TYPE_POINTER: case TYPE_HANDLE:
        return g->size_pointer;
    case TYPE_VA_LIST:
        return g->size_va_list;
    case TYPE_ARRAY:
        return array_size(u, t);
    case TYPE_VECTOR:
        return next_power_of_two(t->vector.count * type_size(u, t->base));
    case TYPE_STRUCT: case TYPE_UNION:
        tag_lay_out(u, t->tag);
        return t->tag->size;
    case TYPE_ENUM:
        tag_lay_out(u, t->tag);
        return t->tag->underlying ? type_size(u, t->tag->underlying) : g->size_int;
    case TYPE_FRAME:
        return frame_object_extent(u, t->symbol).size;
    case TYPE_TYPEDEF: case TYPE_TYPEOF: case TYPE_AUTO: case TYPE_ERROR:
        return 0;
    }
    __builtin_unreachable();
}

// gcc aligns an _Atomic object whose size an atomic instruction can have; clang also pads it to such a size.
static uint64_t atomic_size(struct unit *u, uint64_t size)
{
    uint64_t power = next_power_of_two(size);
    return size && power <= u->target->max_atomic_promotion ? power : size;
}

uint64_t type_size(struct unit *u, struct type *t)
{
    t = type_plain(u, t);
    uint64_t size = size_of_plain(u, t);
    return t->quals & QUAL_ATOMIC ? atomic_size(u, size) : size;
}

static uint32_t align_of_plain(struct unit *u, struct type *t)
{
    const struct target *g = u->target;
    switch (t->kind) {
    case TYPE_VOID: case TYPE_BOOL: case TYPE_CHAR: case TYPE_SCHAR: case TYPE_UCHAR: case TYPE_FUNCTION:
        return 1;
    case TYPE_SHORT: case TYPE_USHORT: case TYPE_INT: case TYPE_UINT: case TYPE_FLOAT: case TYPE_FLOAT16: case TYPE_FLOAT32:
    case TYPE_BFLOAT16: case TYPE_DECIMAL32: case TYPE_DECIMAL64: case TYPE_DECIMAL128: case TYPE_FLOAT128:
    case TYPE_NULLPTR: case TYPE_POINTER: case TYPE_HANDLE:
        return (uint32_t)size_of_plain(u, t);
    case TYPE_LONG: case TYPE_ULONG:
        return g->size_long == g->size_llong ? g->align_struct_llong : g->size_long;
    case TYPE_LLONG: case TYPE_ULLONG:
        return g->align_struct_llong;
    case TYPE_INT128: case TYPE_UINT128:
        return g->align_int128;
    case TYPE_BITINT:
        return (uint32_t)bitint_align(u, t);
    case TYPE_DOUBLE: case TYPE_FLOAT64: case TYPE_FLOAT32X:
        return g->align_struct_double;
    case TYPE_LDOUBLE:
        return g->align_ldouble;
    case TYPE_FLOAT64X:
        return g->size_ldouble == 8 ? 16 : g->align_ldouble;
    case TYPE_COMPLEX: case TYPE_ARRAY:
        return type_align(u, t->base);
    case TYPE_VECTOR: {
        uint64_t size = size_of_plain(u, t);
        return (uint32_t)(g->max_vector_align && size > g->max_vector_align ? g->max_vector_align : size);
    }
    case TYPE_VA_LIST:
        return g->align_va_list;
    case TYPE_STRUCT: case TYPE_UNION:
        tag_lay_out(u, t->tag);
        return t->tag->align ? t->tag->align : 1;
    case TYPE_ENUM:
        tag_lay_out(u, t->tag);
        return t->tag->align ? t->tag->align : g->size_int;
    case TYPE_FRAME:
        return frame_object_extent(u, t->symbol).align;
    case TYPE_TYPEDEF: case TYPE_TYPEOF: case TYPE_AUTO: case TYPE_ERROR:
        return 1;
    }
    __builtin_unreachable();
}

// The value of an aligned attribute; 0 when it is not valid.
static uint32_t align_attribute(struct unit *u, struct expr *aligned)
{
    if (!aligned->type)
        sema_expr(u, aligned);
    if (!aligned->is_constant || aligned->value <= 0 || aligned->value & (aligned->value - 1) || aligned->value > 1 << 28)
        return 0;
    return (uint32_t)aligned->value;
}

// What a typedef in the sugar of `t` says with an aligned attribute; 0 when none does.
static uint32_t sugar_align(struct unit *u, struct type *t)
{
    for (; t && t->kind != TYPE_STRUCT && t->kind != TYPE_UNION && t->kind != TYPE_ENUM; t = t->base) {
        if (t->kind == TYPE_TYPEDEF && t->symbol && attrs_align(u, t->symbol->attrs))
            return attrs_align(u, t->symbol->attrs);
        if (t->kind != TYPE_TYPEDEF && t->kind != TYPE_TYPEOF && t->kind != TYPE_ARRAY)
            return 0;
    }
    return 0;
}

// MMX registers aside, gcc for i386 moves these as a long long, and aligns them in structs as that.
static bool is_capped(struct unit *u, struct type *t, uint64_t size, uint32_t align)
{
    if (!u->target->caps_8_byte_fields || size != 8 || align != 8 || t->quals & QUAL_ATOMIC)
        return false;
    return (t->kind == TYPE_VECTOR && !macro_find(u, "__MMX__"))
           || ((t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) && !t->tag->is_align_asked);
}

uint32_t type_align(struct unit *u, struct type *t)
{
    uint32_t asked = sugar_align(u, t);
    if (asked)
        return asked;
    t = type_plain(u, t);
    uint32_t align = align_of_plain(u, t);
    uint64_t size = type_size(u, t);
    if (is_capped(u, t, size, align))
        return 4;
    if (t->quals & QUAL_ATOMIC && size <= 16 && !(size & (size - 1)) && size > align && atomic_size(u, size) == size)
        return (uint32_t)size;
    return align;
}

// Outside a struct some targets align better: long long and double of i386.
uint32_t type_align_preferred(struct unit *u, struct type *t)
{
    if (sugar_align(u, t))
        return sugar_align(u, t);
    struct type *plain = type_plain(u, t);
    while (plain->kind == TYPE_ARRAY || plain->kind == TYPE_COMPLEX)
        plain = type_plain(u, plain->base);
    if (plain->kind == TYPE_LLONG || plain->kind == TYPE_ULLONG)
        return u->target->align_llong;
    if (plain->kind == TYPE_DOUBLE)
        return u->target->align_double;
    return type_align(u, plain);
}

// What _Alignof says. gcc counts no more than the target has by itself, unless the user asked for it.
uint32_t type_align_standard(struct unit *u, struct type *t)
{
    uint32_t align = type_align(u, t);
    struct type *plain = type_plain(u, t);
    while (plain->kind == TYPE_ARRAY)
        plain = type_plain(u, plain->base);
    bool is_record = plain->kind == TYPE_STRUCT || plain->kind == TYPE_UNION;
    bool is_asked = sugar_align(u, t) || (is_record && plain->tag->is_align_asked);
    return u->target->is_clang || is_asked || align < u->target->align_max ? align : u->target->align_max;
}

uint32_t attrs_align(struct unit *u, struct attr *attrs)
{
    uint32_t most = 0;
    for (struct attr *a = attrs; a; a = a->next) {
        if (strcmp(a->name->text, "aligned") && strcmp(a->name->text, "alignas"))
            continue;
        uint32_t align = a->args ? align_attribute(u, a->args) : a->type ? type_align(u, a->type->type) : u->target->align_max;
        most = align > most ? align : most;
    }
    return most;
}

static unsigned __int128 round_bits(unsigned __int128 bits, uint32_t bytes)
{
    unsigned __int128 unit = (unsigned __int128)bytes * 8;
    return (bits + unit - 1) / unit * unit;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return b && b < a ? b : a;
}

static void record_raise_align(struct record *r, uint32_t align)
{
    r->align = align > r->align ? align : r->align;
}

static void record_place(struct record *r, struct member *m, unsigned __int128 at, unsigned __int128 width)
{
    m->offset = (uint64_t)(at / 8);
    m->bit_offset = (uint32_t)(at % 8);
    r->size = at + width > r->size ? at + width : r->size;
    if (r->tag->kind == TYPE_STRUCT)
        r->bits = at + width;
}

// Where a bit-field begins that may lie anywhere but must not cross more units of its type than its width needs.
static unsigned __int128 gcc_bits_at(struct record *r, struct member *m, bool is_packed, uint32_t asked)
{
    uint32_t natural = type_align(r->u, m->type), pack = r->tag->pack;
    unsigned __int128 at = asked ? round_bits(r->bits, smaller(asked, pack)) : r->bits;
    uint64_t unit = (uint64_t)natural * 8;
    uint64_t units = ((uint64_t)(at % unit) + (uint64_t)m->bits + unit - 1) / unit;
    return !is_packed && !pack && units * natural > type_size(r->u, m->type) ? round_bits(at, natural) : at;
}

// The same as clang has it: an alignment asked for widens the unit, and is applied only to what does not cross it.
static unsigned __int128 clang_bits_at(struct record *r, struct member *m, bool is_packed, uint32_t asked)
{
    uint32_t natural = is_packed ? 0 : type_align(r->u, m->type), pack = r->tag->pack;
    uint32_t align = asked > natural ? asked : natural;
    uint64_t unit = align ? (uint64_t)align * 8 : 1;
    if (!pack && (uint64_t)(r->bits % unit) + (uint64_t)m->bits > type_size(r->u, m->type) * 8)
        return align ? round_bits(r->bits, align) : r->bits;
    return asked && (!pack || asked <= pack) ? round_bits(r->bits, asked) : r->bits;
}

static void record_put_bits(struct record *r, struct member *m, bool is_packed, uint32_t asked)
{
    struct unit *u = r->u;
    uint32_t natural = type_align(u, m->type), pack = r->tag->pack;
    bool counts = m->name || u->target->is_aapcs;
    if (m->bits == 0) {
        if (counts)
            record_raise_align(r, natural);
        record_place(r, m, round_bits(r->bits, natural), 0);
        return;
    }
    if (counts || !u->target->is_clang)
        record_raise_align(r, asked ? smaller(asked, pack) : 0);
    if (counts)
        record_raise_align(r, pack ? smaller(natural, pack) : is_packed ? 1 : natural);
    unsigned __int128 at = u->target->is_clang ? clang_bits_at(r, m, is_packed, asked) : gcc_bits_at(r, m, is_packed, asked);
    record_place(r, m, at, (unsigned)m->bits);
}

static uint32_t member_asked_align(struct unit *u, struct member *m)
{
    uint32_t own = attrs_align(u, m->attrs), shared = attrs_align(u, m->specs_attrs);
    return own > shared ? own : shared;
}

static void record_put(struct record *r, struct member *m)
{
    struct unit *u = r->u;
    bool is_packed = r->tag->is_packed || m->is_packed;
    uint32_t asked = member_asked_align(u, m);
    if (m->bits >= 0) {
        record_put_bits(r, m, is_packed, asked);
        return;
    }
    uint32_t align = is_packed ? 1 : type_align(u, m->type);
    align = smaller(asked > align ? asked : align, r->tag->pack);
    record_raise_align(r, align);
    record_place(r, m, round_bits(r->bits, align), (unsigned __int128)type_size(u, m->type) * 8);
}

static void record_note_member(struct record *r, struct member *m)
{
    struct type *t = type_plain(r->u, m->type);
    struct tag *tag = r->tag;
    uint32_t asked = member_asked_align(r->u, m);
    bool is_packed = m->is_packed || tag->is_packed;
    tag->is_align_asked |= sugar_align(r->u, m->type) || (asked && (m->bits >= 0 || is_packed || asked >= type_align(r->u, t)));
    tag->has_flexible |= t->kind == TYPE_ARRAY && !t->array.is_complete && !t->array.is_vla && !m->next;
    tag->has_vla |= type_is_vm(r->u, t);
    while (t->kind == TYPE_ARRAY)
        t = type_plain(r->u, t->base);
    tag->has_const_member |= t->quals & QUAL_CONST;
    bool is_record = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
    if (is_record && t->tag->being_laid_out)
        m->type = type_basic(r->u, TYPE_ERROR);         // the record would hold itself: an error of C
    else if (is_record) {
        tag->has_const_member |= t->tag->has_const_member;
        tag->has_flexible |= t->tag->has_flexible;
        tag->is_align_asked |= t->tag->is_align_asked;
    }
}

static void member_evaluate_width(struct unit *u, struct member *m)
{
    m->bits = -1;
    if (!m->width)
        return;
    if (!m->width->type)
        sema_expr(u, m->width);
    m->bits = m->width->is_constant && m->width->value >= 0 && m->width->value < 1 << 16 ? (int)m->width->value : 1;
}

static void record_lay_out(struct unit *u, struct tag *tag)
{
    struct record r = { .u = u, .tag = tag, .align = 1 };
    for (struct member *m = tag->members; m; m = m->next) {
        sema_written_type(u, m->type, m->span);
        m->type = type_with_attributes(u, type_with_attributes(u, m->type, m->specs_attrs), m->attrs);
        member_evaluate_width(u, m);
        record_put(&r, m);
        record_note_member(&r, m);
    }
    tag->is_align_asked |= tag->aligned != NULL;
    if (tag->aligned)
        record_raise_align(&r, align_attribute(u, tag->aligned));
    tag->align = r.align;
    tag->size = tag->has_vla ? 0 : (uint64_t)(round_bits(r.size, r.align) / 8);
}

// The narrowest of the types gcc tries for [least, most].
static enum type_kind enum_kind(struct unit *u, struct tag *tag, __int128 least, __int128 most)
{
    static const enum type_kind kinds[][2] = { { TYPE_UCHAR, TYPE_SCHAR }, { TYPE_USHORT, TYPE_SHORT }, { TYPE_UINT, TYPE_INT },
                                               { TYPE_ULONG, TYPE_LONG }, { TYPE_ULLONG, TYPE_LLONG } };
    bool is_signed = least < 0 || !u->target->enum_is_unsigned_by_default;
    for (unsigned i = tag->is_packed || u->target->short_enums ? 0 : 2; i < 5; i++) {
        enum type_kind kind = kinds[i][is_signed];
        unsigned width = type_width(u, type_basic(u, kind)) - is_signed;
        if (most < (__int128)1 << width && least >= -((__int128)1 << width))
            return kind;
    }
    return is_signed ? TYPE_INT128 : TYPE_UINT128;
}

// While the list is read each constant has the type of its value; when it is complete, int where that holds the value.
static void enum_set_types(struct unit *u, struct tag *tag, bool is_fixed, struct type *enum_type)
{
    for (struct symbol *c = tag->constants; c; c = c->next_constant) {
        bool is_wide = !type_is_signed(u, c->type) && c->value < 0;
        bool fits_int = !is_wide && c->value >= INT32_MIN && c->value <= INT32_MAX;
        c->type = is_fixed || !fits_int ? enum_type : type_basic(u, TYPE_INT);
    }
}

static struct number enum_value(struct unit *u, struct symbol *c, const struct number *previous)
{
    struct number n = { .is_known = true, .i = previous ? previous->i + 1 : 0 };
    if (!c->constant) {
        c->type = type_basic(u, n.i == (int32_t)n.i ? TYPE_INT : n.i == (int64_t)n.i ? TYPE_LLONG : TYPE_ULLONG);
        return n;
    }
    if (!c->constant->type)
        sema_expr(u, c->constant);
    struct number written = const_number(u, c->constant);
    c->type = type_value(u, c->constant);
    return written.is_known && !written.is_float ? written : n;
}

static void enum_lay_out(struct unit *u, struct tag *tag, struct type *enum_type)
{
    struct number value = { 0 }, *previous = NULL;
    __int128 least = 0, most = 0;
    for (struct symbol *c = tag->constants; c; c = c->next_constant) {
        value = enum_value(u, c, previous);
        previous = &value;
        c->value = (int64_t)value.i;
        c->is_evaluated = true;
        least = value.i < least ? value.i : least;
        most = value.i > most ? value.i : most;
    }
    bool is_fixed = tag->underlying;
    if (is_fixed)
        sema_type(u, tag->underlying);
    else
        tag->underlying = type_basic(u, enum_kind(u, tag, least, most));
    enum_set_types(u, tag, is_fixed, u->target->is_clang && !is_fixed ? tag->underlying : enum_type);
    tag->size = type_size(u, tag->underlying);
    tag->align = type_align(u, tag->underlying);
    if (tag->aligned && align_attribute(u, tag->aligned) > tag->align)
        tag->align = align_attribute(u, tag->aligned);
}

void tag_lay_out(struct unit *u, struct tag *tag)
{
    if (tag->laid_out || tag->being_laid_out || !tag->is_complete)
        return;
    tag->being_laid_out = true;
    bool is_sane = sema_enter(u, tag->span, 1);
    if (tag->kind == TYPE_ENUM) {
        struct type *t = NEW(&u->ast, struct type);
        t->kind = TYPE_ENUM;
        t->tag = tag;
        enum_lay_out(u, tag, t);
    } else if (is_sane) {
        record_lay_out(u, tag);
    }
    sema_leave(u, 1);
    tag->being_laid_out = false;
    tag->laid_out = true;
}

struct found_member tag_find_member(struct unit *u, struct tag *tag, struct name *name)
{
    tag_lay_out(u, tag);
    for (struct member *m = tag->members; m; m = m->next) {
        if (m->name == name)
            return (struct found_member){ m, m->offset, 0 };
        struct type *t = m->name || m->width ? NULL : type_plain(u, m->type);
        if (!t || (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION))
            continue;
        struct found_member inner = tag_find_member(u, t->tag, name);
        if (inner.member)
            return (struct found_member){ inner.member, m->offset + inner.offset, t->quals | inner.quals };
    }
    return (struct found_member){ 0 };
}

bool type_is_complete(struct unit *u, struct type *t)
{
    for (t = type_plain(u, t); t->kind == TYPE_ARRAY; t = type_plain(u, t->base))
        if (!t->array.is_complete && !t->array.is_vla)
            return false;
    if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM)
        return t->tag->is_complete;
    return t->kind != TYPE_VOID && t->kind != TYPE_FUNCTION;
}
