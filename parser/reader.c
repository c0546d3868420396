// From the unit's tokens to what the parser sees: pragmas are obeyed and left out, a NAME is followed by what it is,
// the words of async C are told from names (words.c), and attributes lose the arguments nobody needs.
#include "parser/build.h"

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
    r->countof = name_of_text(&u->names, "_Countof");
    name_of_text(&u->names, "ac_block_on")->is_async = true;
    name_of_text(&u->names, "ac_spawn")->is_async = true;
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

int kind_after(const struct unit *u, uint32_t token)
{
    return u->tokens[token_after(u, token)].kind;
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

// --- names

bool is_countof(const struct unit *u, uint32_t token)
{
    return u->tokens[token].name == u->parser->reader.countof;
}

void report_countof(struct unit *u, uint32_t token)
{
    diag_error(u, ERROR_NOT_SUPPORTED, (struct span){ token, token + 1 }, "'_Countof', of C2y, which this version of acc does not support; "
               "write 'sizeof a / sizeof a[0]'");
}

static int name_kind(struct unit *u, uint32_t token)
{
    const struct function *f = u->parser->function;
    if (f && f->is_async && is_countof(u, token)) {
        report_countof(u, token);
        return TOK_SIZEOF;          // what it gives does not matter any more
    }
    int kind = word_kind(u, token);
    return kind == TOK_NAME ? has_attribute_kind(u, token) : kind;
}

// --- await any: the labels of its own block are arms

static void open_brace(struct unit *u)
{
    struct reader *r = &u->parser->reader;
    r->brace_depth++;
    if (r->kind != TOK_ANY)
        return;
    struct any_block *b = NEW(&u->ast, struct any_block);
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
