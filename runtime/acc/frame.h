#ifndef AC_FRAME_H
#define AC_FRAME_H
#pragma GCC system_header

// The frame ABI: what lowered code, hand-written leaf operations and executors agree on. docs/frames.md explains it.
//
// Includes nothing, declares no name that does not begin with ac_ or AC_, needs neither a C library nor an allocator.

struct ac_task;
struct ac_node;
struct ac_group;

// Who goes on when a node is done: one constant object for each await site.
struct ac_link {
    // Resumes the function that waits at this site; `done` is the node that has finished. Returns the node that is done
    // in turn (the function has finished), or 0 (it waits again).
    struct ac_node *(*resume)(struct ac_node *done, struct ac_task *task);
    const char *function;       // of the waiting function, as the user wrote it
    const char *file;
    __UINT32_TYPE__ line : 31;  // of the await
    __UINT32_TYPE__ is_outside : 1; // the awaited frame lies outside its parent, see struct ac_outside
    unsigned point;             // by which the function goes on
    // What only backtraces and lists of tasks need. Where `done` lies in the function's frame, in bytes; 0: it is_outside, the function
    // has a caller (below), or it is not known.
    unsigned offset;
    unsigned children;          // 1 + where the function's struct ac_group lies in its frame; 0: it has none
    const struct ac_link *caller;   // of a function that is part of its caller's machine, whose frame holds its own: its await there
};

// What can be awaited: the first member of every frame and of every leaf operation. It is not its function that writes it, but who waits,
// when it suspends; that of a task's first function leads to the executor from the beginning. A result follows it at the next offset
// aligned for its type.
struct ac_node {
    const struct ac_link *up;
};

// What lowered code says instead of [[ac::noescape]]; acc --check-lowering gives it a meaning.
#ifndef AC_NOESCAPE
#define AC_NOESCAPE
#endif

// A leaf operation that waits: its node, and how to end the wait early. The operation's own fields follow it, after the
// result. `cancel` ends the operation with -ECANCELED and wakes the task, or leaves it when it can no longer be undone.
struct ac_wait {
    struct ac_node node;
    void (*cancel)(struct ac_wait *wait, struct ac_task *task);
};

// Stands before a frame that was made outside its parent: a callee known only by its prototype, a call through a pointer,
// a recursive call. The callee makes it (ac_frame_make) when it is entered without a frame; the parent frees it.
struct ac_outside {
    void *parent;               // frame of the function that waits; written by it when it suspends, before that its task
    __UINTPTR_TYPE__ home;      // where it goes when it is free: the executor's list of that size; of a large one, odd: 2 * bytes + 1
};

// What an async function returns: the result, and whether it is still pending, as a word, so that each has a register of
// its own. Results of at most a register come back this way; others are in the frame, after the node, and the function
// returns ac_void. NAME_take(task, frame) reads a result of that type from `frame`, made by ac_frame_make, whose function has ended, and
// frees the frame. On the executor's thread. NAME_ended and NAME_entered, of each type, are what lowered functions end with that have no
// more to do when a call has returned `polled`; `frame` is that of the callee:
//   NAME_ended     stores the result in the frame. Returns the node that is done, the frame's; 0: the callee waits again
//   NAME_entered   frees the frame, from ac_frame_make, of a callee that is ready; of one that waits it is the caller's. Returns `polled`
typedef void (*ac_any_function)(void);
#define AC_POLL_TYPES(AC_TYPE)                                                                                              \
    AC_TYPE(ac_bool, _Bool) AC_TYPE(ac_char, char) AC_TYPE(ac_schar, signed char) AC_TYPE(ac_uchar, unsigned char)          \
    AC_TYPE(ac_short, short) AC_TYPE(ac_ushort, unsigned short) AC_TYPE(ac_int, int) AC_TYPE(ac_uint, unsigned int)         \
    AC_TYPE(ac_long, long) AC_TYPE(ac_ulong, unsigned long)                                                                 \
    AC_TYPE(ac_llong, long long) AC_TYPE(ac_ullong, unsigned long long)                                                     \
    AC_TYPE(ac_float, float) AC_TYPE(ac_double, double) AC_TYPE(ac_ptr, void *) AC_TYPE(ac_fptr, ac_any_function)
#define AC_POLL_TYPE_(name, type)                                                                                           \
    typedef struct { type value; __INTPTR_TYPE__ pending; } name;                                                           \
    type name##_take(struct ac_task *task, void *frame);                                                                    \
    struct ac_node *name##_ended(name polled, void *frame);                                                                 \
    name name##_entered(name polled, struct ac_task *task, void *frame);
AC_POLL_TYPES(AC_POLL_TYPE_)
#undef AC_POLL_TYPE_
typedef struct { __INTPTR_TYPE__ pending; } ac_void;
struct ac_node *ac_void_ended(ac_void polled, void *frame);
ac_void ac_void_entered(ac_void polled, struct ac_task *task, void *frame);

// The word with which a function comes back pending: the frame in which it waits, for a caller that gave it none. clang would have it in
// the register of the frame from the beginning, and in that of the 0 of a function that is ready: one more to be saved in each call of a
// recursion, where another would do. So it is not told that the two are the same.
#if defined(__clang__) && defined(__OPTIMIZE__) && (defined(__x86_64__) || defined(__aarch64__))
#ifdef __x86_64__
#define AC_COPY_ "mov\t{%1, %0|%0, %1}"
#else
#define AC_COPY_ "mov\t%0, %1"
#endif
static __inline__ __INTPTR_TYPE__ ac_waits(void *frame)
{
    void *word;
    __asm__(AC_COPY_ : "=r"(word) : "r"(frame));
    if (!word)
        __builtin_unreachable();
    return (__INTPTR_TYPE__)word;
}
#define AC_WAITS(frame) ac_waits(frame)
#else
#define AC_WAITS(frame) ((__INTPTR_TYPE__)(frame))
#endif

// The linker symbol of an async function differs from its name, so that plain C that calls it does not link.
#define AC_STRING_(x) #x
#define AC_STRING(x) AC_STRING_(x)
#define AC_SYMBOL(name) __asm__(AC_STRING(__USER_LABEL_PREFIX__) name ".async")

// A handle: a child that was started. task is 0 when there was no memory for it.
typedef struct { struct ac_task *task; } ac_handle;

// The children without a handle that one activation of a function has started. Lies in its frame, if there may be any. All zero: no child.
struct ac_group {
    struct ac_task *first;      // those that have not ended
    struct ac_wait *waiter;     // an `await all` in progress, else 0
    int error;                  // -ENOMEM when ac_child could not make a child; ac_join_all gives it back and clears it
};

// The size of the frame that a function has (in its file) and that others make room for (in its interface header, acc
// --header): they do not link when the header is older than the function.
#define AC_HAS_FRAME(name, bytes) extern const char ac_frame_##name##_##bytes; const char ac_frame_##name##_##bytes = 0
#define AC_NEEDS_FRAME(name, bytes) \
    extern const char ac_frame_##name##_##bytes; \
    static const char *const ac_needs_##name __attribute__((__used__)) = &ac_frame_##name##_##bytes;

// --- called by lowered code ---------------------------------------------------------------------------------------------
//
// All of it on the thread of the task's executor, and not in signal handlers. `task` is the task that runs, sizes are bytes, and
// memory is that of the executor's allocator. Nothing blocks; the one thing that can fail is to get memory.

// Makes a frame outside its parent.
//   bytes   of the frame, as sizeof gives them; their contents are undefined
// Returns the frame, aligned to 2 * sizeof(void *), with `task` as its parent; 0: there is no memory. The caller owns it and gives it
// back by ac_frame_free or NAME_take, in any order, before the executor ends.
void *ac_frame_make(struct ac_task *task, __SIZE_TYPE__ bytes);

// Gives a frame back that ac_frame_make has made for a task of the same executor. Never fails.
void ac_frame_free(struct ac_task *task, void *frame);

// For a callee that was entered without a frame and comes back ready with its result in the frame that it made: it gives the frame,
// and its caller, which has to be the next to ask, takes and owns it.
void ac_frame_give(struct ac_task *task, void *frame);
void *ac_frame_taken(struct ac_task *task);

// The header of a frame that was made outside its parent.
static __inline__ struct ac_outside *ac_frame_outside(void *frame)
{
    return (struct ac_outside *)frame - 1;
}

// The task of a frame that has no parent yet.
static __inline__ struct ac_task *ac_frame_task(void *frame)
{
    return (struct ac_task *)ac_frame_outside(frame)->parent;
}

// For a function that comes back ready, which may have been entered without a frame and have made one.
//   given   the frame that it was entered with, or 0
//   self    the one that it has now, or 0
static __inline__ void ac_frame_unused(struct ac_task *task, void *given, void *self)
{
    if (!given && self)
        ac_frame_free(task, self);
}

// For a function whose callee came back pending, and which may have been entered without a frame.
//   bytes     of its frame
//   self      the frame, or 0: it is made now
//   pending   the word that the callee has returned: its frame, outside its parent. It comes back where a third argument is passed
// Returns both frames. `self` 0: there is no memory for it, and the callee has ended, its result being in `child`: what it waited for
// was ended like everything when a deadline has passed, and other tasks have run meanwhile.
struct ac_waiting { void *self, *child; };
struct ac_waiting ac_frame_make_late(__SIZE_TYPE__ bytes, void *none, __INTPTR_TYPE__ pending);
static __inline__ struct ac_waiting ac_frame_late(__SIZE_TYPE__ bytes, void *self, __INTPTR_TYPE__ pending)
{
    return self ? (struct ac_waiting){ self, (void *)pending } : ac_frame_make_late(bytes, self, pending);
}

// Says who goes on when a child is done that came back pending; to be called before other tasks can run.
//   child    its frame
//   parent   of a frame outside it: the frame of the function that waits
//   site     of the await; static
static __inline__ void ac_suspend(void *child, const struct ac_link *site)
{
    ((struct ac_node *)child)->up = site;
}
static __inline__ void ac_suspend_outside(void *child, void *parent, const struct ac_link *site)
{
    ac_frame_outside(child)->parent = parent;
    ac_suspend(child, site);
}

// For a function that is done after a wait, and in whose frame all that it waits for lies: goes on with who waits for it, as the executor
// would, whose one indirect call processors guess wrong more often. Where compilers make no jump of this one, as many are on the C stack as
// frames lie in each other.
//   node   the function's
// Returns what resuming gives: the node that is done in turn, or 0.
static __inline__ struct ac_node *ac_resume_caller(struct ac_node *node, struct ac_task *task)
{
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
    return node->up->resume(node, task);
#else
    (void)task;
    return node;
#endif
}

// The frame of a callee in that of a function with several awaits. Its address is an instruction away from the function's
// frame; compilers would rather have it once, and keep it on the stack across the calls. So they are not told that it is the
// same each time. gcc -Os does as it should; where gcc has no name for that instruction, it takes two.
#ifndef AC_AT
#if !defined(__OPTIMIZE__) || (defined(__OPTIMIZE_SIZE__) && !defined(__clang__))
#define AC_AT(self, member) (&(self)->member)
#elif (defined(__x86_64__) || defined(__i386__)) && !defined(__clang__)
#define AC_AT(self, member)                                                                         \
    (__extension__({                                                                                \
        void *ac_at_;                                                                               \
        __asm__("lea\t{%1, %0|%0, %1}" : "=r"(ac_at_) : "m"((self)->member));                       \
        ac_at_;                                                                                     \
    }))
#else
static __inline__ void *ac_again(void *self)
{
    __asm__("" : "+r"(self));
    return self;
}
#define AC_AT(self, member) (&((__typeof__(self))ac_again(self))->member)
#endif
#endif

// The point by which a function goes on, 0 when it is called. clang is to lay code out for the call, since most awaits never wait. gcc
// does so by itself, and told of it would no longer see, before it inlines, that a call is one.
#ifdef __clang__
#define AC_RESUMED(point) __builtin_expect_with_probability(point, 0, 0.9)
#else
#define AC_RESUMED(point) (point)
#endif

// An object in a frame, which is aligned to 2 * sizeof(void *) at most, whatever the type asks for.
#define AC_LOOSE(address, type)                                                                                             \
    (*__extension__({                                                                                                       \
        typedef __typeof__(type) ac_strict_;                                                                                \
        typedef ac_strict_ ac_loose_ __attribute__((aligned(AC_LESS_(_Alignof(ac_strict_), 2 * sizeof(void *)))));           \
        (ac_loose_ *)(void *)(address);                                                                                     \
    }))
#define AC_LESS_(a, b) ((a) < (b) ? (a) : (b))

// The result in a frame of which only the result's type is known, and the size of a frame with room for just that.
#define AC_RESULT_STRUCT(type) struct { struct ac_node node; __typeof__(type) result; }
#define AC_RESULT_OFFSET(type) AC_LESS_(__builtin_offsetof(AC_RESULT_STRUCT(type), result), 2 * sizeof(void *))
#define AC_RESULT(frame, type) AC_LOOSE((char *)(frame) + AC_RESULT_OFFSET(type), type)
#define AC_RESULT_COPY(to, from, type) \
    __builtin_memcpy((void *)&AC_RESULT(to, type), &AC_RESULT(from, type), sizeof(AC_RESULT(to, type)))
#define AC_RESULT_FRAME(type) sizeof(AC_RESULT_STRUCT(type))

// `__func__` in a function that is lowered under another name: main as ac_main. No literal: that might share its bytes with another one.
//   prefix   what stands before its own name
#define AC_FUNC(prefix, name) (*(const char (*)[sizeof name])(const void *)&__func__[sizeof prefix - 1])

// Ends the program with a message and abort(3): a frame could not be made, and the function's result type leaves no room for an error.
//   function   as the user wrote it
__attribute__((noreturn, cold)) void ac_no_memory(const char *function);
#define AC_ENOMEM 12

// Storage for a variable length array or alloca of one activation.
//   list    in the frame of the activation, at first 0: what it holds, for ac_blocks_free
//   old     one that is given back first, as the array of the block's last round; or 0
//   bytes   0 or more
// Returns `bytes` of undefined contents, aligned for every type. Ends the program when there is no memory, as C has no answer to that.
void *ac_block(struct ac_task *task, void **list, void *old, __SIZE_TYPE__ bytes);

// Gives all of a list back, which is empty then.
void ac_blocks_free(struct ac_task *task, void **list);

// What stands before the frame of an object `_Frame(f)`: room for the task that runs it when it is started as a child; while
// it is awaited in place, its last two words are the struct ac_outside of the frame.
struct ac_slot {
    void *words[5];
    unsigned numbers[2];
} __attribute__((aligned(2 * sizeof(void *))));

// The first word of the slot of a frame that was made and has not been started.
#define AC_FRAME_MADE_ ((void *)1)
#define AC_FRAME_MADE { { AC_FRAME_MADE_ }, { 0, 0 } }
#define AC_FRAME_MAKE(slot) ((void)((slot)->words[0] = AC_FRAME_MADE_))

// What a handle holds whose child was given to another one, or to the executor, when that is checked.
#define AC_HANDLE_GIVEN_ ((struct ac_task *)2)

// Whether a running program checks what becomes of frames and handles: without optimization, or as -fcheck, -fno-check or
// -DAC_CHECK=0 or 1 says. Every check that fails ends the program with the place and the name of what was misused.
#ifndef AC_CHECK
#ifdef __OPTIMIZE__
#define AC_CHECK 0
#else
#define AC_CHECK 1
#endif
#endif
#if AC_CHECK
#define AC_FRAME_START(object, name, function) ac_frame_start(ac_task, &(object)->ac_slot, name, function, __FILE__, __LINE__)
#define AC_FRAME_END(object, name, function) ac_frame_end(ac_task, &(object)->ac_slot, name, function, __FILE__, __LINE__)
#define AC_FRAME_MOVE(object, name, function)                                                                          \
    (__extension__({                                                                                                   \
        __auto_type ac_from = &(object);                                                                               \
        __typeof__(*ac_from) ac_moved = *ac_from;                                                                      \
        if (!ac_frame_leave(&ac_from->ac_slot))                                                                        \
            ac_misused(__FILE__, __LINE__, "the frame '" name "' of '" function "' is moved while it runs");           \
        ac_moved;                                                                                                      \
    }))
#define AC_HANDLE_TAKE(handle, name) ac_handle_take_checked(ac_task, (ac_handle *)(handle), name, __FILE__, __LINE__)
#define AC_HANDLE_LEFT_(child) ((__UINTPTR_TYPE__)(child) > (__UINTPTR_TYPE__)AC_HANDLE_GIVEN_ ? AC_HANDLE_GIVEN_ : (child))
#define AC_HANDLES_LEFT_ ac_handles_give
#else
#define AC_FRAME_START(object, name, function) ((void)0)
#define AC_FRAME_END(object, name, function) ((void)0)
#define AC_FRAME_MOVE(object, name, function) (object)
#define AC_HANDLE_TAKE(handle, name) ac_handle_take((ac_handle *)(handle))
#define AC_HANDLE_LEFT_(child) ((struct ac_task *)0)
#define AC_HANDLES_LEFT_ ac_handles_clear
#endif

// Ends the program with a message and abort(3): what is called at `file`:`line` is misused, and how.
__attribute__((noreturn, cold)) void ac_misused(const char *file, unsigned line, const char *how);

// Checks a frame object that is about to be started: it was made, lies where it was made or moved to, and has not been started. Else it
// ends the program.
//   slot       of the object
//   name       of the object in the source, or ""
//   function   whose frame it is
//   file, line of the await or async
void ac_frame_start(struct ac_task *task, struct ac_slot *slot, const char *name, const char *function, const char *file,
                    unsigned line);

// The same when the await has come to its end: the object lies where it was started.
void ac_frame_end(struct ac_task *task, struct ac_slot *slot, const char *name, const char *function, const char *file, unsigned line);

// A frame is moved out of this slot, and is not there any more. Returns false, and does nothing: it runs.
_Bool ac_frame_leave(struct ac_slot *slot);

// Takes the child out of a handle that is about to be awaited or moved, and is spent then: the caller owns the child.
static __inline__ ac_handle ac_handle_take(ac_handle *handle)
{
    ac_handle taken = *handle;
    handle->task = AC_HANDLE_LEFT_(taken.task);
    return taken;
}

// A handle gets another child, which it owns. The one that it had is cancelled.
//   group   who waits for all of it waits for that child too; 0: the executor does
void ac_handle_put(ac_handle *handle, ac_handle child, struct ac_group *group);

// The value of an object that holds handles, which are spent then; behind `from` the places, as for ac_drop_in.
#define AC_HANDLES_TAKE(from, ...)                                          \
    (__extension__({                                                        \
        __auto_type ac_from = &(from);                                      \
        __typeof__(*ac_from) ac_taken = *ac_from;                           \
        AC_HANDLES_LEFT_((void *)ac_from, sizeof *ac_from, __VA_ARGS__);    \
        ac_taken;                                                           \
    }))

// Assigns to an object that holds handles: ac_handle_put for each of them. Places as for ac_drop_in.
#define AC_HANDLES_PUT(to, value, group, ...)                                        \
    (__extension__({                                                                 \
        __typeof__(to) *ac_to = &(to), ac_given = (value);                           \
        ac_handles_put((void *)ac_to, group, sizeof *ac_to, __VA_ARGS__);            \
        *ac_to = ac_given;                                                           \
        (void)0;                                                                     \
    }))

// All handles in `bytes` of objects; places as for ac_drop_in.
//   ac_handles_put     they will get other children, as for ac_handle_put
//   ac_handles_leave   a function that is not async leaves them: their children are cancelled, and the executor waits for them
//   ac_handles_clear   they are empty now: their children belong to whoever has a copy
//   ac_handles_give    the same, and they know that they had a child
void ac_handles_put(void *objects, struct ac_group *group, __SIZE_TYPE__ bytes, __SIZE_TYPE__ each, unsigned count,
                    const unsigned *places);
void ac_handles_leave(void *objects, __SIZE_TYPE__ bytes, __SIZE_TYPE__ each, unsigned count, const unsigned *places);
void ac_handles_clear(void *objects, __SIZE_TYPE__ bytes, __SIZE_TYPE__ each, unsigned count, const unsigned *places);
void ac_handles_give(void *objects, __SIZE_TYPE__ bytes, __SIZE_TYPE__ each, unsigned count, const unsigned *places);

// ac_handle_take, and ends the program with a message if the handle was awaited or given away before.
//   name         of the handle in the source, or ""
//   file, line   of the await or move
ac_handle ac_handle_take_checked(struct ac_task *task, ac_handle *handle, const char *name, const char *file, unsigned line);

// Makes a child task that lies in `slot`, in front of its frame: the memory is the caller's, and has to stay until the child has ended.
//   group   of the activation that starts it; 0: somebody will have a handle
// Returns it; never fails.
struct ac_task *ac_child_in(struct ac_task *task, struct ac_group *group, struct ac_slot *slot);

// Makes a child task with memory of its own.
//   group   of the activation that starts it; 0: somebody will have a handle
//   bytes   of its frame, with its node, less than 4 GiB
// Returns it, to be entered at once and then given to ac_child_started; 0: there is no memory, as ac_start_error and the group's
// ac_join_all will say.
struct ac_task *ac_child(struct ac_task *task, struct ac_group *group, __SIZE_TYPE__ bytes);

// The frame of a child; it lives as long as the child.
void *ac_child_frame(struct ac_task *child);

// To be called after the child's function was entered.
//   pending                whether it waits; else its result, if any, is in its frame already
//   detached_from_handle   nobody holds a handle: when the child has ended, now or later, it is gone. Else the holder of the handle
//                          owns it, and frees it by ac_child_free
void ac_child_started(struct ac_task *child, _Bool pending, _Bool detached_from_handle);

// Waits for a child to end. Then its result is in ac_child_frame(child), after the node, and ac_child_free ends its life. A frame that
// waits says which child it is.
//   child   from a handle; 0, for which there was no memory, has ended
// A cancelled task that joins passes the cancellation on to the children it waits for, and waits until they have ended.
// Costs no allocation.
struct ac_join_frame { struct ac_wait wait; struct ac_task *child; };
ac_void ac_join(void *frame, struct ac_task *task, unsigned point, struct ac_task *child) AC_SYMBOL("ac_join");

// The same for all children of a group, which have no handle. Returns 0, or -ENOMEM: since the last time there was no memory for one.
struct ac_join_all_frame { struct ac_node node; int result; struct ac_wait wait; struct ac_group *group; struct ac_task *task; };
ac_int ac_join_all(void *frame, struct ac_task *task, unsigned point, struct ac_group *group) AC_SYMBOL("ac_join_all");

// Ends the life of a child that has ended. 0 is left alone; one that runs ends the program with a message.
void ac_child_free(struct ac_task *child);

// At the end of a block: cancels the children behind handles that were not awaited, which are empty then, and waits for them, as
// ac_join_all does. ac_drop: behind `bytes` of handles. ac_drop_in: behind those in objects.
//   objects   `bytes` of them
//   each      bytes of one, of which `bytes` is a multiple
//   places    `count` pairs: how many bytes into an object handles lie, and how many side by side
struct ac_drop_frame { struct ac_join_all_frame all; struct ac_group group; };
ac_int ac_drop_in(void *frame, struct ac_task *task, unsigned point, void *objects, __SIZE_TYPE__ bytes, __SIZE_TYPE__ each,
                  unsigned count, const unsigned *places) AC_SYMBOL("ac_drop_in");
ac_int ac_drop(void *frame, struct ac_task *task, unsigned point, ac_handle *handles, __SIZE_TYPE__ bytes) AC_SYMBOL("ac_drop");

// Around a deferred statement that waits: in between the task does not see that it is cancelled. They nest, up to 2,048 deep.
void ac_cancel_hold(struct ac_task *task);
void ac_cancel_resume(struct ac_task *task);

// Makes what lies in a slot an arm of `await any`: a child task, in the frame of the function that waits or in a frame object, its
// own frame behind it. The memory is the caller's. It is cancelled if `task` is.
// Returns it; never fails.
struct ac_task *ac_arm_begin(struct ac_slot *slot, struct ac_task *task);

// The frame object of an arm has run to its end: it may be given another frame.
void ac_arm_end(struct ac_task *arm);



// Whether the child of a handle has ended; 0, for which there was no memory, has.
_Bool ac_arm_ended(const struct ac_task *child);

// Waits for an arm to end, cancels the others and waits for them.
//   arms     `count` of them, 1 or more, in order; the array has to stay until this returns. 0: an arm that has ended
//   chosen   an arm that was ready at once, behind which none was started; count + 1: none is to be chosen; 0: the first to end
// Returns the number of the chosen one, from 1, and puts into `count` of the frame how many were started. Costs no allocation.
struct ac_any_frame {
    struct ac_node node;
    unsigned result, count;
    struct ac_wait wait;
    struct ac_task **arms;
    unsigned chosen, at;
};
ac_uint ac_await_any(void *frame, struct ac_task *task, unsigned point, struct ac_task **arms, unsigned count, unsigned chosen)
    AC_SYMBOL("ac_await_any");

// The same, where the call of an arm has waited while those before ran: `started` arms, of which `chosen` has ended.
ac_uint ac_await_started(void *frame, struct ac_task *task, unsigned point, struct ac_task **arms, unsigned started, unsigned chosen)
    AC_SYMBOL("ac_await_started");

// Who of `count` arms that are running has ended: the number of the first one, from 1; 0: nobody.
unsigned ac_arms_ended(struct ac_task *const *arms, unsigned count);
#define AC_ECANCELED 125

// The real main of a program with `async int main`: makes an executor and a root task, runs it to its end, and gives everything back.
//   bytes   of the frame of main
//   enter   calls the async main with its arguments in that frame and returns what it returned
//   args    what main was given; the caller's
// Returns the result of main; 1, with a message: no executor, no memory, or main waits for what can never happen. SIGPIPE is ignored
// from then on, unless the program has said what becomes of it. Threads: the program's first.
struct ac_main { int argc; char **argv; char **envp; };
int ac_run_main(__SIZE_TYPE__ bytes, ac_int (*enter)(void *frame, struct ac_task *task, const struct ac_main *args),
                const struct ac_main *args);

// The same for ac_block_on and <f>_block_on: runs a task on an executor of its own until it has ended.
//   bytes         of its frame
//   enter, args   as for ac_executor_start
//   result        where `result_bytes` go that lie `result_offset` bytes into the frame; not touched unless this returns 0
// Returns 0, or -errno. -ENOMEM, -EMFILE, -ENFILE: it was not entered, nor for -EINVAL: AC_REACTOR names no reactor; -EDEADLK: the task
// waits for what can never happen.
// Blocks. Threads: any, also one that runs another executor, whose tasks stand still meanwhile.
int ac_run_root(__SIZE_TYPE__ bytes, _Bool (*enter)(void *frame, struct ac_task *task, void *args), void *args,
                void *result, __SIZE_TYPE__ result_offset, __SIZE_TYPE__ result_bytes);

// ac_spawn and <f>_spawn: starts a task that nobody has a handle of, on an executor that is there.
//   bytes, enter, args   as for ac_executor_start
// Returns 0, or -ENOMEM: it was not entered. Threads: the executor's own.
struct ac_executor;
int ac_start_root(struct ac_executor *executor, __SIZE_TYPE__ bytes,
                  _Bool (*enter)(void *frame, struct ac_task *task, void *args), void *args);

// Silences what lowered code cannot avoid: a reload may store what the user's code never set; a resumption jumps over
// initialisers; a local that ends with an array without a size is no last member of its frame; gcc takes the resumption inside
// a block for a use of the block's variables after their end, and wants parameters of array type declared alike.
// Lowered code is C11, with statements in front of declarations, whatever the file is compiled as.
#if !defined(__STDC_VERSION__) || __STDC_VERSION__ < 201112L
#define AC_LOWERED_OLD _Pragma("GCC diagnostic ignored \"-Wpedantic\"")
#else
#define AC_LOWERED_OLD
#endif
#if defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define AC_LOWERED_DANGLING _Pragma("GCC diagnostic ignored \"-Wdangling-pointer\"")
#else
#define AC_LOWERED_DANGLING
#endif
#if __GNUC__ >= 11
#define AC_LOWERED_VLA \
    _Pragma("GCC diagnostic ignored \"-Wvla-parameter\"") _Pragma("GCC diagnostic ignored \"-Warray-parameter\"")
#else
#define AC_LOWERED_VLA
#endif
#define AC_BEGIN_LOWERED \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wmaybe-uninitialized\"") AC_LOWERED_DANGLING \
        AC_LOWERED_VLA AC_LOWERED_OLD _Pragma("GCC diagnostic ignored \"-Wjump-misses-init\"") \
        _Pragma("GCC diagnostic ignored \"-Wdeclaration-after-statement\"")
#define AC_END_LOWERED _Pragma("GCC diagnostic pop")
#elif defined(__clang__)
#define AC_BEGIN_LOWERED \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wuninitialized\"") \
    _Pragma("clang diagnostic ignored \"-Wsometimes-uninitialized\"") \
    _Pragma("clang diagnostic ignored \"-Wconditional-uninitialized\"") \
    _Pragma("clang diagnostic ignored \"-Wgnu-variable-sized-type-not-at-end\"") \
    _Pragma("clang diagnostic ignored \"-Wstatic-in-inline\"") \
    _Pragma("clang diagnostic ignored \"-Wdeclaration-after-statement\"") AC_LOWERED_OLD
#define AC_END_LOWERED _Pragma("clang diagnostic pop")
#else
#define AC_BEGIN_LOWERED
#define AC_END_LOWERED
#endif

// The point by which a function goes on, where it is compiled for that alone.
static __inline__ unsigned ac_resumed(unsigned point)
{
    if (point == 0)
        __builtin_unreachable();
    return point;
}

// What several places share, and none should hold a copy of.
#define AC_APART static __attribute__((__noinline__))

// A function that keeps addresses of its labels while it is suspended must not be copied.
#if defined(__clang__)
#define AC_ONE_COPY __attribute__((__noinline__))
#else
#define AC_ONE_COPY __attribute__((__noinline__, __noclone__))
#endif
// One that has the parameters of another, which goes on in it by a jump: they stay where they are. Small rather than fast.
#define AC_APART_ENTRY static AC_ONE_COPY __attribute__((__cold__))

// A function that is inlined into its two entries, but where code is to be small: as it is called, and NAME_resume. One that calls itself
// is called as NAME_outside, without a frame. Of another one the text is that of AC_MACHINE(NAME), and AC_ENTRY is what others call;
// where code is to be small, or to be looked at by debuggers, that is the function itself, with the attributes of AC_ONCE.
// AC_MACHINE_FUNC is `__func__` in it.
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
#define AC_TWICE __inline__ __attribute__((__always_inline__))
#define AC_TWICE_EXTERN static AC_TWICE
#define AC_MACHINE(name) ac_machine_##name
#define AC_MACHINE_FUNC(name) AC_FUNC("ac_machine_", name)
#define AC_ENTRY(head, call) \
    head                     \
    {                        \
        (void)ac_point;      \
        return call;         \
    }
#define AC_ONCE(attribute)
#else
#define AC_TWICE
#define AC_TWICE_EXTERN
#define AC_MACHINE(name) name
#define AC_MACHINE_FUNC(name) __func__
#define AC_ENTRY(head, call)
#define AC_ONCE(attribute) attribute
#endif
#define AC_APART_RESUMED AC_APART __attribute__((__nonnull__(1)))

// The first address in `bytes` that is a multiple of `align`: where an object lies that needs more than frames are aligned to.
#define AC_ALIGNED(bytes, align) \
    ((void *)(((__UINTPTR_TYPE__)(bytes) + (align) - 1) & ~(__UINTPTR_TYPE__)((align) - 1)))

#define AC_OFFSET(type, member) __builtin_offsetof(type, member)
#define AC_PARENT(node, type, member) ((type *)(void *)((char *)(node) - __builtin_offsetof(type, member)))

#endif
