# Lowered code is quiet under -Wpedantic, -Wconversion and -Wshadow where what the user wrote is: fused functions, whose numbers are
# dispatched together, ac_block_on, which is a statement expression, what stands behind an `if` at the end of a function that defers,
# and a result that is converted and not used. As C90 and C99 too, with -Wdeclaration-after-statement and -Wcast-qual: generated code is
# newer than these, has statements in front of declarations, and passes pointers to what is const.
. tests/driver/common
cat > strict.ac <<'END'
#include <acc/acc.h>

static async int once(int fd, char *byte)
{
    return await ac_read(fd, byte, 1) == 1 ? 0 : -1;
}

static async int twice(int fd)
{
    char byte;
    if (await once(fd, &byte) < 0)
        return -1;
    await ac_yield();
    (long)await once(fd, &byte);
    return await once(fd, &byte) < 0 ? -1 : byte;
}

async int request(int fd)
{
    ac_deadline(AC_SECOND);
    int first = await twice(fd);
    if (first < 0)
        return first;
    await any {
    case int error = await ac_close(fd):
        return error;
    case await ac_sleep(AC_SECOND):
        break;
    }
    return first;
}

async void closed(int fd)
{
    defer await ac_close(fd);
    if (fd > 3)
        ac_now();
}

int run(int fd);
int run(int fd)
{
    return ac_block_on(request(fd));
}
END
"$acc" -C strict.ac -o strict.c
says 'case 2: case 3:' strict.c
for cc in gcc clang; do
    "$acc" --cc="$cc" -std=gnu2x -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -c strict.ac -o strict.o
done

cat > old.ac <<'END'
#include <acc/acc.h>

static async const char *word(const char *text, int n)
{
    int i;
    for (i = 0; i < n; i++)
        await ac_yield();
    return text + i;
}

static async int letters(volatile int *so_far, const char *text)
{
    int n;
    const char *rest;
    n = 0;
    for (rest = await word(text, 1); *rest; rest = await word(rest, 1))
        n++;
    *so_far += n;
    return n;
}

async int main(int argc, char **argv)
{
    volatile int all;
    int n;
    async int h;
    all = 0;
    h = async letters(&all, argv[argc - 1]);
    await any {
    case n = await letters(&all, "abc"):
        break;
    case await ac_sleep(AC_SECOND):
        n = -1;
        break;
    }
    return n + await h - all;
}
END
for cc in gcc clang; do
    for std in c90 gnu90 c99 gnu99; do
        "$acc" --cc="$cc" -std=$std -Wall -Wextra -pedantic -Wdeclaration-after-statement -Wcast-qual -Werror old.ac -o old
        ./old
    done
done
