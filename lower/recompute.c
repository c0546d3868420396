// Which kept locals are computed again when their function goes on, rather than stored?
//
//     long end = at + 8;                      long end = at + 8;
//     char *to = buf;                         char *to = ac_self->buf;
//     await …                                 …
//     … end … to … at …                       __coro_resume_1:;
//                                                 at = ac_self->at1.at;
//                                                 end = at + 8, to = ac_self->buf;
//
//   steady(v)     nothing changes v but its initialiser; a parameter: nothing at all. Of one that is no parameter only in a function
//                 without labels: a jump back could run the initialiser again while what depends on it keeps its value
//   same(e)       e has the same value wherever it is computed: arithmetic on constants, on addresses of what lies still (static storage,
//                 residents), and on steady locals. What is read from memory may have changed
//   computed(v)   v is a scalar that only its initialiser gives a value, which is same; every point that keeps v also keeps or computes
//                 what is read in it; and no jump past the initialiser leads to a use: what was not computed there may overflow
#include "grammar.h"
#include "lower/cfg.h"
#include "lower/lower.h"

// A longer one costs more than it saves; in a larger function it takes long to find out.
enum { MOST_NODES = 8, MOST_WORK = 1 << 22 };

struct recompute {
    struct unit *u;
    struct async *a;
    uint32_t *definitions;      // by local
    const struct local *v;      // the one that is asked for
    uint32_t nodes;             // of its initialiser so far,
    const struct local *reads[MOST_READS];  // and what that reads
    uint32_t read_count;
};

// What is no definition in the CFG changes it all the same: an assignment to a part, and through its address, which a callee may have had
// that has forgotten it (memcpy(&v, …), lend.c).
static bool is_changed(const struct local *v)
{
    return v->is_changed || v->symbol->is_address_taken || v->symbol->is_captured;
}

static bool is_steady(const struct recompute *r, const struct local *v)
{
    if (v->class != LOCAL_SPILLED || !v->symbol || is_changed(v))
        return false;
    return v->symbol->is_param ? !r->definitions[v->index] : r->definitions[v->index] == 1 && !r->a->fn->labels;
}

// Whether the value of w is there behind every point that keeps v.
static bool is_there(const struct recompute *r, const struct local *w)
{
    for (uint32_t i = 0; i < r->a->point_count; i++)
        if (point_keeps(r->a->points[i], r->v) && !point_keeps(r->a->points[i], w))
            return false;
    return true;
}

static bool read_local(struct recompute *r, const struct local *w)
{
    if (!w || w == r->v || r->read_count == MOST_READS || !w->is_steady || !is_there(r, w))
        return false;
    r->reads[r->read_count++] = w;
    return true;
}

// A name that is hidden somewhere may mean something else where the function goes on.
static bool lies_still(const struct recompute *r, const struct symbol *s)
{
    const struct local *w = s->local;
    if (w)
        return w->class == LOCAL_RESIDENT && !w->is_ranged && !w->is_vm && region_holds(w->region, r->v->region);
    bool is_static = s->kind == SYMBOL_FUNCTION || (s->kind == SYMBOL_OBJECT && !symbol_is_automatic(s));
    return is_static && !s->is_thread_local && !s->is_hidden;
}

static bool is_same(struct recompute *r, const struct expr *e, bool is_place);

static bool is_same_name(struct recompute *r, const struct expr *e, bool is_place)
{
    const struct symbol *s = e->name.symbol;
    if (!s)
        return false;
    if (is_place || type_plain(r->u, e->type)->kind == TYPE_ARRAY || s->kind == SYMBOL_FUNCTION)
        return lies_still(r, s);
    if (s->kind == SYMBOL_CONSTANT)
        return s->scope_depth == 0 && !s->is_hidden;
    return read_local(r, s->local);
}

static bool is_same_unary(struct recompute *r, const struct expr *e, bool is_place)
{
    switch (e->unary.op) {
    case '&':
        return is_same(r, e->unary.operand, true);
    case '*':
        return is_place && is_same(r, e->unary.operand, false);
    case '+': case '-': case '~': case '!':
        return type_is_integer(r->u, e->type) && is_same(r, e->unary.operand, false);
    default:
        return false;
    }
}

// A division has been done without a fault, but it costs more than a load. Floating point depends on the rounding mode.
static bool is_same_binary(struct recompute *r, const struct expr *e)
{
    struct unit *u = r->u;
    bool is_exact = type_is_integer(u, e->type) || type_plain(u, e->type)->kind == TYPE_POINTER;
    return is_exact && e->binary.op != '/' && e->binary.op != '%' && is_same(r, e->binary.lhs, false) && is_same(r, e->binary.rhs, false);
}

// `is_place`: it is its address that counts.
static bool is_same(struct recompute *r, const struct expr *e, bool is_place)
{
    struct unit *u = r->u;
    bool gives_address = is_place || (e->type && type_plain(u, e->type)->kind == TYPE_ARRAY);
    if (++r->nodes > MOST_NODES || type_is_vm(u, e->type))
        return false;
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_NULLPTR:
        return true;
    case EXPR_NAME:
        return is_same_name(r, e, is_place);
    case EXPR_PAREN:
        return is_same(r, e->paren.inner, is_place);
    case EXPR_INDEX:
        return gives_address && is_same(r, e->index.base, false) && is_same(r, e->index.index, false);
    case EXPR_MEMBER:
        return gives_address && is_same(r, e->member.object, !e->member.is_arrow);
    case EXPR_UNARY:
        return is_same_unary(r, e, gives_address);
    case EXPR_BINARY:
        return is_same_binary(r, e);
    // A cast names a type; a literal need not have one address; the others read memory, or have effects.
    case EXPR_CAST: case EXPR_STRING: case EXPR_CALL: case EXPR_POSTFIX: case EXPR_LABEL_ADDR: case EXPR_SIZEOF: case EXPR_COMPOUND:
    case EXPR_COND: case EXPR_ASSIGN: case EXPR_COMMA: case EXPR_INIT: case EXPR_GENERIC: case EXPR_STMT_EXPR: case EXPR_VA_ARG:
    case EXPR_OFFSETOF: case EXPR_TYPES: case EXPR_CHOOSE: case EXPR_BUILTIN_T: case EXPR_AWAIT: case EXPR_START: case EXPR_ERROR:
        return false;
    }
    __builtin_unreachable();
}

// Whether giving the value of e to v depends on the rounding mode: on which, another time, the same conversion has another result.
static bool is_rounded(struct unit *u, const struct local *v, struct expr *e)
{
    const struct expr *bare = expr_bare(e);
    bool is_exact = type_is_integer(u, v->type) || type_plain(u, v->type)->kind == TYPE_POINTER;
    return !is_exact && bare->kind != EXPR_INT && bare->kind != EXPR_FLOAT && !type_compatible(u, v->type, type_unqualified(u, e->type));
}

static bool is_computed(struct recompute *r, const struct local *v)
{
    if (v->class != LOCAL_SPILLED || !v->kept_count || !v->symbol || v->symbol->is_param || !v->type || v->c_type || v->is_opaque ||
        is_changed(v) || v->may_be_unset || !type_is_scalar(r->u, v->type) || r->definitions[v->index] != 1)
        return false;
    const struct declarator *d = v->symbol->declarator;
    r->v = v;
    r->nodes = r->read_count = 0;
    return d && d->init && is_same(r, d->init, false) && !is_rounded(r->u, v, d->init);
}

void recompute_decide(struct unit *u, struct async *a)
{
    struct recompute r = { .u = u, .a = a };
    if (!a->suspends || (uint64_t)a->local_count * a->point_count > MOST_WORK)
        return;
    r.definitions = NEW_ARRAY(&u->fn, uint32_t, a->local_count);
    for (uint32_t b = 0; b < a->cfg->count; b++)
        for (uint32_t i = 0; i < a->cfg->blocks[b]->event_count; i++)
            if (a->cfg->blocks[b]->events[i].kind == EVENT_DEF)
                r.definitions[a->cfg->blocks[b]->events[i].index]++;
    for (uint32_t i = 0; i < a->local_count; i++) {
        struct local *v = a->locals[i];
        v->is_steady = is_steady(&r, v);
        if (!is_computed(&r, v))
            continue;
        v->class = LOCAL_COMPUTED;
        v->read_count = r.read_count;
        for (uint32_t k = 0; k < r.read_count; k++)
            v->reads[k] = r.reads[k];
    }
}
