#!/bin/bash
# What style says and a grep can see: no TODO, no tabs or blanks at the end of a line, lines of at most 140 characters,
# a module's own header first, the runtime's headers system headers from the first line on.
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

# Wherever a program keeps a copy of them: acc takes the words in them for plain names, and compilers the comments, in C89 too.
for file in runtime/acc/*.h; do
    guard=AC_$(basename "${file^^}" .H)_H
    printf '#ifndef %s\n#define %s\n#pragma GCC system_header\n' "$guard" "$guard" | cmp -s - <(head -3 "$file") ||
        complain 'not a system header from its first line on' <<< "$file"
done
exit $status
