#include "lexer/expand.h"

#include <string.h>

#include "lexer/lexer.h"
#include "lexer/unit.h"

// A macro's replacement list. Made when the macro is first called.
struct body {
    struct pieces pieces;
    struct name **params;       // the variadic one comes last
    uint32_t param_count, param_capacity;
    bool is_variadic;
    bool is_ready;
    bool is_unknown;            // holds what is not followed here (__VA_OPT__)
    bool is_busy;               // being expanded: its own name is none
};

// Pieces that are read before what comes below them; `body` is busy until they are.
struct input {
    struct input *below;
    const struct piece *at;
    uint32_t next, count;
    struct body *body;
};

enum builtin { BUILTIN_STRING, BUILTIN_NUMBER, BUILTIN_UNKNOWN };

struct expander {
    struct unit *u;
    struct arena *arena;
    struct arena call;          // of one call
    struct body *bodies;        // by macro
    struct name *va_args, *va_opt;
    const struct copy *copy;    // the call stands in it, and is read up to lexeme `next`
    uint32_t next;
    uint32_t token;             // definitions in front of it hold
    struct input *top;
    struct input *floor;        // an argument is expanded alone: what lies from here on is not read
    uint32_t depth;
    bool is_lost;
};

enum { MAX_DEPTH = 100 };       // of calls in arguments of calls

// Macros that the compiler does not list.
static const struct { const char *name; enum builtin kind; } builtins[] = {
    { "__FILE__", BUILTIN_STRING },        { "__FILE_NAME__", BUILTIN_STRING }, { "__BASE_FILE__", BUILTIN_STRING },
    { "__DATE__", BUILTIN_STRING },        { "__TIME__", BUILTIN_STRING },      { "__TIMESTAMP__", BUILTIN_STRING },
    { "__LINE__", BUILTIN_NUMBER },        { "__COUNTER__", BUILTIN_NUMBER },   { "__INCLUDE_LEVEL__", BUILTIN_NUMBER },
    { "_Pragma", BUILTIN_UNKNOWN },        { "__pragma", BUILTIN_UNKNOWN },     { "__has_include", BUILTIN_UNKNOWN },
    { "__has_attribute", BUILTIN_UNKNOWN }, { "__has_builtin", BUILTIN_UNKNOWN }, { "__has_feature", BUILTIN_UNKNOWN },
    { "__has_extension", BUILTIN_UNKNOWN }, { "__has_include_next", BUILTIN_UNKNOWN },
    { "__has_c_attribute", BUILTIN_UNKNOWN }, { "__is_identifier", BUILTIN_UNKNOWN },
};

struct expander *expander_open(struct unit *u, struct arena *a)
{
    struct expander *x = NEW(a, struct expander);
    x->u = u;
    x->arena = a;
    x->bodies = NEW_ARRAY(a, struct body, u->macro_count + 1);
    x->va_args = name_of_text(&u->names, "__VA_ARGS__");
    x->va_opt = name_of_text(&u->names, "__VA_OPT__");
    return x;
}

void expander_close(struct expander *x)
{
    arena_free(&x->call);
}

// --- macros ------------------------------------------------------------------------------------------------------------------

// The index of the definition that holds in front of a token, + 1; 0: there is none.
static uint32_t macro_at(const struct unit *u, const struct name *name, uint32_t token)
{
    uint32_t m = name->macro;
    while (m && u->macros[m - 1].from > token)
        m = u->macros[m - 1].previous;
    return m && token < u->macros[m - 1].until ? m : 0;
}

static const enum builtin *builtin_find(const struct name *name)
{
    if (name->text[0] != '_')
        return NULL;
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (strcmp(builtins[i].name, name->text) == 0)
            return &builtins[i].kind;
    return NULL;
}

bool is_macro_at(const struct expander *x, const struct name *name, uint32_t token)
{
    return macro_at(x->u, name, token) || builtin_find(name);
}

// L"x" begins like one.
static bool is_identifier(const char *text, uint32_t len)
{
    char last = text[len - 1];
    return ((is_name_byte(*text) && !(*text >= '0' && *text <= '9')) || (*text == '\\' && len > 1)) && last != '"' && last != '\'';
}

static struct piece piece_of(struct expander *x, const char *text, uint32_t len)
{
    struct piece p = { .text = text, .len = len };
    if (is_identifier(text, len))
        p.name = lexer_name(&x->u->names, text, len);
    return p;
}

static bool is_piece(const struct piece *p, const char *text)
{
    return p->kind == PIECE_EXACT && p->len == strlen(text) && memcmp(p->text, text, p->len) == 0;
}

static void pieces_add(struct arena *a, struct pieces *to, struct piece p)
{
    to->at = arena_grow(a, to->at, to->count, &to->capacity, sizeof *to->at);
    to->at[to->count++] = p;
}

static void pieces_append(struct arena *a, struct pieces *to, const struct pieces *from)
{
    for (uint32_t i = 0; i < from->count; i++)
        pieces_add(a, to, from->at[i]);
}

// The 0 in front keeps a # from beginning a directive.
static struct pieces split(struct expander *x, const char *text, uint32_t len)
{
    struct pieces found = { 0 };
    char *copy = arena_alloc(x->arena, (size_t)len + 4);
    memcpy(copy, "0 ", 2);
    memcpy(copy + 2, text, len);
    struct lexemes lexemes = lexer_split(x->arena, copy, len + 2);
    for (uint32_t i = 1; i < lexemes.count; i++) {
        const struct lexeme *l = &lexemes.at[i];
        pieces_add(x->arena, &found, piece_of(x, copy + l->lo, l->hi - l->lo));
    }
    return found;
}

// `a, b`, `a, ...` and GNU's `a, rest...`
static void split_params(struct expander *x, const struct macro *m, struct body *b)
{
    struct pieces pieces = split(x, m->params, m->params_len);
    for (uint32_t i = 0; i < pieces.count; i++) {
        const struct piece *p = &pieces.at[i];
        bool is_dots = is_piece(p, "...");
        bool is_named_rest = is_dots && i > 0 && pieces.at[i - 1].name;
        b->is_variadic |= is_dots;
        if ((!p->name && !is_dots) || is_named_rest)
            continue;
        b->params = arena_grow(x->arena, b->params, b->param_count, &b->param_capacity, sizeof(struct name *));
        b->params[b->param_count++] = is_dots ? x->va_args : p->name;
    }
}

static struct body *body_of(struct expander *x, uint32_t macro)
{
    const struct macro *m = &x->u->macros[macro - 1];
    struct body *b = &x->bodies[macro - 1];
    if (b->is_ready)
        return b;
    b->is_ready = true;
    b->is_unknown = m->is_function_like && !m->params;
    if (b->is_unknown)
        return b;
    b->pieces = split(x, m->body, m->body_len);
    if (m->is_function_like)
        split_params(x, m, b);
    for (uint32_t i = 0; i < b->pieces.count; i++)
        b->is_unknown |= b->pieces.at[i].name == x->va_opt;
    return b;
}

// --- reading -----------------------------------------------------------------------------------------------------------------

static void input_push(struct expander *x, const struct pieces *pieces, struct body *body)
{
    struct input *in = NEW(&x->call, struct input);
    *in = (struct input){ .below = x->top, .at = pieces->at, .count = pieces->count, .body = body };
    if (body)
        body->is_busy = true;
    x->top = in;
}

// Leaves inputs that were read to their end.
static void inputs_pop(struct expander *x)
{
    while (x->top != x->floor && x->top->next == x->top->count) {
        if (x->top->body)
            x->top->body->is_busy = false;
        x->top = x->top->below;
    }
}

// The next piece of what was expanded; false at its end.
static bool read_expanded(struct expander *x, struct piece *p)
{
    inputs_pop(x);
    if (x->top == x->floor)
        return false;
    *p = x->top->at[x->top->next++];
    return true;
}

// The next piece, in the source when what was expanded is at its end. A directive inside a call is not followed.
static bool read_any(struct expander *x, struct piece *p)
{
    if (read_expanded(x, p))
        return true;
    if (x->floor || x->next == x->copy->lexemes.count || x->copy->lexemes.at[x->next].is_directive)
        return false;
    const struct lexeme *l = &x->copy->lexemes.at[x->next++];
    *p = piece_of(x, x->copy->clean.bytes + l->lo, l->hi - l->lo);
    return true;
}

// Does a parenthesis come next?
static bool is_call(struct expander *x)
{
    for (const struct input *in = x->top; in != x->floor; in = in->below)
        if (in->next < in->count)
            return is_piece(&in->at[in->next], "(");
    if (x->floor || x->next == x->copy->lexemes.count)
        return false;
    const struct lexeme *l = &x->copy->lexemes.at[x->next];
    x->is_lost |= l->is_directive;
    return l->hi - l->lo == 1 && x->copy->clean.bytes[l->lo] == '(';
}

// --- replacing ---------------------------------------------------------------------------------------------------------------

struct argument {
    struct pieces raw, expanded;
    bool is_expanded;
};

struct arguments {
    struct argument *at;
    uint32_t count, capacity;
};

static void run(struct expander *x, struct pieces *out);

// The arguments of a call whose opening parenthesis comes next.
static struct arguments read_arguments(struct expander *x, const struct body *b)
{
    struct arguments args = { 0 };
    struct piece p;
    uint32_t depth = 0;
    args.at = arena_grow(&x->call, NULL, 0, &args.capacity, sizeof *args.at);
    args.count = 1;
    read_any(x, &p);
    while (read_any(x, &p)) {
        if (is_piece(&p, ")") && depth-- == 0)
            return args;
        depth += is_piece(&p, "(");
        bool is_rest = b->is_variadic && args.count == b->param_count;
        if (depth == 0 && !is_rest && is_piece(&p, ",")) {
            args.at = arena_grow(&x->call, args.at, args.count, &args.capacity, sizeof *args.at);
            args.at[args.count++] = (struct argument){ 0 };
        } else {
            pieces_add(&x->call, &args.at[args.count - 1].raw, p);
        }
    }
    x->is_lost = true;
    return args;
}

// As many arguments as parameters: those that a variadic call leaves out are empty.
static void fit_arguments(struct expander *x, const struct body *b, struct arguments *args)
{
    if (b->param_count == 0 && args->count == 1 && args->at[0].raw.count == 0)
        args->count = 0;
    if (b->is_variadic && args->count + 1 == b->param_count) {
        args->at = arena_grow(&x->call, args->at, args->count, &args->capacity, sizeof *args->at);
        args->at[args->count++] = (struct argument){ 0 };
    }
    x->is_lost |= args->count != b->param_count;
}

static struct argument *argument_of(const struct body *b, struct arguments *args, const struct piece *p)
{
    for (uint32_t i = 0; p->name && i < b->param_count; i++)
        if (b->params[i] == p->name)
            return &args->at[i];
    return NULL;
}

// An argument is expanded as if nothing stood around it.
static const struct pieces *argument_expand(struct expander *x, struct argument *a)
{
    if (a->is_expanded)
        return &a->expanded;
    a->is_expanded = true;
    if (++x->depth > MAX_DEPTH) {
        x->is_lost = true;
        return &a->expanded;
    }
    // The floor is an input that is never empty, so that NULL stays the source.
    struct input *outer_floor = x->floor, *outer_top = x->top;
    struct input floor = { .below = outer_top };
    x->top = x->floor = &floor;
    input_push(x, &a->raw, NULL);
    run(x, &a->expanded);
    x->floor = outer_floor;
    x->top = outer_top;
    x->depth--;
    return &a->expanded;
}

static struct piece paste(struct expander *x, const struct piece *left, const struct piece *right)
{
    if (left->kind == PIECE_EXACT && right->kind == PIECE_EXACT) {
        char *text = arena_alloc(&x->call, (size_t)left->len + right->len + 1);
        memcpy(text, left->text, left->len);
        memcpy(text + left->len, right->text, right->len);
        return piece_of(x, text, left->len + right->len);
    }
    bool is_name = left->kind == PIECE_ANY_NAME || (left->kind == PIECE_EXACT && left->name);
    x->is_lost |= !is_name || right->kind == PIECE_ANY_STRING;
    return (struct piece){ .kind = PIECE_ANY_NAME, .text = left->text, .len = left->len };
}

// What one element of a replacement list stands for, before it is pasted.
static struct pieces operand(struct expander *x, const struct body *b, struct arguments *args, bool is_function_like, uint32_t *i)
{
    struct pieces found = { 0 };
    const struct piece *p = &b->pieces.at[*i];
    if (is_function_like && is_piece(p, "#")) {
        ++*i;
        x->is_lost |= *i == b->pieces.count;
        pieces_add(&x->call, &found, (struct piece){ .kind = PIECE_ANY_STRING });
        return found;
    }
    struct argument *a = args ? argument_of(b, args, p) : NULL;
    bool is_pasted = (*i > 0 && is_piece(p - 1, "##")) || (*i + 1 < b->pieces.count && is_piece(p + 1, "##"));
    if (!a)
        pieces_add(&x->call, &found, *p);
    else
        pieces_append(&x->call, &found, is_pasted ? &a->raw : argument_expand(x, a));
    return found;
}

// GNU: `, ## rest` is not pasted; without arguments for the rest the comma goes.
static bool is_comma_paste(const struct body *b, uint32_t hashes)
{
    return b->is_variadic && hashes > 0 && hashes + 1 < b->pieces.count && is_piece(&b->pieces.at[hashes - 1], ",")
        && b->pieces.at[hashes + 1].name == b->params[b->param_count - 1];
}

static struct pieces replace(struct expander *x, const struct body *b, struct arguments *args)
{
    struct pieces out = { 0 };
    bool is_left_empty = false;
    for (uint32_t i = 0; i < b->pieces.count && !x->is_lost; i++) {
        bool is_paste = i > 0 && is_piece(&b->pieces.at[i], "##");
        bool is_comma = is_paste && is_comma_paste(b, i);
        i += is_paste;
        if (i == b->pieces.count)
            break;
        struct pieces next = operand(x, b, args, args, &i);
        if (is_comma && next.count == 0)
            out.count--;
        bool is_pasted = is_paste && !is_comma && !is_left_empty && next.count && out.count;
        if (is_pasted) {
            out.at[out.count - 1] = paste(x, &out.at[out.count - 1], &next.at[0]);
            next.at++, next.count--;
        }
        is_left_empty = !is_pasted && next.count == 0 && (!is_paste || is_left_empty);
        pieces_append(&x->call, &out, &next);
    }
    return out;
}

static void expand_macro(struct expander *x, uint32_t macro)
{
    struct body *b = body_of(x, macro);
    bool is_function_like = x->u->macros[macro - 1].is_function_like;
    struct arguments args = { 0 };
    x->is_lost |= b->is_unknown;
    if (is_function_like && !x->is_lost) {
        args = read_arguments(x, b);
        fit_arguments(x, b, &args);
    }
    if (x->is_lost)
        return;
    struct pieces out = replace(x, b, is_function_like ? &args : NULL);
    input_push(x, &out, b);
}

static void expand_builtin(struct expander *x, enum builtin kind, struct pieces *out)
{
    switch (kind) {
    case BUILTIN_STRING:
        pieces_add(&x->call, out, (struct piece){ .kind = PIECE_ANY_STRING });
        return;
    case BUILTIN_NUMBER:
        pieces_add(&x->call, out, (struct piece){ .kind = PIECE_ANY_NUMBER });
        return;
    case BUILTIN_UNKNOWN:
        x->is_lost = true;
        return;
    }
    __builtin_unreachable();
}

// One piece: it becomes what is read next, or comes out.
static void take(struct expander *x, struct piece p, struct pieces *out)
{
    uint32_t macro = p.name && !p.is_final ? macro_at(x->u, p.name, x->token) : 0;
    const enum builtin *builtin = p.name && !macro ? builtin_find(p.name) : NULL;
    if (builtin) {
        expand_builtin(x, *builtin, out);
    } else if (macro && x->bodies[macro - 1].is_busy) {
        p.is_final = true;
        pieces_add(&x->call, out, p);
    } else if (macro && (!x->u->macros[macro - 1].is_function_like || is_call(x))) {
        expand_macro(x, macro);
    } else {
        pieces_add(&x->call, out, p);
    }
}

static void run(struct expander *x, struct pieces *out)
{
    struct piece p;
    while (!x->is_lost && read_expanded(x, &p))
        take(x, p, out);
}

bool expand(struct expander *x, const struct copy *copy, uint32_t *l, uint32_t token, struct pieces *out)
{
    arena_reset(&x->call);
    *out = (struct pieces){ 0 };
    x->copy = copy;
    x->next = *l;
    x->token = token;
    x->top = x->floor = NULL;
    x->depth = 0;
    x->is_lost = false;
    struct piece name;
    if (!read_any(x, &name))
        return false;
    take(x, name, out);
    run(x, out);
    *l = x->next;
    return !x->is_lost;
}

bool piece_matches(const struct unit *u, const struct piece *p, const struct token *t)
{
    switch (p->kind) {
    case PIECE_EXACT:
        return p->name ? t->name == p->name : t->len == p->len && memcmp(u->text + t->text, p->text, p->len) == 0;
    case PIECE_ANY_STRING:
        return token_is_string(t);
    case PIECE_ANY_NUMBER:
        return token_is_number(t);
    case PIECE_ANY_NAME:
        return t->name && t->name->len >= p->len && memcmp(t->name->text, p->text, p->len) == 0;
    }
    __builtin_unreachable();
}
