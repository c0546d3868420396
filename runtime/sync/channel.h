// What sending and receiving do without waiting. Here and not in channel.c, because the operations of wait.c are little else, and
// a call for each of these steps would cost as much as the steps.
#ifndef AC_SYNC_CHANNEL_H
#define AC_SYNC_CHANNEL_H

#include "sync/queue.h"

// Most values are a number or a pointer; then copying is a move. False: it takes more than that, and was not done.
static inline bool ac__copy_word(void *to, const void *from, ac_size bytes)
{
    if (__builtin_expect(bytes == sizeof(void *), 1))
        __builtin_memcpy(to, from, sizeof(void *));
    else if (bytes == sizeof(int))
        __builtin_memcpy(to, from, sizeof(int));
    else
        return false;
    return true;
}

static inline void ac__copy(void *to, const void *from, ac_size bytes)
{
    if (!ac__copy_word(to, from, bytes))
        __builtin_memcpy(to, from, bytes);
}

// The usual case of sending and receiving, in which nothing is called: whoever inlines it has nothing to keep for later. False: it
// takes more than that. Of a channel of one executor.
static inline bool ac__channel_send_word(struct ac_channel *channel, const void *item)
{
    char *place = channel->next;
    ac_size bytes = channel->item_bytes;
    if (place == channel->next_stop || !ac__copy_word(place, item, bytes))
        return false;
    channel->next = place + bytes;
    return true;
}

static inline bool ac__channel_receive_word(struct ac_channel *channel, void *item)
{
    char *place = channel->first;
    ac_size bytes = channel->item_bytes;
    if (place == channel->first_stop || !ac__copy_word(item, place, bytes))
        return false;
    channel->first = place + bytes;
    return true;
}

static inline bool ac__channel_is_empty(const struct ac_channel *channel)
{
    return channel->first == channel->next && !channel->is_full;
}

static inline ac_size ac__channel_bytes(const struct ac_channel *channel)
{
    return channel->capacity * channel->item_bytes;
}

static inline char *ac__channel_end(const struct ac_channel *channel)
{
    return channel->items + ac__channel_bytes(channel);
}

// Before the first use it looks so when it holds nothing.
static inline bool ac__channel_is_full(const struct ac_channel *channel)
{
    return channel->is_full || (ac_size)(channel->next - channel->first) == ac__channel_bytes(channel);
}

// A place is at `end` until more is put there or taken from there: then it is the first one again. The last free place before
// `first` is left to a closer look, which sees that the ring is full.
static inline void ac__channel_put(struct ac_channel *channel, const void *item)
{
    char *end = ac__channel_end(channel), *place = channel->next;
    if (!place)
        channel->first = channel->first_stop = place = channel->items;
    else if (place == end)
        place = channel->items;
    ac__copy(place, item, channel->item_bytes);
    channel->next = place += channel->item_bytes;
    channel->is_full = place == channel->first;
    if (channel->is_full)
        channel->first_stop = channel->first;
    channel->next_stop = channel->is_full ? place : place > channel->first ? end : channel->first - channel->item_bytes;
}

// The oldest value; its place goes to the sender that has waited longest.
static inline void ac__channel_take(struct ac_channel *channel, void *item, struct ac__served *served)
{
    char *end = ac__channel_end(channel), *place = channel->first == end ? channel->items : channel->first;
    ac__copy(item, place, channel->item_bytes);
    channel->first = place += channel->item_bytes;
    channel->is_full = false;
    struct ac_queue_frame *sender = channel->senders.first;
    if (sender) {
        ac__channel_put(channel, sender->item);
        ac__serve_first(&channel->senders, 0, served);
    }
    channel->first_stop = channel->senders.first || channel->is_full ? place : place <= channel->next ? channel->next : end;
}

// Doubles the ring of an unbounded channel. False: there is no memory, and nothing has changed.
bool ac__channel_grow(struct ac_channel *channel);

// Whoever finds the ring full, or empty, may wait: then the other side has to look whether somebody does.
static inline int ac__channel_send(struct ac_channel *channel, const void *item, struct ac__served *served)
{
    if (channel->is_closed)
        return -AC__EPIPE;
    struct ac_queue_frame *receiver = channel->receivers.first;
    if (receiver) {
        ac__copy(receiver->item, item, channel->item_bytes);
        ac__serve_first(&channel->receivers, 1, served);
        return 0;
    }
    if (ac__channel_is_full(channel)) {
        channel->first_stop = channel->first;
        if (!channel->allocator)
            return -AC__EAGAIN;
        if (!ac__channel_grow(channel))
            return -AC_ENOMEM;
    }
    ac__channel_put(channel, item);
    return 0;
}

static inline int ac__channel_receive(struct ac_channel *channel, void *item, struct ac__served *served)
{
    if (!ac__channel_is_empty(channel)) {
        ac__channel_take(channel, item, served);
        return 1;
    }
    struct ac_queue_frame *sender = channel->senders.first;
    if (!sender) {
        channel->next_stop = channel->next;
        return channel->is_closed ? 0 : -AC__EAGAIN;
    }
    ac__copy(item, sender->item, channel->item_bytes);
    ac__serve_first(&channel->senders, 0, served);
    return 1;
}

// What a subscriber has not seen.
int ac__next(struct ac_subscription *subscription, void *item);

#endif
