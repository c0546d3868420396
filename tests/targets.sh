#!/bin/bash
# acc lays out frames as the compiler of each target does: the assertions in its output hold for 32 and 64 bits, with the
# alignments of i386, ARM, AArch64, RISC-V, x32, and of big-endian machines. The runtime works there, where there is a compiler
# and an emulator.
cd "$(dirname "$0")/.." || exit 1
B=${B:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/frames.ac" << 'END'
#include <acc/acc.h>
struct s { long long a; char b; double d; };
typedef float quad __attribute__((vector_size(16)));
async int g(int x, double d) { await ac_yield(); return x + (int)d; }
async struct s h(long long a) { struct s r = { a, 1, 2.0 }; struct s *p = &r; await ac_yield(); p->a++; return r; }
async long long f(int x)
{
    double d = x;
    long long l = x;
    char c = (char)x;
    long double ld = x;
    __attribute__((aligned(8))) int k = x;
    int *kp = &k;
    short list[3] = { 1, 2, 3 };
    quad q = { 1, 2, 3, x };
    int y = await g(x, d);
    struct s v = await h(l);
    async int a = async g(1, 2.0);
    async g(2, 3.0);
    return y + l + c + (long long)q[3] + (long long)ld + *kp + list[1] + v.a + (long long)d + await a;
}
END

tried=0
check() {
    echo 'int x;' > "$dir/empty.c"
    "$@" -c "$dir/empty.c" -o "$dir/empty.o" 2> /dev/null || return 0
    tried=$((tried + 1))
    "$B/acc" --cc="$1" "${@:2}" -C "$dir/frames.ac" -o "$dir/frames.c" &&
        "$@" -std=gnu11 -Wall -Wextra -Werror -isystem runtime -c "$dir/frames.c" -o "$dir/frames.o" || { echo "failed: $*"; exit 1; }
}

check "${CC:-cc}"
check gcc -m32
for target in i386-linux-gnu x86_64-linux-gnux32 aarch64-linux-gnu arm-linux-gnueabihf arm-none-eabi riscv64-linux-gnu s390x-linux-gnu powerpc64-linux-gnu \
    mips-linux-gnu; do
    check clang --target=$target
done
check clang --target=s390x-linux-gnu -march=z13
[ $tried -gt 1 ] || exit 77

# The whole runtime is built for another Linux, and runs there.
elsewhere() {
    local target=$1 emulator=$2 B=$dir/$1
    command -v "$target-gcc" > /dev/null && command -v "$emulator" > /dev/null || return 0
    make -s B="$B" HOSTCC=cc CC="$target-gcc" AR="$target-ar" CFLAGS=-O1 || exit 1
    "$B/acc" --cc="$target-gcc" -isystem runtime -O1 -static tests/targets/elsewhere.ac -o "$dir/elsewhere" || exit 1
    "$emulator" "$dir/elsewhere" || { echo "failed: $target"; exit 1; }
    # gcc finds other paths there: what it does not see to be set is a warning.
    "$B/acc" --cc="$target-gcc" -isystem runtime -Itests/runtime -Os -Wall -Wextra -Werror -Wno-blocking -Wno-unawaited \
        -c tests/runtime/any.ac -o "$dir/any.o" || { echo "failed: $target"; exit 1; }
}
elsewhere arm-linux-gnueabihf qemu-arm
elsewhere aarch64-linux-gnu qemu-aarch64
elsewhere riscv64-linux-gnu qemu-riscv64
elsewhere s390x-linux-gnu qemu-s390x
