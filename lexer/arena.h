// Memory that is given back all at once: the arenas of a translation. Text that grows.
#ifndef ACC_LEXER_ARENA_H
#define ACC_LEXER_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena_chunk;

// A stack of chunks. Zero-initialise it; everything allocated lives until arena_reset or arena_free.
struct arena {
    struct arena_chunk *top;
};

// Zeroed memory of `size` bytes, aligned for any object. Ends the program with a message when there is none.
void *arena_alloc(struct arena *a, size_t size);
// Gives everything back but one chunk, and poisons that one under AddressSanitizer.
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

#define NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define NEW_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

// Room for one more element behind `count` of them: `old`, or a larger copy of it whose size goes to *capacity.
static inline void *arena_grow(struct arena *a, void *old, uint32_t count, uint32_t *capacity, size_t size)
{
    void *arena_grow_more(struct arena *a, void *old, uint32_t count, uint32_t *capacity, size_t size);
    return count < *capacity ? old : arena_grow_more(a, old, count, capacity, size);
}

// A copy of `len` bytes with a terminating NUL; printf into the arena.
char *arena_copy(struct arena *a, const char *bytes, size_t len);
char *arena_vprintf(struct arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0), nonnull(2)));
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Text that grows: zero-initialise, append, free. `bytes` is NUL-terminated once something was appended.
struct buf {
    char *bytes;
    size_t len, capacity;
};

void buf_put(struct buf *b, const char *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args) __attribute__((format(printf, 2, 0), nonnull(2)));
// A string literal of C with these bytes.
void buf_put_literal(struct buf *b, const char *bytes, size_t len);
// The text, in an arena; the buffer is free again.
char *buf_keep(struct arena *a, struct buf *b);
void buf_free(struct buf *b);

// malloc, realloc that end the program with a message instead of failing.
void *xmalloc(size_t size);
void *xrealloc(void *old, size_t size);

#endif
