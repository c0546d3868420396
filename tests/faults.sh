#!/bin/bash
# A system call or an allocation fails once, or each transfers one byte: a program ends all the same, leaks nothing, and does all its
# work where trying again helps. The first allocation is the program's own. Some faults for the program in tests/faults; FULL=1: each fault at each of its calls (faults.py).
"$B/acc" --cc="$CC" -g -O1 tests/faults/echo.ac -o "$T/echo" || exit 1
if [ -n "$FULL" ]; then
    exec env GLIBC_TUNABLES=glibc.malloc.tcache_count=0 /usr/bin/python3 tests/oracle/faults.py --timeout 60 -- "$T/echo"
fi
gcc -O1 -shared -fPIC tests/oracle/probes/faults.c -o "$T/faults.so" -ldl || exit 1
status=0
# What lies in the allocator's caches would count as leaked.
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0
whole=$("$T/echo") || { echo "without a fault: exit status $?"; exit 1; }
run() {
    LD_PRELOAD=$T/faults.so FAULTS=$1 timeout 60 "$T/echo"
}
for again in read:2:EINTR read:3:EAGAIN read:1+:short send:1:EINTR send:2:EAGAIN send:1+:short accept:1:EINTR accept:1:ECONNABORTED \
    accept:2:EMFILE epoll_wait:1:EINTR; do
    got=$(run $again) && [ "$got" = "$whole" ] || { echo "$again: exit status $?, '$got' instead of '$whole'"; status=1; }
done
for hard in malloc:{2..8}:ENOMEM read:2:ECONNRESET send:2:EPIPE socket:1:EMFILE socket:2:EMFILE connect:1:ECONNREFUSED eventfd:1:EMFILE \
    epoll_create:1:EMFILE epoll_ctl:2:ENOMEM; do
    got=$(run $hard) || { echo "$hard: exit status $?, '$got'"; status=1; }
done
exit $status
