// An echo server on libuv.
//
//     uv_echo [PORT]        the port is printed
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

// What could not be written at once.
struct rest {
    uv_write_t request;
    char text[];
};

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    // One buffer for all: it is used before the next read.
    static char text[4096];
    (void)handle, (void)wanted;
    *buffer = uv_buf_init(text, sizeof text);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void on_written(uv_write_t *request, int status)
{
    (void)status;
    free(request);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    if (n < 0) {
        uv_close((uv_handle_t *)stream, on_closed);
        return;
    }
    uv_buf_t text = uv_buf_init(buffer->base, (unsigned)n);
    ssize_t written = n ? uv_try_write(stream, &text, 1) : 0;
    if (written == n)
        return;
    written = written < 0 ? 0 : written;
    size_t left = (size_t)(n - written);
    struct rest *rest = malloc(sizeof *rest + left);
    if (!rest)
        return;
    memcpy(rest->text, buffer->base + written, left);
    text = uv_buf_init(rest->text, (unsigned)left);
    uv_write(&rest->request, stream, &text, 1, on_written);
}

static void on_connection(uv_stream_t *listener, int status)
{
    uv_tcp_t *connection = status < 0 ? NULL : malloc(sizeof *connection);
    if (!connection)
        return;
    uv_tcp_init(listener->loop, connection);
    if (uv_accept(listener, (uv_stream_t *)connection)) {
        uv_close((uv_handle_t *)connection, on_closed);
        return;
    }
    uv_tcp_nodelay(connection, 1);
    uv_read_start((uv_stream_t *)connection, on_room, on_read);
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    struct sockaddr_in address;
    int length = sizeof address;
    uv_tcp_init(loop, &listener);
    uv_ip4_addr("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0, &address);
    if (uv_tcp_bind(&listener, (struct sockaddr *)&address, 0) || uv_listen((uv_stream_t *)&listener, 1024, on_connection) ||
        uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length))
        return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return uv_run(loop, UV_RUN_DEFAULT);
}
