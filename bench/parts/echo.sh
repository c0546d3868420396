# TCP echo of 64 bytes on loopback: examples/echo.ac beside bench/epoll_echo.c, both driven by examples/load.ac.
MESSAGES=${MESSAGES:-40000}
CONNECTIONS=${CONNECTIONS:-1 64 1000}

# Nanoseconds a process has run, kilobytes it holds or has held at most.
cpu_ns() {
    cut -d ' ' -f 1 "/proc/$1/schedstat"
}
kilobytes() {
    sed -n "s/^$2:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$1/status"
}

# echo_round VARIANT PROGRAM CONNECTIONS: what the load generator saw, and what the server took.
echo_round() {
    local port before memory messages=$((MESSAGES / $3))
    mkfifo "$T/port"
    (pinned 0 "$2" 0) > "$T/port" &
    server=$!
    read -r -t 20 port < "$T/port"
    rm "$T/port"
    [ -n "$port" ] || die "$2 does not start"
    memory=$(kilobytes "$server" VmRSS)
    before=$(cpu_ns "$server")
    (pinned 1 "$T/load" "$port" "$3" "$messages" 64) > "$T/load.out" 2> "$T/load.err" || die "load: $(tail -n 1 "$T/load.err")"
    echo "$(($(cpu_ns "$server") - before)) $(($(kilobytes "$server" VmHWM) - memory))" |
        awk -v n="$(($3 * messages))" -v c="$3" -v variant="$1" '
            FNR == NR { cpu = $1 / n; bytes = $2 * 1024 / c; next }
            match($0, /[0-9.]+ messages\/s/) { rate = substr($0, RSTART) + 0 }
            match($0, /p50 [0-9.]+/) { p50 = substr($0, RSTART + 4, RLENGTH - 4) }
            match($0, /p99 [0-9.]+/) { p99 = substr($0, RSTART + 4, RLENGTH - 4) }
            function figure(what, value) { print "echo-" c "-" what, variant, value }
            END { figure("rate", rate); figure("cpu", cpu); figure("p50", p50); figure("p99", p99)
                  if (c >= 1000) figure("bytes", bytes) }' - "$T/load.out"
    end_server
}

kind=$(family "$CC")
"$B/acc" --cc="$CC" -O2 examples/echo.ac -o "$T/echo" && "$B/acc" --cc="$CC" -O2 examples/load.ac -o "$T/load" &&
    $CC -O2 bench/epoll_echo.c -o "$T/epoll_echo" || die "the servers do not build"
for n in $CONNECTIONS; do
    for round in $(seq "$ROUNDS"); do
        echo_round "acc-$kind" "$T/echo" "$n"
        echo_round "hand-$kind" "$T/epoll_echo" "$n"
    done
done
