#include <acc/frame.h>
#line 1 "/tmp/ext.ac"
# 1 "tests/run/support.h" 1
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
#line 30
__attribute__((unused)) static ac_void suspend(void *ac_frame, struct ac_task *ac_task, unsigned ac_point)
{
#line 31
    struct suspend_frame *ac_self = ac_frame;
#line 31
    switch (ac_point) { case 1: goto __coro_resume_1; }
    for (int left = suspensions(); left > 0; left--)
        {
#line 33
            ac_void ac_r1 = ac_yield(&ac_self->at1.child, ac_task, 0);
#line 33
            if (ac_r1.pending) {
#line 33
                ac_suspend(&ac_self->at1.child, &suspend_at1);
#line 33
                ac_self->at1.left = left;
#line 33
                return (ac_void){ .pending = 1 };
#line 33
            __coro_resume_1:;
#line 33
                left = ac_self->at1.left;
#line 33
            }
#line 33
        }
    return (ac_void){ .pending = 0 };
#line 34
}
#line 34
AC_END_LOWERED
#line 34
static struct ac_node *suspend_resume(struct suspend_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
#line 34
{
#line 34
    ac_void ac_r = suspend(ac_self, ac_task, ac_point);
#line 34
    if (ac_r.pending)
#line 34
        return 0;
#line 34
    return &ac_self->node;
#line 34
}
#line 34
static struct ac_node *suspend_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return suspend_resume(AC_PARENT(ac_done, struct suspend_frame, at1.child), ac_task, 1); }
#line 34
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
#line 36
__attribute__((unused)) static ac_int val(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int x)
{
#line 37
    struct val_frame *ac_self = ac_frame;
#line 37
    switch (ac_point) { case 1: goto __coro_resume_1; }
    ac_void ac_r1 = suspend(&ac_self->at1.child, ac_task, 0);
#line 38
    if (ac_r1.pending) {
#line 38
        ac_suspend(&ac_self->at1.child, &val_at1);
#line 38
        ac_self->at1.x = x;
#line 38
        return (ac_int){ .pending = 1 };
#line 38
    __coro_resume_1:;
#line 38
        x = ac_self->at1.x;
#line 38
    }
    printf("%d ", x);
    return (ac_int){ x, 0 };
}
#line 41
AC_END_LOWERED
#line 41
static struct ac_node *val_resume(struct val_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
#line 41
{
#line 41
    ac_int ac_r = val(ac_self, ac_task, ac_point, 0);
#line 41
    if (ac_r.pending)
#line 41
        return 0;
#line 41
    ac_self->result = ac_r.value;
#line 41
    return &ac_self->node;
#line 41
}
#line 41
static struct ac_node *val_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return val_resume(AC_PARENT(ac_done, struct val_frame, at1.child), ac_task, 1); }
#line 41
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
#line 43
__attribute__((unused)) static ac_void mark(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int x)
{
#line 44
    struct mark_frame *ac_self = ac_frame;
#line 44
    switch (ac_point) { case 1: goto __coro_resume_1; }
    ac_void ac_r1 = suspend(&ac_self->at1.child, ac_task, 0);
#line 45
    if (ac_r1.pending) {
#line 45
        ac_suspend(&ac_self->at1.child, &mark_at1);
#line 45
        ac_self->at1.x = x;
#line 45
        return (ac_void){ .pending = 1 };
#line 45
    __coro_resume_1:;
#line 45
        x = ac_self->at1.x;
#line 45
    }
    printf("[%d] ", x);
    return (ac_void){ .pending = 0 };
#line 47
}
#line 47
AC_END_LOWERED
#line 47
static struct ac_node *mark_resume(struct mark_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
#line 47
{
#line 47
    ac_void ac_r = mark(ac_self, ac_task, ac_point, 0);
#line 47
    if (ac_r.pending)
#line 47
        return 0;
#line 47
    return &ac_self->node;
#line 47
}
#line 47
static struct ac_node *mark_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return mark_resume(AC_PARENT(ac_done, struct mark_frame, at1.child), ac_task, 1); }
#line 47
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
#line 51
__attribute__((unused)) static ac_ptr place(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int i)
{
#line 52
    struct place_frame *ac_self = ac_frame;
#line 52
    switch (ac_point) { case 1: goto __coro_resume_1; }
    ac_void ac_r1 = suspend(&ac_self->at1.child, ac_task, 0);
#line 53
    if (ac_r1.pending) {
#line 53
        ac_suspend(&ac_self->at1.child, &place_at1);
#line 53
        ac_self->at1.i = i;
#line 53
        return (ac_ptr){ .pending = 1 };
#line 53
    __coro_resume_1:;
#line 53
        i = ac_self->at1.i;
#line 53
    }
    printf("&%d ", i);
    return (ac_ptr){ (void *)(&store[i & 7]), 0 };
}
#line 56
AC_END_LOWERED
#line 56
static struct ac_node *place_resume(struct place_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
#line 56
{
#line 56
    ac_ptr ac_r = place(ac_self, ac_task, ac_point, 0);
#line 56
    if (ac_r.pending)
#line 56
        return 0;
#line 56
    ac_self->result = ac_r.value;
#line 56
    return &ac_self->node;
#line 56
}
#line 56
static struct ac_node *place_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return place_resume(AC_PARENT(ac_done, struct place_frame, at1.child), ac_task, 1); }
#line 56
static const struct ac_link place_at1 = { place_resume_1, "place", "tests/run/support.h", 53, 0 };

static inline void show(const char *name, long long value)
{
    printf("%s=%lld\n", name, value);
}

#endif
# 2 "/tmp/ext.ac" 2
struct f_frame {
    struct ac_node node;
    union {
        int result;
        union {
            struct {
                struct val_frame child;
                int x;
            } at2;
            struct {
                struct val_frame child;
            } at1;
            struct {
                struct val_frame child;
                int x;
                int r2;
            } at3;
            struct {
                struct val_frame child;
                int r2;
            } at4;
        };
    };
};
_Static_assert(sizeof(struct f_frame) == 56, "acc and the compiler lay out struct f_frame alike");
_Static_assert(__builtin_offsetof(struct f_frame, at2) == 8, "");
_Static_assert(__builtin_offsetof(struct f_frame, at1) == 8, "");
_Static_assert(__builtin_offsetof(struct f_frame, at3) == 8, "");
_Static_assert(__builtin_offsetof(struct f_frame, at4) == 8, "");
AC_HAS_FRAME(f, 56);
static const struct ac_link f_at1, f_at2, f_at3, f_at4;
AC_APART ac_int f_outside(struct ac_task *ac_task, unsigned ac_point, int ac_1);
AC_BEGIN_LOWERED
#line 2
ac_int f(void *, struct ac_task *, unsigned, int) AC_SYMBOL("f");
#line 2
ac_int f(void *ac_frame, struct ac_task *ac_task, unsigned ac_point, int n)
{
#line 3
    struct f_frame *ac_self = ac_frame;
#line 3
    if (!ac_self)
#line 3
        return f_outside(ac_task, 0, n);
#line 3
    if (ac_point) switch (ac_point) { case 1: goto __coro_resume_1; case 2: goto __coro_resume_2; case 3: goto __coro_resume_3; case 4: goto __coro_resume_4; }
    int ac_t1;
#line 4
    { ac_int ac_r1 = val(&ac_self->at1.child, ac_task, 0, n);
#line 4
    if (ac_r1.pending) {
#line 4
        ac_suspend(&ac_self->at1.child, &f_at1);
#line 4
        return (ac_int){ .pending = 1 };
#line 4
    __coro_resume_1:;
#line 4
        ac_r1.value = ac_self->at1.child.result;
#line 4
    }
#line 4
    int y = ac_r1.value; ac_t1 = (y + 1);
#line 4
    }
#line 4
    int x = 1 + __extension__ac_t1;
    ac_int ac_r2 = val(&ac_self->at2.child, ac_task, 0, x);
#line 5
    if (ac_r2.pending) {
#line 5
        ac_suspend(&ac_self->at2.child, &f_at2);
#line 5
        ac_self->at2.x = x;
#line 5
        return (ac_int){ .pending = 1 };
#line 5
    __coro_resume_2:;
#line 5
        x = ac_self->at2.x;
#line 5
        ac_r2.value = ac_self->at2.child.result;
#line 5
    }
#line 5
    int ac_t2;
#line 5
    { ac_int ac_r3 = val(&ac_self->at3.child, ac_task, 0, 3);
#line 5
    if (ac_r3.pending) {
#line 5
        ac_suspend(&ac_self->at3.child, &f_at3);
#line 5
        ac_self->at3.x = x, ac_self->at3.r2 = ac_r2.value;
#line 5
        return (ac_int){ .pending = 1 };
#line 5
    __coro_resume_3:;
#line 5
        x = ac_self->at3.x, ac_r2.value = ac_self->at3.r2;
#line 5
    }
#line 5
    ac_int ac_r4 = val(&ac_self->at4.child, ac_task, 0, x);
#line 5
    if (ac_r4.pending) {
#line 5
        ac_suspend(&ac_self->at4.child, &f_at4);
#line 5
        ac_self->at4.r2 = ac_r2.value;
#line 5
        return (ac_int){ .pending = 1 };
#line 5
    __coro_resume_4:;
#line 5
        ac_r2.value = ac_self->at4.r2;
#line 5
        ac_r4.value = ac_self->at4.child.result;
#line 5
    }
#line 5
    ac_t2 = (ac_r4.value);
#line 5
    }
#line 5
    return (ac_int){ sizeof(int)+__extension__(ac_r2.value) + (__extension__ac_t2), 0 };
}
#line 6
AC_END_LOWERED
#line 6
AC_APART ac_int f_outside(struct ac_task *ac_task, unsigned ac_point, int ac_1)
#line 6
{
#line 6
    void *ac_frame = ac_frame_make(ac_task, sizeof(struct f_frame));
#line 6
    if (!ac_frame)
#line 6
        return (ac_int){ -AC_ENOMEM, 0 };
#line 6
    ac_int ac_r = f(ac_frame, ac_task, ac_point, ac_1);
#line 6
    if (ac_r.pending)
#line 6
        ac_frame_give(ac_task, ac_frame);
#line 6
    else
#line 6
        ac_frame_free(ac_task, ac_frame);
#line 6
    return ac_r;
#line 6
}
#line 6
AC_APART struct ac_node *f_resume(struct f_frame *ac_self, struct ac_task *ac_task, unsigned ac_point)
#line 6
{
#line 6
    ac_int ac_r = f(ac_self, ac_task, ac_point, 0);
#line 6
    if (ac_r.pending)
#line 6
        return 0;
#line 6
    ac_self->result = ac_r.value;
#line 6
    return &ac_self->node;
#line 6
}
#line 6
static struct ac_node *f_resume_1(struct ac_node *ac_done, struct ac_task *ac_task) { return f_resume(AC_PARENT(ac_done, struct f_frame, at1.child), ac_task, 1); }
#line 6
static const struct ac_link f_at1 = { f_resume_1, "f", "/tmp/ext.ac", 4, 0 };
#line 6
static struct ac_node *f_resume_2(struct ac_node *ac_done, struct ac_task *ac_task) { return f_resume(AC_PARENT(ac_done, struct f_frame, at2.child), ac_task, 2); }
#line 6
static const struct ac_link f_at2 = { f_resume_2, "f", "/tmp/ext.ac", 5, 0 };
#line 6
static struct ac_node *f_resume_3(struct ac_node *ac_done, struct ac_task *ac_task) { return f_resume(AC_PARENT(ac_done, struct f_frame, at3.child), ac_task, 3); }
#line 6
static const struct ac_link f_at3 = { f_resume_3, "f", "/tmp/ext.ac", 5, 0 };
#line 6
static struct ac_node *f_resume_4(struct ac_node *ac_done, struct ac_task *ac_task) { return f_resume(AC_PARENT(ac_done, struct f_frame, at4.child), ac_task, 4); }
#line 6
static const struct ac_link f_at4 = { f_resume_4, "f", "/tmp/ext.ac", 5, 0 };
struct ac_block1 {
    int a1;
    int result;
};
static _Bool ac_block1_enter(void *ac_frame, struct ac_task *ac_task, void *ac_args)
{
    struct ac_block1 *ac_b = ac_args;
    ac_int ac_r = f(ac_frame, ac_task, 0, ac_b->a1);
    (void)ac_b;
    if (!ac_r.pending)
        AC_RESULT(ac_frame, int) = ac_r.value;
    return ac_r.pending;
}
#line 7
int main(void)
{
    show("f", ({ struct ac_block1 ac_b = { .a1 = 2 }; if (ac_run_root(56, ac_block1_enter, &ac_b, &ac_b.result, AC_RESULT_OFFSET(int), sizeof ac_b.result)) ac_b.result = -AC_ENOMEM; ac_b.result; }));
}
