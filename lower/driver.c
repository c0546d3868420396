// The stages of a run. Every input is translated first, in memory; files and commands come after that, so that a file
// with errors leaves nothing behind.
//
//     acc a.ac b.c -o prog -lm     cc -c /tmp/acc-x/0-a.c -o /tmp/acc-x/1-a.o
//                                  cc /tmp/acc-x/1-a.o b.c -o prog -lm …/libacc.a -pthread
#include "lower/driver.h"
#include "lexer/copy.h"
#include "lower/check_lowering.h"
#include "lower/job.h"
#include "lower/output.h"
#include "lower/translate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *without_suffix(struct arena *a, const char *path)
{
    const char *name = base_name(path), *dot = strrchr(name, '.');
    return arena_copy(a, path, dot && dot != name ? (size_t)(dot - path) : strlen(path));
}

static const char *stem_of(struct arena *a, const char *path)
{
    return strcmp(path, "-") ? without_suffix(a, base_name(path)) : "stdin";
}

static void collect_jobs(struct driver *d)
{
    const struct options *o = d->o;
    d->jobs = NEW_ARRAY(&d->arena, struct job, o->word_count + 1);
    for (size_t i = 0; i < o->word_count; i++) {
        const char *path = o->words[i].text;
        d->other_sources += o->words[i].kind == WORD_OTHER_SOURCE;
        if (o->words[i].kind == WORD_SOURCE)
            d->jobs[d->job_count++] = (struct job){ .path = path, .stem = stem_of(&d->arena, path), .depend = -1 };
    }
}

// --- command lines of the C compiler ---------------------------------------------------------------------------------------

static struct argv compiler(struct driver *d, unsigned stages)
{
    struct argv v = {0};
    for (size_t i = 0; i < d->o->cc.count; i++)
        argv_add(&d->arena, &v, d->o->cc.at[i]);
    argv_add_words(&d->arena, &v, d->o, stages);
    if (d->o->verbose && stages != STAGE_PREPROCESS)
        argv_add(&d->arena, &v, "-v");
    return v;
}

// As system headers, which they are once installed: their async declarations are not lowered in place.
static void add_runtime_headers(struct driver *d, struct argv *v)
{
    if (!d->installed.include)
        return;
    add(d, v, "-isystem");
    add(d, v, d->installed.include);
}

// Preprocessing of .ac files: their compiler's, and knows that it is acc who reads.
static struct argv preprocessor(struct driver *d)
{
    enum mode mode = d->o->mode;
    struct argv v = compiler(d, STAGE_PREPROCESS);
    if (mode == MODE_LINK || mode == MODE_OBJECT || mode == MODE_ASSEMBLY || mode == MODE_SYNTAX)
        add(d, &v, "-w");       // it warns when the lowered file is compiled
    add_runtime_headers(d, &v);
    add(d, &v, ACC_VERSION_MACRO);
    add(d, &v, "-E");
    add(d, &v, "-x");
    add(d, &v, "c");
    return v;
}

static bool has_embed(const struct buf *text)
{
    const char *line = text->bytes, *end = text->bytes + text->len;
    while (line && line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line)), *next = newline ? newline : end;
        while (line < next && (*line == ' ' || *line == '\t'))
            line++;
        if (line < next && *line == '#' && directive_is(line, (size_t)(next - line), "embed"))
            return true;
        line = next + 1;
    }
    return false;
}

// Where #include "..." and #embed "..." are looked for: beside the .ac file, not beside the file that is compiled.
static void add_folder_of(struct driver *d, struct argv *v, const char *source, const struct buf *text)
{
    const char *name = base_name(source);
    const char *folder = name == source ? "." : arena_copy(&d->arena, source, (size_t)(name - source));
    add(d, v, "-iquote");
    add(d, v, folder);
    if (has_embed(text))
        add(d, v, arena_printf(&d->arena, "--embed-dir=%s", folder));
}

// The lowered file is compiled from another folder; paths that reach the object file are those of the .ac file.
static struct argv compile_command(struct driver *d, const struct job *job, const char *lowered)
{
    struct argv v = compiler(d, STAGE_COMPILE);
    add_runtime_headers(d, &v);
    add_folder_of(d, &v, job->path, &job->text);
    add(d, &v, "-fno-tree-slp-vectorize");
    add(d, &v, arena_printf(&d->arena, "-ffile-prefix-map=%s=%s", lowered, job->path));
    if (d->o->save_temps)
        add(d, &v, "-save-temps");
    add(d, &v, "-x");
    add(d, &v, "c");
    add(d, &v, lowered);
    return v;
}

// --- translation -----------------------------------------------------------------------------------------------------------

static bool refuse_overwriting(const char *output, const char *input)
{
    if (!output || !is_same_file(output, input))
        return false;
    fprintf(stderr, "%s: error: the output would overwrite the input\n", input);
    return true;
}

static bool translate_job(struct driver *d, struct job *job)
{
    if (d->o->dry_run)
        return true;
    struct argv v = preprocessor(d);
    return ask_for_dependencies(d, job, &v) && translate_input(d->o, job->path, v.at, &job->text, &d->document);
}

// All of them, so that the user sees the errors of all.
static bool translate_all(struct driver *d)
{
    bool ok = true;
    for (size_t i = 0; i < d->job_count; i++) {
        if (refuse_overwriting(d->o->output, d->jobs[i].path) || refuse_overwriting(d->o->depfile, d->jobs[i].path))
            return false;
        ok = translate_job(d, &d->jobs[i]) && ok;
    }
    diag_document_end(d->o->diag_format, &d->document);
    if (d->document.len && fwrite(d->document.bytes, 1, d->document.len, stderr) < d->document.len)
        ok = false;
    return ok;
}

// --- the modes -------------------------------------------------------------------------------------------------------------

static const char *default_output(struct driver *d, const struct job *job, const char *suffix)
{
    if (d->o->output)
        return d->o->output;
    return strcmp(job->path, "-") ? arena_printf(&d->arena, "%s%s", job->stem, suffix) : "-";
}

static bool is_unchanged(const char *path, const struct buf *text)
{
    struct arena arena = {0};
    struct stat st;
    if (stat(path, &st) || !S_ISREG(st.st_mode) || (size_t)st.st_size != text->len)
        return false;
    const struct text old = text_of_file(&arena, path);
    bool same = old.bytes && old.len == text->len && (!old.len || !memcmp(old.bytes, text->bytes, old.len));
    arena_free(&arena);
    return same;
}

static bool write_text(struct driver *d, const struct job *job, const char *output)
{
    return write_depfile(d, job, output) && ((d->o->if_changed && is_unchanged(output, &job->text)) || output_write(output, &job->text));
}

static bool lower_job(struct driver *d, struct job *job)
{
    const char *output = default_output(d, job, ".c");
    if (d->o->verbose || d->o->dry_run)
        fprintf(stderr, "acc -C %s -o %s\n", job->path, output);
    if (d->o->dry_run)
        return true;
    return !refuse_overwriting(output, job->path) && write_text(d, job, output);
}

// In place, and not at all where nothing changes.
static bool fix_job(struct driver *d, const struct job *job)
{
    if (d->o->output)
        return output_write(d->o->output, &job->text);
    return is_unchanged(job->path, &job->text) || output_write(job->path, &job->text);
}

static bool view_job(struct driver *d, const struct job *job)
{
    return write_text(d, job, d->o->output ? d->o->output : "-");
}

// With the name of the user's file from the first line on, which the lowered text leaves to the file it is in.
static bool write_lowered(struct driver *d, const struct job *job, const char *path)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t skip = job->text.len >= 3 && !memcmp(job->text.bytes, mark, 3) ? 3 : 0;
    struct buf text = {0};
    if (!d->o->no_line) {
        const char *name = strcmp(job->path, "-") ? job->path : "<stdin>";
        buf_puts(&text, "#line 1 ");
        buf_put_literal(&text, name, strlen(name));
        buf_putc(&text, '\n');
    }
    if (job->text.len > skip)
        buf_put(&text, job->text.bytes + skip, job->text.len - skip);
    bool ok = output_write(path, &text);
    buf_free(&text);
    return ok;
}

// The lowered text as a file the C compiler can read; NULL after an error that was reported.
static const char *lowered_file(struct driver *d, const struct job *job)
{
    // What passed through is compiled itself: then all the compiler says of it is about the user's file.
    if (!d->o->dry_run && !d->o->save_temps && is_unchanged(job->path, &job->text))
        return job->path;
    const char *path = d->o->save_temps ? arena_printf(&d->arena, "%s.c", base_name(job->path))
                                        : build_path(&d->build, arena_printf(&d->arena, "%s.c", job->stem));
    if (d->o->verbose || d->o->dry_run)
        fprintf(stderr, "acc -C %s -o %s\n", job->path, path);
    return d->o->dry_run || write_lowered(d, job, path) ? path : NULL;
}

static bool compile_job(struct driver *d, const struct job *job, const char *what, const char *output)
{
    const char *lowered = lowered_file(d, job);
    if (!lowered)
        return false;
    struct argv v = compile_command(d, job, lowered);
    add(d, &v, what);
    if (output) {
        add(d, &v, "-o");
        add(d, &v, output);
    }
    return build_run(&d->build, &v);
}

// The C compiler's own run over the inputs that are not acc's: -c, -S, -E, -fsyntax-only, -M.
static bool run_others(struct driver *d, const char *what)
{
    if (!d->other_sources)
        return true;
    struct argv v = compiler(d, STAGE_ALL);
    if (what)
        add(d, &v, what);
    add_depend_options(d, &v);
    add_runtime_headers(d, &v);
    if (d->o->output) {
        add(d, &v, "-o");
        add(d, &v, d->o->output);
    }
    for (size_t i = 0; i < d->o->word_count; i++)
        if (d->o->words[i].kind == WORD_OTHER_SOURCE)
            add(d, &v, d->o->words[i].text);
    return build_run(&d->build, &v);
}

static bool compile_all(struct driver *d, const char *what, const char *suffix)
{
    bool ok = true;
    for (size_t i = 0; i < d->job_count; i++) {
        const char *output = what ? default_output(d, &d->jobs[i], suffix) : NULL;
        ok = write_depfile(d, &d->jobs[i], output) && compile_job(d, &d->jobs[i], what, output) && ok;
    }
    return run_others(d, what) && ok;
}

static bool check_all(struct driver *d)
{
    bool ok = true;
    for (size_t i = 0; i < d->job_count; i++)
        ok = compile_job(d, &d->jobs[i], "-fsyntax-only", NULL) && ok;
    return run_others(d, "-fsyntax-only") && ok;
}

static bool has_word(const struct options *o, const char *text)
{
    for (size_t i = 0; i < o->word_count; i++)
        if (o->words[i].kind == WORD_OPTION && !strcmp(o->words[i].text, text))
            return true;
    return false;
}

// A shared library has no runtime of its own: a program has one, for what it links and loads.
static void add_libraries(struct driver *d, struct argv *v)
{
    const struct options *o = d->o;
    if (has_word(o, "-nostdlib") || has_word(o, "-nodefaultlibs") || has_word(o, "-r") || has_word(o, "-shared"))
        return;
    if (o->language) {
        add(d, v, "-x");
        add(d, v, "none");
    }
    add(d, v, d->installed.library ? d->installed.library : "-lacc");
    add(d, v, "-pthread");
}

// Inputs and linker options keep their order; each .ac is replaced by its object.
static bool link_objects(struct driver *d, char *const *objects)
{
    const struct options *o = d->o;
    struct argv v = {0};
    unsigned stages = d->other_sources ? STAGE_ALL : STAGE_LINK;
    size_t job = 0;
    add_all(d, &v, &o->cc);
    for (size_t i = 0; i < o->word_count; i++) {
        if (o->words[i].kind == WORD_SOURCE)
            add(d, &v, objects[job++]);
        else if (o->words[i].kind != WORD_OPTION || o->words[i].stages & stages)
            add(d, &v, o->words[i].text);
    }
    if (d->other_sources) {
        add_depend_options(d, &v);
        add_runtime_headers(d, &v);
    }
    if (o->verbose)
        add(d, &v, "-v");
    if (o->output) {
        add(d, &v, "-o");
        add(d, &v, o->output);
    }
    add_libraries(d, &v);
    return build_run(&d->build, &v);
}

// The object of a file that is only linked. What gcov reads is named after it and stays: prog-a.gcno, as with gcc.
static const char *passing_object(struct driver *d, const struct job *job)
{
    const char *output = d->o->output ? without_suffix(&d->arena, d->o->output) : "a";
    bool is_covered = has_word(d->o, "--coverage") || has_word(d->o, "-coverage") || has_word(d->o, "-ftest-coverage");
    return is_covered ? build_path_at(&d->build, arena_printf(&d->arena, "%s-%s.o", output, job->stem))
                      : build_path(&d->build, arena_printf(&d->arena, "%s.o", job->stem));
}

static bool link_all(struct driver *d)
{
    struct argv objects = {0};
    bool ok = true;
    for (size_t i = 0; i < d->job_count; i++) {
        const char *object = passing_object(d, &d->jobs[i]);
        add(d, &objects, object);
        ok = write_depfile(d, &d->jobs[i], d->o->output ? d->o->output : "a.out")
             && compile_job(d, &d->jobs[i], "-c", object) && ok;
    }
    return ok && link_objects(d, objects.at);
}

// -E, -M and -MM of the .ac files, by the C compiler.
static bool preprocess_all(struct driver *d, bool depend)
{
    bool ok = true;
    for (size_t i = 0; i < d->job_count; i++) {
        struct argv v = preprocessor(d);
        add_depend_options(d, &v);
        if (d->o->output && strcmp(d->o->output, "-")) {
            add(d, &v, "-o");
            add(d, &v, d->o->output);
        }
        add(d, &v, d->jobs[i].path);
        ok = build_run(&d->build, &v) && ok;
    }
    return run_others(d, depend ? NULL : "-E") && ok;
}

// --- the lowered text is checked ------------------------------------------------------------------------------------------

// Messages are about lines of the lowered text as it stands: without its #line directives, under the name that it gets.
static void put_own_lines(struct buf *out, const char *path, const struct buf *text)
{
    static const char directive[] = "#line ";
    buf_printf(out, "#line 1 \"%s\"\n", path);
    for (size_t at = 0; at < text->len;) {
        const char *line = text->bytes + at, *end = memchr(line, '\n', text->len - at);
        size_t len = end ? (size_t)(end - line) : text->len - at;
        if (len < sizeof directive - 1 || memcmp(line, directive, sizeof directive - 1) != 0)
            buf_put(out, line, len);
        buf_putc(out, '\n');
        at += len + 1;
    }
}

// Whether the C that is to be compiled as `source` keeps what it needs. `output` is its name in messages.
static bool check_text(struct driver *d, const char *source, const char *output, const struct buf *lowered)
{
    const char *path = build_path(&d->build, arena_printf(&d->arena, "%s-check.c", stem_of(&d->arena, source)));
    struct buf text = {0};
    put_own_lines(&text, output, lowered);
    bool ok = output_write(path, &text);
    buf_free(&text);
    struct argv v = compiler(d, STAGE_PREPROCESS);
    add(d, &v, "-w");
    add(d, &v, "-DAC_NOESCAPE=ac_noescape");
    add(d, &v, "-DAC_AT(self, member)=(&(self)->member)");
    add_runtime_headers(d, &v);
    add_folder_of(d, &v, source, lowered);
    add(d, &v, "-E");
    add(d, &v, "-x");
    add(d, &v, "c");
    return ok && check_lowering(d->o, path, v.at);
}

static bool check_job(struct driver *d, const struct job *job)
{
    bool is_named = d->o->mode == MODE_LOWER;
    const char *output = is_named ? default_output(d, job, ".c") : arena_printf(&d->arena, "%s.c", job->stem);
    return check_text(d, job->path, output, &job->text);
}

// C that was lowered before.
static bool check_other(struct driver *d, const char *path)
{
    const struct text text = text_of_file(&d->arena, path);
    if (!text.bytes) {
        fprintf(stderr, "acc: error: cannot read '%s': %s\n", path, strerror(errno));
        return false;
    }
    return check_text(d, path, path, &(struct buf){ .bytes = text.bytes, .len = text.len });
}

static bool check_jobs(struct driver *d)
{
    bool ok = true;
    bool is_lowered = d->o->mode != MODE_VIEW && d->o->mode != MODE_FIX && !d->o->dry_run;
    for (size_t i = 0; is_lowered && d->o->check_lowering && i < d->job_count; i++)
        ok = check_job(d, &d->jobs[i]) && ok;
    for (size_t i = 0; is_lowered && d->o->check_lowering && i < d->o->word_count; i++)
        if (d->o->words[i].kind == WORD_OTHER_SOURCE)
            ok = check_other(d, d->o->words[i].text) && ok;
    return ok;
}

static bool run_mode(struct driver *d)
{
    bool ok = true;
    switch (d->o->mode) {
    case MODE_LOWER:
        for (size_t i = 0; i < d->job_count; i++)
            ok = lower_job(d, &d->jobs[i]) && ok;
        return ok;
    case MODE_VIEW:
        for (size_t i = 0; i < d->job_count; i++)
            ok = view_job(d, &d->jobs[i]) && ok;
        return ok;
    case MODE_FIX:
        for (size_t i = 0; i < d->job_count; i++)
            ok = fix_job(d, &d->jobs[i]) && ok;
        return ok;
    case MODE_LINK:
        return link_all(d);
    case MODE_OBJECT:
        return compile_all(d, "-c", ".o");
    case MODE_ASSEMBLY:
        return compile_all(d, "-S", ".s");
    case MODE_SYNTAX:
        return check_all(d);
    case MODE_PREPROCESS:
        return preprocess_all(d, false);
    case MODE_DEPEND:
        return preprocess_all(d, true);
    case MODE_HELP:
    case MODE_VERSION:
    case MODE_EXPLAIN:
    case MODE_CFLAGS:
    case MODE_LIBS:
    case MODE_PRINT_MK:
    case MODE_PRINT_CMAKE:
    case MODE_PRINT_GDB:
        break;                  // answered by main
    }
    __builtin_unreachable();
}

static uint64_t hash_more(uint64_t hash, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
    return hash;
}

// Of the lowered texts and of what is made of them.
static uint64_t key_of(const struct driver *d)
{
    const char *output = d->o->output ? d->o->output : "";
    uint64_t hash = hash_more(0xcbf29ce484222325, output, strlen(output));
    for (size_t i = 0; i < d->job_count; i++) {
        hash = hash_more(hash, d->jobs[i].path, strlen(d->jobs[i].path));
        hash = hash_more(hash, d->jobs[i].text.bytes, d->jobs[i].text.len);
    }
    return hash;
}

int drive(const struct options *o)
{
    struct driver d = { .o = o };
    d.installed = installed_find(&d.arena);
    collect_jobs(&d);
    bool translates = o->mode != MODE_PREPROCESS && o->mode != MODE_DEPEND;
    bool ok = !translates || translate_all(&d);
    bool shows_anyway = (o->mode == MODE_VIEW && !o->output) || o->mode == MODE_FIX;  // helps to find the errors, or mends some
    if ((ok || shows_anyway) && build_open(&d.build, o, key_of(&d))) {
        ok = check_jobs(&d) && run_mode(&d) && ok;
        build_close(&d.build);
    } else {
        ok = false;
    }
    for (size_t i = 0; i < d.job_count; i++) {
        buf_free(&d.jobs[i].text);
        if (d.jobs[i].depend >= 0)
            close(d.jobs[i].depend);
    }
    buf_free(&d.document);
    arena_free(&d.arena);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

// --- for build systems -------------------------------------------------------------------------------------------------------

bool print_cflags(FILE *out)
{
    struct arena arena = {0};
    struct installed at = installed_find(&arena);
    if (at.include)
        fprintf(out, "-I%s ", at.include);
    fputs("-fno-tree-slp-vectorize\n", out);
    arena_free(&arena);
    return true;
}

bool print_libs(FILE *out)
{
    struct arena arena = {0};
    struct installed at = installed_find(&arena);
    fprintf(out, "%s -pthread\n", at.library ? at.library : "-lacc");
    arena_free(&arena);
    return true;
}

static bool print_path(FILE *out, const char *path, const char *name)
{
    if (path)
        fprintf(out, "%s\n", path);
    else
        fprintf(stderr, "acc: error: %s is neither beside acc nor in its prefix\n", name);
    return path;
}

bool print_mk(FILE *out)
{
    struct arena arena = {0};
    bool is_there = print_path(out, installed_find(&arena).mk, "acc.mk");
    arena_free(&arena);
    return is_there;
}

bool print_cmake(FILE *out)
{
    struct arena arena = {0};
    bool is_there = print_path(out, installed_find(&arena).cmake, "acc-config.cmake");
    arena_free(&arena);
    return is_there;
}

bool print_gdb(FILE *out)
{
    struct arena arena = {0};
    bool is_there = print_path(out, installed_find(&arena).gdb, "acc-gdb.py");
    arena_free(&arena);
    return is_there;
}
