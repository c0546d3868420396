# gcc and clang say of async functions what they say of the erased ones: which parameters and locals are unused, or set and not used.
. tests/driver/common
cat > unused.ac <<'END'
#include <acc/acc.h>

struct big { char text[100]; };
static async int step(int x) { await ac_yield(); return x; }

async int parameter(int n, int unused) { return await step(n) + n; }
async int parameter_set(int n, int set) { set = await step(n); return n; }
async int parameter_set_behind(int n, int set) { await step(n); set = 3; return n; }
async int large_parameter(int n, struct big unused) { return await step(n) + n; }
static async int in_recursion(int n, int unused) { await ac_yield(); return n ? await in_recursion(n - 1, 2) : 0; }
static async int late(int n, int unused) { return n ? await step(n) : 0; }
async int array_parameter(int n, int unused[4], const char *restrict text) { await step(n); return n; }
async int sized_parameter(int n, int k, int array[k]) { await step(n); return array[n]; }
async int local(int n) { int unused; await step(n); return n; }
async int local_given(int n) { int unused = await step(n); return n; }
async int local_set(int n) { int set; set = await step(n); return n; }
async int array(int n) { char unused[80]; await step(n); return n; }
async int array_given(int n) { char unused[80] = { await step(n) }; await step(n); return n; }

async int meant(int n, int m, int k, __attribute__((unused)) int i, [[maybe_unused]] int j)
{
    int set __attribute__((unused));
    (void)m;
    set = await step(sizeof k);
    return n;
}

async int silenced(int n)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"
    int unused;
#pragma GCC diagnostic pop
    return await step(n);
}

async int main(int argc, char **argv) { return await in_recursion(1, 1) + await late(0, 1); }
END
"$acc" -w --erase unused.ac -o erased.c

said() {
    grep -o 'unused.ac:[0-9]*.*warning.*' "$1" | sed 's/:[0-9]*: .*\[/ [/' | sort
}

for cc in gcc clang; do
    $cc -std=gnu2x -Wall -Wextra -DAC_ERASED $("$acc" --cflags) -c erased.c -o erased.o 2> erased.txt
    "$acc" --cc="$cc" -std=gnu2x -Wall -Wextra -c unused.ac -o unused.o 2> lowered.txt
    diff <(said erased.txt) <(said lowered.txt)
    [ "$(said lowered.txt | wc -l)" -ge 14 ]
done
