#!/bin/bash
# Executors in loops of other libraries (acc/uv.h, acc/glib.h), and tasks that wait for other libraries, as docs/libraries.md shows it:
# the programs of tests/adapters, where the libraries are installed.
status=77
adapter() {
    local name=$1 package=$2 cc
    pkg-config --exists "$package" 2> /dev/null || { echo "(no $package)"; return; }
    [ $status != 77 ] || status=0
    awk -v wanted="$3" '/^```/ { if (shown ~ wanted) printf "%s", shown; shown = ""; inside = $0 == "```c"; next }
        inside { shown = shown $0 "\n" }' docs/libraries.md > "$T/shown.h"
    for cc in gcc clang; do
        command -v $cc > /dev/null || continue
        "$B/acc" --cc=$cc -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined "-I$T" $(pkg-config --cflags "$package") \
            "tests/adapters/$name.ac" -o "$T/$name" $(pkg-config --libs "$package") && "$T/$name" || status=1
    done
}
adapter uv libuv uv_fs_stat
adapter glib glib-2.0 no_block
adapter tls openssl SSL_accept
adapter pq libpq PQconnectPoll
exit $status
