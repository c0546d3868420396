#include "lexer/name.h"

#include <string.h>

enum { FIRST_BUCKETS = 4096 };          // a power of two, as all later counts

void names_open(struct names *n, struct arena *a)
{
    *n = (struct names){ .arena = a, .bucket_count = FIRST_BUCKETS };
    n->buckets = NEW_ARRAY(a, struct name *, FIRST_BUCKETS);
}

// FNV-1a, its high bits folded down because buckets are chosen by the low ones.
static uint32_t hash_of(const char *text, size_t len)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 16777619u;
    return h ^ h >> 15;
}

static void grow(struct names *n)
{
    uint32_t count = n->bucket_count * 4;
    struct name **buckets = NEW_ARRAY(n->arena, struct name *, count);
    for (uint32_t i = 0; i < n->bucket_count; i++)
        for (struct name *name = n->buckets[i], *next; name; name = next) {
            next = name->next;
            name->next = buckets[name->hash & (count - 1)];
            buckets[name->hash & (count - 1)] = name;
        }
    n->buckets = buckets;
    n->bucket_count = count;
}

static struct name *find_in(struct name *first, uint32_t hash, const char *text, size_t len)
{
    for (struct name *name = first; name; name = name->next)
        if (name->hash == hash && name->len == len && memcmp(name->text, text, len) == 0)
            return name;
    return NULL;
}

struct name *name_find(const struct names *n, const char *text, size_t len)
{
    uint32_t hash = hash_of(text, len);
    return find_in(n->buckets[hash & (n->bucket_count - 1)], hash, text, len);
}

struct name *name_of(struct names *n, const char *text, size_t len)
{
    uint32_t hash = hash_of(text, len);
    struct name **bucket = &n->buckets[hash & (n->bucket_count - 1)];
    struct name *found = find_in(*bucket, hash, text, len);
    if (found)
        return found;
    struct name *name = NEW(n->arena, struct name);
    name->text = arena_copy(n->arena, text, len);
    name->len = (uint32_t)len;
    name->hash = hash;
    name->next = *bucket;
    *bucket = name;
    if (++n->count > n->bucket_count)
        grow(n);
    return name;
}

struct name *name_of_text(struct names *n, const char *text)
{
    return name_of(n, text, strlen(text));
}
