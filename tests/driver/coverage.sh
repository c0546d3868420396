# acc --coverage x.ac -o prog leaves what gcov reads beside the program, as the C compiler does, and no object.
. tests/driver/common
command -v gcov > /dev/null || exit 77
"$acc" --cc=gcc --coverage hello.ac -o prog
[ "$(./prog)" = "hello 42" ]
[ -e prog-hello.gcno ]
[ -e prog-hello.gcda ]
[ ! -e prog-hello.o ]
gcov prog-hello.gcda > log
grep -q "^ *[1-9][0-9]*: *8:    return 2 \* x;" hello.ac.gcov
