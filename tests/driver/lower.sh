# -C writes the lowered file: x.c in the current folder, FILE, or standard output; it compiles with what --cflags says.
. tests/driver/common
"$acc" -C sub/hello.ac
[ -e hello.c ]
[ ! -e sub/hello.c ]
"$acc" -C sub/hello.ac -o there.c
cmp hello.c there.c
"$acc" -C sub/hello.ac -o - > stdout.c
cmp hello.c stdout.c
"$acc" -C - < sub/hello.ac -Isub > stdin.c
sed 's/<stdin>/sub\/hello.ac/' stdin.c | cmp - hello.c
echo 'async int declared(int x);' > async.h
printf '#include "async.h"\nasync int f(void) { return await declared(1); }\n' | "$acc" -C - > with_header.c
says '^ac_int declared(' with_header.c
"$CC" -Wall -Wextra -Werror $("$acc" --cflags) there.c -o there $("$acc" --libs)
[ "$(./there)" = "hello 42" ]
"$acc" -l -C hello.ac -o plain.c
lacks '^ *# *line' plain.c
"$acc" --save-temps -c hello.ac -o hello.o
[ -e hello.ac.c ]
