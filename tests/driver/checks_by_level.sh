#!/bin/bash
# Running programs are checked without optimization and not with it, whichever level comes last; -fcheck and -fno-check decide otherwise,
# the last one of them; so does AC_CHECK for what is compiled by hand.
status=0
cat > "$T/unlocks.ac" << 'END'
#include <acc/acc.h>
static struct ac_mutex mutex;
async int main(void)
{
    struct ac_mutex *m = &mutex;
    await ac_yield();
    ac_unlock(m);
    return 0;
}
END

# $1: 1 when it is checked; the rest are options.
expect() {
    local checked=$1 got=0
    shift
    "$B/acc" --cc="$CC" "$@" "$T/unlocks.ac" -o "$T/unlocks" || { echo "$*: does not compile"; status=1; return; }
    "$T/unlocks" 2> "$T/said" || got=1
    [ $got = "$checked" ] && { [ $got = 0 ] || grep -q 'unlocks.ac:7: ac_unlock of a mutex that is not locked' "$T/said"; } && return
    echo "$*: exit $got instead of $checked"
    status=1
}

for on in "" -O0 "-O2 -O0" "-O2 -fcheck" "-fcheck -Os" "-fno-check -fcheck -O1" "-O2 -DAC_CHECK=1"; do
    expect 1 $on
done
for off in -O -O1 -O2 -O3 -Os -Og "-O0 -O2" -fno-check "-O0 -fno-check" "-fcheck -fno-check" -DAC_CHECK=0; do
    expect 0 $off
done

for level in -O0 -O2; do
    "$B/acc" --cc="$CC" -C "$T/unlocks.ac" -o "$T/unlocks.c" &&
        $CC $level $("$B/acc" --cflags) "$T/unlocks.c" -o "$T/unlocks" $("$B/acc" --libs) || exit 1
    if "$T/unlocks" 2> /dev/null; then got=0; else got=1; fi
    [ $got = $([ $level = -O0 ]; echo $((1 - $?))) ] || { echo "lowered, $CC $level: exit $got"; status=1; }
done
exit $status
