# What awaits cost in instructions, text and compile time, counted by valgrind: bench/cost.sh.
have valgrind || die "valgrind is missing"
for compiler in $COMPILERS; do
    have "$compiler" || { note "$compiler is missing"; continue; }
    CC=$compiler B=$B bench/cost.sh || die "bench/cost.sh with $compiler"
done
