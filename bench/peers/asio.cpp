// The jobs of bench/micro.ac that it has, and the echo server, with Boost.Asio's coroutines on one thread.
//
//     asio echo [PORT]                        the port is printed
//     asio spawn-join|yield|timers VARIANT
#include "../micro.h"
#include <cstdlib>
#include <utility>
#include <boost/asio.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

static awaitable<void> echo(tcp::socket socket)
{
    try {
        char buffer[4096];
        for (;;) {
            size_t n = co_await socket.async_read_some(asio::buffer(buffer), use_awaitable);
            co_await asio::async_write(socket, asio::buffer(buffer, n), use_awaitable);
        }
    } catch (const std::exception &) {
        // The peer has closed.
    }
}

static awaitable<void> serve(unsigned short port)
{
    auto executor = co_await asio::this_coro::executor;
    tcp::acceptor acceptor(executor, {asio::ip::make_address("127.0.0.1"), port});
    printf("%d\n", acceptor.local_endpoint().port());
    fflush(stdout);
    for (;;) {
        tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
        socket.set_option(tcp::no_delay(true));
        asio::co_spawn(executor, echo(std::move(socket)), asio::detached);
    }
}

static long ended;

static awaitable<void> child()
{
    ended++;
    co_return;
}
static awaitable<void> give_way()
{
    auto executor = co_await asio::this_coro::executor;
    for (int i = 0; i < YIELDS; i++)
        co_await asio::post(executor, use_awaitable);
}
static awaitable<void> sleep_once(long microseconds)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(std::chrono::microseconds(microseconds));
    co_await timer.async_wait(use_awaitable);
}

static long start(asio::io_context &context, const char *job)
{
    unsigned long state = 1;
    if (strcmp(job, "spawn-join") == 0) {
        for (int i = 0; i < CHILDREN; i++)
            asio::co_spawn(context, child(), asio::detached);
        return CHILDREN;
    }
    if (strcmp(job, "yield") == 0) {
        for (int i = 0; i < YIELDERS; i++)
            asio::co_spawn(context, give_way(), asio::detached);
        return static_cast<long>(YIELDERS) * YIELDS;
    }
    if (strcmp(job, "timers") == 0) {
        for (int i = 0; i < TIMERS; i++)
            asio::co_spawn(context, sleep_once(next_time(&state)), asio::detached);
        return TIMERS;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 1;
    asio::io_context context(1);
    if (strcmp(argv[1], "echo") == 0) {
        unsigned short port = argc > 2 ? static_cast<unsigned short>(atoi(argv[2])) : 0;
        asio::co_spawn(context, serve(port), asio::detached);
        context.run();
        return 0;
    }
    struct start began = job_begin();
    long operations = start(context, argv[1]);
    context.run();
    if (operations && argc > 2)
        job_end(began, argv[1], argv[2], operations);
    return 0;
}
