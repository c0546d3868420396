#include "lower/report_frames.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lexer/preprocess.h"
#include "lower/frame.h"
#include "lower/lower.h"
#include "lower/options.h"
#include "lower/report_calls.h"
#include "lower/report_pins.h"

static const char *user_name(const struct async *a)
{
    return a->fn->symbol->name->text;
}

static const char *path_of(struct unit *u, const struct async *a)
{
    return u->files[token_origin(u, a->fn->decl->span.lo).file].path;
}

static uint32_t line_of(struct unit *u, uint32_t token)
{
    return u->tokens[token].line;
}

// --- the bound ---------------------------------------------------------------------------------------------------------------------

// What the arms of an `await any` hold while they run.
static uint64_t arms_bytes(struct unit *u, const struct any *any)
{
    uint64_t bytes = 0;
    for (const struct point *arm = any->arms; arm; arm = arm->next_in_region) {
        bool lies_elsewhere = arm->kind == CALLEE_HANDLE || arm->kind == CALLEE_OBJECT;
        bytes += u->target->size_pointer + (lies_elsewhere ? 0 : slot_size(u) + arm->child_size);
    }
    return bytes;
}

static uint64_t residents_at(struct unit *u, const struct point *p)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < p->kept_count; i++)
        bytes += p->kept[i]->is_ranged ? type_size(u, p->kept[i]->type) : 0;
    for (const struct region *r = p->region; r; r = r->parent) {
        for (const struct point *p = r->placed; p; p = p->next_placed)
            bytes += slot_size(u) + p->child_size;
        for (const struct any *any = r->anys; any; any = any->next_in_region)
            bytes += arms_bytes(u, any);
        for (const struct local *l = r->residents; l; l = l->next_resident)
            bytes += l->is_vm ? u->target->size_pointer + (uint64_t)l->vm_size_count * u->target->size_size_t : type_size(u, l->type);
    }
    return bytes;
}

static uint64_t kept_at(struct unit *u, const struct point *p)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < p->kept_count; i++)
        if (p->kept[i]->class == LOCAL_SPILLED)
            bytes += p->kept[i]->type ? type_size(u, p->kept[i]->type) : u->target->size_pointer;
    return bytes;
}

static uint64_t held_at(struct unit *u, const struct async *a, const struct point *p)
{
    uint64_t child = p->kind == CALLEE_OUTSIDE ? u->target->size_pointer : p->child_size;
    if (p->kind == CALLEE_EMBEDDED && p->child_type && !p->is_tail)
        child = p->child_used;
    if (p->is_tail)
        return child - u->target->size_pointer;         // its header is that of the frame
    uint64_t own = (a->has_blocks ? u->target->size_pointer : 0u) + (a->has_group ? 3u * u->target->size_pointer : 0u);
    uint64_t arms = p->any && !p->any->waits ? arms_bytes(u, p->any) : 0;
    return kept_at(u, p) + residents_at(u, p) + child + arms + own;
}

// The point that decides the size; NULL: the result does.
static const struct point *worst_point(struct unit *u, const struct async *a, uint64_t *bound)
{
    const struct point *worst = NULL;
    *bound = a->result->kind == TYPE_VOID || a->fused_into ? 0 : type_size(u, a->result);
    for (uint32_t i = 0; i < a->point_count; i++) {
        uint64_t held = held_at(u, a, a->points[i]);
        if (a->points[i]->is_reachable && held > *bound) {
            *bound = held;
            worst = a->points[i];
        }
    }
    return worst;
}

static bool holds(const struct piece *p, const struct point *point)
{
    if (p->point == point || (p->local && point_holds(point, p->local)))
        return true;
    for (const struct piece *c = p->first; c; c = c->next)
        if (holds(c, point))
            return true;
    return false;
}

// The largest field that is there when the frame is as large as it gets.
static void find_largest(const struct piece *p, const struct point *worst, const struct piece **largest)
{
    bool is_elsewhere = worst && ((p->point && p->point != worst) || (p->local && p->local->is_ranged && !point_holds(worst, p->local)));
    if (is_elsewhere)
        return;
    if (p->kind == PIECE_FIELD && !p->is_filler && (!*largest || p->size > (*largest)->size))
        *largest = p;
    for (const struct piece *c = p->first; c; c = c->next)
        if (p->kind != PIECE_UNION || (worst ? holds(c, worst) : c->kind == PIECE_FIELD))
            find_largest(c, p->point ? NULL : worst, largest);
}

static unsigned header_size(struct unit *u, const struct async *a)
{
    return a->fused_into ? 0 : u->target->size_pointer;
}

// --- what needs no place, or no second store -----------------------------------------------------------------------------------------

static bool is_computed(const struct local *v)
{
    return v->class == LOCAL_COMPUTED;
}

static bool is_stored_once(const struct local *v)
{
    return v->is_clean;
}

// It would be resident if the functions that get its address kept it.
static bool is_left_out(const struct local *v)
{
    return v->is_tracked && v->symbol->is_lent_out && v->class == LOCAL_PLAIN;
}

// The user's names of some locals, each in `quote`s, behind `first` or a comma. Whether there are any.
static bool put_names(const struct async *a, bool (*is_wanted)(const struct local *v), const char *first, const char *quote, FILE *out)
{
    const char *before = first, *next = ", ";
    for (uint32_t i = 0; i < a->local_count; i++) {
        if (!is_wanted(a->locals[i]))
            continue;
        fprintf(out, "%s%s%s%s", before, quote, a->locals[i]->symbol->name->text, quote);
        before = next;
    }
    return before == next;
}

// --- for people --------------------------------------------------------------------------------------------------------------------

// What would leave its bytes to others where its value is not needed.
static void put_givings(const struct local *v, FILE *out)
{
    const struct giving *first = v && v->is_given_only ? v->symbol->givings : NULL;
    for (const struct giving *g = first; g; g = g->next)
        fprintf(out, "%sparameter %u of '%s'", g == first ? "   only while needed, were [[ac::noescape]] on " : ", ", g->parameter,
                g->function->name->text);
}

static void point_row(struct unit *u, const struct piece *p, const struct point *worst, FILE *out)
{
    const char *what = point_waits_for(p->point);
    fprintf(out, "  point %u, line %u: kept %" PRIu64, p->point->number, line_of(u, p->point->at.lo), frame_kept_bytes(p));
    if (what)
        fprintf(out, ", waits for %s", what);
    fprintf(out, "%s\n", p->point == worst ? "   (decides the size)" : "");
}

static void piece_row(struct unit *u, const struct piece *p, const struct point *worst, int depth, FILE *out)
{
    if (p->point)
        point_row(u, p, worst, out);
    if (p->kind == PIECE_FIELD && !p->is_filler) {
        bool is_resident = p->local && p->local->class == LOCAL_RESIDENT;
        fprintf(out, "%8" PRIu64 " %7" PRIu64 "  %*s%s", p->offset, p->size, 2 * depth, "", p->decl);
        if (is_resident)
            fprintf(out, "   (resident: %s)", p->local->why_resident);
        put_givings(p->local, out);
        fputc('\n', out);
    }
    for (const struct piece *c = p->first; c; c = c->next)
        piece_row(u, c, worst, p->name ? depth + 1 : depth, out);
}

static void largest_row(const struct async *a, const struct point *worst, FILE *out)
{
    const struct piece *largest = NULL;
    find_largest(a->frame, worst, &largest);
    if (largest)
        fprintf(out, "  largest: %s, %" PRIu64 " bytes\n", largest->decl, largest->size);
}

static void pin_row(struct unit *u, const struct pin *pin, FILE *out)
{
    if (!pin->point)
        fputs("  movable: no address of an object in it is held across an await\n", out);
    else
        fprintf(out, "  pinned: %s '%s'%s, across the await on line %u\n", pin->is_frame ? "the frame of" : "the address of", pin->name,
                pin->is_frame ? "" : " is taken", line_of(u, pin->point->at.lo));
}

void frames_dump(struct unit *u, FILE *out)
{
    const struct pin *pins = frames_pinned(u);
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        uint64_t bound, header = header_size(u, a);
        const struct point *worst = worst_point(u, a, &bound);
        fprintf(out, "frame of '%s' (%s:%u): %" PRIu64 " bytes, aligned to %u, %u suspension point%s\n", user_name(a), path_of(u, a),
                line_of(u, a->fn->decl->span.lo), a->frame_size, a->frame_align, a->point_count, a->point_count == 1 ? "" : "s");
        fprintf(out, "  header %" PRIu64 ", bound %" PRIu64, header, bound);
        if (a->frame_size > header + bound)
            fprintf(out, ", padding %" PRIu64, a->frame_size - header - bound);
        fputc('\n', out);
        if (a->is_plain)
            fputs("  never suspends: a call like others in this file\n", out);
        if (a->fused_into)
            fprintf(out, "  fused: part of the state machine of '%s', without header and result\n", user_name(a->fused_into));
        largest_row(a, worst, out);
        pin_row(u, &pins[a->order], out);
        if (put_names(a, is_computed, "  computed again, not kept: ", "", out))
            fputc('\n', out);
        if (put_names(a, is_left_out, "  only lent ([[ac::noescape]]), not kept: ", "", out))
            fputc('\n', out);
        if (put_names(a, is_stored_once, "  unchanged, stored once: ", "", out))
            fputc('\n', out);
        fputs("  offset    size\n", out);
        piece_row(u, a->frame, worst, 0, out);
    }
    if (u->lowering->asyncs)
        calls_print(u, frames_needed(u), out);
}

// --- for programs ------------------------------------------------------------------------------------------------------------------

static void put_string(const char *text, FILE *out)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        fprintf(out, *c < ' ' ? "\\u%04x" : *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    fputc('"', out);
}

static void json_givings(const struct local *v, FILE *out)
{
    const struct giving *first = v && v->is_given_only ? v->symbol->givings : NULL;
    for (const struct giving *g = first; g; g = g->next)
        fprintf(out, "%s{\"parameter\": %u, \"of\": \"%s\"}%s", g == first ? ", \"noescape_on\": [" : ", ", g->parameter,
                g->function->name->text, g->next ? "" : "]");
}

// The fields of a piece, those of its suspension points apart from them.
static void put_fields(const struct piece *p, const char **separator, FILE *out)
{
    if (p->kind == PIECE_FIELD && !p->is_filler) {
        fprintf(out, "%s{\"declaration\": ", *separator);
        put_string(p->decl, out);
        fprintf(out, ", \"offset\": %" PRIu64 ", \"bytes\": %" PRIu64, p->offset, p->size);
        if (p->local && p->local->class == LOCAL_RESIDENT) {
            fputs(", \"resident\": ", out);
            put_string(p->local->why_resident, out);
        }
        json_givings(p->local, out);
        fputc('}', out);
        *separator = ", ";
    }
    for (const struct piece *c = p->first; c; c = c->next)
        if (!c->point)
            put_fields(c, separator, out);
}

static void put_points(struct unit *u, const struct piece *p, const char **separator, FILE *out)
{
    if (p->point) {
        const char *first = "", *callee = point_callee(p->point);
        fprintf(out, "%s{\"point\": %u, \"line\": %u, \"kept\": %" PRIu64, *separator, p->point->number,
                line_of(u, p->point->at.lo), frame_kept_bytes(p));
        if (callee)
            fprintf(out, ", \"callee\": \"%s\", \"outside\": %s", callee, p->point->kind == CALLEE_OUTSIDE ? "true" : "false");
        if (point_waits_for(p->point))
            fprintf(out, ", \"waits_for\": \"%s\"", point_waits_for(p->point));
        fputs(", \"fields\": [", out);
        for (const struct piece *c = p->first; c; c = c->next)
            put_fields(c, &first, out);
        fputs("]}", out);
        *separator = ", ";
    }
    for (const struct piece *c = p->first; c; c = c->next)
        put_points(u, c, separator, out);
}

// At most so many bytes with all it awaits, or why there is no bound.
static void put_need(const struct need *n, FILE *out)
{
    if (n->unbounded)
        fprintf(out, ", \"at_most\": null, \"unbounded\": \"%s\", \"unbounded_line\": %u", n->unbounded, n->line);
    else
        fprintf(out, ", \"at_most\": %" PRIu64 ", \"starts_children\": %s", n->bytes, n->starts ? "true" : "false");
}

static void put_pin(struct unit *u, const struct pin *pin, FILE *out)
{
    fprintf(out, ", \"movable\": %s", pin->point ? "false" : "true");
    if (!pin->point)
        return;
    fprintf(out, ", \"pinned_by\": \"%s%s\", \"pinned_line\": %u", pin->is_frame ? "frame of " : "", pin->name,
            line_of(u, pin->point->at.lo));
}

// Awaits of what never suspends: calls, and no suspension points.
static void put_plain_calls(struct unit *u, const struct async *a, FILE *out)
{
    for (const struct point *p = a->plains; p; p = p->next_in_region)
        fprintf(out, "%s{\"line\": %u, \"callee\": \"%s\"}", p == a->plains ? "" : ", ", line_of(u, p->at.lo), point_callee(p));
}

void frames_dump_json(struct unit *u, FILE *out)
{
    const struct need *needs = frames_needed(u);
    const struct pin *pins = frames_pinned(u);
    fputs("{\"functions\": [", out);
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        uint64_t bound;
        const char *first_field = "", *first_point = "";
        const struct point *worst = worst_point(u, a, &bound);
        fprintf(out, "%s\n{\"function\": \"%s\", \"frame\": %" PRIu64 ", \"align\": %u, \"header\": %u, \"bound\": %" PRIu64,
                a == u->lowering->asyncs ? "" : ",", user_name(a), a->frame_size, a->frame_align, header_size(u, a), bound);
        fprintf(out, ", \"never_suspends\": %s", a->is_plain ? "true" : "false");
        if (a->fused_into)
            fprintf(out, ", \"fused_into\": \"%s\"", user_name(a->fused_into));
        fputs(", \"file\": ", out);
        put_string(path_of(u, a), out);
        fprintf(out, ", \"line\": %u", line_of(u, a->fn->decl->span.lo));
        if (worst)
            fprintf(out, ", \"decided_by\": %u", worst->number);
        put_need(&needs[a->order], out);
        put_pin(u, &pins[a->order], out);
        fputs(", \"fields\": [", out);
        put_fields(a->frame, &first_field, out);
        fputs("], \"points\": [", out);
        put_points(u, a->frame, &first_point, out);
        fputs("], \"computed\": [", out);
        put_names(a, is_computed, "", "\"", out);
        fputs("], \"stored_once\": [", out);
        put_names(a, is_stored_once, "", "\"", out);
        fputs("], \"lent\": [", out);
        put_names(a, is_left_out, "", "\"", out);
        fputs("], \"plain_calls\": [", out);
        put_plain_calls(u, a, out);
        fputs("]}", out);
    }
    fputs("\n]}\n", out);
}

// --- compared ----------------------------------------------------------------------------------------------------------------------

// The value after `"key":` from `text` on, with its first character; NULL: the key does not come any more.
static const char *after_key(const char *text, const char *key)
{
    size_t len = strlen(key);
    for (; (text = strstr(text, key)); text += len) {
        const char *c = text + len;
        if (text[-1] != '"' || *c != '"')
            continue;
        c++;
        while (isspace((unsigned char)*c))
            c++;
        if (*c++ != ':')
            continue;
        while (isspace((unsigned char)*c))
            c++;
        return c;
    }
    return NULL;
}

// The frame that an older report gives `function`, in bytes; 0: none.
static uint64_t older_frame(const char *report, const char *function)
{
    size_t len = strlen(function);
    for (const char *at = report; (at = after_key(at, "function"));) {
        const char *frame = after_key(at, "frame");
        if (*at == '"' && strncmp(at + 1, function, len) == 0 && at[1 + len] == '"')
            return frame ? strtoull(frame, NULL, 10) : 0;
    }
    return 0;
}

static void compare(struct unit *u, const struct async *a, const char *report, FILE *out)
{
    uint64_t old = older_frame(report, user_name(a));
    if (old == 0)
        fprintf(out, "new      %6" PRIu64 " bytes  %s\n", a->frame_size, user_name(a));
    else if (a->frame_size < old)
        fprintf(out, "smaller  %6" PRIu64 " bytes  %s, was %" PRIu64 "\n", a->frame_size, user_name(a), old);
    else if (a->frame_size > old)
        diag_error(u, ERROR_FRAME_GROWN, a->fn->symbol->span, "the frame of '%s' has grown from %" PRIu64 " to %" PRIu64 " bytes",
                   user_name(a), old, a->frame_size);
}

void frames_dump_diff(struct unit *u, FILE *out)
{
    const char *path = u->options->older_frames;
    const struct text report = text_of_file(&u->arena, path);
    const char *why = report.bytes ? NULL : strerror(errno);
    if (!why && !after_key(report.bytes, "functions"))
        why = "it is not a report of acc --frames=json";
    if (why) {
        diag_fatal(u, "cannot compare with '%s': %s", path, why);
        return;
    }
    for (const struct async *a = u->lowering->asyncs; a; a = a->next)
        compare(u, a, report.bytes, out);
}
