// From the unit's tokens to what the parser sees: pragmas are obeyed and left out, a NAME is followed by what it is,
// the words of async C are told from names, and attributes lose the arguments nobody needs.
//
//     async T x; await = 1;   →   ASYNC, NAME TYPE, NAME VARIABLE, ';', NAME VARIABLE, '=', INTEGER, ';'
//
// Whether a word is meant is decided by its neighbours alone, and only where C would make no sense of it as a name.
#include "parser/build.h"

#include <stdlib.h>
#include <string.h>

#include "grammar.h"

void reader_open(struct unit *u)
{
    struct reader *r = &u->parser->reader;
    r->kind = TOK_END;
    r->async = name_of_text(&u->names, "async");
    r->await = name_of_text(&u->names, "await");
    r->all = name_of_text(&u->names, "all");
    r->any_word = name_of_text(&u->names, "any");
    r->defer = name_of_text(&u->names, "defer");
    name_of_text(&u->names, "ac_block_on")->is_async = true;
    r->has_attribute = name_of_text(&u->names, "__builtin_has_attribute");
}

uint32_t token_after(const struct unit *u, uint32_t token)
{
    while (token + 1 < u->token_count && u->tokens[++token].kind == TOK_PRAGMA)
        continue;
    return token;
}

uint32_t token_before(const struct unit *u, uint32_t token)
{
    while (token && u->tokens[--token].kind == TOK_PRAGMA)
        continue;
    return token;
}

static int kind_after(const struct unit *u, uint32_t token)
{
    return u->tokens[token_after(u, token)].kind;
}

// --- #pragma pack

struct pragma { const char *at, *end; };

static void pragma_skip_space(struct pragma *p)
{
    while (p->at < p->end && strchr(" \t\"\\", *p->at))
        p->at++;
}

static bool pragma_eat(struct pragma *p, const char *word)
{
    size_t len = strlen(word);
    pragma_skip_space(p);
    if ((size_t)(p->end - p->at) < len || memcmp(p->at, word, len))
        return false;
    p->at += len;
    return true;
}

static struct name *pragma_name(struct unit *u, struct pragma *p)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$";
    pragma_skip_space(p);
    const char *start = p->at;
    while (p->at < p->end && strchr(letters, *p->at))
        p->at++;
    return p->at == start ? NULL : name_of(&u->names, start, (size_t)(p->at - start));
}

// pop, or pop to the push with that name.
static void pack_pop(struct reader *r, const struct name *name)
{
    struct pack *p = r->packs;
    while (p && name && p->name != name)
        p = p->outer;
    if (!p)
        return;
    r->pack = p->bytes;
    r->packs = p->outer;
}

static void pack_push(struct unit *u, struct reader *r)
{
    struct pack *p = NEW(&u->arena, struct pack);
    p->bytes = r->pack;
    p->outer = r->packs;
    r->packs = p;
}

static bool is_number(const struct name *n)
{
    return n->text[0] >= '0' && n->text[0] <= '9';
}

// What stands in the parentheses: nothing, n, push[, name][, n], pop[, name][, n].
static void pack_read(struct unit *u, struct pragma *p)
{
    struct reader *r = &u->parser->reader;
    struct name *word = pragma_name(u, p);
    if (!word) {
        r->pack = 0;
        return;
    }
    bool is_push = !strcmp(word->text, "push"), is_pop = !strcmp(word->text, "pop");
    struct name *label = NULL, *number = is_number(word) ? word : NULL;
    while ((is_push || is_pop) && pragma_eat(p, ",") && (word = pragma_name(u, p)))
        *(is_number(word) ? &number : &label) = word;
    if (is_push) {
        pack_push(u, r);
        r->packs->name = label;
    }
    if (is_pop)
        pack_pop(r, label);
    if (number)
        r->pack = (uint32_t)strtoul(number->text, NULL, 0);
}

static void pragma_read(struct unit *u, uint32_t token)
{
    const char *text = token_text(u, token);
    struct pragma p = { text, text + u->tokens[token].len };
    if (pragma_eat(&p, "_Pragma"))
        pragma_eat(&p, "(");
    else if (pragma_eat(&p, "#"))
        pragma_eat(&p, "pragma");
    if (pragma_eat(&p, "pack") && pragma_eat(&p, "("))
        pack_read(u, &p);
}

// --- attributes

static bool has_useful_arguments(const struct unit *u, uint32_t name)
{
    static const char *const names[] = { "aligned", "__aligned__", "vector_size", "__vector_size__", "ext_vector_type",
                                         "__ext_vector_type__", "mode", "__mode__", "cleanup", "__cleanup__" };
    const char *text = u->tokens[name].name->text;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(text, names[i]))
            return true;
    bool is_ours = name >= 2 && u->tokens[name - 1].kind == TOK_COLONCOLON && u->tokens[name - 2].name
                   && !strcmp(u->tokens[name - 2].name->text, "ac");
    return is_ours || !strncmp(text, "ac_", 3) || !strncmp(text, "__ac_", 5);
}

uint32_t after_parentheses(const struct unit *u, uint32_t token)
{
    uint32_t depth = 0;
    for (; token + 1 < u->token_count; token++) {
        if (u->tokens[token].kind == '(')
            depth++;
        else if (u->tokens[token].kind == ')' && --depth == 0)
            return token + 1;
    }
    return token;
}

// A name of an attribute, which may be spelled as a keyword; inside an attribute's arguments everything is as elsewhere.
static int attribute_kind(struct unit *u, uint32_t token, int kind)
{
    struct reader *r = &u->parser->reader;
    uint32_t names_depth = r->is_standard ? 0 : 2;
    bool is_name_place = r->kind == '(' || r->kind == ',' || r->kind == TOK_ATTR_OPEN || r->kind == TOK_COLONCOLON;
    if (r->attribute_depth == names_depth && is_name_place && u->tokens[token].name) {
        if (kind_after(u, token) == '(' && !has_useful_arguments(u, token))
            u->next_token = after_parentheses(u, token_after(u, token));
        return TOK_ATTR_NAME;
    }
    if (kind == '(')
        r->attribute_depth++;
    else if (kind == ')' && --r->attribute_depth == 0 && !r->is_standard)
        r->in_attribute = false;
    else if (kind == ']' && r->is_standard && r->attribute_depth == 0)
        r->in_attribute = false;
    return kind;
}

static int attribute_begin(struct unit *u, int kind)
{
    struct reader *r = &u->parser->reader;
    r->in_attribute = true;
    r->is_standard = kind == TOK_ATTR_OPEN;
    r->attribute_depth = 0;
    return kind;
}

// __builtin_has_attribute(x, attribute): what follows the comma is left out.
static int has_attribute_kind(struct unit *u, uint32_t token)
{
    struct reader *r = &u->parser->reader;
    if (r->has_attribute != u->tokens[token].name || kind_after(u, token) != '(')
        return TOK_NAME;
    uint32_t depth = 0;
    r->skipped.hi = after_parentheses(u, token_after(u, token)) - 1;
    for (uint32_t t = token_after(u, token); t < r->skipped.hi; t++) {
        int kind = u->tokens[t].kind;
        depth += kind == '(' || kind == '[' || kind == '{';
        depth -= kind == ')' || kind == ']' || kind == '}';
        if (kind == ',' && depth == 1) {
            r->skipped.lo = t;
            return TOK_BUILTIN_T;
        }
    }
    return TOK_NAME;
}

// --- the words of async C

// Words that can stand among declaration specifiers: `async` before or after them is one too.
static bool is_specifier(int kind)
{
    switch (kind) {
    case TOK_AUTO: case TOK_CHAR: case TOK_CONST: case TOK_DOUBLE: case TOK_ENUM: case TOK_EXTERN: case TOK_FLOAT:
    case TOK_INLINE: case TOK_INT: case TOK_LONG: case TOK_REGISTER: case TOK_RESTRICT: case TOK_SHORT: case TOK_SIGNED:
    case TOK_STATIC: case TOK_STRUCT: case TOK_TYPEDEF: case TOK_UNION: case TOK_UNSIGNED: case TOK_VOID:
    case TOK_VOLATILE: case TOK_ALIGNAS: case TOK_ATOMIC: case TOK_ATOMIC_PAREN: case TOK_BOOL: case TOK_COMPLEX:
    case TOK_IMAGINARY: case TOK_NORETURN: case TOK_THREAD_LOCAL: case TOK_BITINT: case TOK_DECIMAL32:
    case TOK_DECIMAL64: case TOK_DECIMAL128: case TOK_FLOAT16: case TOK_FLOAT32: case TOK_FLOAT64: case TOK_FLOAT128:
    case TOK_FLOAT32X: case TOK_FLOAT64X: case TOK_BF16: case TOK_INT128: case TOK_AUTO_TYPE: case TOK_TYPEOF:
    case TOK_TYPEOF_UNQUAL: case TOK_CONSTEXPR: case TOK_ASYNC: case TOK_FRAME: case TOK_TYPE:
        return true;
    default:
        return false;
    }
}

static bool is_tag_word(int kind)
{
    return kind == TOK_STRUCT || kind == TOK_UNION || kind == TOK_ENUM;
}

static bool is_type_name(const struct unit *u, uint32_t token)
{
    const struct name *n = u->tokens[token].kind == TOK_NAME ? u->tokens[token].name : NULL;
    return n && n->symbol && n->symbol->kind == SYMBOL_TYPEDEF;
}

static bool is_word(const struct unit *u, uint32_t token, const struct name *word)
{
    const struct token *t = &u->tokens[token];
    return t->kind == TOK_NAME && t->name == word && u->async_keywords && !(t->flags & TOKEN_SYSTEM) && !word->symbol;
}

// Where C has a name of another kind, whatever follows.
static bool follows_name_place(int before)
{
    return before == '.' || before == TOK_ARROW || before == TOK_GOTO || is_tag_word(before);
}

// The token after the parentheses that begin at `token`, if any do.
static uint32_t parens_after(const struct unit *u, uint32_t token)
{
    int depth = 0;
    for (; u->tokens[token].kind != 0; token = token_after(u, token)) {
        depth += u->tokens[token].kind == '(' ? 1 : u->tokens[token].kind == ')' ? -1 : 0;
        if (depth <= 0)
            return u->tokens[token].kind == ')' ? token_after(u, token) : token;
    }
    return token;
}

// The token after the attributes that begin at `token`.
static uint32_t attributes_after(const struct unit *u, uint32_t token)
{
    while (u->tokens[token].kind == TOK_ATTRIBUTE)
        token = parens_after(u, token_after(u, token));
    return token;
}

// Among specifiers, or as the operator that starts a call?
static int async_kind(const struct unit *u, uint32_t token)
{
    const struct reader *r = &u->parser->reader;
    uint32_t next = token_after(u, token);
    int kind = u->tokens[next].kind;
    if (kind == TOK_ATTRIBUTE || is_specifier(kind) || is_specifier(r->kind) || is_type_name(u, next))
        return TOK_ASYNC;
    bool is_value_place = r->kind == '=' || r->kind == TOK_RETURN || r->kind == '?' || r->kind == TOK_AWAIT;
    if (!u->parser->function && !is_value_place)
        return TOK_ASYNC;
    bool is_unknown_type = kind == TOK_NAME && kind_after(u, next) == TOK_NAME;
    return is_unknown_type ? TOK_ASYNC : TOK_START;
}

// `async` is meant before a name or a specifier, after a specifier and in functions also before `*`, and as an operator before
// `(*`.
static bool means_async(const struct unit *u, uint32_t token)
{
    const struct reader *r = &u->parser->reader;
    if (!is_word(u, token, r->async) || follows_name_place(r->kind))
        return false;
    uint32_t next = attributes_after(u, token_after(u, token));
    int kind = u->tokens[next].kind;
    if (kind == '(')
        return kind_after(u, next) == '*' && async_kind(u, token) == TOK_START && u->parser->function;
    return kind == TOK_NAME || is_specifier(kind) || (kind == '*' && (is_specifier(r->kind) || u->parser->function));
}

// `*`s and what stands before them: the start of a declarator?
static bool follows_declarator_start(const struct unit *u)
{
    const struct reader *r = &u->parser->reader;
    if (r->kind != '*')
        return is_specifier(r->kind);
    uint32_t t = r->token;
    while (t && (u->tokens[t].kind == '*' || u->tokens[t].kind == TOK_PRAGMA))
        t--;
    return is_specifier(u->tokens[t].kind) || is_type_name(u, t);
}

static bool starts_operand(int kind)
{
    switch (kind) {
    case TOK_NAME: case '(': case '*': case TOK_AWAIT: case TOK_ASYNC: case TOK_INTEGER: case TOK_FLOATING:
    case TOK_CHARACTER: case TOK_STRING: case TOK_SIZEOF: case TOK_GENERIC: case TOK_CHOOSE_EXPR: case TOK_EXTENSION:
    case '!': case '~':
        return true;
    default:
        return false;
    }
}

// After `await`, and with its other spelling always.
static bool means_after_await(const struct unit *u, uint32_t token, const struct name *word, int next)
{
    const struct reader *r = &u->parser->reader;
    bool is_reserved = u->tokens[r->token].kind == TOK_AWAIT && u->tokens[token].name == word && !word->symbol;
    return r->kind == TOK_AWAIT && (is_reserved || is_word(u, token, word)) && kind_after(u, token) == next;
}

static bool means_await(const struct unit *u, uint32_t token)
{
    const struct reader *r = &u->parser->reader;
    if (!is_word(u, token, r->await) || follows_name_place(r->kind) || follows_declarator_start(u))
        return false;
    if (!u->parser->function && r->kind != '=' && r->kind != '[' && r->kind != '?')
        return false;
    return starts_operand(kind_after(u, token));
}

static bool starts_statement(int kind)
{
    switch (kind) {
    case TOK_NAME: case TOK_AWAIT: case TOK_ASYNC: case '{': case '*': case '(': case TOK_INC: case TOK_DEC: case TOK_IF:
    case TOK_WHILE: case TOK_DO: case TOK_FOR: case TOK_SWITCH: case TOK_GOTO: case TOK_RETURN: case TOK_BREAK:
    case TOK_CONTINUE: case TOK_ASM:
        return true;
    default:
        return false;
    }
}

// `defer (…);` may be a call of a function that is not declared; no call goes on with what follows in `defer (void)f();`.
static bool begins_call(const struct unit *u, uint32_t paren)
{
    uint32_t next = parens_after(u, paren);
    return u->tokens[paren].kind == '(' && (u->tokens[next].kind == ';' || u->tokens[next].kind == ',');
}

static bool means_defer(const struct unit *u, uint32_t token)
{
    const struct reader *r = &u->parser->reader;
    if (!is_word(u, token, r->defer) || !u->parser->function || !starts_statement(kind_after(u, token)))
        return false;
    if (begins_call(u, token_after(u, token)))
        return false;
    return r->kind == ';' || r->kind == '{' || r->kind == '}' || r->kind == ')' || r->kind == ':' || r->kind == TOK_ELSE
           || r->kind == TOK_DO;
}

static int name_kind(struct unit *u, uint32_t token)
{
    if (means_after_await(u, token, u->parser->reader.all, ';'))
        return TOK_ALL;
    if (means_after_await(u, token, u->parser->reader.any_word, '{'))
        return TOK_ANY;
    if (means_async(u, token))
        return async_kind(u, token);
    if (means_await(u, token))
        return TOK_AWAIT;
    return means_defer(u, token) ? TOK_DEFER : has_attribute_kind(u, token);
}

// --- await any: the labels of its own block are arms

static void open_brace(struct unit *u)
{
    struct reader *r = &u->parser->reader;
    r->brace_depth++;
    if (r->kind != TOK_ANY)
        return;
    struct any_block *b = NEW(&u->arena, struct any_block);
    b->depth = r->brace_depth;
    b->outer = r->any;
    r->any = b;
}

static void close_brace(struct reader *r)
{
    if (r->any && r->any->depth == r->brace_depth)
        r->any = r->any->outer;
    if (r->brace_depth)
        r->brace_depth--;
}

static bool in_any_block(const struct reader *r)
{
    return r->any && r->any->depth == r->brace_depth;
}

// `:` after an enum is that of a bit-field unless a type follows.
static bool is_enum_colon(const struct unit *u, uint32_t token)
{
    uint32_t before = token ? token - 1 : 0, next = token_after(u, token);
    bool after_enum = u->tokens[before].kind == TOK_ENUM || (before && u->tokens[before - 1].kind == TOK_ENUM);
    int kind = u->tokens[next].kind;
    return after_enum && (is_type_name(u, next) || (kind == TOK_NAME ? false : is_specifier(kind)));
}

static int token_kind(struct unit *u, uint32_t token)
{
    struct reader *r = &u->parser->reader;
    int kind = u->tokens[token].kind;
    if (r->in_attribute)
        return attribute_kind(u, token, kind);
    switch (kind) {
    case TOK_NAME:
        return name_kind(u, token);
    case TOK_ASYNC:
        return async_kind(u, token);
    case TOK_ATTRIBUTE:
        return attribute_begin(u, kind);
    case '[':
        if (kind_after(u, token) != '[')
            return kind;
        u->next_token = token_after(u, token) + 1;
        return attribute_begin(u, TOK_ATTR_OPEN);
    case TOK_ATOMIC:
        return kind_after(u, token) == '(' ? TOK_ATOMIC_PAREN : kind;
    case ':':
        return is_enum_colon(u, token) ? TOK_ENUM_COLON : kind;
    case TOK_COLONCOLON:
        r->has_colon = true;
        return ':';
    case TOK_CASE:
        return in_any_block(r) ? TOK_ARM : kind;
    case TOK_DEFAULT:
        return in_any_block(r) ? TOK_ARM_DEFAULT : kind;
    case '{':
        open_brace(u);
        return kind;
    case '}':
        close_brace(r);
        return kind;
    default:
        return kind;
    }
}

// `typedef __Int8x8_t int8x8_t;` in a compiler's own header: a type that only that compiler knows.
static bool is_compiler_type(const struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    return t->flags & TOKEN_SYSTEM && !strncmp(t->name->text, "__", 2) && kind_after(u, token) == TOK_NAME
           && u->tokens[token_before(u, token)].kind == TOK_TYPEDEF;
}

// The second token of a name, when everything before the name has been parsed.
static int classify_name(struct unit *u, uint32_t token)
{
    if (!u->tokens[token].name->symbol && is_compiler_type(u, token))
        declare_builtin_type(u, u->tokens[token].name, type_basic(u, TYPE_INT));
    const struct symbol *s = u->tokens[token].name->symbol;
    return s && s->kind == SYMBOL_TYPEDEF ? TOK_TYPE : TOK_VARIABLE;
}

// What clang says of pointers changes no type.
static bool is_nullability(const struct unit *u, uint32_t token)
{
    static const char *const names[] = { "_Nonnull", "_Nullable", "_Null_unspecified", "_Nullable_result" };
    const struct token *t = &u->tokens[token];
    if (t->kind != TOK_NAME || strncmp(t->name->text, "_N", 2) || t->name->symbol || !u->target->is_clang)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(t->name->text, names[i]))
            return true;
    return false;
}

static uint32_t take_token(struct unit *u)
{
    for (;; u->next_token++)
        if (u->tokens[u->next_token].kind == TOK_PRAGMA)
            pragma_read(u, u->next_token);
        else if (!is_nullability(u, u->next_token))
            break;
    struct span *skipped = &u->parser->reader.skipped;
    if (skipped->hi && u->next_token == skipped->lo)
        u->next_token = skipped->hi;
    uint32_t token = u->next_token;
    if (u->tokens[token].kind != TOK_END)
        u->next_token++;
    return token;
}

int reader_next(struct unit *u, struct span *span)
{
    struct reader *r = &u->parser->reader;
    if (r->has_name) {
        r->has_name = false;
        r->kind = classify_name(u, r->token);
    } else if (r->has_colon) {
        r->has_colon = false;
        r->kind = ':';
    } else {
        uint32_t token = take_token(u);
        r->kind = token_kind(u, token);
        r->token = token;
        r->has_name = r->kind == TOK_NAME;
        bool is_word = r->kind == TOK_ASYNC || r->kind == TOK_AWAIT || r->kind == TOK_START || r->kind == TOK_DEFER;
        u->has_async |= is_word;
        u->has_frames |= (is_word && r->kind != TOK_DEFER) || r->kind == TOK_FRAME;
        if (is_word || r->kind == TOK_ALL || r->kind == TOK_ANY)
            u->tokens[r->token].kind = (uint16_t)r->kind;       // erase() takes these out
    }
    *span = (struct span){ r->token, r->token + 1 };
    return r->kind;
}

void reader_skip_to(struct unit *u, uint32_t token)
{
    for (; u->next_token < token; u->next_token++)
        if (u->tokens[u->next_token].kind == TOK_PRAGMA)
            pragma_read(u, u->next_token);
}

void reader_skip_block(struct unit *u)
{
    uint32_t depth = 1;
    for (; u->tokens[u->next_token].kind != TOK_END; u->next_token++) {
        int kind = u->tokens[u->next_token].kind;
        if (kind == '{')
            depth++;
        else if (kind == '}' && --depth == 0)
            return;
    }
}

// A literal that lacks its quote has swallowed the end of its line, which was reported.
static bool is_unterminated(const struct unit *u, uint32_t token)
{
    const struct token *t = &u->tokens[token];
    const char *text = token_text(u, token);
    return (t->kind == TOK_STRING || t->kind == TOK_CHARACTER) && text[t->len - 1] != (t->kind == TOK_STRING ? '"' : '\'');
}

// The innermost '(', '[' or '{' in front of a token that nothing in front of it closes; the token: there is none.
static uint32_t opener_before(const struct unit *u, uint32_t token, int open, int close)
{
    uint32_t closed = 0;
    for (uint32_t i = token; i-- > 0;) {
        closed += u->tokens[i].kind == close;
        if (u->tokens[i].kind == open && closed-- == 0)
            return i;
    }
    return token;
}

static uint32_t unclosed_before(const struct unit *u, uint32_t token, const char *expected)
{
    if (!strcmp(expected, "expected ')'"))
        return opener_before(u, token, '(', ')');
    if (!strcmp(expected, "expected ']'"))
        return opener_before(u, token, '[', ']');
    return u->tokens[token].kind == TOK_END ? opener_before(u, token, '{', '}') : token;
}

// A message about the end of a line belongs there, not to the start of the next one.
void report_unexpected(struct unit *u, uint32_t token, const char *expected)
{
    uint32_t opener = unclosed_before(u, token, expected);
    if (opener != token && u->tokens[opener].kind == '{')
        expected = "expected '}'";
    const struct token *t = &u->tokens[token];
    uint32_t before = token_before(u, token);
    if (token && is_unterminated(u, before))
        return;
    bool is_last = t->kind == '}' || t->line != u->tokens[before].line;
    bool is_missing = token && is_last && !strcmp(expected, "expected ';'");
    struct span at = is_missing ? span_behind(before) : (struct span){ token, token + 1 };
    struct diag *d;
    if (t->kind == TOK_END)
        d = diag_error(u, ERROR_SYNTAX, at, "%s at end of input", expected);
    else if (t->kind == TOK_STRING)
        d = diag_error(u, ERROR_SYNTAX, at, "%s before string literal", expected);
    else
        d = diag_error(u, ERROR_SYNTAX, at, "%s before '%.*s'", expected, (int)t->len, token_text(u, token));
    if (is_missing)
        diag_fix_replace(u, d, at, ";");
    if (opener != token)
        diag_note(u, d, (struct span){ opener, opener + 1 }, "to match this '%c'", u->tokens[opener].kind);
}

void broken_add(struct unit *u, struct span span)
{
    bool has_typedef = false;
    for (uint32_t i = span.lo; i < span.hi && i < u->token_count; i++) {
        has_typedef |= u->tokens[i].kind == TOK_TYPEDEF;
        if (u->tokens[i].name) {
            u->tokens[i].name->is_broken = true;
            u->tokens[i].name->is_broken_type |= has_typedef;
        }
    }
}
