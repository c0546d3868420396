// Signals and child processes, for what is written in async C.
#ifndef AC_IO_PROCESS_H
#define AC_IO_PROCESS_H

// Blocks the signal in this thread, and makes a descriptor that is readable while it is pending. The descriptor or -errno.
int ac__signal_open(int number);

// Takes the signal. 0, or -errno; -EAGAIN: it is not pending, somebody else has taken it.
int ac__signal_take(int fd);

// Makes a descriptor that is readable when the child process has ended. The descriptor or -errno.
int ac__process_open(int pid);

// What has become of a child process: pid, and how it ended in *status; 0: it runs; -errno.
int ac__process_end(int pid, int *status);

#endif
