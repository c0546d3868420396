// Datagrams in an erased program.
#include "erased/erased.h"
#include "io/receive.h"
#include <errno.h>

static ac_ssize receive(int fd, void *buf, ac_size len, int flags, struct sockaddr *address, unsigned *length)
{
    ssize_t result;
    do
        result = recvfrom(fd, buf, len, flags, address, length);
    while (result < 0 && (errno == EINTR || !(flags & MSG_ERRQUEUE)) && ac__erased_again(fd, AC_READABLE));
    return result < 0 ? -errno : result;
}

// MSG_WAITALL of a socket in non-blocking mode, or that a signal interrupts, gives a part.
static ac_ssize receive_all(int fd, void *buf, ac_size len, int flags, struct sockaddr *address, unsigned *length)
{
    ac_size received = 0;
    while (received < len) {
        ac_ssize taken = receive(fd, (char *)buf + received, len - received, flags, address, length);
        if (taken < 0)
            return taken;
        if (taken == 0)
            break;
        received += (ac_size)taken;
    }
    return (ac_ssize)received;
}

ac_ssize ac_recvfrom(int fd, void *buf, ac_size len, int flags, struct sockaddr *address, unsigned *length)
{
    if (!ac__receives_all(fd, flags))
        return receive(fd, buf, len, flags, address, length);
    return receive_all(fd, buf, len < AC__RECEIVED_MOST ? len : AC__RECEIVED_MOST, flags, address, length);
}

ac_ssize ac_sendto(int fd, const void *buf, ac_size len, int flags, const struct sockaddr *address, unsigned length)
{
    ssize_t result;
    do
        result = sendto(fd, buf, len, flags | MSG_NOSIGNAL, address, length);
    while (result < 0 && ac__erased_again(fd, AC_WRITABLE));
    return result < 0 ? -errno : result;
}
