// ac_writev_all in an erased program.
#include "erased/erased.h"
#include "io/vector.h"
#include <errno.h>
#include <sys/socket.h>

static ssize_t write_some(int fd, struct iovec *vector, ac_size count)
{
    int pieces = ac__vector_at_once(count);
    struct msghdr message = { .msg_iov = vector, .msg_iovlen = (unsigned)pieces };
    ssize_t result = sendmsg(fd, &message, MSG_NOSIGNAL);
    return result < 0 && errno == ENOTSOCK ? writev(fd, vector, pieces) : result;
}

ac_ssize ac_writev_all(int fd, struct iovec *vector, int count)
{
    ac_ssize bytes = ac__vector_bytes(vector, count);
    ac_size left = bytes > 0 ? (ac_size)count : 0;
    struct iovec *first = ac__vector_take(vector, &left, 0);
    while (left) {
        ssize_t written = write_some(fd, first, left);
        if (written == 0 || (written < 0 && !ac__erased_again(fd, AC_WRITABLE)))
            return written ? -errno : -EIO;
        if (written > 0)
            first = ac__vector_take(first, &left, (ac_size)written);
    }
    return bytes;
}
