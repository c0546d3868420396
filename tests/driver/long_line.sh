# What is written for a line grows with the line, not with its square.
. tests/driver/common

# A function with $1 blocks, one in the other, on one line.
program() {
    awk -v n="$1" 'BEGIN {
        print "#include <acc/acc.h>\nasync int f(int x)\n{"
        for (i = 0; i < n; i++)
            printf "{ x = await f(x); "
        for (i = 0; i < n; i++)
            printf "}"
        print "\n    return x;\n}"
    }'
}

program 500 > short.ac
program 1000 > long.ac
"$acc" -C short.ac -o short.c
"$acc" -C long.ac -o long.c
[ "$(stat -c %s long.c)" -lt $((5 * $(stat -c %s short.c) / 2)) ]
