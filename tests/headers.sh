#!/bin/bash
# Every system header that compiles alone is parsed, with an async function behind it; those that use the words of async C as
# names can be included together. Here the ones in /usr/include itself; FULL=1: in all its folders.
cat > "$T/words.ac" <<'END'
#if __has_include(<uv.h>)
#include <uv.h>
#endif
#if __has_include(<ev.h>)
#include <ev.h>
#endif
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#elif __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#endif
#include <acc/acc.h>

async int f(int await_)
{
    await ac_yield();
    return await_;
}
END
status=0
"$B/acc" -Wall -Wextra -c "$T/words.ac" -o "$T/words.o" || status=1

try() {
    for header; do
        printf '#include <%s>\n' "$header" | $CC -w -fsyntax-only -x c - 2> /dev/null || continue
        printf '#include <%s>\n_Async int ac_try_(void);\n_Async int ac_try_(void) { return 0; }\n' "$header" > "$T/$$.ac"
        "$B/acc" -w -C "$T/$$.ac" -o "$T/$$.c" > "$T/$$.err" 2>&1 && $CC -w -isystem runtime -fsyntax-only "$T/$$.c" >> "$T/$$.err" 2>&1 ||
            { echo "$header"; head -n 5 "$T/$$.err"; }
    done
}
export -f try
depth="-maxdepth 1"
[ -z "$FULL" ] || depth=
find /usr/include $depth -name '*.h' -printf '%P\n' | sort | xargs -n 40 -P "$(nproc)" bash -c 'try "$@"' _ > "$T/failed"
[ -s "$T/failed" ] || exit $status
cat "$T/failed"
exit 1
