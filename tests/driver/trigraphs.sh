# Trigraphs, where the preprocessor reads them, digraphs and line splices are what they stand for in async functions: as brackets and
# operators, at the start of directives, in statements that wait, in headers that are written in place, and in the middle of words.
. tests/driver/common
cat > shared.h <<'END'
%:pragma once
??=define NEXT(x) ??/
    await next(x)
async int next(int x);
static inline async int later(int x)
??<
    return await next(x) + aw??/
ait next(1);
??>
END
cat > spelled.ac <<'END'
#incl\
ude "shared.h"
??=include "shared.h"
%:include "shared.h"
#include <acc/acc.h>
#include <stdio.h>

async int next(int x)
<%
    await ac_yield();
    return x + 1;
%>

as??/
ync int main(void)
??<
    int a??(3??) = ??< 1, NEXT(1), await later(2) ??>, b = a<:0:> ??!??! await next(1);
    b ??'= await next(
%:if 1 /* of two
    lines */
        3 +
%: el\
se
        4 +
??=endif
        ??-await next(5)) ??! a??(2??);
    async int h = as\
ync next(??/
b);
    de??/
fer puts("??(deferred??)??/t.");
    printf("%d %d%c\
\n", b, await h, '??'');
    return 0;
??>
END
for cc in gcc clang; do
    for options in -std=c99 "-std=gnu2x -trigraphs"; do
        "$acc" --cc=$cc $options -w -DAC_ERASED --erase spelled.ac -o erased.c
        $cc $options -w -DAC_ERASED $("$acc" --cflags) erased.c -o erased "$B/libacc_erased.a"
        "$acc" --cc=$cc $options -w --check-lowering -C spelled.ac -o spelled.c
        $cc $options -w $("$acc" --cflags) spelled.c -o spelled $("$acc" --libs)
        ./erased > expected
        ./spelled | diff expected -
    done
done

# Where it does not read them they are what they look like.
cat > plain.ac <<'END'
#include <acc/acc.h>
async int f(int x)
{
    x = await f(x);     // what??/
    return x + "??!"[2];
}
END
"$acc" -w -std=gnu99 --check-lowering -C plain.ac -o plain.c
says "\"??!\"" plain.c
