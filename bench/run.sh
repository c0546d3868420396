#!/bin/bash
# Measures what acc promises: how fast it translates, and how a lowered server does beside a hand-written one.
#
#     bench/run.sh                 prints the tables                    make bench
#     RESULTS=bench/results.md bench/run.sh        writes them to a file too
#
# The two sides of a comparison run in turn, ROUNDS times; figures are medians, a ratio is the median of the rounds' ratios.
# Environment: B (folder of the build), CC, ROUNDS, MESSAGES (of an echo run), CONNECTIONS, PARTS ("translation echo concurrency").
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C
B=$(realpath "${B:-build}")
CC=${CC:-cc}
ROUNDS=${ROUNDS:-5}
MESSAGES=${MESSAGES:-40000}
CONNECTIONS=${CONNECTIONS:-1 64 1000}
PARTS=${PARTS:-translation echo concurrency}
T=$(mktemp -d)
server=

end_server() {
    [ -z "$server" ] || { kill "$server"; wait "$server"; } 2> /dev/null
    server=
}
trap 'end_server; rm -rf "$T"' EXIT

die() {
    echo "bench: $1" >&2
    exit 1
}

# median COLUMN FILE
median() {
    awk -v c="$1" '{ print $c }' "$2" | sort -g | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# --- translation: acc -C beside cc -fsyntax-only of the erased file, in milliseconds of CPU time --------------------------

cpu_ms() {
    local TIMEFORMAT='%3U %3S' times
    times=$({ time "$@" > /dev/null 2>&1; } 2>&1) || die "failed: $*"
    awk '{ print 1000 * ($1 + $2) }' <<< "$times"
}

measure_translation() {
    local source round flags='-std=gnu2x -Iruntime'
    bench/large.sh > "$T/large.ac" || die "no large.ac"
    echo "| translation, CPU ms | lines | acc -C | $CC -fsyntax-only | ratio |"
    echo "| --- | --- | --- | --- | --- |"
    for source in "$T/large.ac" examples/*.ac; do
        for round in $(seq "$ROUNDS"); do
            echo "$(cpu_ms "$B/acc" --cc="$CC" -std=gnu2x -C "$source" -o "$T/out.c")" \
                "$(cpu_ms "$CC" -x c $flags -DAC_ERASED -Dasync= -Dawait= -Dall=0 -fsyntax-only "$source")"
        done | awk '{ print $1, $2, $1 / $2 }' > "$T/rounds"
        printf '| %s | %d | %.0f | %.0f | %.2f |\n' "$(basename "$source")" "$(wc -l < "$source")" "$(median 1 "$T/rounds")" \
            "$(median 2 "$T/rounds")" "$(median 3 "$T/rounds")"
    done
}

# --- echo: examples/echo.ac beside bench/epoll_echo.c, both driven by examples/load.ac ------------------------------------

pinned() {
    local cpu=$1
    shift
    if [ "$(nproc)" -gt 1 ] && command -v taskset > /dev/null; then
        exec taskset -c "$cpu" "$@"
    fi
    exec "$@"
}

# Nanoseconds a process has run, kilobytes it holds or has held at most.
cpu_ns() {
    cut -d ' ' -f 1 "/proc/$1/schedstat"
}
kilobytes() {
    sed -n "s/^$2:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$1/status"
}

# echo_round PROGRAM CONNECTIONS: messages a second, CPU ns a message, p50 and p99 in us, bytes a connection.
echo_round() {
    local port before memory messages=$((MESSAGES / $2))
    mkfifo "$T/port"
    (pinned 0 "$1" 0) > "$T/port" &
    server=$!
    read -r -t 20 port < "$T/port"
    rm "$T/port"
    [ -n "$port" ] || die "$1 does not start"
    memory=$(kilobytes "$server" VmRSS)
    before=$(cpu_ns "$server")
    (pinned 1 "$T/load" "$port" "$2" "$messages" 64) > "$T/load.out" 2> "$T/load.err" || die "load: $(tail -n 1 "$T/load.err")"
    echo "$(($(cpu_ns "$server") - before)) $(($(kilobytes "$server" VmHWM) - memory))" |
        awk -v n="$(($2 * messages))" -v c="$2" '
            FNR == NR { cpu = $1 / n; bytes = $2 * 1024 / c; next }
            match($0, /[0-9.]+ messages\/s/) { rate = substr($0, RSTART) + 0 }
            match($0, /p50 [0-9.]+/) { p50 = substr($0, RSTART + 4, RLENGTH - 4) }
            match($0, /p99 [0-9.]+/) { p99 = substr($0, RSTART + 4, RLENGTH - 4) }
            END { print rate, cpu, p50, p99, bytes }' - "$T/load.out"
    end_server
}

measure_echo() {
    local n
    "$B/acc" --cc="$CC" -O2 examples/echo.ac -o "$T/echo" && "$B/acc" --cc="$CC" -O2 examples/load.ac -o "$T/load" &&
        $CC -O2 bench/epoll_echo.c -o "$T/epoll_echo" || die "the servers do not build"
    echo "| echo of 64 bytes, connections | messages/s acc | by hand | ratio | CPU ns/message acc | by hand | ratio |" \
        "p50 us acc | by hand | p99 us acc | by hand | bytes/connection acc | by hand |"
    echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for n in $CONNECTIONS; do
        for round in $(seq "$ROUNDS"); do
            echo "$(echo_round "$T/echo" "$n") $(echo_round "$T/epoll_echo" "$n")"
        done | awk '{ print $0, $1 / $6, $2 / $7 }' > "$T/rounds"
        [ "$(awk 'NF == 12' "$T/rounds" | wc -l)" = "$ROUNDS" ] || die "a round failed"
        set -- $(for column in 1 6 11 2 7 12 3 8 4 9 5 10; do median "$column" "$T/rounds"; done)
        printf '| %d | %.0f | %.0f | %.3f | %.0f | %.0f | %.3f | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f |\n' "$n" "$@"
    done
}

# --- concurrency: CPU time of starting children, channels and await any, bytes of a child that waits -----------------------

measure_concurrency() {
    "$B/acc" --cc="$CC" -O2 bench/concurrency.ac -o "$T/concurrency" || die "bench/concurrency.ac does not build"
    (pinned 0 "$T/concurrency") || die "bench/concurrency.ac failed"
}

print_all() {
    local part
    echo "$(date -u +%F), $(nproc) CPUs, $($CC --version | head -n 1), medians of $ROUNDS rounds"
    for part in $PARTS; do
        echo
        "measure_$part"
    done
}

if [ -n "$RESULTS" ]; then
    print_all | tee "$T/results.md"
    [ "${PIPESTATUS[0]}" = 0 ] && mv "$T/results.md" "$RESULTS"
else
    print_all
fi
