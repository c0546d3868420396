// Looking up names in an erased program.
#include "erased/erased.h"
#include <netdb.h>

int ac_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found)
{
    return getaddrinfo(host, port, hints, found);
}
