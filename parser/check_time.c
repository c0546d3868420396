// Times without a unit: those of the runtime are nanoseconds, and a few of them are none.
//
//     await ac_sleep(5)    →    'ac_sleep' takes nanoseconds: 5 of them have passed at once        (5 * AC_SECOND)
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
