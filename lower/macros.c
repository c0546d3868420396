// Text that was expanded is read by the preprocessor once more. That changes nothing, but for a name that stands in its own
// expansion, which the preprocessor left alone the first time:
//
//     #define read(f, b, n) (reads++, read(f, b, n))
//
// In a function with such a name every macro call is written out, and the macro is undefined around it. The same is done
// for macros that are called like a member of what generated code uses, or like a keyword: `#define result 3`, `#define int long`.
#include <string.h>

#include "lexer/lexer.h"
#include "lower/lower.h"

static bool is_itself(const struct macro *m)
{
    return !m->is_function_like && m->body_len == m->name->len && memcmp(m->body, m->name->text, m->body_len) == 0;
}

// Whether token i would be expanded again.
static bool expands_again(const struct unit *u, uint32_t i)
{
    const struct token *t = &u->tokens[i];
    if (!(t->flags & TOKEN_MACRO) || !t->name || !t->name->macro)
        return false;
    const struct macro *m = &u->macros[t->name->macro - 1];     // perhaps undefined further down
    if (is_itself(m))
        return false;
    return !m->is_function_like || u->tokens[i + 1].kind == '(';
}

enum { BUSY = UINT32_MAX - 1, NEVER = UINT32_MAX };

static uint32_t text_steady_from(struct unit *u, const char *text, uint32_t len);

// What tells where it stands. Calls are searched for names that are known.
static const char *const moody[] = { "__LINE__", "__COUNTER__", "__INCLUDE_LEVEL__" };

// The token from which on a name means the same wherever it stands, its line included; NEVER: there is none.
static uint32_t steady_from(struct unit *u, const struct name *name)
{
    for (size_t i = 0; i < sizeof moody / sizeof *moody; i++)
        if (strcmp(name->text, moody[i]) == 0)
            return NEVER;
    if (!name->macro)
        return 0;
    const struct macro *m = &u->macros[name->macro - 1];
    if (m->until != UINT32_MAX)
        return NEVER;
    if (is_itself(m))
        return m->from;
    uint32_t *known = &u->lowering->steady_from[name->macro - 1];
    if (*known == BUSY)
        return NEVER;
    if (!*known) {
        *known = BUSY;
        uint32_t from = text_steady_from(u, m->body, m->body_len);
        from = from > m->from ? from : m->from;
        *known = from == NEVER ? NEVER : from + 1;
    }
    return *known == NEVER ? NEVER : *known - 1;
}

// The same for all names in a text that fits into a line. What stands in strings is taken for names, too: that only expands more.
static uint32_t text_steady_from(struct unit *u, const char *text, uint32_t len)
{
    uint32_t from = 0;
    for (const char *end = text + len; text < end && from != NEVER;) {
        const char *first = text;
        while (text < end && is_name_byte(*text))
            text++;
        const struct name *n = text > first ? name_find(&u->names, first, (size_t)(text - first)) : NULL;
        bool is_comment = end - text > 1 && memcmp(text, "//", 2) == 0, is_line = text == end || (*text != '\n' && !is_comment);
        uint32_t one = !is_line ? NEVER : n ? steady_from(u, n) : 0;
        from = one > from ? one : from;
        text += text == first;
    }
    return from;
}

// Whether the names that generated code uses are macros, or names of macros stand in their own expansion.
static bool is_protected(const struct unit *u, const struct decl *d)
{
    if (u->lowering->clash_count || d->function->symbol->name->macro)
        return true;
    for (uint32_t i = d->span.lo; i < d->span.hi; i++)
        if (expands_again(u, i))
            return true;
    return false;
}

// A statement that is written anew calls the macros the user called, where that gives the same: macros that are defined
// before the function and stay it, and that tell no line. The call must fit into a line of generated text.
void macros_keep(struct unit *u, const struct decl *d)
{
    if (is_protected(u, d))
        return;
    for (uint32_t i = d->function->body->span.lo, next; i < d->span.hi; i = next) {
        struct token *t = &u->tokens[i];
        bool is_call = t->flags & TOKEN_MACRO && t->flags & TOKEN_MAPPED;
        next = is_call ? call_end(u, i, d->span.hi) : i + 1;
        if (is_call && text_steady_from(u, u->files[t->file].text + t->lo, t->hi - t->lo) <= d->span.lo)
            t->flags |= TOKEN_CALL;
    }
}

// --- __COUNTER__ ----------------------------------------------------------------------------------------------------------

enum tells { UNKNOWN, SILENT, COUNTS };

static bool text_counts(struct unit *u, uint8_t *tells, const char *text, uint32_t len);

static bool name_counts(struct unit *u, uint8_t *tells, const struct name *name)
{
    if (strcmp(name->text, "__COUNTER__") == 0)
        return true;
    if (!name->macro || tells[name->macro - 1] != UNKNOWN)
        return name->macro && tells[name->macro - 1] == COUNTS;
    tells[name->macro - 1] = SILENT;                // where its own expansion names it
    for (uint32_t m = name->macro; m; m = u->macros[m - 1].previous)
        if (text_counts(u, tells, u->macros[m - 1].body, u->macros[m - 1].body_len))
            tells[name->macro - 1] = COUNTS;
    return tells[name->macro - 1] == COUNTS;
}

static bool text_counts(struct unit *u, uint8_t *tells, const char *text, uint32_t len)
{
    for (const char *end = text + len; text < end;) {
        const char *first = text;
        while (text < end && is_name_byte(*text))
            text++;
        const struct name *n = text > first ? name_find(&u->names, first, (size_t)(text - first)) : NULL;
        if (n && name_counts(u, tells, n))
            return true;
        text += text == first;
    }
    return false;
}

// The ends of the calls that tell __COUNTER__, by their first token; NULL: none of them stands in an async function.
static uint32_t *counting_calls(struct unit *u)
{
    uint8_t *tells = NEW_ARRAY(&u->arena, uint8_t, u->macro_count + 1);
    uint32_t *ends = NEW_ARRAY(&u->arena, uint32_t, u->token_count);
    for (uint32_t i = 0, next; i < u->token_count; i = next) {
        const struct token *t = &u->tokens[i];
        bool is_call = t->flags & TOKEN_MACRO && t->flags & TOKEN_MAPPED && !(t->flags & TOKEN_SYSTEM);
        next = is_call ? call_end(u, i, u->token_count) : i + 1;
        if (is_call && text_counts(u, tells, u->files[t->file].text + t->lo, t->hi - t->lo))
            ends[i] = next;
    }
    for (const struct function *f = unit_functions(u); f; f = f->next)
        for (uint32_t i = f->decl->span.lo; f->is_async && i < f->decl->span.hi; i++)
            if (ends[i])
                return ends;
    return NULL;
}

void counters_write_out(struct unit *u)
{
    name_of_text(&u->names, "__COUNTER__");
    const uint32_t *ends = counting_calls(u);
    for (uint32_t i = 0; ends && i < u->token_count; i++)
        for (uint32_t k = i; k < ends[i]; k++)
            u->tokens[k].flags |= TOKEN_EXPAND;
}

// --- around functions ----------------------------------------------------------------------------------------------------------

// The macros to undefine, and how to have them back.
struct protection {
    struct buf before, after;
};

static void protect(struct unit *u, struct protection *p, const char *name)
{
    const char *line = arena_printf(&u->arena, "#pragma push_macro(\"%s\")\n", name);
    if (p->before.bytes && strstr(p->before.bytes, line))
        return;
    buf_printf(&p->before, "%s#undef %s\n", line, name);
    buf_printf(&p->after, "\n#pragma pop_macro(\"%s\")", name);
}

static bool is_generated_word(const char *text)
{
    static const char *const words[] = {
        "value", "pending", "task", "callee", "args", "argc", "argv", "envp",
        "char", "short", "int", "long", "unsigned", "float", "double", "void", "struct", "union", "static", "extern", "sizeof",
        "if", "else", "while", "switch", "case", "default", "goto", "return",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return is_frame_word(text);
}

// Such a macro cannot be undefined around a function that defines it.
static void refuse_inside(struct unit *u, const struct macro *m)
{
    for (const struct function *f = unit_functions(u); f; f = f->next)
        if (f->is_async && m->from > f->body->span.lo && m->from < f->body->span.hi)
            diag_error(u, ERROR_MACRO_IN_ASYNC, f->symbol->span,
                       "macro '%s', which line %u of '%s' defines inside '%s', has a name that generated code uses; define it before",
                       m->name->text, file_presumed(u, m->file, m->line).line, u->files[m->file].path, f->symbol->name->text);
}

void macros_collect(struct unit *u)
{
    struct lowering *l = u->lowering;
    l->clashes = NEW_ARRAY(&u->arena, const char *, u->macro_count + 1);
    l->steady_from = NEW_ARRAY(&u->arena, uint32_t, u->macro_count + 1);
    for (size_t i = 0; i < sizeof moody / sizeof *moody; i++)
        name_of_text(&u->names, moody[i]);
    for (uint32_t i = 0; i < u->macro_count; i++) {
        if (!is_generated_word(u->macros[i].name->text))
            continue;
        refuse_inside(u, &u->macros[i]);
        if (u->macros[i].name->macro == i + 1)
            l->clashes[l->clash_count++] = u->macros[i].name->text;
    }
}

void protect_macros(struct unit *u, const struct decl *d)
{
    struct protection p = {0};
    for (uint32_t i = 0; i < u->lowering->clash_count; i++)
        protect(u, &p, u->lowering->clashes[i]);
    const struct name *own = d->function->symbol->name;         // what resumes the function calls it by name
    if (own->macro && !u->lowering->is_erased)
        protect(u, &p, own->text);
    for (uint32_t i = d->span.lo; i < d->span.hi; i++)
        if (expands_again(u, i))
            protect(u, &p, u->tokens[i].name->text);
    if (p.before.len) {
        edit_before(u, d->span.lo, arena_copy(&u->arena, p.before.bytes, p.before.len));
        edit_after(u, d->span.hi - 1, arena_printf(&u->arena, "%s\n", p.after.bytes));
        for (uint32_t i = d->span.lo; i < d->span.hi; i++)
            u->tokens[i].flags |= TOKEN_EXPAND;
    }
    buf_free(&p.before);
    buf_free(&p.after);
}
