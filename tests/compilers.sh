#!/bin/bash
# The translator and the runtime build without warnings with the other compiler too.
command -v clang > /dev/null || { echo "(apt-get install clang)"; exit 77; }
# Its warnings do not depend on optimization.
make -s --no-print-directory CC=clang CFLAGS=-O0 B="$T/clang" all
