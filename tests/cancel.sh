#!/bin/bash
# Programs of tests/run, cancelled before each of their first resumptions, under AddressSanitizer, LeakSanitizer and UBSan
# (tests/cancel/harness.c): they end, lose nothing and print what they print otherwise. Every 12th of them,
# 12 resumptions; FULL=1: all, 200.
# Those with `await any` or timers have operations that can be cancelled, and print something else then. So has
# tests/cancel/conservation.ac, which counts by itself.
cd "$(dirname "$0")/.." || exit 1
T=${T:-$(mktemp -d)}
flags="-std=gnu2x -w -Wno-psabi -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined"

# Programs that end by other means than returning from main, print what depends on the order, or take minutes.
others="tests/run/many_rounds.ac tests/run/yields_take_turns.ac tests/run/main_arguments.ac tests/run/main_exits.ac tests/run/noreturn.ac"

run() {
    local program arguments= same=SAME=1
    [ "$1" = examples/supervisor.ac ] && arguments="0 2 9"
    grep -qE '"any\.h"|ac_sleep' "$1" && same=SAME=
    program=$T/$(basename "$1" .ac)
    "$B/acc" --cc="$CC" -std=gnu2x -w -C -iquote tests/run "$1" -o "$program.c" &&
        $CC $flags $("$B/acc" --cflags) -iquote tests/run "$program.c" "$T/harness.o" -o "$program" $("$B/acc" --libs) -lm || return
    env $same SUSPEND=1 POINTS=$points timeout 600 "$program" $arguments > "$program.said" 2>&1 < /dev/null && return
    echo "$1:"
    head -5 "$program.said"
    return 1
}

points=${FULL:+200}
points=${points:-12}

if [ "$1" = --one ]; then
    run "$2"
    exit
fi
export T
$CC $flags -Wall -Wextra -Werror -Iruntime -c tests/cancel/harness.c -o "$T/harness.o" || exit 1
{
    ls tests/cancel/*.ac examples/supervisor.ac
    ls tests/run/*.ac | grep -vxF "$(tr -s ' ' '\n' <<< "$others")" | awk -v step="${FULL:+1}" 'step || NR % 12 == 0'
} | tr '\n' '\0' | xargs -0 -n 1 -P "$(nproc)" bash "$0" --one
