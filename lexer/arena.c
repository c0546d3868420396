#define _GNU_SOURCE          // strchrnul, MADV_HUGEPAGE

#include "lexer/arena.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif

#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum { CHUNK_SIZE = 256 * 1024, MOST_SIZE = 4 << 20, WORD = 8, HUGE = 2 << 20 };

// Memory from calloc or mmap, so that pages nobody writes cost nothing and need no clearing.
struct arena_chunk {
    struct arena_chunk *below;
    size_t mapped;              // bytes from mmap; 0: from calloc
    size_t size, used;
    size_t dirty;               // bytes below this were handed out before the last reset
    _Alignas(max_align_t) char bytes[];
};

static _Noreturn void out_of_memory(void)
{
    fputs("acc: fatal error: out of memory\n", stderr);
    exit(1);
}

// Whole huge pages, where the system has them: a fault for each 2 MB and not for each 4 KB. Of a large file the faults were a
// third of the time.
static struct arena_chunk *chunk_map(size_t size)
{
    size = (size + HUGE - 1) / HUGE * HUGE;
    char *at = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    size_t before = (HUGE - (uintptr_t)at % HUGE) % HUGE;
    if (before)
        munmap(at, before);
    if (before < HUGE)
        munmap(at + before + size, HUGE - before);
#ifdef MADV_HUGEPAGE
    madvise(at + before, size, MADV_HUGEPAGE);
#endif
    struct arena_chunk *c = (struct arena_chunk *)(at + before);
    c->mapped = size;
    c->size = size - sizeof *c;
    return c;
}

static void chunk_free(struct arena_chunk *c)
{
    ASAN_UNPOISON_MEMORY_REGION(c->bytes, c->size);
    if (c->mapped)
        munmap(c, c->mapped);
    else
        free(c);
}

static struct arena_chunk *chunk_new(size_t size)
{
    struct arena_chunk *c = size >= HUGE ? chunk_map(sizeof *c + size) : calloc(1, sizeof *c + size);
    if (!c)
        out_of_memory();
    if (!c->mapped)
        c->size = size;
    ASAN_POISON_MEMORY_REGION(c->bytes, c->size);
    return c;
}

static void *chunk_alloc(struct arena_chunk *c, size_t size)
{
    char *at = c->bytes + c->used;
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    if (c->used < c->dirty)
        memset(at, 0, size);
    c->used += size;
    return at;
}

// Only a size that is a multiple of the largest alignment can be that of something that needs it.
static void chunk_align(struct arena_chunk *c)
{
    size_t align = _Alignof(max_align_t), used = (c->used + align - 1) / align * align;
    c->used = used < c->size ? used : c->size;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + WORD - 1) / WORD * WORD;
    struct arena_chunk *top = a->top;
    if (top && size % _Alignof(max_align_t) == 0)
        chunk_align(top);
    if (top && top->size - top->used >= size)
        return chunk_alloc(top, size);
    if (top && size > CHUNK_SIZE / 4) {         // goes below the top, whose rest stays in use
        struct arena_chunk *own = chunk_new(size);
        own->below = top->below;
        top->below = own;
        return chunk_alloc(own, size);
    }
    size_t more = !top ? CHUNK_SIZE : top->size >= MOST_SIZE / 2 ? MOST_SIZE : 2 * top->size;
    struct arena_chunk *c = chunk_new(size > more ? size : more);
    c->below = top;
    a->top = c;
    return chunk_alloc(c, size);
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *kept = a->top;
    if (!kept)
        return;
    struct arena rest = { kept->below };
    arena_free(&rest);
    kept->below = NULL;
    if (kept->dirty < kept->used)
        kept->dirty = kept->used;
    kept->used = 0;
    ASAN_POISON_MEMORY_REGION(kept->bytes, kept->size);
}

void arena_free(struct arena *a)
{
    while (a->top) {
        struct arena_chunk *c = a->top;
        a->top = c->below;
        chunk_free(c);
    }
}

void *arena_grow_more(struct arena *a, void *old, uint32_t count, uint32_t *capacity, size_t size)
{
    if (*capacity > UINT32_MAX / 2)
        out_of_memory();
    uint32_t more = *capacity ? *capacity * 2 : 16;
    void *new = arena_alloc(a, size * more);
    if (count)
        memcpy(new, old, size * count);
    *capacity = more;
    return new;
}

char *arena_copy(struct arena *a, const char *bytes, size_t len)
{
    char *copy = arena_alloc(a, len + 1);
    if (len)
        memcpy(copy, bytes, len);
    return copy;
}

// The digits of a number, from the returned place to `end`.
static char *digits_before(char *end, unsigned n)
{
    do
        *--end = (char)('0' + n % 10);
    while (n /= 10);
    return end;
}

enum { DIGITS = 3 * sizeof(unsigned) };

// %s and %u, nearly all there is, much faster than by printf. Gives the end of the text, NULL when it does not fit or
// something else is asked for.
static char *format_quickly(char *at, const char *limit, const char *format, va_list args)
{
    char digits[DIGITS];
    for (; *format; format++) {
        const char *text = format;
        size_t len = 1;
        bool is_conversion = *format == '%';
        format += is_conversion;
        if (is_conversion && *format == 's') {
            text = va_arg(args, const char *);
            len = strlen(text);
        } else if (is_conversion && *format == 'u') {
            text = digits_before(digits + DIGITS, va_arg(args, unsigned));
            len = (size_t)(digits + DIGITS - text);
        } else if (is_conversion) {
            return NULL;
        }
        if (len >= (size_t)(limit - at))
            return NULL;
        memcpy(at, text, len);
        at += len;
    }
    return at;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    char guess[256];
    va_list again;
    va_copy(again, args);
    char *end = format_quickly(guess, guess + sizeof guess, format, again);
    va_end(again);
    if (end)
        return arena_copy(a, guess, (size_t)(end - guess));
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        out_of_memory();
    char *text = arena_alloc(a, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, args);
    return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(a, format, args);
    va_end(args);
    return text;
}

static void buf_reserve(struct buf *b, size_t more)
{
    if (b->capacity - b->len > more)
        return;
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity - b->len <= more) {
        if (capacity > SIZE_MAX / 2)
            out_of_memory();
        capacity *= 2;
    }
    b->bytes = xrealloc(b->bytes, capacity);
    b->capacity = capacity;
}

void buf_put(struct buf *b, const char *bytes, size_t len)
{
    buf_reserve(b, len);
    if (len)
        memcpy(b->bytes + b->len, bytes, len);
    b->len += len;
    b->bytes[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *text)
{
    buf_put(b, text, strlen(text));
}

void buf_putc(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

static void buf_put_unsigned(struct buf *b, unsigned n)
{
    char digits[DIGITS], *at = digits_before(digits + DIGITS, n);
    buf_put(b, at, (size_t)(digits + DIGITS - at));
}

static void buf_format(struct buf *b, const char *format, va_list args)
{
    enum { GUESS = 128 };
    va_list again;
    buf_reserve(b, GUESS);
    va_copy(again, args);
    int len = vsnprintf(b->bytes + b->len, b->capacity - b->len, format, again);
    va_end(again);
    if (len < 0)
        out_of_memory();
    if ((size_t)len >= b->capacity - b->len) {
        buf_reserve(b, (size_t)len);
        vsnprintf(b->bytes + b->len, (size_t)len + 1, format, args);
    }
    b->len += (size_t)len;
}

// printf gets the format from the first conversion on that is neither %s nor %u.
void buf_vprintf(struct buf *b, const char *format, va_list args)
{
    for (;;) {
        size_t len = (size_t)(strchrnul(format, '%') - format);
        buf_put(b, format, len);
        format += len;
        if (*format == '\0')
            return;
        if (format[1] == 's') {
            buf_puts(b, va_arg(args, const char *));
        } else if (format[1] == 'u') {
            buf_put_unsigned(b, va_arg(args, unsigned));
        } else {
            buf_format(b, format, args);
            return;
        }
        format += 2;
    }
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void buf_put_literal(struct buf *b, const char *bytes, size_t len)
{
    buf_putc(b, '"');
    for (const char *at = bytes; at < bytes + len; at++) {
        if (*at == '"' || *at == '\\')
            buf_putc(b, '\\');
        if (*at == '\n')
            buf_puts(b, "\\n");
        else
            buf_putc(b, *at);
    }
    buf_putc(b, '"');
}

char *buf_keep(struct arena *a, struct buf *b)
{
    char *text = arena_copy(a, b->bytes, b->len);
    buf_free(b);
    return text;
}

void buf_free(struct buf *b)
{
    free(b->bytes);
    *b = (struct buf){ 0 };
}

void *xmalloc(size_t size)
{
    return xrealloc(NULL, size);
}

void *xrealloc(void *old, size_t size)
{
    void *new = realloc(old, size ? size : 1);
    if (!new)
        out_of_memory();
    return new;
}
