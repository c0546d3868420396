// Checks of frame objects and handles while a program runs (AC_CHECK): each ends it with the place of the misuse.
#include "core/core.h"

static char *append(char *at, const char *end, const char *text)
{
    while (*text && at < end)
        *at++ = *text++;
    *at = 0;
    return at;
}

static const char *number(char digits[static 12], unsigned n)
{
    char *at = digits + 11;
    *at = 0;
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    return at;
}

struct misuse { const char *file; unsigned line; const char *what, *name, *function, *how; };

//     net.ac:12: the frame 'page[1]' of 'fetch' was moved after it was started
static void misused(struct ac_task *task, const struct misuse *m)
{
    char message[256], digits[12], *at = message;
    const char *const end = message + sizeof message - 1;
    const char *const parts[] = { m->file, ":", number(digits, m->line), ": ", m->what, *m->name ? " '" : "", m->name,
                                  *m->name ? "'" : "", m->function ? " of '" : "", m->function ? m->function : "",
                                  m->function ? "' " : " ", m->how };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        at = append(at, end, parts[i]);
    ac__executor_of(task)->fatal(message);
}

// --- frames --------------------------------------------------------------------------------------------------------------

// While a frame is awaited the first word of its slot is no longer that of one that was made, and the second tells where it
// lay. When it is started as a child a task lies there, and the first word is none of these.
#define STARTED ((void *)2)
#define ENDED ((void *)3)
#define MOVED ((void *)4)

// Why a frame that was not made cannot be started.
static const char *why_not(const struct ac_slot *slot, const struct ac_executor *executor)
{
    static const char is_moved[] = "was moved after it was started", has_ended[] = "is used after its end",
                      runs[] = "has been started before, and runs";
    const struct ac_task *task = ac__slot_task(slot);
    if (slot->words[0] == ENDED)
        return has_ended;
    if (slot->words[0] == MOVED)
        return "was moved before";
    if (slot->words[0] == STARTED)
        return slot->words[1] == slot ? runs : is_moved;
    if (ac__executor_of(task) == executor && task->flags & AC__IN_PLACE)
        return !task->bytes ? has_ended : task->bytes == ac__place(slot) ? runs : is_moved;
    return "was never made";
}

void ac_frame_start(struct ac_task *task, struct ac_slot *slot, const char *name, const char *function, const char *file, unsigned line)
{
    if (slot->words[0] != AC_FRAME_MADE_)
        misused(task, &(struct misuse){ file, line, "the frame", name, function, why_not(slot, ac__executor_of(task)) });
    slot->words[0] = STARTED;
    slot->words[1] = slot;
}

void ac_frame_end(struct ac_task *task, struct ac_slot *slot, const char *name, const char *function, const char *file, unsigned line)
{
    if (slot->words[0] != STARTED || slot->words[1] != slot)
        misused(task, &(struct misuse){ file, line, "the frame", name, function, "was overwritten while it ran" });
    slot->words[0] = ENDED;
}

bool ac_frame_leave(struct ac_slot *slot)
{
    const struct ac_task *task = ac__slot_task(slot);
    uintptr_t first = (uintptr_t)slot->words[0];
    bool is_child = !first || first > (uintptr_t)MOVED;
    bool is_awaited = first == (uintptr_t)STARTED && slot->words[1] == slot;
    if (is_awaited || (is_child && task->flags & AC__IN_PLACE && task->bytes == ac__place(slot)))
        return false;
    if (slot->words[0] == AC_FRAME_MADE_)
        slot->words[0] = MOVED;
    return true;
}

// --- handles -------------------------------------------------------------------------------------------------------------

ac_handle ac_handle_take_checked(struct ac_task *task, ac_handle *handle, const char *name, const char *file, unsigned line)
{
    ac_handle taken = *handle;
    if (taken.task == AC__SPENT)
        misused(task, &(struct misuse){ file, line, "the handle", name, 0, "has been awaited before" });
    if (taken.task == AC_HANDLE_GIVEN_)
        misused(task, &(struct misuse){ file, line, "the handle", name, 0, "was moved or detached before" });
    handle->task = AC__SPENT;
    return taken;
}
