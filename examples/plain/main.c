// A program in plain C that calls async code through a function of its own: it prints the open ports of this machine.
//
//     acc -O2 examples/plain/main.c examples/plain/worker.ac -o ports && ./ports 1 9999
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

int main(int argc, char **argv)
{
    unsigned first = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    unsigned last = argc > 2 ? (unsigned)atoi(argv[2]) : first;
    if (argc > 3 || first < 1 || last < first || last > 65535) {
        fputs("usage: ports FIRST [LAST]\n", stderr);
        return 2;
    }
    _Bool *is_open = calloc(last - first + 1, sizeof *is_open);
    if (!is_open) {
        fputs("ports: out of memory\n", stderr);
        return 1;
    }
    int count = scan("127.0.0.1", first, last, is_open);
    if (count < 0)
        fprintf(stderr, "ports: %s\n", strerror(-count));
    for (unsigned port = first; port <= last && count >= 0; port++)
        if (is_open[port - first])
            printf("%u\n", port);
    free(is_open);
    return count < 0;
}
