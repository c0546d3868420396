#ifndef AC_IO_H
#define AC_IO_H
#pragma GCC system_header

// Descriptors: sockets, pipes, terminals, anything poll(2) knows, and files. Reading a file that has to come from its disk lets other
// tasks go on with ac_reactor_uring; otherwise, and for writing, files are always ready, and stop the thread.
//
// Descriptors are best in non-blocking mode: ac_accept and ac_tcp_listen return them so, ac_nonblocking makes them so. One in
// blocking mode stops nobody else either, but is asked with poll(2) before each ac_read, and before each 4 KiB that are written
// to what is no socket; its mode is looked at once, so it must not change behind the executor's back. Two tasks may use one
// descriptor at once: reading and writing do not disturb each other; several readers (or writers) are all woken and try in the
// order in which they came.
// A descriptor that an executor has waited for is closed by ac_close. A plain close(2) is safe as well, as long as no task
// waits for the descriptor; the first wait for another file under the same number may then last 50 ms longer, a second if
// the executor is busy, and stop the executor if that file is in blocking mode (ac_connect ends that of a socket).

#include "acc/declare.h"
#include "acc/sync.h"
#include "acc/time.h"

struct addrinfo;
struct iovec;
struct msghdr;
struct pollfd;
struct sockaddr;

#define AC_READABLE 1u
#define AC_WRITABLE 2u

// A wait for a descriptor. `fd` is a negative errno once it was ended early.
struct ac_fd_wait {
    struct ac_node node;
    int fd;
    unsigned events;
};

struct ac_io_frame {
    struct ac_node node;
    union {
        ac_ssize size;              // the result of calls that transfer
        int value;                  // the result of the others
        void *buffer;               // until then
    };
    struct ac_fd_wait wait;
    ac_size bytes;
};

struct ac_message_frame {
    struct ac_io_frame io;
    int flags;
    unsigned received;              // with MSG_WAITALL, until now
};

struct ac_datagram_frame {
    struct ac_message_frame message;
    void *address;
    union {
        unsigned *length;           // receiving
        unsigned bytes;             // sending
    };
};

struct ac_close_frame { struct ac_node node; int result; };

struct ac_socket_frame {
    struct ac_io_frame io;
    unsigned *length;
    ac_time delay;                  // of the next pause for lack of descriptors or memory
    struct ac_sleep_frame pause;
};

struct ac_whole_frame { struct ac_io_frame io; ac_size len; };

struct ac_pread_frame { struct ac_io_frame io; ac_offset offset; };

// Of functions written in async C: room for what they keep, which the compiler of their file checks.
struct ac_dial_frame {
    struct ac_node node;
    int result, peer[8];
    struct {
        struct ac_node node;
        int result;
        struct ac_socket_frame child;
        int fd;
    } connecting;
};

struct ac_unix_dial_frame {
    struct ac_dial_frame dial;
    char path[96];
};

struct ac_lookup_frame {
    struct ac_node node;
    int result;
    union { struct ac_wait_frame wait; struct ac_sleep_frame sleep; } child;
    void *kept[2];
};

struct ac_poll_frame {
    struct ac_node node;
    int result;
    struct {
        struct { struct ac_slot task; struct ac_pread_frame frame; } arms[2];
        struct ac_any_frame child;
        void *kept[4];
        int polled[3];
    } waiting;
    int kept[4];
};

struct ac_line_frame {
    struct ac_node node;
    ac_ssize result;
    struct ac_io_frame child;
    void *kept[2];
};

// Reads once, waiting until there is something.
//   fd    any descriptor
//   buf   room for len bytes; belongs to the call until it returns, also when it is cancelled
//   len   bytes, at least 1
// Returns the bytes read, 0 at end of file, or -errno; -ECANCELED: cancelled, nothing was read; -EBADF: closed meanwhile.
// Costs no allocation but for the first use of a high descriptor; one system call if data is ready,
// and of a file that has to come from its disk four more, and a copy.
// Threads: only the task's own. Source: read(2), epoll(7), preadv2(2), io_uring(7).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_read, (int fd, AC_LENT void *buf, ac_size len), ac_io_frame)

// Writes once, waiting until there is room.
//   fd    any descriptor
//   buf   len bytes; belongs to the call until it returns, also when it is cancelled
//   len   bytes
// Returns the bytes written, which may be fewer than len, or -errno; -ECANCELED: cancelled, nothing was written.
// A closed peer is -EPIPE: sockets never raise SIGPIPE; for pipes ac_run_main ignores it unless the program handles it,
// a program with a main of its own has to. What is ignored stays so in programs that are executed, see execve(2).
// Threads: only the task's own. Source: send(2), write(2).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_write, (int fd, AC_LENT const void *buf, ac_size len), ac_io_frame)

// As ac_read for a socket, with the flags of recv(2). A blocking socket is treated as a non-blocking one.
// With MSG_WAITALL, without MSG_PEEK, it receives from a connection until there are len bytes (at most 2,147,479,552) or it ends, as
// ac_read_full does: after an error, or cancelled, how much was received is unknown.
// With MSG_ERRQUEUE it does not wait, and -EAGAIN says that there is no error.
// Source: recv(2).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_recv, (int fd, AC_LENT void *buf, ac_size len, int flags), ac_message_frame)

// As ac_write for a socket, with the flags of send(2). A blocking socket is treated as a non-blocking one. Source: send(2).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_send, (int fd, AC_LENT const void *buf, ac_size len, int flags), ac_message_frame)

// Receives a datagram, as recvfrom(2); for any socket.
//   fd       a socket; a blocking one is treated as a non-blocking one
//   buf      room for len bytes; belongs to the call until it returns
//   len      bytes; what does not fit of a datagram is lost, unless flags say otherwise
//   flags    as for ac_recv; with MSG_TRUNC the result is the datagram's size
//   address  0, or room for *length bytes for the sender's address, as in recvfrom(2); *length is then what the address needs
// Returns the bytes received, 0 for an empty datagram or, of a connection, at its end, or -errno; -ECANCELED: cancelled, nothing
// was received. An error of an earlier datagram may be reported (-ECONNREFUSED).
// Threads: only the task's own. Source: recvfrom(2), udp(7).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_recvfrom,
                      (int fd, AC_LENT void *buf, ac_size len, int flags, AC_LENT struct sockaddr *address, AC_LENT unsigned *length),
                      ac_datagram_frame)

// Sends a datagram, as sendto(2), waiting until there is room for it in the system.
//   fd       a socket; a blocking one is treated as a non-blocking one
//   buf      len bytes; belongs to the call until it returns
//   flags    as for send(2)
//   address  of length bytes, belongs to the call until it returns; 0 and 0: the peer to which the socket is connected
// Returns len, as a datagram is sent whole (of a connection the bytes sent, which may be fewer), or -errno; -EMSGSIZE: it is too
// large; -ECANCELED: cancelled, nothing was sent. That it was sent does not say that it arrives.
// Threads: only the task's own. Source: sendto(2), udp(7).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_sendto,
                      (int fd, AC_LENT const void *buf, ac_size len, int flags, AC_LENT const struct sockaddr *address, unsigned length),
                      ac_datagram_frame)

// Receives into pieces of memory, with control data and the sender's address, as recvmsg(2).
//   fd       a socket; a blocking one is treated as a non-blocking one
//   message  belongs to the call until it returns, with its vector, its buffers and its room for an address and control data. Of it
//            msg_namelen, msg_controllen and msg_flags are written, when the result is not negative
//   flags    as for recv(2); with MSG_ERRQUEUE it does not wait, and -EAGAIN says that there is no error
// Returns the bytes received, 0 for an empty message or, of a connection, at its end, or -errno; -ECANCELED: cancelled, nothing was
// received; -EINVAL: flags have MSG_WAITALL, which only ac_recv and ac_recvfrom know.
// Descriptors that came with it (SCM_RIGHTS) are the caller's; programs that are executed inherit them, unless flags have
// MSG_CMSG_CLOEXEC. Without room for all of them msg_flags have MSG_CTRUNC, and the others are closed.
// Threads: only the task's own. Source: recvmsg(2), unix(7), cmsg(3).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_recvmsg, (int fd, AC_LENT struct msghdr *message, int flags), ac_message_frame)

// Sends pieces of memory, with control data, as sendmsg(2), waiting until there is room for it in the system.
//   fd       a socket; a blocking one is treated as a non-blocking one
//   message  belongs to the call until it returns, with its vector, its buffers, its address and its control data. Nothing is written
//   flags    as for send(2)
// Returns the bytes sent, of a connection perhaps fewer than there are: the control data has gone with the first of them, and the
// rest is sent without. Or -errno; -ECANCELED: cancelled, nothing was sent. A closed peer is -EPIPE, never SIGPIPE.
// Descriptors (SCM_RIGHTS) go with a byte at least; they stay the caller's, who may close them once this has returned.
// Threads: only the task's own. Source: sendmsg(2), unix(7), cmsg(3).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_sendmsg, (int fd, AC_LENT const struct msghdr *message, int flags), ac_message_frame)

// Takes the next connection of a listening socket.
//   fd       listening; put into non-blocking mode
//   address  0, or room for *length bytes, as in accept(2); *length is then what the address needs
// Returns a descriptor, non-blocking and closed on exec, that the caller owns, or -errno.
// A connection that was gone again (ECONNABORTED and its kin) is skipped. Without descriptors or memory (EMFILE, ENFILE,
// ENOBUFS, ENOMEM) it tries again after 1 ms, 2 ms, 4 ms and so on, at most 1 s apart, while other tasks run on.
// Threads: only the task's own. Source: accept4(2).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_accept, (int fd, AC_LENT struct sockaddr *address, AC_LENT unsigned *length), ac_socket_frame)

// Connects a socket.
//   fd       a socket, the caller's in any case; put into non-blocking mode
//   address  of length bytes, at least 1; used before the call first waits, and again while a local peer's queue is full
// Returns 0 or -errno. After -ECANCELED the connection may still come about: close the socket.
// Threads: only the task's own. Source: connect(2).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_connect, (int fd, AC_LENT const struct sockaddr *address, unsigned length), ac_socket_frame)

// Waits until a descriptor is readable or writable; what it then does is up to the caller.
//   fd       any descriptor; regular files are ready at once
//   events   AC_READABLE, AC_WRITABLE or both: one suffices
// Returns those of the events that have come, an error or hang-up counting as all of them, or -errno.
// Threads: only the task's own. Source: poll(2), epoll(7).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_ready, (int fd, unsigned events), ac_io_frame)

// Waits until one of several descriptors has what is wanted of it, as poll(2).
//   fds       n of them, which belong to the call until it returns: `events` says what is wanted, `revents` then what there is. A
//             negative descriptor is left out, and one may stand there several times
//   n         0: it only waits
//   timeout   in milliseconds; 0: it does not wait; negative: without a limit
// Returns the number of those with revents, 0: none when the time was over, or -errno; -ECANCELED: cancelled; -EINVAL: n is more than
// the process may have open (RLIMIT_NOFILE); -EMFILE and the like: no descriptor to wait with. A signal does not end it.
// A descriptor that is no descriptor has POLLNVAL. So has one that is closed by ac_close meanwhile, if it is the only one; of
// several it is waited for no longer, without a word.
// Costs a system call if there is something, else another one at the end. For the wait, a descriptor and n + 4 more calls, and none of
// these for a single descriptor of which no more than POLLIN and POLLOUT is wanted.
// Threads: only the task's own. Source: poll(2), epoll(7).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_poll, (AC_LENT struct pollfd *fds, unsigned long n, int timeout), ac_poll_frame)

// Closes a descriptor. Tasks of this executor that wait for it get -EBADF. A cancelled task closes, too.
//   fd   the caller's, whatever the result; a number of its own again afterwards
// Returns 0 or -errno; the descriptor is closed in any case but -EBADF. Does not wait.
// Threads: only the task's own. Source: close(2).
AC_ASYNC(ac_int, int, ac_close, (int fd), ac_close_frame)

// Writes all of it: as ac_write, again and again.
//   len   bytes; 0: nothing is done
// Returns len, or -errno: how much was written then is unknown; -EIO: what it goes to takes nothing, and says no error. Cancelled:
// -ECANCELED, a part may have been written.
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_write_all, (int fd, AC_LENT const void *buf, ac_size len), ac_whole_frame)

// Writes all bytes of all pieces, as ac_write_all, in as few system calls as there is room for: the head of an answer and its body.
//   vector  used up: pieces that were written become empty, one that was written in part becomes its rest. It and the bytes belong to
//           the call until it returns
//   count   pieces; 0: nothing is done
// Returns the bytes of all pieces, or -errno: then the vector has what was not written, and the same call goes on from there.
// Cancelled: -ECANCELED, the same. -EINVAL: count is negative, or the bytes are more than an ac_ssize can say; -EIO as above.
// Threads: only the task's own. Source: sendmsg(2), writev(2).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_writev_all, (int fd, AC_LENT struct iovec *vector, int count), ac_whole_frame)

// Reads until there are len bytes or the file ends: as ac_read, again and again.
//   len   bytes; 0: nothing is done
// Returns the bytes read, fewer than len only at end of file, or -errno: how much was read then is unknown, and buf holds it.
// Cancelled: -ECANCELED, the same.
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_read_full, (int fd, AC_LENT void *buf, ac_size len), ac_whole_frame)

// Reads a file at a position, once, as ac_read does where it is. The position of the descriptor is neither used nor moved, so any number
// of tasks may read one descriptor at once.
//   fd      a file on a disk, or what else has positions
//   buf     room for len bytes; belongs to the call until it returns, also when it is cancelled
//   len     bytes, at least 1
//   offset  where to begin
// Returns the bytes read, perhaps fewer than len, 0 at end of file and behind it, or -errno; -ECANCELED: cancelled, nothing was read;
// -EBADF: closed meanwhile; -ESPIPE: it has no positions; -EINVAL: a negative one.
// Costs no allocation but for the first use of a high descriptor; one system call if the system has the bytes in its memory,
// else three more, and a copy.
// Threads: only the task's own. Source: pread(2), preadv2(2), io_uring(7).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_pread, (int fd, AC_LENT void *buf, ac_size len, ac_offset offset), ac_pread_frame)

// Connects to a TCP port.
//   address  numeric, IPv4 or IPv6, or "localhost", which is 127.0.0.1
//   port     1 to 65535
// Returns a descriptor, non-blocking and closed on exec, that the caller owns, or -errno; -EINVAL: no such address; -ECANCELED:
// cancelled, and nothing is open. Names are not looked up.
// Threads: only the task's own. Source: connect(2), tcp(7).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_tcp_connect, (AC_LENT const char *address, unsigned port), ac_dial_frame)

// Connects to a socket of this system.
//   path   of at most 107 bytes
// Returns a descriptor, non-blocking and closed on exec, that the caller owns, or -errno; -EINVAL: the path is empty;
// -ENAMETOOLONG. While the queue of the one that listens is full, it tries again as ac_accept does for lack of descriptors.
// Threads: only the task's own. Source: connect(2), unix(7).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_unix_connect, (AC_LENT const char *path), ac_unix_dial_frame)

// What was read and nobody has taken yet: the bytes from `begin` to `end`. One for a descriptor, which is then read by ac_read_line and
// ac_read_input alone; a task at a time.
struct ac_input {
    int fd;
    char *bytes;                    // the program's
    ac_size room, begin, end;
    ac_size searched;               // before here there is no end of a line
};
#define AC_INPUT(descriptor, array) { .fd = (descriptor), .bytes = (array), .room = sizeof(array) }

// Takes a line, waiting until there is a whole one.
//   input  of a buffer of at least 2 bytes
//   line   where to store the address of its first byte: in the buffer, until the next call for this input, with a 0 in the place of its
//          newline. A carriage return before that stays
// Returns its bytes, the newline counted; 0 at end of file; a last line may be without a newline, and then none is counted. Or -errno;
// -EMSGSIZE: no newline in as many bytes as there is room for, less one; they stay, and ac_read_input takes them; -ECANCELED: cancelled,
// what was read stays.
// Costs no allocation; one system call for each time the buffer is used up. Threads: only the task's own. Source: read(2).
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_read_line, (AC_LENT struct ac_input *input, AC_LENT char **line), ac_line_frame)

// As ac_read, but what the input has comes first: for what follows lines and is none.
AC_NODISCARD AC_ASYNC(AC_POLL_SSIZE, ac_ssize, ac_read_input, (AC_LENT struct ac_input *input, AC_LENT void *buf, ac_size len), ac_io_frame)

// Looks up a name, as getaddrinfo(3), while other tasks go on.
//   host, port   as for getaddrinfo; used before the call first waits
//   hints        0, or what is wanted, likewise
//   found        where to store the list, which is the caller's, if this returns 0; freeaddrinfo(3) frees it
// Returns 0, or what getaddrinfo gives, for gai_strerror(3): EAI_NONAME and the like; EAI_SYSTEM: errno says what; EAI_AGAIN, also when
// there is no thread; EAI_MEMORY; or -ECANCELED: cancelled. Then the search goes on to its end, but nobody waits for it.
// Costs what ac_offload costs, unless host and port are numbers and there are hints, and an allocation.
// Threads: only the task's own. Source: getaddrinfo(3).
AC_NODISCARD AC_ASYNC(ac_int, int, ac_getaddrinfo,
                      (AC_LENT const char *host, AC_LENT const char *port, AC_LENT const struct addrinfo *hints,
                       AC_LENT struct addrinfo **found), ac_lookup_frame)

// --- not async: they do not wait ----------------------------------------------------------------------------------------

// Makes a listening TCP socket, non-blocking, closed on exec, with SO_REUSEADDR.
//   address  numeric, IPv4 or IPv6, or "localhost"; 0 or "" is every IPv4 address
//   port     0 to 65535; 0: the system chooses, ac_tcp_port tells
//   backlog  as in listen(2)
// Returns a descriptor that the caller owns, or -errno; -EINVAL: no such address. Threads: any. Source: listen(2), tcp(7).
int ac_tcp_listen(AC_LENT const char *address, unsigned port, int backlog);

// Makes a UDP socket for ac_recvfrom and ac_sendto, non-blocking, closed on exec, and bound.
//   address  numeric, IPv4 or IPv6, or "localhost"; 0 or "" is every IPv4 address
//   port     0 to 65535; 0: the system chooses, ac_tcp_port tells
// Returns a descriptor that the caller owns, or -errno; -EINVAL: no such address. Threads: any. Source: udp(7).
int ac_udp_bind(AC_LENT const char *address, unsigned port);

// Makes a listening socket for others on this system, non-blocking, closed on exec.
//   path     of at most 107 bytes, where nothing may be yet; the socket stays there until it is removed by unlink(2)
//   backlog  as in listen(2)
// Returns a descriptor that the caller owns, or -errno; -EINVAL: the path is empty; -ENAMETOOLONG; -EADDRINUSE: something is there.
// Threads: any. Source: unix(7).
int ac_unix_listen(AC_LENT const char *path, int backlog);

// The port a TCP or UDP socket is bound to, or -errno; -EAFNOSUPPORT: it is neither. Threads: any. Source: getsockname(2).
int ac_tcp_port(int fd);

// Puts a descriptor into non-blocking mode. Returns 0 or -errno. Threads: any. Source: fcntl(2).
int ac_nonblocking(int fd);

#if !defined(AC_ERASED) && !defined(async) && !defined(_Async)

// For leaf operations: waits for a descriptor. The task goes on with wait->node, perhaps without reason; wait->fd is
// then a negative errno if the wait was ended early (-ECANCELED, -EBADF).
// Returns 0, or -errno, and then nothing waits. Threads: only the executor's own.
int ac_fd_wait(struct ac_task *task, struct ac_fd_wait *wait, int fd, unsigned events);

#endif
#endif
