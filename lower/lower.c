#include "lower/lower.h"

#include "lower/check_frames.h"
#include "lower/check_return.h"
#include "lower/check_send.h"
#include "lower/check_unset.h"
#include "lower/ends.h"
#include "lower/options.h"
#include "parser/handle_type.h"

// `defer`, and handles that are moved, in functions that are not async.
static void lower_plain(struct unit *u)
{
    for (struct function *f = unit_functions(u); f; f = f->next) {
        if (f->is_async || !f->body || (!f->ends && !u->lowering->has_moves))
            continue;
        macros_keep(u, f->decl);
        lower_moves(u, f);
        if (f->ends)
            ends_edits(u, f);
        protect_macros(u, f->decl);
    }
}

bool lower_unit(struct unit *u)
{
    bool any = async_collect(u);
    u->lowering->has_moves = unit_has_handles(u) || unit_frame_uses(u);
    macros_collect(u);
    counters_write_out(u);
    drop_own_attributes(u);
    lower_interface(u);
    lower_objects(u);
    for (struct async *a = u->lowering->asyncs; any && a; a = a->next) {
        macros_keep(u, a->fn->decl);
        scan_function(u, a);
        starts_place(u, a);
        locals_place(u, a);
        hoist(u, a);
        cfg_build(u, a);
        check_return(u, a);
        given_compute(u, a);
        check_unset(u, a);
        live_compute(u, a);
        locals_settle(u, a);
        recompute_decide(u, a);
        tails_find(u, a);
        late_settle(u, a);
        fuse_number(a);
        twice_settle(u, a);
        share_decide(u, a);
        frame_lay_out(u, a);
        frame_grow(u, a);
        check_frame(u, a);
        check_send(u, a);
        lower_function(u, a);
        protect_macros(u, a->fn->decl);
        if (!u->options->views) {       // a view may still want to see them
            edits_keep(u, a->fn->decl->span);
            arena_reset(&u->fn);
        }
    }
    lower_roots(u);
    lower_plain(u);
    lower_object_types(u);
    return u->diags.errors == 0;
}
