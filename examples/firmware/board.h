// The parts of the board that the program uses. See board.ac.
#ifndef BOARD_H
#define BOARD_H

#include <acc/acc.h>

// A byte from the serial line. Waits until there is one; -ECANCELED when the task is cancelled. One task at a time.
async int serial_get(void);

// Bytes to the serial line, up to a 0. Returns when the last one is on its way.
void serial_put(const char *text);

void lamp_set(_Bool is_on);

// Ends the simulation, as a program of a system ends.
_Noreturn void board_stop(int status);

#endif
