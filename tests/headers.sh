#!/bin/bash
# Every system header that compiles alone is parsed, with an async function behind it; those that use the words of async C as
# names can be included together. Here the ones in /usr/include itself, with $CC; FULL=1: in all its folders, with gcc and clang.
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
compilers=$CC
depth="-maxdepth 1"
if [ -n "$FULL" ]; then
    compilers=$(for cc in gcc clang; do command -v "$cc"; done)
    depth=
fi

try() {
    for header in "${@:2}"; do
        printf '#include <%s>\n' "$header" | $1 -w -fsyntax-only -x c - 2> /dev/null || continue
        echo "$header" >> "$T/tried"
        printf '#include <%s>\n_Async int ac_try_(void);\n_Async int ac_try_(void) { return 0; }\n' "$header" > "$T/$$.ac"
        "$B/acc" --cc="$1" -w -C "$T/$$.ac" -o "$T/$$.c" > "$T/$$.err" 2>&1 &&
            $1 -w -isystem runtime -fsyntax-only "$T/$$.c" >> "$T/$$.err" 2>&1 ||
            { echo "$1: $header"; head -n 5 "$T/$$.err"; }
    done
}
export -f try
status=0
for cc in $compilers; do
    "$B/acc" --cc="$cc" -Wall -Wextra -c "$T/words.ac" -o "$T/words.o" || status=1
    find /usr/include $depth -name '*.h' -printf '%P\n' | sort | xargs -n 40 -P "$(nproc)" bash -c 'try "$@"' _ "$cc" > "$T/failed"
    [ ! -s "$T/failed" ] || status=1
    cat "$T/failed"
    echo "$cc: $(sort -u "$T/tried" | wc -l) headers"
    rm -f "$T/tried"
done
exit $status
