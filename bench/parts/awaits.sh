# What an await costs: bench/awaits.ac, lowered and erased, beside state machines written by hand, stacks, Rust and C++.

# acc and erased C, with calls that may be inlined and with calls that may not.
for compiler in $COMPILERS; do
    have "$compiler" || { note "$compiler is missing"; continue; }
    acc=$(acc_of "$compiler") || die "acc does not build with $compiler"
    for mode in INLINE CALLS; do
        folder=$T/$compiler-$mode
        mkdir "$folder"
        "$acc" --cc="$compiler" -D$mode --header bench/awaits.ac -o "$folder/awaits.ac.h" &&
            "$acc" --cc="$compiler" -D$mode --erase bench/awaits.ac -o "$folder/erased.c" || die "bench/awaits.ac is not accepted"
        build "acc-$compiler-$mode" "$acc" --cc="$compiler" -O2 -D$mode -I"$folder" -Ibench bench/awaits.ac bench/awaits.c
        build "C-$compiler-$mode" "$compiler" -std=gnu2x -O2 -D$mode -DAC_ERASED -Iruntime -I"$folder" -Ibench "$folder/erased.c" \
            bench/awaits.c
    done
    build "hand-$compiler" "$compiler" -std=gnu2x -O2 bench/peers/awaits_hand.c
    build "stackful-$compiler" "$compiler" -std=gnu2x -O2 bench/peers/awaits_stackful.c
done
build rust rustc --edition 2021 -O -C codegen-units=1 bench/peers/awaits.rs
for compiler in g++ clang++; do
    build "c++-$compiler" "$compiler" -std=c++20 -O2 bench/peers/awaits.cpp
    build "c++lists-$compiler" "$compiler" -std=c++20 -O2 -DLISTS bench/peers/awaits.cpp
done

while next_round; do
    for compiler in $COMPILERS; do
        for mode in INLINE CALLS; do
            run "acc-$compiler-$mode" "acc-$compiler"
            run "C-$compiler-$mode" "C-$compiler"
        done
        run "acc-$compiler-INLINE" "acc-$compiler" million
    done
    for peer in {hand,stackful}-{gcc,clang} rust c++{,lists}-{g++,clang++}; do
        run "$peer" "$peer"
    done
    for peer in hand-{gcc,clang} rust c++{,lists}-{g++,clang++}; do
        run "$peer" "$peer" million
    done
done
