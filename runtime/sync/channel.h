// What sending and receiving do without waiting. Here and not in channel.c, because the operations of wait.c are little else, and
// a call for each of these steps would cost as much as the steps.
#ifndef AC_SYNC_CHANNEL_H
#define AC_SYNC_CHANNEL_H

#include "sync/queue.h"

// Most values are a number or a pointer: then copying is a move, and no call.
static inline bool ac__is_word(ac_size bytes)
{
    return bytes == sizeof(void *) || bytes == sizeof(int);
}

static inline void ac__copy_word(void *to, const void *from, ac_size bytes)
{
    if (bytes == sizeof(void *))
        __builtin_memcpy(to, from, sizeof(void *));
    else
        __builtin_memcpy(to, from, sizeof(int));
}

static inline void ac__copy(void *to, const void *from, ac_size bytes)
{
    if (ac__is_word(bytes))
        ac__copy_word(to, from, bytes);
    else
        __builtin_memcpy(to, from, bytes);
}

// Where the n-th value of those in the ring lies.
static inline void *ac__channel_slot(const struct ac_channel *channel, ac_size n)
{
    ac_size index = channel->first + n;
    return channel->items + (index < channel->capacity ? index : index - channel->capacity) * channel->item_bytes;
}

static inline void ac__channel_put(struct ac_channel *channel, const void *item)
{
    ac__copy(ac__channel_slot(channel, channel->count++), item, channel->item_bytes);
}

// The oldest value is gone.
static inline void ac__channel_advance(struct ac_channel *channel)
{
    channel->count--;
    if (++channel->first == channel->capacity)
        channel->first = 0;
}

// Doubles the ring of an unbounded channel. False: there is no memory, and nothing has changed.
bool ac__channel_grow(struct ac_channel *channel);

static inline int ac__channel_send(struct ac_channel *channel, const void *item)
{
    if (channel->is_closed)
        return -AC__EPIPE;
    struct ac_queue_frame *receiver = channel->receivers.first;
    if (receiver) {
        ac__copy(receiver->item, item, channel->item_bytes);
        ac__serve(receiver, 1);
        return 0;
    }
    if (channel->count == channel->capacity) {
        if (!channel->allocator)
            return -AC__EAGAIN;
        if (!ac__channel_grow(channel))
            return -AC_ENOMEM;
    }
    ac__channel_put(channel, item);
    return 0;
}

// The usual case of it, in which nothing is called: whoever inlines it has nothing to keep for later.
static inline bool ac__channel_send_word(struct ac_channel *channel, const void *item)
{
    if (channel->is_closed || channel->receivers.first || channel->count == channel->capacity || !ac__is_word(channel->item_bytes))
        return false;
    ac__copy_word(ac__channel_slot(channel, channel->count++), item, channel->item_bytes);
    return true;
}

// The oldest value; its place goes to the sender that has waited longest.
static inline void ac__channel_take(struct ac_channel *channel, void *item)
{
    ac__copy(item, ac__channel_slot(channel, 0), channel->item_bytes);
    ac__channel_advance(channel);
    struct ac_queue_frame *sender = channel->senders.first;
    if (sender) {
        ac__channel_put(channel, sender->item);
        ac__serve(sender, 0);
    }
}

static inline int ac__channel_receive(struct ac_channel *channel, void *item)
{
    if (channel->count) {
        ac__channel_take(channel, item);
        return 1;
    }
    struct ac_queue_frame *sender = channel->senders.first;
    if (!sender)
        return channel->is_closed ? 0 : -AC__EAGAIN;
    ac__copy(item, sender->item, channel->item_bytes);
    ac__serve(sender, 0);
    return 1;
}

// The usual case of it, as above.
static inline bool ac__channel_receive_word(struct ac_channel *channel, void *item)
{
    if (!channel->count || channel->senders.first || !ac__is_word(channel->item_bytes))
        return false;
    ac__copy_word(item, ac__channel_slot(channel, 0), channel->item_bytes);
    ac__channel_advance(channel);
    return true;
}

#endif
