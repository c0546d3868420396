// Channels and broadcasts.
#include "sync/queue.h"

static void *slot(const struct ac_channel *channel, ac_size n)
{
    ac_size index = channel->first + n;
    return channel->items + (index < channel->capacity ? index : index - channel->capacity) * channel->item_bytes;
}

static void copy(void *to, const void *from, ac_size bytes)
{
    __builtin_memcpy(to, from, bytes);
}

// Doubles the ring. False: there is no memory, and nothing has changed.
static bool grow(struct ac_channel *channel)
{
    ac_size capacity = channel->capacity ? channel->capacity * 2 : 16, bytes;
    if (__builtin_mul_overflow(capacity, channel->item_bytes, &bytes))
        return false;
    char *items = channel->allocator->get(channel->allocator, bytes);
    if (!items)
        return false;
    for (ac_size n = 0; n < channel->count; n++)
        copy(items + n * channel->item_bytes, slot(channel, n), channel->item_bytes);
    ac_channel_free(channel);
    channel->items = items;
    channel->capacity = capacity;
    channel->first = 0;
    return true;
}

static void put(struct ac_channel *channel, const void *item)
{
    copy(slot(channel, channel->count++), item, channel->item_bytes);
}

int ac_channel_try_send(struct ac_channel *channel, const void *item)
{
    if (channel->is_closed)
        return -AC__EPIPE;
    struct ac_queue_frame *receiver = channel->receivers.first;
    if (receiver) {
        copy(receiver->item, item, channel->item_bytes);
        ac__serve(receiver, 1);
        return 0;
    }
    if (channel->count == channel->capacity) {
        if (!channel->allocator)
            return -AC__EAGAIN;
        if (!grow(channel))
            return -AC_ENOMEM;
    }
    put(channel, item);
    return 0;
}

int ac_oneshot_send(struct ac_channel *channel, const void *item)
{
    int error = ac_channel_try_send(channel, item);
    ac_channel_close(channel);
    return error;
}

// The oldest value; its place goes to the sender that has waited longest.
static void take(struct ac_channel *channel, void *item)
{
    copy(item, slot(channel, 0), channel->item_bytes);
    channel->count--;
    if (++channel->first == channel->capacity)
        channel->first = 0;
    struct ac_queue_frame *sender = channel->senders.first;
    if (sender) {
        put(channel, sender->item);
        ac__serve(sender, 0);
    }
}

int ac_channel_try_receive(struct ac_channel *channel, void *item)
{
    if (channel->count) {
        take(channel, item);
        return 1;
    }
    struct ac_queue_frame *sender = channel->senders.first;
    if (!sender)
        return channel->is_closed ? 0 : -AC__EAGAIN;
    copy(item, sender->item, channel->item_bytes);
    ac__serve(sender, 0);
    return 1;
}

void ac_channel_close(struct ac_channel *channel)
{
    channel->is_closed = true;
    ac__serve_all(&channel->senders, -AC__EPIPE);
    ac__serve_all(&channel->receivers, 0);
}

void ac_channel_free(struct ac_channel *channel)
{
    if (channel->allocator && channel->items)
        channel->allocator->put(channel->allocator, channel->items, channel->capacity * channel->item_bytes);
    channel->items = 0;
}

// --- broadcast ------------------------------------------------------------------------------------------------------------

static void *kept(const struct ac_broadcast *broadcast, unsigned long long number)
{
    return broadcast->items + number % broadcast->capacity * broadcast->item_bytes;
}

struct ac_subscription ac_subscribe(struct ac_broadcast *broadcast)
{
    return (struct ac_subscription){ broadcast, broadcast->is_watch ? 0 : broadcast->sent, 0 };
}

int ac_try_next(struct ac_subscription *subscription, void *item)
{
    struct ac_broadcast *broadcast = subscription->broadcast;
    if (subscription->seen == broadcast->sent)
        return broadcast->is_closed ? 0 : -AC__EAGAIN;
    if (broadcast->sent - subscription->seen > broadcast->capacity) {
        subscription->seen = broadcast->sent - broadcast->capacity;
        if (!broadcast->is_watch)
            return -AC__EOVERFLOW;
    }
    copy(item, kept(broadcast, subscription->seen++), broadcast->item_bytes);
    return 1;
}

int ac_publish(struct ac_broadcast *broadcast, const void *item)
{
    if (broadcast->is_closed)
        return -AC__EPIPE;
    copy(kept(broadcast, broadcast->sent++), item, broadcast->item_bytes);
    int woken = 0;
    for (struct ac_queue_frame *first; (first = broadcast->subscribers.first); woken++) {
        struct ac_subscription *subscription = first->item;
        ac__serve(first, ac_try_next(subscription, subscription->item));
    }
    return woken;
}

void ac_broadcast_close(struct ac_broadcast *broadcast)
{
    broadcast->is_closed = true;
    ac__serve_all(&broadcast->subscribers, 0);
}
