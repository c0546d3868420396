#!/bin/bash
# In the chat all others read what one says, whole lines also when they come in pieces; at SIGINT they are told goodbye.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash

build "$T/chat" examples/chat.ac
start "$T/chat" 0
exec 3<> "/dev/tcp/127.0.0.1/$port" 4<> "/dev/tcp/127.0.0.1/$port" 5<> "/dev/tcp/127.0.0.1/$port"

# Whoever connects is not in the room at once. So each speaks until the other two have heard it.
for speaker in 3 4 5; do
    for other in 3 4 5; do
        [ $other = $speaker ] && continue
        until echo "here is $speaker" >&$speaker; IFS= read -r -t 1 -u $other line && [ "${line#*: }" = "here is $speaker" ]; do
            continue
        done
    done
done

# heard FD WHAT WANTED: apart from what was said above.
heard() {
    local line
    while IFS= read -r -t 20 line <&"$1" && [[ $line = *"here is"* ]]; do
        continue
    done
    expect "$2" "$3" "$line"
}

printf 'in pie' >&3
printf 'ces\nand another\n' >&3
for reader in 4 5; do
    heard $reader "a line in pieces" "1: in pieces"
    heard $reader "the next line" "1: and another"
done
head -c 500 /dev/zero | tr '\0' x >&4
timeout 20 cat <&4 > "$T/rest" 2> "$T/reset"
expect "who says too much at once is sent away" "no timeout" "$([ $? = 124 ] && echo timeout || echo no timeout)"
exec 4>&-
echo "who is left" >&5
heard 3 "after somebody has left" "3: who is left"

kill -INT "$server"
heard 3 "the end" "goodbye"
wait "$server"
expect "its status" 0 $?
servers=()
passed
