#ifndef PLAIN_H
#define PLAIN_H
int in_plain; // async only in a comment
#endif
