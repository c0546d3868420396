// Stands in for lexer/preprocess.c: no compiler is run and no file is read. What would be preprocessed is taken as it is,
// without its line splices, behind the text of prelude.h.
#include "lexer/preprocess.h"
#include "lexer/unit.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    const uint8_t *bytes;
    size_t len;
    bool is_erased;
    char *preludes[2];          // the second one without async functions
} state;

void fuzz_input_set(const uint8_t *bytes, size_t len, bool is_erased)
{
    state.bytes = bytes;
    state.len = len;
    state.is_erased = is_erased;
}

static struct text text_new(struct arena *a, const char *bytes, size_t len)
{
    struct text t = { arena_alloc(a, len + 2), (uint32_t)len };
    if (len)
        memcpy(t.bytes, bytes, len);
    return t;
}

struct text text_read(struct arena *a, int fd)
{
    struct buf b = { 0 };
    char part[4096];
    for (ssize_t n; (n = read(fd, part, sizeof part)) > 0;)
        buf_put(&b, part, (size_t)n);
    struct text t = text_new(a, b.bytes, b.len);
    buf_free(&b);
    return t;
}

struct text text_of_file(struct arena *a, const char *path)
{
    if (!strcmp(path, FUZZ_PATH))
        return text_new(a, (const char *)state.bytes, state.len);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return (struct text){ 0 };
    struct text t = text_read(a, fd);
    close(fd);
    return t;
}

bool text_has_bom(struct text t)
{
    return t.len >= 3 && !memcmp(t.bytes, "\xEF\xBB\xBF", 3);
}

int temporary_file(struct unit *u)
{
    diag_fatal(u, "no temporary files here");
    return -1;
}

const char *temporary_folder(struct unit *u, struct arena *a)
{
    char *path = arena_printf(a, "/tmp/acc-fuzz-XXXXXX");
    if (mkdtemp(path))
        return path;
    diag_fatal(u, "%s", strerror(errno));
    return NULL;
}

// The path is the last word of the command.
struct preprocessing preprocess_start(struct unit *u, const char *const *argv, int input, bool quiet)
{
    (void)u, (void)input, (void)quiet;
    while (argv[1])
        argv++;
    return (struct preprocessing){ .pid = 1, .output = -1, .command = argv[0] };
}

static void preludes_read(void)
{
    static struct arena arena;
    struct text t = text_of_file(&arena, "tests/fuzz/prelude.h");
    if (!t.bytes)
        abort();
    state.preludes[0] = t.bytes;
    state.preludes[1] = text_new(&arena, t.bytes, t.len).bytes;
    for (char *at = state.preludes[1]; (at = strstr(at, "_Async"));)
        memset(at, ' ', strlen("_Async"));
}

struct text preprocess_finish(struct unit *u, struct preprocessing *p, struct arena *a, bool quiet)
{
    (void)u, (void)quiet;
    struct buf b = { 0 };
    if (!state.preludes[0])
        preludes_read();
    struct text own = text_of_file(a, p->command);
    size_t mark = text_has_bom(own) ? 3 : 0;
    buf_printf(&b, "# 1 \"%s\"\n# 1 \"prelude.h\" 1 3\n%s# 1 \"%s\" 2\n", p->command,
               state.preludes[state.is_erased], p->command);
    for (const char *at = own.bytes + mark, *end = own.bytes + own.len; at < end; at++)
        if (*at == '\\' && at[1] == '\n')
            at++;
        else
            buf_putc(&b, *at);
    buf_putc(&b, '\n');
    struct text t = text_new(a, b.bytes, b.len);
    buf_free(&b);
    return t;
}
