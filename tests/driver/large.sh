# What is written grows with what is read, not with its square, and large functions mean the same.
. tests/driver/common

for shape in locals window handles operands arguments conditions blocks arrays array-blocks structs returns defers cleanups objects \
    cases gotos children functions frames; do
    echo "$shape"
    sh "$root/bench/scale.sh" $shape 200 > small.ac
    sh "$root/bench/scale.sh" $shape 400 > large.ac
    "$acc" -w -l -C small.ac -o small.c
    "$acc" -w -l -C large.ac -o large.c
    [ "$(stat -c %s large.c)" -lt $((5 * $(stat -c %s small.c) / 2)) ]
done

# Larger than where results of awaits become temporaries, and than what a function keeps by value.
while read -r shape count; do
    echo "$shape"
    sh "$root/bench/scale.sh" "$shape" "$count" > both.ac
    "$acc" --check-lowering both.ac -o lowered
    "$acc" -DAC_ERASED --erase both.ac -o erased.c
    ${CC:-cc} -DAC_ERASED $("$acc" --cflags) erased.c "$B/libacc_erased.a" -o erased
    ./lowered > lowered.out || true
    ./erased > erased.out || true
    cmp lowered.out erased.out
done <<END
locals 100
arguments 100
blocks 100
frames 100
END

# Awaits and children in statement expressions, one in the other: each is copied with all that lies in it.
nested() {
    awk -v n="$1" -v waits="$2" 'BEGIN {
        printf "async int g(int);\nasync int f(int x)\n{\n    return "
        for (i = 0; i < n; i++) printf "({ %s ", waits
        printf "x"
        for (i = 0; i < n; i++) printf "; })"
        print ";\n}"
    }' > nested.ac
}
nested 1000 'int y = await g(x);'
"$acc" -w -C nested.ac -o nested.c
for waits in 'int y = await g(x);' 'async g(x);' 'await all;'; do
    nested 5000 "$waits"
    fails "$acc" -w -C nested.ac -o none.c
    says "nested.ac:4:[0-9]*: error: await in more than 1000 statement expressions, one in the other \[too-deep\]" err
    [ "$(grep -c 'error:' err)" = 1 ]
    [ ! -e none.c ]
done
nested 5000 ''
"$acc" -w -C nested.ac -o nested.c
