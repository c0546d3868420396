// Memory of an executor: small blocks from free lists by size, large ones from its allocator. Blocks may be given back in
// any order; small ones stay with the executor until it ends.
#ifndef AC_CORE_MEMORY_H
#define AC_CORE_MEMORY_H

#include "acc/executor.h"
#include <stddef.h>

// Blocks of up to this many bytes are small. None are for the address sanitizer, which then sees each of them.
#if defined(__SANITIZE_ADDRESS__)
#define AC__SMALL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AC__SMALL 0
#endif
#endif
#if !defined AC__SMALL && defined AC_PORT
#define AC__SMALL 240           // memory is scarce in libacc_core.a
#elif !defined AC__SMALL
#define AC__SMALL 8192
#endif

enum { AC__GRAIN = 16, AC__CLASSES = AC__SMALL / AC__GRAIN + 1 };

struct ac__free { struct ac__free *next; };

// A piece of memory that small blocks are cut from.
struct ac__chunk {
    struct ac__chunk *next;
    size_t bytes;
};

struct ac__memory {
    struct ac__free *free[AC__CLASSES];     // free[n]: blocks of n * AC__GRAIN bytes
    char *cut, *prepared, *end;             // what is left of the newest chunk, and from where nobody prepared it
    size_t chunk_bytes;                     // of the next one
    struct ac__chunk *chunks;
    struct ac_allocator *allocator;
    void (*prepare)(void *memory, size_t bytes);    // told of memory that will soon be used throughout; may be 0
};

void *ac__memory_cut(struct ac__memory *memory, size_t bytes);
void ac__memory_end(struct ac__memory *memory);

// Those of that size, which is small.
static inline struct ac__free **ac__memory_list(struct ac__memory *memory, size_t bytes)
{
    return &memory->free[(bytes + AC__GRAIN - 1) / AC__GRAIN];
}

static inline void ac__list_put(struct ac__free **list, void *block)
{
    struct ac__free *free = block;
    free->next = *list;
    *list = free;
}

// A small block that was given back; 0: there is none of that size.
static inline void *ac__memory_again(struct ac__memory *memory, size_t bytes)
{
    if (bytes > AC__SMALL)
        return 0;
    struct ac__free **list = ac__memory_list(memory, bytes), *block = *list;
    if (block)
        *list = block->next;
    return block;
}

// Gives `bytes`, aligned for every type, or 0.
static inline void *ac__memory_get(struct ac__memory *memory, size_t bytes)
{
    if (bytes > AC__SMALL)
        return memory->allocator->get(memory->allocator, bytes);
    void *block = ac__memory_again(memory, bytes);
    return block ? block : ac__memory_cut(memory, (bytes + AC__GRAIN - 1) / AC__GRAIN * AC__GRAIN);
}

static inline void ac__memory_put(struct ac__memory *memory, void *block, size_t bytes)
{
    if (bytes > AC__SMALL)
        memory->allocator->put(memory->allocator, block, bytes);
    else
        ac__list_put(ac__memory_list(memory, bytes), block);
}

#endif
