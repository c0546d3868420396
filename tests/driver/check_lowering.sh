# --check-lowering reads lowered C that is named on the command line; one that cannot be read is said, and is an error.
. tests/driver/common
"$acc" -C hello.ac -o hello.c
"$acc" --check-lowering -fsyntax-only hello.c
fails "$acc" --check-lowering -fsyntax-only missing.c
says "acc: error: cannot read 'missing.c': No such file" err
