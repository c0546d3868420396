#ifndef AC_PROCESS_H
#define AC_PROCESS_H
#pragma GCC system_header

// Signals and child processes.

#include "acc/declare.h"
#include "acc/io.h"

// Of functions written in async C: room for what they keep, which the compiler of their file checks.
struct ac_process_frame {
    struct ac_node node;
    int result;
    struct ac_io_frame child;
    int kept[2];
    void *status;
};

// Waits for a signal, in place of a handler.
//   number   as SIGINT; not SIGKILL and SIGSTOP
// The first call blocks the signal in this thread, for good: from then on it has no other effect, and one that comes while nobody
// waits is kept for the next call (several as one, as the system does). Other threads have to block it as well, best before they
// are made, or the system may give it to them. A process that is made by fork(2), and the program it executes, inherit the block.
// Of several tasks that wait for a signal, one gets it.
// Returns 0: it has come; -EINVAL: no such signal; -ECANCELED: cancelled, none was taken; -EMFILE and the like: no descriptor.
// Costs a descriptor while it waits. Threads: only the task's own. Source: signalfd(2), sigwaitinfo(2).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_signal, (int number), ac_process_frame)

// Waits until a child process ends, and takes what is left of it.
//   pid      of a child of this process, from fork(2) or posix_spawn(3)
//   status   0, or where to store how it ended, as waitpid(2) does; not touched unless this returns pid
// Returns pid; -ECHILD: it is no child, or was waited for; -EINVAL: pid is not positive; -ECANCELED: cancelled, it goes on and has
// to be waited for later; -EMFILE and the like: no descriptor; -ENOSYS: a Linux older than 5.3.
// Costs a descriptor while it waits. Threads: only the task's own. Source: waitpid(2), pidfd_open(2).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_waitpid, (int pid, AC_LENT int *status), ac_process_frame)

#endif
