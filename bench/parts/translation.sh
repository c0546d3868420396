# Processor time and peak memory of acc -C, beside the compiler's when it only reads the erased file (cc -fsyntax-only).
# SQLITE is SQLite's amalgamation; else that of tests/oracle/corpora.py is taken, if it was made.
SQLITE=${SQLITE:-$(find "${ORACLE_DATA:-$HOME/.cache/acc-oracle}" -path '*/build-oracle/sqlite3.c' 2> /dev/null | head -n 1)}
LINES_MOST=${LINES_MOST:-1000000}

build spend "$CC" -std=gnu2x -O2 bench/spend.c || die "bench/spend.c does not build"
kind=$(family "$CC")

# took WORKLOAD VARIANT COMMAND...: prints its figures, WORKLOAD in ms and WORKLOAD-memory in MB.
took() {
    local workload=$1 variant=$2 figures
    shift 2
    if figures=$("$T/spend" timeout "$PATIENCE" "$@" 2> "$T/log"); then
        awk -v w="$workload" -v v="$variant" '{ print w, v, $1; print w "-memory", v, $2 / 1024 }' <<< "$figures"
    else
        note "$workload: $(basename "$1") failed, or took more than $PATIENCE s: $(head -n 1 "$T/log")"
    fi
}

# compare WORKLOAD SOURCE: a file that is async is compared with itself erased.
compare() {
    "$B/acc" --cc="$CC" -std=gnu2x --erase "$2" -o "$T/erased.c" || die "$2 cannot be erased"
    took "$1" "acc-$kind" "$B/acc" --cc="$CC" -std=gnu2x -C "$2" -o "$T/out.c"
    took "$1" "C-$kind" "$CC" -std=gnu2x -Iruntime -DAC_ERASED -fsyntax-only "$T/erased.c"
}

[ -n "$SQLITE" ] || note "no SQLite: tests/oracle/corpora.py programs makes it, or SQLITE names sqlite3.c"
while next_round; do
    for source in examples/{echo,http,load}.ac; do
        compare "translate-$(basename "$source" .ac)" "$source"
    done
    [ -z "$SQLITE" ] || compare sqlite "$SQLITE"
done

# read_alone: the figures of `cc -E -dD`, with which acc begins, and what is left of acc's without it. Beyond some 300,000 lines
# gcc's takes more for each.
read_alone() {
    local before=$1
    took "read-$lines" "acc-$kind" "$CC" -std=gnu2x -Iruntime -E -dD -x c "$T/large.ac" -o "$T/large.i" |
        awk -v lines="$lines" -v all="$before" '$1 !~ /memory/ { print; print "own-" lines, $2, all - $3 }'
}

# A module of bench/large.sh has some 143 lines.
for lines in 1000 10000 100000 1000000; do
    [ "$lines" -le "$LINES_MOST" ] || continue
    bench/large.sh $((lines / 143)) > "$T/large.ac" || die "no large.ac"
    compare "lines-$lines" "$T/large.ac" > "$T/large.figures"
    [ "$lines" -lt 100000 ] || read_alone "$(awk '/ acc-/ { print $3; exit }' "$T/large.figures")" >> "$T/large.figures"
    cat "$T/large.figures"
    [ "$lines" != 100000 ] || tenfold=$(awk '$2 ~ /^acc/ { print $1, $3 * 10 }' "$T/large.figures")
    [ "$lines" != 1000000 ] || sed "s/^\([a-z]*\)-100000\(-memory\)\{0,1\} /\1-1000000\2 tenfold /" <<< "$tenfold"
done

# Functions of many awaits and as many locals and so on: bench/scale.sh.
for shape in locals handles arguments frames; do
    for count in 1000 10000; do
        bench/scale.sh "$shape" "$count" > "$T/scale.ac" || die "no scale.ac"
        took "scale-$shape-$count" "acc-$kind" "$B/acc" --cc="$CC" -w -C "$T/scale.ac" -o "$T/out.c"
    done
done
