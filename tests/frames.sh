#!/bin/bash
# The frames of the functions in tests/frames/shapes.ac: bytes in acc, the optimum (by hand, see there), acc's own bound, and those of
# Rust and C++ when the machine has their compilers. Fails where
#   - a frame is larger than its bound, a header of one pointer and alignment: packing has lost bytes;
#   - one of the first 22 is larger than Rust's, but for what `heavier` explains, or a later one by more than the header, where
#     Rust has a byte;
#   - the geometric mean of size / optimum over the first 22 is more than 1.2, `heavier` ones left out.
cd "$(dirname "$0")/.." || exit 1
B=${B:-build} T=${T:-$(mktemp -d)}

# A child is a task of its own, 48 bytes; Rust's join has none, and cannot start a third.
heavier="join_of_two"

# The name and the optimum of each shape, in order. (The function behind OPTIMUM, or the last one of several.)
awk '/^\/\/ OPTIMUM/ { optimum = $3 }
     /^static async/ { sub(/\(.*/, ""); name = $NF }
     /^$/ && optimum { print name, optimum; optimum = 0 }
     END { if (optimum) print name, optimum }' tests/frames/shapes.ac > "$T/shapes"
"$B/acc" --frames=json tests/frames/shapes.ac > "$T/json" || exit 1
sed -n 's/.*"function": "\([a-z0-9_]*\)", "frame": \([0-9]*\), "align": \([0-9]*\), "header": \([0-9]*\), "bound": \([0-9]*\).*/\1 \2 \3 \4 \5/p' \
    "$T/json" > "$T/acc"

: > "$T/rust"; : > "$T/g++"; : > "$T/clang++"
if command -v rustc > /dev/null && rustc --edition 2021 -O tests/frames/shapes.rs -o "$T/shapes_rs" 2> "$T/log"; then
    "$T/shapes_rs" > "$T/rust"
fi
for cxx in g++ clang++; do
    command -v $cxx > /dev/null && $cxx -std=c++20 -O2 -w tests/frames/shapes.cpp -o "$T/shapes_cpp" 2> "$T/log" &&
        "$T/shapes_cpp" > "$T/$cxx"
done

awk -v heavier="$heavier" '
    function of(table, name) { return (table, name) in bytes ? bytes[table, name] : "-" }
    FILENAME ~ /acc$/ { bytes["acc", $1] = $2; align[$1] = $3; header[$1] = $4; bound[$1] = $5; next }
    FILENAME ~ /(rust|g\+\+)$/ { n = split(FILENAME, path, "/"); bytes[path[n], $1] = $2; next }
    FNR == 1 { printf "%-24s %6s %6s %8s %6s %6s %6s\n", "bytes", "acc", "bound", "optimum", "Rust", "g++", "clang" }
    {
        # A recursive call has its frame elsewhere, behind a header of two pointers.
        size = bytes["acc", $1] + ($1 == "recursive" ? 16 : 0)
        rust = of("rust", $1)
        printf "%-24s %6d %6d %8d %6s %6s %6s", $1, size, bound[$1], $2, rust, of("g++", $1), of("clang++", $1)
        most = header[$1] + bound[$1]
        most += (align[$1] - most % align[$1]) % align[$1]
        if (bytes["acc", $1] > most && !index(heavier, $1))
            why = "  packing loses " bytes["acc", $1] - most
        else if (rust != "-" && size > rust + (FNR > 22 ? header[$1] : 0) && !index(heavier, $1))
            why = "  larger than Rust'"'"'s"
        else
            why = ""
        print why
        failed += why != ""
        if (FNR <= 22 && !index(heavier, $1)) { sum += log(size / $2); count++ }
    }
    END {
        mean = exp(sum / count)
        printf "geometric mean of acc / optimum, first 22 without %s: %.3f\n", heavier, mean
        exit failed > 0 || mean > 1.2
    }
' "$T/acc" "$T/rust" "$T/g++" "$T/clang++" "$T/shapes"
