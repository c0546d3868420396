#!/bin/bash
# Programs whose tasks run on several threads, with ThreadSanitizer and with AddressSanitizer; erased, those that can be; and with
# ThreadSanitizer in the program alone, as users have it. FULL=1: with either compiler, and without sanitizers.
T=${T:-$(mktemp -d)}
CC=${CC:-cc}
flags="-std=gnu2x -g -O1 -Wall -Wextra -Werror -iquote tests/threads"
status=0

sources() {
    make -s -f - <<< "include runtime/sources.mk
all: ; @echo \$($1)"
}

# name, compiler, flags: of the runtime and the programs
build_and_run() {
    local name=$1 cc=$2 more="$flags $3"
    command -v "$cc" > /dev/null || return 0
    mkdir -p "$T/$name" "$T/$name-erased"
    for source in $(sources 'runtime_c) $(runtime_ac'); do
        "$B/acc" --cc="$cc" $more -Iruntime -c "$source" -o "$T/$name/${source//\//_}.o" || { status=1; return; }
    done
    for source in $(sources runtime_erased_c); do
        $cc $more -Iruntime -c "$source" -o "$T/$name-erased/${source//\//_}.o" || { status=1; return; }
    done
    for test in tests/threads/*.ac; do
        "$B/acc" --cc="$cc" $more -Iruntime -c "$test" -o "$T/test.o" &&
            $cc $more "$T/test.o" "$T/$name"/*.o -o "$T/test" -pthread && timeout 120 "$T/test" ||
            { echo "$name: $test fails"; status=1; }
    done
    for test in tests/threads/one_each.ac; do
        "$B/acc" --cc="$cc" -DAC_ERASED --erase "$test" -o "$T/erased.c" &&
            $cc $more -DAC_ERASED -Iruntime "$T/erased.c" "$T/$name-erased"/*.o -o "$T/test" -pthread && timeout 120 "$T/test" ||
            { echo "$name: $test, erased, fails"; status=1; }
    done
}

# compiler: with the libraries as they are installed
with_library() {
    local more="$flags -fsanitize=thread"
    command -v "$1" > /dev/null || return 0
    for test in tests/threads/*.ac; do
        "$B/acc" --cc="$1" $more "$test" -o "$T/test" && timeout 120 "$T/test" || { echo "library, $1: $test fails"; status=1; }
    done
    for test in tests/threads/one_each.ac; do
        "$B/acc" --cc="$1" -DAC_ERASED --erase "$test" -o "$T/erased.c" &&
            $1 $more -DAC_ERASED -Iruntime "$T/erased.c" "$B/libacc_erased.a" -o "$T/test" -pthread && timeout 120 "$T/test" ||
            { echo "library, $1: $test, erased, fails"; status=1; }
    done
}

address='-fsanitize=address,undefined -fno-sanitize-recover=all'
if [ -n "$FULL" ]; then
    build_and_run gcc gcc -O2
    build_and_run clang clang -O2
    build_and_run gcc-address gcc "$address"
    build_and_run clang-thread clang -fsanitize=thread
    with_library clang
fi
build_and_run address clang "$address"
build_and_run thread "$CC" -fsanitize=thread
with_library "$CC"
exit $status
