#!/bin/bash
# Programs that nobody here wrote, made async by a tool, do what they did before (tests/oracle/README.md). A slice of the corpora;
# FULL=1 runs all of them. The corpora are unpacked at run time, below $ORACLE_DATA.
skip() {
    echo "$1"
    exit 77
}
python=/usr/bin/python3
$python -c 'import clang.cindex' 2> /dev/null || skip "(apt-get install python3-clang-14 gcc-12-source)"
[ -e /usr/src/gcc-12 ] || skip "(apt-get install gcc-12-source)"
cd tests/oracle || exit 1
status=0
jobs=$(nproc)
translator="$B/acc -C {in} -o {out}"
flags=$("$B/acc" --cflags)
check=--check-lowering
everything=(--yield all --cc gcc,clang --opt O0,O2 --sanitize)

corpus() {
    [ -e "${ORACLE_DATA:-$HOME/.cache/acc-oracle}/$1/manifest.json" ] || $python corpora.py "${@:2}" || exit 1
}

# The translated programs do what the plain ones do, and keep what they need on all paths; arguments choose yield modes, compilers,
# levels and sanitizers.
run() {
    $python oracle.py run --translator "$B/acc --cc={cc} $check -C {flags} {in} -o {out}" --cc-flags "$flags" \
        --link-flags "$("$B/acc" --libs)" --known known.txt -j "$jobs" "$@" || status=1
}

# The untouched programs come out byte for byte, and all of them around async functions that are added.
pass() {
    local cc=$1
    $python oracle.py pass --add-async --translator "$B/acc --cc=$cc -C {flags} {in} -o {out}" --cc "$cc" \
        --cc-flags="$flags" --known known.txt -j "$jobs" "${@:2}" || status=1
}

# Our own random programs, $1 of them.
generate() {
    $python generate.py run --again --acc "$B/acc" --to "$1" || status=1
}

# Programs written otherwise, with $1 seeds each.
respell() {
    $python respell.py run --acc "$B/acc" --to "$1" "${@:2}" || status=1
}

corpus torture torture
corpus matrix matrix
if [ -z "$FULL" ]; then
    generate 20
    respell 1 ../run/a*.ac
    run --yield entry matrix
    run "${everything[@]}" --in-turn 1 --limit 120 torture
    pass gcc --limit 60 torture torture-compile gcc-dg gcc-dg-compile
    $python badinput.py files --translator "$translator" || status=1
    $python badinput.py mutate --translator "$translator" -n 300 || status=1
    exit $status
fi
corpus csmith csmith -n 300
generate 1000
respell 10 ../run/*.ac
respell 10 --without include generated:100         # nearly each has a statement that would go on in another file
$python csmith.py --again --acc "$B/acc" --to 1000 || status=1
corpus tcc tcc
corpus programs programs
run "${everything[@]}" torture gcc-dg tcc matrix
# They compare pointers to objects whose bytes nobody needs any more, and a pointer that is kept counts as a use.
check= run "${everything[@]}" csmith
run --yield all --in-turn 1 --run-timeout 60 --translate-timeout 120 programs
for cc in gcc clang; do
    pass "$cc" torture torture-compile gcc-dg gcc-dg-compile programs programs-compile programs-built
done
for what in check files "mutate -n 5000"; do
    $python badinput.py $what --translator "$translator" || status=1
done
exit $status
