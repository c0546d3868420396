# Output files appear whole or not at all: on errors nothing is written, an old file stays, and no temporary is left.
. tests/driver/common
mkdir tmp && export TMPDIR=$T/tmp
echo old > old.c
echo 'async int f(void) { return await 1 +; }' > wrong.ac
fails "$acc" -C wrong.ac -o old.c
[ "$(cat old.c)" = old ]
says '^wrong\.ac:1:[0-9]*: error: ' err
fails "$acc" -C hello.ac -o hello.ac
says 'overwrite' err
ln hello.ac link.ac
fails "$acc" -C hello.ac -o link.ac
fails "$acc" -C -MD -MF hello.ac hello.ac -o over.c
says 'overwrite' err
[ ! -e over.c ]
grep -q 'async int main' hello.ac
for mode in -C -M --header --erase --frames --emit=ast; do
    fails "$acc" $mode hello.ac wrong.ac -o both
    says "'-o' names one file, but there are 2 inputs" err
done
"$acc" --header hello.ac hello.o -o hello.h         # of an object nothing is written
fails "$acc" -C hello.ac -o no/such.c
fails "$acc" -C hello.ac -o sub
fails "$acc" -C hello.ac -o /proc/no.c
fails "$acc" -C -MD -MF /dev/full hello.ac -o depends.c
[ ! -e depends.c ]
fails "$acc" --header hello.ac -o /dev/full
fails "$acc" -C hello.ac -o /dev/full
fails sh -c "$acc -C hello.ac -o - > /dev/full"
fails sh -c "$acc -C hello.ac -o - >&-"
fails sh -c "$acc --help > /dev/full"
(ulimit -f 1; fails "$acc" -C hello.ac -o limited.c)
[ ! -e limited.c ]
echo old > target.c
ln -s target.c link.c
"$acc" -C hello.ac -o link.c
[ -L link.c ]
lacks old target.c
chmod 640 target.c
"$acc" -C hello.ac -o target.c
[ "$(stat -c %a target.c)" = 640 ]
"$acc" -C hello.ac -o /dev/null
"$acc" -C hello.ac -o closed.c 2>&-
[ -z "$(ls tmp)" ]
[ -z "$(ls | grep tmp$ | grep -v '^tmp$')" ]
fails "$acc" nosuch.ac -o x
says 'nosuch\.ac' err
fails "$acc" sub -C -o x.c
fails "$acc" --cc=nosuch-compiler hello.ac -o x
says "cannot run 'nosuch-compiler'" err
TMPDIR=$T/no/such fails "$acc" -C hello.ac -o x.c
says 'cannot make a temporary file' err
echo '#include "sub"' > folder.ac
cat hello.ac >> folder.ac
fails "$acc" -C folder.ac -o x.c
says '^folder\.ac:1:.*sub' err
# With too few descriptors, or too little memory, it says so or does all of its work.
for n in 4 5 6; do
    (ulimit -n $n; "$acc" -C hello.ac -o few.c 2> few.err) && [ -s few.c ] || [ -s few.err ]
    rm -f few.c
done
awk 'BEGIN { for (i = 0; i < 400000; i++) print "async int f" i "(int x);" }' > much.ac
if (ulimit -v 300000; "$acc" --version > version 2> err); then
    fails sh -c "ulimit -v 300000; $acc -C much.ac -o much.c"
    says 'out of memory' err
    [ ! -e much.c ]
fi
[ ! -e x.c ]
[ -z "$(ls tmp)" ]
