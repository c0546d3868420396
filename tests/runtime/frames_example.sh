#!/bin/bash
# The operation that docs/frames.md shows works: from lowered code, without a frame, cancelled, with both compilers.
T=${T:-$(mktemp -d)} B=${B:-build}
awk -v folder="$T" '/^```/ { if (file) { close(file); file = "" } else if (NF == 2) file = folder "/" $2; next } file { print > file }' docs/frames.md
status=0
for cc in gcc clang; do
    command -v $cc > /dev/null || continue
    warnings='-std=gnu2x -Wall -Wextra -Werror -O1 -g'
    $cc $warnings -iquote "$T" -I. -Iruntime tests/runtime/frames_example/counter_test.c "$T/counter.c" -o "$T/test" "$B/libacc.a" -pthread &&
        "$T/test" || { echo "$cc: the operation fails"; status=1; }
    "$B/acc" --cc=$cc $warnings -iquote "$T" -c "$T/main.ac" -o "$T/main.o" &&
        $cc $warnings -iquote "$T" -Iruntime "$T/main.o" "$T/counter.c" -o "$T/main" "$B/libacc.a" -pthread &&
        [ "$("$T/main")" = 6 ] || { echo "$cc: the program fails"; status=1; }
done
exit $status
