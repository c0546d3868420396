// Draws which task goes on: the order of one number, and of no other. Every order that it draws could happen with another
// number of processors, another load or another version of the runtime; programs that mean to be right have to bear them all.
#include "exec/seeded.h"
#include <stdlib.h>

// Of that many that have waited longest one is drawn: an upper bound for the cost, and nobody is passed over for long.
enum { WINDOW = 32 };

// splitmix64: neighbouring seeds give unrelated orders. The state is never 0, which would mean that there is no order.
static uint64_t draw(struct ac_executor *executor)
{
    executor->random += 0x9E3779B97F4A7C15;
    executor->random += !executor->random;
    uint64_t z = executor->random;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static unsigned ready_count(const struct ac_executor *executor)
{
    unsigned count = 0;
    for (const struct ac_task *task = executor->first; task && count < WINDOW; task = task->next)
        count++;
    return count;
}

// Moves the task with that number to the front of the queue.
static void prefer(struct ac_executor *executor, unsigned number)
{
    struct ac_task **place = &executor->first;
    while (number--)
        place = &(*place)->next;
    struct ac_task *task = *place;
    *place = task->next;
    if (!*place)
        executor->last = place;
    task->next = executor->first;
    executor->first = task;
    if (executor->last == &executor->first)
        executor->last = &task->next;
}

// Mostly few: to be interrupted between two operations is what programs have not thought of.
int ac__draw_budget(struct ac_executor *executor)
{
    uint64_t drawn = draw(executor);
    return drawn & 3 ? (int)(drawn >> 2 & 3) : AC__BUDGET;
}

void ac__run_drawn(struct ac_executor *executor)
{
    unsigned count = ready_count(executor);
    if (!count)
        return;
    prefer(executor, (unsigned)(draw(executor) % count));
    int budget = ac__draw_budget(executor);
    ac__run(executor, ac__dequeue(executor), budget);
}

uint64_t ac__seed_given(void)
{
    const char *text = getenv("AC_SEED");
    return text ? strtoull(text, 0, 0) : 0;
}
