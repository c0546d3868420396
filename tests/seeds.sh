#!/bin/bash
# Concurrent programs under many orders: those of tests/seeds, which check themselves, and those of tests/run and tests/runtime
# that do not depend on the order. 25 seeds; FULL=1: 1,000; SEEDS=N. A failure is printed as the command that repeats it.
cd "$(dirname "$0")/.." || exit 1
SEEDS=${SEEDS:-${FULL:+1000}}
SEEDS=${SEEDS:-25}
T=${T:-$(mktemp -d)}
jobs=$(nproc)

# What is said of an order, or takes its time from the system's clock.
ordered="tests/run/yields_take_turns.ac tests/run/any_handle_ignored.ac tests/run/fused.ac tests/run/handles_void.ac
    tests/run/frames_in_structs.ac tests/run/loop_hints.ac tests/runtime/any.ac tests/runtime/any_ties.ac
    tests/runtime/broadcasts.ac tests/runtime/channels.ac tests/runtime/events.ac tests/runtime/locks.ac
    tests/runtime/waits_in_order.ac tests/seeds/lost_update.ac"

build() {
    "$B/acc" --cc="$CC" -std=gnu2x -w -Wno-psabi -O1 -g -iquote "$(dirname "$1")" -c "$1" -o "$2.o" &&
        $CC -g "$2.o" -o "$2" $("$B/acc" --libs) -lm
}

# The first line that goes wrong, as one would look for it by hand.
failing_seed() {
    local program=$1 expected=$2 seed
    for ((seed = 1; seed <= SEEDS; seed++)); do
        if AC_SEED=$seed SUSPEND=$((seed % 4)) timeout 20 "$program" > "$program.out" 2> "$program.err" < /dev/null &&
            { [ -z "$expected" ] || cmp -s "$expected" "$program.out"; }; then
            continue
        fi
        echo "AC_SEED=$seed SUSPEND=$((seed % 4))"
        return 0
    done
    return 1
}

run() {
    local test=$1 program expected= seed
    program=$T/$(basename "$test" .ac)
    build "$test" "$program" || return
    case $test in
    tests/run/*)
        "$program" > "$program.expected" < /dev/null && expected=$program.expected
        ;;
    esac
    seed=$(failing_seed "$program" "$expected") || return 0
    echo "$test: fails with $seed"
    head -5 "$program.err"
    return 1
}

if [ "$1" = --one ]; then
    run "$2"
    exit
fi
export SEEDS T

# The lost update is found, and found again.
build tests/seeds/lost_update.ac "$T/lost_update" || exit 1
seed=$(failing_seed "$T/lost_update" "") || { echo "lost_update: no seed finds it"; exit 1; }
for i in 1 2 3; do
    ! env $seed "$T/lost_update" 2> /dev/null || { echo "lost_update: $seed does not repeat it"; exit 1; }
done

{
    ls tests/seeds/*.ac
    grep -L 'RUN:' tests/runtime/*.ac
    grep -lE 'await all|[={,] async |^ +async [a-z_]+\(' tests/run/*.ac
} | grep -vxF "$(tr -s ' ' '\n' <<< "$ordered" | sed '/^$/d')" | sort -u | tr '\n' '\0' | xargs -0 -n 1 -P "$jobs" bash "$0" --one
