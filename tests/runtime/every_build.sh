#!/bin/bash
# Every test of the runtime with each compiler, with AddressSanitizer and UBSan, and those that use threads with
# ThreadSanitizer. Without FULL=1: clang, and the sanitizers of one compiler each.
T=${T:-$(mktemp -d)}
CC=${CC:-cc}
warnings='-std=gnu2x -g -O1 -Wall -Wextra -Werror'
sources=$(make -s -f - <<< $'include runtime/sources.mk\nall: ; @echo $(runtime_c)')
status=0

# name, compiler, flags, tests
build_and_run() {
    local name=$1 cc=$2 flags=$3
    shift 3
    command -v "$cc" > /dev/null || return 0
    mkdir -p "$T/$name"
    for source in $sources; do
        $cc $warnings $flags -Iruntime -c "$source" -o "$T/$name/${source//\//_}.o" || { status=1; return; }
    done
    for test; do
        $cc $warnings $flags -I. -Iruntime "$test" "$T/$name"/*.o -o "$T/$name/test" -pthread &&
            timeout 120 "$T/$name/test" < /dev/null || { echo "$name: $test fails"; status=1; }
    done
}

all=$(grep -LE '^// RUN:' tests/runtime/*.c)
threaded=$(grep -lE '<pthread.h>' $all)
address='-fsanitize=address,undefined -fno-sanitize-recover=all'
if [ -n "$FULL" ]; then
    build_and_run gcc gcc '' $all
    build_and_run gcc-address gcc "$address" $all
    build_and_run gcc-thread gcc -fsanitize=thread $threaded
    build_and_run clang-thread clang -fsanitize=thread $threaded
fi
build_and_run clang clang '' $all
build_and_run address clang "$address" $all
build_and_run thread "$CC" -fsanitize=thread $threaded
exit $status
