// What sending and receiving do without waiting. Here and not in channel.c, because the operations of wait.c are little else, and
// a call for each of these steps would cost as much as the steps.
#ifndef AC_SYNC_CHANNEL_H
#define AC_SYNC_CHANNEL_H

#include "sync/queue.h"

static inline void ac__copy(void *to, const void *from, ac_size bytes)
{
    if (bytes == sizeof(void *))
        __builtin_memcpy(to, from, sizeof(void *));
    else if (bytes == sizeof(int))
        __builtin_memcpy(to, from, sizeof(int));
    else
        __builtin_memcpy(to, from, bytes);
}

static inline void *ac__channel_slot(const struct ac_channel *channel, ac_size place)
{
    return channel->items + place * channel->item_bytes;
}

static inline ac_size ac__channel_after(const struct ac_channel *channel, ac_size place)
{
    return place + 1 == channel->capacity ? 0 : place + 1;
}

static inline void ac__channel_put(struct ac_channel *channel, const void *item)
{
    ac__copy(ac__channel_slot(channel, channel->next), item, channel->item_bytes);
    channel->count++;
    channel->next = ac__channel_after(channel, channel->next);
}

// The n-th value of `items`. Most values are a number or a pointer. Then copying is a move, and no call; false: it is not such a value.
static inline bool ac__word_store(char *items, ac_size n, const void *item, ac_size bytes)
{
    if (bytes == sizeof(void *))
        __builtin_memcpy(items + n * sizeof(void *), item, sizeof(void *));
    else if (bytes == sizeof(int))
        __builtin_memcpy(items + n * sizeof(int), item, sizeof(int));
    else
        return false;
    return true;
}

static inline bool ac__word_load(const char *items, ac_size n, void *item, ac_size bytes)
{
    if (bytes == sizeof(void *))
        __builtin_memcpy(item, items + n * sizeof(void *), sizeof(void *));
    else if (bytes == sizeof(int))
        __builtin_memcpy(item, items + n * sizeof(int), sizeof(int));
    else
        return false;
    return true;
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

// The usual case of it, in which nothing is called: whoever inlines it has nothing to keep for later. What the copy might have
// changed, as far as the compiler knows, is read before.
static inline bool ac__channel_send_word(struct ac_channel *channel, const void *item)
{
    ac_size count = channel->count, place = channel->next, after = ac__channel_after(channel, place);
    if (channel->is_closed || channel->receivers.first || count == channel->capacity
        || !ac__word_store(channel->items, place, item, channel->item_bytes))
        return false;
    channel->count = count + 1;
    channel->next = after;
    return true;
}

// The oldest value; its place goes to the sender that has waited longest.
static inline void ac__channel_take(struct ac_channel *channel, void *item)
{
    ac__copy(item, ac__channel_slot(channel, channel->first), channel->item_bytes);
    channel->count--;
    channel->first = ac__channel_after(channel, channel->first);
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
    ac_size count = channel->count, place = channel->first, after = ac__channel_after(channel, place);
    if (!count || channel->senders.first || !ac__word_load(channel->items, place, item, channel->item_bytes))
        return false;
    channel->count = count - 1;
    channel->first = after;
    return true;
}

#endif
