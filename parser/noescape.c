// Which callees keep no pointer to what an argument points to: by [[ac::noescape]] on the parameter, and of the C library by
// noescape.def.
#include <string.h>

#include "parser/build.h"
#include "parser/sema.h"

static const struct noescape {
    const char *name;
    uint32_t returned;
} noescape_table[] = {
#define NOESCAPE(name, returned) { #name, returned },
#include "parser/noescape.def"
#undef NOESCAPE
};

// memcpy may be written __builtin_memcpy, and headers that check sizes make it __builtin___memcpy_chk.
static bool is_named(const char *text, const char *name)
{
    static const char builtin[] = "__builtin_";
    if (strncmp(text, builtin, sizeof builtin - 1) == 0)
        text += sizeof builtin - 1;
    size_t len = strlen(name);
    if (strncmp(text, "__", 2) == 0 && strncmp(text + 2, name, len) == 0)
        return strcmp(text + 2 + len, "_chk") == 0;
    return strcmp(text, name) == 0;
}

const struct param *parameter_of(const struct type *function, uint32_t argument)
{
    const struct param *p = function->function.params;
    for (uint32_t i = 1; p && i < argument; i++)
        p = p->next;
    return p;
}

enum keeping argument_keeping(struct unit *u, const struct expr *call, uint32_t argument)
{
    struct expr *callee = expr_bare(call->call.callee);
    struct type *t = type_plain(u, callee->type);
    t = t->kind == TYPE_POINTER ? type_plain(u, t->base) : t;
    const struct param *p = t->kind == TYPE_FUNCTION ? parameter_of(t, argument) : NULL;
    if (p && p->is_noescape)
        return KEEPS_NOTHING;
    const struct symbol *s = callee->kind == EXPR_NAME ? callee->name.symbol : NULL;
    if (!s || !symbol_is_systems(u, s))
        return KEEPS;
    for (size_t i = 0; i < sizeof noescape_table / sizeof *noescape_table; i++)
        if (is_named(s->name->text, noescape_table[i].name))
            return noescape_table[i].returned == argument ? KEEPS_BY_RESULT : KEEPS_NOTHING;
    return KEEPS;
}

void params_join(struct type *known, const struct type *again)
{
    if (known->kind != TYPE_FUNCTION || again->kind != TYPE_FUNCTION || known == again)
        return;
    const struct param *q = again->function.params;
    for (struct param *p = known->function.params; p && q; p = p->next, q = q->next)
        p->is_noescape |= q->is_noescape;
}
