// Reading and writing in an erased program.
#if __SIZEOF_LONG__ < 8 && !defined(_FILE_OFFSET_BITS)
#define _FILE_OFFSET_BITS 64
#endif
#include "erased/erased.h"
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

int ac__erased_ready(int fd, unsigned events)
{
    struct pollfd polled = {
        .fd = fd,
        .events = (short)((events & AC_READABLE ? POLLIN : 0) | (events & AC_WRITABLE ? POLLOUT : 0)),
    };
    if (fd < 0)
        return -EBADF;                  // poll(2) would ignore it, for ever
    while (poll(&polled, 1, -1) < 0)
        if (errno != EINTR)
            return -errno;
    if (polled.revents & POLLNVAL)
        return -EBADF;
    if (polled.revents & (POLLERR | POLLHUP))
        return (int)events;
    return (int)((polled.revents & POLLIN ? AC_READABLE : 0) | (polled.revents & POLLOUT ? AC_WRITABLE : 0));
}

int ac_ready(int fd, unsigned events)
{
    events &= AC_READABLE | AC_WRITABLE;
    return events ? ac__erased_ready(fd, events) : -EINVAL;
}

bool ac__erased_again(int fd, unsigned events)
{
    if (errno == EINTR)
        return true;
    return (errno == EAGAIN || errno == EWOULDBLOCK) && ac__erased_ready(fd, events) >= 0;
}

ac_ssize ac_read(int fd, void *buf, ac_size len)
{
    ssize_t result;
    do
        result = read(fd, buf, len);
    while (result < 0 && ac__erased_again(fd, AC_READABLE));
    return result < 0 ? -errno : result;
}

ac_ssize ac_pread(int fd, void *buf, ac_size len, ac_offset offset)
{
    ssize_t result;
    do
        result = pread(fd, buf, len, offset);
    while (result < 0 && ac__erased_again(fd, AC_READABLE));
    return result < 0 ? -errno : result;
}

ac_ssize ac_recv(int fd, void *buf, ac_size len, int flags)
{
    return ac_recvfrom(fd, buf, len, flags, 0, 0);
}

ac_ssize ac_send(int fd, const void *buf, ac_size len, int flags)
{
    ssize_t result;
    do
        result = send(fd, buf, len, flags | MSG_NOSIGNAL);
    while (result < 0 && ac__erased_again(fd, AC_WRITABLE));
    return result < 0 ? -errno : result;
}

ac_ssize ac_write(int fd, const void *buf, ac_size len)
{
    ssize_t result = ac_send(fd, buf, len, 0);
    if (result != -ENOTSOCK)
        return result;
    do
        result = write(fd, buf, len);
    while (result < 0 && ac__erased_again(fd, AC_WRITABLE));
    return result < 0 ? -errno : result;
}

ac_ssize ac_read_full(int fd, void *buf, ac_size len)
{
    char *bytes = buf;
    ac_size taken = 0;
    while (taken < len) {
        ac_ssize n = ac_read(fd, bytes + taken, len - taken);
        if (n < 0)
            return n;
        if (n == 0)
            break;
        taken += (ac_size)n;
    }
    return (ac_ssize)taken;
}

ac_ssize ac_write_all(int fd, const void *buf, ac_size len)
{
    const char *bytes = buf;
    ac_size written = 0;
    while (written < len) {
        ac_ssize n = ac_write(fd, bytes + written, len - written);
        if (n <= 0)
            return n ? n : -EIO;
        written += (ac_size)n;
    }
    return (ac_ssize)len;
}
