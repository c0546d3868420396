// ac_wait and ac_complete of an erased program: the thread blocks until another one, or a signal handler, completes.
#include "core/tsan.h"
#include "erased/erased.h"
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EMPTY ((void *)0)
#define CLAIMED ((void *)1)
#define DONE ((void *)2)

// Lies on the stack of the thread that waits, until it has read `event`.
struct waiter { int event; long value; };

static bool change(struct ac_completion *completion, void **from, void *to)
{
    return __atomic_compare_exchange_n(&completion->state, from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void deliver(struct waiter *waiter, long value)
{
    int saved = errno;
    waiter->value = value;
    ssize_t written = write(waiter->event, &(uint64_t){ 1 }, sizeof(uint64_t));
    (void)written;                      // a counter of 0 always takes 1 more
    errno = saved;
}

bool ac_complete(struct ac_completion *completion, long value)
{
    ac__releasing(completion);
    void *state = __atomic_load_n(&completion->state, __ATOMIC_ACQUIRE);
    do {
        if (state == CLAIMED || state == DONE)
            return false;
    } while (!change(completion, &state, state == EMPTY ? CLAIMED : EMPTY));
    if (state != EMPTY) {
        deliver(state, value);
        return true;
    }
    completion->value = value;
    state = CLAIMED;
    if (!change(completion, &state, DONE)) {
        __atomic_store_n(&completion->state, EMPTY, __ATOMIC_RELEASE);
        deliver(state, value);
    }
    return true;
}

// Puts the waiter into the state; false: there is a value.
static bool enter(struct ac_completion *completion, struct waiter *waiter)
{
    void *state = __atomic_load_n(&completion->state, __ATOMIC_ACQUIRE);
    while (state != DONE)
        if (change(completion, &state, waiter))
            return true;
    return false;
}

static long value_take(struct ac_completion *completion)
{
    ac__acquired(completion);
    long value = completion->value;
    __atomic_store_n(&completion->state, EMPTY, __ATOMIC_RELEASE);
    return value;
}

long ac_wait(struct ac_completion *completion)
{
    if (__atomic_load_n(&completion->state, __ATOMIC_ACQUIRE) == DONE)
        return value_take(completion);
    struct waiter waiter = { .event = eventfd(0, EFD_CLOEXEC) };
    uint64_t count;
    if (waiter.event < 0)
        return -errno;
    if (!enter(completion, &waiter))
        waiter.value = value_take(completion);
    else
        while (read(waiter.event, &count, sizeof count) < 0)        // only a signal can interrupt it
            continue;
    close(waiter.event);
    return waiter.value;
}
