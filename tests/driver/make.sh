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
rm name.h
echo '#define NAME "moved"' > other.h
sed -i 's/name\.h/other.h/' hello.ac
make -s hello
[ "$(./hello)" = "moved 42" ]
