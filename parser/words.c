// Which names are words of async C: `async`, `await`, `all`, `any` and `defer` are keywords where their neighbours say so, and
// names everywhere else. A word is meant only where C would make no sense of it as a name.
//
//     async T x; await = 1;   →   ASYNC, NAME TYPE, NAME VARIABLE, ';', NAME VARIABLE, '=', INTEGER, ';'
#include "grammar.h"
#include "parser/build.h"

// Words that can stand among declaration specifiers: `async` before or after them is one too.
bool is_specifier(int kind)
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

bool is_type_name(const struct unit *u, uint32_t token)
{
    const struct name *n = u->tokens[token].kind == TOK_NAME ? u->tokens[token].name : NULL;
    return n && n->symbol && n->symbol->kind == SYMBOL_TYPEDEF;
}

// Declared by the user, and not just called.
static bool is_users(const struct name *n)
{
    return n && n->symbol && !n->symbol->is_builtin;
}

static bool is_word(const struct unit *u, uint32_t token, const struct name *word)
{
    const struct token *t = &u->tokens[token];
    return t->kind == TOK_NAME && t->name == word && u->async_keywords && !(t->flags & TOKEN_SYSTEM) && !is_users(word);
}

// Where C has a name of another kind, whatever follows.
static bool follows_name_place(int before)
{
    return before == '.' || before == TOK_ARROW || before == TOK_GOTO || is_tag_word(before);
}

// The token after the parentheses that begin at `token`, if any do.
static uint32_t parens_after(const struct unit *u, uint32_t token)
{
    return u->tokens[token].kind == '(' ? token_after(u, after_parentheses(u, token) - 1) : token;
}

// The token after the attributes that begin at `token`.
static uint32_t attributes_after(const struct unit *u, uint32_t token)
{
    while (u->tokens[token].kind == TOK_ATTRIBUTE)
        token = parens_after(u, token_after(u, token));
    return token;
}

// Among specifiers, or as the operator that starts a call?
int async_kind(const struct unit *u, uint32_t token)
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

// `await all;`, and with the other spelling of `await` always.
static bool means_all(const struct unit *u, uint32_t token)
{
    const struct reader *r = &u->parser->reader;
    bool is_reserved = u->tokens[r->token].kind == TOK_AWAIT && u->tokens[token].name == r->all && !is_users(r->all);
    return r->kind == TOK_AWAIT && (is_reserved || is_word(u, token, r->all)) && kind_after(u, token) == ';';
}

// `await any {`, whatever is called `any`: behind a handle no block begins.
static bool means_any(const struct unit *u, uint32_t token)
{
    const struct reader *r = &u->parser->reader;
    return r->kind == TOK_AWAIT && u->tokens[token].name == r->any_word && kind_after(u, token) == '{';
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

bool is_word_await(const struct unit *u, uint32_t token)
{
    return u->tokens[token].kind == TOK_AWAIT || is_word(u, token, u->parser->reader.await);
}

bool report_await_function(struct unit *u, struct span name)
{
    uint32_t next = token_after(u, name.lo);
    if (u->tokens[name.lo].name != u->parser->reader.await || !(is_specifier(u->tokens[next].kind) || is_type_name(u, next)))
        return false;
    struct diag *d = diag_error(u, ERROR_SYNTAX, name,
                                "'await' stands before calls and handles; a function that waits is declared 'async'");
    diag_fix_replace(u, d, name, "async");
    return true;
}

bool report_group(struct unit *u, uint32_t token)
{
    const struct reader *r = &u->parser->reader;
    const struct name *name = u->tokens[token].name;
    bool is_all = name == r->all, is_any = name == r->any_word;
    if (!token || !is_word_await(u, token_before(u, token)) || is_users(name) || !(is_all || is_any))
        return false;
    diag_error(u, ERROR_SYNTAX, (struct span){ token_before(u, token), token + 1 }, "%s",
               is_all ? "'await all;' is a statement: it waits for the children that were started before, 'async f(); async g();'"
                      : "'await any' is a statement with arms: 'await any { case await f(): ... case await g(): ... }'");
    return true;
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

int word_kind(const struct unit *u, uint32_t token)
{
    if (means_all(u, token))
        return TOK_ALL;
    if (means_any(u, token))
        return TOK_ANY;
    if (means_async(u, token))
        return async_kind(u, token);
    if (means_await(u, token))
        return TOK_AWAIT;
    return means_defer(u, token) ? TOK_DEFER : TOK_NAME;
}
