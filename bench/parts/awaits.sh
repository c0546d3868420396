# What an await costs: bench/awaits.ac, lowered and erased, beside state machines written by hand, stacks, Rust and C++.

# apart FOLDER ACC OPTION...: the inner levels of the chains compiled into the folder, each from a file of its own.
apart() {
    local folder=$1 acc=$2 below k options
    shift 2
    options=(-Ibench -DK=0)
    for ((k = 0; k < 16; k++)); do
        cp bench/level.ac "$folder/level_$k.ac"
        "$acc" "$@" "${options[@]}" --header "$folder/level_$k.ac" -o "$folder/level_$k.ac.h" &&
            "$acc" "$@" -O2 "${options[@]}" -c "$folder/level_$k.ac" -o "$folder/level_$k.o" || return
        options=(-Ibench -DK=$((k + 1)) -DBELOW="$k" -DCALLEES="\"level_$k.ac.h\"")
    done
}

# acc and erased C, with calls that may be inlined and with calls that may not: between files for acc, where the compiler still sees
# a function together with what resumes it; C is the same that way or with `noinline`.
for compiler in $COMPILERS; do
    have "$compiler" || { note "$compiler is missing"; continue; }
    acc=$(acc_of "$compiler") || die "acc does not build with $compiler"
    for mode in INLINE CALLS; do
        folder=$T/$compiler-$mode levels=()
        mkdir "$folder"
        if [ $mode = CALLS ]; then
            apart "$folder" "$acc" --cc="$compiler" || die "bench/level.ac is not accepted"
            levels=(-DAPART -I"$folder" "$folder"/level_*.o)
        fi
        "$acc" --cc="$compiler" -D$mode "${levels[@]}" --header bench/awaits.ac -o "$folder/awaits.ac.h" &&
            "$acc" --cc="$compiler" -D$mode --erase bench/awaits.ac -o "$folder/erased.c" || die "bench/awaits.ac is not accepted"
        build "acc-$compiler-$mode" "$acc" --cc="$compiler" -O2 -D$mode -I"$folder" -Ibench "${levels[@]}" bench/awaits.ac bench/awaits.c
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
