// Literals: their types and values from their spelling.
//
//     0x80000000 → unsigned int    1ull    'ab' → int 24930    u"\U0001F600" → 3 elements of char16_t    1.5f16    2i
#include <stdlib.h>
#include <string.h>

#include "parser/sema.h"

// The spelling of one literal while it is read; text is copied and NUL-terminated.
struct reader {
    const char *at, *end;
};

static struct reader reader_open(struct unit *u, uint32_t token)
{
    uint32_t len = u->tokens[token].len;
    const char *text = arena_copy(&u->arena, token_text(u, token), len);
    return (struct reader){ text, text + len };
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// One unit of a character constant or a string: a character of the source or of a \u, or the value of an escape.
struct unit_read {
    uint64_t value;
    bool is_escape;             // its value is the element itself
};

static struct unit_read read_digits(struct reader *r, int base, int most)
{
    struct unit_read c = { .is_escape = true };
    for (int digit; most-- && r->at < r->end && (digit = hex_digit(*r->at)) >= 0 && digit < base; r->at++)
        c.value = c.value * (unsigned)base + (unsigned)digit;
    return c;
}

static struct unit_read read_escape(struct reader *r)
{
    static const char letters[] = "abefnrtvE", values[] = "\a\b\033\f\n\r\t\v\033";
    char c = *r->at;
    if (c >= '0' && c <= '7')
        return read_digits(r, 8, 3);
    r->at++;
    if (c == 'x')
        return read_digits(r, 16, 1 << 20);
    if (c == 'u' || c == 'U') {
        struct unit_read point = read_digits(r, 16, c == 'u' ? 4 : 8);
        point.is_escape = false;
        return point;
    }
    const char *letter = memchr(letters, c, sizeof letters - 1);
    return (struct unit_read){ .value = (unsigned char)(letter ? values[letter - letters] : c), .is_escape = true };
}

static struct unit_read read_utf8(struct reader *r)
{
    unsigned char first = (unsigned char)*r->at++;
    int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    struct unit_read c = { .value = more ? first & (0x3F >> more) : first };
    for (; more && r->at < r->end && (*r->at & 0xC0) == 0x80; more--)
        c.value = c.value << 6 | (*r->at++ & 0x3F);
    return c;
}

static struct unit_read read_unit(struct reader *r)
{
    if (*r->at == '\\' && r->at + 1 < r->end) {
        r->at++;
        return read_escape(r);
    }
    return read_utf8(r);
}

static unsigned utf8_length(uint64_t point)
{
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

static uint32_t utf8_byte(uint64_t point, unsigned length, unsigned i)
{
    uint32_t bits = (uint32_t)(point >> (6 * (length - 1 - i)));
    return i ? 0x80 | (bits & 0x3F) : (0xF00 >> length & 0xFF) | bits;
}

// The element type that a prefix asks for; `otherwise` for none.
static enum type_kind prefix_kind(struct unit *u, struct reader *r, enum type_kind otherwise)
{
    enum type_kind kind = otherwise;
    if (*r->at == 'L')
        kind = u->target->wchar;
    else if (*r->at == 'U')
        kind = u->target->char32;
    else if (*r->at == 'u' && r->at[1] == '8')
        kind = u->target->char8;
    else if (*r->at == 'u')
        kind = u->target->char16;
    while (r->at < r->end && *r->at != '\'' && *r->at != '"' && *r->at != 'R')
        r->at++;
    return kind;
}

// 'ab' is the bytes in order, as gcc and clang have it; a single byte has the sign of char.
static uint64_t plain_character(struct unit *u, struct reader *r)
{
    uint32_t value = 0;
    unsigned count = 0;
    while (r->at < r->end) {
        struct unit_read c = *r->at == '\\' ? read_unit(r) : (struct unit_read){ (unsigned char)*r->at++, true };
        unsigned length = c.is_escape ? 1 : utf8_length(c.value);
        for (unsigned i = 0; i < length; i++, count++)
            value = value << 8 | (length == 1 ? c.value & 0xFF : utf8_byte(c.value, length, i));
    }
    if (count == 1)
        value = u->target->char_is_unsigned ? (uint8_t)value : (uint32_t)(int8_t)value;
    return (uint64_t)(int32_t)value;
}

static struct type *read_character(struct unit *u, struct expr *e)
{
    struct reader r = reader_open(u, e->span.lo);
    bool is_plain = *r.at == '\'';
    bool is_utf8 = r.at[0] == 'u' && r.at[1] == '8';
    enum type_kind kind = prefix_kind(u, &r, TYPE_INT);
    kind = is_utf8 ? TYPE_UCHAR : kind;
    r.at++;
    r.end--;
    if (is_plain)
        e->int_.value = plain_character(u, &r);
    else
        while (r.at < r.end)
            e->int_.value = read_unit(&r).value;
    return type_basic(u, kind);
}

// What stands behind the digits of a number.
struct suffix {
    bool is_unsigned, is_imaginary, is_bitint;
    int longs;
    char letters[16];           // of a floating suffix, lower case, without i and j
};

static struct suffix suffix_read(const char *at)
{
    struct suffix s = { 0 };
    size_t len = 0;
    for (; *at; at++) {
        char c = *at | 0x20;
        if (c == 'i' || c == 'j')
            s.is_imaginary = true;
        else if (c == 'u')
            s.is_unsigned = true;
        else if (len < sizeof s.letters - 1)
            s.letters[len++] = c;
        s.longs += c == 'l';
    }
    s.is_bitint = !strcmp(s.letters, "wb");
    return s;
}

static char *number_spelling(struct unit *u, uint32_t token)
{
    struct reader r = reader_open(u, token);
    char *text = (char *)r.at, *to = text;
    for (const char *from = text; *from; from++)
        if (*from != '\'')
            *to++ = *from;
    *to = 0;
    return text;
}

// The first type of 6.4.4.1's list that holds the value.
static enum type_kind integer_kind(struct unit *u, unsigned __int128 value, bool is_decimal, const struct suffix *s)
{
    static const enum type_kind kinds[3][2] = { { TYPE_INT, TYPE_UINT }, { TYPE_LONG, TYPE_ULONG }, { TYPE_LLONG, TYPE_ULLONG } };
    for (int rank = s->longs > 2 ? 2 : s->longs; rank < 3; rank++) {
        unsigned width = type_width(u, type_basic(u, kinds[rank][0]));
        if (!s->is_unsigned && !(value >> (width - 1)))
            return kinds[rank][0];
        if ((s->is_unsigned || !is_decimal) && !(value >> (width - 1) >> 1))
            return kinds[rank][1];
    }
    bool has_int128 = u->target->size_int128 && !u->target->is_clang;
    return has_int128 && !s->is_unsigned ? TYPE_INT128 : has_int128 && value >> 64 ? TYPE_UINT128 : TYPE_ULLONG;
}

static struct type *bitint_of(struct unit *u, unsigned __int128 value, bool is_unsigned)
{
    struct type *t = NEW(&u->ast, struct type);
    t->kind = TYPE_BITINT;
    t->bitint.is_unsigned = is_unsigned;
    for (t->bitint.bits = !is_unsigned; value; value >>= 1)
        t->bitint.bits++;
    t->bitint.bits += t->bitint.bits < 2 - (unsigned)is_unsigned;
    return t;
}

static struct type *read_integer(struct unit *u, struct expr *e)
{
    const char *at = number_spelling(u, e->span.lo);
    bool is_hex = at[0] == '0' && (at[1] | 0x20) == 'x', is_binary = at[0] == '0' && (at[1] | 0x20) == 'b';
    unsigned base = is_hex ? 16 : is_binary ? 2 : at[0] == '0' ? 8 : 10;
    at += is_hex || is_binary ? 2 : 0;
    unsigned __int128 value = 0;
    for (int digit; (digit = hex_digit(*at)) >= 0 && (unsigned)digit < base; at++)
        value = value * base + (unsigned)digit;
    struct suffix s = suffix_read(at);
    e->int_.value = (uint64_t)value;
    e->int_.high = (uint64_t)(value >> 64);
    struct type *t = s.is_bitint ? bitint_of(u, value, s.is_unsigned) : type_basic(u, integer_kind(u, value, base == 10, &s));
    return s.is_imaginary ? type_complex(u, t) : t;
}

static enum type_kind floating_kind(const char *letters)
{
    static const struct { const char *letters; enum type_kind kind; } kinds[] = {
        { "", TYPE_DOUBLE },       { "d", TYPE_DOUBLE },       { "f", TYPE_FLOAT },       { "l", TYPE_LDOUBLE },
        { "f16", TYPE_FLOAT16 },   { "f32", TYPE_FLOAT32 },   { "f64", TYPE_FLOAT64 },   { "f128", TYPE_FLOAT128 },
        { "f32x", TYPE_FLOAT32X }, { "f64x", TYPE_FLOAT64X },  { "q", TYPE_FLOAT128 },    { "w", TYPE_LDOUBLE },
        { "df", TYPE_DECIMAL32 },  { "dd", TYPE_DECIMAL64 },   { "dl", TYPE_DECIMAL128 }, { "bf16", TYPE_BFLOAT16 },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].letters, letters))
            return kinds[i].kind;
    return TYPE_DOUBLE;
}

static struct type *read_floating(struct unit *u, struct expr *e)
{
    const char *text = number_spelling(u, e->span.lo);
    char *end;
    e->float_.value = strtold(text, &end);
    struct suffix s = suffix_read(end);
    struct type *t = type_basic(u, floating_kind(s.letters));
    return s.is_imaginary ? type_complex(u, t) : t;
}

// To what stands between the quotes; of R"x(...)x", between the parentheses. True: nothing in it is an escape.
static bool reader_enter(struct reader *r)
{
    bool is_raw = *r->at == 'R';
    size_t delimiter = is_raw ? strcspn(r->at, "(") - 2 : 0;
    r->at += is_raw ? delimiter + 3 : 1;
    r->end -= is_raw ? delimiter + 2 : 1;
    return is_raw;
}

// Elements of one literal, without the NUL. A plain string counts bytes; others count what a character takes.
static uint64_t literal_length(struct reader *r, unsigned width)
{
    uint64_t length = 0;
    for (bool is_raw = reader_enter(r); r->at < r->end;) {
        struct unit_read c = is_raw ? read_utf8(r) : read_unit(r);
        if (c.is_escape)
            length++;
        else
            length += width == 1 ? utf8_length(c.value) : width == 2 && c.value > 0xFFFF ? 2 : 1;
    }
    return length;
}

static struct type *read_string(struct unit *u, struct expr *e)
{
    enum type_kind kind = TYPE_CHAR;
    for (uint32_t token = e->span.lo; token < e->span.hi; token++) {
        struct reader r = reader_open(u, token);
        kind = *r.at == '"' ? kind : prefix_kind(u, &r, kind);
    }
    unsigned width = (unsigned)type_size(u, type_basic(u, kind));
    e->string.length = 1;
    for (uint32_t token = e->span.lo; token < e->span.hi; token++) {
        struct reader r = reader_open(u, token);
        prefix_kind(u, &r, kind);
        if (r.at < r.end)
            e->string.length += literal_length(&r, width);
    }
    return type_array(u, type_basic(u, kind), e->string.length);
}

struct type *literal_read(struct unit *u, struct expr *e)
{
    if (e->kind == EXPR_STRING)
        return read_string(u, e);
    if (e->kind == EXPR_FLOAT)
        return read_floating(u, e);
    const struct token *token = &u->tokens[e->span.lo];
    const char *text = token_text(u, e->span.lo);
    if (token->name) {
        e->int_.value = token->len == 4 && !memcmp(text, "true", 4);
        return type_basic(u, TYPE_BOOL);
    }
    return text[token->len - 1] == '\'' ? read_character(u, e) : read_integer(u, e);
}
