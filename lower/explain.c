#include "lower/explain.h"

#include <string.h>

// The document, one literal for each line.
static const char text[] =
#include "diagnostics.inc"
    ;

enum { LONGEST = 80 };          // of a name

#define HEADING "\n## "

// The next section behind `at`; NULL when there is none.
static const char *section_after(const char *at)
{
    const char *next = strstr(at, HEADING);
    return next ? next + strlen(HEADING) : NULL;
}

static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

static const char *without_prefix(const char *name, const char *prefix)
{
    size_t len = strlen(prefix);
    return strncmp(name, prefix, len) ? name : name + len;
}

// Headings are spelled as messages spell them, a flag with its -W; a number belongs to no name.
static bool is_heading(const char *heading, const char *name)
{
    size_t len = line_length(heading), name_len = strcspn(name, "=");
    const char *bare = without_prefix(heading, "-W");
    len -= (size_t)(bare - heading);
    if (len && bare[len - 1] == '=')
        len--;
    return len == name_len && !memcmp(bare, name, len);
}

// As copied from a message, with its brackets, or from a command line. -Wno-suspend is the name of one.
static bool is_named(const char *heading, const char *copied)
{
    const char *bare = without_prefix(copied, "[");
    size_t len = strcspn(bare, "]");
    char name[LONGEST];
    if (len >= sizeof name)
        return false;
    memcpy(name, bare, len);
    name[len] = '\0';
    static const char *const prefixes[] = { "-", "W", "no-", "error=" };
    const char *rest = name;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (is_heading(heading, rest))
            return true;
        rest = without_prefix(rest, prefixes[i]);
    }
    return is_heading(heading, rest);
}

static void list(FILE *out)
{
    for (const char *at = section_after(text); at; at = section_after(at)) {
        const char *summary = at + line_length(at);
        summary += strspn(summary, "\n");
        fprintf(out, "%-32.*s %.*s\n", (int)line_length(at), at, (int)line_length(summary), summary);
    }
}

bool explain(const char *name, FILE *out)
{
    if (!name) {
        list(out);
        return true;
    }
    for (const char *at = section_after(text); at; at = section_after(at)) {
        if (!is_named(at, name))
            continue;
        const char *next = strstr(at, HEADING);
        size_t len = next ? (size_t)(next - at) : strlen(at);
        fwrite(at, 1, len, out);
        if (len && at[len - 1] != '\n')
            putc('\n', out);
        return true;
    }
    fprintf(stderr, "acc: error: no message is called '%s'; 'acc --explain' lists them\n", name);
    return false;
}
