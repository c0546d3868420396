# One line in a Makefile gives the rules; touching a header translates and compiles once, and then there is nothing to do.
. tests/driver/common
cat > Makefile <<END
include \$(shell $acc --print-mk)
hello: hello.o
	\$(CC) -o \$@ \$^ \$(ACC_LIBS)
-include hello.d
END
make -s hello CFLAGS=-O1
[ "$(./hello)" = "hello 42" ]
make -q hello
sleep 0.01
echo '#define NAME "changed"' > name.h
fails make -q hello
make hello > out
[ "$(grep -c 'hello.ac' out)" = 1 ]
[ "$(./hello)" = "changed 42" ]
make -q hello
printf '#!/bin/sh\nexec "%s" "$@"\n' "$acc" > new
chmod +x new
make -q hello ACC="$acc"
fails make -q hello ACC="$T/new"
rm name.h
echo '#define NAME "moved"' > other.h
sed -i 's/name\.h/other.h/' hello.ac
make -s hello
[ "$(./hello)" = "moved 42" ]

# A Makefile that knows only CC, of files whose names end in .c.
mkdir plain
cp hello.ac plain/hello.c
cp other.h plain/
echo 'int other(void) { return 0; }' > plain/other.c
cat > plain/Makefile <<'END'
hello: hello.o libother.a
	$(CC) $(LDFLAGS) hello.o libother.a -o $@
libother.a: other.o
	ar rcs $@ $<
%.o: %.c
	$(CC) $(CFLAGS) -c -o $@ $<
END
make -s -C plain hello CC="$acc -x ac"
[ "$(plain/hello)" = "moved 42" ]

# A rule of its own.
mkdir own
cp hello.ac other.h own/
printf '%%.o: %%.ac\n\t%s --launch $(COMPILE.c) -MMD -MP -o $@ $<\n' "$acc" > own/Makefile
make -s -C own hello.o CFLAGS=-O1 CPPFLAGS=-DUNUSED
says '^other\.h:' own/hello.d

# In another folder than the sources': the headers are made, and found, there.
mkdir src elsewhere
cat > src/half.ac <<'END'
#include <acc/acc.h>
async int half(int x)
{
    await ac_yield();
    return x / 2;
}
END
cat > src/whole.ac <<'END'
#include <stdio.h>
#include <acc/acc.h>
#include "half.ac.h"
async int main(void)
{
    printf("%d\n", await half(42));
    return 0;
}
END
cat > elsewhere/Makefile <<END
VPATH = ../src
include \$(shell $acc --print-mk)
whole: whole.o half.o
	\$(CC) -o \$@ \$^ \$(ACC_LIBS)
whole.o: half.ac.h
END
make -s -C elsewhere whole
[ "$(elsewhere/whole)" = 21 ]
