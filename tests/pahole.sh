#!/bin/bash
# pahole reads the frames in an object file: their sizes are those that acc --frames=json says, and what they keep has its name,
# offset and size; for gcc and clang.
command -v pahole > /dev/null || { echo "(apt-get install dwarves)"; exit 77; }
set -eu
status=0
source=examples/http.ac
"$B/acc" --frames=json $source > "$T/json"
sed -n 's/.*"function": "\([a-z_]*\)", "frame": \([0-9]*\),.*/\1_frame \2/p' "$T/json" | sed 's/^main_/ac_main_/' | sort > "$T/said"
grep -q '^serve_frame ' "$T/said" || { echo "no frames in:"; cat "$T/json"; exit 1; }
for cc in gcc clang; do
    command -v $cc > /dev/null || continue
    "$B/acc" --cc=$cc -g -c $source -o "$T/$cc.o"
    pahole --sizes "$T/$cc.o" | awk '{ print $1, $2 }' | grep -Fxf "$T/said" | sort > "$T/$cc.read" || true
    diff "$T/said" "$T/$cc.read" > "$T/diff" || { echo "$cc: frames said (<) and read (>):"; cat "$T/diff"; status=1; }
    pahole -C send_file_frame "$T/$cc.o" > "$T/out"
    for name in at length to; do
        place=$(sed -n 's/.*"send_file".*"declaration": "[a-z_]* '$name'", "offset": \([0-9]*\), "bytes": \([0-9]*\).*/\1 +\2/p' "$T/json")
        grep -qE " $name; +/\* +$place \*/" "$T/out" || { echo "$cc: no $name at $place in:"; cat "$T/out"; status=1; }
    done
done
exit $status
