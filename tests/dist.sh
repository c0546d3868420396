#!/bin/bash
# make dist: what is in the archive becomes acc where there is neither flex nor bison.
git rev-parse --git-dir > /dev/null 2>&1 || { echo "(no git checkout)"; exit 77; }
set -eu
make -s --no-print-directory B="$T/dist" dist
tar -xzf "$T"/dist/acc-*.tar.gz -C "$T"
cd "$T"/acc-*
make -s -j2 SAN= FLEX=false BISON=false HOSTCC="$CC" CFLAGS=-O0 build/acc build/acc.mk build/libacc.a
build/acc examples/echo.ac -o echo
[ -x echo ]
build/acc --version | grep -qF "acc ${PWD##*/acc-}"
