#!/bin/bash
# The echo server gives the load generator back every byte: one connection and many, small messages and large ones.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash

build "$T/echo" examples/echo.ac
build "$T/load" examples/load.ac
start "$T/echo" 0

# drive CONNECTIONS MESSAGES BYTES
drive() {
    "$T/load" "$port" "$@" > "$T/out" 2> "$T/err" || { fail "load $*"; tail -n 3 "$T/err"; }
    grep -q "^$1 connections, $(($1 * $2)) messages of $3 bytes in " "$T/out" || fail "load $*: $(cat "$T/out")"
}
drive 1 1 1
drive 1 1000 64
drive 1 50 16384
drive 10 100 16384
drive 500 20 64
drive 100 0 64

# Peers that go away without a word do the others no harm.
for i in 1 2 3; do
    exec 3<> "/dev/tcp/127.0.0.1/$port"
    echo "never read" >&3
    exec 3>&-
done
drive 10 10 64
exec 3<> "/dev/tcp/127.0.0.1/$port"
printf 'half' >&3
IFS= read -r -N 4 -t 20 echo <&3
expect "what was sent" half "$echo"
exec 3>&-
still_runs

# A server that is gone, that was never there, or that lies after 100,000 bytes: load finds out.
stop_servers
"$T/load" "$port" 2 2 > /dev/null 2>&1 && fail "the server is gone, and load is content"
"$T/load" > /dev/null 2>&1
expect "usage" 2 $?
sed 's/^        n = await ac_write_all/        static long total;\n        if ((total += n) > 100000)\n            buf[0] ^= 1;\n&/' \
    examples/echo.ac > "$T/liar.ac"
build "$T/liar" "$T/liar.ac"
start "$T/liar" 0
drive 10 100 64
"$T/load" "$port" 10 100 64 > "$T/out" 2> "$T/err" && fail "the server lies, and load is content"
grep -q 'the echo differs' "$T/err" || fail "load does not say that the echo differs"
passed
