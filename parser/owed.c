// What the end of a block has to see to: the children of handles that may hold one where they are left.
//
// Jumps that find it so are seen where they start. To jumps from outside of its block a handle does not exist.
#include "parser/build.h"
#include "parser/handles.h"
#include "parser/jump.h"
#include "parser/sema.h"

// A handle may hold a child where control comes to a label: from above, or by a jump further up.
struct held_at {
    struct held_at *next;
    const struct label *label;
    const struct symbol *handle;
};

static struct span arm_call(const struct stmt *arm)
{
    return arm->arm.decl ? arm->arm.decl->declarators->init->span : arm->arm.expr->span;
}

void owe(struct flow *f, struct symbol *s)
{
    if (f->silent)
        return;
    if (f->arm && s->span.lo >= arm_call(f->arm).lo)
        f->arm->arm.waits = true;           // at the end of a block in its call
    s->is_owed = s->is_address_taken = true;
    f->function->has_endings = true;
}

// Where the scope of the handle with number `i` ends: it begins behind its name.
static uint32_t scope_end(const struct flow *f, uint32_t i)
{
    const struct handle_block *b = f->block;
    while (b->outer && b->first > i)
        b = b->outer;
    return b->stmt->span.hi;
}

static bool is_held_at(const struct flow *f, const struct label *l, const struct symbol *handle)
{
    for (const struct held_at *h = f->held; h; h = h->next)
        if (h->label == l && h->handle == handle)
            return true;
    return false;
}

static void hold_at(struct flow *f, const struct label *l, const struct symbol *handle)
{
    struct held_at *h = NEW(&f->u->fn, struct held_at);
    *h = (struct held_at){ f->held, l, handle };
    f->held = h;
}

// A jump, while the handle may hold a child. Further down in its scope the label learns it. Further up what is behind the label
// was found to be in order, if it does not hold one there: then one started since is seen to at the end of the block.
static void jump_to(struct flow *f, const struct stmt *s, const struct label *l, uint32_t i)
{
    struct symbol *handle = f->handles[i].symbol;
    bool stays = l->span.lo > handle->span.lo && l->span.lo < scope_end(f, i);
    if (stays && l->span.lo > s->span.lo)
        hold_at(f, l, handle);
    else if (!stays || !is_held_at(f, l, handle))
        owe(f, handle);
}

void owed_jump(struct flow *f, const struct stmt *s)
{
    for (uint32_t i = 0; i < f->count && !f->is_dead; i++)
        for (const struct label *l = f->handles[i].may_owe && f->handles[i].may_hold ? f->function->labels : NULL; l; l = l->next)
            if (may_go_to(f->u, s, l))
                jump_to(f, s, l, i);
    f->is_dead |= s->kind != STMT_ASM;
}

void owed_label(struct flow *f, const struct label *l)
{
    for (uint32_t i = 0; i < f->count; i++) {
        struct handle *h = &f->handles[i];
        h->may_hold |= is_held_at(f, l, h->symbol);
        if (h->may_owe && h->may_hold)
            hold_at(f, l, h->symbol);
    }
}
