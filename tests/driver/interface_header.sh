# With the interface header of another file frames lie inside their callers', plain C calls async functions, and a header that
# is older than its file does not link.
. tests/driver/common
cat > net.h <<'END'
struct page { int size; char text[20]; };
struct opaque;
_Async int fetch(const char *url, struct page *page);
_Async struct page get(int size);
_Async void tick(void);
END
cat > net.ac <<'END'
#include <acc/acc.h>
#include "net.h"
struct own { int x; };
static async int helper(int x) { char bytes[100]; bytes[x] = 4; await ac_yield(); return bytes[x]; }
async int fetch(const char *url, struct page *page) { int n = await helper(3); page->size = n + url[0]; return n; }
async struct page get(int size) { struct page p = { size, "text" }; await tick(); return p; }
async void tick(void) { await ac_yield(); }
async int only_here(struct own *own) { await ac_yield(); return own->x; }
struct opaque { int x; };
async struct opaque *opened(int x) { static struct opaque only; only.x = x; await ac_yield(); return &only; }
async int closed(struct opaque *const *o, void (*done)(const struct opaque *)) { await ac_yield(); done(*o); return (*o)->x; }
async int only_here_too(struct opaque o) { await ac_yield(); return o.x; }
static async int unseen(void) { return 0; }
inline async int unseen_too(void) { return await unseen(); }
END
cat > use.ac <<'END'
#include <acc/acc.h>
#include <stdio.h>
#include "net.h"
#include "net.ac.h"
static void done(const struct opaque *o) { if (!o) puts("none"); }
async int main(void)
{
    struct opaque *o = await opened(5);
    printf("%d\n", await closed(&o, done));
    struct page p;
    int n = await fetch("a", &p);
    printf("%d %d %s\n", n, p.size, (await get(7)).text);
    await tick();
    async struct page q = async get(9);
    printf("%d\n", (await q).size);
    return 0;
}
END
cat > plain.c <<'END'
#define _Async
#include "net.h"
#include "net.ac.h"
#include <acc/executor.h>
#include <stdio.h>
int main(void)
{
    struct page p;
    int n = fetch_block_on("a", &p);
    tick_block_on();
    printf("%d %d %s\n", n, p.size, get_block_on(7).text);
    struct ac_executor *executor = 0;
#ifndef AC_ERASED
    if (ac_executor_make(&executor, 0))
        return 1;
#endif
    if (fetch_spawn(executor, "b", &p) || tick_spawn(executor))
        return 1;
#ifndef AC_ERASED
    ac_executor_free(executor);
#endif
    printf("%d\n", p.size);
    return 0;
}
END
cat > Makefile <<END
include \$(shell $acc --print-mk)
CFLAGS = -Wall -Wextra -Werror
programs: use plain
use: use.o net.o ; \$(CC) -o \$@ \$^ \$(ACC_LIBS)
plain: plain.o net.o ; \$(CC) -o \$@ \$^ \$(ACC_LIBS)
plain.o: net.ac.h
plain.o: CFLAGS += \$(ACC_CFLAGS)
-include net.ac.d
END
make -s
[ "$(./use)" = $'5\n4 101 text\n9' ]
[ "$(./plain)" = $'4 101 text\n102' ]
grep -q 'not here: only_here (only net.ac knows own)' net.ac.h
grep -q 'not here: only_here_too (only net.ac knows opaque)' net.ac.h
fails grep -q unseen net.ac.h
$acc --frames use.ac > frames
grep -q 'struct fetch_frame child' frames
grep -q 'struct opened_frame child' frames
grep -q 'struct closed_frame child' frames
# The erased twin of the caller calls the function itself.
$acc -DAC_ERASED --erase net.ac -o erased.c
${CC:-cc} -D_Async= -DAC_ERASED $($acc --cflags) -c erased.c
${CC:-cc} -DAC_ERASED $($acc --cflags) plain.c erased.o "$B/libacc_erased.a" -o twin
[ "$(./twin)" = "$(./plain)" ]
# A type that has no name in the source has none in the header either.
cat > nameless.h <<'END'
typedef struct { int x; } named;
struct around { struct { int x; } inner; };
END
cat > nameless.ac <<'END'
#include <acc/acc.h>
#include "nameless.h"
async int given(named n, named *p) { await ac_yield(); return n.x + p->x; }
async int within(typeof(((struct around *)0)->inner) *i) { await ac_yield(); return i->x; }
async int alike(typeof((named){ 0 }) n) { await ac_yield(); return n.x; }
static struct { int x; } own;
async typeof(own) owned(void) { await ac_yield(); return own; }
END
$acc --header nameless.ac -o nameless.ac.h
lacks ac_tag nameless.ac.h
for f in within alike owned; do says "^// not here: $f (it has a type without a name: give it a tag, or a typedef)" nameless.ac.h; done
printf '#include <acc/acc.h>\n#include "nameless.h"\n#include "nameless.ac.h"\nasync int f(named *n) { return await given(*n, n); }\n' > uses.ac
$acc -Werror -c uses.ac -o uses.o
# A header is remade when what its file includes changes; one that was not does not link.
sed -i 's/bytes\[100\]/bytes[200]/' net.ac
$acc -c net.ac -o new.o
fails $acc use.ac new.o -o use
grep -q ac_frame_fetch_ err
sed -i 's/text\[20\]/text[40]/' net.h
make -s programs
[ "$(./use)" = $'5\n4 101 text\n9' ]
# Warnings are for the compilation of the file.
cat > warned.ac <<'END'
#include <unistd.h>
#include <acc/acc.h>
#warning directive
async int f(int x) { await ac_yield(); sleep(1); return x; }
END
$acc --header warned.ac -o warned.ac.h 2> err
[ ! -s err ]
$acc -c warned.ac 2> err
says directive err
says Wblocking err
