// Calls that stop the thread, and with it every task of the executor: of functions of the system (blocking.def), of what is marked
// [[ac::blocking]], and of the unit's own synchronous functions that call one of them. A function that is marked [[ac::nonblocking]]
// stops nothing, whatever it calls; nor does read(2) and its like in one that says that its descriptors are in non-blocking mode.
//
//     static int ask(int fd) { return read(fd, line, 80); }
//     async int serve(int fd) { return ask(fd); }     →    'ask' stops every other task as well: it calls 'read'
//
// Bodies of synchronous functions have no AST (build_plain.c): their calls are found among their tokens, once, when an async
// function is the first to get there.
#include "parser/check_blocking.h"

#include <string.h>

#include "grammar.h"
#include "parser/build.h"
#include "parser/sema.h"

// What functions mention that put descriptors into non-blocking mode, that find one in it, or that look up numbers alone.
static const char *const nonblocking_words[] = { "O_NONBLOCK", "SOCK_NONBLOCK", "FIONBIO", "ac_nonblocking", NULL };
static const char *const again_words[] = { "EAGAIN", "EWOULDBLOCK", "EINPROGRESS", NULL };
static const char *const numeric_words[] = { "AI_NUMERICHOST", NULL };

enum { DONTWAIT = 0x40 };               // MSG_DONTWAIT of Linux

enum when { ALWAYS, UNLESS_SET, UNLESS_DONTWAIT, UNLESS_NUMERIC, UNLESS_ZERO, UNLESS_OUTPUT, IF_STDIN };

static const struct blocking {
    const char *name;
    enum when when;
    int argument;
    const char *instead;
    int kept;
    const char *const *quiet;           // it does not block in functions that mention one of these
} blocking_table[] = {
#define BLOCKING(name, when, argument, instead, kept) { #name, when, argument, instead, kept, NULL },
#define ON_DESCRIPTOR(name, when, argument, instead, kept) { #name, when, argument, instead, kept, nonblocking_words },
#define LOOK_UP(name, when, argument, instead, kept) { #name, when, argument, instead, kept, numeric_words },
#include "parser/blocking.def"
#undef BLOCKING
#undef ON_DESCRIPTOR
#undef LOOK_UP
};

static const struct blocking *blocking_find(const struct name *name)
{
    for (size_t i = 0; i < sizeof blocking_table / sizeof *blocking_table; i++)
        if (!strcmp(blocking_table[i].name, name->text))
            return &blocking_table[i];
    return NULL;
}

static bool is_system(const struct unit *u, struct span at)
{
    return at.hi > at.lo && u->tokens[at.lo].flags & TOKEN_SYSTEM;
}

bool symbol_is_systems(const struct unit *u, const struct symbol *s)
{
    bool is_users = s->function && !is_system(u, s->function->symbol->span);
    return s->kind == SYMBOL_FUNCTION && (s->is_builtin || is_system(u, s->span)) && !is_users;
}

static bool is_token(const struct unit *u, struct span argument, const char *text)
{
    uint32_t len = u->tokens[argument.lo].len;
    return argument.hi == argument.lo + 1 && len == strlen(text) && !memcmp(token_text(u, argument.lo), text, len);
}

// fileno(stdout), fileno(stderr)
static bool is_output_stream(const struct unit *u, struct span argument)
{
    uint32_t stream = argument.lo + 2;
    return argument.hi == argument.lo + 4 && is_token(u, (struct span){ argument.lo, argument.lo + 1 }, "fileno")
           && (is_token(u, (struct span){ stream, stream + 1 }, "stdout") || is_token(u, (struct span){ stream, stream + 1 }, "stderr"));
}

static bool waits_with(const struct unit *u, const struct blocking *b, struct expr *argument)
{
    for (int i = 0; argument && i < b->argument; i++)
        argument = argument->next;
    if (!argument)
        return b->when != IF_STDIN;
    struct expr *bare = expr_bare(argument);
    switch (b->when) {
    case ALWAYS: return true;
    case UNLESS_SET: return !argument->is_constant || argument->value == 0;
    case UNLESS_DONTWAIT: return !argument->is_constant || !(argument->value & DONTWAIT);
    case UNLESS_NUMERIC: return !argument->is_constant || !(argument->value & 1);
    case UNLESS_ZERO: return !argument->is_constant || argument->value != 0;
    case UNLESS_OUTPUT:
        return argument->is_constant ? argument->value != 1 && argument->value != 2 : !is_output_stream(u, argument->span);
    case IF_STDIN: return bare->kind == EXPR_NAME && !strcmp(bare->name.name->text, "stdin");
    }
    __builtin_unreachable();
}

// Whether the token, or the macro it comes from, is one of these words.
static bool says(struct unit *u, uint32_t token, const char *const *words)
{
    const struct token *t = &u->tokens[token];
    if (!(t->name || t->flags & TOKEN_MACRO))
        return false;
    struct origin at = token_origin(u, token);
    const char *text = t->flags & TOKEN_MACRO ? file_text(u, at.file) : NULL;
    const char *word = text ? text + at.lo : token_text(u, token);
    uint32_t len = text ? at.hi - at.lo : t->len;
    for (; *words; words++)
        if (len == strlen(*words) && !memcmp(word, *words, len))
            return true;
    return false;
}

bool function_says(struct unit *u, const struct function *f, const char *const *words)
{
    for (uint32_t t = f->decl->span.lo; words && t < f->decl->span.hi; t++)
        if (says(u, t, words))
            return true;
    return false;
}

// The tokens of argument `number` of the call whose '(' is at `open`; those of the last one where there are fewer.
static struct span argument_at(const struct unit *u, uint32_t open, int number, uint32_t end)
{
    struct span argument = { open + 1, end };
    uint32_t depth = 0;
    for (uint32_t t = open; t < end; t++) {
        int kind = u->tokens[t].kind;
        depth += kind == '(' || kind == '[' || kind == '{';
        depth -= kind == ')' || kind == ']' || kind == '}';
        argument.hi = t;
        if (depth == 0 || (depth == 1 && kind == ',' && number-- == 0))
            break;
        if (depth == 1 && kind == ',')
            argument.lo = t + 1;
    }
    return argument;
}

static bool is_alike(const struct unit *u, struct span a, struct span b)
{
    while (a.lo < a.hi && b.lo < b.hi && u->tokens[a.lo].len == u->tokens[b.lo].len
           && !memcmp(token_text(u, a.lo), token_text(u, b.lo), u->tokens[a.lo].len)) {
        a.lo++;
        b.lo++;
    }
    return a.lo == a.hi && b.lo == b.hi;
}

static bool ends_statement(const struct unit *u, uint32_t token)
{
    int kind = u->tokens[token].kind;
    return kind == ';' || kind == '{' || kind == '}';
}

// `n` of `n = read(fd, ...)`.
static const struct name *variable_of(const struct unit *u, uint32_t call)
{
    while (call > 1 && !ends_statement(u, call) && u->tokens[call].kind != '=')
        call--;
    return u->tokens[call].kind == '=' ? u->tokens[call - 1].name : NULL;
}

static bool has_one_descriptor(const struct unit *u, uint32_t call, uint32_t other, uint32_t end)
{
    return is_alike(u, argument_at(u, call + 1, 0, end), argument_at(u, other + 1, 0, end));
}

// Whether two calls give their results to the same variable, are parts of one statement, or are on the same descriptor.
static bool goes_with(const struct unit *u, uint32_t call, uint32_t other, uint32_t end)
{
    bool is_one_variable = variable_of(u, call) && variable_of(u, call) == variable_of(u, other);
    uint32_t between = call < other ? call : other, later = call < other ? other : call;
    while (between < later && !ends_statement(u, between))
        between++;
    return is_one_variable || between == later || has_one_descriptor(u, call, other, end);
}

static bool is_descriptor_call(const struct unit *u, uint32_t token)
{
    const struct blocking *b = u->tokens[token].name && u->tokens[token + 1].kind == '(' ? blocking_find(u->tokens[token].name) : NULL;
    return b && b->quiet == nonblocking_words;
}

// Whether an EAGAIN behind the call `tested` is one for `call` too: for all that go with the one, and what is on their descriptors.
static bool is_tested_with(const struct unit *u, const struct function *f, uint32_t call, uint32_t tested)
{
    uint32_t end = f->decl->span.hi;
    for (uint32_t t = f->decl->span.lo; t < end; t++)
        if (is_descriptor_call(u, t) && goes_with(u, t, tested, end) && has_one_descriptor(u, t, call, end))
            return true;
    return false;
}

// EAGAIN tells of the call before it. Where that is not known, of all: in a function with a `goto`, and when there is none before it.
static bool says_again_of(struct unit *u, const struct function *f, uint32_t call)
{
    const uint32_t begin = f->decl->span.lo;
    bool is_known = true;
    for (uint32_t t = begin; t < f->decl->span.hi; t++)
        is_known &= u->tokens[t].kind != TOK_GOTO;
    for (uint32_t t = begin; t < f->decl->span.hi; t++) {
        if (!says(u, t, again_words))
            continue;
        uint32_t tested = t;
        while (tested > begin && !is_descriptor_call(u, tested))
            tested--;
        if (!is_known || tested == begin || is_tested_with(u, f, call, tested))
            return true;
    }
    return false;
}

// Whether the function shows that this call of it does not wait.
static bool is_quiet(struct unit *u, const struct function *f, const struct blocking *b, uint32_t call)
{
    return function_says(u, f, b->quiet) || (b->quiet == nonblocking_words && says_again_of(u, f, call));
}

// A call that a synchronous function makes.
struct plain_call {
    struct plain_call *next;
    struct symbol *callee;
    uint32_t token;                     // the callee's name
};

// A synchronous function of the unit. `via`, when set, is the call of it that blocks, at once or further down.
struct plain {
    struct plain_call *calls;           // of functions of the unit
    const struct plain_call *via;
    struct plain *next;                 // among those reached by one search ...
    struct plain *caller;               // ... from this one ...
    const struct plain_call *call;      // ... by this call
    const struct function *function;
    uint32_t search;                    // the last one that reached it
    bool is_scanned, is_harmless;
};

struct blocking_calls {
    struct plain *plain;                // by function.index
    uint32_t searches;
};

struct hidden_name {
    const struct hidden_name *outer;
    const struct name *name;
};

// --- the calls of a synchronous function, by its tokens ----------------------------------------------------------------------

// Names of flags alone, and not the one.
static bool waits_with_flags(const struct unit *u, struct span argument)
{
    bool waits = argument.lo < argument.hi;
    for (uint32_t t = argument.lo; waits && t < argument.hi; t++) {
        const char *text = token_text(u, t);
        bool is_flag = !strncmp(text, "MSG_", 4) && strncmp(text, "MSG_DONTWAIT", 12) != 0;
        waits = u->tokens[t].kind == '|' || is_flag;
    }
    return waits;
}

static bool waits_with_tokens(const struct unit *u, const struct blocking *b, uint32_t open, uint32_t end)
{
    struct span argument = argument_at(u, open, b->argument, end);
    switch (b->when) {
    case ALWAYS: return true;
    case UNLESS_SET: return is_token(u, argument, "0");
    case UNLESS_DONTWAIT: return is_token(u, argument, "0") || waits_with_flags(u, argument);
    case UNLESS_NUMERIC: return !is_token(u, (struct span){ argument.lo, argument.lo + 1 }, "1");
    case UNLESS_ZERO: return !is_token(u, argument, "0");
    case UNLESS_OUTPUT: return !is_token(u, argument, "1") && !is_token(u, argument, "2") && !is_output_stream(u, argument);
    case IF_STDIN: return is_token(u, argument, "stdin");
    }
    __builtin_unreachable();
}

static bool is_hidden(const struct hidden_name *hidden, const struct name *name)
{
    while (hidden && hidden->name != name)
        hidden = hidden->outer;
    return hidden;
}

// Notes the call of `callee` whose name is at `token`. True when it blocks by itself.
static bool scan_call(struct unit *u, struct plain *p, struct symbol *callee, uint32_t token, uint32_t end)
{
    const struct blocking *b = symbol_is_systems(u, callee) ? blocking_find(callee->name) : NULL;
    if (attr_own(callee->attrs, "nonblocking"))
        return false;
    bool waits = b && waits_with_tokens(u, b, token + 1, end) && !is_quiet(u, p->function, b, token);
    bool blocks = attr_own(callee->attrs, "blocking") || waits;
    bool is_plain = callee->function && !callee->function->is_async && !is_system(u, callee->span);
    if ((!blocks || !diag_wants(u, WARNING_BLOCKING, token)) && !is_plain)
        return false;
    struct plain_call *call = NEW(&u->ast, struct plain_call);
    *call = (struct plain_call){ blocks ? NULL : p->calls, callee, token };
    if (blocks)
        p->via = call;
    else
        p->calls = call;
    return blocks;
}

// Parameters hide functions, and so do pointers to functions among the locals: `int (*read)(int)`.
static void scan(struct unit *u, struct plain *p)
{
    const struct hidden_name *hidden = NULL;
    uint32_t t = p->function->decl->span.lo, end = p->function->decl->span.hi;
    for (const struct param *i = p->function->type->function.params; i; i = i->next)
        if (i->symbol) {
            struct hidden_name *h = NEW(&u->fn, struct hidden_name);
            *h = (struct hidden_name){ hidden, i->symbol->name };
            hidden = h;
        }
    while (t < end && u->tokens[t].kind != '{')
        t++;
    p->is_scanned = true;
    for (t++; t + 1 < end; t++) {
        struct name *name = u->tokens[t].name;
        int before = u->tokens[t - 1].kind, after = u->tokens[t + 1].kind;
        if (name && before == '*' && after == ')') {
            struct hidden_name *h = NEW(&u->fn, struct hidden_name);
            *h = (struct hidden_name){ hidden, name };
            hidden = h;
        }
        bool is_call = name && after == '(' && before != '.' && before != TOK_ARROW && name->symbol;
        if (is_call && name->symbol->kind == SYMBOL_FUNCTION && !is_hidden(hidden, name)
            && scan_call(u, p, name->symbol, t, end))
            return;
    }
}

// --- who calls whom ----------------------------------------------------------------------------------------------------------

static struct plain *plain_of(struct unit *u, const struct symbol *callee)
{
    struct sema *s = sema_of(u);
    if (!s->blocking) {
        const struct function *last = unit_functions(u);
        while (last->next)
            last = last->next;
        s->blocking = NEW(&u->ast, struct blocking_calls);
        s->blocking->plain = NEW_ARRAY(&u->ast, struct plain, last->index + 1);
    }
    struct plain *p = &s->blocking->plain[callee->function->index];
    p->function = callee->function;
    if (!p->is_scanned)
        scan(u, p);
    return p;
}

// Sets `via` of `first`, and of all on the way, when a call of it gets to what blocks. What is reached in vain never does.
static bool plain_blocks(struct unit *u, struct plain *first)
{
    uint32_t search = ++sema_of(u)->blocking->searches;
    struct plain *last = first;
    first->search = search;
    first->caller = first->next = NULL;
    for (struct plain *p = first; p; p = p->next) {
        for (struct plain *on_way = p; p->via && on_way->caller; on_way = on_way->caller)
            on_way->caller->via = on_way->call;
        if (p->via)
            return true;
        for (const struct plain_call *c = p->calls; c; c = c->next) {
            struct plain *callee = plain_of(u, c->callee);
            if (callee->search == search || callee->is_harmless)
                continue;
            callee->search = search;
            callee->caller = p;
            callee->call = c;
            callee->next = NULL;
            last = last->next = callee;
        }
    }
    for (struct plain *p = first; p; p = p->next)
        p->is_harmless = true;
    return false;
}

enum { CHAIN_MOST = 4 };

static void warn_chain(struct unit *u, struct expr *call, const struct symbol *callee, struct plain *p)
{
    struct buf said = {0};
    const struct plain_call *via = p->via;
    for (uint32_t length = 1;; length++) {
        bool is_last = attr_own(via->callee->attrs, "blocking") || symbol_is_systems(u, via->callee);
        if (length <= CHAIN_MOST)
            buf_printf(&said, "%s calls '%s'", length == 1 ? "it" : ", which", via->callee->name->text);
        else if (is_last)
            buf_printf(&said, ", and so on to '%s'", via->callee->name->text);
        if (is_last)
            break;
        via = plain_of(u, via->callee)->via;
    }
    buf_put(&said, "", 1);
    struct diag *d = diag_warn(u, WARNING_BLOCKING, call->span, "'%s' stops every other task as well: %s", callee->name->text, said.bytes);
    diag_note(u, d, (struct span){ via->token, via->token + 1 }, "'%s' is called here", via->callee->name->text);
    buf_free(&said);
}

// What says of a function, or of a pointer to one, that it stops the thread, or that it does not: its declaration or a typedef.
struct marked {
    const char *name;                   // NULL: nothing does
    struct span at;
};

static struct marked symbol_marked(const struct symbol *s, const char *how)
{
    return attr_own(s->attrs, how) ? (struct marked){ s->name->text, s->span } : (struct marked){0};
}

static struct marked type_marked(struct type *t, const char *how)
{
    struct marked mark = {0};
    while (!mark.name && (t->kind == TYPE_TYPEDEF || t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY)) {
        if (t->kind == TYPE_TYPEDEF)
            mark = symbol_marked(t->symbol, how);
        t = t->kind == TYPE_TYPEDEF ? t->symbol->type : t->base;
    }
    return mark;
}

static struct marked callee_marked(struct expr *callee, const char *how)
{
    struct marked mark = {0};
    while (callee->kind == EXPR_UNARY && callee->unary.op == '*')
        callee = expr_bare(callee->unary.operand);
    if (callee->kind == EXPR_INDEX)
        callee = expr_bare(callee->index.base);
    const struct member *m = callee->kind == EXPR_MEMBER ? callee->member.member : NULL;
    if (callee->kind == EXPR_NAME && callee->name.symbol)
        mark = symbol_marked(callee->name.symbol, how);
    else if (m && m->name && (attr_own(m->attrs, how) || attr_own(m->specs_attrs, how)))
        mark = (struct marked){ m->name->text, m->span };
    return mark.name || !callee->type ? mark : type_marked(callee->type, how);
}

static void warn_marked(struct unit *u, struct expr *call, struct marked mark)
{
    struct diag *d = diag_warn(u, WARNING_BLOCKING, call->span, "'%s' stops every other task as well, until it returns",
                               span_said(u, call->call.callee->span));
    diag_note(u, d, mark.at, "'%s' is declared here", mark.name);
}

static bool warn_system(struct unit *u, const struct function *caller, struct expr *call, const struct symbol *callee)
{
    const struct blocking *b = blocking_find(callee->name);
    if (!b || !waits_with(u, b, call->call.args) || is_quiet(u, caller, b, call->call.callee->span.lo))
        return false;
    struct operation operation = { b->instead, b->kept, b->quiet == numeric_words };
    if (!strcmp(b->name, "send") && !drops_nothing(call, b->kept))
        operation = (struct operation){ "ac_send", b->kept + 1, false };
    struct diag *d = diag_warn(u, WARNING_BLOCKING, call->span, "'%s' stops every other task as well; 'await %s' stops only this one",
                               b->name, operation.name);
    offer_sleep(u, d, call);
    offer_operation(u, d, caller, call, operation);
    return true;
}

bool warn_blocking(struct unit *u, const struct function *caller, struct expr *call)
{
    struct expr *name = expr_bare(call->call.callee);
    if (!diag_wants(u, WARNING_BLOCKING, call->span.lo))
        return false;
    if (callee_marked(name, "nonblocking").name || attr_own(caller->symbol->attrs, "nonblocking"))
        return false;
    struct marked mark = callee_marked(name, "blocking");
    struct symbol *callee = name->kind == EXPR_NAME ? name->name.symbol : NULL;
    if (mark.name)
        warn_marked(u, call, mark);
    if (mark.name || !callee || callee->kind != SYMBOL_FUNCTION)
        return mark.name;
    if (symbol_is_systems(u, callee))
        return warn_system(u, caller, call, callee);
    bool is_plain = callee->function && !callee->function->is_async && !is_system(u, callee->span);
    struct plain *p = is_plain ? plain_of(u, callee) : NULL;
    bool blocks = p && plain_blocks(u, p);
    if (blocks)
        warn_chain(u, call, callee, p);
    return blocks;
}
