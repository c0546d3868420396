#ifndef AC_PORT_H
#define AC_PORT_H
#pragma GCC system_header

// What libacc_core.a needs of the machine below it: async C without an operating system, or on one that acc does not know. With these
// five functions, defined by the program, it has everything but input and output of acc/io.h, processes, names, signals and threads.
// The first one is that of acc/time.h:
//
//     ac_time ac_now(void);
//
// The library calls no others, but memcpy and memset, which compilers call by themselves, and what comes with the compiler (libgcc).

#include "acc/executor.h"

// Where an executor without an allocator of its own takes all its memory from: itself, and tasks and frames that do not lie in others.
// Called once; all executors that take from it are used on one thread. Small blocks are cut from pieces of 256 bytes, so as much may be
// left when there is no memory.
// Returns memory that nobody else uses, aligned for every type, and how much it is.
struct ac_port_memory { void *begin; ac_size bytes; };
struct ac_port_memory ac_port_memory(void);

// Waits for something to happen: until ac_port_notify was called for this executor, since this returned last (a call before this one
// counts), or until it is `until` on the clock of ac_now (AC_NEVER: no time is awaited). May return early, at the cost of one look
// at the tasks. Called on the executor's thread, with interrupts enabled.
void ac_port_wait(struct ac_executor *executor, ac_time until);

// Ends ac_port_wait, or the next one. Called by whoever wakes a task from elsewhere, ac_complete above all: interrupt handlers, other
// threads. Must not block.
void ac_port_notify(struct ac_executor *executor);

// The program cannot go on: misuse that was checked for, a function that has no way to report that there is no memory, or a root
// task that nobody will ever wake. Does not return.
//   why      what happened
//   where    the function or the file it concerns, or 0
//   line     of that file, or 0
__attribute__((noreturn)) void ac_port_fatal(const char *why, const char *where, unsigned line);

#endif
