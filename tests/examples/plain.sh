#!/bin/bash
# A plain C program runs async code through a function that blocks, also when its files are built one by one by cc.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
CC=${CC:-cc}
. tests/examples/support.bash

build "$T/echo" examples/echo.ac
build "$T/ports" examples/plain/main.c examples/plain/worker.ac
"$B/acc" -C examples/plain/worker.ac -o "$T/worker.c" || fail "worker.ac is not lowered"
$CC -Wall -Wextra -Werror -O2 $("$B/acc" --cflags) -Iexamples/plain "$T/worker.c" examples/plain/main.c -o "$T/by_hand" \
    $("$B/acc" --libs) || fail "the lowered worker does not build"
start "$T/echo" 0

for program in ports by_hand; do
    expect "the port is open" "$port" "$("$T/$program" "$port" "$port")"
    "$T/$program" "$((port - 300 > 0 ? port - 300 : 1))" "$((port + 300 < 65535 ? port + 300 : 65535))" | grep -qx "$port" ||
        fail "$program does not find the port among others"
done
"$T/ports" 5 4 2> /dev/null
expect "usage" 2 $?
still_runs
stop_servers
expect "the port is closed" "" "$("$T/ports" "$port")"
passed
