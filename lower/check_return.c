// -Wreturn-type: control may reach the end of an async function that gives a value. The C compiler is not asked: it reads a
// lowered function, which returns something there, since what the caller does with it is not known.
//
//     async int f(enum e x) { switch (x) { case A: return 1; case B: return 2; } }     // of all constants of the enum: says nothing
//     async int g(int x) { if (x) return await h(x); fail("…"); }                      // nor when `fail` is _Noreturn
//     async int i(int x) { if (x) return await h(x); assert(!"reached"); }             // nor of what this expands to
#include "lower/check_return.h"

#include "lower/cfg.h"
#include "parser/type.h"

// Whether control gets from the entry to the end, by ways that the program means.
static bool reaches_end(struct unit *u, const struct cfg *c)
{
    bool *is_reached = NEW_ARRAY(&u->fn, bool, c->count);
    const struct block **stack = NEW_ARRAY(&u->fn, const struct block *, c->count);
    uint32_t depth = 0;
    stack[depth++] = c->entry;
    is_reached[c->entry->number] = true;
    while (depth > 0) {
        const struct block *b = stack[--depth];
        for (uint32_t i = 0; i < b->next_count && !b->is_last; i++) {
            const struct block *next = b->next[i];
            if (is_reached[next->number] || next == b->unmeant)
                continue;
            is_reached[next->number] = true;
            stack[depth++] = next;
        }
    }
    return is_reached[c->end->number] && !c->end->is_last;
}

void check_return(struct unit *u, const struct async *a)
{
    const struct function *f = a->fn;
    bool gives = type_plain(u, a->result)->kind != TYPE_VOID;
    if (!gives || !a->has_end || a->is_main || a->is_plain || f->symbol->is_noreturn || !reaches_end(u, a->cfg))
        return;
    const struct span brace = { f->body->span.hi - 1, f->body->span.hi };
    struct diag *d = diag_warn(u, WARNING_RETURN_TYPE, brace, "control reaches the end of '%s', which returns a value",
                               f->symbol->name->text);
    diag_note(u, d, f->symbol->span, "'%s' declared here", f->symbol->name->text);
}
