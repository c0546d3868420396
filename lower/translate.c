#include "lower/translate.h"

#include "lexer/fix.h"
#include "lower/emit.h"
#include "lower/erase.h"
#include "lower/header.h"
#include "lower/interleave.h"
#include "lower/lower.h"
#include "lower/output.h"
#include "lower/report.h"
#include "lower/report_frames.h"
#include "lower/states.h"
#include "parser/ast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

// What a translation has found for the next one.
struct frame_sizes {
    struct arena arena;
    struct frame_size *known;               // the latest of a function stands first
    const struct frame_size *changed;       // one that is not what the unit was translated with; NULL: none
    struct span span;                       // the function's name
};

// Notes the sizes of the frames in `_Frame(f)`.
static void frame_sizes_learn(struct unit *u, struct frame_sizes *sizes)
{
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        struct name *name = a->fn->symbol->name;
        if (!a->fn->symbol->is_framed || !a->frame_size)
            continue;
        struct frame_size now = { NULL, name->text, a->frame_size, a->frame_align };
        if (name->frame && name->frame->size == now.size && name->frame->align == now.align && !a->growth)
            continue;
        struct frame_size *found = NEW(&sizes->arena, struct frame_size);
        now.size += (uint64_t)a->growth;
        now.function = arena_copy(&sizes->arena, name->text, name->len);
        now.next = sizes->known;
        *found = now;
        sizes->known = found;
        sizes->changed = found;
        sizes->span = a->fn->symbol->span;
    }
}

// Awaits hoisted → CFG → liveness → frames, their rules → edits, function by function. Or the edits that take the async words out.
static bool make_edits(struct unit *u, struct frame_sizes *sizes)
{
    if (u->options->views & VIEW_ERASED) {
        erase(u);
        return true;
    }
    bool ok = lower_unit(u);
    frame_sizes_learn(u, sizes);
    return ok;
}

// x.ac → source → tokens → AST, scopes, types → lowered functions → edits → C. Views of the stages go to `views`.
static bool translate(struct unit *u, struct buf *out, FILE *views, struct frame_sizes *sizes)
{
    const unsigned wanted = u->options->views;
    if (!source_load(u))        // text of the file, and of the preprocessed unit with its line markers
        return false;
    if (!(wanted & ~VIEW_ERASED) && source_is_plain(u))
        return pass_through(u, out);
    if (!source_scan(u))        // tokens, and where the user wrote each
        return false;
    if (view(u, VIEW_TOKENS, tokens_dump, views))
        return true;
    if (!u->has_async_words && !(wanted & ~(VIEW_TOKENS | VIEW_ERASED)))
        return pass_through(u, out);
    u->reads_all = wanted & VIEW_AST;
    parse(u);                   // tokens → AST, scopes filled on the way
    if (!u->has_async && !(wanted & ~(VIEW_TOKENS | VIEW_ERASED)))
        return pass_through(u, out);
    bool is_parsed = !u->diags.errors;
    if (!sema(u))               // types of expressions, constants
        return false;
    if (is_parsed && view(u, VIEW_AST, ast_dump, views))
        return !u->diags.errors;
    check_async(u);             // rules that need only the typed AST: bare calls, await outside async
    if (is_parsed)
        check_handles(u);       // rules about children, along the paths of a function
    find_cleanups(u);           // cleanup functions that are called behind awaits
    check_held(u);              // locks and guards that are held while a function waits
    check_ends(u, !(wanted & VIEW_ERASED));     // what the ends of blocks run, and which jumps pass them
    if (u->diags.errors)
        return false;
    if (!make_edits(u, sizes))  // lowered functions
        return false;
    view(u, VIEW_CFG, cfg_dump, views);
    view(u, VIEW_LIVE, live_dump, views);
    view(u, VIEW_FRAMES, frames_dump, views);
    view(u, VIEW_FRAMES_JSON, frames_dump_json, views);
    view(u, VIEW_FRAMES_DIFF, frames_dump_diff, views);
    view(u, VIEW_STATES, states_dump, views);
    view(u, VIEW_DOT, dot_dump, views);
    view(u, VIEW_EDITS, edits_dump, views);
    view(u, VIEW_HEADER, header_print, views);
    arena_free(&u->ast);        // the output is made of tokens and edits
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
        .diags.tells_all = o->mode == MODE_FIX,             // each may have a correction
    };
    for (int w = WARNING_NONE + 1; w < WARNING_COUNT; w++) {
        u->warning_on[w] = o->warning_on[w] && !o->no_warnings;
        u->warning_error[w] = o->warning_error[w] || (o->all_errors && !o->warning_no_error[w]);
    }
}

static void frame_sizes_tell(struct unit *u, const struct frame_size *known)
{
    for (; known; known = known->next) {
        struct name *name = name_of_text(&u->names, known->function);
        name->frame = name->frame ? name->frame : known;
    }
}

static void arenas_free(struct unit *u)
{
    arena_free(&u->fn);
    arena_free(&u->ast);
    arena_free(&u->arena);
}

enum { MOST_ROUNDS = 32 };

// Where `_Frame(f)` is the type of objects, sizes of frames are parts of types: then the unit is translated again with the
// sizes found, until they are those it was translated with.
static bool translate_settled(struct unit *u, struct buf *out, FILE *views)
{
    const struct unit fresh = *u;
    names_open(&u->names, &u->arena);
    struct frame_sizes sizes = { 0 };
    bool ok = false;
    for (uint32_t round = 1;; round++) {
        sizes.changed = NULL;
        ok = translate(u, out, views, &sizes) && !u->diags.errors;
        if (!sizes.changed)
            break;
        if (round == MOST_ROUNDS) {
            diag_error(u, ERROR_FRAME_ENDLESS, sizes.span,
                       "the frame of '%s' would hold an object of type '_Frame(%s)', in it or in a frame that it holds",
                       sizes.changed->function, sizes.changed->function);
            ok = false;
            break;
        }
        arenas_free(u);
        buf_free(out);
        *out = (struct buf){0};
        rewind(views);
        *u = fresh;
        names_open(&u->names, &u->arena);
        frame_sizes_tell(u, sizes.known);
    }
    arena_free(&sizes.arena);
    return ok;
}

// The main file with its corrections becomes the output. Headers are corrected in place, when it is to be.
static bool fix(struct unit *u, struct buf *out)
{
    bool in_place = !u->options->output && strcmp(u->path, "-") != 0;
    const struct fixes fixes = fixes_collect(u, in_place);
    bool ok = fixes.is_mended && file_text(u, 0);
    buf_free(out);
    *out = (struct buf){0};
    fixes_apply(u, &fixes, 0, out);
    for (uint32_t f = 1; f < u->file_count; f++) {
        struct buf text = {0};
        if (fixes_apply(u, &fixes, f, &text))
            ok = output_write(u->files[f].path, &text) && ok;
        buf_free(&text);
    }
    return ok;
}

bool translate_input(const struct options *o, const char *path, char *const *preprocessor, struct buf *out,
                     struct buf *document)
{
    struct unit u;
    unit_open(&u, o, path, preprocessor);
    char *shown = NULL;
    size_t shown_len = 0;
    FILE *views = open_memstream(&shown, &shown_len);
    bool ok = views && translate_settled(&u, out, views);
    if (o->mode == MODE_FIX)
        ok = fix(&u, out);
    diag_print_all(&u, stderr, document);
    if (!views || fclose(views))
        ok = false;
    if (o->views & ~VIEW_ERASED) {
        buf_free(out);
        *out = (struct buf){0};
        buf_put(out, shown ? shown : "", shown_len);
    }
    free(shown);
    arenas_free(&u);
    return ok;
}
