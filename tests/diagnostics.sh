#!/bin/bash
# docs/diagnostics.md, which is --explain: it has every message of acc and no other; each example that is wrong gives the message
# it explains, and no other error; each that is right gives none. Whatever has a fix-it compiles once it is made. A test names each.
status=0
fail() {
    echo "$*"
    status=1
}

sed -n 's/^ERROR([A-Z_]*, *"\(.*\)")/\1/p' lexer/error.def > "$T/names"
sed -n 's/^WARNING([A-Z_]*, "\([^"]*\)".*/-W\1/p' lexer/warn.def >> "$T/names"
sed -n 's/^## //p' docs/diagnostics.md > "$T/headings"
diff <(sort "$T/names") <(sort "$T/headings") || fail "names in error.def and warn.def (<) are not the headings of diagnostics.md (>)"
"$B/acc" --explain | grep -v '\.$' && fail "what stands first under these headings is not a sentence on one line"
"$B/acc" --explain | awk '{ print $1 }' | diff - "$T/headings" || fail "acc --explain does not list the headings"
while read -r name; do
    grep -rqF -- "[$name" tests/diag tests/lowering_checked.sh || fail "$name: no test in tests/diag has its message"
done < "$T/names"

awk -v folder="$T" '
    /^## / { name = $2; gsub(/[^a-zA-Z-]/, "", name) }
    /^```c (wrong|right)$/ { file = folder "/" name "." $2 ".ac"; next }
    /^```/ { file = ""; next }
    file { print > file }' docs/diagnostics.md

# However it was copied: from a message, from a command line.
for spelled in '[-Wblocking]' Wblocking -Wno-blocking -Wno-error=blocking '[-Werror=blocking]'; do
    [ "$("$B/acc" --explain "$spelled" | head -n 1)" = -Wblocking ] || fail "acc --explain $spelled"
done
for spelled in '[bare-call]' '[-Wno-suspend]' -Wno-no-suspend '[-Wframe-larger-than=64]'; do
    "$B/acc" --explain "$spelled" > /dev/null || fail "acc --explain $spelled"
done
"$B/acc" --explain nothing > /dev/null 2>&1 && fail "acc --explain nothing"

while read -r name; do
    "$B/acc" --explain "$name" > "$T/text" || fail "acc --explain $name"
    [ "$(head -n 1 "$T/text")" = "$name" ] || fail "acc --explain $name begins with $(head -n 1 "$T/text")"
    file=$T/${name//[^a-zA-Z-]/} flags=-w
    case $name in
    *=) flags=${name}64 ;;
    -W*) flags=$name ;;
    too-deep | lowering | frame-grown | forced-header | across-files) continue ;;     # more than one file
    esac
    "$B/acc" $flags -C "$file.wrong.ac" -o "$T/out.c" 2> "$T/said"
    ended=$?
    grep -qF "[$name]" "$T/said" || fail "$name: its example does not give it: $(cat "$T/said")"
    grep -E '(error|warning): ' "$T/said" | grep -vqF "[$name]" && fail "$name: its example gives more: $(cat "$T/said")"
    [ "$ended" = "$([ "${name#-W}" = "$name" ] && echo 1 || echo 0)" ] || fail "$name: exit status $ended"
    "$B/acc" $flags -fsyntax-only "$file.right.ac" 2> "$T/said" || fail "$name: the example that is right is refused"
    [ -s "$T/said" ] && fail "$name: the example that is right gives: $(cat "$T/said")"
    cp "$file.wrong.ac" "$T/fixed.ac"
    "$B/acc" $flags --fix "$T/fixed.ac" 2> /dev/null
    cmp -s "$file.wrong.ac" "$T/fixed.ac" && continue
    echo "$name" >> "$T/fixes"
    "$B/acc" -w -fsyntax-only "$T/fixed.ac" || fail "$name: the file is still refused after its correction: $(cat "$T/fixed.ac")"
done < "$T/headings"
[ "$(wc -l < "$T/fixes")" -ge 6 ] || fail "too few examples with corrections: $(cat "$T/fixes")"
exit $status
