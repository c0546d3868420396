// A channel's ring gives out what a queue would, for every capacity, size of values, and order of sending and receiving.
#include "test.h"

enum { STEPS = 4000, MOST = 7 };

static unsigned long long state = 88172645463325252u;

static unsigned next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 32);
}

static void *get(struct ac_allocator *allocator, ac_size bytes)
{
    (void)allocator;
    return malloc(bytes);
}

static void put(struct ac_allocator *allocator, void *block, ac_size bytes)
{
    (void)allocator;
    memset(block, 0xee, bytes);
    free(block);
}

// The n-th value, of `bytes` bytes.
static void value(unsigned n, unsigned char *item, ac_size bytes)
{
    for (ac_size i = 0; i < bytes; i++)
        item[i] = (unsigned char)(n * 31 + i);
}

// Runs of sending and receiving, as long as `leap` at most; `capacity` 0: there is no bound.
static void check(struct ac_channel *channel, unsigned capacity, ac_size bytes, unsigned leap)
{
    unsigned sent = 0, received = 0;
    unsigned char item[16], expected[16];
    for (int step = 0; step < STEPS; step++) {
        bool sends = next_random() % 2;
        for (unsigned n = 1 + next_random() % leap; n; n--)
            if (sends) {
                value(sent, item, bytes);
                bool has_room = !capacity || sent - received < capacity;
                CHECK(ac_channel_try_send(channel, item) == (has_room ? 0 : -EAGAIN));
                sent += has_room;
            } else {
                bool has_value = sent != received;
                CHECK(ac_channel_try_receive(channel, item) == (has_value ? 1 : -EAGAIN));
                value(received, expected, bytes);
                CHECK(!has_value || memcmp(item, expected, bytes) == 0);
                received += has_value;
            }
    }
    ac_channel_close(channel);
    CHECK(ac_channel_try_send(channel, item) == -EPIPE);
    for (; received != sent; received++)
        CHECK(ac_channel_try_receive(channel, item) == 1);
    CHECK(ac_channel_try_receive(channel, item) == 0);
}

int main(void)
{
    static const ac_size sizes[] = { sizeof(void *), sizeof(int), 1, 3, 12 };
    struct ac_allocator memory = { get, put };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (unsigned leap = 1; leap <= MOST + 2; leap++) {
            for (unsigned capacity = 1; capacity <= MOST; capacity++) {
                char ring[MOST * 16];
                struct ac_channel channel = { .items = ring, .item_bytes = sizes[i], .capacity = capacity };
                check(&channel, capacity, sizes[i], leap);
            }
            struct ac_channel unbound = { .item_bytes = sizes[i], .allocator = &memory };
            check(&unbound, 0, sizes[i], leap);
            ac_channel_free(&unbound);
        }
    return 0;
}
