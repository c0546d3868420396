// Messages in an erased program.
#include "erased/erased.h"
#include <errno.h>
#include <sys/socket.h>

ac_ssize ac_recvmsg(int fd, struct msghdr *message, int flags)
{
    ssize_t result;
    if (flags & MSG_WAITALL)
        return -EINVAL;
    do
        result = recvmsg(fd, message, flags);
    while (result < 0 && (errno == EINTR || !(flags & MSG_ERRQUEUE)) && ac__erased_again(fd, AC_READABLE));
    return result < 0 ? -errno : result;
}

ac_ssize ac_sendmsg(int fd, const struct msghdr *message, int flags)
{
    ssize_t result;
    do
        result = sendmsg(fd, message, flags | MSG_NOSIGNAL);
    while (result < 0 && ac__erased_again(fd, AC_WRITABLE));
    return result < 0 ? -errno : result;
}
