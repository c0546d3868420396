#include "lower/check_lowering.h"

#include <string.h>

#include "lower/flow.h"

enum object_class {
    OBJECT_RESIDENT,            // of the user: has one place for all its life
    OBJECT_CHILD,               // the frame of a callee
    OBJECT_SLOT,                // of a value that is stored when the function suspends, and loaded when it is resumed
};

// Something that has a place in the frame: a member, or a member of what belongs to one suspension point.
struct object {
    const struct member *member, *outer;        // the same, where it is a member of the frame
    uint64_t lo, hi;
    enum object_class class;
    const struct region *region;        // holds all mentions
    bool is_result;
    bool is_pointed;                    // somebody may keep its address: it is in use to the end of its region
};

// What a reload expects: that the bytes hold what the local had. NO_LOCAL: that somebody has written them.
struct reload {
    uint64_t lo, hi;
    uint32_t local;
};

struct check {
    struct unit *u;
    struct lowered_cfg *cfg;
    struct object *objects;
    uint32_t object_count, object_capacity;
    struct reload *reloads;
    uint32_t reload_count, reload_capacity;
    const struct member **sites;        // members that belong to a suspension point
    uint32_t site_count, site_capacity;
    struct frame_part *children;
    uint32_t child_count, child_capacity;
};

typedef void each_step(struct check *c, struct lowered_block *b, uint32_t i);

static void for_each_step(struct check *c, each_step *visit)
{
    for (uint32_t b = 0; b < c->cfg->count; b++)
        for (uint32_t i = 0; i < c->cfg->blocks[b]->step_count; i++)
            visit(c, c->cfg->blocks[b], i);
}

static bool is_access(const struct step *s)
{
    return (s->kind == STEP_LOAD || s->kind == STEP_STORE || s->kind == STEP_LEND) && s->part.outer;
}

static bool overlap(uint64_t lo, uint64_t hi, uint64_t other_lo, uint64_t other_hi)
{
    return lo < other_hi && other_lo < hi;
}

static const char *local_name(const struct check *c, uint32_t local)
{
    return c->cfg->locals[local].symbol->name->text;
}

static const char *member_name(const struct member *m)
{
    return m->name ? m->name->text : "?";
}

// --- which objects there are -----------------------------------------------------------------------------------------------

static void find_site(struct check *c, struct lowered_block *b, uint32_t i)
{
    const struct step *s = &b->steps[i];
    bool is_wait = s->kind == STEP_WAIT && s->part.hi;
    if (is_wait) {
        c->children = arena_grow(&c->u->fn, c->children, c->child_count, &c->child_capacity, sizeof *c->children);
        c->children[c->child_count++] = s->part;
    }
    // A pointer into an object, computed again, makes none of that.
    bool is_of_wait = is_wait || (s->is_at_site && is_access(s) && s->kind != STEP_LEND);
    if (!s->part.inner || !is_of_wait)
        return;
    for (uint32_t k = c->site_count; k > 0; k--)
        if (c->sites[k - 1] == s->part.outer)
            return;
    c->sites = arena_grow(&c->u->fn, c->sites, c->site_count, &c->site_capacity, sizeof *c->sites);
    c->sites[c->site_count++] = s->part.outer;
}

static bool is_of_site(const struct check *c, const struct frame_part *p)
{
    for (uint32_t k = c->site_count; p->inner && k > 0; k--)
        if (c->sites[k - 1] == p->outer)
            return true;
    return false;
}

static const struct region *common(const struct region *a, const struct region *b)
{
    while (!region_contains(a, b))
        a = a->outer;
    return a;
}

static void find_object(struct check *c, struct lowered_block *b, uint32_t i)
{
    struct step *s = &b->steps[i];
    if (!is_access(s))
        return;
    bool is_site = is_of_site(c, &s->part);
    const struct member *m = is_site ? s->part.inner : s->part.outer;
    uint64_t lo = is_site ? s->part.inner_lo : s->part.outer_lo;
    uint32_t k = c->object_count;
    while (k > 0 && (c->objects[k - 1].member != m || c->objects[k - 1].lo != lo))
        k--;
    if (!k) {
        c->objects = arena_grow(&c->u->fn, c->objects, c->object_count, &c->object_capacity, sizeof *c->objects);
        c->objects[c->object_count++] = (struct object){
            m, s->part.outer, lo, lo + lowered_size(c->u, m), is_site ? OBJECT_SLOT : OBJECT_RESIDENT, b->region,
            m->name && strcmp(m->name->text, "result") == 0 && !is_site, false,
        };
        k = c->object_count;
    }
    struct object *o = &c->objects[k - 1];
    s->object = k - 1;
    o->region = common(o->region, b->region);
    o->is_pointed |= s->kind == STEP_LEND && s->is_kept;
    if (o->class == OBJECT_SLOT && (!s->is_at_site || s->kind == STEP_LEND))
        o->class = OBJECT_CHILD;
}

// The result of a child is whatever the child has written.
static uint32_t expected_local(const struct check *c, const struct step *s)
{
    for (uint32_t k = 0; k < c->child_count; k++)
        if (c->children[k].outer == s->part.outer && c->children[k].inner == s->part.inner)
            return NO_LOCAL;
    return s->local;
}

static bool is_reload(const struct reload *r, const struct step *s, uint32_t local)
{
    return r->lo == s->part.lo && r->hi == s->part.hi && r->local == local;
}

// UINT32_MAX: it is none.
static uint32_t reload_of(const struct check *c, const struct step *s)
{
    uint32_t local = expected_local(c, s), k = c->reload_count;
    while (k > 0 && !is_reload(&c->reloads[k - 1], s, local))
        k--;
    return k - 1;
}

static void find_reload(struct check *c, struct lowered_block *b, uint32_t i)
{
    const struct step *s = &b->steps[i];
    if (s->kind != STEP_LOAD || !s->is_at_site || !s->part.outer || reload_of(c, s) != UINT32_MAX)
        return;
    c->reloads = arena_grow(&c->u->fn, c->reloads, c->reload_count, &c->reload_capacity, sizeof *c->reloads);
    c->reloads[c->reload_count++] = (struct reload){ s->part.lo, s->part.hi, expected_local(c, s) };
}

static void find_waiting(struct check *c, struct lowered_block *b, uint32_t i)
{
    struct step *s = &b->steps[i];
    s->object = s->kind == STEP_WAIT ? UINT32_MAX : s->object;
    for (uint32_t k = 0; s->kind == STEP_WAIT && s->part.hi && k < c->object_count; k++)
        if (c->objects[k].class == OBJECT_CHILD && c->objects[k].member == s->part.inner && c->objects[k].lo == s->part.lo)
            s->object = k;
}

// --- how a fact came about -------------------------------------------------------------------------------------------------

// The last step of b, of the first `limit`, that made fact `bit` what it is behind them. UINT32_MAX: it was so at the start.
static uint32_t last_change(const struct check *c, const struct flow *f, uint32_t bit, const struct lowered_block *b, uint32_t limit)
{
    uint64_t *set = NEW_ARRAY(&c->u->fn, uint64_t, f->words);
    uint32_t last = UINT32_MAX;
    flow_start(f, b, set);
    for (uint32_t i = 0; i < limit; i++) {
        bool before = bit_has(set, bit);
        f->apply(f, set, b, i);
        if (bit_has(set, bit) != before)
            last = i;
    }
    return last;
}

// A search backward from the place of a message. Each block that was found knows which one led to it.
struct trace {
    struct found { const struct lowered_block *block; uint32_t behind; } *found;
    bool *seen;
    uint32_t count;
};

enum { WAITS_SHOWN = 6 };

// Those in front of b where the fact has the value behind them.
static void trace_add(struct trace *t, const struct flow *f, const struct lowered_block *b, uint32_t behind, uint32_t bit, bool value)
{
    for (uint32_t k = 0; k < b->before_count; k++) {
        uint32_t n = b->before[k]->number;
        if (!f->in[n] || t->seen[n] || bit_has(f->out[n], bit) != value)
            continue;
        t->seen[n] = true;
        t->found[t->count++] = (struct found){ b->before[k], behind };
    }
}

// The suspensions on the way.
static void note_waits(const struct check *c, struct diag *d, const struct trace *t, uint32_t at, uint32_t from)
{
    uint32_t shown = 0;
    for (; at != UINT32_MAX; at = t->found[at].behind, from = 0) {
        const struct lowered_block *b = t->found[at].block;
        for (uint32_t i = from; i < b->step_count; i++)
            if (b->steps[i].kind == STEP_WAIT && shown++ < WAITS_SHOWN)
                diag_note(c->u, d, b->steps[i].span, "on a path that waits here, at suspension point %u", b->steps[i].point);
    }
}

// Where fact `bit`, which is `value` in front of step i of b, became so, and the way from there.
static void note_path(const struct check *c, struct diag *d, const struct flow *f, uint32_t bit, bool value,
                      const struct lowered_block *b, uint32_t i, const char *text)
{
    uint32_t count = c->cfg->count, at = UINT32_MAX;
    struct trace t = { NEW_ARRAY(&c->u->fn, struct found, count), NEW_ARRAY(&c->u->fn, bool, count), 0 };
    uint32_t last = last_change(c, f, bit, b, i);
    if (last == UINT32_MAX)
        trace_add(&t, f, b, UINT32_MAX, bit, value);
    for (uint32_t n = 0; n < t.count && last == UINT32_MAX; n++) {
        at = n;
        b = t.found[n].block;
        last = last_change(c, f, bit, b, b->step_count);
        if (last == UINT32_MAX)
            trace_add(&t, f, b, n, bit, value);
    }
    if (last != UINT32_MAX)
        diag_note(c->u, d, b->steps[last].span, "%s", text);
    else
        diag_note(c->u, d, c->cfg->fn->symbol->span, "on a path from the beginning of the function");
    note_waits(c, d, &t, at, last == UINT32_MAX ? 0 : last + 1);
}

// --- set ---------------------------------------------------------------------------------------------------------------------

// Two facts for each local: that it has lost its value, and, from there on, that something may have given it one.
static uint32_t second_facts(const struct lowered_cfg *cfg)
{
    return 64 * bit_words(cfg->local_count);
}

static const struct region *local_region(const struct flow *f, uint32_t bit)
{
    uint32_t second = second_facts(f->cfg);
    return f->cfg->locals[bit < second ? bit : bit - second].region;
}

// A parameter does, and what lowering has added is set by all ways to where it is read.
static bool begins_with_value(const struct check *c, uint32_t local)
{
    return c->cfg->locals[local].symbol->is_param || strncmp(local_name(c, local), "ac_", strlen("ac_")) == 0;
}

// One that is not in scope where the function waits, or was given no value before, has none to lose: who reads it reads what nobody has
// set, and did in the source.
static void apply_lost(const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    const struct step *s = &b->steps[i];
    uint32_t second = second_facts(f->cfg);
    bool begins = s->kind == STEP_DECLARE, is_set = s->kind == STEP_SET || s->kind == STEP_POINT;
    for (uint32_t w = 0; s->kind == STEP_WAIT && w < second / 64; w++)
        set[w] |= set[second / 64 + w];
    if (begins || is_set)
        bit_put(set, s->local, false);
    if (begins || is_set || s->kind == STEP_CHANGE)
        bit_put(set, second + s->local, !begins || begins_with_value(f->context, s->local));
}

// The task, the frame and the number are given anew. What a deferring block returns is kept and read on the ways of those who leave it
// otherwise, too; that it counts there nowhere is what ac_leave says.
static bool is_given(const struct check *c, uint32_t local)
{
    const char *name = local_name(c, local);
    return strcmp(name, "ac_task") == 0 || strcmp(name, "ac_frame") == 0 || strcmp(name, "ac_point") == 0
           || strncmp(name, "ac_value", strlen("ac_value")) == 0;
}

static void judge_set(struct check *c, const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    const struct step *s = &b->steps[i];
    if (s->kind == STEP_WAIT && !b->next_count)
        diag_error(c->u, ERROR_LOWERING, s->span, "no case of 'ac_point' goes on at suspension point %u", s->point);
    if (s->kind != STEP_READ || !bit_has(set, s->local) || is_given(c, s->local))
        return;
    struct diag *d = diag_error(c->u, ERROR_LOWERING, s->span, "'%s' is read, but on some path nothing has set it since '%s' was resumed",
                                local_name(c, s->local), c->cfg->fn->symbol->name->text);
    note_path(c, d, f, s->local, true, b, i, "it waits here, and all locals are gone");
    bit_put(set, s->local, false);
}

// --- kept --------------------------------------------------------------------------------------------------------------------

// Each reload has two facts: what is so on all paths, and, `reload_count` further on, what is so on those on which the function was
// resumed. A store for the others only leaves of the first what the second says. Behind them, a last fact: there is no path on which it
// was resumed, so that the second ones say nothing.
static void resumed_put(const struct check *c, uint64_t *set, uint32_t k, bool holds)
{
    bit_put(set, c->reload_count + k, holds || bit_has(set, 2 * c->reload_count));
}

static void bytes_written(const struct check *c, uint64_t *set, const struct step *s)
{
    for (uint32_t k = 0; k < c->reload_count; k++) {
        const struct reload *r = &c->reloads[k];
        if (!overlap(r->lo, r->hi, s->part.lo, s->part.hi))
            continue;
        bool is_covered = s->part.lo <= r->lo && r->hi <= s->part.hi;
        bool is_same = s->kind == STEP_STORE && is_reload(r, s, s->local) && !s->part.is_vague;
        bool holds = r->local == NO_LOCAL ? is_covered : is_same;
        bit_put(set, k, holds && (!s->is_first || bit_has(set, c->reload_count + k)));
        if (!s->is_first)
            resumed_put(c, set, k, holds);
    }
}

static void local_changed(const struct check *c, uint64_t *set, const struct step *s, const struct step *before)
{
    for (uint32_t k = 0; k < c->reload_count; k++) {
        const struct reload *r = &c->reloads[k];
        if (r->local != s->local)
            continue;
        bool is_loaded = before && s->kind == STEP_SET && before->kind == STEP_LOAD && is_reload(r, before, s->local);
        bit_put(set, k, is_loaded);
        resumed_put(c, set, k, is_loaded);
    }
}

static void resumed_facts(const struct check *c, uint64_t *set, bool is_resumed)
{
    bit_put(set, 2 * c->reload_count, !is_resumed);
    for (uint32_t k = 0; k < c->reload_count; k++)
        resumed_put(c, set, k, bit_has(set, k));
}

// Fact: the bytes that the reload reads hold what it expects.
static void apply_kept(const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    const struct check *c = f->context;
    const struct step *s = &b->steps[i];
    switch (s->kind) {
    case STEP_BEGIN:
        resumed_facts(c, set, false);
        return;
    case STEP_STORE: case STEP_LEND:
        bytes_written(c, set, s);
        return;
    case STEP_WAIT:
        bytes_written(c, set, s);
        resumed_facts(c, set, true);
        return;
    case STEP_DECLARE: case STEP_SET: case STEP_CHANGE: case STEP_POINT:
        if (!s->is_again)
            local_changed(c, set, s, i ? s - 1 : NULL);
        return;
    case STEP_READ: case STEP_LOAD: case STEP_SUSPEND: case STEP_RETURN:
        return;
    }
    __builtin_unreachable();
}

static const char *part_said(const struct check *c, const struct frame_part *p)
{
    return arena_printf(&c->u->arena, "'%s%s%s' (bytes %llu to %llu of the frame)", member_name(p->outer), p->inner ? "." : "",
                        p->inner ? member_name(p->inner) : "", (unsigned long long)p->lo, (unsigned long long)p->hi);
}

static void judge_kept(struct check *c, const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    const struct step *s = &b->steps[i];
    bool has_bytes = s->part.lo != s->part.hi;      // an empty struct has none
    uint32_t k = s->kind == STEP_LOAD && s->is_at_site && s->part.outer && has_bytes ? reload_of(c, s) : UINT32_MAX;
    if (k == UINT32_MAX || bit_has(set, k))
        return;
    const char *where = part_said(c, &s->part);
    struct diag *d = c->reloads[k].local == NO_LOCAL
        ? diag_error(c->u, ERROR_LOWERING, s->span, "%s is read, but on some path nobody has written it", where)
        : diag_error(c->u, ERROR_LOWERING, s->span, "'%s' is loaded from %s, which on some path does not hold it",
                     local_name(c, s->local), where);
    note_path(c, d, f, k, false, b, i, "what was stored there is out of date here");
    bit_put(set, k, true);
}

// --- apart ---------------------------------------------------------------------------------------------------------------------

// Fact: the object has been mentioned.
static void apply_mentioned(const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    (void)f;
    if (is_access(&b->steps[i]))
        bit_put(set, b->steps[i].object, true);
}

static const struct region *object_region(const struct flow *f, uint32_t bit)
{
    return ((const struct check *)f->context)->objects[bit].region;
}

// Whether s notes the first arm of an `await any`: what its arms were before is nobody's.
static bool begins_arms(const struct step *s)
{
    const struct member *m = s->kind == STEP_STORE ? s->part.inner : NULL;
    return m && m->name && strcmp(m->name->text, "arms") == 0 && !s->part.is_vague && s->part.lo == s->part.inner_lo;
}

// Whether nothing of what the object held before is left behind s.
static bool makes_anew(const struct object *o, const struct step *s)
{
    if (begins_arms(s))
        return o->outer == s->part.outer;
    if (o->class == OBJECT_CHILD)
        return s->kind == STEP_LEND && !s->is_at_site;
    return s->kind == STEP_STORE && !s->part.is_vague && s->part.lo <= o->lo && o->hi <= s->part.hi;
}

// Backward. Fact: the object will be mentioned, and not be made anew before.
static void apply_wanted(const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    const struct check *c = f->context;
    const struct step *s = &b->steps[i];
    if (s->kind == STEP_WAIT && s->object != UINT32_MAX)
        bit_put(set, s->object, true);
    else if (is_access(s))
        bit_put(set, s->object, !makes_anew(&c->objects[s->object], s));
    for (uint32_t k = 0; begins_arms(s) && k < c->object_count; k++)
        if (c->objects[k].outer == s->part.outer)
            bit_put(set, k, false);
}

// Whether the store of the result is the last the function does.
static bool is_last(const struct lowered_block *b, uint32_t i)
{
    const struct frame_part *p = &b->steps[i].part;
    for (uint32_t k = i + 1; k < b->step_count; k++) {
        const struct step *s = &b->steps[k];
        if (s->kind == STEP_RETURN)
            return true;
        if (is_access(s) && s->object != b->steps[i].object && overlap(s->part.lo, s->part.hi, p->lo, p->hi))
            return false;
    }
    return false;
}

struct apart {
    struct flow mentioned, wanted;
    uint64_t *before, *behind;          // of the step that is judged
};

static void judge_write(struct check *c, const struct apart *a, const struct lowered_block *b, uint32_t i)
{
    const struct step *s = &b->steps[i];
    const struct object *writer = &c->objects[s->object];
    for (uint32_t k = 0; k < c->object_count; k++) {
        const struct object *o = &c->objects[k];
        if (k == s->object || o->class == OBJECT_SLOT || o->is_result || !overlap(o->lo, o->hi, s->part.lo, s->part.hi))
            continue;
        bool is_ended = !bit_has(a->behind, k) && (o->class == OBJECT_CHILD || !o->is_pointed);
        if (!bit_has(a->before, k) || is_ended)
            continue;
        struct diag *d = diag_error(c->u, ERROR_LOWERING, s->span,
                                    "'%s' is written at bytes %llu to %llu of the frame, where '%s' is in use (bytes %llu to %llu)",
                                    member_name(writer->member), (unsigned long long)s->part.lo, (unsigned long long)s->part.hi,
                                    member_name(o->member), (unsigned long long)o->lo, (unsigned long long)o->hi);
        note_path(c, d, &a->mentioned, k, true, b, i, "it is in use from here on");
        return;
    }
}

static void judge_block_apart(struct check *c, struct apart *a, const struct lowered_block *b)
{
    uint32_t words = a->mentioned.words;
    uint64_t *behind = NEW_ARRAY(&c->u->fn, uint64_t, words * (size_t)(b->step_count + 1));
    flow_start(&a->wanted, b, behind + b->step_count * (size_t)words);
    for (uint32_t i = b->step_count; i > 0; i--) {
        memcpy(behind + (i - 1) * (size_t)words, behind + i * (size_t)words, words * sizeof *behind);
        apply_wanted(&a->wanted, behind + (i - 1) * (size_t)words, b, i - 1);
    }
    flow_start(&a->mentioned, b, a->before);
    for (uint32_t i = 0; i < b->step_count; i++) {
        const struct step *s = &b->steps[i];
        a->behind = behind + (i + 1) * (size_t)words;
        bool writes = is_access(s) && s->kind != STEP_LOAD;
        if (writes && !(c->objects[s->object].is_result && is_last(b, i)))
            judge_write(c, a, b, i);
        apply_mentioned(&a->mentioned, a->before, b, i);
    }
}

static void judge_apart(struct check *c)
{
    struct apart a = {
        .mentioned = { .cfg = c->cfg, .context = c, .bits = c->object_count, .apply = apply_mentioned, .region = object_region },
        .wanted = { .cfg = c->cfg, .context = c, .bits = c->object_count, .apply = apply_wanted, .region = object_region,
                    .is_backward = true },
    };
    flow_solve(c->u, &a.mentioned);
    flow_solve(c->u, &a.wanted);
    a.before = NEW_ARRAY(&c->u->fn, uint64_t, a.mentioned.words);
    for (uint32_t b = 0; b < c->cfg->count; b++)
        if (a.mentioned.in[b])
            judge_block_apart(c, &a, c->cfg->blocks[b]);
}

// --- still ---------------------------------------------------------------------------------------------------------------------

// Fact: somebody may have the local's address.
static void apply_pointed(const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    (void)f;
    if (b->steps[i].kind == STEP_POINT || b->steps[i].kind == STEP_DECLARE)
        bit_put(set, b->steps[i].local, b->steps[i].kind == STEP_POINT);
}

static void judge_still(struct check *c, const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i)
{
    if (b->steps[i].kind != STEP_WAIT)
        return;
    for (uint32_t k = 0; k < c->cfg->local_count; k++) {
        if (!bit_has(set, k))
            continue;
        struct diag *d = diag_error(c->u, ERROR_LOWERING, b->steps[i].span,
                                    "'%s' waits here, and '%s', whose address was taken, is on the stack",
                                    c->cfg->fn->symbol->name->text, local_name(c, k));
        note_path(c, d, f, k, true, b, i, "its address is taken here");
        bit_put(set, k, false);
    }
}

// --- all of it -----------------------------------------------------------------------------------------------------------------

typedef void judge_step(struct check *c, const struct flow *f, uint64_t *set, const struct lowered_block *b, uint32_t i);

static void judge(struct check *c, struct flow f, judge_step *step)
{
    f.cfg = c->cfg;
    f.context = c;
    flow_solve(c->u, &f);
    uint64_t *set = NEW_ARRAY(&c->u->fn, uint64_t, f.words);
    for (uint32_t n = 0; n < c->cfg->count; n++) {
        const struct lowered_block *b = c->cfg->blocks[n];
        if (!f.in[n])
            continue;
        flow_start(&f, b, set);
        for (uint32_t i = 0; i < b->step_count; i++) {
            step(c, &f, set, b, i);
            f.apply(&f, set, b, i);
        }
    }
}

// Blocks until the load: a fused callee is asked first whether it goes on waiting.
enum { LOADS_BEHIND = 5 };

static bool is_loaded(const struct step *spill, const struct lowered_block *b, int depth)
{
    for (uint32_t i = 0; i < b->step_count; i++) {
        const struct step *s = &b->steps[i];
        if (s->kind == STEP_LOAD && s->part.lo == spill->part.lo && s->part.hi == spill->part.hi && s->local == spill->local)
            return true;
        if (s->kind == STEP_WAIT)
            return false;
    }
    for (uint32_t i = 0; depth > 0 && i < b->next_count; i++)
        if (is_loaded(spill, b->next[i], depth - 1))
            return true;
    return false;
}

// Whether what step `spill` stores is loaded where the function goes on.
static bool is_loaded_again(const struct step *spill, const struct lowered_block *wait)
{
    return !wait->next_count || is_loaded(spill, wait->next[0], LOADS_BEHIND);     // none: it is unreachable
}

static void judge_suspends(struct check *c, struct lowered_block *b, uint32_t i)
{
    const struct step *s = &b->steps[i];
    const char *function = c->cfg->fn->symbol->name->text;
    if (s->kind == STEP_STORE && s->is_at_site && s->local != NO_LOCAL && !is_loaded_again(s, b))
        diag_error(c->u, ERROR_LOWERING, s->span, "'%s' is stored when '%s' waits, and not loaded when it is resumed",
                   local_name(c, s->local), function);
    if (s->kind != STEP_SUSPEND)
        return;
    for (uint32_t k = i + 1; k < b->step_count; k++)
        if (b->steps[k].kind == STEP_WAIT)
            return;
    diag_error(c->u, ERROR_LOWERING, s->span, "'%s' does not return when it has to wait", function);
}

static void check_function(struct unit *u, struct lowered_cfg *cfg)
{
    struct check c = { .u = u, .cfg = cfg };
    for_each_step(&c, find_site);
    for_each_step(&c, find_object);
    for_each_step(&c, find_reload);
    for_each_step(&c, find_waiting);
    for_each_step(&c, judge_suspends);
    judge(&c, (struct flow){ .bits = 2 * second_facts(cfg), .apply = apply_lost, .region = local_region }, judge_set);
    judge(&c, (struct flow){ .bits = 2 * c.reload_count + 1, .is_must = true, .apply = apply_kept }, judge_kept);
    judge(&c, (struct flow){ .bits = cfg->local_count, .apply = apply_pointed, .region = local_region }, judge_still);
    judge_apart(&c);
    lowered_again_check(u, cfg);
    arena_reset(&u->fn);
}

static void check_unit(struct unit *u)
{
    name_of_text(&u->names, "ac_task")->is_async = true;     // the parser reads bodies that name it
    if (!source_load(u) || !source_scan(u))
        return;
    parse(u);
    if (u->diags.errors || !sema(u))
        return;
    lowered_plain_check(u);
    lowered_room_check(u);
    const struct fused *fused = lowered_fused_find(u);
    for (struct function *f = unit_functions(u); f; f = f->next) {
        struct lowered_cfg *cfg = lowered_cfg_read(u, f, fused);
        if (cfg)
            check_function(u, cfg);
    }
}

bool check_lowering(const struct options *o, const char *path, char *const *preprocessor)
{
    struct unit u = { .options = o, .path = path, .cc = preprocessor, .diag_color = o->color };
    names_open(&u.names, &u.arena);
    check_unit(&u);
    bool ok = !u.diags.errors;
    diag_print_all(&u, stderr, NULL);
    arena_free(&u.fn);
    arena_free(&u.ast);
    arena_free(&u.arena);
    return ok;
}
