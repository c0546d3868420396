#!/bin/bash
# make install: acc works from its prefix, pkg-config and acc.mk lead to it, and nothing points into the build folder.
set -eu
root=$PWD
make -s --no-print-directory B="$B" install DESTDIR="$T/stage" prefix=/opt/acc
mv "$T/stage/opt/acc" "$T/moved"
cd "$T"
cp "$root/examples/echo.ac" .
moved/bin/acc -O1 echo.ac -o echo
moved/bin/acc -C echo.ac -o echo.c
moved/bin/acc --cflags | grep -q "$T/moved/include"
moved/bin/acc --libs | grep -q "$T/moved/lib/libacc.a"
[ -e "$(moved/bin/acc --print-mk)" ]
[ -e "$(moved/bin/acc --print-gdb)" ]
[ -e "$(moved/bin/acc --print-cmake)" ]
page=moved/share/man/man1/acc.1
grep -q '^\.TH ACC 1 "" "acc [0-9]' $page
[ "$(grep -c '^\.TP' $page)" = "$(moved/bin/acc --help | grep -c '^  -')" ]
[ "$(grep -c '^\\fB[^ ].*\\fR$' $page)" = "$(grep -c '^\.TP' $page)" ]
if grep -n '^ *$' $page; then
    exit 1
fi
if command -v groff > /dev/null; then
    [ -z "$(groff -man -ww -Tascii $page 2>&1 > /dev/null)" ]
fi
"$CC" -O1 echo.c $(moved/bin/acc --cflags) -o echo2 $(moved/bin/acc --libs)
if command -v pkg-config > /dev/null; then
    export PKG_CONFIG_PATH=moved/lib/pkgconfig
    [ "$(pkg-config --variable=acc acc)" = /opt/acc/bin/acc ]
    "$CC" -O1 echo.c $(pkg-config --define-variable=prefix="$T/moved" --cflags acc) -Imoved/include -o echo3 \
        -Lmoved/lib $(pkg-config --libs-only-l acc) -pthread
fi
if command -v cmake > /dev/null; then
    printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(echo C)' 'find_package(acc 0.1 REQUIRED)' 'add_executable(echo)' \
        'acc_target_sources(echo echo.ac)' > CMakeLists.txt
    cmake -DCMAKE_PREFIX_PATH="$T/moved" -B by_cmake . > log && cmake --build by_cmake >> log || { cat log; exit 1; }
    grep -q "$T/moved/bin/acc" by_cmake/CMakeCache.txt
fi
if grep -rl "$root" moved/include moved/lib/pkgconfig moved/share; then
    exit 1
fi
