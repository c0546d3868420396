// Vectors that are used up: what is taken off their beginning leaves empty pieces there.
#ifndef AC_IO_VECTOR_H
#define AC_IO_VECTOR_H

#include "acc/declare.h"
#include <errno.h>
#include <sys/uio.h>

// How many bytes there are, or -EINVAL: more than a result can say, or no vector.
static inline ac_ssize ac__vector_bytes(const struct iovec *vector, int count)
{
    ac_ssize bytes = 0;
    for (int i = 0; i < count; i++)
        if (__builtin_add_overflow(bytes, vector[i].iov_len, &bytes))
            return -EINVAL;
    return count < 0 ? -EINVAL : bytes;
}

// Takes as many bytes, and what is empty then. Gives the first piece that is left.
static inline struct iovec *ac__vector_take(struct iovec *vector, ac_size *count, ac_size bytes)
{
    while (*count && vector->iov_len <= bytes) {
        bytes -= vector->iov_len;
        vector->iov_len = 0;
        vector++;
        --*count;
    }
    if (bytes) {
        vector->iov_base = (char *)vector->iov_base + bytes;
        vector->iov_len -= bytes;
    }
    return vector;
}

// How many of the pieces one system call takes.
static inline int ac__vector_at_once(ac_size count)
{
    return count < UIO_MAXIOV ? (int)count : UIO_MAXIOV;
}

#endif
