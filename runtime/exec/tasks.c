// Where all tasks wait.
//
// Nobody keeps a list of all of them. Those that have a handle, and those that were detached, are listed by the executor; those without a
// handle lie in groups in the frames of the functions that have started them, and arms of `await any` in arrays there. A task that waits
// leads to the frames of all its functions (core/trace.h), and their links say where the groups are. So everything is found from the
// executor, at no cost while nobody asks.
#define _GNU_SOURCE
#include "exec/tasks.h"
#include "acc/executor.h"
#include "acc/io.h"
#include "core/trace.h"
#include "reactor/reactor.h"
#include "sync/queue.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// There where they are needed anyhow: a program without locks, channels and `await any` gets none of these for its lists.
extern __typeof__(ac__queue_name) ac__queue_name __attribute__((__weak__));
extern const struct ac_link ac__any_link __attribute__((__weak__));

// --- output -------------------------------------------------------------------------------------------------------------

struct output {
    int fd, error;
    size_t used;
    char bytes[2048];
};

static void flush(struct output *out)
{
    const char *from = out->bytes;
    while (out->used && !out->error) {
        ssize_t n = write(out->fd, from, out->used);
        if (n >= 0)
            from += n, out->used -= (size_t)n;
        else if (errno == EAGAIN)
            (void)poll(&(struct pollfd){ .fd = out->fd, .events = POLLOUT }, 1, -1);
        else if (errno != EINTR)
            out->error = -errno;
    }
    out->used = 0;
}

static void write_text(struct output *out, const char *text)
{
    for (; *text; text++) {
        if (out->used == sizeof out->bytes)
            flush(out);
        out->bytes[out->used++] = *text;
    }
}

static __attribute__((format(printf, 2, 3))) void write_format(struct output *out, const char *format, ...)
{
    char line[128];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    write_text(out, line);
}

// --- what is said of a task ---------------------------------------------------------------------------------------------

// How it is related to another one.
enum kin { UNKNOWN, CHILD, ARM, AWAITED, DETACHED };

// Tasks that wait in the same way in the same place. What differs is a range.
struct alike {
    uint64_t hash;                  // of all that is equal; 0: nobody
    size_t count, order;
    const struct ac_task *task;     // one of them
    bool is_traced;                 // it does not run: its frames say where it waits
    bool is_cancelled;
    const char *state, *detail;     // what it does; in what, or a null pointer
    enum kin kin;
    const struct ac_link *other;    // where the other task, or its function, waits
    bool is_sleeping, has_fd;
    int64_t least, most;            // nanoseconds left; descriptors
};

// Tasks that are being looked at: those of a list, the arms of an `await any`, and then what the one at hand has started.
struct level {
    const struct ac_group *group;
    struct ac_task *next;           // of the group, in the order in which they were started
    struct ac_task *const *arms;
    unsigned arm_count;
    enum kin kin;
    const struct ac_link *other;
    struct ac__place at;            // of the task that was looked at last: where the search goes on
    const struct ac_group *joined;  // by that task
};

struct survey {
    struct ac_executor *executor;
    struct ac_allocator *allocator;
    const struct ac_task *running;
    ac_time now;
    const struct ac_task **ready;   // in the order of addresses
    size_t ready_count;
    struct level *levels;
    size_t level_count, level_capacity;
    struct alike *alikes;           // a hash table; in the end an array
    size_t alike_count, alike_capacity;
    size_t task_count, unlisted;    // there was no memory to tell these apart
    bool is_partial;                // nor to look for children of these
};

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)*(struct ac_task *const *)a, y = (uintptr_t)*(struct ac_task *const *)b;
    return (x > y) - (x < y);
}

// The tasks in the run queue: of those that neither are there nor wait, nothing is known but that they run.
static void ready_collect(struct survey *s)
{
    size_t count = 0;
    for (const struct ac_task *task = s->executor->first; task; task = task->next)
        count++;
    s->ready = count ? s->allocator->get(s->allocator, count * sizeof *s->ready) : 0;
    if (!s->ready)
        return;
    for (const struct ac_task *task = s->executor->first; task; task = task->next)
        s->ready[s->ready_count++] = task;
    qsort(s->ready, count, sizeof *s->ready, by_address);
}

static bool is_ready(const struct survey *s, const struct ac_task *task)
{
    return s->ready && bsearch(&task, s->ready, s->ready_count, sizeof *s->ready, by_address);
}

static void say_polling(struct alike *a, const struct ac_fd_wait *wait)
{
    static const char *const states[] = { "waiting for a descriptor", "waiting to read", "waiting to write", "waiting to read or write" };
    a->state = wait->events & AC__FETCHING ? "waiting for a file" : states[wait->events & (AC_READABLE | AC_WRITABLE)];
    a->has_fd = true;
    a->least = a->most = wait->fd;
}

static void say_sleeping(struct alike *a, const struct ac_sleep_frame *sleep, ac_time now)
{
    ac_time deadline = sleep->timer.deadline;
    a->state = "sleeping";
    a->is_sleeping = true;
    a->least = a->most = deadline == AC_NEVER ? AC_NEVER : deadline > now ? deadline - now : 0;
}

static const char *joining_state(const struct ac_node *node)
{
    if (node->up == &ac__any_link)
        return "waiting for an arm";
    return node->up == &ac__join_all_link ? "waiting for children" : "waiting for a child";
}

static struct alike alike_of(const struct survey *s, const struct ac_task *task, enum kin kin, const struct ac_link *other)
{
    struct alike a = { .count = 1, .task = task, .is_traced = true, .kin = kin, .other = other };
    a.is_cancelled = task->flags & AC__CANCELLED;
    if (task->flags & AC__SLEEPING) {
        say_sleeping(&a, AC_PARENT(task->node, struct ac_sleep_frame, node), s->now);
    } else if (task->flags & AC__POLLING) {
        say_polling(&a, AC_PARENT(task->node, struct ac_fd_wait, node));
    } else if (task->flags & AC__STANDING) {
        a.state = "waiting";
        a.detail = ac__queue_name ? ac__queue_name(AC_PARENT(task->node, struct ac_queue_frame, node)) : 0;
    } else if (task->flags & AC__JOINING) {
        a.state = joining_state(task->node);
    } else if (task->flags & AC__WAITING) {
        a.state = "waiting in";
        a.detail = task->node->up->function;
    } else {
        a.is_traced = task == s->running || is_ready(s, task);
        a.state = a.is_traced && task != s->running ? "ready" : "running";
    }
    return a;
}

static struct ac__place place_of(const struct alike *a)
{
    return a->is_traced ? ac__place_of(a->task->node) : (struct ac__place){ 0, 0 };
}

// --- tasks that are alike -----------------------------------------------------------------------------------------------

static uint64_t mix(uint64_t hash, const void *value)
{
    hash = (hash ^ (uintptr_t)value) * 0x9E3779B97F4A7C15;
    return hash ^ hash >> 32;
}

// Of 64 bits: that two of a thousand places share one happens once in 10^13 lists.
static uint64_t hash_of(const struct alike *a)
{
    uint64_t hash = mix((uint64_t)a->kin << 1 | a->is_cancelled, a->state);
    hash = mix(hash, a->detail);
    if (a->other)
        hash = a->kin == CHILD ? mix(hash, a->other->function) : mix(hash, a->other);
    for (struct ac__place at = place_of(a); at.link; at = ac__place_around(at))
        hash = mix(hash, at.link);
    return hash | 1;
}

static struct alike *alike_find(struct alike *table, size_t capacity, uint64_t hash)
{
    size_t i = hash >> 1 & (capacity - 1);
    while (table[i].hash && table[i].hash != hash)
        i = (i + 1) & (capacity - 1);
    return &table[i];
}

static bool alikes_grow(struct survey *s)
{
    size_t capacity = s->alike_capacity ? 2 * s->alike_capacity : 64;
    struct alike *table = s->allocator->get(s->allocator, capacity * sizeof *table);
    if (!table)
        return false;
    memset(table, 0, capacity * sizeof *table);
    for (size_t i = 0; i < s->alike_capacity; i++)
        if (s->alikes[i].hash)
            *alike_find(table, capacity, s->alikes[i].hash) = s->alikes[i];
    if (s->alikes)
        s->allocator->put(s->allocator, s->alikes, s->alike_capacity * sizeof *s->alikes);
    s->alikes = table;
    s->alike_capacity = capacity;
    return true;
}

static void alike_count(struct survey *s, struct alike *a)
{
    bool is_full = s->alike_count >= s->alike_capacity / 2 && !alikes_grow(s);
    a->hash = hash_of(a);
    struct alike *known = s->alikes ? alike_find(s->alikes, s->alike_capacity, a->hash) : 0;
    if (known && known->hash) {
        known->count++;
        known->least = a->least < known->least ? a->least : known->least;
        known->most = a->most > known->most ? a->most : known->most;
    } else if (is_full) {
        s->unlisted++;
    } else {
        *known = *a;
        known->order = s->alike_count++;
    }
}

// --- the search ---------------------------------------------------------------------------------------------------------

static void level_push(struct survey *s, struct level level)
{
    if (s->level_count == s->level_capacity) {
        size_t capacity = s->level_capacity ? 2 * s->level_capacity : 16;
        struct level *levels = s->allocator->get(s->allocator, capacity * sizeof *levels);
        if (!levels) {
            s->is_partial = true;
            return;
        }
        if (s->levels) {
            memcpy(levels, s->levels, s->level_count * sizeof *levels);
            s->allocator->put(s->allocator, s->levels, s->level_capacity * sizeof *levels);
        }
        s->levels = levels;
        s->level_capacity = capacity;
    }
    s->levels[s->level_count++] = level;
}

// Groups have their latest task first.
static struct ac_task *oldest(const struct ac_group *group)
{
    struct ac_task *task = group->first;
    while (task && task->sibling)
        task = task->sibling;
    return task;
}

static struct ac_task *younger(const struct ac_group *group, const struct ac_task *task)
{
    return task->link == &group->first ? 0 : AC_PARENT(task->link, struct ac_task, sibling);
}

static void group_push(struct survey *s, const struct ac_group *group, enum kin kin, const struct ac_link *other)
{
    if (group->first)
        level_push(s, (struct level){ .group = group, .next = oldest(group), .kin = kin, .other = other });
}

// The next task of a level. Of the arms, those with a handle are listed by the executor.
static struct ac_task *level_next(struct level *level)
{
    struct ac_task *task = level->next;
    if (task)
        level->next = younger(level->group, task);
    while (!task && level->arm_count) {
        task = *level->arms++;
        level->arm_count--;
        if (task && task->link)
            task = 0;
    }
    return task;
}

// Who waits for a task with a handle, where.
static void find_joiner(const struct ac_task *task, enum kin *kin, const struct ac_link **other)
{
    const struct ac_task *joiner = task->flags & AC__HELD ? task->joiner : 0;
    if (*kin != UNKNOWN || !joiner || !(joiner->flags & AC__JOINING))
        return;
    struct ac__place at = ac__place_of(joiner->node);
    *other = at.link == &ac__any_link ? ac__place_around(at).link : at.link;
    *kin = AWAITED;
}

static void task_visit(struct survey *s, struct level *level, struct ac_task *task)
{
    enum kin kin = level->kin;
    const struct ac_link *other = level->other;
    if (task->flags & AC__DONE)
        return;
    find_joiner(task, &kin, &other);
    struct alike a = alike_of(s, task, kin, other);
    level->at = place_of(&a);
    level->joined = 0;
    s->task_count++;
    alike_count(s, &a);
}

// Looks for children in one of the functions of a task, and goes on to the next one.
static void place_search(struct survey *s, struct level *level)
{
    struct ac__place at = level->at, around = ac__place_around(at);
    const struct ac_group *joined = level->joined, *own = 0;
    level->at = around;
    if (at.link == &ac__any_link) {
        const struct ac_any_frame *frame = (const void *)at.frame;
        level_push(s, (struct level){ .arms = frame->arms, .arm_count = frame->count, .kin = ARM, .other = around.link });
        return;
    }
    if (at.link == &ac__join_all_link) {
        level->joined = own = ((const struct ac_join_all_frame *)(const void *)at.frame)->group;
        group_push(s, own, CHILD, around.link);
        return;
    }
    if (at.link->children && at.frame)
        own = (const struct ac_group *)(const void *)(at.frame + at.link->children - 1);
    if (own && own != joined)
        group_push(s, own, CHILD, at.link);
}

static void search(struct survey *s, const struct ac_group *group, enum kin kin)
{
    group_push(s, group, kin, 0);
    while (s->level_count) {
        struct level *level = &s->levels[s->level_count - 1];
        struct ac_task *task;
        if (level->at.link)
            place_search(s, level);
        else if ((task = level_next(level)))
            task_visit(s, level, task);
        else
            s->level_count--;
    }
}

// --- the list -----------------------------------------------------------------------------------------------------------

static int most_first(const void *a, const void *b)
{
    const struct alike *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

// From a table to an array.
static void alikes_order(struct survey *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->alike_capacity; i++)
        if (s->alikes[i].hash)
            s->alikes[count++] = s->alikes[i];
    if (count)
        qsort(s->alikes, count, sizeof *s->alikes, most_first);
}

static void print_time(struct output *out, ac_time left)
{
    if (left == AC_NEVER)
        write_text(out, "for ever");
    else
        write_format(out, "%lld ms", (long long)(left / AC_MILLISECOND + (left % AC_MILLISECOND != 0)));
}

static void print_state(struct output *out, const struct alike *a)
{
    write_format(out, "%zu task%s: ", a->count, a->count == 1 ? "" : "s");
    write_text(out, a->state);
    if (a->detail) {
        write_text(out, " ");
        write_text(out, a->detail);
    }
    if (a->has_fd && a->least == a->most)
        write_format(out, ", descriptor %lld", (long long)a->least);
    else if (a->has_fd)
        write_format(out, ", descriptors %lld to %lld", (long long)a->least, (long long)a->most);
    if (a->is_sleeping) {
        write_text(out, a->most == AC_NEVER ? " " : ", ");
        print_time(out, a->least);
        if (a->most != a->least) {
            write_text(out, " to ");
            print_time(out, a->most);
        }
        write_text(out, a->most == AC_NEVER ? "" : " left");
    }
    write_text(out, a->is_cancelled ? ", cancelled\n" : "\n");
}

static void print_link(struct output *out, const char *before, const struct ac_link *link)
{
    write_text(out, before);
    write_text(out, link->function ? link->function : "?");
    if (!link->file || !*link->file)
        return;
    write_text(out, " at ");
    write_text(out, link->file);
    write_format(out, ":%u", link->line);
}

// A child whose function lies outside of it was started there; no function waits.
static bool is_start(const struct ac_link *link)
{
    return link->is_outside && !link->point;
}

enum { MOST_PLACES = 50 };

static void print_places(struct output *out, struct ac__place at)
{
    for (int n = 0; at.link && n < MOST_PLACES; n++) {
        const struct ac_link *link = at.link;
        unsigned long times = 0;
        for (; at.link == link; at = ac__place_around(at))
            times++;
        print_link(out, is_start(link) ? "    started by " : "    ", link);
        if (times > 1)
            write_format(out, ", %lu times", times);
        write_text(out, "\n");
    }
    unsigned long more = 0;
    for (; at.link; at = ac__place_around(at))
        more++;
    if (more)
        write_format(out, "    ... and %lu more\n", more);
}

static void print_kin(struct output *out, const struct alike *a)
{
    static const char *const texts[] = { "", "    child of ", "    arm of ", "    awaited by ", "    detached" };
    if (a->kin == UNKNOWN || (a->kin != DETACHED && !a->other))
        return;
    write_text(out, texts[a->kin]);
    if (a->kin == CHILD)
        write_text(out, a->other->function ? a->other->function : "?");
    else if (a->other)
        print_link(out, "", a->other);
    write_text(out, "\n");
}

static void print_all(struct output *out, const struct survey *s)
{
    write_format(out, "acc: %zu task%s\n", s->task_count, s->task_count == 1 ? "" : "s");
    for (size_t i = 0; i < s->alike_count; i++) {
        const struct alike *a = &s->alikes[i];
        print_state(out, a);
        print_places(out, place_of(a));
        print_kin(out, a);
    }
    if (s->unlisted)
        write_format(out, "%zu more: there is no memory to list them\n", s->unlisted);
    if (s->is_partial)
        write_text(out, "not all: there is no memory to find them\n");
}

static void survey_end(struct survey *s)
{
    if (s->ready)
        s->allocator->put(s->allocator, s->ready, s->ready_count * sizeof *s->ready);
    if (s->levels)
        s->allocator->put(s->allocator, s->levels, s->level_capacity * sizeof *s->levels);
    if (s->alikes)
        s->allocator->put(s->allocator, s->alikes, s->alike_capacity * sizeof *s->alikes);
}

int ac__tasks_print(struct ac_executor *executor, int fd, const struct ac_task *running)
{
    int saved = errno;
    struct output out = { .fd = fd };
    struct survey s = { .executor = executor, .allocator = executor->memory.allocator, .running = running, .now = executor->now(executor) };
    ready_collect(&s);
    search(&s, &executor->held, UNKNOWN);
    search(&s, &executor->detached, DETACHED);
    alikes_order(&s);
    print_all(&out, &s);
    flush(&out);
    survey_end(&s);
    errno = saved;
    return out.error ? out.error : s.unlisted || s.is_partial ? -ENOMEM : 0;
}

int ac_executor_print(struct ac_executor *executor, int fd)
{
    return ac__tasks_print(executor, fd, 0);
}

// --- from within a task -------------------------------------------------------------------------------------------------

// When it is resumed: then the functions of all tasks wait, its own too.
static struct ac_node *resume(struct ac_node *done, struct ac_task *task)
{
    struct ac_tasks_frame *self = AC_PARENT(done, struct ac_tasks_frame, turn);
    self->result = ac__tasks_print(ac__executor_of(task), self->fd, task);
    return &self->node;
}

static const struct ac_link tasks_link = {
    .resume = resume, .function = "ac_tasks_print", .file = __FILE__, .line = __LINE__, .offset = AC_OFFSET(struct ac_tasks_frame, turn),
};

ac_int ac_tasks_print(void *frame, struct ac_task *task, unsigned point, int fd)
{
    (void)point;
    struct ac_tasks_frame *self = ac__leaf_frame(task, frame, sizeof *self);
    if (!self)
        return (ac_int){ -ENOMEM, false };
    self->fd = fd;
    self->turn.up = &tasks_link;
    ac_task_defer(task, &self->turn);
    return (ac_int){ 0, AC_WAITS(self) };
}
