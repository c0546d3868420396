#!/bin/bash
# What style says and a grep can see: no TODO, no tabs or blanks at the end of a line, lines of at most 140 characters,
# a module's own header first.
status=0
export LC_ALL=C.UTF-8
files=$(find lexer parser lower runtime -name '*.[chly]' -o -name '*.ac')

complain() {
    echo "$1:"
    sed 's/^/    /'
    status=1
}

check() {
    local found
    found=$(grep -nE "$2" $files) && complain "$1" <<< "$found"
}

check 'work left to do' 'TODO|FIXME|XXX[^X"]'
check 'blanks at the end of a line' '[ 	]+$'
check 'tabs' '	'
check 'lines over 140 characters' '^.{141,}'

for file in lexer/*.c parser/*.c lower/*.c; do
    header=${file%.c}.h
    [ -e "$header" ] || continue
    first=$(grep -m 1 -E '^ *# *include' "$file")
    [ "$first" = "#include \"$header\"" ] || complain 'own header not first' <<< "$file: $first"
done
exit $status
