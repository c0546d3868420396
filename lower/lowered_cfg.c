#include "lower/lowered_cfg.h"

#include <string.h>

#include "grammar.h"
#include "lower/lend.h"
#include "lower/lowered_read.h"
#include "parser/jump.h"

bool region_contains(const struct region *outer, const struct region *inner)
{
    while (inner && inner->depth > outer->depth)
        inner = inner->outer;
    return inner == outer;
}

// --- blocks and steps --------------------------------------------------------------------------------------------------------

struct lowered_block *reading_block(struct reading *r)
{
    struct unit *u = r->u;
    struct lowered_cfg *c = r->cfg;
    c->blocks = arena_grow(&u->arena, c->blocks, c->count, &c->capacity, sizeof *c->blocks);
    struct lowered_block *b = NEW(&u->arena, struct lowered_block);
    b->number = c->count;
    b->region = r->region;
    return c->blocks[c->count++] = b;
}

void reading_edge(struct reading *r, struct lowered_block *from, struct lowered_block *to)
{
    struct arena *a = &r->u->arena;
    from->next = arena_grow(a, from->next, from->next_count, &from->next_capacity, sizeof *from->next);
    from->next[from->next_count++] = to;
    to->before = arena_grow(a, to->before, to->before_count, &to->before_capacity, sizeof *to->before);
    to->before[to->before_count++] = from;
}

static void reading_go(struct reading *r, struct lowered_block *to)
{
    reading_edge(r, r->at, to);
    r->at = to;
}

struct step *reading_step(struct reading *r, enum step_kind kind, struct span span)
{
    struct lowered_block *b = r->at;
    b->steps = arena_grow(&r->u->arena, b->steps, b->step_count, &b->step_capacity, sizeof *b->steps);
    struct step *s = &b->steps[b->step_count++];
    *s = (struct step){ .kind = kind, .span = span, .local = NO_LOCAL, .is_at_site = r->is_at_site, .is_first = r->is_first };
    return s;
}

static void push_region(struct reading *r)
{
    struct region *inner = NEW(&r->u->arena, struct region);
    *inner = (struct region){ r->region, r->region ? r->region->depth + 1 : 0 };
    r->region = inner;
    reading_go(r, reading_block(r));
}

static void pop_region(struct reading *r)
{
    r->region = r->region->outer;
    reading_go(r, reading_block(r));
}

static struct lowered_block *block_of(struct reading *r, const struct label *label)
{
    for (uint32_t i = 0; i < r->label_count; i++)
        if (r->labels[i].label == label)
            return r->labels[i].block;
    return reading_block(r);        // a label that is not there: an error of the C compiler
}

// --- sites ---------------------------------------------------------------------------------------------------------------------

static void wait_for(struct reading *r, const struct step *suspend, struct span span)
{
    uint32_t point = suspend->point;
    struct frame_part child = suspend->part;
    struct step *wait = reading_step(r, STEP_WAIT, span);
    r->waited = point;
    wait->point = point;
    wait->part = child;
    for (uint32_t i = 0; i < r->resume_count; i++)
        if (r->resumes[i].point == point) {
            if (r->resumes[i].is_taken && !r->goes_on)
                diag_error(r->u, ERROR_LOWERING, span, "two suspensions go on at suspension point %u", point);
            r->resumes[i].is_taken = true;
            r->resumes[i].child = child;
            reading_edge(r, r->at, r->resumes[i].block);
            return;
        }
}

static struct step *last_suspend(struct lowered_block *b)
{
    for (uint32_t i = b->step_count; i > 0; i--)
        if (b->steps[i - 1].kind == STEP_SUSPEND)
            return &b->steps[i - 1];
    return NULL;
}

bool says_pending(const struct expr *value)
{
    if (!value || value->kind != EXPR_COMPOUND)
        return false;
    uint32_t n = 0;
    for (const struct init_item *i = value->compound.init->init.items; i; i = i->next) {
        bool is_named = i->designators && i->designators->member;
        bool is_pending = is_named ? strcmp(i->designators->member->text, "pending") == 0 : ++n == 2;
        if (is_pending && (!i->value->is_constant || i->value->value))
            return true;
    }
    return false;
}

// ac_point, or AC_RESUMED(ac_point), which for clang is __builtin_expect_with_probability(ac_point, 0, 0.9)
bool names_point(const struct expr *value)
{
    while (value->kind == EXPR_PAREN)
        value = value->paren.inner;
    if (value->kind == EXPR_CALL && value->call.args && expr_bare(value->call.callee)->kind == EXPR_NAME &&
        strcmp(expr_bare(value->call.callee)->name.name->text, "__builtin_expect_with_probability") == 0)
        return names_point(value->call.args);
    return value->kind == EXPR_NAME && strcmp(value->name.name->text, "ac_point") == 0;
}

// return (ac_void){ .pending = g(ac_frame, ac_task, 0).pending };      g has taken over the frame, and says for itself who goes on
static bool hands_on(const struct expr *value)
{
    const struct init_item *item = value->compound.init->init.items;
    const struct expr *call = item->value->kind == EXPR_MEMBER ? item->value->member.object : NULL;
    const struct expr *frame = call && call->kind == EXPR_CALL ? call->call.args : NULL;
    return frame && frame->kind == EXPR_NAME && strcmp(frame->name.name->text, "ac_frame") == 0;
}

static const char *without_prefix(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);
    return strncmp(text, prefix, len) == 0 ? text + len : text;
}

// "f_outside" of "f", also where lowering had to give one of them another name.
static bool is_outside_of(const struct name *name, const struct name *function)
{
    const char *texts[] = { name->text, without_prefix(name->text, "ac_") };
    const char *functions[] = { function->text, without_prefix(function->text, "ac_machine_") };
    for (int i = 0; i < 4; i++) {
        size_t len = strlen(functions[i / 2]);
        if (strncmp(texts[i % 2], functions[i / 2], len) == 0 && strcmp(texts[i % 2] + len, "_outside") == 0)
            return true;
    }
    return false;
}

// return f_outside(ac_frame, ac_task, 3, d);     enters the function anew, at the case of 3, with no more than its arguments
static bool enters_anew(struct reading *r, struct stmt *s)
{
    const struct expr *call = s->return_.value;
    const struct expr *callee = call && call->kind == EXPR_CALL ? call->call.callee : NULL;
    const struct expr *state = callee ? call->call.args : NULL;
    for (int i = 0; i < 2 && state; i++)
        state = state->next;
    if (!state || callee->kind != EXPR_NAME || !is_outside_of(callee->name.name, r->cfg->fn->symbol->name) || !state->is_constant)
        return false;
    for (uint32_t i = 0; i < r->resume_count; i++) {
        if (r->resumes[i].point != (uint32_t)state->value)
            continue;
        struct lowered_block *anew = r->at = reading_block(r);
        reading_edge(r, r->dispatch_head, anew);
        reading_step(r, STEP_WAIT, s->span)->point = r->resumes[i].point;
        for (const struct expr *arg = state->next; arg; arg = arg->next)
            if (arg->kind == EXPR_NAME && arg->name.symbol)
                *reading_step(r, STEP_SET, arg->span) = (struct step){
                    .kind = STEP_SET, .span = arg->span, .local = reading_local(r, arg->name.symbol), .is_passed = true,
                };
        r->resumes[i].is_taken = true;
        r->waited = r->resumes[i].point;
        reading_edge(r, anew, r->resumes[i].block);
    }
    return r->waited;
}

static void leave(struct reading *r, struct stmt *s)
{
    struct step *suspend = last_suspend(r->at);
    struct lowered_block *left = r->at;
    bool is_entry = enters_anew(r, s);
    r->at = left;
    if (!is_entry)                  // what has no frame has not waited: the arguments are what they were
        read_expr(r, s->return_.value);
    r->is_at_site = false;
    if (is_entry)
        reading_step(r, STEP_RETURN, s->span);
    else if (suspend)
        wait_for(r, suspend, s->span);
    else if (says_pending(s->return_.value) && !hands_on(s->return_.value) && !r->cfg->is_unreachable)
        diag_error(r->u, ERROR_LOWERING, s->span, "comes back pending, and no ac_suspend in front of it says who goes on");
    else
        reading_step(r, STEP_RETURN, s->span);
    r->at = reading_block(r);
}

// --- statements ------------------------------------------------------------------------------------------------------------------

static bool is_label(const struct label *label, const char *name)
{
    return strcmp(label->name->text, name) == 0;
}

static void items(struct reading *r, struct stmt *s)
{
    read_fused_pending(r, s->span);
    for (struct stmt *i = s->block.items; i; i = i->next) {
        if (i->kind == STMT_LABEL && is_label(i->label.label, "__coro_suspend"))
            break;                      // the end, read from where it is jumped to
        read_stmt(r, i);
    }
    r->is_at_site = false;
}

static void block(struct reading *r, struct stmt *s)
{
    push_region(r);
    items(r, s);
    pop_region(r);
}

// if (!ac_point)
static bool asks_first(const struct expr *test)
{
    return test->kind == EXPR_UNARY && test->unary.op == '!' && names_point(test->unary.operand);
}

static void if_statement(struct reading *r, struct stmt *s)
{
    if (asks_first(s->if_.test)) {
        r->is_first = true;
        read_stmt(r, s->if_.yes);
        r->is_first = false;
        return;
    }
    struct lowered_block *yes = reading_block(r), *no = reading_block(r), *end = reading_block(r);
    bool is_pending = asks_fused(r, s->if_.test), goes_on = is_pending && r->goes_on;
    read_condition(r, s->if_.test, yes, no);
    r->suspends_fused = is_pending ? r->fused : NULL;
    r->fused = NULL;
    r->at = yes;
    read_stmt(r, s->if_.yes);
    reading_edge(r, r->at, end);
    r->at = no;
    read_stmt(r, s->if_.no);
    reading_edge(r, r->at, end);
    r->at = end;
    r->is_at_site |= goes_on;           // what was stored before it went on is loaded now
}

static void body(struct reading *r, struct stmt *s, struct lowered_block *on_break, struct lowered_block *on_continue)
{
    struct lowered_block *outer_break = r->on_break, *outer_continue = r->on_continue;
    r->on_break = on_break;
    if (on_continue)
        r->on_continue = on_continue;
    read_stmt(r, s);
    r->on_break = outer_break;
    r->on_continue = outer_continue;
}

static void while_statement(struct reading *r, struct stmt *s)
{
    struct lowered_block *head = reading_block(r), *inside = reading_block(r), *end = reading_block(r);
    reading_go(r, head);
    read_condition(r, s->while_.test, inside, end);
    r->at = inside;
    body(r, s->while_.body, end, head);
    reading_edge(r, r->at, head);
    r->at = end;
}

static void do_statement(struct reading *r, struct stmt *s)
{
    struct lowered_block *inside = reading_block(r), *test = reading_block(r), *end = reading_block(r);
    reading_go(r, inside);
    body(r, s->do_.body, end, test);
    reading_go(r, test);
    read_condition(r, s->do_.test, inside, end);
    r->at = end;
}

static void for_statement(struct reading *r, struct stmt *s)
{
    push_region(r);
    read_stmt(r, s->for_.init);
    struct lowered_block *head = reading_block(r), *inside = reading_block(r), *step = reading_block(r), *end = reading_block(r);
    reading_go(r, head);
    if (s->for_.test)
        read_condition(r, s->for_.test, inside, end);
    else
        reading_edge(r, r->at, inside);
    r->at = inside;
    body(r, s->for_.body, end, step);
    reading_go(r, step);
    read_expr(r, s->for_.step);
    reading_edge(r, r->at, head);
    r->at = end;
    pop_region(r);
}

// What is in front of the dispatch happens at each resumption.
static void keep_prologue(struct reading *r)
{
    for (uint32_t b = 0; b < r->cfg->count; b++)
        for (uint32_t i = 0; i < r->cfg->blocks[b]->step_count; i++) {
            const struct step *s = &r->cfg->blocks[b]->steps[i];
            if (s->kind != STEP_SET)
                continue;
            r->prologue = arena_grow(&r->u->arena, r->prologue, r->prologue_count, &r->prologue_capacity, sizeof *s);
            r->prologue[r->prologue_count] = *s;
            r->prologue[r->prologue_count++].is_again = true;
        }
}

static void switch_statement(struct reading *r, struct stmt *s)
{
    struct lowered_block *outer_head = r->switch_head, *end = reading_block(r);
    bool outer_default = r->has_default, outer_dispatch = r->is_dispatch;
    r->is_dispatch = names_point(s->switch_.value);
    if (r->is_dispatch)
        keep_prologue(r);
    else
        read_expr(r, s->switch_.value);
    r->switch_head = r->at;
    if (r->is_dispatch)
        r->dispatch_head = r->at;
    r->has_default = false;
    r->at = reading_block(r);
    body(r, s->switch_.body, end, NULL);
    reading_edge(r, r->at, end);
    if (!r->has_default && !names_arm(s->switch_.value))
        reading_edge(r, r->switch_head, end);
    r->at = end;
    r->switch_head = outer_head;
    r->has_default = outer_default;
    r->is_dispatch = outer_dispatch;
}

// A case of the dispatch is where a suspension goes on, and not reached otherwise. The cases that follow at once are the other numbers
// of a fused callee, of which the first stands for all.
static void case_label(struct reading *r, struct stmt *s)
{
    struct lowered_block *here = reading_block(r);
    reading_go(r, here);
    if (r->is_dispatch && s->kind == STMT_CASE) {
        uint32_t point = (uint32_t)s->case_.lo->value;
        while (s->case_.body && s->case_.body->kind == STMT_CASE)
            s = s->case_.body;
        r->resumes = arena_grow(&r->u->arena, r->resumes, r->resume_count, &r->resume_capacity, sizeof *r->resumes);
        r->resumes[r->resume_count++] = (struct resume){ .point = point, .block = here };
        if (s->case_.body && s->case_.body->kind == STMT_GOTO)
            r->resumes[r->resume_count - 1].label = s->case_.body->goto_.label;
        for (uint32_t i = 0; i < r->prologue_count; i++)
            *reading_step(r, STEP_SET, s->span) = r->prologue[i];
    } else if (r->switch_head) {
        reading_edge(r, r->switch_head, here);
    }
    r->has_default |= s->kind == STMT_DEFAULT;
    read_stmt(r, s->kind == STMT_CASE ? s->case_.body : s->default_.body);
}

static void label(struct reading *r, struct stmt *s, uint32_t waited)
{
    struct lowered_block *here = block_of(r, s->label.label);
    here->region = r->region;
    reading_go(r, here);
    for (uint32_t i = 0; i < r->resume_count; i++) {
        if (r->resumes[i].label != s->label.label)
            continue;
        r->resumes[i].block->region = r->region;       // the way through the dispatch stays where the function waits
        r->is_at_site = true;
        if (r->resumes[i].point != waited && !r->cfg->is_unreachable)
            diag_error(r->u, ERROR_LOWERING, s->span, "suspension point %u goes on here, which is not behind it", r->resumes[i].point);
    }
    read_stmt(r, s->label.body);
}

// --- what all suspension points share ----------------------------------------------------------------------------------------

// What stands behind a label at the end of the function.
static struct stmt *behind(const struct reading *r, const struct label *label)
{
    struct stmt *s = r->cfg->fn->body->block.items;
    while (s && (s->kind != STMT_LABEL || s->label.label != label))
        s = s->next;
    return s ? s->next : NULL;
}

// Read where it is jumped from, so that it belongs to that suspension: stores, and the return.
static void shared_suspend(struct reading *r, const struct label *label)
{
    struct stmt *s = behind(r, label);
    for (; s && s->kind != STMT_RETURN; s = s->next)
        read_stmt(r, s);
    if (s)
        read_stmt(r, s);
}

// The dispatch. The loads in front of it are of locals that are not known yet.
static void shared_resume(struct reading *r, const struct label *label)
{
    struct stmt *s = behind(r, label);
    while (s && s->kind != STMT_SWITCH)
        s = s->next;
    r->shared = label;
    r->at = reading_block(r);
    if (s)
        read_stmt(r, s);
    r->at = reading_block(r);
}

// At one resumption. A result is that of the child that is done there, whichever of those in its place the text names.
static struct step load_at(const struct resume *resume, struct step load)
{
    const struct frame_part *child = &resume->child;
    if (load.kind == STEP_LOAD && load.part.inner && load.part.inner_lo == child->inner_lo && load.part.hi <= child->hi) {
        load.part.outer = child->outer;
        load.part.outer_lo = child->outer_lo;
        load.part.inner = child->inner;
    }
    return load;
}

// The loads happen at each resumption.
static void shared_loads(struct reading *r)
{
    struct stmt *s = r->shared ? behind(r, r->shared) : NULL;
    const struct lowered_block *loads = r->at = reading_block(r);
    r->is_at_site = true;
    for (; s && s->kind != STMT_SWITCH; s = s->next)
        read_stmt(r, s);
    for (uint32_t i = 0; i < r->resume_count; i++) {
        r->at = r->resumes[i].block;
        for (uint32_t k = 0; k < loads->step_count; k++)
            *reading_step(r, STEP_SET, loads->steps[k].span) = load_at(&r->resumes[i], loads->steps[k]);
    }
    r->is_at_site = false;
}

static void jump(struct reading *r, struct lowered_block *to)
{
    if (to)
        reading_edge(r, r->at, to);
    r->at = reading_block(r);
}

static void computed_jump(struct reading *r, struct stmt *s)
{
    read_expr(r, s->goto_ptr.target);
    for (uint32_t i = 0; i < r->label_count; i++)
        if (may_go_to(r->u, s, r->labels[i].label))
            reading_edge(r, r->at, r->labels[i].block);
    r->at = reading_block(r);
}

static void assembler(struct reading *r, struct stmt *s)
{
    for (struct expr *e = s->asm_.inputs; e; e = e->next)
        read_expr(r, e);
    for (struct expr *e = s->asm_.outputs; e; e = e->next)
        read_assigned(r, e, NULL);
    for (const struct label_ref *l = s->asm_.labels; l; l = l->next)
        reading_edge(r, r->at, block_of(r, l->label));
    reading_go(r, reading_block(r));
}

static void declaration(struct reading *r, struct decl *d)
{
    if (d->function || d->storage == STORAGE_TYPEDEF || d->storage == STORAGE_STATIC || d->storage == STORAGE_EXTERN)
        return;
    for (struct declarator *i = d->declarators; i; i = i->next) {
        for (struct expr *e = i->inner; e; e = e->next_inner)
            if (type_is_vm(r->u, i->type))
                read_expr(r, e);
        if (!i->symbol || i->symbol->kind != SYMBOL_OBJECT || i->symbol == r->cfg->self)
            continue;
        uint32_t local = reading_local(r, i->symbol);
        reading_step(r, STEP_DECLARE, i->span)->local = local;
        if (i->init && i->init->is_constant) {
            r->constant = i;
            r->constant_in = r->at;
        }
        if (i->init)
            read_initialiser(r, i->symbol, i->init);
    }
}

void read_stmt(struct reading *r, struct stmt *s)
{
    if (!s)
        return;
    uint32_t waited = r->waited;
    r->waited = 0;
    if (s->kind != STMT_BLOCK)
        read_fused_pending(r, s->span);
    switch (s->kind) {
    case STMT_EXPR:
        read_expr(r, s->expr.expr);
        return;
    case STMT_DECL:
        declaration(r, s->decl.decl);
        return;
    case STMT_BLOCK:
        block(r, s);
        return;
    case STMT_IF:
        if_statement(r, s);
        return;
    case STMT_WHILE:
        while_statement(r, s);
        return;
    case STMT_DO:
        do_statement(r, s);
        return;
    case STMT_FOR:
        for_statement(r, s);
        return;
    case STMT_SWITCH:
        switch_statement(r, s);
        return;
    case STMT_CASE:
    case STMT_DEFAULT:
        case_label(r, s);
        return;
    case STMT_LABEL:
        label(r, s, waited);
        return;
    case STMT_GOTO:
        if (is_label(s->goto_.label, "__coro_suspend"))
            shared_suspend(r, s->goto_.label);
        else if (is_label(s->goto_.label, "__coro_resume"))
            shared_resume(r, s->goto_.label);
        else
            jump(r, block_of(r, s->goto_.label));
        return;
    case STMT_GOTO_PTR:
        computed_jump(r, s);
        return;
    case STMT_BREAK:
        jump(r, r->on_break);
        return;
    case STMT_CONTINUE:
        jump(r, r->on_continue);
        return;
    case STMT_RETURN:
        leave(r, s);
        return;
    case STMT_ASM:
        assembler(r, s);
        return;
    case STMT_DEFER: case STMT_AWAIT_ALL: case STMT_AWAIT_ANY: case STMT_ARM: case STMT_ERROR:
        return;                 // not in lowered text
    }
    __builtin_unreachable();
}

// --- the function ------------------------------------------------------------------------------------------------------------------

struct symbol *lowered_self(struct unit *u, const struct function *fn, struct tag **frame)
{
    for (const struct stmt *s = fn->body->block.items; s; s = s->next)
        for (const struct declarator *d = s->kind == STMT_DECL ? s->decl.decl->declarators : NULL; d; d = d->next) {
            if (!d->symbol || strcmp(d->symbol->name->text, "ac_self") != 0)
                continue;
            const struct type *t = type_plain(u, d->symbol->type);
            struct type *to = t->kind == TYPE_POINTER ? type_plain(u, t->base) : NULL;
            if (!to || to->kind != TYPE_STRUCT)
                return NULL;
            *frame = to->tag;
            return d->symbol;
        }
    return NULL;
}

static void read_function(struct reading *r)
{
    struct function *fn = r->cfg->fn;
    push_region(r);
    reading_step(r, STEP_BEGIN, fn->symbol->span);
    for (struct label *l = fn->labels; l; l = l->next)
        r->label_count++;
    r->labels = NEW_ARRAY(&r->u->arena, struct labelled, r->label_count + 1);
    uint32_t n = 0;
    for (struct label *l = fn->labels; l; l = l->next)
        r->labels[n++] = (struct labelled){ l, reading_block(r) };
    for (const struct param *p = fn->type->function.params; p; p = p->next)
        if (p->symbol) {
            uint32_t local = reading_local(r, p->symbol);
            reading_step(r, STEP_DECLARE, p->span)->local = local;
        }
    items(r, fn->body);
    shared_loads(r);
}

struct lowered_cfg *lowered_cfg_read(struct unit *u, struct function *fn, const struct fused *all_fused)
{
    struct lowered_cfg *c = NEW(&u->arena, struct lowered_cfg);
    c->fn = fn;
    c->self = lowered_self(u, fn, &c->frame);
    if (!c->self)
        return NULL;
    struct reading r = { .u = u, .cfg = c, .all_fused = all_fused };
    r.region = NEW(&u->arena, struct region);
    r.at = reading_block(&r);
    lends_find(u, fn->body, NULL);
    read_function(&r);
    return c->is_unreachable ? NULL : c;
}
