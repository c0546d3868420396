#ifndef AC_GLIB_H
#define AC_GLIB_H
#pragma GCC system_header

// An executor in a main loop of GLib, and so of GTK: its tasks take turns with the loop's callbacks, on the thread of the loop's context.
// libacc.a does not know GLib; all of it is in this header.
//
//     ac_executor_make(&executor, 0);
//     GSource *source = ac_g_source_new(executor);
//     g_source_attach(source, NULL);
//     ac_spawn(executor, serve_all(listener));
//     g_main_loop_run(loop);
//     g_source_destroy(source);
//     g_source_unref(source);
//     ac_executor_free(executor);
//
// A task waits for a callback of GLib by ac_wait, which the callback ends by ac_complete.

#include <glib.h>

#include "acc/executor.h"
#include "acc/time.h"

struct ac_g_source {
    GSource source;
    struct ac_executor *executor;
    gpointer tag;               // of its descriptor
};

// Whether it wants a turn, or how many milliseconds it does not; -1: until its descriptor is readable.
static __inline__ gboolean ac_g_prepare_(GSource *source, gint *timeout)
{
    ac_time deadline = ac_executor_deadline(((struct ac_g_source *)source)->executor), left = deadline ? deadline - ac_now() : 0;
    ac_time milliseconds = (left + AC_MILLISECOND - 1) / AC_MILLISECOND;
    *timeout = deadline == AC_NEVER ? -1 : left <= 0 ? 0 : milliseconds < G_MAXINT ? (gint)milliseconds : G_MAXINT;
    return *timeout == 0;
}

static __inline__ gboolean ac_g_check_(GSource *source)
{
    struct ac_g_source *self = (struct ac_g_source *)source;
    gint timeout;
    return g_source_query_unix_fd(source, self->tag) != 0 || ac_g_prepare_(source, &timeout);
}

static __inline__ gboolean ac_g_dispatch_(GSource *source, GSourceFunc callback, gpointer data)
{
    (void)callback;
    (void)data;
    (void)ac_executor_turn(((struct ac_g_source *)source)->executor);
    return G_SOURCE_CONTINUE;
}

// Makes a source that runs an executor.
//   executor   of the thread of the context that the source will be attached to, with a descriptor: not of ac_reactor_poll or
//              ac_reactor_virtual. It has to outlive the source
// Returns it, the caller's, to be attached; NULL: the executor has no descriptor.
static __inline__ GSource *ac_g_source_new(struct ac_executor *executor)
{
    static GSourceFuncs functions = { ac_g_prepare_, ac_g_check_, ac_g_dispatch_, 0, 0, 0 };
    int fd = ac_executor_descriptor(executor);
    if (fd < 0)
        return 0;
    struct ac_g_source *self = (struct ac_g_source *)g_source_new(&functions, sizeof *self);
    self->executor = executor;
    self->tag = g_source_add_unix_fd(&self->source, fd, G_IO_IN);
    return &self->source;
}

#endif
