#!/bin/bash
# Measures acc beside its peers and prints one table. What the rows mean, and which figure is aimed at, stands in bench/rows.
#
#     make bench                                              all parts
#     PARTS="echo translation" ROUNDS=3 make bench            some of them
#     RESULTS=bench/results.md make bench                     writes the table to a file, too, and a chart to bench/results.svg
#
# A part is a file bench/parts/NAME.sh. It is read by a shell of its own that knows the functions below, and prints
#
#     WORKLOAD VARIANT NUMBER [RESULT]    a figure; several of a workload and variant are rounds, of which the table shows the
#                                         median; what a workload has computed is the same for all variants
#     # TEXT                              a note, for example that a peer is missing
#
# A variant is a name (acc, C, hand, rust …), or that and the compiler it was made with (acc-gcc, C-clang).
# Variants of a workload run in turn, so that the n-th figures of each belong together: a ratio is the median of the rounds' ratios.
#
# A part that fails, or a program that does not end, costs its own figures only, and a note says so.
#
# Environment: B (folder of the build), CC, COMPILERS, ROUNDS, PARTS, RESULTS; MESSAGES, CONNECTIONS and IDLE (of echo);
# PATIENCE: the seconds that one run of a program may take; PART_SECONDS: after so many a part begins no further round.
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C
B=$(realpath "${B:-build}")
CC=${CC:-cc}
ROUNDS=${ROUNDS:-5}
PARTS=${PARTS:-awaits concurrency cost micro echo files translation}
COMPILERS=${COMPILERS:-gcc clang}
PATIENCE=${PATIENCE:-120}
PART_SECONDS=${PART_SECONDS:-200}
T=$(mktemp -d)
server=

# Ends the part: what it has measured so far is kept.
die() {
    note "$1"
    echo "bench: $1" >&2
    exit 1
}

note() {
    echo "# $1"
}

# The processor to use: measured programs on the first, what drives them on the second, if there is one.
pinned() {
    local cpu=$1
    shift
    if [ "$(nproc)" -gt "$cpu" ] && have taskset; then
        exec taskset -c "$cpu" "$@"
    fi
    exec "$@"
}

have() {
    command -v "$1" > /dev/null
}

# gcc or clang: what kind of compiler a command is.
family() {
    if "$1" --version | grep -q clang; then echo clang; else echo gcc; fi
}

# The acc whose runtime was made by a compiler; a second one is built in a folder below the first.
acc_of() {
    if [ "$1" = "$(family "$CC")" ]; then
        echo "$B/acc"
    else
        make -s -j "$(nproc)" CC="$1" B="$B/$1" all >&2 && echo "$B/$1/acc"
    fi
}

# build NAME COMMAND...: makes the program $T/NAME, which -o stands for; what does not build is left out, with a note.
build() {
    local name=$1
    shift
    have "$1" || { note "$1 is missing: no $name"; return 1; }
    "$@" -o "$T/$name" > "$T/log" 2>&1 || { note "$name does not build: $(head -n 1 "$T/log")"; return 1; }
}

# Peers that are more than a file. What cargo makes is kept: it takes a while.
build_tokio() {
    have cargo || { note "cargo is missing (and the package librust-tokio-dev): no $1"; return 1; }
    mkdir -p "$B/bench" && cp -r bench/peers/tokio "$T/tokio-$1" && cp bench/peers/cpu.rs "$T" &&
        (cd "$T/tokio-$1" && CARGO_TARGET_DIR="$B/bench/tokio" cargo build -q --release --offline) > "$T/log" 2>&1 &&
        cp "$B/bench/tokio/release/tokio-bench" "$T/$1" || note "$1 does not build (package librust-tokio-dev): $(head -n 1 "$T/log")"
}
build_go() {
    have go || { note "go is missing (package golang-go): no $1"; return 1; }
    (cd bench/peers/go && GOFLAGS=-mod=mod GOPROXY=off go build -o "$T/$1" .) > "$T/log" 2>&1 ||
        note "$1 does not build: $(head -n 1 "$T/log")"
}

# run NAME ARGUMENT...: runs a program that was built, on the first processor.
run() {
    local name=$1
    shift
    [ ! -e "$T/$name" ] || (pinned 0 timeout "$PATIENCE" "$T/$name" "$@") || note "$name $* failed, or took more than $PATIENCE s"
}

# In a part: while next_round; do ... done
next_round() {
    [ "$round" -lt "$ROUNDS" ] || return
    if [ "$round" -gt 0 ] && [ "$SECONDS" -ge "$PART_SECONDS" ]; then
        note "the part '$part' had time for $round of $ROUNDS rounds"
        return 1
    fi
    round=$((round + 1))
}

end_server() {
    [ -z "$server" ] || { kill "$server"; wait "$server"; } 2> /dev/null
    server=
}

run_part() (
    trap end_server EXIT
    trap 'exit 130' INT TERM
    echo "bench: $1" >&2
    round=0 SECONDS=0
    . "bench/parts/$1.sh"
)

print_table() {
    echo "$(date -u +%F), $(nproc) CPUs, $($CC --version | head -n 1), medians of $ROUNDS rounds"
    echo
    awk -f bench/figures.awk -f bench/table.awk bench/rows "$T/figures"
}

trap 'rm -rf "$T"' EXIT
trap 'interrupted=1' INT TERM
for part in $PARTS; do
    [ -e "bench/parts/$part.sh" ] || { echo "bench: no part '$part' in bench/parts" >&2; exit 1; }
    run_part "$part" >> "$T/figures" || note "the part '$part' has not come to its end" >> "$T/figures"
    [ -z "$interrupted" ] || break
done
print_table | tee "$T/results.md"
[ -z "$interrupted" ] || exit 130
if [ -n "$RESULTS" ]; then
    mv "$T/results.md" "$RESULTS"
    awk -f bench/figures.awk -f bench/chart.awk bench/rows "$T/figures" > "${RESULTS%.md}.svg"
fi
