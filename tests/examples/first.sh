#!/bin/bash
# The first server that has what is asked for wins; those that refuse, do not know it, or never answer, do not matter.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash

build "$T/first" examples/first.ac
build "$T/http" examples/http.ac
mkdir "$T/with" "$T/without"
echo found > "$T/with/page"
start "$T/http" 0 "$T/with"
with=127.0.0.1:$port
start "$T/http" 0 "$T/without"
without=127.0.0.1:$port
start "$T/http" 0 "$T/with"
kill -STOP "$server"                        # takes connections, says nothing
silent=127.0.0.1:$port

expect "alone" found "$("$T/first" /page "$with" 2> /dev/null)"
expect "among others" found "$("$T/first" /page "$silent" "$without" 127.0.0.1:1 nowhere:80 "$with" "$silent" 2> /dev/null)"
expect "who it was" "first: $with" "$("$T/first" /page "$silent" "$with" 2>&1 > /dev/null)"
expect "nobody" "first: nobody answers" "$("$T/first" /page "$without" 127.0.0.1:1 2>&1)"
expect "not even that" "first: nobody answers" "$("$T/first" /other "$with" "$without" 2>&1)"
kill -CONT "$server"
passed
