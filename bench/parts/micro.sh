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

jobs_round() {
    for job in spawn-join yield mpsc timers mutex; do
        for peer in {acc,hand}-{gcc,clang} tokio go; do
            run "micro-$peer" "$job" "$peer"
        done
        case $job in spawn-join|yield|timers) run micro-asio "$job" asio ;; esac
    done
}

# Memory for a task: how much higher the peak of a million tasks is than that of the thousand of yield. The code that a process has
# touched and what its executor begins with are in both.
memory_for_a_task() {
    awk '$1 !~ /-peak$/ { print; next }
        { sub(/-peak$/, "", $1); peak[$1, $2] = $3; variants[$2] = 1 }
        function show(job, variant) {
            if ((job, variant) in peak && ("yield", variant) in peak)
                printf "%s-bytes %s %.1f\n", job, variant, (peak[job, variant] - peak["yield", variant]) / (1e6 - 1e3)
        }
        END {
            for (v in variants) {
                show("spawn-join", v)
                show("timers", v)
            }
        }'
}

while next_round; do
    jobs_round | memory_for_a_task
done
