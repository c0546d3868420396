#!/bin/bash
# The translator and the runtime build without warnings with clang, and with the newest clang that is installed; what newer
# compilers know of C works with those that know it.
newest=$(compgen -c clang- | grep -xE 'clang-[0-9]+' | sort -t- -k2n | tail -n 1)
compilers=$(command -v clang $newest)
[ -n "$compilers" ] || { echo "(apt-get install clang)"; exit 77; }
status=0
for cc in $compilers; do
    # Its warnings do not depend on optimization.
    make -s --no-print-directory CC="$cc" CFLAGS=-O0 B="$T/$(basename "$cc")" all || status=1
done
for cc in "$CC" $compilers; do
    for program in tests/compilers/*.ac; do
        if ! { "$B/acc" --cc="$cc" -std=gnu2x --erase "$program" -o "$T/erased.c" && $cc -std=gnu2x -w -isystem runtime -DAC_ERASED \
            --embed-dir=tests/compilers -fsyntax-only "$T/erased.c"; } 2> /dev/null; then
            echo "$cc does not know all of $program"
            continue
        fi
        "$B/acc" --cc="$cc" --check-lowering -std=gnu2x -Wall -Wextra -Werror -fsanitize=address,undefined "$program" -o "$T/program" &&
            "$T/program" || { echo "$cc: $program: $?"; status=1; }
    done
done
exit $status
