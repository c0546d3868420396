# Starting children, channels, await any, and what a child takes that waits.
for compiler in $COMPILERS; do
    have "$compiler" || { note "$compiler is missing"; continue; }
    acc=$(acc_of "$compiler") || die "acc does not build with $compiler"
    build "concurrency-$compiler" "$acc" --cc="$compiler" -O2 -Ibench bench/concurrency.ac
done
while next_round; do
    for compiler in $COMPILERS; do
        run "concurrency-$compiler" "acc-$compiler"
    done
done
