# The lowered file and the object depend on the input alone: not on folder, time, or environment.
. tests/driver/common
"$acc" -C hello.ac -o a.c
mkdir -p elsewhere/deeper
cp hello.ac name.h elsewhere/deeper
(cd elsewhere/deeper && TZ=Asia/Tokyo HOME=/ TMPDIR=$T/elsewhere LC_ALL=C.UTF-8 "$acc" -C hello.ac -o ../../b.c)
cmp a.c b.c
"$acc" -O1 -c hello.ac -o a.o
"$acc" -O1 -c hello.ac -o b.o
cmp a.o b.o
"$acc" -g -O1 -c hello.ac -o a.o
"$acc" -g -O1 -c hello.ac -o b.o
cmp a.o b.o
lacks 'acc-' a.o

# So is what the C compiler is run with, for ccache; several runs at once do not disturb each other.
mkdir tmp
compiles() { TMPDIR=$T/tmp "$acc" -v -c hello.ac -o "$1.o" 2>&1 | grep -o "[^ ]*tmp/acc-.* -o $1\.o\$"; }
compiles a > first
compiles a > second
cmp first second
for i in 1 2 3 4; do compiles a > "at_once.$i" & done
wait
[ "$(cat at_once.* | wc -l)" = "$((4 * $(wc -l < first)))" ]
[ -z "$(ls tmp)" ]

# All kinds of programs and views, with addresses that differ and without, in folders of different names.
mkdir -p one "elsewhere/a longer one"
for name in defer any_jumps frames_started macros preprocessor; do
    cp "$root/tests/run/$name.ac" one
done
cp "$root"/tests/run/*.h one
cp one/* "elsewhere/a longer one"
written() {
    for file in *.ac; do
        for view in -C --erase --header --frames --frames=json --emit=states --emit=dot --emit=ast; do
            echo "$file $view"
            "$acc" $view "$file" -o out 2>&1 && cat out
        done
    done
}
(cd one && setarch -R true 2> /dev/null && same='setarch -R' || same=
    LANG=C HOME=/ TMPDIR=/tmp $same bash -c "$(declare -f written); acc=$acc; written") > one.all
(cd "elsewhere/a longer one" && LANG=de_DE.UTF-8 LC_ALL= COLUMNS=40 TERM=xterm TMPDIR=$T/elsewhere written) > two.all
cmp one.all two.all
[ "$(wc -l < one.all)" -gt 3000 ]
lacks "$T" one.all
