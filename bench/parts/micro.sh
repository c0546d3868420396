# Jobs of the runtime: bench/micro.ac beside the same by hand, tokio, Go and Boost.Asio. The processes are their own rounds.
for compiler in $COMPILERS; do
    have "$compiler" || { note "$compiler is missing"; continue; }
    acc=$(acc_of "$compiler") || die "acc does not build with $compiler"
    build "micro-acc-$compiler" "$acc" --cc="$compiler" -O2 -Ibench bench/micro.ac
    build "micro-hand-$compiler" "$compiler" -std=gnu2x -O2 bench/peers/micro.c
done
build_tokio micro-tokio
build_go micro-go
build micro-asio g++ -std=c++20 -O2 bench/peers/asio.cpp -pthread

while next_round; do
    for job in spawn-join yield mpsc timers mutex; do
        for peer in {acc,hand}-{gcc,clang} tokio go; do
            run "micro-$peer" "$job" "$peer"
        done
        case $job in spawn-join|yield|timers) run micro-asio "$job" asio ;; esac
    done
done
