#!/bin/bash
# The supervisor starts failing workers again, gives one up that fails too often and stops the others, under many orders.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash

# What is said of the same worker stays in its order.
in_order() {
    awk '/^worker/ { print | "sort -s -n -k 2,2"; next } { close("sort -s -n -k 2,2"); print }'
}

build "$T/supervisor" examples/supervisor.ac
expect "nobody" "all done" "$("$T/supervisor")"
expect "no failure" "worker 0 is done
worker 1 is done
all done" "$("$T/supervisor" 0 0)"
wanted="worker 0 is done
worker 1 failed, restart 1
worker 1 failed, restart 2
worker 1 is done
worker 2 failed, restart 1
worker 2 is done
all done"
expect "failures" "$wanted" "$("$T/supervisor" 0 2 1 | in_order)"
for seed in $(seq 50); do
    expect "AC_SEED=$seed" "$wanted" "$(AC_SEED=$seed "$T/supervisor" 0 2 1 | in_order)"
done
given_up=$("$T/supervisor" 9 9 9)
expect "its status" 1 $?
expect "one too many" "1 given up, 2 stopped, stopped" "$(awk '/is given up/ { up++ } /was stopped/ { stopped++ }
    END { print up " given up, " stopped " stopped, " $0 }' <<< "$given_up")"
passed
