#!/bin/bash
# The stages of the pipeline count every word once, for input that comes at once, in pieces, or not at all.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash

build "$T/pipeline" examples/pipeline.ac
expect "a file" "$(wc -w < examples/pipeline.ac) words" "$("$T/pipeline" < examples/pipeline.ac)"
expect "a pipe" "1000 words" "$(for i in $(seq 500); do echo "a b"; done | "$T/pipeline")"
expect "no last newline" "3 words" "$(printf 'a\n\nb c' | "$T/pipeline")"
expect "nothing" "0 words" "$("$T/pipeline" < /dev/null)"
"$T/pipeline" < . > /dev/null 2>&1
expect "an error" 1 $?
passed
