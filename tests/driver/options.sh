# Options: what is acc's is taken, the rest goes to the C compiler; @file, $CC with several words, usage errors, --help.
. tests/driver/common
[ "$("$acc" --version | head -n 1)" = "acc 0.1.0" ]
"$acc" --help > out
says '^Usage: acc' out
says '--emit=LIST' out
says '-Wunawaited' out
fails "$acc"
says "try 'acc --help'" err
fails "$acc" -o
says "try 'acc --help'" err
fails "$acc" --emit=nonsense hello.ac
fails "$acc" -C hello.ac sub/hello.ac -o both.c
fails "$acc" -fno-such-option -c hello.ac
[ "$("$acc" --cflags)" != "" ]

# A slip in a long option of acc is acc's to tell; those that only the C compiler knows are not slips.
for slip in fraems/frames frame/frames cehck-lowering/check-lowering hedaer/header print-cmaek/print-cmake emitt=ast/emit=; do
    fails "$acc" --${slip%/*} hello.ac
    says "unknown option '--${slip%/*}'; did you mean '--${slip#*/}'?" err
    lacks 'unrecognized' err
done
for known in save-temps=obj verbose no-warnings help=warnings prefix=x dump=x std=gnu17 coverage; do
    "$acc" -### --$known -c hello.ac 2> err
    says "--$known" err
done

cat > cond.ac <<'END'
#if A != 1 || !defined B || defined C || defined __OPTIMIZE__ != 1 || __STDC_VERSION__ != 201112L || !defined INC
#error options lost
#endif
#ifndef __ACC__
#define AFTER 1
#endif
async int f(void);
async int f(void) { return A; }
END
echo '#define INC' > inc.h
"$acc" -O1 -DA=1 -D B -DC -UC -include inc.h -std=gnu11 -c cond.ac -o cond.o
printf -- '-O1 -DA=1\n-DB "-std=gnu11" -include inc.h' > words
"$acc" @words -c cond.ac -o cond.o
printf '#!/bin/sh\nexec "$@"\n' > wrapper
chmod +x wrapper
CC="./wrapper gcc" "$acc" hello.ac -o hello -v 2> err
says '^\./wrapper gcc ' err
[ "$(./hello)" = "hello 42" ]
CC=acc "$acc" hello.ac -o hello
"$acc" --cc='./wrapper gcc' -c hello.ac
"$acc" --launch ./wrapper gcc -x c -include acc/editor.h -v -c hello.ac -o launched.o 2> err
says '^\./wrapper gcc ' err
"$acc" --launch ./wrapper gcc -o hello launched.o
[ "$(./hello)" = "hello 42" ]
fails "$acc" --launch -c hello.ac
says "try 'acc --help'" err
"$acc" -'###' hello.ac -o nothing 2> err
says '^acc -C hello\.ac' err
[ ! -e nothing ]
"$acc" -E hello.ac > out
says 'ac_yield' out
"$acc" -S hello.ac -o - | grep -q 'twice'
cp hello.ac other_name
"$acc" -x ac other_name -o hello
[ "$(./hello)" = "hello 42" ]
"$acc" -fsyntax-only hello.ac
[ ! -e hello.c ]
