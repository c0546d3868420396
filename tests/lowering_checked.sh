#!/bin/bash
# Lowered text that was damaged is seen by --check-lowering: every store, reload, link and place of some programs, one at a time.
# shellcheck disable=SC2086
T=${T:-$(mktemp -d)}
programs=${PROGRAMS:-"liveness arguments_kept wide_locals second_await_in_loop defer structs fused shared_kept recursion"}
[ -z "$FULL" ] || programs="$programs any_bindings address_in_loop arrays goto_into_block statement_expressions children"

# Damages one place: mutate KIND N FILE; 1 when there are fewer. Kinds:
#   spill, reload    a copy to or from the frame is left out
#   swap             two values are stored in each other's place
#   union            what belongs to one suspension point shares bytes
#   nest             what is used together shares bytes
#   return           the function does not come back
#   link             another suspension point's link is stored
#   case             two cases go on at each other's label
cat > "$T/mutate.awk" <<'AWK'
function items(line,    n, i, part, out, indent) {
    match(line, /^ */)
    indent = substr(line, 1, RLENGTH)
    if (line ~ /AC_RESULT|_take\(|AC_LOOSE|__builtin|\([*&]/)
        part[n = 1] = substr(line, RLENGTH + 1)
    else
        n = split(substr(line, RLENGTH + 1), part, /, /)
    sub(/;$/, "", part[n])
    for (i = 1; i <= n; i++) {
        if (++found == wanted)
            part[i] = "(void)0"
        out = out (i > 1 ? ", " : indent) part[i]
    }
    return out ";"
}
function swapped(line,    part, n, a, b) {
    n = split(line, part, /, /)
    if (n < 2 || part[1] !~ /at[0-9]+\.[a-z_0-9]+ = [a-z_0-9]+$/ || part[2] !~ /at[0-9]+\.[a-z_0-9]+ = [a-z_0-9]+;?$/ || ++found != wanted)
        return line
    sub(/;$/, "", part[2])
    a = part[1]; sub(/.* = /, "", a)
    b = part[2]; sub(/.* = /, "", b)
    sub(/ = .*/, " = " b, part[1])
    sub(/ = .*/, " = " a, part[2])
    line = part[1] ", " part[2]
    for (a = 3; a <= n; a++)
        line = line ", " part[a]
    return n == 2 ? line ";" : line
}
# The line that opens what line i closes, and how many members it has.
function open_of(i,    indent, k) {
    match(line[i], /^ */)
    indent = substr(line[i], 1, RLENGTH)
    members = 0
    for (k = i - 1; k > 0 && line[k] !~ "^" indent "(struct|union) \\{$"; k--)
        members += line[k] ~ "^" indent "    [^ ].*;$"
    return k
}
{ line[NR] = $0 }
END {
    for (i = 1; i <= NR; i++) {
        if (line[i] ~ /(ac_suspend(_outside)?\(|ac_site = ).*_at[0-9]+\)?;/ || line[i] ~ /^ *__coro_suspend:/) {
            is_spill = 1
            if (kind == "link" && line[i] ~ /_at[0-9]+\)?;/ && line[i] !~ /_at1\)?;/ && ++found == wanted)
                sub(/_at[0-9]+/, "_at1", line[i])
        } else if (is_spill && line[i] ~ /^ *(return|goto __coro_suspend)/) {
            is_spill = 0
            if (kind == "return" && ++found == wanted)
                line[i] = ""
        } else if (is_spill && line[i] ~ / = / && line[i] !~ /pending/) {
            if (kind == "spill")
                line[i] = items(line[i])
            if (kind == "swap")
                line[i] = swapped(line[i])
        }
        if (line[i] ~ /^ *}/)
            is_reload = 0
        if (is_reload && kind == "reload" && line[i] ~ / = /)
            line[i] = items(line[i])
        if (line[i] ~ /^ *__coro_resume[_:]/)
            is_reload = 1
        if ((kind == "union" && line[i] ~ /^ *} at[0-9]+;$/) || (kind == "nest" && line[i] ~ /^ +};$/)) {
            k = open_of(i)
            if (members > 1 && line[k] ~ /struct/ && ++found == wanted)
                sub(/struct/, "union", line[k])
        }
        if (kind == "case" && line[i] ~ /case 2: goto __coro_resume_2;/ && line[i] ~ /case 1:/ && ++found == wanted) {
            sub(/case 1:/, "case 0:", line[i])
            sub(/case 2:/, "case 1:", line[i])
            sub(/case 0:/, "case 2:", line[i])
        }
    }
    for (i = 1; i <= NR; i++)
        print line[i]
    exit found < wanted
}
AWK

status=0 total=0
for program in $programs; do
    "$B/acc" --check-lowering -l -C "tests/run/$program.ac" -o "$T/good.c" || exit
    "$B/acc" --check-lowering -fsyntax-only "$T/good.c" -Iruntime -w || exit
    for kind in spill reload swap union nest return link case; do
        for n in $(seq 1 "${MOST:-12}"); do
            awk -v kind=$kind -v wanted="$n" -f "$T/mutate.awk" "$T/good.c" > "$T/bad.c" || break
            total=$((total + 1))
            "$B/acc" --check-lowering -fsyntax-only -w "$T/bad.c" > "$T/said" 2>&1
            grep -q 'error: .*\[lowering\]' "$T/said" && continue
            echo "$program: $kind $n is not seen"
            diff "$T/good.c" "$T/bad.c"
            head -5 "$T/said"
            status=1
        done
    done
done

# An object that is pointed at is on the stack.
"$B/acc" -l -C tests/run/address_across.ac -o "$T/good.c" || exit
name=$(grep -o '&ac_self->[a-z_0-9]*' "$T/good.c" | grep -v '>at[0-9]\|>node\|>children' | head -1 | sed 's/.*>//')
sed "s/&ac_self->$name\\b/\&*(\&ac_$name)/; s/^\( *\)\(struct .* \*ac_self = ac_frame;\)/\1\2 long ac_$name;/" "$T/good.c" > "$T/bad.c"
"$B/acc" --check-lowering -fsyntax-only -w "$T/bad.c" 2>&1 | grep "whose address was taken, is on the stack" > "$T/said" || { echo "on the stack: is not seen"; status=1; }

# damages PROGRAM: reads lines `sed command|what is said of it`.
damages() {
    "$B/acc" -l -C "tests/run/$1.ac" -o "$T/good.c" || exit
    while IFS='|' read -r damage said; do
        sed "$damage" "$T/good.c" > "$T/bad.c"
        cmp -s "$T/good.c" "$T/bad.c" && { echo "$damage: does nothing"; status=1; }
        "$B/acc" --check-lowering -fsyntax-only -w "$T/bad.c" 2>&1 | grep "$said" > "$T/said" || { echo "$damage: is not seen"; status=1; }
    done
}

# What is computed again is computed from something else, or otherwise; what is stored once has changed since.
damages recomputed <<'DAMAGES'
s/ limit = 100, end/ limit = 101, end/|'limit' gets another value here than it had
s/^    to\[1\] = 'X';/&  limit = 99;/|'limit' gets another value here than it had
s/^    to\[1\] = 'X';/&  at++;/|is computed here from 'at', which may have changed
s/sum ^= c << 3;/& c++;/|'c' is loaded from 'c' .* which on some path does not hold it
s/^    if (!ac_point)$/    if (ac_point)/|does not return when it has to wait
DAMAGES

# Who goes on is not stored, or elsewhere; a result is not read.
damages shared_kept <<'DAMAGES'
0,/ac_site = &[a-z_]*_at2;/s///|suspension point 2 goes on here, which is not behind it
s/ac_suspend(&ac_self->at1.child, ac_site);/ac_suspend((char *)\&ac_self->at1.child + 8, ac_site);/|looks for the frame elsewhere
s/ac_suspend(&ac_self->at1.child, ac_site);/(void)ac_site;/|suspension point 1 goes on here, which is not behind it
s/ac_awaited = .*/(void)ac_awaited;/|'ac_awaited' is read, but on some path nothing has set it
DAMAGES

# A backtrace is led to another frame, another caller, other children.
damages fused <<'DAMAGES'
s/\(struct ac_link leaf_at1 = .*\) AC_OFFSET(struct leaf_frame, at1.child)/\1 8/|'leaf_at1' tells backtraces of other frames
s/\(struct ac_link leaf_at1 = .*\) &middle_at2/\1 0/|'leaf_at1' tells backtraces of other frames
s/\(struct ac_link leaf_at1 = .*\) &middle_at2/\1 \&outer_at2/|'leaf_at1' tells backtraces of other frames
s/\(struct ac_link outer_at2 = .*\) AC_OFFSET(struct outer_frame, at2.child)/\1 24/|'leaf_at1' tells backtraces of other frames
s/\(struct ac_link starts_at1 = .*\) 1 + AC_OFFSET(struct starts_frame, children)/\1 0/|'starts_at1' tells backtraces of other frames
s/\(struct ac_link by_pointer_at1 = .*\), 0, 0, &/\1, 8, 0, \&/|'by_pointer_at1' tells backtraces of other frames
s/\(struct ac_link doubled_at1 = .*\), 0, 0 }/\1, 8, 0 }/|'doubled_at1' tells backtraces of other frames
DAMAGES

# What is kept beside a callee's frame lies in what that uses, not behind it.
damages fused <<'DAMAGES'
s/ac_child\[20\]/ac_child[16]/|of the frame, where 'child' is in use
DAMAGES

# A frame has less room than it needs: in the block of a child, in a place of its parent's.
"$B/acc" -l -C tests/run/children_defined_later.ac -o "$T/good.c" || exit
for damage in 's/ac_child(ac_task, 0, 184)/ac_child(ac_task, 0, 176)/' '0,/struct \([a-z]*\)_frame child;/s//struct ac_node child;/'; do
    sed "$damage" "$T/good.c" > "$T/bad.c"
    cmp -s "$T/good.c" "$T/bad.c" && { echo "$damage: does nothing"; status=1; }
    "$B/acc" --check-lowering -fsyntax-only -w "$T/bad.c" 2>&1 | grep "there is room for" > "$T/said" || { echo "$damage: is not seen"; status=1; }
done

# A function that is called as one that never waits does.
"$B/acc" -l -C tests/run/never_suspends.ac -o "$T/good.c" || exit
sed 's/return (ac_long){ 2 \* x, 0 }/return (ac_long){ 2 * x, 1 }/' "$T/good.c" > "$T/bad.c"
"$B/acc" --check-lowering -fsyntax-only -w "$T/bad.c" 2>&1 | grep "nothing asks whether it is" > "$T/said" || { echo "a wait: is not seen"; status=1; }
echo "$total damages"
[ $total -gt 50 ] || { echo "too few"; status=1; }
exit $status
