// Sizes and alignments of the target, from what its compiler predefines.
//
//     #define __SIZEOF_LONG__ 8   #define __x86_64__ 1   →   size_long 8, a va_list of 24 bytes that is an array
#include "parser/type.h"

#include <stdlib.h>
#include <string.h>

static bool has(const struct unit *u, const char *macro)
{
    return macro_find(u, macro) != NULL;
}

static long macro_number(const struct unit *u, const char *macro, long otherwise)
{
    const struct macro *m = macro_find(u, macro);
    if (!m || !m->body_len)
        return otherwise;
    char digits[32] = { 0 };
    memcpy(digits, m->body, m->body_len < sizeof digits ? m->body_len : sizeof digits - 1);
    char *end;
    long value = strtol(digits, &end, 0);
    return end == digits ? otherwise : value;
}

// "long unsigned int" and its other spellings.
static enum type_kind macro_type(const struct unit *u, const char *macro, enum type_kind otherwise)
{
    const struct macro *m = macro_find(u, macro);
    if (!m || !m->body_len || m->body_len >= 64)
        return otherwise;
    char words[64] = { 0 };
    memcpy(words, m->body, m->body_len);
    bool is_unsigned = strstr(words, "unsigned"), is_signed = strstr(words, "signed") && !is_unsigned;
    const char *first_long = strstr(words, "long");
    if (strstr(words, "char"))
        return is_unsigned ? TYPE_UCHAR : is_signed ? TYPE_SCHAR : TYPE_CHAR;
    if (strstr(words, "short"))
        return is_unsigned ? TYPE_USHORT : TYPE_SHORT;
    if (first_long && strstr(first_long + 4, "long"))
        return is_unsigned ? TYPE_ULLONG : TYPE_LLONG;
    if (first_long)
        return is_unsigned ? TYPE_ULONG : TYPE_LONG;
    return is_unsigned ? TYPE_UINT : TYPE_INT;
}

static int standard_year(const struct unit *u)
{
    long version = macro_number(u, "__STDC_VERSION__", 0);
    return version > 201710 ? 2023 : version == 201710 ? 2017 : version >= 201112 ? 2011 : version >= 199901 ? 1999 : 1990;
}

static void read_sizes(const struct unit *u, struct target *t)
{
    t->size_short = macro_number(u, "__SIZEOF_SHORT__", 2);
    t->size_int = macro_number(u, "__SIZEOF_INT__", 4);
    t->size_long = macro_number(u, "__SIZEOF_LONG__", 8);
    t->size_llong = macro_number(u, "__SIZEOF_LONG_LONG__", 8);
    t->size_pointer = macro_number(u, "__SIZEOF_POINTER__", 8);
    t->size_float = macro_number(u, "__SIZEOF_FLOAT__", 4);
    t->size_double = macro_number(u, "__SIZEOF_DOUBLE__", 8);
    t->size_ldouble = macro_number(u, "__SIZEOF_LONG_DOUBLE__", 16);
    t->size_wchar = macro_number(u, "__SIZEOF_WCHAR_T__", macro_number(u, "__ARM_SIZEOF_WCHAR_T", 4));
    t->size_size_t = macro_number(u, "__SIZEOF_SIZE_T__", t->size_pointer);
    t->size_int128 = macro_number(u, "__SIZEOF_INT128__", 0);
    t->align_max = macro_number(u, "__BIGGEST_ALIGNMENT__", 16);
}

// Natural alignments; what a target does otherwise is in read_alignments.
static void set_natural_alignments(struct target *t)
{
    t->align_llong = t->align_struct_llong = t->size_llong;
    t->align_double = t->align_struct_double = t->size_double;
    t->align_ldouble = t->size_ldouble;
    t->align_int128 = 16;
}

static void read_alignments(const struct unit *u, struct target *t)
{
    set_natural_alignments(t);
    if (has(u, "__i386__") && !has(u, "_WIN32")) {
        t->align_struct_llong = t->align_struct_double = 4;
        t->align_ldouble = t->size_ldouble == 12 ? 4 : t->size_ldouble == 8 ? 4 : 16;
    } else if (has(u, "__i386__")) {
        t->align_ldouble = t->size_ldouble == 12 ? 4 : t->size_ldouble;
    } else if (has(u, "__s390__") || has(u, "__s390x__")) {
        t->align_ldouble = t->align_int128 = 8;
    } else if (has(u, "__m68k__")) {
        t->align_llong = t->align_struct_llong = t->align_double = t->align_struct_double = t->align_ldouble = 2;
    }
}

static void read_va_list(const struct unit *u, struct target *t)
{
    t->size_va_list = t->align_va_list = t->size_pointer;
    if (has(u, "_WIN32") || has(u, "__APPLE__"))
        t->va_list_is_array = has(u, "__APPLE__") && has(u, "__x86_64__");
    else
        t->va_list_is_array = has(u, "__x86_64__") || has(u, "__s390x__") || (has(u, "__powerpc__") && t->size_pointer == 4);
    if (t->va_list_is_array)
        t->size_va_list = has(u, "__x86_64__") ? 8 + 2 * t->size_pointer : has(u, "__s390x__") ? 32 : 12;
    else if (has(u, "__aarch64__") && !has(u, "__APPLE__") && !has(u, "_WIN32"))
        t->size_va_list = 3 * t->size_pointer + 8;
}

const struct target *target_read(struct unit *u)
{
    struct target *t = NEW(&u->ast, struct target);
    read_sizes(u, t);
    read_alignments(u, t);
    read_va_list(u, t);
    t->char_is_unsigned = has(u, "__CHAR_UNSIGNED__");
    const struct macro *order = macro_find(u, "__BYTE_ORDER__");
    t->big_endian = order && order->body_len == 20 && !memcmp(order->body, "__ORDER_BIG_ENDIAN__", 20);
    t->ms_bitfields = has(u, "_WIN32");
    t->enum_is_unsigned_by_default = !t->ms_bitfields;
    t->short_enums = macro_number(u, "__ARM_SIZEOF_MINIMAL_ENUM", 4) == 1;
    t->is_aapcs = has(u, "__ARM_EABI__") || (has(u, "__aarch64__") && !has(u, "__APPLE__"));
    t->max_vector_align = !t->is_aapcs ? has(u, "__VX__") * 8 : has(u, "__aarch64__") ? 16 : 8;
    t->is_clang = has(u, "__clang__");
    t->caps_8_byte_fields = has(u, "__i386__") && !t->is_clang && !t->ms_bitfields;
    t->max_atomic_promotion = !t->is_clang ? 0 : has(u, "__i386__") || has(u, "__arm__") ? 8 : 16;
    t->wchar = macro_type(u, "__WCHAR_TYPE__", TYPE_INT);
    t->char8 = macro_type(u, "__CHAR8_TYPE__", TYPE_CHAR);
    t->char16 = macro_type(u, "__CHAR16_TYPE__", TYPE_USHORT);
    t->char32 = macro_type(u, "__CHAR32_TYPE__", TYPE_UINT);
    t->size_t_ = macro_type(u, "__SIZE_TYPE__", TYPE_ULONG);
    t->ptrdiff = macro_type(u, "__PTRDIFF_TYPE__", TYPE_LONG);
    t->std = standard_year(u);
    return t;
}
