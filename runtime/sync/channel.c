// Channels and broadcasts.
#include "sync/channel.h"

// The ring of an unbounded channel.
static void memory_put(struct ac_channel *channel)
{
    if (channel->items)
        channel->allocator->put(channel->allocator, channel->items, ac__channel_bytes(channel));
}

bool ac__channel_grow(struct ac_channel *channel)
{
    ac_size capacity = channel->capacity ? channel->capacity * 2 : 16, old = ac__channel_bytes(channel), bytes;
    if (__builtin_mul_overflow(capacity, channel->item_bytes, &bytes))
        return false;
    char *items = channel->allocator->get(channel->allocator, bytes);
    if (!items)
        return false;
    // It is full: the oldest value may lie anywhere, and the others behind it, around the end.
    if (old) {
        ac_size tail = (ac_size)(ac__channel_end(channel) - channel->first);
        __builtin_memcpy(items, channel->first, tail);
        __builtin_memcpy(items + tail, channel->items, old - tail);
    }
    memory_put(channel);
    channel->items = channel->first = channel->first_stop = items;
    channel->capacity = capacity;
    channel->next = items + old;
    channel->is_full = false;
    return true;
}

int ac_channel_try_send(struct ac_channel *channel, const void *item)
{
    if (!ac__is_shared(&channel->guard) && ac__channel_send_word(channel, item))
        return 0;
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    int result = ac__channel_send(channel, item, served);
    ac__guard_give(&channel->guard, served);
    return result;
}

int ac_channel_try_receive(struct ac_channel *channel, void *item)
{
    if (!ac__is_shared(&channel->guard) && ac__channel_receive_word(channel, item))
        return 1;
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    int result = ac__channel_receive(channel, item, served);
    ac__guard_give(&channel->guard, served);
    return result;
}

static void channel_close(struct ac_channel *channel, struct ac__served *served)
{
    channel->is_closed = true;
    channel->next_stop = channel->next;
    ac__serve_all(&channel->senders, -AC__EPIPE, served);
    ac__serve_all(&channel->receivers, 0, served);
}

int ac_oneshot_send(struct ac_channel *channel, const void *item)
{
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    int error = ac__channel_send(channel, item, served);
    channel_close(channel, served);
    ac__guard_give(&channel->guard, served);
    return error == -AC__EAGAIN ? -AC__EPIPE : error;
}

void ac_channel_close(struct ac_channel *channel)
{
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    channel_close(channel, served);
    ac__guard_give(&channel->guard, served);
}

static void channel_empty(struct ac_channel *channel)
{
    memory_put(channel);
    channel->items = channel->first = channel->next = channel->first_stop = channel->next_stop = 0;
    channel->capacity = 0;
    channel->is_full = false;
}

void ac_channel_free(struct ac_channel *channel)
{
    struct ac__served list, *served = ac__guard_take(&channel->guard, &list);
    if (channel->allocator)
        channel_empty(channel);
    ac__guard_give(&channel->guard, served);
}

// --- broadcast ------------------------------------------------------------------------------------------------------------

static void *kept(const struct ac_broadcast *broadcast, unsigned long long number)
{
    return broadcast->items + number % broadcast->capacity * broadcast->item_bytes;
}

struct ac_subscription ac_subscribe(struct ac_broadcast *broadcast)
{
    struct ac__served list, *served = ac__guard_take(&broadcast->guard, &list);
    struct ac_subscription subscription = { broadcast, broadcast->is_watch ? 0 : broadcast->sent, 0 };
    ac__guard_give(&broadcast->guard, served);
    return subscription;
}

int ac__next(struct ac_subscription *subscription, void *item)
{
    struct ac_broadcast *broadcast = subscription->broadcast;
    if (subscription->seen == broadcast->sent)
        return broadcast->is_closed ? 0 : -AC__EAGAIN;
    if (broadcast->sent - subscription->seen > broadcast->capacity) {
        subscription->seen = broadcast->sent - broadcast->capacity;
        if (!broadcast->is_watch)
            return -AC__EOVERFLOW;
    }
    ac__copy(item, kept(broadcast, subscription->seen++), broadcast->item_bytes);
    return 1;
}

int ac_try_next(struct ac_subscription *subscription, void *item)
{
    struct ac_guard *guard = &subscription->broadcast->guard;
    struct ac__served list, *served = ac__guard_take(guard, &list);
    int result = ac__next(subscription, item);
    ac__guard_give(guard, served);
    return result;
}

static int publish(struct ac_broadcast *broadcast, const void *item, struct ac__served *served)
{
    if (broadcast->is_closed)
        return -AC__EPIPE;
    ac__copy(kept(broadcast, broadcast->sent++), item, broadcast->item_bytes);
    int woken = 0;
    for (struct ac_queue_frame *first; (first = broadcast->subscribers.first); woken++) {
        struct ac_subscription *subscription = first->item;
        ac__serve_first(&broadcast->subscribers, ac__next(subscription, subscription->item), served);
    }
    return woken;
}

int ac_publish(struct ac_broadcast *broadcast, const void *item)
{
    struct ac__served list, *served = ac__guard_take(&broadcast->guard, &list);
    int woken = publish(broadcast, item, served);
    ac__guard_give(&broadcast->guard, served);
    return woken;
}

void ac_broadcast_close(struct ac_broadcast *broadcast)
{
    struct ac__served list, *served = ac__guard_take(&broadcast->guard, &list);
    broadcast->is_closed = true;
    ac__serve_all(&broadcast->subscribers, 0, served);
    ac__guard_give(&broadcast->guard, served);
}
