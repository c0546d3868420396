#define _GNU_SOURCE          // memmem

#include "lexer/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lexer/unit.h"

// --- text without splices and trigraphs --------------------------------------------------------------------------------------

enum { TRIGRAPH_LEN = 3 };

// What the trigraph at `at` stands for; 0 when it is none.
static char trigraph(const char *at, const char *limit)
{
    static const char last[] = "=/'()!<>-", meaning[] = "#\\^[]|{}~";
    if (limit - at < TRIGRAPH_LEN || at[0] != '?' || at[1] != '?')
        return 0;
    const char *found = memchr(last, at[2], sizeof last - 1);
    return found ? meaning[found - last] : 0;
}

// A backslash or its trigraph, blanks and a line end; gives where the next line begins, NULL when it is none.
static const char *splice_end(const char *at, const char *limit)
{
    for (at += *at == '\\' ? 1 : TRIGRAPH_LEN; at < limit && (*at == ' ' || *at == '\t' || *at == '\r'); at++)
        ;
    return at < limit && *at == '\n' ? at + 1 : NULL;
}

bool is_spliced(const struct unit *u, const char *text, const char *newline)
{
    while (newline > text && (newline[-1] == ' ' || newline[-1] == '\t' || newline[-1] == '\r'))
        newline--;
    size_t len = (size_t)(newline - text);
    return (len > 0 && newline[-1] == '\\') || (u->has_trigraphs && len > 2 && memcmp(newline - 3, "??" "/", 3) == 0);
}

// The first line splice or, where they are read, trigraph from `at` on; `limit` when there is none.
static const char *next_special(const char *at, const char *limit, bool has_trigraphs)
{
    for (; has_trigraphs && at < limit; at++)
        if (trigraph(at, limit) || (*at == '\\' && splice_end(at, limit)))
            return at;
    for (; (at = memchr(at, '\\', (size_t)(limit - at))); at++)
        if (splice_end(at, limit))
            return at;
    return limit;
}

// Where the text goes on behind a splice or trigraph; *meaning: what stands for it, 0 for a splice.
static const char *special_end(const char *at, const char *limit, char *meaning)
{
    *meaning = trigraph(at, limit);
    const char *end = !*meaning || *meaning == '\\' ? splice_end(at, limit) : NULL;
    if (end)
        *meaning = 0;
    return end ? end : at + TRIGRAPH_LEN;
}

static struct text clean_text(struct arena *a, struct text t, bool has_trigraphs)
{
    const char *at = t.bytes, *limit = at + t.len, *special = next_special(at, limit, has_trigraphs);
    if (special == limit)
        return t;
    struct text clean = { arena_alloc(a, (size_t)t.len + 2), 0 };
    for (;;) {
        memcpy(clean.bytes + clean.len, at, (size_t)(special - at));
        clean.len += (uint32_t)(special - at);
        if (special == limit)
            return clean;
        char meaning;
        at = special_end(special, limit, &meaning);
        if (meaning)
            clean.bytes[clean.len++] = meaning;
        special = next_special(at, limit, has_trigraphs);
    }
}

// A byte of a text, and how many bytes of the clean text stand before it.
struct cursor {
    const char *at, *limit;
    const char *special;                // the next splice or trigraph, or `limit`
    bool has_trigraphs;
    uint32_t clean, line;
};

static uint32_t count_lines(const char *at, const char *limit)
{
    uint32_t count = 0;
    for (; at < limit && (at = memchr(at, '\n', (size_t)(limit - at))); at++)
        count++;
    return count;
}

// To the byte of the text that is byte `clean` of the clean text, or to the trigraph that is.
static void cursor_move(struct cursor *c, uint32_t clean)
{
    for (;;) {
        uint32_t step = clean - c->clean;
        if (step > c->special - c->at)
            step = (uint32_t)(c->special - c->at);
        c->line += count_lines(c->at, c->at + step);
        c->at += step;
        c->clean += step;
        if (c->at < c->special || c->at == c->limit)
            return;
        char meaning;
        const char *end = special_end(c->special, c->limit, &meaning);
        if (meaning && c->clean == clean)
            return;
        c->clean += meaning != 0;
        c->line += meaning == 0;
        c->at = end;
        c->special = next_special(end, c->limit, c->has_trigraphs);
    }
}

// Ends are found by their last byte: a splice behind it is not part of the lexeme.
static void locate(struct arena *a, struct copy *c)
{
    bool is_clean = c->clean.bytes == c->text.bytes;
    c->lines = NEW_ARRAY(a, uint32_t, c->lexemes.count);
    c->places = is_clean ? c->lexemes.at : NEW_ARRAY(a, struct lexeme, c->lexemes.count);
    const char *text = c->text.bytes, *limit = text + c->text.len;
    const char *special = is_clean ? limit : next_special(text, limit, c->has_trigraphs);
    struct cursor cursor = { text, limit, special, c->has_trigraphs, 0, 1 };
    for (uint32_t i = 0; i < c->lexemes.count; i++) {
        const struct lexeme *l = &c->lexemes.at[i];
        cursor_move(&cursor, l->lo);
        c->lines[i] = cursor.line;
        if (is_clean)
            continue;
        c->places[i] = *l;
        c->places[i].lo = (uint32_t)(cursor.at - text);
        if (cursor.special - cursor.at < l->hi - l->lo)
            cursor_move(&cursor, l->hi - 1);
        uint32_t rest = cursor.at == cursor.special ? TRIGRAPH_LEN : l->hi - cursor.clean;
        c->places[i].hi = (uint32_t)(cursor.at - text) + rest;
    }
}

// --- async words -------------------------------------------------------------------------------------------------------------

// Does the identifier `word` stand in [text, text + len)?
static bool has_word(const char *text, size_t len, const char *word)
{
    size_t word_len = strlen(word);
    const char *limit = text + len;
    for (const char *at = text; (at = memmem(at, (size_t)(limit - at), word, word_len)); at++) {
        const char *end = at + word_len;
        if ((at == text || !is_name_byte(at[-1])) && (end == limit || !is_name_byte(*end)))
            return true;
    }
    return false;
}

// The first ones are reserved.
static const char *const words[] = { "_Async", "_Await", "_Frame", "_Defer", "async", "await", "defer" };

static size_t words_count(bool all_words)
{
    return all_words ? sizeof words / sizeof *words : 4;
}

bool text_has_async_words(struct text t, bool all_words)
{
    for (size_t w = 0; w < words_count(all_words); w++)
        if (has_word(t.bytes, t.len, words[w]))
            return true;
    return false;
}

// The words in directives count: a macro that holds one is used somewhere. Those in comments and strings do not.
static bool has_async_words(const struct copy *c, bool all_words)
{
    size_t count = words_count(all_words);
    for (uint32_t i = 0; i < c->lexemes.count; i++) {
        const struct lexeme *l = &c->lexemes.at[i];
        const char *text = c->clean.bytes + l->lo;
        size_t len = l->hi - l->lo;
        if (!l->is_directive && ((len != 5 && len != 6) || !strchr("_ad", *text)))
            continue;
        for (size_t w = 0; w < count; w++)
            if (l->is_directive ? has_word(text, len, words[w]) : len == strlen(words[w]) && memcmp(text, words[w], len) == 0)
                return true;
    }
    return false;
}

// --- what is included --------------------------------------------------------------------------------------------------------

enum directive_kind { DIRECTIVE_OTHER, DIRECTIVE_INCLUDE, DIRECTIVE_LINE };

struct directive {
    enum directive_kind kind;
    const char *name;           // of an #include with a plain header name, else NULL
    size_t name_len;
    bool is_quoted;
};

// Behind blanks and comments.
static const char *skip_space(const char *at, const char *limit)
{
    for (; at < limit; at++) {
        if (limit - at > 3 && at[0] == '/' && at[1] == '*') {
            const char *end = memmem(at + 2, (size_t)(limit - at - 2), "*/", 2);
            if (!end)
                return limit;
            at = end + 1;
        } else if (*at != ' ' && *at != '\t' && *at != '\r' && *at != '\n' && *at != '\f' && *at != '\v') {
            break;
        }
    }
    return at;
}

const char *directive_name(const char *text, size_t len, size_t *name_len)
{
    const char *limit = text + len;
    const char *word = skip_space(text + (*text == '%' ? 2 : 1), limit), *end = word;
    while (end < limit && is_name_byte(*end))
        end++;
    *name_len = (size_t)(end - word);
    return word;
}

bool directive_is(const char *text, size_t len, const char *name)
{
    size_t name_len;
    const char *word = directive_name(text, len, &name_len);
    return name_len == strlen(name) && !memcmp(word, name, name_len);
}

static struct directive directive_parse(const char *text, size_t len)
{
    struct directive d = { .kind = DIRECTIVE_OTHER };
    const char *limit = text + len;
    size_t word_len;
    const char *word = directive_name(text, len, &word_len), *end = word + word_len;
    if (word_len && *word >= '0' && *word <= '9')
        d.kind = DIRECTIVE_LINE;
    if (word_len == 4 && memcmp(word, "line", 4) == 0)
        d.kind = DIRECTIVE_LINE;
    if (word_len != 7 || memcmp(word, "include", 7) != 0)
        return d;
    d.kind = DIRECTIVE_INCLUDE;
    const char *open = skip_space(end, limit);
    if (open == limit || (*open != '"' && *open != '<'))
        return d;
    const char *close = memchr(open + 1, *open == '"' ? '"' : '>', (size_t)(limit - open - 1));
    if (close) {
        d.name = open + 1;
        d.name_len = (size_t)(close - d.name);
        d.is_quoted = *open == '"';
    }
    return d;
}

struct line_directive line_directive_parse(struct arena *a, const char *text, size_t len)
{
    struct line_directive none = { 0 };
    if (directive_parse(text, len).kind != DIRECTIVE_LINE)
        return none;
    const char *limit = text + len;
    const char *at = skip_space(text + (*text == '%' ? 2 : 1), limit);
    if (*at == 'l')
        at = skip_space(at + strlen("line"), limit);
    uint32_t line = 0;
    for (; at < limit && *at >= '0' && *at <= '9'; at++)
        line = line * 10 + (uint32_t)(*at - '0');
    at = skip_space(at, limit);
    const char *close = at < limit && *at == '"' ? memchr(at + 1, '"', (size_t)(limit - at - 1)) : NULL;
    return (struct line_directive){ line, close ? arena_copy(a, at + 1, (size_t)(close - at - 1)) : NULL };
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

// The argument of option `flag` at argv[*i], joined or apart; NULL when that is another option.
static const char *option_argument(char *const *argv, size_t *i, const char *flag)
{
    size_t len = strlen(flag);
    if (strncmp(argv[*i], flag, len) != 0)
        return NULL;
    if (argv[*i][len])
        return argv[*i] + len;
    return argv[*i + 1] ? argv[++*i] : NULL;
}

bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}

// The first file `name` in the folders that `flag` names.
static const char *find_in(struct arena *a, char *const *argv, const char *flag, const char *name)
{
    for (size_t i = 0; argv[i]; i++) {
        const char *folder = option_argument(argv, &i, flag);
        if (!folder)
            continue;
        const char *path = arena_printf(a, "%s/%s", folder, name);
        if (is_file(path))
            return path;
    }
    return NULL;
}

static const char *path_beside(struct arena *a, const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return name;
    return arena_printf(a, "%.*s/%s", (int)(slash - path), path, name);
}

static const char *path_absolute(struct arena *a, const char *path)
{
    if (*path == '/')
        return path;
    char *here = getcwd(NULL, 0);
    if (!here)
        return path;
    char *absolute = arena_printf(a, "%s/%s", here, path);
    free(here);
    return absolute;
}

struct found {
    const char *path;           // NULL: not one of the user's folders has it
    bool by_path;               // found beside the includer, where its copy is not
};

static struct found find_header(struct arena *a, const struct unit *u, const char *includer, struct directive d)
{
    const char *name = arena_copy(a, d.name, d.name_len);
    if (*name == '/')
        return (struct found){ is_file(name) ? name : NULL, false };
    if (d.is_quoted) {
        const char *beside = path_beside(a, includer, name);
        if (is_file(beside))
            return (struct found){ beside, true };
        const char *quoted = find_in(a, u->cc, "-iquote", name);
        if (quoted)
            return (struct found){ quoted, false };
    }
    return (struct found){ find_in(a, u->cc, "-I", name), false };
}

// What the directive on line `line` of `includer` read; NULL when the preprocessor did not say.
static const char *known_header(const struct unit *u, const struct copies *c, uint32_t includer, uint32_t line)
{
    for (uint32_t i = 1; i < u->inclusion_count; i++) {
        const struct inclusion *in = &u->inclusions[i];
        const struct file *outer = &u->files[u->inclusions[in->outer].file], *inner = &u->files[in->file];
        if (in->line == line && !inner->is_system && inner->path[0] != '<' && copy_of(c, outer->path) == includer)
            return inner->path;
    }
    return NULL;
}

// --- the files ---------------------------------------------------------------------------------------------------------------

void copy_split(struct arena *a, struct copy *c)
{
    uint32_t skipped = text_has_bom(c->text) ? 3 : 0;
    c->clean = clean_text(a, c->text, c->has_trigraphs);
    c->lexemes = lexer_split(a, c->clean.bytes + skipped, c->clean.len - skipped);
    for (uint32_t i = 0; skipped && i < c->lexemes.count; i++) {
        c->lexemes.at[i].lo += skipped;
        c->lexemes.at[i].hi += skipped;
    }
    locate(a, c);
}

static bool has_trigraph(struct text t)
{
    const char *at = t.bytes, *limit = at + t.len;
    for (; (at = memmem(at, (size_t)(limit - at), "??", 2)); at++)
        if (trigraph(at, limit))
            return true;
    return false;
}

static uint32_t copy_add(struct copies *c, const struct unit *u, const char *path, struct text text)
{
    c->at = arena_grow(c->arena, c->at, c->count, &c->capacity, sizeof *c->at);
    struct copy *copy = &c->at[c->count];
    *copy = (struct copy){ .path = path, .text = text, .has_trigraphs = u->has_trigraphs };
    c->may_have_trigraphs |= has_trigraph(text);
    struct stat st;
    if (stat(path, &st) == 0) {
        copy->device = st.st_dev;
        copy->inode = st.st_ino;
    }
    copy_split(c->arena, copy);
    copy->may_be_edited = has_async_words(copy, u->async_keywords);
    return c->count++;
}

uint32_t copy_of(const struct copies *c, const char *path)
{
    struct stat st;
    if (c->count && strcmp(path, "<stdin>") == 0)
        return 0;
    if (stat(path, &st) == 0)
        for (uint32_t i = 0; i < c->count; i++)
            if (c->at[i].inode == st.st_ino && c->at[i].device == st.st_dev)
                return i;
    return UINT32_MAX;
}

uint32_t *copies_of_files(const struct copies *c, const struct unit *u)
{
    uint32_t *found = NEW_ARRAY(c->arena, uint32_t, u->file_count);
    for (uint32_t f = 1; f < u->file_count; f++)
        found[f] = u->files[f].path[0] == '<' ? UINT32_MAX : copy_of(c, u->files[f].path);
    return found;
}

// The copy of the file at `path`, made when it is new; UINT32_MAX when it cannot be read.
static uint32_t copy_open(struct copies *c, const struct unit *u, const char *path)
{
    uint32_t copy = copy_of(c, path);
    if (copy != UINT32_MAX)
        return copy;
    struct text text = text_of_file(c->arena, path);
    return text.bytes ? copy_add(c, u, path, text) : UINT32_MAX;
}

// Follows the #include at lexeme `l` of copy `from`.
static void follow(struct copies *c, const struct unit *u, uint32_t from, uint32_t l, struct directive d)
{
    struct found found = { 0 };
    if (d.name)
        found = find_header(c->arena, u, c->at[from].path, d);
    const char *known = known_header(u, c, from, c->at[from].lines[l]);
    if (known && (!found.path || !is_same_file(known, found.path)))
        found = (struct found){ known, true };
    uint32_t to = found.path ? copy_open(c, u, found.path) : UINT32_MAX;
    if (to == UINT32_MAX)
        return;
    struct copy *copy = &c->at[from];
    copy->includes = arena_grow(c->arena, copy->includes, copy->include_count, &copy->include_capacity, sizeof *copy->includes);
    const char *path = found.by_path ? path_absolute(c->arena, found.path) : NULL;
    copy->includes[copy->include_count++] = (struct include){ l, to, path };
}

static void follow_all(struct copies *c, const struct unit *u, uint32_t from)
{
    for (uint32_t l = 0; l < c->at[from].lexemes.count; l++) {
        struct copy *copy = &c->at[from];           // moves when copies are added
        struct lexeme *lexeme = &copy->lexemes.at[l];
        if (!lexeme->is_directive)
            continue;
        struct directive d = directive_parse(copy->clean.bytes + lexeme->lo, lexeme->hi - lexeme->lo);
        if (d.kind == DIRECTIVE_INCLUDE)
            follow(c, u, from, l, d);
    }
}

// Whoever includes a file that is needed is needed too.
static void mark_needed(struct copies *c, const struct unit *u)
{
    for (uint32_t f = 0; f < u->file_count; f++) {
        uint32_t copy = file_may_be_edited(&u->files[f]) ? copy_of(c, u->files[f].path) : UINT32_MAX;
        if (copy != UINT32_MAX)
            c->at[copy].may_be_edited = true;
    }
    for (uint32_t i = 0; i < c->count; i++)
        c->at[i].is_needed = c->at[i].may_be_edited;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < c->count; i++) {
            struct copy *copy = &c->at[i];
            for (uint32_t n = 0; n < copy->include_count && !copy->is_needed; n++)
                if (c->at[copy->includes[n].copy].is_needed)
                    changed = copy->is_needed = true;
        }
    }
}

// A file named by -include: it is looked for in the working directory, then as "name".
static const char *forced_path(struct arena *a, const struct unit *u, const char *name)
{
    struct directive d = { DIRECTIVE_INCLUDE, name, strlen(name), true };
    return find_header(a, u, "", d).path;
}

const char *copy_forced(struct copies *c, const struct unit *u, const char *name)
{
    const char *path = forced_path(c->arena, u, name);
    uint32_t copy = path ? copy_of(c, path) : UINT32_MAX;
    return copy != UINT32_MAX && c->at[copy].is_needed ? copy_path(c, copy) : name;
}

void copies_collect(struct copies *c, struct unit *u, struct text main_text)
{
    copy_add(c, u, u->path, main_text);
    for (size_t i = 0; u->cc[i]; i++)
        if (strcmp(u->cc[i], "-include") == 0 && u->cc[i + 1]) {
            const char *path = forced_path(c->arena, u, u->cc[i + 1]);
            if (path)
                copy_open(c, u, path);
        }
    for (uint32_t i = 0; i < c->count; i++)
        follow_all(c, u, i);
    mark_needed(c, u);
    for (uint32_t i = 1; i < c->count; i++)         // without the main file's copy there is no run
        c->at[0].is_needed |= c->at[i].is_needed;
}

// --- writing -----------------------------------------------------------------------------------------------------------------

const char *copy_path(const struct copies *c, uint32_t copy)
{
    return arena_printf(c->arena, "%s/%u.%s", c->folder, copy, copy ? "h" : "c");
}

uint32_t copy_at(const struct copies *c, const char *path)
{
    size_t len = strlen(c->folder);
    if (strncmp(path, c->folder, len) != 0 || path[len] != '/')
        return UINT32_MAX;
    unsigned long copy = strtoul(path + len + 1, NULL, 10);
    return copy < c->count ? (uint32_t)copy : UINT32_MAX;
}

static const struct include *include_at(const struct copy *copy, uint32_t lexeme)
{
    uint32_t lo = 0, hi = copy->include_count;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (copy->includes[middle].lexeme < lexeme)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < copy->include_count && copy->includes[lo].lexeme == lexeme ? &copy->includes[lo] : NULL;
}

// A directive on one line: a line end inside it belongs to a comment. Directives that set the line are left out, and an
// #include reads the copy of its file; one that is found beside the original would not be found beside the copy.
static void write_directive(const struct copies *c, const struct copy *copy, uint32_t l, FILE *out)
{
    const struct lexeme *lexeme = &copy->lexemes.at[l];
    const char *text = copy->clean.bytes + lexeme->lo;
    size_t len = lexeme->hi - lexeme->lo;
    struct directive d = directive_parse(text, len);
    if (d.kind == DIRECTIVE_LINE)
        return;
    const struct include *include = include_at(copy, l);
    if (include && c->at[include->copy].is_needed) {
        fprintf(out, "#include \"%s\"", copy_path(c, include->copy));
        return;
    }
    if (include && include->path) {
        fprintf(out, "#include \"%s\"", include->path);
        return;
    }
    for (size_t i = 0; i < len; i++)
        putc(text[i] == '\n' ? ' ' : text[i], out);
}

// The comment at the end keeps #pragma once from taking two copies with the same content for one file.
static bool write_copy(const struct copies *c, uint32_t number)
{
    const struct copy *copy = &c->at[number];
    FILE *out = fopen(copy_path(c, number), "w");
    if (!out)
        return false;
    for (uint32_t l = 0; l < copy->lexemes.count; l++) {
        const struct lexeme *lexeme = &copy->lexemes.at[l];
        if (lexeme->is_directive)
            write_directive(c, copy, l, out);
        else if (memchr(copy->clean.bytes + lexeme->lo, '\n', lexeme->hi - lexeme->lo))
            fputs("\"\"", out);              // a raw string has no place on one line, and its text does not matter
        else
            fwrite(copy->clean.bytes + lexeme->lo, 1, lexeme->hi - lexeme->lo, out);
        putc('\n', out);
    }
    fprintf(out, "// %u\n", number);
    bool ok = !ferror(out);
    return fclose(out) == 0 && ok;
}

bool copies_write(struct copies *c, struct unit *u)
{
    c->folder = temporary_folder(u, c->arena);
    if (!c->folder)
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        if (c->at[i].is_needed && !write_copy(c, i)) {
            diag_fatal(u, "cannot write '%s': %s", copy_path(c, i), strerror(errno));
            copies_remove(c);
            return false;
        }
    return true;
}

void copies_remove(struct copies *c)
{
    if (!c->folder)
        return;
    for (uint32_t i = 0; i < c->count; i++)
        if (c->at[i].is_needed)
            unlink(copy_path(c, i));
    rmdir(c->folder);
}
