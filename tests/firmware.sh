#!/bin/bash
# examples/firmware runs on a Cortex-M3, as QEMU has one: it answers on its serial line, and ends when it is told to. Each compiler
# that can build it.
T=${T:-$(mktemp -d)}
tried=0 status=0
command -v qemu-system-arm > /dev/null || { echo "(apt-get install qemu-system-arm)"; exit 77; }

# say TEXT; hear LINE
say() { echo "$1" >&"${board[1]}"; }
hear() {
    local line
    IFS= read -r -t 60 -u "${board[0]}" line
    line=${line%$'\r'}
    [ "$line" = "$1" ] || { echo "$name: '$line' is heard, not '$1'"; status=1; }
}

# name, variables of make
run_on_board() {
    name=$1
    local folder=$T/$1
    shift
    tried=$((tried + 1))
    make -s -C examples/firmware ACC="$B/acc" B="$folder" "$@" > "$T/made" 2>&1 || { cat "$T/made"; status=1; return; }
    coproc board { make -s -C examples/firmware run ACC="$B/acc" B="$folder" "$@" 2>&1; }
    local pid=$board_PID
    hear ready
    say "echo hello"
    hear hello
    say "fast"
    say "what"
    hear "echo, fast, slow, stop?"
    say "echo a line that is longer than there is room for"
    hear "a line that is longer than"
    say "stop"
    hear stopped
    wait "$pid" || { echo "$name: the program ends with $?"; status=1; }
}

B=$(realpath "$B")
if command -v arm-none-eabi-gcc > /dev/null; then
    run_on_board gcc
fi
if command -v clang > /dev/null && command -v ld.lld > /dev/null; then
    run_on_board clang CC='clang --target=arm-none-eabi -mcpu=cortex-m3' LDFLAGS=-fuse-ld=lld AR=ar SIZE=size LDLIBS=
fi
[ $tried -gt 0 ] || { echo "(apt-get install lld clang, or gcc-arm-none-eabi)"; exit 77; }
exit $status
