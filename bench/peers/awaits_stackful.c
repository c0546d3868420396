// The workloads of bench/awaits.ac with a stack for each task, and a switch that saves six registers. x86-64 only.
#include "../harness.h"
#include <stdint.h>

#ifndef __x86_64__
#error "the switch is written for x86-64"
#endif

struct stack { void *pointer; };

// From the stack in rdi to the one in rsi.
__attribute__((naked, noinline)) static void switch_stacks(struct stack *, struct stack *)
{
    __asm__ volatile("pushq %rbp\n\tpushq %rbx\n\tpushq %r12\n\tpushq %r13\n\tpushq %r14\n\tpushq %r15\n\t"
                     "movq %rsp, (%rdi)\n\tmovq (%rsi), %rsp\n\t"
                     "popq %r15\n\tpopq %r14\n\tpopq %r13\n\tpopq %r12\n\tpopq %rbx\n\tpopq %rbp\n\tretq");
}

struct task {
    struct stack own, outside;
    long (*run)(struct task *task, long n);
    long n, result;
    int done;
};

static void park(struct task *task)
{
    switch_stacks(&task->own, &task->outside);
}

static void resume(struct task *task)
{
    switch_stacks(&task->outside, &task->own);
}

// Where a task begins: r12 is what task_begin has put there.
static void task_entry(void)
{
    struct task *task;
    __asm__ volatile("movq %%r12, %0" : "=r"(task));
    task->result = task->run(task, task->n);
    task->done = 1;
    for (;;)
        park(task);
}

static void task_begin(struct task *task, char *end, long (*run)(struct task *task, long n), long n)
{
    *task = (struct task){ .run = run, .n = n };
    void **top = (void **)((uintptr_t)end & ~(uintptr_t)15);
    *--top = 0;                         // no return address: the stack ends here
    *--top = (void *)task_entry;
    *--top = 0;                         // rbp, rbx, r12, r13, r14, r15
    *--top = 0;
    *--top = task;
    *--top = 0;
    *--top = 0;
    *--top = 0;
    task->own.pointer = top;
}

static long drive(long (*run)(struct task *task, long n), long n)
{
    static char memory[65536];
    struct task task;
    task_begin(&task, memory + sizeof memory, run, n);
    while (!task.done)
        resume(&task);
    return task.result;
}

#define LEVEL __attribute__((noinline)) static

LEVEL long resume_0(struct task *task, long n)
{
    long i;
    for (i = 0; i < n; i++)
        park(task);
    return i;
}
LEVEL long return_0(struct task *task, long x)
{
    park(task);
    return x + 1;
}
#define RESUME(k, below) LEVEL long resume_##k(struct task *task, long n) { return resume_##below(task, n) ^ k; }
#define RETURN(k, below) LEVEL long return_##k(struct task *task, long x) { return return_##below(task, x + k) ^ k; }
CHAIN_63(RESUME)
CHAIN_14(RETURN)

#define RESUMED(depth, top) \
    static long resumed_##depth(long n) { return drive(resume_##top, n); }
RESUMED(1, 0)
RESUMED(4, 3)
RESUMED(16, 15)
RESUMED(64, 63)

#define RETURNED(depth, top)                                                   \
    static long call_##depth(struct task *task, long n)                        \
    {                                                                          \
        long sum = 0;                                                          \
        for (long i = 0; i < n; i++)                                           \
            sum += return_##top(task, i);                                      \
        return sum;                                                            \
    }                                                                          \
    static long returned_##depth(long n) { return drive(call_##depth, n); }
RETURNED(2, 0)
RETURNED(4, 2)
RETURNED(16, 14)

LEVEL long tree_walk(struct task *task, long depth)
{
    if (depth == 0)
        return 0;
    park(task);
    long left = tree_walk(task, depth - 1);
    return left + tree_walk(task, depth - 1) + 1;
}
static long tree(long n)
{
    return drive(tree_walk, n / TREE_NODES * TREE_DEPTH);
}

static const struct workload workloads[] = {
    { "resume-calls-1", resumed_1, N_RESUME, 1 },   { "resume-calls-4", resumed_4, N_RESUME, 1 },
    { "resume-calls-16", resumed_16, N_RESUME, 1 }, { "resume-calls-64", resumed_64, N_RESUME, 1 },
    { "return-calls-2", returned_2, N_RETURN, 1 },  { "return-calls-4", returned_4, N_RETURN, 1 },
    { "return-calls-16", returned_16, N_RETURN, 1 }, { "tree", tree, TREE_NODES, 1 },
};

int main(int argc, char **argv)
{
    const char *variant = argc > 1 ? argv[1] : "stackful";
    measure(variant, workloads, sizeof workloads / sizeof *workloads);
    return 0;
}
