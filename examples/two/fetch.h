// Fetching pages over HTTP. Plain C can include this header too: there, `async` is a macro that stands for nothing.
#ifndef FETCH_H
#define FETCH_H

#ifndef __ACC__
#define async
#endif

#include <stddef.h>

struct page {
    int status;                 // of HTTP, or a negative errno
    char *text;                 // malloc'ed, ends with a NUL, or NULL
    size_t length;
};

// Fetches a page. What is in *page then belongs to the caller. Returns page->status.
async int fetch(const char *address, unsigned port, const char *path, struct page *page);

#endif
