#!/bin/bash
# libacc_core.a needs no C library: it compiles without its headers and links without its functions, but for memcpy and memset, which
# compilers call by themselves, and the functions of the port.
T=${T:-$(mktemp -d)}
core=$(make -s -f - <<< $'include runtime/sources.mk\nall: ; @echo $(runtime_port_c)')
status=0
for cc in gcc clang; do
    command -v $cc > /dev/null || continue
    case $cc in
    gcc) headers=$($cc -print-file-name=include) ;;
    clang) headers=$($cc -print-resource-dir)/include ;;
    esac
    objects=()
    for file in $core; do
        object=$T/$cc-$(basename "$file" .c).o
        for level in -O0 -Os -O2; do
            $cc -std=gnu2x $level -Wall -Wextra -Werror -ffreestanding -DAC_PORT -fno-stack-protector -nostdinc -isystem "$headers" \
                -Iruntime -c "$file" -o "$object" || status=1
        done
        objects+=("$object")
    done
    $cc -r -nostdlib "${objects[@]}" -o "$T/core.o" || status=1
    needed=$(nm -u "$T/core.o" | awk '{ print $2 }' | grep -vxE 'memcpy|memset|_GLOBAL_OFFSET_TABLE_|ac_now|ac_port_(wait|notify|memory|fatal)')
    [ -z "$needed" ] || { echo "$cc: the core needs" $needed; status=1; }
done
exit $status
