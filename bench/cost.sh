#!/bin/bash
# What awaits cost, counted in instructions (valgrind --tool=callgrind): nothing else that runs on the machine changes a figure.
#
#     CC=clang bench/cost.sh               prints figures, as bench/run.sh describes them; bench/rows says what they are
#
# A figure is the difference of two runs of unlike length, divided by the difference: what one round takes. C is the same file
# without its async constructs. Size and compile time are those of the functions in cost_size.ac and large.template.
# Environment: B (folder of the build), CC, OPT (-O2), FUSE (options for acc), SHOW (a pattern of the rows wanted).
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C
B=$(realpath "${B:-build}")
CC=${CC:-cc}
OPT=${OPT:--O2}
KIND=$("$CC" --version | grep -q clang && echo clang || echo gcc)
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

die() {
    echo "bench/cost.sh: $1" >&2
    exit 1
}

# --- the programs --------------------------------------------------------------------------------------------------------------

# What each file begins with. `own` is the keyword of functions that other files do not call, `noinline` keeps calls within one calls.
head_of_file() {
    printf '#include <acc/acc.h>\n#include <stdio.h>\n#include <stdlib.h>\n'
    [ "$1" != static ] || printf '#define CALLED __attribute__((noinline))\n'
    [ "$1" = static ] || printf '#define CALLED\n'
}

main_of() {
    printf 'async int main(int argc, char **argv)\n{\n    printf("%%ld\\n", await %s(argc > 1 ? atol(argv[1]) : 1));\n    return 0;\n}\n' "$1"
}

# The innermost function: its await is never reached (ready), reached once (return) or n times (wait).
leaf() {
    case $1 in
    ready) printf '    __asm__ volatile("" : "+r"(x));\n    if (x == -1)\n        await ac_yield();\n    return x + 1;\n' ;;
    return) printf '    await ac_yield();\n    return x + 1;\n' ;;
    wait) printf '    long i;\n    for (i = 0; i < x; i++)\n        await ac_yield();\n    return i;\n' ;;
    esac
}

# chain LEAF LINKAGE DEPTH: f0 is awaited by f1 ..., the last by root: of one file (static: called; inline), or a file each,
# known by prototype or by interface header.
chain() {
    local leaf=$1 linkage=$2 depth=$3 k own='static ' step file="$T/main.ac" k_added=K
    [ "$leaf" != wait ] || k_added=0
    head_of_file "$linkage" > "$T/main.ac"
    for ((k = 0; k < depth; k++)); do
        case $linkage in
        header | prototype)
            own=
            file="$T/f$k.ac"
            head_of_file "$linkage" > "$file"
            [ $k = 0 ] || declare_callee "$linkage" $((k - 1)) >> "$file"
            ;;
        esac
        {
            printf 'CALLED %sasync long f%d(long x)\n{\n' "$own" $k
            if [ $k = 0 ]; then
                leaf "$leaf"
            else
                step=$([ "$leaf" = wait ] && echo x || echo "x + $k")
                printf '    long y = await f%d(%s);\n    return y ^ %d;\n' $((k - 1)) "$step" $k
            fi
            printf '}\n'
        } >> "$file"
        [ "$linkage" != header ] || "$B/acc" --cc="$CC" --header "$T/f$k.ac" -o "$T/f$k.ac.h" -Iruntime || die "f$k.ac.h"
    done
    [ -z "$own" ] && declare_callee "$linkage" $((depth - 1)) >> "$T/main.ac"
    {
        printf '__attribute__((noinline)) static async long root(long n)\n{\n'
        if [ "$leaf" = wait ]; then
            printf '    return await f%d(n);\n' $((depth - 1))
        else
            printf '    long sum = 0;\n    for (long i = 0; i < n; i++)\n        sum += await f%d(i);\n    return sum;\n' $((depth - 1))
        fi
        printf '}\n'
        main_of root
    } >> "$T/main.ac"
}

declare_callee() {
    if [ "$1" = header ]; then
        printf '#include "f%d.ac.h"\n' "$2"
    else
        printf 'async long f%d(long x);\n' "$2"
    fi
}

recursion() {
    head_of_file static > "$T/main.ac"
    if [ "$1" != walk ]; then
        printf 'CALLED static async long fib(long n)\n{\n'
        [ "$1" = plain ] || printf '    if (n < 0)\n        await ac_yield();\n'
        printf '    if (n < 2)\n        return n;\n    long a = await fib(n - 1);\n'
        printf '    return a + await fib(n - 2);\n}\n'
        main_of fib
    else
        printf 'CALLED static async long walk(long d)\n{\n    if (d == 0)\n        return 0;\n    await ac_yield();\n'
        printf '    long l = await walk(d - 1);\n    return l + await walk(d - 1) + 1;\n}\n'
        main_of walk
    fi >> "$T/main.ac"
}

# --- counting ------------------------------------------------------------------------------------------------------------------

# count PROGRAM ARGUMENT: instructions.
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" "$2" 2>&1 > /dev/null | awk '/Collected/ { print $4 }'
}

build() {
    local f
    for f in "$T"/*.ac; do
        # shellcheck disable=SC2086
        "$B/acc" --cc="$CC" $FUSE $OPT -fno-tree-slp-vectorize -c "$f" -o "${f%.ac}.lowered.o" -Iruntime 2> "$T/err" &&
            "$B/acc" --cc="$CC" -DAC_ERASED --erase "$f" -o "${f%.ac}.erased.c" -Iruntime 2> "$T/err" &&
            $CC $OPT -w -DAC_ERASED -Iruntime -c "${f%.ac}.erased.c" -o "${f%.ac}.erased.o" 2> "$T/err" || die "$(head -n 5 "$T/err")"
    done
    $CC -w "$T"/*.lowered.o "$B/libacc.a" -o "$T/lowered" && $CC "$T"/*.erased.o "$B/libacc_erased.a" -o "$T/erased" || die "no program"
}

# difference PROGRAM SHORT LONG: how many instructions more the longer run takes.
difference() {
    echo $(($(count "$1" "$3") - $(count "$1" "$2")))
}

clear() {
    rm -f "$T"/*.ac "$T"/*.o "$T"/*.c "$T"/*.h
}

# row NAME AWAITS SHORT LONG: what a round of the program in $T takes more, lowered, than erased, for each of its awaits.
row() {
    build
    echo "$1 acc-$KIND $(difference "$T/lowered" "$3" "$4") $(difference "$T/erased" "$3" "$4")" |
        awk -v awaits="$2" -v n="$(($4 - $3))" '{ printf "%s %s %.1f\n", $1, $2, ($3 - $4) / n / awaits }'
    clear
}

# row_both NAME SHORT LONG ROUNDS: what a round takes, lowered and erased.
row_both() {
    build
    awk -v lowered="$(difference "$T/lowered" "$2" "$3")" -v erased="$(difference "$T/erased" "$2" "$3")" -v n="$4" \
        -v name="$1" -v kind="$KIND" 'BEGIN { printf "%s acc-%s %.1f\n%s C-%s %.1f\n", name, kind, lowered / n, name, kind, erased / n }'
    clear
}

wanted() {
    [ -z "$SHOW" ] || [[ $1 =~ $SHOW ]]
}

count_chains() {
    local linkage depth name
    for linkage in inline static header prototype; do
        for depth in 1 4 16; do
            name="count-ready-$linkage-$depth"
            wanted "$name" && chain ready $linkage $depth && row "$name" $depth 1000 3000
        done
    done
    for linkage in inline static header; do
        for depth in 1 4 16 64; do
            name="count-resume-$linkage-$depth"
            [ $linkage-$depth != header-64 ] && wanted "$name" && chain wait $linkage $depth && row "$name" 1 1000 3000
        done
        for depth in 2 4 16; do
            name="count-return-$linkage-$depth"
            wanted "$name" && chain return $linkage $((depth - 1)) && row "$name" 1 1000 3000
        done
    done
}

# Calls of fib(n): 2 fib(n + 1) - 1; of walk(n): 2^(n + 1) - 1.
count_recursion() {
    wanted count-fib && recursion fib && row_both count-fib 12 17 $((2 * 2584 - 2 * 233))
    wanted count-plain && recursion plain && row_both count-plain 12 17 $((2 * 2584 - 2 * 233))
    wanted count-tree && recursion walk && row_both count-tree 6 11 $((2048 - 64))
}

# --- size and compile time -----------------------------------------------------------------------------------------------------

text_bytes() {
    size -A "$1" | awk '/^\.text/ { sum += $2 } END { print sum }'
}

# size_row NAME OPTION FLAGS
size_row() {
    local flags=$3
    wanted "$1" || return
    # shellcheck disable=SC2086
    "$B/acc" --cc="$CC" $FUSE $2 $flags -fno-tree-slp-vectorize -Iruntime -c bench/cost_size.ac -o "$T/lowered.o" &&
        "$B/acc" --cc="$CC" -DAC_ERASED $flags --erase bench/cost_size.ac -o "$T/erased.c" &&
        $CC -w $2 -fno-tree-slp-vectorize -DAC_ERASED $flags -Iruntime -c "$T/erased.c" -o "$T/erased.o" || die "cost_size.ac"
    echo "$1 acc-$KIND $(text_bytes "$T/lowered.o")"
    echo "$1 C-$KIND $(text_bytes "$T/erased.o")"
    clear
}

count_size() {
    size_row text-known-O2 -O2 ""
    size_row text-known-Os -Os ""
    size_row text-prototypes-O2 -O2 -DPROTOTYPES
    size_row text-prototypes-Os -Os -DPROTOTYPES
}

count_compile() {
    bench/large.sh 4 > "$T/large.ac"
    # shellcheck disable=SC2086
    "$B/acc" --cc="$CC" $FUSE -std=gnu2x -C "$T/large.ac" -o "$T/lowered.c" &&
        "$B/acc" --cc="$CC" -std=gnu2x -DAC_ERASED --erase "$T/large.ac" -o "$T/erased.c" || die "large.ac"
    echo "compile-O2 acc-$KIND $(compile lowered)"
    echo "compile-O2 C-$KIND $(compile erased -DAC_ERASED)"
}

# The compiler proper runs as a child of the driver.
compile() {
    valgrind --tool=callgrind --trace-children=yes --callgrind-out-file=/dev/null $CC -std=gnu2x $OPT -Iruntime $2 -w -S "$T/$1.c" -o /dev/null 2>&1 |
        awk '/Collected/ { sum += $4 } END { printf "%.0f\n", sum / 1e6 }'
}

command -v valgrind > /dev/null || die "valgrind is not there"
count_chains
count_recursion
count_size
! wanted compile-O2 || count_compile
