// -MD, -MMD and their friends: which files an output was made from, in a file that make reads.
//
//     acc -MD -c a.ac -o out/a.o     out/a.d: out/a.o: a.ac a.h
#include "lower/job.h"
#include "lexer/preprocess.h"
#include "lower/output.h"

#include <errno.h>
#include <string.h>

static bool writes_depfile(const struct options *o)
{
    for (size_t i = 0; i < o->depend.count; i++)
        if (!strcmp(o->depend.at[i], "-MD") || !strcmp(o->depend.at[i], "-MMD"))
            return true;
    return false;
}

// By default beside the output, under its name.
static const char *depfile_name(struct driver *d, const struct job *job)
{
    const struct options *o = d->o;
    if (o->depfile)
        return o->depfile;
    if (!o->output || !strcmp(o->output, "-"))
        return arena_printf(&d->arena, "%s.d", job->stem);
    const char *stem = without_suffix(&d->arena, o->output);
    return d->job_count + d->other_sources == 1 ? arena_printf(&d->arena, "%s.d", stem)
                                                : arena_printf(&d->arena, "%s-%s.d", stem, job->stem);
}

// The C compilers shorten ./x.o to x.o; build systems look for the target as it was given to -o. So they get a target that
// stands out, and it is replaced.
#define OWN_TARGET "acc-target"

static void put_target(struct buf *out, const char *target)
{
    for (const char *p = target; *p; p++) {
        if (*p == '$')
            buf_putc(out, '$');
        if (*p == ' ' || *p == '#')
            buf_putc(out, '\\');
        buf_putc(out, *p);
    }
}

// The descriptor is inherited.
bool ask_for_dependencies(struct driver *d, struct job *job, struct argv *v)
{
    const struct options *o = d->o;
    if (!writes_depfile(o))
        return true;
    job->depend = build_unnamed_file();
    if (job->depend < 0) {
        fprintf(stderr, "acc: error: cannot make a temporary file: %s\n", strerror(errno));
        return false;
    }
    add_all(d, v, &o->depend);
    add(d, v, "-MF");
    add(d, v, arena_printf(&d->arena, "/dev/fd/%d", job->depend));
    add_all(d, v, &o->depend_targets);
    if (!o->depend_targets.count) {
        add(d, v, "-MT");
        add(d, v, OWN_TARGET);
    }
    return true;
}

bool write_depfile(struct driver *d, const struct job *job, const char *target)
{
    if (job->depend < 0)
        return true;
    struct text text = text_read(&d->arena, job->depend);
    if (!text.bytes) {
        fprintf(stderr, "%s: error: '%s' wrote no dependencies: %s\n", job->path, d->o->cc.at[0], strerror(errno));
        return false;
    }
    struct buf out = {0};
    size_t skip = strncmp(text.bytes, OWN_TARGET ":", strlen(OWN_TARGET ":")) ? 0 : strlen(OWN_TARGET);
    if (skip)
        put_target(&out, target);
    buf_put(&out, text.bytes + skip, text.len - skip);
    bool ok = output_write(depfile_name(d, job), &out);
    buf_free(&out);
    return ok;
}

void add_depend_options(struct driver *d, struct argv *v)
{
    const struct options *o = d->o;
    add_all(d, v, &o->depend);
    add_all(d, v, &o->depend_targets);
    if (o->depfile) {
        add(d, v, "-MF");
        add(d, v, o->depfile);
    }
}
