#!/bin/bash
# The complete C files that README and docs show (blocks marked c that include a header) are accepted.
status=0
for doc in README.md docs/*.md; do
    awk -v folder="$T" -v doc="$(basename "$doc" .md)" '
        /^```/ { if (inside) { close(file); inside = 0 } else if ($0 == "```c") { inside = 1; file = folder "/" doc "-" NR ".ac" } ; next }
        inside { print > file }' "$doc"
done
for block in "$T"/*.ac; do
    grep -q '#include' "$block" || continue
    library=$(grep -oE '<(uv|glib|openssl/ssl|libpq-fe)\.h>' "$block")
    flags=$([[ $library != *libpq* ]] || pkg-config --cflags libpq 2> /dev/null)
    [ -z "$library" ] || echo "#include $library" | "${CC:-cc}" $flags -E - > /dev/null 2>&1 || { echo "(no $library)"; continue; }
    "$B/acc" -D_GNU_SOURCE -include sys/types.h $flags -Wall -Wno-unused-function -Werror -fsyntax-only "$block" || {
        echo "in $(basename "$block" .ac)"
        status=1
    }
done
exit $status
