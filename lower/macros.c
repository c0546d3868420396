// Text that was expanded is read by the preprocessor once more. That changes nothing, but for a name that stands in its own
// expansion, which the preprocessor left alone the first time:
//
//     #define read(f, b, n) (reads++, read(f, b, n))
//
// In a function with such a name every macro call is written out, and the macro is undefined around it.
#include <string.h>

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
    const struct macro *m = &u->macros[t->name->macro - 1];
    if (m->is_undefined || is_itself(m))
        return false;
    return !m->is_function_like || u->tokens[i + 1].kind == '(';
}

void protect_macros(struct unit *u, struct async *a)
{
    struct span span = a->fn->decl->span;
    struct buf before = {0}, after = {0};
    for (uint32_t i = span.lo; i < span.hi; i++) {
        if (!expands_again(u, i))
            continue;
        const char *line = arena_printf(&u->fn, "#pragma push_macro(\"%s\")\n", u->tokens[i].name->text);
        if (before.bytes && strstr(before.bytes, line))
            continue;
        buf_printf(&before, "%s#undef %s\n", line, u->tokens[i].name->text);
        buf_printf(&after, "\n#pragma pop_macro(\"%s\")", u->tokens[i].name->text);
    }
    if (before.len) {
        edit_before(u, span.lo, arena_copy(&u->arena, before.bytes, before.len));
        edit_after(u, span.hi - 1, arena_printf(&u->arena, "%s\n", after.bytes));
        for (uint32_t i = span.lo; i < span.hi; i++)
            u->tokens[i].flags |= TOKEN_EXPAND;
    }
    buf_free(&before);
    buf_free(&after);
}
