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
