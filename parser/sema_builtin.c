// Calls of functions that no declaration names: the types and values of builtins.
//
//     __builtin_clz (x) → int      __sync_fetch_and_add (&c, 1) → type of c      __builtin_bswap32 (1) → 0x1000000
#include <stdlib.h>
#include <string.h>

#include "parser/sema.h"

// What a group of builtins returns: a basic type, or something made of it or of the first argument.
enum returns {
    RETURNS_BASIC, RETURNS_POINTER,     // kind; pointer to kind
    RETURNS_TEXT,                       // const char *
    RETURNS_ARGUMENT,                   // the type of the first argument
    RETURNS_POINTEE,                    // what the first argument points to
    RETURNS_ELEMENT,                    // element of the first argument, a vector
    RETURNS_COMPLEX,                    // _Complex of the first argument
    RETURNS_SIZE, RETURNS_CHOSEN        // size_t; the result of the function that the arguments choose
};

// Names without __builtin_, separated by blanks. A name that ends in '*' stands for all that begin so.
struct builtin_group {
    enum returns returns;
    enum type_kind kind;
    const char *names;
};

// C library functions, which compilers know also without __builtin_ when nothing declares them.
static const struct builtin_group library[] = {
    { RETURNS_POINTER, TYPE_VOID, " malloc calloc realloc aligned_alloc memcpy memmove memset memchr mempcpy memccpy alloca "
                                  "__memcpy_chk __memmove_chk __memset_chk __mempcpy_chk " },
    { RETURNS_POINTER, TYPE_CHAR, " strcpy strncpy strcat strncat strchr strrchr strstr strpbrk strdup strndup stpcpy stpncpy "
                                  "index rindex strtok __strcpy_chk __strncpy_chk __strcat_chk __strncat_chk __stpcpy_chk "
                                  "__stpncpy_chk " },
    { RETURNS_SIZE, TYPE_VOID, " strlen strnlen strcspn strspn fwrite strftime " },
    { RETURNS_BASIC, TYPE_VOID, " abort exit _exit _Exit free bzero bcopy " },
    { RETURNS_BASIC, TYPE_INT, " abs memcmp bcmp strcmp strncmp strcasecmp strncasecmp printf fprintf sprintf snprintf vprintf "
                               "vfprintf vsprintf vsnprintf scanf fscanf sscanf vscanf vfscanf vsscanf puts fputs putchar fputc "
                               "fputs_unlocked ffs ffsl ffsll "
                               "isalnum isalpha isdigit islower isupper isspace isxdigit isprint ispunct iscntrl "
                               "isgraph isblank isascii toascii __sprintf_chk __snprintf_chk __vsprintf_chk __vsnprintf_chk "
                               "__printf_chk __fprintf_chk __vprintf_chk __vfprintf_chk tolower toupper ilogb ilogbf ilogbl setjmp " },
    { RETURNS_BASIC, TYPE_LONG, " labs imaxabs lrint lrintf lrintl lround lroundf lroundl lceil* lfloor* " },
    { RETURNS_BASIC, TYPE_LLONG, " llabs llrint llrintf llrintl llround llroundf llroundl llceil* llfloor* " },
};

static const struct builtin_group builtins[] = {
    { RETURNS_BASIC, TYPE_VOID, " unreachable trap prefetch va_start va_end va_copy stdarg_start longjmp return clear_padding "
                                "__clear_cache eh_return unwind_init init_dwarf_reg_size_table assume debugtrap " },
    { RETURNS_BASIC, TYPE_INT, " constant_p clz clzl clzll ctz ctzl ctzll popcount popcountl popcountll parity parityl parityll "
                               "clrsb clrsbl clrsbll isnan* isinf* isfinite isnormal finite* signbit* isgreater isgreaterequal "
                               "isless islessequal islessgreater isunordered fpclassify classify_type setjmp cpu_is "
                               "cpu_supports cpu_init is_constant_evaluated va_arg_pack_len va_arg_pack issignaling* iseqsig "
                               "isinf_sign ffs ffsl ffsll printf_unlocked puts_unlocked putchar_unlocked LINE "
                               "eh_return_data_regno goacc_parlevel_id goacc_parlevel_size flt_rounds " },
    { RETURNS_BASIC, TYPE_LONG, " expect expect_with_probability " },
    { RETURNS_BASIC, TYPE_BOOL, " add_overflow* sub_overflow* mul_overflow* sadd* saddl* ssub* smul* uadd* usub* umul* "
                                "has_attribute is_aligned " },
    { RETURNS_BASIC, TYPE_USHORT, " bswap16 bitreverse16 " },
    { RETURNS_BASIC, TYPE_UINT, " bswap32 bitreverse32 ia32_crc32qi ia32_crc32hi ia32_crc32si " },
    { RETURNS_BASIC, TYPE_UCHAR, " bitreverse8 " },
    { RETURNS_BASIC, TYPE_UINT128, " bswap128 " },
    { RETURNS_BASIC, TYPE_ULLONG, " readcyclecounter ia32_rdtsc ia32_rdtscp ia32_crc32di " },
    { RETURNS_POINTER, TYPE_VOID, " alloca* frame_address return_address extract_return_addr frob_return_addr apply apply_args "
                                  "assume_aligned next_arg saveregs thread_pointer dwarf_cfa memcpy_inline memset_inline " },
    { RETURNS_TEXT, TYPE_VOID, " FUNCTION FILE " },
    { RETURNS_SIZE, TYPE_VOID, " object_size dynamic_object_size eh_unwind_* " },
    { RETURNS_ARGUMENT, TYPE_VOID, " speculation_safe_value launder nondeterministic_value rotateleft* rotateright* elementwise_* "
                                   "shuffle preserve_access_index align_up align_down addressof arithmetic_fence " },
    { RETURNS_ELEMENT, TYPE_VOID, " reduce_* " },
    { RETURNS_COMPLEX, TYPE_VOID, " complex " },
    { RETURNS_CHOSEN, TYPE_VOID, " tgmath " },
    { RETURNS_BASIC, TYPE_DECIMAL32, " infd32 nand32 fabsd32 huge_vald32 " },
    { RETURNS_BASIC, TYPE_DECIMAL64, " infd64 nand64 fabsd64 huge_vald64 " },
    { RETURNS_BASIC, TYPE_DECIMAL128, " infd128 nand128 fabsd128 huge_vald128 " },
};

// Functions of <math.h> and like them: their double, float (f), long double (l) and _FloatN (f128, ...) forms.
static const char math_names[] =
    " acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp10 exp2 expm1 fabs fdim floor fma fmax "
    "fmin fmod frexp gamma huge_val hypot inf j0 j1 jn ldexp lgamma log log10 log1p log2 logb modf nan nans nearbyint nextafter "
    "nexttoward pow pow10 powi remainder remquo rint round roundeven scalb scalbln scalbn significand sin sinh sqrt tan tanh "
    "tgamma trunc y0 y1 yn cabs carg cimag creal drem ";
static const char complex_names[] =
    " cacos cacosh casin casinh catan catanh ccos ccosh cexp clog clog10 conj cpow cproj csin csinh csqrt ctan ctanh ";

static const char atomic_void[] =
    " __sync_synchronize __sync_lock_release __atomic_load __atomic_store __atomic_store_n __atomic_exchange __atomic_clear "
    "__atomic_thread_fence __atomic_signal_fence __c11_atomic_init __c11_atomic_store __c11_atomic_thread_fence "
    "__c11_atomic_signal_fence ";
static const char atomic_bool[] =
    " __sync_bool_compare_and_swap __atomic_compare_exchange __atomic_compare_exchange_n __atomic_test_and_set "
    "__atomic_always_lock_free __atomic_is_lock_free __c11_atomic_compare_exchange_strong __c11_atomic_compare_exchange_weak "
    "__c11_atomic_is_lock_free ";

// Whether `name`, of `len` bytes, is one of the words; a word "abc*" is all that begin with abc.
static bool is_listed(const char *words, const char *name, size_t len)
{
    for (const char *word = words + strspn(words, " "); *word; word += strspn(word, " ")) {
        size_t word_len = strcspn(word, " ");
        bool is_prefix = word[word_len - 1] == '*';
        size_t compared = word_len - is_prefix;
        if ((is_prefix ? len >= compared : len == compared) && !memcmp(word, name, compared))
            return true;
        word += word_len;
    }
    return false;
}

static const struct builtin_group *group_find(const struct builtin_group *groups, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (is_listed(groups[i].names, name, strlen(name)))
            return &groups[i];
    return NULL;
}

static struct type *pointee(struct unit *u, struct expr *arg)
{
    struct type *t = arg ? type_plain(u, type_value(u, arg)) : NULL;
    return t && t->kind == TYPE_POINTER ? type_unqualified(u, t->base) : type_basic(u, TYPE_INT);
}

// NULL when an argument of __builtin_tgmath is none of its functions.
static struct type *function_given(struct unit *u, struct expr *arg)
{
    struct type *t = type_plain(u, type_value(u, arg));
    t = t->kind == TYPE_POINTER ? type_plain(u, t->base) : t;
    return t->kind == TYPE_FUNCTION ? t : NULL;
}

static bool takes(struct unit *u, struct type *param, struct type *t)
{
    struct type *plain = type_plain(u, param);
    return type_compatible(u, plain, t) || (plain->kind == TYPE_COMPLEX && type_compatible(u, plain->base, t));
}

// Of the arguments for parameters in which the functions differ; the second of ldexp does not count. NULL: there are none.
static struct type *common_type(struct unit *u, struct expr *values, const struct param *p, const struct param *q)
{
    struct type *common = NULL;
    for (struct expr *arg = values; arg && p && q; arg = arg->next, p = p->next, q = q->next) {
        if (type_compatible(u, p->type, q->type))
            continue;
        struct type *t = type_is_integer(u, type_value(u, arg)) ? type_basic(u, TYPE_DOUBLE) : type_plain(u, type_value(u, arg));
        common = common ? type_arithmetic(u, common, t) : t;
    }
    return common;
}

// __builtin_tgmath(sinf, sin, sinl, x) has the type of the first function that takes what its arguments have in common.
static struct type *chosen_by_arguments(struct unit *u, struct expr *args)
{
    struct expr *values = args;
    while (values && function_given(u, values))
        values = values->next;
    if (values == args || values == args->next)
        return type_basic(u, TYPE_ERROR);
    const struct param *first = function_given(u, args)->function.params, *second = function_given(u, args->next)->function.params;
    struct type *common = common_type(u, values, first, second);
    for (struct expr *f = args; f != values && common; f = f->next) {
        const struct type *function = function_given(u, f);
        const struct param *at = function->function.params;
        for (const struct param *p = first, *q = second; at && type_compatible(u, p->type, q->type); p = p->next, q = q->next)
            at = at->next;
        if (at && takes(u, at->type, common))
            return type_unqualified(u, function->base);
    }
    return type_basic(u, TYPE_ERROR);
}

static struct type *group_type(struct unit *u, const struct builtin_group *g, struct expr *args)
{
    struct type *first = args ? type_value(u, args) : type_basic(u, TYPE_INT);
    switch (g->returns) {
    case RETURNS_BASIC: return type_basic(u, g->kind);
    case RETURNS_POINTER: return type_pointer(u, type_basic(u, g->kind));
    case RETURNS_TEXT: return type_pointer(u, type_qualified(u, type_basic(u, TYPE_CHAR), QUAL_CONST));
    case RETURNS_ARGUMENT: return first;
    case RETURNS_POINTEE: return pointee(u, args);
    case RETURNS_ELEMENT: return type_plain(u, first)->kind == TYPE_VECTOR ? type_plain(u, first)->base : first;
    case RETURNS_COMPLEX: return type_complex(u, first);
    case RETURNS_SIZE: return type_basic(u, u->target->size_t_);
    case RETURNS_CHOSEN: return chosen_by_arguments(u, args);
    }
    __builtin_unreachable();
}

// The type that the ending of a math function's name stands for; `len` is what is left without it.
static enum type_kind math_suffix(const char *name, size_t *len)
{
    static const struct { const char *suffix; enum type_kind kind; } suffixes[] = {
        { "f128", TYPE_FLOAT128 }, { "f64x", TYPE_FLOAT64X }, { "f32x", TYPE_FLOAT32X }, { "f64", TYPE_FLOAT64 },
        { "f32", TYPE_FLOAT32 },   { "f16", TYPE_FLOAT16 },   { "f", TYPE_FLOAT },       { "l", TYPE_LDOUBLE },
        { "q", TYPE_FLOAT128 },    { "d128", TYPE_DECIMAL128 }, { "d64", TYPE_DECIMAL64 }, { "d32", TYPE_DECIMAL32 },
    };
    *len = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t suffix_len = strlen(suffixes[i].suffix);
        if (*len > suffix_len && !strcmp(name + *len - suffix_len, suffixes[i].suffix)) {
            *len -= suffix_len;
            return suffixes[i].kind;
        }
    }
    return TYPE_DOUBLE;
}

static struct type *math_type(struct unit *u, const char *name)
{
    size_t len = strlen(name), bare_len;
    if (is_listed(math_names, name, len))
        return type_basic(u, TYPE_DOUBLE);
    if (is_listed(complex_names, name, len))
        return type_complex(u, type_basic(u, TYPE_DOUBLE));
    enum type_kind kind = math_suffix(name, &bare_len);
    if (is_listed(math_names, name, bare_len))
        return type_basic(u, kind);
    return is_listed(complex_names, name, bare_len) ? type_complex(u, type_basic(u, kind)) : NULL;
}

static struct type *library_type(struct unit *u, const char *name, struct expr *args)
{
    const struct builtin_group *g = group_find(library, sizeof library / sizeof *library, name);
    return g ? group_type(u, g, args) : math_type(u, name);
}

// __sync_fetch_and_add_4 acts on four bytes as __sync_fetch_and_add does on what its argument points to.
static struct type *atomic_type(struct unit *u, const char *name, struct expr *args)
{
    size_t len = strlen(name);
    while (len && ((name[len - 1] >= '0' && name[len - 1] <= '9') || (name[len - 1] == '_' && name[len])))
        len--;
    if (is_listed(atomic_void, name, len))
        return type_basic(u, TYPE_VOID);
    if (is_listed(atomic_bool, name, len))
        return type_basic(u, TYPE_BOOL);
    return pointee(u, args);
}

// A function of this name that the file declares, seen from file scope.
static struct type *declared_result(struct unit *u, const char *name)
{
    struct symbol *symbol = name_of_text(&u->names, name)->symbol;
    struct type *t = symbol && symbol->kind == SYMBOL_FUNCTION && symbol->type ? type_plain(u, symbol->type) : NULL;
    return t && t->kind == TYPE_FUNCTION ? type_unqualified(u, t->base) : NULL;
}

static struct type *shuffle_type(struct unit *u, struct expr *args)
{
    uint64_t count = 0;
    for (struct expr *arg = args; arg; arg = arg->next)
        count++;
    struct type *t = args ? type_plain(u, type_value(u, args)) : type_basic(u, TYPE_INT);
    return t->kind == TYPE_VECTOR && count > 2 ? type_vector_like(u, t, t->base, count - 2) : t;
}

struct type *builtin_call_type(struct unit *u, struct expr *call, const struct name *name)
{
    struct expr *args = call->call.args;
    const char *text = name->text;
    if (!strncmp(text, "__sync_", 7) || !strncmp(text, "__atomic_", 9) || !strncmp(text, "__c11_atomic_", 13))
        return atomic_type(u, text, args);
    if (!strcmp(text, "ac_block_on") && args)
        return args->type;
    if (!strcmp(text, "ac_spawn"))
        return type_basic(u, TYPE_INT);
    if (strncmp(text, "__builtin_", 10))
        return library_type(u, text, args);
    text += 10;
    if (!strncmp(text, "va_", 3) && args)
        expr_take_address(u, args);
    if (!strcmp(text, "shufflevector"))
        return shuffle_type(u, args);
    if (!strcmp(text, "bswap64") || !strcmp(text, "bitreverse64"))
        return type_basic(u, u->target->size_long == 8 ? TYPE_ULONG : TYPE_ULLONG);
    const struct builtin_group *g = group_find(builtins, sizeof builtins / sizeof *builtins, text);
    struct type *t = g ? group_type(u, g, args) : library_type(u, text, args);
    t = t ? t : declared_result(u, text);
    return t ? t : type_basic(u, TYPE_ERROR);
}

static uint64_t swap_bytes(uint64_t value, unsigned bytes)
{
    return __builtin_bswap64(value) >> (64 - 8 * bytes);
}

// The name ends in "l", "ll" or neither: long, long long, int.
static unsigned operand_bits(struct unit *u, const char *name)
{
    size_t len = strlen(name);
    bool is_long = name[len - 1] == 'l', is_long_long = is_long && name[len - 2] == 'l';
    return 8u * (is_long_long ? u->target->size_llong : is_long ? u->target->size_long : u->target->size_int);
}

static int count_leading(uint64_t value, unsigned bits)
{
    return value ? __builtin_clzll(value) - (int)(64 - bits) : -1;
}

// clz, ctz, popcount, parity or ffs of a constant; -1: not defined.
static int count_bits(const char *name, uint64_t value, unsigned bits)
{
    value = bits < 64 ? value & ((1ull << bits) - 1) : value;
    if (!strncmp(name, "clz", 3))
        return count_leading(value, bits);
    if (!strncmp(name, "ctz", 3))
        return value ? __builtin_ctzll(value) : -1;
    if (!strncmp(name, "popcount", 8))
        return __builtin_popcountll(value);
    if (!strncmp(name, "parity", 6))
        return __builtin_parityll(value);
    return __builtin_ffsll((long long)value);
}

static struct number known(__int128 i)
{
    return (struct number){ .is_known = true, .i = i };
}

// Only a yes is certain here: gcc may still find a constant after inlining where this file sees none.
static struct number constant_p(struct unit *u, struct expr *arg)
{
    bool is_constant = const_number(u, arg).is_known || expr_bare(arg)->kind == EXPR_STRING;
    return is_constant || u->sema->is_demanded ? known(is_constant) : (struct number){ 0 };
}

static struct number floating_builtin(const char *name)
{
    size_t len;
    math_suffix(name, &len);
    bool is_infinite = is_listed(" inf huge_val ", name, len) || is_listed(" inf huge_val ", name, strlen(name));
    return is_infinite ? (struct number){ .is_known = true, .is_float = true, .f = __builtin_infl() } : (struct number){ 0 };
}

struct number builtin_number(struct unit *u, struct expr *call)
{
    struct expr *callee = expr_bare(call->call.callee), *arg = call->call.args;
    if (callee->kind != EXPR_NAME || strncmp(callee->name.name->text, "__builtin_", 10))
        return (struct number){ 0 };
    const char *name = callee->name.name->text + 10;
    if (!arg)
        return floating_builtin(name);
    if (!strcmp(name, "constant_p"))
        return constant_p(u, arg);
    if (!strcmp(name, "strlen") && expr_bare(arg)->kind == EXPR_STRING)
        return known((__int128)expr_bare(arg)->string.length - 1);
    struct number n = const_number(u, arg);
    if (!n.is_known || n.is_float || !strncmp(name, "expect", 6))
        return n.is_float ? (struct number){ 0 } : n;
    if (!strncmp(name, "bswap", 5) && strcmp(name, "bswap128"))
        return known((__int128)swap_bytes((uint64_t)n.i, (unsigned)atoi(name + 5) / 8));
    if (!strcmp(name, "abs") || !strcmp(name, "labs") || !strcmp(name, "llabs"))
        return known(n.i < 0 ? -n.i : n.i);
    if (!is_listed(" clz* ctz* popcount* parity* ffs* ", name, strlen(name)))
        return (struct number){ 0 };
    int count = count_bits(name, (uint64_t)n.i, operand_bits(u, name));
    return count >= 0 ? known(count) : (struct number){ 0 };
}
