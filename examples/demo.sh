#!/bin/bash
# make demo: build acc, look at one function before and after, and let the echo server serve 1,000 connections on loopback.
set -eu
cd "$(dirname "$0")/.."
B=${B:-build}
connections=1000 bytes=64

step() {
    printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9]*m//g'; fi
}

# Programs to build with, and the Debian packages that have them.
install_missing() {
    local missing=() pair
    for pair in gcc:gcc make:make flex:flex bison:bison ar:binutils; do
        command -v "${pair%:*}" > /dev/null || missing+=("${pair#*:}")
    done
    echo '#include <stdlib.h>' | cc -E - > /dev/null 2>&1 || missing+=(libc6-dev)
    [ ${#missing[@]} -eq 0 ] && return
    local as_root
    if ! command -v apt-get > /dev/null; then
        echo "Please install: ${missing[*]}"
        exit 1
    elif [ "$(id -u)" = 0 ]; then
        as_root=env
    elif sudo -n true 2> /dev/null; then
        as_root=sudo
    else
        echo "Some packages are missing. Please type:"
        echo "    sudo apt-get install ${missing[*]}"
        exit 1
    fi
    step "Installing ${missing[*]}"
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

# A function of a C file, from its header to its closing brace.
function_text() {
    awk -v name="$1" '
        $0 ~ "^[a-z].*[ *]" name "\\(" && !/;$/ { inside = 1 }
        inside { print }
        inside && /^}/ { exit }' "$2"
}

show_function() {
    local name=$1 source=$2 lowered=$3
    function_text "$name" "$source" > "$work/before"
    function_text "$name" "$lowered" > "$work/after"
    local width
    width=$( (stty size < /dev/tty) 2> /dev/null | cut -d' ' -f2) || true
    if [ "${width:-80}" -ge 160 ]; then
        pr -m -t -w "$width" -e "$work/before" "$work/after"
    else
        cat "$work/before"
        echo
        echo "... and what acc makes of it:"
        echo
        cat "$work/after"
    fi
}

in_status() {
    sed -n "s/^$2:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$1/status"
}

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT

install_missing
step "Building acc and its runtime"
make --no-print-directory -s -j"$(nproc)" B="$B" all
$B/acc --version

step "Translating and compiling examples/echo.ac and examples/load.ac"
$B/acc -O2 examples/echo.ac -o "$work/echo"
$B/acc -O2 examples/load.ac -o "$work/load"
$B/acc -l -C examples/echo.ac -o "$work/echo.c"
show_function echo examples/echo.ac "$work/echo.c"

step "Serving $connections connections on loopback, every byte checked"
ulimit -n "$(ulimit -H -n)" 2> /dev/null || true
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt $((connections + 50)) ]; then
    echo "only $(ulimit -n) open files are allowed here (ulimit -n); fewer connections"
    connections=$(($(ulimit -n) - 50))
fi
"$work/echo" 0 > "$work/port" &
server=$!
for _ in $(seq 100); do
    [ -s "$work/port" ] && break
    sleep 0.05
done
[ -s "$work/port" ] || { echo "the server did not start"; exit 1; }
idle=$(in_status "$server" VmRSS)
load() {
    timeout 25 "$work/load" "$(cat "$work/port")" "$connections" "$1" "$bytes" || { echo "the load generator failed"; exit 1; }
}
# A short run tells how many messages take some five seconds here.
begin=${EPOCHREALTIME/[.,]/}
load 10 > "$work/trial" 2>&1 || { cat "$work/trial"; exit 1; }
microseconds=$((${EPOCHREALTIME/[.,]/} - begin))
messages=$((10 * 5000000 / microseconds))
messages=$((messages < 10 ? 10 : messages > 500 ? 500 : messages))
load "$messages"
peak=$(in_status "$server" VmHWM)
echo "server: peak memory $peak kB, of which $idle kB before the first connection:" \
    "$(((peak - idle) * 1024 / connections)) bytes per connection, its 4096 byte buffer included"
$B/acc --frames examples/echo.ac | sed -n '1,12p'
