#!/bin/bash
# libacc_core.a, the runtime for machines without an operating system, over a port that POSIX systems can run (tests/core/port.c): the
# programs of tests/runtime that use no descriptors, for each compiler, with sanitizers, and for 32 bits where there is a compiler;
# FULL=1: for RISC-V as well, in an emulator.
T=${T:-$(mktemp -d)}
status=0
programs=(any any_calls any_ties broadcasts cancelled_while_ending channel_of_pointer channels deadlines events frames_boxed handles_left
    handles_owned locks locks_starve_nobody sync_misused timer_fires_while_set timers_extreme waits_in_order wake_lost
    wake_serves_one_wait)
[ -n "$FULL" ] || programs=(any broadcasts channels deadlines handles_owned locks timers_extreme waits_in_order)

# name, compiler, flags, emulator
over_core() {
    local name=$1 cc=$2 flags="-O1 -g $3" emulator=$4 core=$T/$1 test memory
    echo 'int main(void) { return 0; }' > "$T/empty.c"
    $cc $flags "$T/empty.c" -o "$T/empty" 2> /dev/null && $emulator "$T/empty" || return 0
    make -s core B="$core" HOSTCC=cc CC="$cc" CFLAGS="$flags" || { status=1; return; }
    $cc $flags -std=gnu2x -Wall -Wextra -Werror -Iruntime -c tests/core/port.c -o "$core/port.o" || { status=1; return; }
    for test in tests/core/little.ac "${programs[@]/#/tests/runtime/}"; do
        test=${test%.ac}.ac memory=100000000
        [[ $test == */little.ac ]] && memory=25000
        "$B/acc" --cc="$cc" -std=gnu2x $flags -Wall -Wextra -Werror -Itests/runtime -Wno-blocking -Wno-unawaited -c "$test" \
            -o "$core/test.o" && $cc $flags "$core/test.o" "$core/port.o" "$core/libacc_core.a" -o "$core/test" -pthread &&
            PORT_MEMORY=$memory timeout 120 $emulator "$core/test" < /dev/null > "$core/said" 2>&1 ||
            { echo "$name: $test fails"; head -5 "$core/said"; status=1; }
    done
    for test in wheel channel_rings; do
        $cc $flags -std=gnu2x -DAC_PORT -I. -Iruntime "tests/runtime/$test.c" "$core/port.o" "$core/libacc_core.a" -o "$core/test" -pthread &&
            timeout 120 $emulator "$core/test" || { echo "$name: tests/runtime/$test.c fails"; status=1; }
    done
}

over_core 64 "${CC:-cc}" ''
over_core address clang '-fsanitize=address,undefined -fno-sanitize-recover=all'
over_core 32 i686-linux-gnu-gcc -static
over_core 32 'gcc -m32' ''
[ -z "$FULL" ] || over_core riscv riscv64-linux-gnu-gcc -static qemu-riscv64

# What cannot go on is said to the port.
cat > "$T/deadlock.ac" << 'END'
#include <acc/acc.h>
async int main(void)
{
    struct ac_mutex lock = { 0 };
    await ac_lock(&lock);
    await ac_lock(&lock);
    return 0;
}
END
"$B/acc" -c "$T/deadlock.ac" -o "$T/deadlock.o" && ${CC:-cc} "$T/deadlock.o" "$T/64/port.o" "$T/64/libacc_core.a" -o "$T/deadlock" || status=1
said=$("$T/deadlock" 2>&1)
[[ $said == *"deadlock: main waits for a task that can never end"*deadlock.ac:6* ]] || { echo "a deadlock says: $said"; status=1; }
said=$(PORT_MEMORY=1000 "$T/deadlock" 2>&1)
[[ $said == *"no memory for a frame: main"* ]] || { echo "too little memory says: $said"; status=1; }
exit $status
