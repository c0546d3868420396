# Sourced by the scripts here. A server writes its port on its first line; it is ended, by its id, with the script.
failures=0
servers=()

fail() {
    echo "failed: $1"
    failures=$((failures + 1))
}

skip() {
    echo "$1"
    exit 77
}

# expect WHAT WANTED GOT
expect() {
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# build OUTPUT SOURCES: translates and compiles without a warning.
build() {
    "$B/acc" -O2 -Wall -Wextra -Werror "${@:2}" -o "$1" || { fail "$1 does not build"; exit 1; }
}

# start PROGRAM ARGUMENTS: runs a server; sets `port` and `server`.
start() {
    local fifo=$T/port.${#servers[@]}
    mkfifo "$fifo"
    "$@" > "$fifo" &
    server=$!
    servers+=("$server")
    read -r -t 20 port < "$fifo"
    [ -n "$port" ] || { fail "$1 does not start"; exit 1; }
}

still_runs() {
    kill -0 "$server" 2> /dev/null || fail "the server has ended"
}

stop_servers() {
    for id in "${servers[@]}"; do
        kill "$id" 2> /dev/null
        wait "$id" 2> /dev/null
    done
}
trap stop_servers EXIT

passed() {
    [ "$failures" = 0 ] || exit 1
    exit 0
}
