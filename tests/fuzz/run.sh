#!/bin/bash
# Feeds the targets in $1 with mutated programs for FUZZ_SECONDS altogether (an hour); `make fuzz`. The corpus begins with the
# programs of the tests and grows below the folder from run to run. What makes a target fail is kept in failures/ there.
cd "$(dirname "$0")/../.." || exit 1
built=${1:?the folder with the targets; make fuzz gives it}
seconds=${FUZZ_SECONDS:-3600}
mkdir -p "$built/seeds" "$built/failures"
# Each program as it is, and with its macros expanded; its system headers are empty, what they declare is in prelude.h.
for file in $(find tests examples -name '*.ac'); do
    cp "$file" "$built/seeds/$(md5sum < "$file" | head -c 16)"
done
grep -rhoE '^ *# *include *<[^>]+>' tests examples --include='*.ac' --include='*.h' | grep -oE '<[^>]+' | sort -u | while read -r header; do
    mkdir -p "$built/headers/$(dirname "${header#<}")" && : > "$built/headers/${header#<}"
done
for file in tests/run/*.ac tests/lower/*.ac tests/runtime/*.ac examples/*.ac; do
    "${CC:-cc}" -E -P -x c -nostdinc -isystem "$built/headers" "$file" 2> /dev/null > "$built/expanded" || continue
    cp "$built/expanded" "$built/seeds/$(md5sum < "$built/expanded" | head -c 16)"
done
{
    sed -n 's/^KEYWORD(\("[^"]*"\).*/\1/p' lexer/keyword.def
    sed -n "s/.*\"\([^\"\\\\]*\)\".*/\"\1\"/p" tests/fuzz/mutate.c | sort -u
} | grep -v '^""$' > "$built/words.dict"
ulimit -c 0
ulimit -s 1000000
status=0
# The whole translator gets half of the time, the parser a third.
for target in scanner:6 parser:3 translator:2; do
    name=${target%:*}
    mkdir -p "$built/corpus-$name"
    "$built/$name" -max_total_time=$((seconds / ${target#*:} + 1)) -dict="$built/words.dict" -artifact_prefix="$built/failures/$name-" \
        -close_fd_mask=2 -entropic=0 -max_len=6000 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 $FUZZ_OPTIONS \
        "$built/corpus-$name" "$built/seeds" > "$built/$name.log" 2>&1 || status=1
    tail -n 30 "$built/$name.log" | grep -E 'SUMMARY|^what |stat::number_of_executed|Test unit written'
done
exit $status
