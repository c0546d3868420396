// The workloads of bench/awaits.ac as coroutines of C++20: a lazy task, symmetric transfer, frames from malloc, or from lists of
// free frames by size (-DLISTS).
//
//     awaits_cpp VARIANT [million]
#include "../harness.h"
#include <coroutine>
#include <cstdlib>
#include <new>
#include <utility>

static size_t bytes_asked;

#ifdef LISTS
struct free_frame {
    free_frame *next;
};
static free_frame *lists[64];

static __attribute__((noinline)) void *cut(size_t grade)
{
    size_t size = 16 * (grade + 1), all = 65536;
    char *block = static_cast<char *>(malloc(all));
    for (size_t offset = 0; offset + size <= all; offset += size)
        lists[grade] = new (block + offset) free_frame{lists[grade]};
    return std::exchange(lists[grade], lists[grade]->next);
}
static inline void *frame_make(size_t bytes)
{
    size_t grade = (bytes - 1) / 16;
    if (grade >= 64)
        return malloc(bytes);
    return lists[grade] ? std::exchange(lists[grade], lists[grade]->next) : cut(grade);
}
static inline void frame_free(void *frame, size_t bytes)
{
    size_t grade = (bytes - 1) / 16;
    if (grade >= 64)
        free(frame);
    else
        lists[grade] = new (frame) free_frame{lists[grade]};
}
#else
static inline void *frame_make(size_t bytes) { return malloc(bytes); }
static inline void frame_free(void *frame, size_t) { free(frame); }
#endif

struct task {
    struct promise_type;
    using handle = std::coroutine_handle<promise_type>;

    struct ending {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(handle done) noexcept;
        void await_resume() noexcept {}
    };
    struct promise_type {
        long value;
        std::coroutine_handle<> up;
        task get_return_object() { return task(handle::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        ending final_suspend() noexcept { return {}; }
        void return_value(long result) { value = result; }
        void unhandled_exception() { abort(); }
        static void *operator new(size_t bytes) { bytes_asked += bytes; return frame_make(bytes); }
        static void operator delete(void *frame, size_t bytes) { frame_free(frame, bytes); }
    };

    handle own;
    explicit task(handle h) : own(h) {}
    task(task &&other) : own(std::exchange(other.own, nullptr)) {}
    ~task() { if (own) own.destroy(); }
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> up) { own.promise().up = up; return own; }
    long await_resume() { return own.promise().value; }
};

std::coroutine_handle<> task::ending::await_suspend(handle done) noexcept
{
    auto up = done.promise().up;
    return up ? up : std::noop_coroutine();
}

static std::coroutine_handle<> parked;
static volatile int asked;

struct park {
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> h) { parked = h; }
    void await_resume() {}
};
struct park_if_asked : park {
    bool await_ready() { return !asked; }
};

static long drive(task t)
{
    t.own.resume();
    while (!t.own.done())
        parked.resume();
    return t.own.promise().value;
}

// --- chains ---------------------------------------------------------------------------------------------------------------

static task ready_0(long x)
{
    __asm__ volatile("" : "+r"(x));
    if (x == -1)
        co_await park{};
    co_return x + 1;
}
static task resume_0(long n)
{
    long i;
    for (i = 0; i < n; i++)
        co_await park{};
    co_return i;
}
static task return_0(long x)
{
    co_await park{};
    co_return x + 1;
}
#define READY(k, below) \
    static task ready_##k(long x) { long y = co_await ready_##below(x + k); co_return y ^ k; }
#define RETURN(k, below) \
    static task return_##k(long x) { long y = co_await return_##below(x + k); co_return y ^ k; }
#define RESUME(k, below) \
    static task resume_##k(long n) { long y = co_await resume_##below(n); co_return y ^ k; }
CHAIN_15(READY)
CHAIN_14(RETURN)
CHAIN_63(RESUME)

template <task (*function)(long)> static task call(long n)
{
    long sum = 0;
    for (long i = 0; i < n; i++)
        sum += co_await function(i);
    co_return sum;
}

// --- recursion, the loop, what a million are made of ----------------------------------------------------------------------

static task tree_walk(long depth)
{
    if (depth == 0)
        co_return 0;
    co_await park{};
    long left = co_await tree_walk(depth - 1);
    co_return left + co_await tree_walk(depth - 1) + 1;
}
static task fibonacci(long n)
{
    if (n < 2)
        co_return n;
    long before = co_await fibonacci(n - 1);
    co_return before + co_await fibonacci(n - 2);
}

static unsigned long buffer[64];

template <typename operation> static task loop(long n)
{
    unsigned long a = 1, b = 2, c = 3, d = 4;
    for (long i = 0; i < n; i++) {
        WORK(a, b, c, d, static_cast<unsigned long>(i), buffer);
        if ((i & 15) == 15)
            co_await operation{};
    }
    co_return static_cast<long>(a ^ b ^ c ^ d);
}

static task million_0(long x)
{
    long a = x * 3;
    co_await park{};
    co_return a;
}
static task million_1(long x)
{
    long b = x + 1, c = x ^ 5, result = co_await million_0(b);
    co_return result + b + c;
}
static task million_2(long x)
{
    long d = x + 7, e = x ^ 9, result = co_await million_1(d);
    co_return result + d + e;
}

// The innermost frame is what is resumed; the outermost one, whose result is wanted, is found through a table beside.
static task::handle outermost[MILLION];
static long begun, finished;

static void *million_begin(long x)
{
    task t = million_2(x);
    outermost[begun++] = t.own;
    std::exchange(t.own, nullptr).resume();
    return parked.address();
}
static long million_finish(void *waiting)
{
    std::coroutine_handle<>::from_address(waiting).resume();
    task t(outermost[finished++]);
    return t.own.promise().value;
}

// --- two tasks, two channels for one value ----------------------------------------------------------------------------------

static std::coroutine_handle<> ready[16];
static unsigned first, last;

struct channel {
    long value;
    bool is_full;
    std::coroutine_handle<> waiting;
    void wake()
    {
        if (waiting)
            ready[last++ & 15] = std::exchange(waiting, nullptr);
    }
};
struct send {
    channel *to;
    long value;
    bool await_ready() { return !to->is_full; }
    void await_suspend(std::coroutine_handle<> h) { to->waiting = h; }
    void await_resume() { to->value = value; to->is_full = true; to->wake(); }
};
struct receive {
    channel *from;
    bool await_ready() { return from->is_full; }
    void await_suspend(std::coroutine_handle<> h) { from->waiting = h; }
    long await_resume() { from->is_full = false; from->wake(); return from->value; }
};
static task ping(long n, channel *there, channel *back)
{
    long sum = 0;
    for (long i = 0; i < n; i++) {
        co_await send{there, i};
        sum += co_await receive{back};
    }
    co_return sum;
}
static task pong(long n, channel *there, channel *back)
{
    for (long i = 0; i < n; i++) {
        long value = co_await receive{there};
        co_await send{back, value + 1};
    }
    co_return 0;
}
static long ping_pong(long n)
{
    channel there{}, back{};
    task a = ping(n, &there, &back), b = pong(n, &there, &back);
    first = last = 0;
    ready[last++ & 15] = a.own;
    ready[last++ & 15] = b.own;
    while (first != last)
        ready[first++ & 15].resume();
    return a.own.promise().value;
}

template <task (*function)(long)> static long run(long n) { return drive(function(n)); }

static const workload workloads[] = {
    {"ready-calls-1", run<call<ready_0>>, N_READY, 1},     {"ready-calls-4", run<call<ready_3>>, N_READY, 1},
    {"ready-calls-16", run<call<ready_15>>, N_READY, 1},
    {"resume-calls-1", run<resume_0>, N_RESUME, 1},        {"resume-calls-4", run<resume_3>, N_RESUME, 1},
    {"resume-calls-16", run<resume_15>, N_RESUME, 1},      {"resume-calls-64", run<resume_63>, N_RESUME, 1},
    {"return-calls-2", run<call<return_0>>, N_RETURN, 1},  {"return-calls-4", run<call<return_2>>, N_RETURN, 1},
    {"return-calls-16", run<call<return_14>>, N_RETURN, 1},
    {"tree", [](long n) { return drive(tree_walk(n / TREE_NODES * TREE_DEPTH)); }, TREE_NODES, 1},
    {"fib", [](long n) { return drive(fibonacci(n / FIB_CALLS * FIB)); }, FIB_CALLS, 1},
    {"loop-ready", run<loop<park_if_asked>>, N_LOOP, 1},   {"loop-suspend", run<loop<park>>, N_LOOP, 1},
    {"ping-pong", ping_pong, N_PING_PONG, 1},
};

int main(int argc, char **argv)
{
    const char *variant = argc > 1 ? argv[1] : "c++";
    if (argc > 2) {
        measure_million(variant, million_begin, million_finish);
        printf("million-frame %s %zu\n", variant, bytes_asked / MILLION);
        return 0;
    }
    measure(variant, workloads, sizeof workloads / sizeof *workloads);
    return 0;
}
