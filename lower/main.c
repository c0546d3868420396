// acc: from the command line through translate(), the straight line that every file takes.
#include "lexer/fix.h"
#include "lower/check_frames.h"
#include "lower/driver.h"
#include "lower/emit.h"
#include "lower/erase.h"
#include "lower/explain.h"
#include "lower/interleave.h"
#include "lower/lower.h"
#include "lower/report.h"
#include "lower/states.h"
#include "parser/ast.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Prints one view of the unit when it was asked for. True when it was the last one, so that what follows need not be done.
static bool view(struct unit *u, enum view which, void (*dump)(struct unit *u, FILE *out), FILE *out)
{
    if (u->options->views & which)
        dump(u, out);
    return u->options->views && u->options->views < 2u * which;
}

// A file without async constructs comes out byte for byte, and is the C compiler's to judge.
static bool pass_through(struct unit *u, struct buf *out)
{
    const char *text = file_text(u, 0);
    if (!text) {
        diag_fatal(u, "%s: %s", u->path, strerror(errno));
        return false;
    }
    u->diags.errors = 0;
    u->diags.first = NULL;
    buf_put(out, text, u->files[0].len);
    return true;
}

// x.ac → source → tokens → AST, scopes, types → lowered functions → edits → C. Views of the stages go to `views`.
static bool translate(struct unit *u, struct buf *out, FILE *views)
{
    const unsigned wanted = u->options->views;
    if (!source_load(u))        // text of the file, and of the preprocessed unit with its line markers
        return false;
    if (!source_scan(u))        // tokens, and where the user wrote each
        return false;
    if (view(u, VIEW_TOKENS, tokens_dump, views))
        return true;
    if (!u->has_async_words && !(wanted & ~(VIEW_TOKENS | VIEW_ERASED)))
        return pass_through(u, out);
    parse(u);                   // tokens → AST, scopes filled on the way
    if (!u->has_async && !(wanted & ~(VIEW_TOKENS | VIEW_ERASED)))
        return pass_through(u, out);
    if (u->diags.errors)
        return false;
    sema(u);                    // types of expressions, constants
    if (view(u, VIEW_AST, ast_dump, views))
        return !u->diags.errors;
    check_async(u);             // rules that need only the typed AST: bare calls, await outside async
    if (u->diags.errors)
        return false;
    if (wanted & VIEW_ERASED) {
        erase(u);               // takes the async words out again
    } else {
        if (!lower_unit(u))     // awaits hoisted → CFG → liveness → frames → edits, function by function
            return false;
        check_frames(u);        // rules about frames
    }
    view(u, VIEW_CFG, cfg_dump, views);
    view(u, VIEW_LIVE, live_dump, views);
    view(u, VIEW_FRAMES, frames_dump, views);
    view(u, VIEW_STATES, states_dump, views);
    view(u, VIEW_DOT, dot_dump, views);
    view(u, VIEW_EDITS, edits_dump, views);
    if (!emit(u, out))          // edits over the source
        return false;
    if (wanted & VIEW_INTERLEAVED)
        interleaved_print(u, out, views);
    return true;
}

static void unit_open(struct unit *u, const struct options *o, const char *path, char *const *preprocessor)
{
    *u = (struct unit){
        .options = o,
        .path = path,
        .cc = preprocessor,
        .async_keywords = !o->no_async_keywords,
        .diag_color = o->color,
        .diag_format = o->diag_format,
    };
    names_open(&u->names, &u->arena);
    for (int w = WARNING_NONE + 1; w < WARNING_COUNT; w++) {
        u->warning_on[w] = o->warning_on[w] && !o->no_warnings;
        u->warning_error[w] = o->warning_error[w] || (o->all_errors && !o->warning_no_error[w]);
    }
}

// What driver.h asks for. With views, `out` is what they print, else the C text.
static bool translate_one(const struct options *o, const char *path, char *const *preprocessor, struct buf *out,
                          struct buf *document)
{
    struct unit u;
    unit_open(&u, o, path, preprocessor);
    char *shown = NULL;
    size_t shown_len = 0;
    FILE *views = open_memstream(&shown, &shown_len);
    bool ok = views && translate(&u, out, views) && !u.diags.errors;
    if (o->mode == MODE_FIX) {
        buf_free(out);
        ok = fixes_apply(&u, out);
    }
    diag_print_all(&u, stderr, document);
    if (!views || fclose(views))
        ok = false;
    if (o->views & ~VIEW_ERASED) {
        buf_free(out);
        *out = (struct buf){0};
        buf_put(out, shown ? shown : "", shown_len);
    }
    free(shown);
    arena_free(&u.fn);
    arena_free(&u.arena);
    return ok;
}

// Standard descriptors that are closed would be given to the first files that are opened, and messages written into them.
static bool open_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

// Output for a person counts as written only when all of it arrived.
static int printed(bool ok)
{
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "acc: error: cannot write to standard output: %s\n", strerror(errno));
        return EXIT_FAILURE;
    }
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct options *o)
{
    switch (o->mode) {
    case MODE_HELP:
        options_help(stdout);
        return printed(true);
    case MODE_VERSION:
        puts("acc " ACC_VERSION);
        return printed(true);
    case MODE_EXPLAIN:
        return printed(explain(o->explained, stdout));
    case MODE_CFLAGS:
        return printed(print_cflags(stdout));
    case MODE_LIBS:
        return printed(print_libs(stdout));
    case MODE_PRINT_MK:
        return printed(print_mk(stdout));
    case MODE_LINK:
    case MODE_OBJECT:
    case MODE_ASSEMBLY:
    case MODE_LOWER:
    case MODE_PREPROCESS:
    case MODE_SYNTAX:
    case MODE_VIEW:
    case MODE_DEPEND:
    case MODE_FIX:
        return printed(drive(o, translate_one) == EXIT_SUCCESS);
    }
    __builtin_unreachable();
}

struct job {
    const struct options *options;
    int status;
};

static void *run_job(void *job)
{
    ((struct job *)job)->status = run(((struct job *)job)->options);
    return NULL;
}

// The passes recurse as deep as the source nests. A thread with a stack that is reserved but not used costs nothing; where
// it cannot be had, the usual stack has to do.
static int run_with_room(const struct options *o)
{
    const size_t room = sizeof(void *) > 4 ? (size_t)1 << 30 : (size_t)64 << 20;
    struct job job = { o, EXIT_FAILURE };
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes))
        return run(o);
    bool is_started = !pthread_attr_setstacksize(&attributes, room) && !pthread_create(&thread, &attributes, run_job, &job);
    pthread_attr_destroy(&attributes);
    if (!is_started)
        return run(o);
    // Signals are that thread's, which holds them back while there are temporary files.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_join(thread, NULL);
    return job.status;
}

int main(int argc, char **argv)
{
    // A file size limit is an error of write(2), which says so; and children are waited for whatever our parent ignored.
    if (!open_standard_descriptors() || signal(SIGXFSZ, SIG_IGN) == SIG_ERR || signal(SIGCHLD, SIG_DFL) == SIG_ERR)
        return EXIT_FAILURE;
    struct options options = {0};
    int status = options_read(&options, argc, argv) ? run_with_room(&options) : EXIT_FAILURE;
    options_free(&options);
    return status;
}
