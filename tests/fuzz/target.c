// A target of libFuzzer: translates the input in this process, as far as VIEWS says.
//
//     VIEW_TOKENS    the scanner, and where each token stands in the file
//     VIEW_AST       the parser, scopes and types
//     0              everything: lowered, erased, and one of the views of the stages between
#define _GNU_SOURCE             // memmem
#include "lower/translate.h"
#include "tests/fuzz/fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool translate_as(enum mode mode, unsigned views, struct buf *out)
{
    static char *preprocessor[] = { "cc", NULL };
    struct options o = { .mode = mode, .views = views, .frame_limit = UINT64_MAX };
    memset(o.warning_on, true, sizeof o.warning_on);
    struct buf document = { 0 };
    bool ok = translate_input(&o, FUZZ_PATH, preprocessor, out, &document);
    buf_free(&document);
    return ok;
}

static bool is_text(const struct buf *b, const void *bytes, size_t len)
{
    return b->len == len && (!len || !memcmp(b->bytes, bytes, len));
}

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    puts(what);
    fflush(stdout);
    abort();
}

// What is lowered can be erased, and what is erased holds nothing async: it comes out of acc as it went in.
static void check_everything(const uint8_t *bytes, size_t len)
{
    struct buf lowered = { 0 }, erased = { 0 }, again = { 0 }, shown = { 0 };
    bool is_lowered = translate_as(MODE_LOWER, 0, &lowered);
    bool is_erased = translate_as(MODE_VIEW, VIEW_ERASED, &erased);
    must(!is_lowered || is_erased, "what is lowered cannot be erased");
    if (is_erased) {
        fuzz_input_set((const uint8_t *)erased.bytes, erased.len, true);
        must(translate_as(MODE_LOWER, 0, &again), "what is erased is refused");
        must(is_text(&again, erased.bytes, erased.len), "what is erased does not pass through");
        fuzz_input_set(bytes, len, false);
    }
    if (is_lowered && !is_text(&lowered, bytes, len))
        translate_as(MODE_VIEW, VIEW_CFG << lowered.len % 7, &shown);
    buf_free(&lowered);
    buf_free(&erased);
    buf_free(&again);
    buf_free(&shown);
}

// No header has such a name, and what stands in for the preprocessor here would take it for a comment.
static bool includes_comment(const uint8_t *bytes, size_t len)
{
    const char *at = (const char *)bytes, *end = at + len;
    while ((at = memmem(at, (size_t)(end - at), "include", 7))) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (memmem(at, (size_t)((line_end ? line_end : end) - at), "/*", 2))
            return true;
        at += 7;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (includes_comment(bytes, len))
        return -1;              // not for the corpus
    struct buf out = { 0 };
    fuzz_input_set(bytes, len, false);
    if (VIEWS)
        translate_as(MODE_VIEW, VIEWS, &out);
    else
        check_everything(bytes, len);
    buf_free(&out);
    return 0;
}
