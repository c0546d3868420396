// Mutations by words: most mutations of bytes end at the first syntax error and never reach the later passes.
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t room, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out, size_t room,
                                 unsigned seed);

struct range { size_t lo, hi; };

static bool is_word_byte(uint8_t c)
{
    return isalnum(c) || c == '_';
}

// The word, number or punctuator around a random place, or all from one bracket to the one that closes it.
static struct range choose(const uint8_t *bytes, size_t len, unsigned *seed)
{
    struct range r = { rand_r(seed) % len, 0 };
    while (r.lo && is_word_byte(bytes[r.lo]) && is_word_byte(bytes[r.lo - 1]))
        r.lo--;
    for (r.hi = r.lo + 1; r.hi < len && is_word_byte(bytes[r.lo]) && is_word_byte(bytes[r.hi]); r.hi++)
        ;
    if (strchr("([{", bytes[r.lo]) && bytes[r.lo])
        for (size_t depth = 1; r.hi < len && depth; r.hi++)
            depth += (bytes[r.hi] && strchr("([{", bytes[r.hi]) != NULL) - (bytes[r.hi] && strchr(")]}", bytes[r.hi]) != NULL);
    else if (rand_r(seed) % 4 == 0)                 // a line, nearly a statement
        for (; r.hi < len && bytes[r.hi] != '\n'; r.hi++)
            ;
    return r;
}

// Puts `text` in place of a range of [bytes, bytes + len); the new length, or the old one when there is no room.
static size_t replace(uint8_t *bytes, size_t len, size_t room, struct range r, const void *text, size_t text_len)
{
    if (len - (r.hi - r.lo) + text_len > room)
        return len;
    uint8_t *copy = malloc(text_len + 1);
    memcpy(copy, text, text_len);
    memmove(bytes + r.lo + text_len, bytes + r.hi, len - r.hi);
    memcpy(bytes + r.lo, copy, text_len);
    free(copy);
    return len - (r.hi - r.lo) + text_len;
}

static const char *some_text(unsigned *seed)
{
    static const char *const texts[] = {
        "await ", "async ", " await val(1) ", "(await val(2))", "async int ", "await all;", "static async int h(int x);",
        "({ int q = await val(3); q; })", "if (x) ", "else ", "while (x) ", "for (;;) ", "do ", "switch (x) ", "case 1: ",
        "default: ", "break;", "continue;", "return ", "goto l;", "l: ", "{", "}", "(", ")", "[", "]", ";", ",", "*", "&", "&&",
        "||", "?", ":", "=", "+=", "++", "->", ".", "...", "int ", "char ", "long ", "struct s ", "struct { int a; } ",
        "union ", "enum { A } ", "typedef ", "static ", "const ", "volatile ", "_Atomic ", "extern ", "inline ", "sizeof ",
        "__typeof__(x) ", "_Generic(x, int: 1, default: 2)", "(int){ 1 }", "{ 0 }", "[x]", "[3]", "0", "1", "\"s\"", "'c'",
        "1.5", "__builtin_offsetof(struct s, a)", "__attribute__((unused)) ", "[[noreturn]] ", "__extension__ ", "asm(\"\")",
        "_Static_assert(1, \"\");", "#define M(x) x\n", "\n#pragma pack(1)\n", "\n#line 7\n", "/*", "*/", "//", "\\\n", "\"", "'",
        "x", "int a", "void ", "_Bool ", "unsigned ", "_Complex ", "__int128 ", "_BitInt(7) ", "_Alignas(16) ", "nullptr",
        "defer ", "__label__ l; ", "&&l", "__auto_type ", "ac_block_on(val(1))", "(void)", "async f(x);",
        "await any { case ", "case await val(1): ", "case x = await val(2): ", "await any { default: ; case await val(3): ; }",
        "_Frame(val) ", "_Frame(val) q = val(4); ", "await q", "async int k = async val(5); ", "ac_cancel(&k);", "ac_detach(&k);",
        "defer { await val(6); } ", "ac_deadline(7);", "__attribute__((cleanup(h))) ", "[[ac::noescape]] ", "[[ac::guard]] ",
        "__attribute__((ac_nosend)) ", "__attribute__((noinline)) ", "__attribute__((aligned(64))) ", "ac_box(val, 8)",
    };
    return texts[rand_r(seed) % (sizeof texts / sizeof *texts)];
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t room, unsigned seed)
{
    if (!len || rand_r(&seed) % 8 == 0)
        return LLVMFuzzerMutate(bytes, len, room);
    for (unsigned n = rand_r(&seed) % 3 + 1; n && len; n--) {
        struct range r = choose(bytes, len, &seed), from = choose(bytes, len, &seed);
        const char *text = some_text(&seed);
        switch (rand_r(&seed) % 6) {
        case 0: len = replace(bytes, len, room, r, "", 0); break;
        case 1: len = replace(bytes, len, room, r, bytes + from.lo, from.hi - from.lo); break;
        case 2: len = replace(bytes, len, room, (struct range){ r.lo, r.lo }, bytes + from.lo, from.hi - from.lo); break;
        case 3: len = replace(bytes, len, room, r, text, strlen(text)); break;
        case 4: len = replace(bytes, len, room, (struct range){ r.lo, r.lo }, text, strlen(text)); break;
        case 5: len = replace(bytes, len, room, (struct range){ r.hi, r.hi }, text, strlen(text)); break;
        }
    }
    return len;
}

// A piece of one in the place of a piece of the other.
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out, size_t room,
                                 unsigned seed)
{
    if (!a_len || !b_len || a_len > room)
        return 0;
    memcpy(out, a, a_len);
    struct range from = choose(b, b_len, &seed);
    return replace(out, a_len, room, choose(a, a_len, &seed), b + from.lo, from.hi - from.lo);
}
