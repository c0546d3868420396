// Datagrams in an erased program.
#include "erased/erased.h"
#include <errno.h>
#include <sys/socket.h>

ac_ssize ac_recvfrom(int fd, void *buf, ac_size len, int flags, struct sockaddr *address, unsigned *length)
{
    ssize_t result;
    do
        result = recvfrom(fd, buf, len, flags, address, length);
    while (result < 0 && ac__erased_again(fd, AC_READABLE));
    return result < 0 ? -errno : result;
}

ac_ssize ac_sendto(int fd, const void *buf, ac_size len, int flags, const struct sockaddr *address, unsigned length)
{
    ssize_t result;
    do
        result = sendto(fd, buf, len, flags | MSG_NOSIGNAL, address, length);
    while (result < 0 && ac__erased_again(fd, AC_WRITABLE));
    return result < 0 ? -errno : result;
}
