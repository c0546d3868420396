# acc -shared makes a library without a runtime of its own: the program that is linked with it brings the one that both use.
. tests/driver/common
cat > net.ac <<'END'
#include <acc/acc.h>
async int thrice(int x);
async int thrice(int x)
{
    await ac_sleep(AC_NANOSECOND);
    return 3 * x;
}
END
cat > main.ac <<'END'
#include <stdio.h>
#include <acc/acc.h>
async int thrice(int x);
async int main(void)
{
    printf("%d\n", await thrice(14));
    return 0;
}
END
"$acc" -fPIC -shared net.ac -o libnet.so
"$acc" main.ac -L. -lnet -Wl,-rpath,"$T" -o prog
[ "$(./prog)" = 42 ]
"$acc" -c main.ac -o main.o
"$CC" main.o -L. -lnet -Wl,-rpath,"$T" $("$acc" --libs) -o by_cc
[ "$(./by_cc)" = 42 ]
