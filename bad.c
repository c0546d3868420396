#include <acc/frame.h>
// The address of a local stays valid across awaits, and is the same before and after.
// What the programs here share: async callees that suspend as often as SUSPEND says and leave a trace of their argument.
// The trace is the same whether they suspend or not, and the same in the erased program.
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef AC_ERASED
static inline async void ac_yield(void)
{
}
#ifndef __ACC__
// `await all;` without its first word.
__attribute__((unused)) static volatile int all;
#define ac_block_on(call) (call)
#endif
#else
#include <acc/acc.h>
#endif

// From the environment, so that one program is run with each number.
static inline int suspensions(void)
{
    const char *text = getenv("SUSPEND");
    return text ? atoi(text) : 0;
}

struct suspend_frame {
    struct ac_node node;
    struct {
        struct ac_yield_frame child;
        int left;
    } at1;
};
_Static_assert(sizeof(struct suspend_frame) == 24, "acc and the compiler lay out struct suspend_frame alike");
_Static_assert(__builtin_offsetof(struct suspend_frame, at1) == 8, "");
static const struct ac_link suspend_at1;
AC_BEGIN_LOWERED
__attribute__((unused)) static ac_void suspend(void *ac_frame, struct ac_task *ac_task, unsigned ac_point)
{
    struct suspend_frame *ac_self = ac_frame; long ac_node;
    switch (ac_point) { case 1: goto __coro_resume_1; }
    for (int left = suspensions(); left > 0; left--)
        {
            ac_void ac_r1 = ac_yield(&ac_self->at1.child, ac_task, 0);
            if (ac_r1.pending) {
                ac_suspend(&ac_self->at1.child, &suspend_at1);
                ac_self->at1.left = left;
                return (ac_void){ .pending = 1 };
            __coro_resume_1:;
                left = ac_self->at1.left;
            }
        }
    return (ac_void){ .pending = 0 };
}
AC_END_LOWERED
static struct ac_node *suspend_resume(struct suspend_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
{
    ac_void ac_r = suspend(ac_self, ac_task, ac_point);
    if (ac_r.pending)
        return 0;
    return &*(&ac_node);
}
static struct ac_node *suspend_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return suspend_resume(AC_PARENT(ac_done, struct suspend_frame, at1.child), ac_task, 1); }
static const struct ac_link suspend_at1 = { suspend_resume_1, "suspend", "tests/run/support.h", 33, 0 };

struct val_frame {
    struct ac_node node;
    union {
        int result;
        struct {
            struct suspend_frame child;
            int x;
        } at1;
    };
};
_Static_assert(sizeof(struct val_frame) == 40, "acc and the compiler lay out struct val_frame alike");
_Static_assert(__builtin_offsetof(struct val_frame, at1) == 8, "");
static const struct ac_link val_at1;
AC_BEGIN_LOWERED
__attribute__((unused)) static ac_int val(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int x)
{
    struct val_frame *ac_self = ac_frame; long ac_node;
    switch (ac_point) { case 1: goto __coro_resume_1; }
    ac_void ac_r1 = suspend(&ac_self->at1.child, ac_task, 0);
    if (ac_r1.pending) {
        ac_suspend(&ac_self->at1.child, &val_at1);
        ac_self->at1.x = x;
        return (ac_int){ .pending = 1 };
    __coro_resume_1:;
        x = ac_self->at1.x;
    }
    printf("%d ", x);
    return (ac_int){ x, 0 };
}
AC_END_LOWERED
static struct ac_node *val_resume(struct val_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
{
    ac_int ac_r = val(ac_self, ac_task, ac_point, 0);
    if (ac_r.pending)
        return 0;
    ac_self->result = ac_r.value;
    return &*(&ac_node);
}
static struct ac_node *val_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return val_resume(AC_PARENT(ac_done, struct val_frame, at1.child), ac_task, 1); }
static const struct ac_link val_at1 = { val_resume_1, "val", "tests/run/support.h", 38, 0 };

struct mark_frame {
    struct ac_node node;
    struct {
        struct suspend_frame child;
        int x;
    } at1;
};
_Static_assert(sizeof(struct mark_frame) == 40, "acc and the compiler lay out struct mark_frame alike");
_Static_assert(__builtin_offsetof(struct mark_frame, at1) == 8, "");
static const struct ac_link mark_at1;
AC_BEGIN_LOWERED
__attribute__((unused)) static ac_void mark(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int x)
{
    struct mark_frame *ac_self = ac_frame; long ac_node;
    switch (ac_point) { case 1: goto __coro_resume_1; }
    ac_void ac_r1 = suspend(&ac_self->at1.child, ac_task, 0);
    if (ac_r1.pending) {
        ac_suspend(&ac_self->at1.child, &mark_at1);
        ac_self->at1.x = x;
        return (ac_void){ .pending = 1 };
    __coro_resume_1:;
        x = ac_self->at1.x;
    }
    printf("[%d] ", x);
    return (ac_void){ .pending = 0 };
}
AC_END_LOWERED
static struct ac_node *mark_resume(struct mark_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
{
    ac_void ac_r = mark(ac_self, ac_task, ac_point, 0);
    if (ac_r.pending)
        return 0;
    return &*(&ac_node);
}
static struct ac_node *mark_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return mark_resume(AC_PARENT(ac_done, struct mark_frame, at1.child), ac_task, 1); }
static const struct ac_link mark_at1 = { mark_resume_1, "mark", "tests/run/support.h", 45, 0 };

__attribute__((unused)) static int store[8];

struct place_frame {
    struct ac_node node;
    union {
        int *result;
        struct {
            struct suspend_frame child;
            int i;
        } at1;
    };
};
_Static_assert(sizeof(struct place_frame) == 40, "acc and the compiler lay out struct place_frame alike");
_Static_assert(__builtin_offsetof(struct place_frame, at1) == 8, "");
static const struct ac_link place_at1;
AC_BEGIN_LOWERED
__attribute__((unused)) static ac_ptr place(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int i)
{
    struct place_frame *ac_self = ac_frame; long ac_node;
    switch (ac_point) { case 1: goto __coro_resume_1; }
    ac_void ac_r1 = suspend(&ac_self->at1.child, ac_task, 0);
    if (ac_r1.pending) {
        ac_suspend(&ac_self->at1.child, &place_at1);
        ac_self->at1.i = i;
        return (ac_ptr){ .pending = 1 };
    __coro_resume_1:;
        i = ac_self->at1.i;
    }
    printf("&%d ", i);
    return (ac_ptr){ (void *)(&store[i & 7]), 0 };
}
AC_END_LOWERED
static struct ac_node *place_resume(struct place_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
{
    ac_ptr ac_r = place(ac_self, ac_task, ac_point, 0);
    if (ac_r.pending)
        return 0;
    ac_self->result = ac_r.value;
    return &*(&ac_node);
}
static struct ac_node *place_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return place_resume(AC_PARENT(ac_done, struct place_frame, at1.child), ac_task, 1); }
static const struct ac_link place_at1 = { place_resume_1, "place", "tests/run/support.h", 53, 0 };

static inline void show(const char *name, long long value)
{
    printf("%s=%lld\n", name, value);
}

#endif

struct add_frame {
    struct ac_node node;
    int copy;
    struct {
        struct suspend_frame child;
        int *to;
        int *from;
    } at1;
};
_Static_assert(sizeof(struct add_frame) == 56, "acc and the compiler lay out struct add_frame alike");
_Static_assert(__builtin_offsetof(struct add_frame, copy) == 8, "");
_Static_assert(__builtin_offsetof(struct add_frame, at1) == 16, "");
static const struct ac_link add_at1;
AC_BEGIN_LOWERED
static ac_void add(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int *to, int x)
{
    struct add_frame *ac_self = ac_frame; long ac_node;
    switch (ac_point) { case 1: goto __coro_resume_1; }
    ac_self->copy = x;
    int *from = &ac_self->copy;
    ac_void ac_r1 = suspend(&ac_self->at1.child, ac_task, 0);
    if (ac_r1.pending) {
        ac_suspend(&ac_self->at1.child, &add_at1);
        ac_self->at1.to = to, ac_self->at1.from = from;
        return (ac_void){ .pending = 1 };
    __coro_resume_1:;
        to = ac_self->at1.to, from = ac_self->at1.from;
    }
    *to += *from;
    return (ac_void){ .pending = 0 };
}
AC_END_LOWERED
static struct ac_node *add_resume(struct add_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
{
    ac_void ac_r = add(ac_self, ac_task, ac_point, 0, 0);
    if (ac_r.pending)
        return 0;
    return &*(&ac_node);
}
static struct ac_node *add_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return add_resume(AC_PARENT(ac_done, struct add_frame, at1.child), ac_task, 1); }
static const struct ac_link add_at1 = { add_resume_1, "add", "tests/run/address_across.ac", 8, 0 };

struct ac_main_frame {
    struct ac_node node;
    union {
        int result;
        struct {
            int *x;
            const char *text;
            int * volatile hidden;
            int w;
            int unread;
            union {
                struct {
                    struct mark_frame child;
                    int **y;
                } at1;
                struct {
                    struct mark_frame child;
                    int **y;
                } at2;
                struct {
                    struct mark_frame child;
                    int **y;
                } at3;
                struct {
                    struct mark_frame child;
                    int **y;
                } at4;
                struct {
                    struct add_frame child;
                } at5;
                struct {
                    struct val_frame child;
                    int *t1;
                } at6;
                struct {
                    struct add_frame child;
                } at7;
                struct {
                    struct mark_frame child;
                    const char **at;
                } at8;
                struct {
                    struct mark_frame child;
                } at9;
                struct {
                    struct mark_frame child;
                } at10;
            };
        };
    };
};
_Static_assert(sizeof(struct ac_main_frame) == 96, "acc and the compiler lay out struct ac_main_frame alike");
_Static_assert(__builtin_offsetof(struct ac_main_frame, x) == 8, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, text) == 16, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, hidden) == 24, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, w) == 32, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, unread) == 36, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at1) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at2) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at3) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at4) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at5) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at6) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at7) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at8) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at9) == 40, "");
_Static_assert(__builtin_offsetof(struct ac_main_frame, at10) == 40, "");
static const struct ac_link ac_main_at1, ac_main_at2, ac_main_at3, ac_main_at4, ac_main_at5, ac_main_at6, ac_main_at7, ac_main_at8, ac_main_at9, ac_main_at10;
AC_BEGIN_LOWERED
ac_int ac_main(void *ac_frame, struct ac_task *ac_task, unsigned ac_point)
{
    struct ac_main_frame *ac_self = ac_frame; long ac_node;
    switch (ac_point) { case 1: goto __coro_resume_1; case 2: goto __coro_resume_2; case 3: goto __coro_resume_3; case 4: goto __coro_resume_4; case 5: goto __coro_resume_5; case 6: goto __coro_resume_6; case 7: goto __coro_resume_7; case 8: goto __coro_resume_8; case 9: goto __coro_resume_9; case 10: goto __coro_resume_10; }
    ac_self->w = 5;
    ac_self->x = &ac_self->w;
    int **y = &ac_self->x;
    ac_void ac_r1 = mark(&ac_self->at1.child, ac_task, 0, 1);
    if (ac_r1.pending) {
        ac_suspend(&ac_self->at1.child, &ac_main_at1);
        ac_self->at1.y = y;
        return (ac_int){ .pending = 1 };
    __coro_resume_1:;
        y = ac_self->at1.y;
    }
    *ac_self->x += 2;
    ac_void ac_r2 = mark(&ac_self->at2.child, ac_task, 0, 2);
    if (ac_r2.pending) {
        ac_suspend(&ac_self->at2.child, &ac_main_at2);
        ac_self->at2.y = y;
        return (ac_int){ .pending = 1 };
    __coro_resume_2:;
        y = ac_self->at2.y;
    }
    ac_self->w++;
    ac_void ac_r3 = mark(&ac_self->at3.child, ac_task, 0, 3);
    if (ac_r3.pending) {
        ac_suspend(&ac_self->at3.child, &ac_main_at3);
        ac_self->at3.y = y;
        return (ac_int){ .pending = 1 };
    __coro_resume_3:;
        y = ac_self->at3.y;
    }
    show("*x", *ac_self->x);
    **y = 9;
    ac_void ac_r4 = mark(&ac_self->at4.child, ac_task, 0, 4);
    if (ac_r4.pending) {
        ac_suspend(&ac_self->at4.child, &ac_main_at4);
        ac_self->at4.y = y;
        return (ac_int){ .pending = 1 };
    __coro_resume_4:;
        y = ac_self->at4.y;
    }
    show("w", ac_self->w + (*y == &ac_self->w) + (ac_self->x == &ac_self->w) + (y == &ac_self->x));
    ac_void ac_r5 = add(&ac_self->at5.child, ac_task, 0, &ac_self->w, 100);
    if (ac_r5.pending) {
        ac_suspend(&ac_self->at5.child, &ac_main_at5);
        return (ac_int){ .pending = 1 };
    __coro_resume_5:;
    }
    int *ac_t1 = ac_self->x;
    ac_int ac_r6 = val(&ac_self->at6.child, ac_task, 0, 1000);
    if (ac_r6.pending) {
        ac_suspend(&ac_self->at6.child, &ac_main_at6);
        ac_self->at6.t1 = ac_t1;
        return (ac_int){ .pending = 1 };
    __coro_resume_6:;
        ac_t1 = ac_self->at6.t1;
        ac_r6.value = ac_self->at6.child.result;
    }
    ac_void ac_r7 = add(&ac_self->at7.child, ac_task, 0, ac_t1, ac_r6.value);
    if (ac_r7.pending) {
        ac_suspend(&ac_self->at7.child, &ac_main_at7);
        return (ac_int){ .pending = 1 };
    __coro_resume_7:;
    }
    show("w", ac_self->w);
    ac_self->text = "abc";
    const char **at = &ac_self->text;
    ac_void ac_r8 = mark(&ac_self->at8.child, ac_task, 0, 5);
    if (ac_r8.pending) {
        ac_suspend(&ac_self->at8.child, &ac_main_at8);
        ac_self->at8.at = at;
        return (ac_int){ .pending = 1 };
    __coro_resume_8:;
        at = ac_self->at8.at;
    }
    ++*at;
    ac_void ac_r9 = mark(&ac_self->at9.child, ac_task, 0, 6);
    if (ac_r9.pending) {
        ac_suspend(&ac_self->at9.child, &ac_main_at9);
        return (ac_int){ .pending = 1 };
    __coro_resume_9:;
    }
    show("*text", *ac_self->text);
    ac_self->unread = 1;
    ac_self->hidden = &ac_self->unread;
    ac_void ac_r10 = mark(&ac_self->at10.child, ac_task, 0, 7);
    if (ac_r10.pending) {
        ac_suspend(&ac_self->at10.child, &ac_main_at10);
        return (ac_int){ .pending = 1 };
    __coro_resume_10:;
    }
    *ac_self->hidden = 2;
    show("unread", ac_self->unread);
    return (ac_int){ 0, 0 };
}
AC_END_LOWERED
static struct ac_node *ac_main_resume(struct ac_main_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
{
    ac_int ac_r = ac_main(ac_self, ac_task, ac_point);
    if (ac_r.pending)
        return 0;
    ac_self->result = ac_r.value;
    return &*(&ac_node);
}
static struct ac_node *ac_main_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at1.child), ac_task, 1); }
static const struct ac_link ac_main_at1 = { ac_main_resume_1, "main", "tests/run/address_across.ac", 15, 0 };
static struct ac_node *ac_main_resume_2(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at2.child), ac_task, 2); }
static const struct ac_link ac_main_at2 = { ac_main_resume_2, "main", "tests/run/address_across.ac", 17, 0 };
static struct ac_node *ac_main_resume_3(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at3.child), ac_task, 3); }
static const struct ac_link ac_main_at3 = { ac_main_resume_3, "main", "tests/run/address_across.ac", 19, 0 };
static struct ac_node *ac_main_resume_4(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at4.child), ac_task, 4); }
static const struct ac_link ac_main_at4 = { ac_main_resume_4, "main", "tests/run/address_across.ac", 22, 0 };
static struct ac_node *ac_main_resume_5(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at5.child), ac_task, 5); }
static const struct ac_link ac_main_at5 = { ac_main_resume_5, "main", "tests/run/address_across.ac", 24, 0 };
static struct ac_node *ac_main_resume_6(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at6.child), ac_task, 6); }
static const struct ac_link ac_main_at6 = { ac_main_resume_6, "main", "tests/run/address_across.ac", 25, 0 };
static struct ac_node *ac_main_resume_7(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at7.child), ac_task, 7); }
static const struct ac_link ac_main_at7 = { ac_main_resume_7, "main", "tests/run/address_across.ac", 25, 0 };
static struct ac_node *ac_main_resume_8(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at8.child), ac_task, 8); }
static const struct ac_link ac_main_at8 = { ac_main_resume_8, "main", "tests/run/address_across.ac", 28, 0 };
static struct ac_node *ac_main_resume_9(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at9.child), ac_task, 9); }
static const struct ac_link ac_main_at9 = { ac_main_resume_9, "main", "tests/run/address_across.ac", 30, 0 };
static struct ac_node *ac_main_resume_10(struct ac_node *ac_done, struct ac_task *ac_task) { return ac_main_resume(AC_PARENT(ac_done, struct ac_main_frame, at10.child), ac_task, 10); }
static const struct ac_link ac_main_at10 = { ac_main_resume_10, "main", "tests/run/address_across.ac", 34, 0 };
static ac_int ac_enter_main(void *ac_frame, struct ac_task *ac_task, const struct ac_main *ac_args)
{
    (void)ac_args;
    return ac_main(ac_frame, ac_task, 0);
}
int main(int argc, char **argv, char **envp)
{
    struct ac_main args = { argc, argv, envp };
    return ac_run_main(sizeof(struct ac_main_frame), ac_enter_main, &args);
}
