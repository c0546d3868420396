#!/bin/bash
# A debugger knows async functions by their names and lines: a breakpoint by name, a step over an await that is ready, locals
# under their names, the labels of resumption, and what lies in a frame; for gcc and clang.
command -v gdb > /dev/null || { echo "(apt-get install gdb)"; exit 77; }
set -eu
cat > "$T/walk.ac" <<'END'
#include <stdio.h>
#include <acc/acc.h>

static async int leaf(int x)
{
    int twice = 2 * x;
    await ac_yield();
    return twice + 1;
}

async int twig(int x)
{
    return await leaf(x) + 1;
}

async int main(void)
{
    int sum = 40;
    sum += await twig(sum);
    printf("%d\n", sum);
    return 0;
}
END
cat > "$T/commands" <<'END'
set confirm off
break twig.async
run
delete 1
break leaf
continue
delete 2
next
next
info locals
info line -function leaf -label __coro_resume_1
break walk.ac:8
continue
print twice
print ac_self->at1.twice
print sizeof(ac_self->at1.child)
ptype ac_self->at1
backtrace 1
END
status=0
expect() {
    grep -q "$1" "$T/out" && return
    echo "$cc: no '$1' in:"
    cat "$T/out"
    status=1
}
for cc in gcc clang; do
    command -v $cc > /dev/null || continue
    "$B/acc" --cc=$cc -g -O0 "$T/walk.ac" -o "$T/walk"
    gdb -nx -batch -x "$T/commands" "$T/walk" > "$T/out" 2>&1 || true
    expect 'Breakpoint 1.*twig.*walk\.ac:'
    expect 'Breakpoint 2.*leaf.*walk\.ac:'
    expect 'Line 7 of ".*walk\.ac"'
    expect 'twice = 80'
    expect 'Breakpoint 3.*leaf.*walk\.ac:8'
    expect '\$1 = 80'
    expect '\$2 = 80'
    expect '\$3 = 8'
    expect 'struct ac_yield_frame child;'
done
exit $status
