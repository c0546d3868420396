# -MD and friends: the target exactly as given to -o, in one run, written with the output.
. tests/driver/common
"$acc" -MD -c hello.ac -o ./sub/x.o
says '^\./sub/x\.o: hello\.ac' sub/x.d
says 'name\.h' sub/x.d
says 'stdio\.h' sub/x.d
"$acc" -MMD -MP -MF dep -C hello.ac -o 'a $b.c'
says '^a\\ \$\$b\.c: hello\.ac' dep
says '^name\.h:$' dep
lacks stdio dep
"$acc" -MMD -MT one -MQ 'tw$o' -MF dep -c hello.ac
says '^one tw\$\$o: ' dep
"$acc" -MM hello.ac > out
says '^hello\.o: hello\.ac' out
"$acc" -M hello.ac -MF dep
says 'stdio\.h' dep
echo 'async int f(void) { return await 1 +; }' > wrong.ac
rm -f wrong.d
fails "$acc" -MMD -c wrong.ac
[ ! -e wrong.d ]
[ ! -e wrong.o ]
