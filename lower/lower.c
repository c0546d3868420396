#include "lower/lower.h"

#include "lower/options.h"

bool lower_unit(struct unit *u)
{
    bool any = async_collect(u);
    macros_collect(u);
    lower_interface(u);
    for (struct async *a = u->lowering->asyncs; any && a; a = a->next) {
        scan_function(u, a);
        locals_place(u, a);
        hoist(u, a);
        cfg_build(u, a);
        live_compute(u, a);
        locals_settle(u, a);
        frame_lay_out(u, a);
        lower_function(u, a);
        protect_macros(u, a->fn->decl);
        if (!u->options->views)         // a view may still want to see them
            arena_reset(&u->fn);
    }
    lower_block_on(u);
    return u->diags.errors == 0;
}
