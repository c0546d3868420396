# Reading a file that is not in memory: with io_uring beside epoll alone, which stops the thread. In the folder of the build, since
# /tmp may be in memory.
build files "$B/acc" --cc="$CC" -O2 -Ibench bench/files.ac
while next_round; do
    AC_REACTOR=uring run files "$B/bench-files" "acc-$(family "$CC")"
    AC_REACTOR=epoll run files "$B/bench-files" epoll
done
