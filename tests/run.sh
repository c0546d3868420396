#!/bin/bash
# Runs the tests and ends with the line "N passed, N failed".
#
#   tests/run.sh                          all of them
#   tests/run.sh tests/lower x/y.ac       those in a folder, single ones
#
#   tests/{lexer,parser,lower,diag}       RUN: lines, checked by FileCheck
#   tests/run                             programs, a file or a folder each: the lowered one does what its erased twin does
#   tests/runtime                         C and .ac programs against the runtime; 0 is success
#   tests/driver, tests/*.sh              scripts; 0 is success, 77 skips
#
# Environment: B (folder of the build), CC, FULL=1 (the long ones too), JOBS, TIME_LIMIT (seconds for one test), COMPILERS.
# In RUN lines: %acc, %s the test, %S its folder, %t a path for temporary files, %b the build, %cc, FileCheck.
cd "$(dirname "$0")/.." || exit 1
export B=${B:-build} CC=${CC:-cc} LC_ALL=C
export TIME_LIMIT=${TIME_LIMIT:-120}
unset MAKEFLAGS MFLAGS                  # the options of the make around are not those of a make in a test
B=$(realpath -m "$B")
JOBS=${JOBS:-$(nproc)}
SKIP=77

find_tool() {
    for tool; do
        command -v "$tool" && return
    done
    return 1
}

compilers() {
    for c in ${COMPILERS:-gcc clang}; do
        command -v "$c" > /dev/null && echo "$c"
    done
}

# --- one test of each kind -----------------------------------------------------------------------------------------------

# RUN lines, one after the other, in the folder of the checkout.
run_lines() {
    local test=$1 line status=0
    [ -n "$FILECHECK" ] || return $SKIP
    while IFS= read -r line; do
        line=${line//%acc/$B/acc}
        line=${line//%cc/$CC}
        line=${line//%S/$(dirname "$test")}
        line=${line//%s/$test}
        line=${line//%t/$T/t}
        line=${line//%b/$B}
        line=${line//FileCheck/$FILECHECK --allow-unused-prefixes=false}
        bash -c "set -o pipefail; $line" || { echo "failed: $line"; status=1; break; }
    done < <(sed -n 's/^.*RUN: *//p' "$test")
    return $status
}

# What a program prints and how it ends, in a file.
observe() {
    local out=$1
    shift
    "$@" > "$out" 2> "$out.err" < /dev/null
    echo "exit status $?" >> "$out"
}

# The lowered program and its erased twin print the same, for every compiler, level and number of suspensions.
# $1 is PROGRAM:COMPILER; a program is an .ac file, or a folder whose .ac and .c files are linked.
run_program() {
    local test=${1%:*} cc=${1##*:} level suspend source name
    local sources=("$test") erased=() lowered=() plain=()
    [ -d "$test" ] && sources=("$test"/*.ac "$test"/*.c)
    for source in "${sources[@]}"; do
        name=$(basename "$source" .ac)
        case $source in
        *.ac)
            "$B/acc" --cc="$cc" -DAC_ERASED --erase "$source" -o "$T/$name.erased.c" || return
            "$B/acc" --cc="$cc" --check-lowering -C "$source" -o "$T/$name.c" || return
            erased+=("$T/$name.erased.c") lowered+=("$T/$name.c")
            ;;
        *'*.c') ;;
        *) plain+=("$source") ;;
        esac
    done
    local common="-std=gnu2x -Wall -Wextra -Werror -iquote $(dirname "${sources[0]}")"
    for source in "${plain[@]}"; do
        $cc $common -O1 -Iruntime -c "$source" -o "$T/$(basename "$source").o" || return
        erased+=("$T/$(basename "$source").o") lowered+=("$T/$(basename "$source").o")
    done
    $cc $common -O1 -DAC_ERASED "${erased[@]}" -o "$T/erased" -lm || return
    observe "$T/expected" "$T/erased"
    for level in "-O2" "-O0 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all"; do
        $cc $common $level $("$B/acc" --cflags) "${lowered[@]}" -o "$T/lowered" $("$B/acc" --libs) -lm || return
        for suspend in 0 1 3; do
            SUSPEND=$suspend observe "$T/got" "$T/lowered"
            cmp -s "$T/expected" "$T/got" && continue
            echo "$cc $level, SUSPEND=$suspend: not what the erased program prints"
            diff "$T/expected" "$T/got" | head -20
            head -20 "$T/got.err"
            return 1
        done
    done
}

# A program against the runtime, by RUN lines when it has some.
run_runtime() {
    local test=$1
    if grep -q 'RUN:' "$test"; then
        run_lines "$test"
        return
    fi
    local flags="-g -O1 -Wall -Wextra -Werror -I$(dirname "$test")" libraries
    libraries=$("$B/acc" --libs)
    [ -z "$SAN" ] || flags="$flags -fsanitize=address,undefined -fno-sanitize-recover=undefined" libraries="$B/libacc_san.a -pthread"
    case $test in
    *.c) $CC -std=gnu2x $flags -I. -Iruntime "$test" -o "$T/t" $libraries || return ;;
    *)
        # These stop the thread on purpose: to be the peer of an operation, or to join another thread.
        "$B/acc" --cc="$CC" -std=gnu2x $flags -Wno-blocking -Wno-unawaited -c "$test" -o "$T/t.o" || return
        $CC $flags "$T/t.o" -o "$T/t" $libraries || return
        ;;
    esac
    "$T/t" < /dev/null
}

run_one() {
    local test=$1
    case $test in
    tests/run/*) run_program "$test" ;;
    tests/runtime/*.ac | tests/runtime/*.c) run_runtime "$test" ;;
    *.sh) T=$T bash "$test" ;;
    *) run_lines "$test" ;;
    esac
}

if [ "$1" = --one ]; then
    T=$(mktemp -d) && export T && trap 'rm -rf "$T"' EXIT
    run_one "$2"
    exit
fi

# One test with its time limit; what it says is kept in RESULTS.
if [ "$1" = --record ]; then
    key=${2//\//_}
    start=$EPOCHREALTIME
    limit=$TIME_LIMIT
    case $2 in *.sh) limit=$((10 * TIME_LIMIT)) ;; esac
    timeout -k 10 "$limit" tests/run.sh --one "$2" > "$RESULTS/$key.out" 2>&1
    status=$?
    [ $status = 124 ] && echo "still running after $limit s" >> "$RESULTS/$key.out"
    case $status in
    0) echo "$2" >> "$RESULTS/passed" ;;
    $SKIP)
        echo "$2" >> "$RESULTS/skipped"
        [ ! -s "$RESULTS/$key.out" ] || echo "skipped: $2 $(tail -n 1 "$RESULTS/$key.out")"
        ;;
    *)
        {
            echo "FAILED: $2"
            head -c 4000 "$RESULTS/$key.out" | sed 's/^/    /'
            echo
        } | tee -a "$RESULTS/failed.text"
        echo "$2" >> "$RESULTS/failed"
        ;;
    esac
    awk -v a="$start" -v b="$EPOCHREALTIME" -v n="$2" 'BEGIN { printf "%.2f %s\n", b - a, n }' >> "$RESULTS/times"
    exit 0
fi

# --- all tests -----------------------------------------------------------------------------------------------------------

list() {
    local path
    for path; do
        path=${path#"$PWD"/}
        path=${path%/}
        case $path in
        tests/run.sh) ;;
        tests/*/*.h | tests/*/*.md) ;;
        tests/run/*:*) echo "$path" ;;
        tests/run/*)
            for c in $(compilers); do
                echo "$path:$c"
            done
            ;;
        *)
            if [ -d "$path" ]; then
                list "$path"/*
            elif [ ! -e "$path" ]; then
                echo "$path"
            elif [ "${path%.sh}" != "$path" ] || [[ $path == tests/runtime/*.c ]] || [[ $path == tests/runtime/*.ac ]]; then
                echo "$path"
            elif grep -q 'RUN:' "$path"; then
                echo "$path"
            fi
            ;;
        esac
    done
}

FILECHECK=$(find_tool FileCheck FileCheck-14 FileCheck-15 FileCheck-16 FileCheck-17 FileCheck-18 FileCheck-19) ||
    echo "FileCheck is missing: tests with RUN lines are skipped. Debian: apt-get install llvm-14-tools"
RESULTS=$(mktemp -d)
export FILECHECK RESULTS
trap 'rm -rf "$RESULTS"' EXIT
touch "$RESULTS/passed" "$RESULTS/failed"
[ $# -gt 0 ] || set -- tests/*.sh tests/lexer tests/parser tests/lower tests/diag tests/driver tests/runtime tests/examples tests/run
existing=()
for path; do
    [ -e "${path%:*}" ] && existing+=("$path") || echo "no such test: $path"
done
list "${existing[@]}" > "$RESULTS/all"
echo "$(wc -l < "$RESULTS/all") tests, $JOBS at a time"
tr '\n' '\0' < "$RESULTS/all" | xargs -0 -r -n 1 -P "$JOBS" tests/run.sh --record
passed=$(wc -l < "$RESULTS/passed")
failed=$(wc -l < "$RESULTS/failed")
[ -n "$TIMES" ] && sort -rn "$RESULTS/times" | head -20
[ -e "$RESULTS/skipped" ] && echo "$(wc -l < "$RESULTS/skipped") skipped"
if [ "$failed" -gt 0 ]; then
    echo "failed:"
    sort "$RESULTS/failed" | sed 's/^/    /'
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
