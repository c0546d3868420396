// The workloads of bench/awaits.ac as state machines written by hand: all levels of calls in one machine, the limit.
#include "../harness.h"

// What waits: the function that goes on. 1: the machine has ended.
struct machine {
    int (*resume)(struct machine *machine);
};

static struct machine *parked;

static int park(struct machine *machine)
{
    parked = machine;
    return 0;
}

static void drive(struct machine *machine)
{
    while (!parked->resume(machine)) {}
}

// --- one that waits n times -----------------------------------------------------------------------------------------------

struct resumed {
    struct machine machine;
    long i, n;
};

static int resumed_step(struct machine *machine)
{
    struct resumed *self = (struct resumed *)machine;
    return ++self->i < self->n ? park(machine) : 1;
}

static long resumed(long n, long levels)
{
    struct resumed self = { .machine = { resumed_step }, .n = n };
    park(&self.machine);
    drive(&self.machine);
    long y = self.i;
    for (long k = 1; k < levels; k++)
        y ^= k;
    return y;
}
static long resumed_1(long n) { return resumed(n, 1); }
static long resumed_4(long n) { return resumed(n, 4); }
static long resumed_16(long n) { return resumed(n, 16); }
static long resumed_64(long n) { return resumed(n, 64); }

// --- a chain that is called, waits once and returns -----------------------------------------------------------------------

struct returned {
    struct machine machine;
    long i, n, sum, x;
};

#define RETURNED(depth)                                                 \
    static int returned_##depth##_call(struct returned *self)           \
    {                                                                   \
        long x = self->i;                                               \
        for (long k = depth - 2; k > 0; k--)                            \
            x += k;                                                     \
        self->x = x;                                                    \
        return park(&self->machine);                                    \
    }                                                                   \
    static int returned_##depth##_step(struct machine *machine)         \
    {                                                                   \
        struct returned *self = (struct returned *)machine;             \
        long y = self->x + 1;                                           \
        for (long k = 1; k <= depth - 2; k++)                           \
            y ^= k;                                                     \
        self->sum += y;                                                 \
        return ++self->i < self->n ? returned_##depth##_call(self) : 1; \
    }                                                                   \
    static long returned_##depth(long n)                                \
    {                                                                   \
        struct returned self = { .machine = { returned_##depth##_step }, .n = n }; \
        returned_##depth##_call(&self);                                 \
        drive(&self.machine);                                           \
        return self.sum;                                                \
    }
RETURNED(2)
RETURNED(4)
RETURNED(16)

// --- the tree, with a stack of depths -------------------------------------------------------------------------------------

struct tree {
    struct machine machine;
    long count;
    int top;
    unsigned char depths[64];
};

static int tree_step(struct machine *machine)
{
    struct tree *self = (struct tree *)machine;
    if (self->top == 0)
        return 1;
    unsigned char depth = self->depths[--self->top];
    self->count++;
    if (depth > 1) {
        self->depths[self->top++] = depth - 1;
        self->depths[self->top++] = depth - 1;
    }
    return park(machine);
}

static long tree(long n)
{
    struct tree self = { .machine = { tree_step }, .top = 1, .depths = { (unsigned char)(n / TREE_NODES * TREE_DEPTH) } };
    park(&self.machine);
    drive(&self.machine);
    return self.count;
}

// --- the loop that waits --------------------------------------------------------------------------------------------------

static unsigned long buffer[64];

struct loop {
    struct machine machine;
    unsigned long a, b, c, d;
    long i, n;
};

static int loop_step(struct machine *machine)
{
    struct loop *self = (struct loop *)machine;
    unsigned long a = self->a, b = self->b, c = self->c, d = self->d;
    long i = self->i, n = self->n;
    for (; i < n; i++) {
        WORK(a, b, c, d, (unsigned long)i, buffer);
        if ((i & 15) == 15) {
            i++;
            break;
        }
    }
    *self = (struct loop){ { loop_step }, a, b, c, d, i, n };
    return i < n ? park(machine) : 1;
}

static long loop(long n)
{
    struct loop self = { { loop_step }, 1, 2, 3, 4, 0, n };
    park(&self.machine);
    drive(&self.machine);
    return (long)(self.a ^ self.b ^ self.c ^ self.d);
}

// --- a million of them: the values that are needed, and the machine -------------------------------------------------------

struct million {
    struct machine machine;
    long a, b, c, d, e, result;
};

static int million_step(struct machine *machine)
{
    struct million *self = (struct million *)machine;
    self->result = self->a + self->b + self->c + self->d + self->e;
    return 1;
}

static void *million_begin(long x)
{
    struct million *self = malloc(sizeof *self);
    if (!self)
        exit(1);
    long d = x + 7, e = x ^ 9, b = d + 1, c = d ^ 5;
    *self = (struct million){ { million_step }, b * 3, b, c, d, e, 0 };
    return self;
}

static long million_finish(void *waiting)
{
    struct million *self = waiting;
    self->machine.resume(&self->machine);
    long result = self->result;
    free(self);
    return result;
}

static const struct workload workloads[] = {
    { "resume-inline-1", resumed_1, N_RESUME, 1 },      { "resume-calls-1", resumed_1, N_RESUME, 1 },
    { "resume-inline-4", resumed_4, N_RESUME, 1 },      { "resume-calls-4", resumed_4, N_RESUME, 1 },
    { "resume-inline-16", resumed_16, N_RESUME, 1 },    { "resume-calls-16", resumed_16, N_RESUME, 1 },
    { "resume-inline-64", resumed_64, N_RESUME, 1 },    { "resume-calls-64", resumed_64, N_RESUME, 1 },
    { "return-inline-2", returned_2, N_RETURN, 1 },     { "return-calls-2", returned_2, N_RETURN, 1 },
    { "return-inline-4", returned_4, N_RETURN, 1 },     { "return-calls-4", returned_4, N_RETURN, 1 },
    { "return-inline-16", returned_16, N_RETURN, 1 },   { "return-calls-16", returned_16, N_RETURN, 1 },
    { "tree", tree, TREE_NODES, 1 },                    { "loop-suspend", loop, N_LOOP, 1 },
};

int main(int argc, char **argv)
{
    const char *variant = argc > 1 ? argv[1] : "hand";
    if (argc > 2) {
        printf("million-frame %s %zu\n", variant, sizeof(struct million) - sizeof(long));
        measure_million(variant, million_begin, million_finish);
        return 0;
    }
    measure(variant, workloads, sizeof workloads / sizeof *workloads);
    return 0;
}
