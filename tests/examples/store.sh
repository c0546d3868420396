#!/bin/bash
# The store answers commands typed and sent in Redis's form, in any pieces; lists serve those who wait in their order; channels are heard;
# what is no command is answered, what breaks the protocol is sent away; clients of Redis work with it, where there are any.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash

build "$T/store" examples/store.ac
start "$T/store" 0
exec 3<> "/dev/tcp/127.0.0.1/$port" 4<> "/dev/tcp/127.0.0.1/$port" 5<> "/dev/tcp/127.0.0.1/$port"

# ask COMMAND WANTED...: the lines of the answer.
ask() {
    local command=$1 line
    printf '%s\r\n' "$command" >&3
    shift
    hear 3 "$command" "$@"
}
# hear FD WHAT WANTED...
hear() {
    local fd=$1 what=$2 wanted line
    for wanted in "${@:3}"; do
        IFS= read -r -t 20 line <&"$fd"
        expect "$what" "$wanted" "${line%$'\r'}"
    done
}

ask "PING" "+PONG"
ask "set greeting hello" "+OK"
ask "get greeting" '$5' "hello"
ask "get other" '$-1'
ask "set short life ex 100" "+OK"
ask "ttl short" ":100"
ask "ttl greeting" ":-1"
ask "ttl other" ":-2"
ask "set x y ex" "-ERR syntax error"
ask "incr n" ":1"
ask "incr n" ":2"
ask "get" "-ERR wrong number of arguments"
ask "what is this" "-ERR unknown command"
ask "rpush list b c" ":2"
ask "lpush list a" ":3"
ask "lpop list" '$1' "a"
ask "llen list" ":2"
ask "get list" "-WRONGTYPE it is of another kind"
ask "rpush n 1" "-WRONGTYPE it is of another kind"
ask "incr list" "-WRONGTYPE it is of another kind"
ask "blpop n 0" "-WRONGTYPE it is of another kind"
ask "del list n short nobody" ":3"
ask "dbsize" ":1"
ask "blpop list 0.01" "*-1"

# Several commands in pieces; a word with an end of line in it.
printf '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$6\r\n1\r\n' >&3
printf '2\r\n\r\n*2\r\n$3\r\nget\r\n$1\r\nk\r\nget greeting\r\n' >&3
hear 3 "a word of two lines" "+OK" '$6' "1" "2" "" '$5' "hello"

# Two wait at a list: the first one is served first. What it asked before is answered before it waits.
printf 'ping first\r\nblpop jobs 0\r\nping on\r\n' >&4
hear 4 "before it waits" '$5' "first"
printf 'ping second\r\nblpop jobs 0\r\n' >&5
hear 5 "before it waits" '$6' "second"
ask "rpush jobs one two" ":2"
hear 4 "the first one" "*2" '$4' "jobs" '$3' "one" '$2' "on"
hear 5 "the second one" "*2" '$4' "jobs" '$3' "two"
ask "llen jobs" ":0"

printf 'subscribe news\r\n' >&4
hear 4 "subscribing" "*3" '$9' "subscribe" '$4' "news" ":1"
ask "publish old nothing" ":0"
ask "publish news it works" ":0"
hear 4 "what is said" "*3" '$7' "message" '$4' "news" '$2' "it"

# What breaks the protocol: an answer, and the end.
printf '*1\r\n$99999999999\r\n' >&5
hear 5 "too long a word" "-ERR protocol error"
expect "its end" "" "$(timeout 20 cat <&5)"
still_runs

if command -v redis-cli > /dev/null && command -v redis-benchmark > /dev/null; then
    expect "redis-cli" "hello" "$(timeout 20 redis-cli -p "$port" get greeting)"
    timeout 60 redis-benchmark -p "$port" -q -n 2000 -c 20 -P 4 -t ping,set,get,incr,lpush,rpush,lpop > "$T/benchmark" 2>&1 || fail "redis-benchmark"
    grep -q "GET: .* requests per second" "$T/benchmark" || fail "redis-benchmark: $(tail -n 1 "$T/benchmark")"
fi

# Those who wait do not keep it from its end.
printf 'blpop nothing 0\r\n' >&3
kill -INT "$server"
wait "$server"
expect "its status" 0 $?
servers=()
passed
