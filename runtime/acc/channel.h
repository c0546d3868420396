#ifndef AC_CHANNEL_H
#define AC_CHANNEL_H
#pragma GCC system_header

// Passing values between tasks: channel, oneshot, broadcast, watch. Values are copied, byte for byte; first come, first served;
// waiting costs no allocation and no system call.
//
// A task that is cancelled, or whose deadline passes, while it waits leaves no trace: nothing was sent, nothing was taken. If a value
// had gone to it, or from it, before, its result says so: hence an arm of `await any` assigns it to an object outside.
//
// For tasks of one executor, all calls only on its thread; with AC_SHARED (acc/queue.h) for those of any. Not in signal handlers:
// ac_completion is for those. A channel, and the memory it was made with, has to live, at one place, as long as it is used. In an erased
// program there is one task: what would wait gives -EDEADLK, unless it is shared and waits for another thread.

#include "acc/executor.h"
#include "acc/queue.h"

// --- channel: any number of senders and receivers, each value goes to one of them ------------------------------------------

struct ac_channel {
    struct ac_guard guard;
    char *items;                    // a ring
    ac_size item_bytes, capacity;
    char *first, *next;             // the place of the oldest value, the place for the next one; 0 before the first use
    char *first_stop, *next_stop;   // up to there values can be taken, and put, without looking at anything else
    struct ac_queue senders, receivers;
    struct ac_allocator *allocator; // of a channel without bound
    _Bool is_closed;
    _Bool is_full;                  // of first == next: the ring is full, not empty
};

// Of an array, and of nothing else.
#define AC_IS_POINTER_(array) __builtin_types_compatible_p(__typeof__(array), __typeof__(&*(array)))
#define AC_ELEMENTS_(array) (sizeof(array) / sizeof *(array) + 0 * sizeof(char[AC_IS_POINTER_(array) ? -1 : 1]))

// Initialisers; elsewhere `channel = (struct ac_channel)AC_CHANNEL(array)`. So are the macros for a broadcast below. Each takes AC_SHARED
// as one argument more.
//
// A channel that holds as many values as `array` has elements: its type is the type of the values, its memory the channel's.
// A pointer in its place, as a parameter declared as an array is one, does not compile.
#define AC_CHANNEL(...) AC_CHANNEL_(__VA_ARGS__, )
#define AC_CHANNEL_(array, ...) \
    { .items = (char *)(array), .item_bytes = sizeof *(array), .capacity = AC_ELEMENTS_(array), __VA_ARGS__ }
// A channel that holds none: a sender waits until a receiver takes its value.
#define AC_CHANNEL_DIRECT(...) AC_CHANNEL_DIRECT_(__VA_ARGS__, )
#define AC_CHANNEL_DIRECT_(type, ...) { .item_bytes = sizeof(type), __VA_ARGS__ }
// A channel that grows, with memory from a struct ac_allocator *; ac_channel_free gives it back. Its senders never wait.
#define AC_CHANNEL_UNBOUNDED(type, ...) AC_CHANNEL_UNBOUNDED_(type, __VA_ARGS__, )
#define AC_CHANNEL_UNBOUNDED_(type, memory, ...) { .item_bytes = sizeof(type), .allocator = (memory), __VA_ARGS__ }
// A channel for one value, kept in `object`. Who was to send it and does not calls ac_channel_close, and the receiver gets 0; so does a
// receiver that is not interested any more, and the sender gets -EPIPE.
#define AC_ONESHOT(...) AC_ONESHOT_(__VA_ARGS__, )
#define AC_ONESHOT_(object, ...) { .items = (char *)&(object), .item_bytes = sizeof(object), .capacity = 1, __VA_ARGS__ }

// Sends a value, and waits until there is room for it.
//   item   the value, item_bytes of it; has to stay as it is until this returns
// Returns 0; -EPIPE: the channel is closed; -ECANCELED; -ENOMEM: an unbounded channel cannot grow, or it was called through a pointer.
// Unless 0, the value was not sent and is still the caller's.
AC_NODISCARD AC_ASYNC(ac_int, int, ac_channel_send, (struct ac_channel *channel, AC_LENT const void *item), ac_queue_frame)

// The same without waiting: -EAGAIN when there is no room, or, of a direct channel, no receiver that waits.
int ac_channel_try_send(struct ac_channel *channel, AC_LENT const void *item);

// Sends the one value of a oneshot, and closes it. Never waits.
// Returns 0, or -EPIPE: there was one, or it is closed; the value is still the caller's.
int ac_oneshot_send(struct ac_channel *channel, AC_LENT const void *item);

// Receives a value, and waits until there is one.
//   item   room for it, item_bytes, until this returns; not touched unless this returns 1
// Returns 1; 0: the channel is closed and empty; -ECANCELED: none was taken. -ENOMEM only when called through a pointer.
AC_NODISCARD AC_ASYNC(ac_int, int, ac_channel_receive, (struct ac_channel *channel, AC_LENT void *item), ac_queue_frame)

// The same without waiting: -EAGAIN when there is none.
int ac_channel_try_receive(struct ac_channel *channel, AC_LENT void *item);

// Nothing is sent any more: senders that wait get -EPIPE, and keep their values; receivers get what is still there, then 0. There is no
// way back. Calling it again has no effect.
void ac_channel_close(struct ac_channel *channel);

// Gives the memory of an unbounded channel back; one of another kind has none that is its own, and is left alone. Values still in it
// are lost. It is empty then, and may be used on, unless it was closed; tasks that wait for a value go on waiting.
void ac_channel_free(struct ac_channel *channel);

// --- broadcast and watch: every value goes to every subscriber ------------------------------------------------------------

struct ac_broadcast {
    struct ac_guard guard;
    char *items;                    // a ring
    ac_size item_bytes, capacity;
    unsigned long long sent;        // values in all
    struct ac_queue subscribers;    // that wait
    _Bool is_watch;
    _Bool is_closed;
};

// A broadcast that keeps the last values for subscribers that are slow, as many as `array` has elements.
#define AC_BROADCAST(...) AC_BROADCAST_(__VA_ARGS__, )
#define AC_BROADCAST_(array, ...) \
    { .items = (char *)(array), .item_bytes = sizeof *(array), .capacity = AC_ELEMENTS_(array), __VA_ARGS__ }
// Keeps the last value, in `object`. Subscribers see that one, not those before it.
#define AC_WATCH(...) AC_WATCH_(__VA_ARGS__, )
#define AC_WATCH_(object, ...) \
    { .items = (char *)&(object), .item_bytes = sizeof(object), .capacity = 1, .is_watch = 1, __VA_ARGS__ }

// What one subscriber has seen. Used by one task at a time (a second one that waits with it may get -EAGAIN); owns nothing, and may be
// forgotten at any time but during ac_next.
struct ac_subscription {
    struct ac_broadcast *broadcast;
    unsigned long long seen;
    void *item;
};

// Subscribes to what is sent from now on; of a watch also to the value it has, if one was sent.
struct ac_subscription ac_subscribe(struct ac_broadcast *broadcast);

// Sends a value to all subscribers. Never waits.
//   item   the value, item_bytes of it; the oldest one that is kept makes room for it
// Returns how many tasks it has woken, 0 or more, or -EPIPE: it is closed.
int ac_publish(struct ac_broadcast *broadcast, AC_LENT const void *item);

// Nothing is sent any more: subscribers get what they have not seen, then 0. A sender that ends without it leaves them waiting. There
// is no way back. Calling it again has no effect.
void ac_broadcast_close(struct ac_broadcast *broadcast);

// Waits for a value that the subscriber has not seen.
//   item   room for it, item_bytes, until this returns; not touched unless this returns 1
// Returns 1; 0: closed; -EOVERFLOW: some were lost because they came too quickly, the next call gives the oldest that is kept;
// -ECANCELED: none was taken. -ENOMEM only when called through a pointer.
AC_NODISCARD AC_ASYNC(ac_int, int, ac_next, (struct ac_subscription *subscription, AC_LENT void *item), ac_queue_frame)

// The same without waiting: -EAGAIN when there is none.
int ac_try_next(struct ac_subscription *subscription, AC_LENT void *item);

#endif
