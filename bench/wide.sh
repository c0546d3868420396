#!/bin/sh
# Prints a program with one function of many awaits and as many locals, each of which is needed behind the next eight.
#
#     bench/wide.sh 10000 > wide.ac
awk -v n="${1:-10000}" 'BEGIN {
    print "#include <acc/acc.h>\n\nasync long step(long x);\n\nasync long wide(long x)\n{"
    for (i = 0; i < n; i++)
        printf "    long v%d = await step(%s);\n", i, i < 8 ? "x" : "v" i - 1 " + v" i - 8
    printf "    return v%d;\n}\n", n - 1
}'
