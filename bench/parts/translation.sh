# CPU time of acc -C, beside that of the compiler reading the erased file (cc -fsyntax-only), in milliseconds.
cpu_ms() {
    local TIMEFORMAT='%3U %3S' times
    times=$({ time "$@" > "$T/log" 2>&1 || touch "$T/failed"; } 2>&1)
    [ ! -e "$T/failed" ] || die "failed: $*"
    awk '{ print 1000 * ($1 + $2) }' <<< "$times"
}

bench/large.sh > "$T/large.ac" || die "no large.ac"
kind=$(family "$CC")
for round in $(seq "$ROUNDS"); do
    for source in "$T/large.ac" examples/{echo,http,load}.ac; do
        name=$(basename "$source" .ac)
        "$B/acc" --cc="$CC" -std=gnu2x --erase "$source" -o "$T/erased.c" || die "$source cannot be erased"
        printf "translate-$name acc-$kind "
        cpu_ms "$B/acc" --cc="$CC" -std=gnu2x -C "$source" -o "$T/out.c"
        printf "translate-$name C-$kind "
        cpu_ms "$CC" -std=gnu2x -Iruntime -DAC_ERASED -fsyntax-only "$T/erased.c"
    done
done
