#include "lexer/diag.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lexer/diag_print.h"
#include "lexer/lexer.h"
#include "lexer/spot.h"
#include "lexer/unit.h"

static const char *const warning_flags[] = {
    "",
#define WARNING(KIND, flag, on, text) flag,
#include "lexer/warn.def"
#undef WARNING
};

static const char *const error_names[] = {
    "",
#define ERROR(KIND, name) name,
#include "lexer/error.def"
#undef ERROR
};

static struct diag *diag_new(struct unit *u, enum severity severity, const char *format, va_list args)
{
    struct diag *d = NEW(&u->arena, struct diag);
    d->severity = severity;
    d->text = arena_vprintf(&u->arena, format, args);
    return d;
}

static void diag_append(struct unit *u, struct diag *d)
{
    struct diags *all = &u->diags;
    if (!all->last)
        all->last = &all->first;
    *all->last = d;
    all->last = &d->next;
}

static unsigned most_errors(const struct unit *u)
{
    return u->diags.tells_all ? UINT_MAX : DIAG_ERROR_LIMIT;
}

struct diag *diag_error(struct unit *u, enum error error, struct span span, const char *format, ...)
{
    if (u->diags.errors++ >= most_errors(u))
        return NULL;
    va_list args;
    va_start(args, format);
    struct diag *d = diag_new(u, SEVERITY_ERROR, format, args);
    va_end(args);
    d->error = error;
    d->span = span;
    d->has_span = true;
    diag_append(u, d);
    return d;
}

enum setting { SETTING_NONE, SETTING_IGNORED, SETTING_WARNING, SETTING_ERROR };

// Compares the next word at *at, blanks skipped, and steps over it when it is `word`.
static bool skip_word(const char **at, const char *limit, const char *word)
{
    const char *start = *at;
    size_t len = strlen(word);
    while (start < limit && (*start == ' ' || *start == '\t'))
        start++;
    if ((size_t)(limit - start) < len || memcmp(start, word, len) != 0)
        return false;
    *at = start + len;
    return true;
}

enum { PRAGMA_DEPTH = 64 };

struct pragma_state {
    enum setting settings[PRAGMA_DEPTH];
    int depth;
};

//     #pragma GCC diagnostic push | pop | ignored "-Wname" | warning "-Wname" | error "-Wname"
static void pragma_apply(struct pragma_state *s, const char *at, const char *limit, const char *flag)
{
    at = memchr(at, '#', (size_t)(limit - at));
    at = at ? at + 1 : limit;
    if (!skip_word(&at, limit, "pragma")
        || !(skip_word(&at, limit, "GCC") || skip_word(&at, limit, "clang") || skip_word(&at, limit, "acc"))
        || !skip_word(&at, limit, "diagnostic"))
        return;
    enum setting setting = SETTING_NONE;
    if (skip_word(&at, limit, "push")) {
        if (s->depth + 1 < PRAGMA_DEPTH) {
            s->settings[s->depth + 1] = s->settings[s->depth];
            s->depth++;
        }
    } else if (skip_word(&at, limit, "pop")) {
        s->depth -= s->depth > 0;
    } else if (skip_word(&at, limit, "ignored")) {
        setting = SETTING_IGNORED;
    } else if (skip_word(&at, limit, "warning")) {
        setting = SETTING_WARNING;
    } else if (skip_word(&at, limit, "error")) {
        setting = SETTING_ERROR;
    }
    if (setting && skip_word(&at, limit, "\"-W") && skip_word(&at, limit, flag) && skip_word(&at, limit, "\""))
        s->settings[s->depth] = setting;
}

// What the pragmas in front of a token say about a warning.
static enum setting pragma_setting(const struct unit *u, enum warning w, uint32_t token)
{
    struct pragma_state s = { 0 };
    for (uint32_t i = 0; i < u->pragma_count && u->pragmas[i] < token; i++) {
        const char *text = token_text(u, u->pragmas[i]);
        pragma_apply(&s, text, text + u->tokens[u->pragmas[i]].len, warning_flags[w]);
    }
    return s.settings[s.depth];
}

bool diag_wants(const struct unit *u, enum warning w, uint32_t token)
{
    if (token < u->token_count && (u->tokens[token].flags & TOKEN_SYSTEM))
        return false;
    enum setting setting = pragma_setting(u, w, token);
    return setting != SETTING_IGNORED && (setting != SETTING_NONE || u->warning_on[w]);
}

struct diag *diag_warn(struct unit *u, enum warning w, struct span span, const char *format, ...)
{
    if (!diag_wants(u, w, span.lo))
        return NULL;
    enum setting setting = pragma_setting(u, w, span.lo);
    bool is_error = setting == SETTING_ERROR || (setting == SETTING_NONE && u->warning_error[w]);
    if (is_error && u->diags.errors++ >= most_errors(u))
        return NULL;
    u->diags.warnings += !is_error;
    va_list args;
    va_start(args, format);
    struct diag *d = diag_new(u, is_error ? SEVERITY_ERROR : SEVERITY_WARNING, format, args);
    va_end(args);
    d->warning = w;
    d->span = span;
    d->has_span = true;
    diag_append(u, d);
    return d;
}

struct diag *diag_fatal(struct unit *u, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct diag *d = diag_new(u, SEVERITY_FATAL, format, args);
    va_end(args);
    u->diags.errors++;
    diag_append(u, d);
    return d;
}

void diag_note(struct unit *u, struct diag *d, struct span span, const char *format, ...)
{
    if (!d)
        return;
    va_list args;
    va_start(args, format);
    struct diag *note = diag_new(u, SEVERITY_NOTE, format, args);
    va_end(args);
    note->span = span;
    note->has_span = true;
    struct diag **last = &d->notes;
    while (*last)
        last = &(*last)->next;
    *last = note;
}

void diag_fix_replace(struct unit *u, struct diag *d, struct span span, const char *text)
{
    if (!d)
        return;
    struct fix *fix = NEW(&u->arena, struct fix);
    fix->span = span;
    fix->text = arena_copy(&u->arena, text, strlen(text));
    struct fix **last = &d->fixes;
    while (*last)
        last = &(*last)->next;
    *last = fix;
}

void diag_fix_insert(struct unit *u, struct diag *d, uint32_t before_token, const char *text)
{
    diag_fix_replace(u, d, (struct span){ before_token, before_token }, text);
}

// --- printing ----------------------------------------------------------------------------------------------------------------

const char *diag_name(struct unit *u, const struct diag *d)
{
    if (d->warning)
        return arena_printf(&u->arena, "%s%s", d->severity == SEVERITY_ERROR ? "-Werror=" : "-W", warning_flags[d->warning]);
    return d->error ? error_names[d->error] : NULL;
}

const char *diag_rule(struct unit *u, const struct diag *d)
{
    if (d->warning)
        return arena_printf(&u->arena, "-W%s", warning_flags[d->warning]);
    return d->error ? error_names[d->error] : NULL;
}

// By token, which is the order of the source with headers where they are included; messages without a place first.
static bool is_before(const struct diag *a, const struct diag *b)
{
    if (a->has_span != b->has_span)
        return b->has_span;
    return a->has_span && a->span.lo < b->span.lo;
}

// What a macro mentions several times is said once.
static bool is_repeated(struct unit *u, const struct diag *a, const struct diag *b)
{
    if (!a->has_span || !b->has_span || strcmp(a->text, b->text))
        return false;
    struct spot at_a = spot_of(u, a->span), at_b = spot_of(u, b->span);
    return at_a.file == at_b.file && at_a.line == at_b.line && at_a.lo == at_b.lo && at_a.hi == at_b.hi;
}

// Insertion sort is stable, and fast here: passes raise messages nearly in order.
struct diag **diags_sorted(struct unit *u, size_t *count)
{
    size_t n = 0;
    for (const struct diag *d = u->diags.first; d; d = d->next)
        n++;
    struct diag **all = NEW_ARRAY(&u->arena, struct diag *, n + 1);
    n = 0;
    for (struct diag *d = u->diags.first; d; d = d->next)
        all[n++] = d;
    for (size_t i = 1; i < n; i++) {
        struct diag *d = all[i];
        size_t at = i;
        for (; at > 0 && is_before(d, all[at - 1]); at--)
            all[at] = all[at - 1];
        all[at] = d;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!kept || !is_repeated(u, all[kept - 1], all[i]))
            all[kept++] = all[i];
    if (u->diags.errors > most_errors(u)) {
        all[kept] = NEW(&u->arena, struct diag);
        *all[kept++] = (struct diag){ .severity = SEVERITY_FATAL, .text = "too many errors, stopping now" };
    }
    *count = kept;
    return all;
}

void diag_print_all(struct unit *u, FILE *out, struct buf *document)
{
    switch (u->diag_format) {
    case DIAG_TEXT: diag_print_text(u, out); break;
    case DIAG_JSON: diag_put_json(u, document); break;
    case DIAG_SARIF: diag_put_sarif(u, document); break;
    }
    u->diags.first = NULL;
    u->diags.last = NULL;
}

void diag_document_end(enum diag_format format, struct buf *document)
{
    switch (format) {
    case DIAG_TEXT: return;
    case DIAG_JSON: diag_end_json(document); return;
    case DIAG_SARIF: diag_end_sarif(document); return;
    }
    __builtin_unreachable();
}
