# The size and alignment of a frame of another file, by its interface header, are constants: in assertions, array dimensions,
# cases, enumerators, members and static objects.
. tests/driver/common
cat > net.h <<'EOF'
#ifndef NET_H
#define NET_H
async int fetch(int x, double y);
#endif
EOF
cat > net.ac <<'EOF'
#include <acc/acc.h>
#include "net.h"
static async int inner(int x) { char b[40] = {0}; b[x & 31] = 1; await ac_yield(); return b[x & 31] + x; }
async int fetch(int x, double y) { int r = await inner(x); return r + (int)y; }
EOF
cat > use.ac <<'EOF'
#include <acc/acc.h>
#include <stdint.h>
#include <stdio.h>
#include "net.h"
#include "net.ac.h"
struct pool { _Frame(fetch) slots[4]; int n; };
_Static_assert(sizeof(struct pool) > 4 * sizeof(_Frame(fetch)), "");
_Static_assert(_Alignof(_Frame(fetch)) >= _Alignof(void *), "");
enum { SIZE = sizeof(_Frame(fetch)), ALIGN = _Alignof(_Frame(fetch)) };
static char room[SIZE];
static struct pool pool = { .slots = { fetch(1, 2.0) } };
union either { _Frame(fetch) frame; char bytes[sizeof(_Frame(fetch))]; };
static int is_size(unsigned long n)
{
    switch (n) {
    case sizeof(_Frame(fetch)): return sizeof room == SIZE;
    }
    return 0;
}
async int main(void)
{
    pool.slots[1] = fetch(3, 4.0);
    async int first = async pool.slots[0];
    int second = await pool.slots[1];
    _Alignas(ALIGN) char place[sizeof(union either)];
    printf("%d %d %d %d %d\n", await first, second, is_size(5) + is_size(SIZE), (int)((uintptr_t)place % ALIGN),
           (int)(__builtin_offsetof(struct pool, n) / SIZE));
    return 0;
}
EOF
$acc --header net.ac -o net.ac.h
for flags in -O0 "-O2 -fcheck"; do
    $acc $flags -Wall -Wextra -Werror use.ac net.ac -o use
    [ "$(./use)" = "4 8 1 0 4" ]
done
