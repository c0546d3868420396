#include "parser/missing_header.h"

#include <string.h>

// Names with a blank on both sides.
static const struct { const char *header, *names; } headers[] = {
    { "errno.h", " errno EAGAIN EBADF ECANCELED ECONNREFUSED ECONNRESET EINTR EINVAL EIO ENOMEM EPIPE ETIMEDOUT " },
    { "limits.h", " CHAR_BIT INT_MAX INT_MIN LONG_MAX LONG_MIN UINT_MAX ULONG_MAX " },
    { "signal.h", " SIGINT SIGTERM " },
    { "stdbool.h", " bool false true " },
    { "stddef.h", " NULL max_align_t ptrdiff_t size_t " },
    { "stdint.h", " INT64_MAX SIZE_MAX UINT32_MAX UINT64_MAX int8_t int16_t int32_t int64_t intmax_t intptr_t uint8_t uint16_t uint32_t"
                  " uint64_t uintmax_t uintptr_t " },
    { "stdio.h", " BUFSIZ EOF FILE stderr stdin stdout " },
    { "sys/socket.h", " AF_INET AF_INET6 AF_UNIX SHUT_RD SHUT_RDWR SHUT_WR SOCK_DGRAM SOCK_STREAM socklen_t " },
    { "sys/types.h", " mode_t off_t pid_t ssize_t uid_t " },
    { "time.h", " clock_t time_t " },
};

static bool has_runtime(const struct unit *u)
{
    const struct name *n = name_find(&u->names, "ac_size", strlen("ac_size"));
    return n && n->symbol;
}

const char *missing_header_text(struct unit *u, const struct name *name)
{
    bool is_runtimes = !strncmp(name->text, "ac_", 3) || !strncmp(name->text, "AC_", 3);
    if (is_runtimes && !has_runtime(u))
        return "; '#include <acc/acc.h>' declares what the runtime has";
    const char *word = arena_printf(&u->arena, " %s ", name->text);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (strstr(headers[i].names, word))
            return arena_printf(&u->arena, "; '#include <%s>' declares it", headers[i].header);
    return "";
}
