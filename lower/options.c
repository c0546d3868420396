// The words of the command line, sorted: options of acc, inputs, and what goes on to the C compiler.
#include "lower/options.h"

#include "lexer/spelling.h"
#include "lower/output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum form { FLAG, NEXT, JOINED, EITHER, MAYBE };

enum option_kind {
#define GROUP(title)
#define ALIAS(KIND, spelling, form)
#define OPTION(KIND, ...) OPTION_##KIND,
#include "lower/options.def"
#undef GROUP
#undef ALIAS
#undef OPTION
};

static const struct option {
    enum option_kind kind;
    const char *spelling;
    enum form form;
} option_table[] = {
#define GROUP(title)
#define ALIAS(KIND, spelling, form) { OPTION_##KIND, spelling, form },
#define OPTION(KIND, spelling, form, argument, text) { OPTION_##KIND, spelling, form },
#include "lower/options.def"
#undef GROUP
#undef ALIAS
#undef OPTION
};

static const struct pass {
    const char *spelling;
    enum form form;
    unsigned stages;
} pass_table[] = {
#define PREPROCESS STAGE_PREPROCESS
#define COMPILE STAGE_COMPILE
#define LINK STAGE_LINK
#define PASS(spelling, form, stages) { spelling, form, stages },
#include "lower/options.def"
#undef PASS
#undef LINK
#undef COMPILE
#undef PREPROCESS
};

static const struct warning_flag {
    const char *flag, *text;
    bool on;
} warning_table[] = {
    [WARNING_NONE] = { "", "", false },
#define WARNING(KIND, flag, on, text) [WARNING_##KIND] = { flag, text, on },
#include "lexer/warn.def"
#undef WARNING
};

static const struct view_name {
    const char *name;
    enum view view;
} view_table[] = {
    { "tokens", VIEW_TOKENS }, { "ast", VIEW_AST }, { "cfg", VIEW_CFG }, { "live", VIEW_LIVE },
    { "frames", VIEW_FRAMES }, { "states", VIEW_STATES }, { "dot", VIEW_DOT }, { "edits", VIEW_EDITS },
    { "interleaved", VIEW_INTERLEAVED },
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Always false, so that a reader can return it.
static bool usage_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("acc: error: ", stderr);
    vfprintf(stderr, format, args);
    fputs("\nacc: try 'acc --help'\n", stderr);
    va_end(args);
    return false;
}

void argv_add_words(struct arena *a, struct argv *v, const struct options *o, unsigned stages)
{
    for (size_t i = 0; i < o->word_count; i++)
        if (o->words[i].kind == WORD_OPTION && o->words[i].stages & stages)
            argv_add(a, v, o->words[i].text);
}

static void word_add(struct options *o, enum word_kind kind, unsigned stages, const char *text)
{
    if (o->word_count == o->word_capacity) {
        o->word_capacity = o->word_capacity ? 2 * o->word_capacity : 32;
        o->words = xrealloc(o->words, o->word_capacity * sizeof *o->words);
    }
    o->words[o->word_count++] = (struct word){ kind, stages, text };
}

// --- single options ------------------------------------------------------------------------------------------------------

static bool read_views(struct options *o, const char *list)
{
    for (;;) {
        size_t len = strcspn(list, ",");
        size_t i = 0;
        while (i < COUNT(view_table) && (strlen(view_table[i].name) != len || memcmp(view_table[i].name, list, len)))
            i++;
        if (i == COUNT(view_table))
            return usage_error("unknown view '%.*s' in --emit", (int)len, list);
        o->views |= view_table[i].view;
        if (!list[len])
            return true;
        list += len + 1;
    }
}

// The warning of acc that a -W argument names; WARNING_NONE: one of the C compiler's. A flag that ends with = takes a number.
static enum warning warning_find(const char *name, const char **number)
{
    *number = NULL;
    for (int w = WARNING_NONE + 1; w < WARNING_COUNT; w++) {
        const char *flag = warning_table[w].flag;
        size_t len = strlen(flag);
        bool takes_number = flag[len - 1] == '=';
        if (takes_number && !strncmp(name, flag, len)) {
            *number = name + len;
            return w;
        }
        if (!strncmp(name, flag, len - takes_number) && !name[len - takes_number])
            return w;
    }
    return WARNING_NONE;
}

// Those that acc gives in the C compiler's stead, where the lowered text hides the cause: their options are for both.
static bool is_shared(enum warning w)
{
    switch (w) {
    case WARNING_DISCARDED_QUALIFIERS:
    case WARNING_INCOMPATIBLE_POINTER_TYPES:
    case WARNING_INT_CONVERSION:
    case WARNING_MAIN:
    case WARNING_POINTER_SIGN:
    case WARNING_RETURN_LOCAL_ADDR:
    case WARNING_RETURN_TYPE:
    case WARNING_UNINITIALIZED:
    case WARNING_UNUSED_RESULT:
    case WARNING_UNUSED_FUNCTION:
        return true;
    case WARNING_UNAWAITED:
    case WARNING_MAYBE_SPENT:
    case WARNING_BLOCKING:
    case WARNING_ERRNO_RESULT:
    case WARNING_NANOSECONDS:
    case WARNING_GUARD_ACROSS_AWAIT:
    case WARNING_NO_SUSPEND:
    case WARNING_DANGLING_CHILD:
    case WARNING_SEND:
    case WARNING_RECURSION:
    case WARNING_FRAME_LARGER_THAN:
    case WARNING_NONE:
    case WARNING_COUNT:
        return false;
    }
    __builtin_unreachable();
}

static bool read_warning(struct options *o, const char *word)
{
    const char *name = word + 2, *number;
    bool no = !strncmp(name, "no-", 3) && !warning_find(name, &number);     // -Wno-suspend is the name of one
    name += no ? 3 : 0;
    if (!strcmp(name, "error")) {
        o->all_errors = !no;
        word_add(o, WORD_OPTION, STAGE_ALL, word);
        return true;
    }
    bool error = !strncmp(name, "error=", 6);
    enum warning w = warning_find(name + (error ? 6 : 0), &number);
    if (!strcmp(name, "all") || !strcmp(name, "unused"))
        o->warning_on[WARNING_UNUSED_FUNCTION] = !no;
    if (!strcmp(name, "all"))
        o->warning_on[WARNING_POINTER_SIGN] = !no;
    if (!strcmp(name, "incompatible-pointer-types-discards-qualifiers"))      // clang's name
        o->warning_on[WARNING_DISCARDED_QUALIFIERS] = !no;
    if (!w) {
        word_add(o, WORD_OPTION, STAGE_ALL, word);
        return true;
    }
    if (number) {
        char *end;
        o->frame_limit = strtoull(number, &end, 10);
        if (*end || end == number || *number == '-')
            return usage_error("'%s' needs a number of bytes", word);
    }
    if (is_shared(w))
        word_add(o, WORD_OPTION, STAGE_ALL, word);
    if (error) {
        o->warning_error[w] = !no;
        o->warning_no_error[w] = no;
        o->warning_on[w] |= !no;
    } else {
        o->warning_on[w] = !no;
    }
    return true;
}

static bool color_by_terminal(void)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") && !(no_color && *no_color);
}

static bool read_color(struct options *o, const char *word, const char *when)
{
    if (strcmp(when, "auto") && strcmp(when, "always") && strcmp(when, "never"))
        return usage_error("'%s': it is auto, always or never", word);
    o->color = !strcmp(when, "always") || (!strcmp(when, "auto") && color_by_terminal());
    word_add(o, WORD_OPTION, STAGE_ALL, arena_printf(&o->arena, "-fdiagnostics-color=%s", when));
    return true;
}

static bool read_format(struct options *o, const char *format)
{
    if (!strcmp(format, "text"))
        o->diag_format = DIAG_TEXT;
    else if (!strcmp(format, "json") || !strcmp(format, "json-stderr"))
        o->diag_format = DIAG_JSON;
    else if (!strcmp(format, "sarif") || !strcmp(format, "sarif-stderr"))
        o->diag_format = DIAG_SARIF;
    else
        return usage_error("unknown format of messages '%s': it is text, json or sarif", format);
    return true;
}

static bool is_own_language(const char *language)
{
    return !strcmp(language, "ac");
}

static bool read_language(struct options *o, const char *language)
{
    if (o->launched && !strcmp(language, "c"))
        return true;
    o->language = strcmp(language, "none") ? language : NULL;
    word_add(o, WORD_OPTION, STAGE_LINK, "-x");
    word_add(o, WORD_OPTION, STAGE_LINK, is_own_language(language) ? "none" : language);
    return true;
}

static bool set_mode(struct options *o, enum mode mode)
{
    // The one that ends earliest wins, as in cc: -E over -S over -c. Words for information stop everything else.
    static const int rank[] = {
        [MODE_LINK] = 0, [MODE_OBJECT] = 1, [MODE_ASSEMBLY] = 2, [MODE_LOWER] = 3, [MODE_SYNTAX] = 4, [MODE_VIEW] = 5,
        [MODE_PREPROCESS] = 6, [MODE_DEPEND] = 7, [MODE_PRINT_MK] = 8, [MODE_PRINT_CMAKE] = 8, [MODE_PRINT_GDB] = 8, [MODE_LIBS] = 8,
        [MODE_CFLAGS] = 8,
        [MODE_VERSION] = 9, [MODE_HELP] = 9, [MODE_EXPLAIN] = 9, [MODE_FIX] = 6,
    };
    if (rank[mode] > rank[o->mode])
        o->mode = mode;
    return true;
}

static bool no_warnings(struct options *o, const char *word)
{
    o->no_warnings = true;
    word_add(o, WORD_OPTION, STAGE_ALL, word);
    return true;
}

static bool option_apply(struct options *o, enum option_kind kind, const char *word, const char *argument)
{
    switch (kind) {
    case OPTION_OUTPUT:
        if (o->output && strcmp(o->output, argument))
            return usage_error("two outputs: '%s' and '%s'", o->output, argument);
        o->output = argument;
        return true;
    case OPTION_OBJECT:
        return set_mode(o, MODE_OBJECT);
    case OPTION_ASSEMBLY:
        return set_mode(o, MODE_ASSEMBLY);
    case OPTION_LOWER:
        return set_mode(o, MODE_LOWER);
    case OPTION_PREPROCESS:
        return set_mode(o, MODE_PREPROCESS);
    case OPTION_SYNTAX:
        return set_mode(o, MODE_SYNTAX);
    case OPTION_ERASE:
        o->views |= VIEW_ERASED;
        return set_mode(o, MODE_VIEW);
    case OPTION_FIX:
        return set_mode(o, MODE_FIX);
    case OPTION_NO_FUSE:
        o->no_fuse = true;
        return true;
    case OPTION_NO_KEYWORDS:
        o->no_async_keywords = true;
        return true;
    case OPTION_CHECK:
    case OPTION_NO_CHECK:
        o->check = kind == OPTION_CHECK ? CHECK_ON : CHECK_OFF;
        return true;
    case OPTION_LANGUAGE:
        return read_language(o, argument);
    case OPTION_CHECK_LOWERING:
        o->check_lowering = true;
        return true;
    case OPTION_NO_LINE:
        o->no_line = true;
        return true;
    case OPTION_IF_CHANGED:
        o->if_changed = true;
        return true;
    case OPTION_EMIT:
        return read_views(o, argument) && set_mode(o, MODE_VIEW);
    case OPTION_HEADER:         // who compiles the file is warned
        o->views |= VIEW_HEADER;
        return set_mode(o, MODE_VIEW) && no_warnings(o, "-w");
    case OPTION_FRAMES_JSON:
        o->views |= VIEW_FRAMES_JSON;
        return set_mode(o, MODE_VIEW);
    case OPTION_DIFF_FRAMES:
        o->views |= VIEW_FRAMES_DIFF;
        o->older_frames = argument;
        return set_mode(o, MODE_VIEW);
    case OPTION_FRAMES:
        o->views |= VIEW_FRAMES;
        return set_mode(o, MODE_VIEW);
    case OPTION_M:
    case OPTION_MM:
        set_mode(o, MODE_DEPEND);
        argv_add(&o->arena, &o->depend, word);
        return true;
    case OPTION_MD:
    case OPTION_MMD:
    case OPTION_MP:
    case OPTION_MG:
        argv_add(&o->arena, &o->depend, word);
        return true;
    case OPTION_MF:
        o->depfile = argument;
        return true;
    case OPTION_MT:
    case OPTION_MQ:
        argv_add(&o->arena, &o->depend_targets, kind == OPTION_MT ? "-MT" : "-MQ");
        argv_add(&o->arena, &o->depend_targets, argument);
        return true;
    case OPTION_NO_WARNINGS:
        return no_warnings(o, word);
    case OPTION_WARNING:
        return read_warning(o, word);
    case OPTION_COLOR:
        return read_color(o, word, argument);
    case OPTION_COLOR_ON:
        return read_color(o, word, "always");
    case OPTION_COLOR_OFF:
        return read_color(o, word, "never");
    case OPTION_DIAGNOSTICS:
        return read_format(o, argument);
    case OPTION_EXPLAIN:
        o->explained = argument;
        return set_mode(o, MODE_EXPLAIN);
    case OPTION_CC:
        o->cc = (struct argv){0};
        argv_split(&o->arena, &o->cc, argument);
        return o->cc.count ? true : usage_error("--cc= needs a command");
    case OPTION_VERBOSE:
        o->verbose = true;
        return true;
    case OPTION_DRY_RUN:
        o->dry_run = true;
        return true;
    case OPTION_SAVE_TEMPS:
        o->save_temps = true;
        return true;
    case OPTION_LAUNCH:         // by read_launched
        break;
    case OPTION_CFLAGS:
        return set_mode(o, MODE_CFLAGS);
    case OPTION_LIBS:
        return set_mode(o, MODE_LIBS);
    case OPTION_PRINT_MK:
        return set_mode(o, MODE_PRINT_MK);
    case OPTION_PRINT_CMAKE:
        return set_mode(o, MODE_PRINT_CMAKE);
    case OPTION_PRINT_GDB:
        return set_mode(o, MODE_PRINT_GDB);
    case OPTION_VERSION:
        return set_mode(o, MODE_VERSION);
    case OPTION_HELP:
        return set_mode(o, MODE_HELP);
    }
    __builtin_unreachable();
}

// --- words ---------------------------------------------------------------------------------------------------------------

// Where the argument of `spelling` stands in this word: NULL when the word is another option; "" and *next: in the next word.
static const char *form_match(const char *spelling, enum form form, const char *word, bool *next)
{
    size_t len = strlen(spelling);
    *next = false;
    if (strncmp(word, spelling, len))
        return NULL;
    switch (form) {
    case FLAG:
        return word[len] ? NULL : word + len;
    case NEXT:
        *next = !word[len];
        return word[len] ? NULL : word + len;
    case JOINED:
        return word[len] ? word + len : NULL;
    case EITHER:
        *next = !word[len];
        return word + len;
    case MAYBE:
        *next = !word[len];
        return word[len] ? NULL : word + len;
    }
    __builtin_unreachable();
}

// The entry whose spelling covers most of the word, so that -isystem is not -i and -MMD not -M.
static const struct option *option_find(const char *word, const char **argument, bool *next)
{
    const struct option *best = NULL;
    for (size_t i = 0; i < COUNT(option_table); i++) {
        bool is_next;
        const char *found = form_match(option_table[i].spelling, option_table[i].form, word, &is_next);
        if (found && (!best || strlen(option_table[i].spelling) > strlen(best->spelling))) {
            best = &option_table[i];
            *argument = found;
            *next = is_next;
        }
    }
    return best;
}

static const struct pass *pass_find(const char *word, bool *next)
{
    const struct pass *best = NULL;
    for (size_t i = 0; i < COUNT(pass_table); i++) {
        bool is_next;
        if (form_match(pass_table[i].spelling, pass_table[i].form, word, &is_next)
            && (!best || strlen(pass_table[i].spelling) > strlen(best->spelling))) {
            best = &pass_table[i];
            *next = is_next;
        }
    }
    return best;
}

static bool has_suffix(const char *path, const char *suffix)
{
    size_t len = strlen(path), n = strlen(suffix);
    return len > n && !strcmp(path + len - n, suffix);
}

// What no one can mean by -x ac: so CC='acc -x ac' does for a whole Makefile, its link command included.
static bool is_no_source(const char *path)
{
    static const char *const suffixes[] = { ".o", ".a", ".so", ".lo", ".s", ".S" };
    for (size_t i = 0; i < COUNT(suffixes); i++)
        if (has_suffix(path, suffixes[i]))
            return true;
    return false;
}

// By language and suffix, as cc does; what has an unknown suffix is for the linker.
static enum word_kind input_kind(const struct options *o, const char *path)
{
    static const char *const sources[] = { ".c", ".i", ".h", ".s", ".S", ".sx", ".cc", ".cpp", ".cxx", ".C", ".ii", ".m", ".f90", ".f" };
    if (o->language && !(is_own_language(o->language) && is_no_source(path)))
        return is_own_language(o->language) ? WORD_SOURCE : WORD_OTHER_SOURCE;
    if (!strcmp(path, "-") || has_suffix(path, ".ac"))
        return WORD_SOURCE;
    for (size_t i = 0; i < COUNT(sources); i++)
        if (has_suffix(path, sources[i]))
            return WORD_OTHER_SOURCE;
    return WORD_BINARY;
}

// The command is what a build system would run without acc.
static bool read_launched(struct options *o, const struct argv *args, size_t *at)
{
    o->cc = (struct argv){0};
    o->launched = true;
    while (*at + 1 < args->count && args->at[*at + 1][0] != '-')
        argv_add(&o->arena, &o->cc, args->at[++*at]);
    return o->cc.count ? true : usage_error("--launch needs a command");
}

// In command lines that editors read, too; for them it makes the words of async C macros.
#define EDITOR_HEADER "acc/editor.h"

// A long option of acc that this word is a slip of; NULL: it is the C compiler's to judge, which has some of its own.
static const char *option_meant(const char *word)
{
    enum { MOST_SLIPS = 2, LEAST_FOR_TWO = 10 };
    uint32_t len = (uint32_t)strcspn(word, "=");
    if (strncmp(word, "--", 2) || len > SPELLING_LONGEST)
        return NULL;
    const char *meant = NULL;
    uint32_t least = len < LEAST_FOR_TWO ? MOST_SLIPS : MOST_SLIPS + 1;
    for (size_t i = 0; i < COUNT(option_table); i++) {
        const char *spelling = option_table[i].spelling;
        uint32_t slips = spelling_distance(word, len, spelling, (uint32_t)strcspn(spelling, "="));
        if (!slips)
            return NULL;
        if (!strncmp(spelling, "--", 2) && slips < least) {
            least = slips;
            meant = spelling;
        }
    }
    return meant;
}

static bool read_option(struct options *o, const struct argv *args, size_t *at)
{
    const char *word = args->at[*at], *argument = NULL;
    bool own_next = false, pass_next = false;
    const struct option *own = option_find(word, &argument, &own_next);
    const struct pass *pass = pass_find(word, &pass_next);
    if (pass && own && strlen(pass->spelling) > strlen(own->spelling))
        own = NULL;
    if (!own && !pass) {
        const char *meant = option_meant(word);
        if (meant)
            return usage_error("unknown option '%s'; did you mean '%s'?", word, meant);
        word_add(o, WORD_OPTION, STAGE_ALL, word);
        return true;
    }
    if (own ? own_next : pass_next) {
        bool is_last = *at + 1 == args->count;
        if (is_last && !(own && own->form == MAYBE))
            return usage_error("'%s' needs an argument", word);
        argument = is_last ? NULL : args->at[++*at];
    }
    if (own && own->kind == OPTION_LAUNCH)
        return read_launched(o, args, at);
    if (own)
        return option_apply(o, own->kind, word, argument);
    if (pass_next && !strcmp(word, "-include") && !strcmp(argument, EDITOR_HEADER))
        return true;
    word_add(o, WORD_OPTION, pass->stages, word);
    if (pass_next)
        word_add(o, WORD_OPTION, pass->stages, argument);
    return true;
}

// $CC, unless it names acc itself, as in CC=acc make.
static void default_compiler(struct options *o)
{
    const char *cc = getenv("CC");
    if (cc)
        argv_split(&o->arena, &o->cc, cc);
    if (o->cc.count) {
        const char *slash = strrchr(o->cc.at[0], '/');
        if (!strcmp(slash ? slash + 1 : o->cc.at[0], "acc"))
            o->cc = (struct argv){0};
    }
    if (!o->cc.count)
        argv_add(&o->arena, &o->cc, "cc");
}

// In these modes every file is one for acc, whatever its name; only objects stay out.
static void adopt_sources(struct options *o)
{
    if (o->mode != MODE_LOWER && o->mode != MODE_VIEW && o->mode != MODE_FIX)
        return;
    for (size_t i = 0; i < o->word_count; i++) {
        struct word *w = &o->words[i];
        bool is_object = has_suffix(w->text, ".o") || has_suffix(w->text, ".a") || has_suffix(w->text, ".so");
        if (w->kind == WORD_OTHER_SOURCE || (w->kind == WORD_BINARY && !is_object))
            w->kind = WORD_SOURCE;
    }
}

// What needs the whole command line to be judged.
static bool options_check(const struct options *o)
{
    size_t inputs = 0, sources = 0;
    for (size_t i = 0; i < o->word_count; i++) {
        inputs += o->words[i].kind != WORD_OPTION;
        sources += o->words[i].kind == WORD_SOURCE;
    }
    bool writes_text = o->mode == MODE_VIEW || o->mode == MODE_DEPEND;
    bool writes_each = o->mode != MODE_LINK && o->mode != MODE_SYNTAX && !(writes_text && o->output && strcmp(o->output, "-") == 0);
    if (o->mode >= MODE_HELP)
        return true;
    if (!inputs)
        return usage_error("no input files");
    if (o->mode == MODE_LOWER && !sources)
        return usage_error("nothing to translate: all inputs are objects");
    size_t written = writes_text ? sources : inputs;        // of an object nothing is written
    if (o->output && writes_each && written > 1)
        return usage_error("'-o' names one file, but there are %zu inputs", written);
    return true;
}

bool options_read(struct options *o, int argc, char **argv)
{
    struct argv args = {0};
    o->color = color_by_terminal();
    for (int w = WARNING_NONE + 1; w < WARNING_COUNT; w++)
        o->warning_on[w] = warning_table[w].on;
    default_compiler(o);
    for (int i = 1; i < argc; i++)
        if (!argv_add_expanded(&o->arena, &args, argv[i]))
            return usage_error("'%s' names itself, or too many files name each other", argv[i]);
    for (size_t i = 0; i < args.count; i++) {
        const char *word = args.at[i];
        if (word[0] != '-' || !word[1])
            word_add(o, input_kind(o, word), 0, word);
        else if (!read_option(o, &args, &i))
            return false;
    }
    adopt_sources(o);
    return options_check(o);
}

void options_free(struct options *o)
{
    free(o->words);
    arena_free(&o->arena);
}

static void help_line(FILE *out, const char *spelling, enum form form, const char *argument, const char *text)
{
    if (!*text)
        return;
    int width = fprintf(out, "  %s%s%s", spelling, form == NEXT || form == EITHER || form == MAYBE ? " " : "", argument);
    fprintf(out, "%*s%s\n", width < 33 ? 33 - width : 1, "", text);
}

void options_help(FILE *out)
{
    fputs("Usage: acc [option]... file...\n"
          "Translates C with async and await (.ac) to C, and compiles and links it like cc.\n"
          "Options, objects and C files it does not know go to the C compiler.\n", out);
#define GROUP(title) fputs("\n" title ":\n", out);
#define ALIAS(KIND, spelling, form)
#define OPTION(KIND, spelling, form, argument, text) help_line(out, spelling, form, argument, text);
#include "lower/options.def"
#undef GROUP
#undef ALIAS
#undef OPTION
    fputs("\nWarnings of acc (all others are the C compiler's):\n", out);
    for (int w = WARNING_NONE + 1; w < WARNING_COUNT; w++) {
        const char *flag = warning_table[w].flag;
        bool takes_number = flag[strlen(flag) - 1] == '=';
        int width = fprintf(out, "  -W%s%s", flag, takes_number ? "N" : "");
        fprintf(out, "%*s%s%s\n", width < 33 ? 33 - width : 1, "", warning_table[w].text, warning_table[w].on ? " (on)" : "");
    }
}
