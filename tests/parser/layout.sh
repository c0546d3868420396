#!/bin/bash
# Sizes, alignments and offsets of random structs are those of the compiler, for every target it knows.
# Environment: B, T (a folder for files), SEEDS (how many files of 40 structs for each target).
: "${T:=$(mktemp -d)}" "${B:=build}" "${SEEDS:=2}"

# 40 structs and unions, then one array for each number: its bound is the number.
generate() {
    awk -v seed="$1" '
    function r(n) { return int(rand() * n) }
    function pick(list,    n, words) { n = split(list, words, ","); return words[1 + r(n)] }
    function asks(percent) {
        if (r(100) >= percent) return ""
        return " __attribute__((" pick("packed,aligned(1),aligned(2),aligned(4),aligned(8),aligned(16)") "))"
    }
    function bits(name,    type, width) {
        type = pick("char,signed char,unsigned short,int,unsigned,long long,unsigned long long,_Bool,enum some")
        width = type ~ /Bool/ ? 1 : type ~ /char|some/ ? 8 : type ~ /short/ ? 16 : type ~ /long/ ? 64 : 32
        if (r(10) == 0) return type " : 0"
        if (r(10) == 0) return type " : " 1 + r(width)
        return type " " name " : " 1 + r(width) asks(10)
    }
    function members(depth,    text, i, name, n) {
        for (n = r(6) + (depth == 0); i < n; i++) {
            name = "m" ++count
            if (r(3) == 0) { text = text " " bits(name) ";"; continue }
            if (depth < 2 && r(6) == 0) {
                text = text " " pick("struct,union") asks(10) " {" members(depth + 1) " };"
                continue
            }
            text = text " " pick(types) " " name (r(4) ? "" : "[" r(4) "]") asks(15) ";"
            names[++named] = name
        }
        return text
    }
    function ask(expression) { print "char k" ++numbers "[" expression "];" }
    BEGIN {
        srand(seed)
        types = "char,short,int,long,long long,float,double,long double,void *,_Bool,_Complex float,_Complex double,enum some," \
                "enum wide,enum tiny,enum minus,vec,_Atomic int,_Atomic long long,_Atomic short,__builtin_va_list,mode_di"
        print "enum some { SOME = 1 }; enum wide { WIDE = 0x100000000ll }; enum minus { MINUS = -1 };"
        print "enum __attribute__((packed)) tiny { TINY }; typedef int mode_di __attribute__((mode(DI)));"
        print "typedef int vec __attribute__((vector_size(16)));"
        for (s = 0; s < 40; s++) {
            named = 0; packs = r(8) == 0
            if (packs) print "#pragma pack(push, " 2 ^ r(4) ")"
            tag = pick("struct,struct,union") " s" s
            print tag " {" members(0) " }" asks(20) ";"
            if (packs) print "#pragma pack(pop)"
            ask("sizeof(" tag ")"); ask("_Alignof(" tag ")")
            for (n = 1; n <= named; n++) ask("__builtin_offsetof(" tag ", " names[n] ")")
            types = types "," tag
        }
    }'
}

# The numbers acc finds are asserted in the same file for the compiler.
check() {
    local cc=$1 seed=$2
    generate "$seed" > "$T/s.c"
    "$B/acc" --cc="$cc" -w --emit=ast "$T/s.c" > "$T/s.ast" || return
    grep -v '^char k' "$T/s.c" > "$T/check.c"
    awk 'NR == FNR { if ($1 == "declarator" && match($3, /[0-9]+/)) value[$2] = substr($3, RSTART, RLENGTH); next }
         /^char k/ { name = $2; sub(/\[.*/, "", name); expression = $0; sub(/^[^[]*\[/, "", expression); sub(/\];$/, "", expression)
                     print "_Static_assert(" expression " == " value[name] ", \"acc says " value[name] "\");" }' \
        "$T/s.ast" "$T/s.c" >> "$T/check.c"
    [ "$(grep -c '_Static_assert.* == [0-9]' "$T/check.c")" -gt 80 ] || return
    $cc -w -fsyntax-only "$T/check.c" > "$T/verdict" 2>&1 && return
    echo "$cc, seed $seed"
    grep error "$T/verdict" | head -5
    return 1
}

: > "$T/empty.c"
status=0
for target in "gcc" "gcc -m32" "clang" "clang -m32" "clang --target=aarch64-linux-gnu" "clang --target=arm-linux-gnueabihf" \
              "clang --target=arm-none-eabi -fshort-enums" "clang --target=riscv64-linux-gnu" "clang --target=riscv32-linux-gnu" "clang --target=x86_64-linux-gnux32"; do
    $target -fsyntax-only "$T/empty.c" 2> /dev/null || continue
    for seed in $(seq "$SEEDS"); do
        check "$target" "$seed" || status=1
    done
done
exit $status
