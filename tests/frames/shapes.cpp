// The functions of shapes.ac as C++20 coroutines: `name bytes`, the most that is asked of promise_type::operator new while one
// runs; its own frame and those of its callees, which the compiler does not put into one another here.
#include <coroutine>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#define APART __attribute__((noinline))
using word = uint64_t;
using byte = unsigned char;

static size_t now, most;
static std::coroutine_handle<> waiting[4];
static int waiting_count;

struct counted {
    static void *operator new(size_t n) { now += n; most = now > most ? now : most; return malloc(n); }
    static void operator delete(void *p, size_t n) { now -= n; free(p); }
};

struct task {
    struct promise_type : counted {
        word value;
        std::coroutine_handle<> up;
        struct last {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
                return h.promise().up ? h.promise().up : std::noop_coroutine();
            }
            void await_resume() noexcept {}
        };
        task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        last final_suspend() noexcept { return {}; }
        void return_value(word x) { value = x; }
        void unhandled_exception() { abort(); }
    };
    std::coroutine_handle<promise_type> h;
    task(std::coroutine_handle<promise_type> x) : h(x) {}
    task(task &&o) : h(std::exchange(o.h, nullptr)) {}
    ~task() { if (h) h.destroy(); }
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> u) { h.promise().up = u; return h; }
    word await_resume() { return h.promise().value; }
};

struct leaf {
    word a = 1, b = 0;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> h) { b = (word)h.address(); waiting[waiting_count++] = h; }
    word await_resume() { return a; }
};

template <size_t N> struct buffer { byte at[N]; };
template <size_t N> APART buffer<N> make() { buffer<N> b; memset(&b, 1, N); __asm__ volatile("" ::"r"(&b) : "memory"); return b; }
template <size_t N> APART word read(const buffer<N> &b) { __asm__ volatile("" ::"r"(&b) : "memory"); return 1; }
template <size_t N> APART word eat(buffer<N> b) { __asm__ volatile("" ::"r"(&b) : "memory"); return 1; }
template <size_t N> APART void fill(buffer<N> &b) { __asm__ volatile("" ::"r"(&b) : "memory"); }
static APART word source() { word x = 1; __asm__ volatile("" : "+r"(x)); return x; }
static APART void sink(word x) { __asm__ volatile("" ::"r"(x)); }

template <size_t N> APART task child() { auto b = make<N>(); co_await leaf{}; co_return read(b); }
static APART task keeper(buffer<1024> b) { co_await leaf{}; co_return eat(b); }

struct join {
    task &a, &b;
    int left = 2;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> u);
    word await_resume() { return a.h.promise().value + b.h.promise().value; }
};
struct branch {
    struct promise_type : counted {
        branch get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};
static branch run(task &t, int *left, std::coroutine_handle<> u) { co_await t; if (--*left == 0) u.resume(); }
void join::await_suspend(std::coroutine_handle<> u) { run(a, &left, u); run(b, &left, u); }

static APART task parameter_used_after(word x) { co_await leaf{}; co_return x; }
static APART task parameter_dead_before(word x) { sink(x); co_return co_await leaf{}; }
static APART task array_parameter(buffer<1024> b) { co_await leaf{}; co_return read(b); }
static APART task two_in_sequence() { word a = co_await child<1024>(); co_return a + co_await child<512>(); }
static APART task branches(bool c) {
    if (c) { auto b = make<1024>(); co_await leaf{}; co_return read(b); }
    auto b = make<512>(); co_await leaf{}; co_return read(b);
}
static APART task loop(word n) { word sum = 0; for (word i = 0; i < n; i++) sum += co_await leaf{}; co_return sum; }
static APART task join_of_two() { task a = child<256>(), b = child<256>(); co_return co_await join{a, b}; }
static APART task four_arms(unsigned m) {
    switch (m) {
    case 0: { auto b = make<256>(); co_await leaf{}; co_return read(b); }
    case 1: { auto b = make<512>(); co_await leaf{}; co_return read(b); }
    case 2: { auto b = make<128>(); co_await leaf{}; co_return read(b); }
    default: co_return co_await leaf{};
    }
}
static APART task read_before() { auto b = make<1024>(); word sum = read(b); co_await leaf{}; co_return sum; }
static APART task read_before_in_block() { word sum; { auto b = make<1024>(); sum = read(b); } co_await leaf{}; co_return sum; }
static APART task argument_to_child(buffer<1024> b) { co_return co_await keeper(b); }
static APART task through_first(buffer<1024> b) { co_return co_await keeper(b); }
static APART task through_second(buffer<1024> b) { co_return co_await through_first(b); }
static APART task through_three(buffer<1024> b) { co_return co_await through_second(b); }
static APART task four_in_sequence() {
    word r = co_await child<256>(); r += co_await child<256>(); r += co_await child<256>(); r += co_await child<256>(); co_return r;
}
static APART task block_then_child() {
    word n;
    { buffer<1024> b; memset(&b, 0, sizeof b); fill(b); co_await leaf{}; n = read(b); }
    co_return n + co_await child<1024>();
}
static APART task two_by_value() {
    auto a = make<512>(); co_await leaf{}; word r = eat(a);
    auto b = make<512>(); co_await leaf{}; co_return r + eat(b);
}
static APART task operands(word x, word y) { word a = x ^ co_await leaf{}; co_return a + (y ^ co_await leaf{}); }
static APART task recursive(word n) { if (!n) co_return co_await leaf{}; word r = co_await recursive(n - 1); co_return r + n; }
static APART task bytes_and_word(byte a, byte b, byte c, byte d) {
    word x = co_await leaf{}; word y = co_await leaf{}; co_return x + y + (byte)(a ^ b ^ c ^ d);
}
static APART task chain_1(word x) { word r = co_await leaf{}; co_return r + x; }
#define CHAIN(f, g) static APART task f(word x) { word r = co_await g(x + 1); co_return r + x; }
CHAIN(chain_2, chain_1) CHAIN(chain_3, chain_2) CHAIN(chain_4, chain_3) CHAIN(chain_5, chain_4) CHAIN(chain_6, chain_5)
CHAIN(chain_7, chain_6) CHAIN(chain_of_eight, chain_7)
static APART task child_then_leaf() { word r = co_await child<64>(); co_await leaf{}; co_return r; }
static APART task pointer_dead(buffer<64> *b) { word n = read(*b); word m = co_await leaf{}; co_return n + m; }
static APART task one_branch_each(bool c) {
    auto a = make<256>();
    word r = 0;
    if (c) r = eat(a); else { auto b = make<256>(); r += co_await leaf{}; r += eat(b); }
    co_await leaf{};
    co_return r;
}
static APART task nothing_live() { co_await leaf{}; co_return 0; }
static APART task triangle(unsigned n) {
    word a = source(), c = source();
    for (unsigned i = 0; i < n; i++) {
        co_await leaf{}; sink(c); word b = source();
        co_await leaf{}; sink(a); c = source();
        co_await leaf{}; sink(b); a = source();
    }
    sink(a); sink(c);
    co_return 0;
}
static APART task two_blocks() {
    { auto b = make<1024>(); co_await leaf{}; read(b); }
    { auto b = make<1024>(); co_await leaf{}; read(b); }
    co_return 0;
}
static APART task argument_consumed(buffer<1024> b) { eat(b); co_await leaf{}; co_return 0; }
static APART task buffer_in_block() { { buffer<1024> b; fill(b); } co_await leaf{}; co_return 0; }
static APART task buffer_not_kept() { buffer<1024> b; fill(b); co_await leaf{}; co_return 0; }
static APART task buffer_kept() { buffer<1024> b; fill(b); co_await leaf{}; read(b); co_return 0; }
static APART task hundred() { auto b = make<100>(); co_await leaf{}; co_return read(b); }
#define FORWARD(f, g) static APART task f() { co_return co_await g(); }
FORWARD(forward_1, hundred) FORWARD(forward_2, forward_1) FORWARD(forward_3, forward_2) FORWARD(forward_4, forward_3)
FORWARD(five_forwarders, forward_4)
#define WRAP(f, g) static APART task f() { co_await leaf{}; co_return co_await g(); }
WRAP(wrap_1, hundred) WRAP(wrap_2, wrap_1) WRAP(wrap_3, wrap_2) WRAP(wrap_4, wrap_3) WRAP(five_wrappers, wrap_4)
static APART task three_leaves() { co_await hundred(); co_await hundred(); co_await hundred(); co_return 0; }
static APART task one_eight_two() {
    byte a = source(); co_await leaf{}; sink(a);
    word b = source(); co_await leaf{}; sink(b);
    unsigned short c = source(); co_await leaf{}; sink(c);
    co_return 0;
}
static APART task dying_one_by_one() {
    word a = source(), b = source(), c = source();
    co_await leaf{}; sink(a);
    co_await leaf{}; sink(b);
    co_await leaf{}; sink(c);
    co_return 0;
}

template <class F> static void show(const char *name, F f) {
    now = most = 0;
    {
        task t = f();
        t.h.promise().up = nullptr;
        t.h.resume();
        while (waiting_count)
            waiting[--waiting_count].resume();
    }
    printf("%s %zu\n", name, most);
}
#define SHOW(f, ...) show(#f, [&] { return f(__VA_ARGS__); })

int main() {
    buffer<1024> k{};
    static buffer<64> w;
    SHOW(parameter_used_after, 1); SHOW(parameter_dead_before, 1); SHOW(array_parameter, k); SHOW(two_in_sequence); SHOW(branches, true);
    SHOW(loop, 1); SHOW(join_of_two); SHOW(four_arms, 1); SHOW(read_before); SHOW(read_before_in_block); SHOW(argument_to_child, k);
    SHOW(through_three, k); SHOW(four_in_sequence); SHOW(block_then_child); SHOW(two_by_value); SHOW(operands, 1, 2); SHOW(recursive, 0);
    SHOW(bytes_and_word, 1, 2, 3, 4); SHOW(chain_of_eight, 1); SHOW(child_then_leaf); SHOW(pointer_dead, &w); SHOW(one_branch_each, false);
    SHOW(nothing_live); SHOW(triangle, 1); SHOW(two_blocks); SHOW(argument_consumed, k); SHOW(buffer_in_block); SHOW(buffer_not_kept);
    SHOW(buffer_kept); SHOW(hundred); SHOW(five_forwarders); SHOW(five_wrappers); SHOW(three_leaves); SHOW(one_eight_two);
    SHOW(dying_one_by_one);
}
