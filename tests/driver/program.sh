# acc x.ac -o x makes a program, as do -c and a link, several inputs, a folder of its own, and an absolute path.
. tests/driver/common
"$acc" hello.ac -o hello
[ "$(./hello)" = "hello 42" ]
"$acc" sub/hello.ac
[ "$(./a.out)" = "hello 42" ]
"$acc" -c hello.ac -o one.o
"$acc" one.o -o two
[ "$(./two)" = "hello 42" ]
"$acc" -c "$T/sub/hello.ac"
[ -e hello.o ]
"$CC" hello.o $("$acc" --libs) -o three
[ "$(./three)" = "hello 42" ]

# A copy of the runtime's headers that a program keeps among its own: they are no part of what is lowered.
mkdir -p kept
cp -r "$root/runtime/acc" kept/
"$acc" -Ikept hello.ac -o four
[ "$(./four)" = "hello 42" ]

cat > other.ac <<'END'
#include <acc/acc.h>
async int other(int x);
async int other(int x)
{
    await ac_yield();
    return x + 1;
}
END
cat > first.ac <<'END'
#include <stdio.h>
async int other(int x);
int plain(int x);
double sqrt(double);
async int main(int argc, char **argv)
{
    printf("%d %s\n", plain(await other(argc)) + (int)sqrt(16.0 * argc), argv[1]);
    return 3;
}
END
echo 'int plain(int x) { return 10 * x; }' > plain.c
"$acc" -DUNUSED=1 -O1 first.ac plain.c other.ac -lm -o program
status=0
./program there > out || status=$?
[ "$(cat out)" = "35 there" ]
[ $status = 3 ]
"$acc" -c other.ac plain.c
"$acc" first.ac other.o plain.o -Wl,--as-needed -lm -o program
./program there | grep -q '35 there'
