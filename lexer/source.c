#define _GNU_SOURCE          // memmem

#include "lexer/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lexer/copy.h"
#include "lexer/follow.h"
#include "lexer/lexer.h"
#include "lexer/origin.h"
#include "lexer/preprocess.h"
#include "lexer/unit.h"

// What source_load leaves to source_scan. Lives in its own arena, which source_scan frees.
struct source {
    struct arena arena;
    struct copies copies;
};

// --- the runs ----------------------------------------------------------------------------------------------------------------

static bool is_dependency_option(const char *option)
{
    static const char *const options[] = { "-M", "-MM", "-MD", "-MMD", "-MG", "-MP", "-MF", "-MT", "-MQ" };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(option, options[i]) == 0)
            return true;
    return strncmp(option, "-MF", 3) == 0 || strncmp(option, "-MT", 3) == 0 || strncmp(option, "-MQ", 3) == 0;
}

enum { MORE_ARGUMENTS = 4 };

// Room for u->cc and what comes behind it.
static const char **command_new(const struct unit *u, struct arena *a)
{
    size_t count = 0;
    while (u->cc[count])
        count++;
    return NEW_ARRAY(a, const char *, count + MORE_ARGUMENTS);
}

static const char **text_command(struct unit *u, bool is_stream)
{
    const char **argv = command_new(u, &u->arena);
    size_t n = 0;
    for (; u->cc[n]; n++)
        argv[n] = u->cc[n];
    argv[n++] = "-dD";
    argv[n] = is_stream ? "-" : u->path;
    return argv;
}

static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return slash == path ? "/" : arena_copy(a, path, (size_t)(slash - path));
}

// An unlinked file with the text, to be standard input of the preprocessor; -1 after an error.
static int input_with(struct unit *u, struct text text)
{
    int fd = temporary_file(u);
    for (uint32_t at = 0; fd >= 0 && at < text.len;) {
        ssize_t n = write(fd, text.bytes + at, text.len - at);
        if (n > 0)
            at += (uint32_t)n;
        if (n < 0 && errno != EINTR) {
            diag_fatal(u, "cannot write a temporary file: %s", strerror(errno));
            close(fd);
            return -1;
        }
    }
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

// u->cc without the options that write dependency files, and with the copies of files that the command line includes where
// they are written; *count: how many arguments.
static const char **quiet_command(struct unit *u, struct source *s, size_t *count)
{
    const char **argv = command_new(u, &s->arena);
    size_t n = 0;
    for (size_t i = 0; u->cc[i]; i++) {
        if (is_dependency_option(u->cc[i])) {
            if (strlen(u->cc[i]) == 3 && strchr("FTQ", u->cc[i][2]) && u->cc[i + 1])
                i++;
            continue;
        }
        argv[n++] = u->cc[i];
        if (s->copies.folder && strcmp(u->cc[i], "-include") == 0 && u->cc[i + 1])
            argv[n++] = copy_forced(&s->copies, u, u->cc[++i]);
    }
    *count = n;
    return argv;
}

static const char **map_command(struct unit *u, struct source *s)
{
    size_t n;
    const char **argv = quiet_command(u, s, &n);
    argv[n++] = "-iquote";
    argv[n++] = folder_of(&s->arena, u->path);
    argv[n] = copy_path(&s->copies, 0);
    return argv;
}

static struct preprocessing start_text_run(struct unit *u, bool is_stream, struct text text)
{
    int input = -1;
    if (is_stream && (input = input_with(u, text)) < 0)
        return (struct preprocessing){ 0 };
    struct preprocessing p = preprocess_start(u, text_command(u, is_stream), input, false);
    if (input >= 0)
        close(input);
    return p;
}

// Does the preprocessor read trigraphs? That depends on its version, its options and its configuration, so it is asked.
static bool reads_trigraphs(struct unit *u, struct source *s)
{
    static char question[] = "?" "?=";
    int input = input_with(u, (struct text){ question, sizeof question - 1 });
    if (input < 0)
        return false;
    size_t n;
    const char **argv = quiet_command(u, s, &n);
    argv[n] = "-";
    struct preprocessing p = preprocess_start(u, argv, input, true);
    close(input);
    struct text answer = preprocess_finish(u, &p, &s->arena, true);
    return answer.bytes && !memmem(answer.bytes, answer.len, question, sizeof question - 1);
}

static void collect(struct unit *u, struct source *s)
{
    struct text main_text = { (char *)u->files[0].text, u->files[0].len };
    s->copies = (struct copies){ .arena = &s->arena };
    copies_collect(&s->copies, u, main_text);
    if (u->has_trigraphs || !s->copies.may_have_trigraphs || !reads_trigraphs(u, s))
        return;
    u->has_trigraphs = true;
    s->copies = (struct copies){ .arena = &s->arena };
    copies_collect(&s->copies, u, main_text);
}

static struct text map_run(struct unit *u, struct source *s)
{
    if (!copies_write(&s->copies, u))
        return (struct text){ 0 };
    struct preprocessing p = preprocess_start(u, map_command(u, s), -1, true);
    struct text text = preprocess_finish(u, &p, &s->arena, true);
    copies_remove(&s->copies);
    return text;
}

// A pipe, a terminal or the like: it can be read only once, so the preprocessor gets what we read.
static bool is_stream(const char *path)
{
    struct stat st;
    return strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

static bool read_main_file(struct unit *u)
{
    bool is_stdin = strcmp(u->path, "-") == 0;
    struct text text = is_stdin ? text_read(&u->arena, STDIN_FILENO) : text_of_file(&u->arena, u->path);
    if (!text.bytes) {
        diag_fatal(u, "cannot read '%s': %s", u->path, strerror(errno));
        return false;
    }
    u->file_capacity = 16;
    u->files = NEW_ARRAY(&u->arena, struct file, u->file_capacity);
    u->file_count = 1;
    u->files[0] = (struct file){
        .path = is_stream(u->path) ? "<stdin>" : u->path,
        .text = text.bytes,
        .len = text.len,
        .has_bom = text_has_bom(text),
    };
    return true;
}

bool source_load(struct unit *u)
{
    if (!u->names.buckets)
        names_open(&u->names, &u->arena);
    if (!read_main_file(u))
        return false;
    struct text main_text = { (char *)u->files[0].text, u->files[0].len };
    struct source *s = u->source = NEW(&u->arena, struct source);
    struct preprocessing text_run = start_text_run(u, is_stream(u->path), main_text);
    if (text_run.pid && text_has_async_words(main_text, u->async_keywords))
        collect(u, s);              // while the preprocessor runs
    struct text text = preprocess_finish(u, &text_run, &u->arena, false);
    u->text = text.bytes;
    u->text_len = text.len;
    if (!text.bytes)
        arena_free(&s->arena);
    return text.bytes;
}

bool source_is_plain(struct unit *u)
{
    if (text_has_async_words((struct text){ (char *)u->text, u->text_len }, u->async_keywords))
        return false;
    arena_free(&u->source->arena);
    return true;
}

// Were all user files that may be edited foreseen before the preprocessor told which it reads?
static bool has_all_copies(const struct unit *u, const struct source *s)
{
    if (!s->copies.count)
        return false;
    for (uint32_t f = 0; f < u->file_count; f++) {
        uint32_t copy = file_may_be_edited(&u->files[f]) ? copy_of(&s->copies, u->files[f].path) : 0;
        if (copy == UINT32_MAX || !s->copies.at[copy].is_needed)
            return false;
    }
    return true;
}

// Most files can be followed; the second run is for those with #line, _Pragma in macros and the like.
static void find_origins(struct unit *u, struct source *s)
{
    if (!has_all_copies(u, s))
        collect(u, s);
    if (!s->copies.at[0].is_needed)
        return;
    const uint32_t *copy_of_file = copies_of_files(&s->copies, u);
    if (!origins_follow(u, &s->copies, copy_of_file)) {
        struct text text = map_run(u, s);
        if (!text.bytes)
            return;
        origins_find(u, &s->copies, copy_of_file, text);
    }
    files_keep(u, &s->copies, copy_of_file);
}

bool source_scan(struct unit *u)
{
    struct source *s = u->source;
    bool ok = lexer_scan(u, (char *)u->text, u->text_len);
    if (ok && u->has_async_words)
        find_origins(u, s);
    for (uint32_t i = 0; i < u->token_count; i++)
        if (!(u->tokens[i].flags & TOKEN_MAPPED))
            u->tokens[i].lo = 0;
    arena_free(&s->arena);
    return ok;
}

// --- questions ---------------------------------------------------------------------------------------------------------------

const char *token_text(const struct unit *u, uint32_t token)
{
    return u->text + u->tokens[token].text;
}

const char *span_text(struct unit *u, struct span s)
{
    struct buf b = { 0 };
    for (uint32_t i = s.lo; i < s.hi && i < u->token_count; i++) {
        if (i > s.lo)
            buf_putc(&b, ' ');
        buf_put(&b, token_text(u, i), u->tokens[i].len);
    }
    return buf_keep(&u->arena, &b);
}

const char *file_text(struct unit *u, uint32_t file)
{
    struct file *f = &u->files[file];
    if (f->text || f->path[0] == '<')
        return f->text;
    struct text t = text_of_file(&u->arena, f->path);
    f->text = t.bytes;
    f->len = t.len;
    f->has_bom = t.bytes && text_has_bom(t);
    return f->text;
}

static void find_lines(struct unit *u, struct file *f)
{
    const char *text = f->text, *limit = text + f->len;
    uint32_t count = 1;
    for (const char *at = text; (at = memchr(at, '\n', (size_t)(limit - at))); at++)
        count++;
    f->line_starts = NEW_ARRAY(&u->arena, uint32_t, count);
    f->line_count = 1;
    for (const char *at = text; (at = memchr(at, '\n', (size_t)(limit - at))); at++)
        f->line_starts[f->line_count++] = (uint32_t)(at + 1 - text);
}

// The index of the line that holds a byte. Most are asked for in order, so the search goes out from the last one found.
static uint32_t line_index(struct file *f, uint32_t offset)
{
    const uint32_t *starts = f->line_starts;
    uint32_t lo = f->line_found, hi = lo, step = 1;     // starts[lo] <= offset < starts[hi]
    for (; starts[lo] > offset; step *= 2) {
        hi = lo;
        lo = lo > step ? lo - step : 0;
    }
    for (; hi < f->line_count && starts[hi] <= offset; step *= 2) {
        lo = hi;
        hi = f->line_count - hi > step ? hi + step : f->line_count;
    }
    while (hi - lo > 1) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (starts[middle] <= offset)
            lo = middle;
        else
            hi = middle;
    }
    return f->line_found = lo;
}

struct place file_place(struct unit *u, uint32_t file, uint32_t offset)
{
    struct file *f = &u->files[file];
    if (!file_text(u, file))
        return (struct place){ 1, 1 };
    if (!f->line_starts)
        find_lines(u, f);
    uint32_t line = line_index(f, offset);
    uint32_t start = f->line_starts[line] + (line == 0 && f->has_bom ? 3 : 0);
    return (struct place){ line + 1, offset >= start ? offset - start + 1 : 1 };
}

struct presumed file_presumed(const struct unit *u, uint32_t file, uint32_t line)
{
    const struct file *f = &u->files[file];
    uint32_t lo = 0, hi = f->shift_count;       // shifts[lo - 1].from <= line < shifts[hi].from
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (f->shifts[middle].from <= line)
            lo = middle + 1;
        else
            hi = middle;
    }
    if (!lo)
        return (struct presumed){ f->path, line };
    const struct line_shift *shift = &f->shifts[lo - 1];
    return (struct presumed){ shift->path, shift->line + (line - shift->from) };
}

const struct macro *macro_find(const struct unit *u, const char *name)
{
    const struct name *n = name_find(&u->names, name, strlen(name));
    if (!n || !n->macro || u->macros[n->macro - 1].is_undefined)
        return NULL;
    return &u->macros[n->macro - 1];
}
