// The jobs of bench/micro.ac written by hand for one thread: a queue of frames with a function to go on with, the limit.
//
//     micro spawn-join|yield|mpsc|timers|mutex VARIANT
#include "../micro.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

struct task {
    void (*resume)(struct task *task);
    struct task *next;
};

// First come, first served.
struct list { struct task *first, **last; };

static struct list ready = { .last = &ready.first };

static void add(struct list *list, struct task *task)
{
    task->next = NULL;
    *(list->first ? list->last : &list->first) = task;
    list->last = &task->next;
}

static struct task *take(struct list *list)
{
    struct task *task = list->first;
    if (task)
        list->first = task->next;
    return task;
}

static void run_all(void)
{
    for (struct task *task; (task = take(&ready));)
        task->resume(task);
}

static void *make(size_t bytes)
{
    void *memory = calloc(1, bytes);
    if (!memory)
        exit(1);
    return memory;
}

// --- spawn-join -------------------------------------------------------------------------------------------------------------

struct child {
    struct task task;
    long argument, result;
    struct task *joiner;
    bool is_done;
};

static void child_resume(struct task *task)
{
    struct child *child = (struct child *)task;
    child->result = child->argument;
    child->is_done = true;
    if (child->joiner)
        add(&ready, child->joiner);
}

struct parent {
    struct task task;
    long i, sum;
    struct child **children;
};

static void parent_resume(struct task *task)
{
    struct parent *parent = (struct parent *)task;
    for (; parent->i < CHILDREN; parent->i++) {
        struct child *child = parent->children[parent->i];
        if (!child->is_done) {
            child->joiner = task;
            return;
        }
        parent->sum += child->result;
        free(child);
    }
}

static long spawn_join(void)
{
    struct parent parent = { .task.resume = parent_resume, .children = make(CHILDREN * sizeof(struct child *)) };
    for (long i = 0; i < CHILDREN; i++) {
        struct child *child = make(sizeof *child);
        *child = (struct child){ .task.resume = child_resume, .argument = i };
        parent.children[i] = child;
        add(&ready, &child->task);
    }
    add(&ready, &parent.task);
    run_all();
    free(parent.children);
    return parent.sum == (long)CHILDREN * (CHILDREN - 1) / 2 ? CHILDREN : 0;
}

// --- yield ------------------------------------------------------------------------------------------------------------------

struct yielder {
    struct task task;
    long left;
};

static void yielder_resume(struct task *task)
{
    if (((struct yielder *)task)->left--)
        add(&ready, task);
}

static long yield(void)
{
    for (int i = 0; i < YIELDERS; i++) {
        struct yielder *yielder = make(sizeof *yielder);
        *yielder = (struct yielder){ { .resume = yielder_resume }, YIELDS };
        add(&ready, &yielder->task);
    }
    run_all();
    return (long)YIELDERS * YIELDS;
}

// --- mpsc -------------------------------------------------------------------------------------------------------------------

static long ring[ROOM];
static unsigned received, sent;
static struct list senders;
static struct task *receiver;

struct sender {
    struct task task;
    long i;
};

static void sender_resume(struct task *task)
{
    struct sender *sender = (struct sender *)task;
    for (; sender->i < SENT; sender->i++) {
        if (sent - received == ROOM) {
            add(&senders, task);
            return;
        }
        ring[sent++ % ROOM] = sender->i;
        if (receiver) {
            add(&ready, receiver);
            receiver = NULL;
        }
    }
}

struct receiving {
    struct task task;
    long i, sum;
};

static void receiving_resume(struct task *task)
{
    struct receiving *receiving = (struct receiving *)task;
    for (; receiving->i < (long)SENDERS * SENT; receiving->i++) {
        if (sent == received) {
            receiver = task;
            return;
        }
        receiving->sum += ring[received++ % ROOM];
        struct task *waiting = take(&senders);
        if (waiting)
            add(&ready, waiting);
    }
}

static long mpsc(void)
{
    struct receiving receiving = { .task.resume = receiving_resume };
    for (int i = 0; i < SENDERS; i++) {
        struct sender *sender = make(sizeof *sender);
        sender->task.resume = sender_resume;
        add(&ready, &sender->task);
    }
    add(&ready, &receiving.task);
    run_all();
    return receiving.sum == (long)SENDERS * SENT * (SENT - 1) / 2 ? (long)SENDERS * SENT : 0;
}

// --- timers: a list for each millisecond --------------------------------------------------------------------------------------

static struct task *due[256];
static long fired;

static uint64_t milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

struct timer {
    struct task task;
    long microseconds;
    bool is_placed;
};

static void timer_resume(struct task *task)
{
    struct timer *timer = (struct timer *)task;
    if (timer->is_placed) {
        fired++;
        free(timer);
        return;
    }
    timer->is_placed = true;
    struct task **list = &due[(milliseconds() + (uint64_t)timer->microseconds / 1000 + 1) % 256];
    task->next = *list;
    *list = task;
}

static void fire(uint64_t millisecond)
{
    struct task *task = due[millisecond % 256], *next;
    due[millisecond % 256] = NULL;
    for (; task; task = next) {
        next = task->next;
        task->resume(task);
    }
}

// Their tasks are all made before the first one sleeps, and all sleep before the first one is woken.
static long timers(void)
{
    unsigned long state = 1;
    for (int i = 0; i < TIMERS; i++) {
        struct timer *timer = make(sizeof *timer);
        *timer = (struct timer){ .task.resume = timer_resume, .microseconds = next_time(&state) };
        add(&ready, &timer->task);
    }
    uint64_t last = milliseconds();
    run_all();
    while (fired < TIMERS) {
        for (uint64_t now = milliseconds(); last < now;)
            fire(++last);
        nanosleep(&(struct timespec){ .tv_nsec = 500000 }, NULL);
    }
    return TIMERS;
}

// --- mutex ------------------------------------------------------------------------------------------------------------------

static bool is_locked;
static struct list lockers;
static long shared;

struct locker {
    struct task task;
    int locks;
    enum { WANTS, HAS, HAD } state;
};

static void unlock(void)
{
    struct task *waiting = take(&lockers);
    if (waiting)
        add(&ready, waiting);
    else
        is_locked = false;
}

static void locker_resume(struct task *task)
{
    struct locker *locker = (struct locker *)task;
    if (locker->state == HAD) {
        shared++;
        unlock();
        if (++locker->locks == LOCKS)
            return;
        locker->state = WANTS;
    }
    if (locker->state == WANTS) {
        locker->state = HAS;
        if (is_locked) {
            add(&lockers, task);
            return;
        }
        is_locked = true;
    }
    locker->state = HAD;
    add(&ready, task);
}

static long mutex(void)
{
    for (int i = 0; i < LOCKERS; i++) {
        struct locker *locker = make(sizeof *locker);
        locker->task.resume = locker_resume;
        add(&ready, &locker->task);
    }
    run_all();
    return shared == (long)LOCKERS * LOCKS ? shared : 0;
}

int main(int argc, char **argv)
{
    static const struct { const char *name; long (*run)(void); } jobs[] = {
        { "spawn-join", spawn_join }, { "yield", yield }, { "mpsc", mpsc }, { "timers", timers }, { "mutex", mutex },
    };
    for (size_t i = 0; argc > 2 && i < sizeof jobs / sizeof *jobs; i++)
        if (strcmp(jobs[i].name, argv[1]) == 0) {
            struct start start = job_begin();
            long operations = jobs[i].run();
            if (operations == 0)
                return 1;
            job_end(start, argv[1], argv[2], operations);
        }
    return 0;
}
