#!/bin/sh
# Prints an async C program of some 5,000 lines, as a server might hold: a third of its functions are async.
#
#     bench/large.sh > large.ac
awk -v modules="${1:-35}" '
function emit(text, n) { gsub(/@/, n, text); printf "%s", text }
BEGIN {
    printf "#include <errno.h>\n#include <stdbool.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
    printf "#include <sys/socket.h>\n\n#include <acc/acc.h>\n\n"
    while ((getline line < ARGV[1]) > 0)
        template = template line "\n"
    for (n = 0; n < modules; n++)
        emit(template, n)
    printf "async int main(int argc, char **argv)\n{\n    (void)argv;\n    long sum = 0;\n"
    for (n = 0; n < modules; n++)
        printf "    sum += await session_%d(argc - 1);\n", n
    printf "    printf(\"%%ld\\n\", sum);\n    return 0;\n}\n"
}' "$(dirname "$0")/large.template"
