# What docs/building.md says of editors: with acc/editor.h C tools find what is wrong in a file, and nothing else; analysers find it in the
# erased file.
. tests/driver/common
cat > words.ac <<'END'
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <acc/acc.h>

static async int twice(int x)
{
    await ac_yield();
    return 2 * x;
}

async int work(const char *path)
{
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        return -errno;
    defer close(fd);
    char *text = malloc(10);
    if (!text)
        return -ENOMEM;
    defer {
        free(text);
        await ac_yield();
    }
    ssize_t n = await ac_read(fd, text, 10);
    async int handle = async twice(3);
    async ac_sleep(1);
    await all;
    _Frame(twice) made = twice(4);
    return (int)n + await handle + await made;
}

async int main(void)
{
    async int (*pointer)(const char *) = work;
    return await pointer("/dev/null");
}
END
sed 's/twice(4)/twice(4, 5)/' words.ac > wrong.ac
editor="-xc -include acc/editor.h $("$acc" --cflags | sed 's/ .*//')"
for cc in gcc clang; do
    command -v $cc > /dev/null || continue
    $cc -Wall -Wextra -Wno-missing-prototypes -Werror -fsyntax-only $editor words.ac
    fails $cc -fsyntax-only $editor wrong.ac
    says '^wrong\.ac:31:[0-9]*: error: too many arguments' err
    [ "$(grep -c ' error: ' err)" = 1 ]
done

if command -v clangd > /dev/null; then
    include=${editor##* }
    awk '/^```/ { inside = $0 == "```yaml"; next } inside' "$root/docs/building.md" | sed "s|-I[^]]*|$include|" > .clangd
    clangd --check=words.ac > log 2>&1 || { cat log; exit 1; }
    fails clangd --check=wrong.ac
    says 'Line 31: too many arguments' err
    [ "$(grep -c '^E.*Line' err)" = 1 ]
else
    echo "(apt-get install clangd)"
fi

cat > leak.ac <<'END'
#include <stdlib.h>
#include <acc/acc.h>
async int leak(int n)
{
    char *p = malloc(10);
    if (!p)
        return -1;
    p[0] = (char)n;
    await ac_yield();
    if (p[0] > 3)
        return -2;
    free(p);
    return 0;
}
END
"$acc" --erase leak.ac -o leak.c
if gcc --version > /dev/null 2>&1; then
    gcc -fanalyzer -DAC_ERASED $("$acc" --cflags) -c leak.c -o leak.o 2> err
    says '^leak\.ac:11:.*leak of .p' err
fi
