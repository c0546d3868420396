# TCP echo of 64 bytes on loopback: examples/echo.ac beside an epoll loop by hand, libuv, tokio, Go and Boost.Asio. One load
# generator for all, examples/load.ac, on the second processor.
# In a run of 64 connections; a quarter of that with one, and three times as many with 1,000, so that opening them counts less.
MESSAGES=${MESSAGES:-40000}
CONNECTIONS=${CONNECTIONS:-1 64 1000}
IDLE=${IDLE:-5000}
BUFFER=4096

for compiler in $COMPILERS; do
    have "$compiler" || { note "$compiler is missing"; continue; }
    acc=$(acc_of "$compiler") || die "acc does not build with $compiler"
    build "echo-acc-$compiler" "$acc" --cc="$compiler" -O2 examples/echo.ac
    build "echo-hand-$compiler" "$compiler" -O2 bench/peers/epoll_echo.c
done
"$B/acc" --cc="$CC" -O2 examples/load.ac -o "$T/load" || die "the load generator does not build"
build echo-libuv "$CC" -std=gnu2x -O2 bench/peers/uv_echo.c -luv
build_tokio echo-tokio
build_go echo-go
build echo-asio g++ -std=c++20 -O2 bench/peers/asio.cpp -pthread

# Starts the server of a variant; sets server and port.
start_server() {
    local arguments=0
    case $1 in tokio|go|asio) arguments="echo 0" ;; esac
    port=
    mkfifo "$T/port"
    # shellcheck disable=SC2086        # words
    (pinned 0 "$T/echo-$1" $arguments) > "$T/port" &
    server=$!
    read -r -t 20 port < "$T/port"
    rm "$T/port"
    [ -n "$port" ] || { note "the server of $1 does not start"; end_server; return 1; }
}

# load CONNECTIONS MESSAGES: on each. What it has to say goes to $T/load.out.
load() {
    (pinned 1 timeout "$PATIENCE" "$T/load" "$port" "$1" "$2" 64) > "$T/load.out" 2> "$T/load.err" || {
        note "load of $1 connections failed, or took more than $PATIENCE s: $(tail -n 1 "$T/load.err")"
        return 1
    }
}

# Nanoseconds the server has run, all threads; kilobytes it holds (VmRSS) or has held at most (VmHWM).
server_ns() {
    cat "/proc/$server/task/"*/schedstat | awk '{ ns += $1 } END { print ns }'
}
server_kilobytes() {
    sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$server/status"
}

# echo_round VARIANT CONNECTIONS: what the load generator saw, and what the server took.
echo_round() {
    local before messages=$((MESSAGES / $2))
    [ "$2" -gt 1 ] || messages=$((MESSAGES / 4))
    [ "$2" -lt 1000 ] || messages=$((3 * MESSAGES / $2))
    start_server "$1" || return
    before=$(server_ns)
    load "$2" "$messages" && awk -v cpu="$(($(server_ns) - before))" -v n="$(($2 * messages))" -v workload="echo-$2" -v variant="$1" '
        match($0, /[0-9.]+ messages\/s/) { print workload "-rate", variant, substr($0, RSTART) + 0 }
        match($0, /p50 [0-9.]+/) { print workload "-p50", variant, substr($0, RSTART + 4, RLENGTH - 4) }
        match($0, /p99 [0-9.]+/) { print workload "-p99", variant, substr($0, RSTART + 4, RLENGTH - 4) }
        END { print workload "-cpu", variant, cpu / n }' "$T/load.out"
    end_server
}

# Memory for a connection, without the buffer in it.
idle_round() {
    local before buffer=0
    case $1 in acc*|tokio|go|asio) buffer=$BUFFER ;; esac
    start_server "$1" || return
    before=$(server_kilobytes VmRSS)
    load "$IDLE" 2 && echo "echo-idle $1 $((($(server_kilobytes VmHWM) - before) * 1024 / IDLE - buffer))"
    end_server
}

# System calls for a message. A debugger counts them, so this is no measurement of time.
calls_round() {
    local tracer messages=$((200 + 2000 / $2))
    start_server "$1" || return
    strace -c -f -p "$server" -o "$T/calls" 2> "$T/tracing" &
    tracer=$!
    for _ in $(seq 50); do
        grep -q attached "$T/tracing" && break
        sleep 0.1
    done
    load "$2" "$messages"
    kill -INT "$tracer" 2> /dev/null
    wait "$tracer"
    awk -v n="$(($2 * messages))" -v workload="echo-$2-calls" -v variant="$1" '
        $NF == "total" { print workload, variant, $4 / n }' "$T/calls"
    end_server
}

servers=
for peer in {acc,hand}-{gcc,clang} libuv tokio go asio; do
    [ ! -e "$T/echo-$peer" ] || servers="$servers $peer"
done
while next_round; do
    for n in $CONNECTIONS; do
        for peer in $servers; do
            echo_round "$peer" "$n"
        done
    done
done
for peer in $servers; do
    idle_round "$peer"
    have strace || { note "strace is missing: no system calls are counted"; continue; }
    calls_round "$peer" 1
    calls_round "$peer" 64
done
