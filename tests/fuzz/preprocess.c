// Stands in for lexer/preprocess.c: no compiler is run and no file is read. What would be preprocessed is taken as it is,
// without its line splices and comments, behind the text of prelude.h.
#define _GNU_SOURCE              // memmem
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

const char *temporary_place(void)
{
    return "/tmp";
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

static void without_splices(const char *at, const char *end, struct buf *out)
{
    for (; at < end; at++)
        if (*at == '\\' && at[1] == '\n')
            at++;
        else
            buf_putc(out, *at);
}

// A comment is a space; the lines it takes come behind the line that goes on after it. False: it has no end.
static bool without_comments(const char *at, const char *end, struct buf *out)
{
    size_t lines = 0;
    char quote = 0;
    for (; at < end; at++) {
        if (!quote && at[0] == '/' && at + 1 < end && at[1] == '/') {
            while (at + 1 < end && at[1] != '\n')
                at++;
            continue;
        }
        if (!quote && at[0] == '/' && at + 1 < end && at[1] == '*') {
            const char *close = memmem(at + 2, (size_t)(end - at) - 2, "*/", 2);
            if (!close)
                return false;
            for (; at <= close; at++)
                lines += *at == '\n';
            buf_putc(out, ' ');
            continue;
        }
        buf_putc(out, *at);
        if (*at == '\n')
            for (quote = 0; lines; lines--)
                buf_putc(out, '\n');
        else if (quote && *at == '\\' && at + 1 < end && at[1] != '\n')
            buf_putc(out, *++at);
        else if (quote ? *at == quote : *at == '"' || *at == '\'')
            quote = quote ? 0 : *at;
    }
    return true;
}

struct text preprocess_finish(struct unit *u, struct preprocessing *p, struct arena *a, bool quiet)
{
    (void)quiet;
    struct buf b = { 0 }, whole = { 0 };
    if (!state.preludes[0])
        preludes_read();
    struct text own = text_of_file(a, p->command);
    size_t mark = text_has_bom(own) ? 3 : 0;
    buf_printf(&b, "# 1 \"%s\"\n# 1 \"prelude.h\" 1 3\n%s# 1 \"%s\" 2\n", p->command,
               state.preludes[state.is_erased], p->command);
    without_splices(own.bytes + mark, own.bytes + own.len, &whole);
    buf_putc(&whole, '\n');
    if (!without_comments(whole.bytes, whole.bytes + whole.len, &b))
        diag_fatal(u, "unterminated comment");
    buf_free(&whole);
    struct text t = text_new(a, b.bytes, b.len);
    buf_free(&b);
    return t;
}
