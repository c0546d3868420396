# What goes where. Read by the Makefile; compiled with -Iruntime.

# libacc.a
# freestanding
runtime_core_c := $(addprefix runtime/,core/any.c core/check.c core/join.c core/memory.c core/task.c exec/turn.c sync/channel.c sync/completion.c sync/event.c \
	sync/gate.c sync/wait.c time/deadline.c time/sleep.c time/wheel.c)
runtime_c := $(runtime_core_c) $(addprefix runtime/,exec/block_on.c exec/guard.c exec/offload.c exec/seeded.c exec/sigquit.c exec/single.c exec/tasks.c io/address.c io/datagram.c io/message.c io/operation.c io/poll_set.c io/pread.c \
	io/process.c io/socket.c io/stream.c io/vector.c reactor/epoll.c reactor/fds.c reactor/poll.c reactor/uring.c reactor/virtual.c time/clock.c)
runtime_ac := $(addprefix runtime/,io/connect.ac io/input.ac io/lookup.ac io/poll.ac io/signal.ac io/waitpid.ac)

# libacc_core.a, for machines without an operating system
runtime_port_c := $(runtime_core_c) runtime/exec/ported.c

# libacc_erased.a, the synchronous twins
runtime_erased_c := $(addprefix runtime/,erased/completion.c erased/datagram.c erased/lookup.c erased/message.c erased/poll.c erased/socket.c erased/stream.c erased/sync.c erased/task.c \
	erased/vector.c erased/written_async.c exec/guard.c io/address.c io/process.c sync/channel.c sync/event.c sync/gate.c time/clock.c)
