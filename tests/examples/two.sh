#!/bin/bash
# Two files that share a header with async prototypes: pages are fetched at the same time, errors are told.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash

build "$T/http" examples/http.ac
build "$T/fetch" examples/two/main.ac examples/two/fetch.ac
${CC:-cc} -Wall -Wextra -Werror -fsyntax-only -x c examples/two/fetch.h || fail "plain C cannot include fetch.h"
mkdir "$T/www"
printf 12345 > "$T/www/five"
head -c 3000000 /dev/urandom > "$T/www/large"
start "$T/http" 0 "$T/www"

expect "pages" "/five: 200, 5 bytes
/large: 200, 3000000 bytes
/five: 200, 5 bytes" "$("$T/fetch" 127.0.0.1 "$port" /five /large /five)"
"$T/fetch" 127.0.0.1 "$port" /five > /dev/null
expect "status" 0 $?
expect "missing page" "/none: 404, 14 bytes" "$("$T/fetch" 127.0.0.1 "$port" /none)"
"$T/fetch" 127.0.0.1 "$port" /five /none > /dev/null
expect "status" 1 $?
many=()
for i in $(seq 200); do many+=(/five); done
expect "many" 200 "$("$T/fetch" 127.0.0.1 "$port" "${many[@]}" | grep -c '^/five: 200, 5 bytes$')"
still_runs
stop_servers
expect "nobody there" "/five: Connection refused" "$("$T/fetch" 127.0.0.1 "$port" /five)"
passed
