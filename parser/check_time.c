// Times without a unit: those of the runtime are nanoseconds, and a few of them are none. And ac_deadline where it cannot be.
//
//     await ac_sleep(5)            →    'ac_sleep' takes nanoseconds: 5 of them have passed at once        (5 * AC_SECOND)
//     await ac_deadline(second)    →    'ac_deadline' is not awaited: it is a statement, for the rest of its block
#include <string.h>

#include "grammar.h"
#include "lexer/lexer.h"
#include "parser/build.h"
#include "parser/sema.h"

// A number below FEW is no time that somebody waits for; below SECONDS seconds were meant, rather than milliseconds.
enum { FEW = 1000, SECONDS = 60 };

void warn_nanoseconds(struct unit *u, struct expr *call)
{
    bool sleeps = call_is_of(call, "ac_sleep");
    struct expr *time = sleeps ? call->call.args : call_is_of(call, "ac_deadline_begin") ? call->call.args->next : NULL;
    time = time ? expr_bare(time) : NULL;
    if (!time || time->kind != EXPR_INT || time->value <= 0 || time->value >= FEW)
        return;
    struct diag *d = diag_warn(u, WARNING_NANOSECONDS, time->span, "'%s' takes nanoseconds: %lld of them have passed at once",
                               sleeps ? "ac_sleep" : "ac_deadline", (long long)time->value);
    const char *unit = time->value < SECONDS ? "AC_SECOND" : "AC_MILLISECOND";
    diag_fix_replace(u, d, time->span, arena_printf(&u->arena, "%lld * %s", (long long)time->value, unit));
}

// Whether the text of the macro call begins with this token.
static bool is_call_of(struct unit *u, uint32_t token, const char *macro)
{
    const struct token *t = &u->tokens[token], *before = &u->tokens[token ? token - 1 : token];
    bool is_first = t->flags & TOKEN_MACRO && !(before->flags & TOKEN_MACRO && before->file == t->file && before->lo == t->lo && token);
    const char *text = is_first ? file_text(u, t->file) : NULL;
    return text && !strncmp(text + t->lo, macro, strlen(macro)) && !is_name_byte(text[t->lo + strlen(macro)]);
}

// A declaration and more, in a macro: words in front of it would be those of its `struct`, and it is no operand.
bool report_deadline(struct unit *u, uint32_t token)
{
    if (!is_call_of(u, token, "ac_deadline"))
        return false;
    uint32_t word = token_before(u, token), before = token_before(u, word);
    bool is_await = is_word_await(u, word), is_async = u->tokens[word].kind == TOK_ASYNC;
    if (!is_await && !is_async) {
        bool is_body = u->tokens[word].kind == ')' || u->tokens[word].kind == TOK_ELSE;
        diag_error(u, ERROR_SYNTAX, (struct span){ token, token + 1 }, "%s",
                   is_body ? "'ac_deadline' is for the rest of its block, and this one ends with it; "
                             "for both cases: 'ac_deadline(condition ? time : AC_NEVER);'"
                           : "'ac_deadline' has no value: it is a statement by itself, for the rest of its block");
        return true;
    }
    struct diag *d = diag_error(u, ERROR_AWAIT_OPERAND, (struct span){ token, token + 1 },
                                "'ac_deadline' is not %s: it is a statement, for the rest of its block", is_await ? "awaited" : "started");
    if (u->tokens[before].kind == ';' || u->tokens[before].kind == '{' || u->tokens[before].kind == '}')
        diag_fix_replace(u, d, (struct span){ word, word + 1 }, "");
    return true;
}
