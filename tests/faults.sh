#!/bin/bash
# A system call or an allocation fails once, or each transfers one byte: a program ends all the same, leaks nothing, and does all its
# work where trying again helps. The first allocation is the program's own. Some faults for the programs in tests/faults; FULL=1: each
# fault at each of its calls (faults.py).
# What lies in the allocator's caches would count as leaked.
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0
status=0
gcc -O1 -shared -fPIC tests/oracle/probes/faults.c -o "$T/faults.so" -ldl || exit 1

run() {
    LD_PRELOAD=$T/faults.so FAULTS=$2 timeout 60 "$1"
}

# A program, faults that are tried again, those that are not.
try() {
    local program=$T/$1 whole got
    "$B/acc" --cc="$CC" -g -O1 "tests/faults/$1.ac" -o "$program" || { status=1; return; }
    if [ -n "$FULL" ]; then
        /usr/bin/python3 tests/oracle/faults.py --timeout 60 -- "$program" || status=1
        return
    fi
    whole=$("$program") || { echo "$1, without a fault: exit status $?"; status=1; return; }
    for again in $2; do
        got=$(run "$program" "$again") && [ "$got" = "$whole" ] || { echo "$1, $again: exit status $?, '$got' instead of '$whole'"; status=1; }
    done
    for hard in $3; do
        got=$(run "$program" "$hard") || { echo "$1, $hard: exit status $?, '$got'"; status=1; }
    done
}

try echo "read:2:EINTR read:3:EAGAIN read:1+:short send:1:EINTR send:2:EAGAIN send:1+:short accept:1:EINTR accept:1:ECONNABORTED
    accept:2:EMFILE epoll_wait:1:EINTR" \
    "$(echo malloc:{2..8}:ENOMEM) read:2:ECONNRESET send:2:EPIPE socket:1:EMFILE socket:2:EMFILE connect:1:ECONNREFUSED eventfd:1:EMFILE
    epoll_create:1:EMFILE epoll_ctl:2:ENOMEM"
try processes "read:2:EINTR read:3:EAGAIN read:1+:short write:1:EINTR write:2:EAGAIN write:1+:short write:4:EINTR write:5:EINTR poll:2:EINTR
    poll:3:short epoll_wait:1:EINTR" \
    "$(echo malloc:{2..8}:ENOMEM) read:2:EIO write:2:EPIPE socket:1:EMFILE pipe:1:EMFILE thread:1:EAGAIN eventfd:1:EMFILE epoll_ctl:2:ENOMEM
    epoll_create:2:EMFILE epoll_ctl:5:ENOMEM epoll_ctl:6:ENOMEM epoll_ctl:7:ENOMEM poll:17:EIO poll:18:EIO"
try messages "recv:1:EINTR recv:2:EAGAIN recv:1+:short send:1:EINTR send:2:EAGAIN send:1+:short read:1:EINTR
    read:4:EINTR read:4:EAGAIN poll:1:EINTR poll:7:EINTR epoll_wait:1:EINTR" \
    "$(echo malloc:{2..6}:ENOMEM) recv:1:ECONNRESET recv:2:EIO send:1:EPIPE send:3:EIO socket:1:EMFILE pipe:2:EMFILE epoll_ctl:1:ENOMEM"
exit $status
