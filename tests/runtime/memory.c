// Frames and blocks: aligned for every type, given back in any order, used again instead of growing; of one size they fill what they are
// cut from.
#include "test.h"

enum { FRAMES = 200, ROUNDS = 2000 };

static unsigned seed = 1;

static unsigned next_random(void)
{
    return seed = seed * 1103515245 + 12345;
}

struct frame { unsigned char *bytes; ac_size size; };

static void frame_check(const struct frame *frame, unsigned char byte)
{
    for (ac_size i = 0; i < frame->size; i++)
        CHECK_EQUAL(frame->bytes[i], byte);
}

// Makes and frees at random; each frame keeps what was written to it.
static bool frames_at_random(struct function *f, struct ac_task *task)
{
    static struct frame frames[FRAMES];
    struct counted *counted = f->data;
    long high = 0;
    for (int round = 0; round < ROUNDS * 10; round++) {
        unsigned n = next_random() / 7 % FRAMES;
        struct frame *frame = &frames[n];
        if (frame->bytes) {
            frame_check(frame, (unsigned char)n);
            ac_frame_free(task, frame->bytes);
            frame->bytes = 0;
        } else {
            frame->size = next_random() / 11 % (round % 16 ? 300 : 5000);
            frame->bytes = ac_frame_make(task, frame->size);
            CHECK((uintptr_t)frame->bytes % 16 == 0);
            memset(frame->bytes, (int)n, frame->size);
        }
        if (round == ROUNDS)
            high = counted->live;
    }
    for (unsigned n = 0; n < FRAMES; n++)
        if (frames[n].bytes) {
            frame_check(&frames[n], (unsigned char)n);
            ac_frame_free(task, frames[n].bytes);
        }
    CHECK(high > 0 && counted->live < 2 * high + FRAMES);
    f->result = 0;
    return false;
}

// Blocks of variable length arrays: replaced in a loop, freed together.
static bool blocks(struct function *f, struct ac_task *task)
{
    void *list = 0, *first, *replaced = 0;
    first = ac_block(task, &list, 0, 10);
    memset(first, 7, 10);
    for (ac_size i = 0; i < 100; i++) {
        replaced = ac_block(task, &list, replaced, i * 50);
        CHECK((uintptr_t)replaced % 16 == 0);
        memset(replaced, 9, i * 50);
    }
    void *last = ac_block(task, &list, 0, 3000);
    memset(last, 8, 3000);
    CHECK_EQUAL(((unsigned char *)first)[9], 7);
    ac_blocks_free(task, &list);
    CHECK(!list);
    ac_blocks_free(task, &list);
    f->result = 0;
    return false;
}

// Frames of one size, which is no divisor of any power of two: what is taken for them has no room for less than one of them.
enum { ODD_FRAME = 4224 - sizeof(struct ac_outside), CHUNK_HEAD = 16 };

static void *get_whole(struct ac_allocator *allocator, ac_size bytes)
{
    CHECK(!AC__SMALL || bytes % (ODD_FRAME + sizeof(struct ac_outside)) == CHUNK_HEAD);
    return counted_get(allocator, bytes);
}

static bool frames_of_one_size(struct function *f, struct ac_task *task)
{
    static void *frames[FRAMES];
    struct counted *counted = f->data;
    counted->allocator.get = get_whole;
    for (unsigned n = 0; n < FRAMES; n++)
        CHECK((frames[n] = ac_frame_make(task, ODD_FRAME)));
    counted->allocator.get = counted_get;
    for (unsigned n = 0; n < FRAMES; n++)
        ac_frame_free(task, frames[n]);
    f->result = 0;
    return false;
}

// Where there is little left, it is taken in small pieces: no frame is refused before there is none.
enum { LEFT = 64 * 1024 };

static void *get_small(struct ac_allocator *allocator, ac_size bytes)
{
    return bytes > LEFT ? 0 : counted_get(allocator, bytes);
}

static bool frames_of_what_is_left(struct function *f, struct ac_task *task)
{
    static void *frames[FRAMES];
    struct counted *counted = f->data;
    counted->allocator.get = get_small;
    for (unsigned n = 0; n < FRAMES; n++)
        CHECK((frames[n] = ac_frame_make(task, ODD_FRAME)));
    for (unsigned n = 0; n < FRAMES; n++)
        ac_frame_free(task, frames[n]);
    f->result = 0;
    return false;
}

static void run(bool (*body)(struct function *, struct ac_task *))
{
    struct counted counted = COUNTED;
    run_on(&(struct ac_executor_options){ .reactor = &fake_reactor, .allocator = &counted.allocator }, (struct start){ body, 0, &counted });
    CHECK_EQUAL(counted.live, 0);
}

int main(void)
{
    run(frames_at_random);
    run(blocks);
    run(frames_of_one_size);
    run(frames_of_what_is_left);
    return 0;
}
