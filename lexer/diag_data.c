// Messages for programs: JSON as gcc -fdiagnostics-format=json writes it, with what gcc has no place for beside it
// ("rule", "byte-offset"), and SARIF 2.1.0.
#include "lexer/diag_print.h"

#include <string.h>

#include "lexer/fix.h"
#include "lexer/spot.h"
#include "lexer/unit.h"

// --- JSON values -------------------------------------------------------------------------------------------------------------

// Bytes of the character at `at` when it is well-formed UTF-8, else 0.
static size_t utf8_length(const char *at, const char *limit)
{
    unsigned char lead = (unsigned char)*at;
    size_t len = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (len > (size_t)(limit - at))
        return 0;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)at[i] & 0xC0) != 0x80)
            return 0;
    unsigned char second = len > 1 ? (unsigned char)at[1] : 0;
    bool is_bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90)
                  || (lead == 0xF4 && second > 0x8F);
    return is_bad ? 0 : len;
}

// A string; bytes that are no UTF-8 become the replacement character.
static void put_string(struct buf *out, const char *text)
{
    const char *limit = text + strlen(text);
    buf_putc(out, '"');
    while (text < limit) {
        size_t len = utf8_length(text, limit);
        if (!len)
            buf_puts(out, "\\ufffd");
        else if (*text == '"' || *text == '\\')
            buf_printf(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ' || *text == 0x7F)
            buf_printf(out, "\\u%04x", (unsigned)*text);
        else
            buf_put(out, text, len);
        text += len ? len : 1;
    }
    buf_putc(out, '"');
}

static void put_member(struct buf *out, const char *name, const char *text)
{
    put_string(out, name);
    buf_puts(out, ": ");
    put_string(out, text);
}

static const char *const severity_words[] = { "note", "warning", "error", "error" };

// A comma in front of all elements of a list but the first.
static void put_separator(struct buf *out)
{
    char last = out->len ? out->bytes[out->len - 1] : '[';
    if (last != '[' && last != '{')
        buf_puts(out, ", ");
}

// What follows the notes of a message: the place in the #define, when it stands in the body of a macro.
static struct expansion expansion_of(struct unit *u, const struct diag *d)
{
    struct expansion none = { 0 };
    return d->has_span && spot_of(u, d->span).is_in_macro ? spot_in_macro(u, d->span) : none;
}

static const char *expansion_text(struct unit *u, struct expansion e)
{
    return arena_printf(&u->arena, "expanded from macro '%s'", e.macro->text);
}

// --- gcc's JSON --------------------------------------------------------------------------------------------------------------

static uint32_t display_width(struct unit *u, uint32_t file, uint32_t from, uint32_t to)
{
    return text_width(u->files[file].text + from, u->files[file].text + to);
}

static void put_point(struct unit *u, struct buf *out, uint32_t file, uint32_t offset)
{
    struct place at = file_place(u, file, offset);
    struct presumed line = file_presumed(u, file, at.line);
    buf_putc(out, '{');
    put_member(out, "file", line.path);
    buf_printf(out, ", \"line\": %u", line.line);
    if (u->files[file].text)
        buf_printf(out, ", \"display-column\": %u, \"byte-column\": %u, \"column\": %u, \"byte-offset\": %u",
                   display_width(u, file, offset - (at.column - 1), offset) + 1, at.column, at.column, offset);
    buf_putc(out, '}');
}

static void put_location(struct unit *u, struct buf *out, const struct spot *s)
{
    buf_puts(out, "\"locations\": [{\"caret\": ");
    if (s->column) {
        put_point(u, out, s->file, s->lo);
        if (s->hi > s->lo + 1) {
            buf_puts(out, ", \"finish\": ");
            put_point(u, out, s->file, s->hi - 1);
        }
    } else {
        struct presumed at = file_presumed(u, s->file, s->line);
        buf_putc(out, '{');
        put_member(out, "file", at.path);
        buf_printf(out, ", \"line\": %u}", at.line);
    }
    buf_puts(out, "}]");
}

static void put_fixits(struct unit *u, struct buf *out, const struct diag *d)
{
    buf_puts(out, ", \"fixits\": [");
    for (const struct fix *fix = d->fixes; fix; fix = fix->next) {
        struct correction c = correction_of(u, fix);
        if (!c.is_known)
            continue;
        put_separator(out);
        buf_puts(out, "{\"start\": ");
        put_point(u, out, c.file, c.lo);
        buf_puts(out, ", \"next\": ");
        put_point(u, out, c.file, c.hi);
        buf_puts(out, ", ");
        put_member(out, "string", c.text);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void put_message(struct unit *u, struct buf *out, const struct diag *d, const struct spot *at)
{
    put_separator(out);
    buf_putc(out, '{');
    put_member(out, "kind", d->severity == SEVERITY_FATAL ? "fatal error" : severity_words[d->severity]);
    buf_puts(out, ", ");
    put_member(out, "message", d->text);
    if (diag_name(u, d)) {
        buf_puts(out, ", ");
        if (d->warning) {
            put_member(out, "option", diag_name(u, d));
            buf_puts(out, ", ");
        }
        put_member(out, "rule", diag_rule(u, d));
    }
    buf_puts(out, ", \"column-origin\": 1, ");
    if (at)
        put_location(u, out, at);
    else
        buf_puts(out, "\"locations\": []");
    if (d->fixes)
        put_fixits(u, out, d);
}

static void put_child(struct unit *u, struct buf *out, const struct diag *note, struct spot at)
{
    put_message(u, out, note, &at);
    buf_putc(out, '}');
}

static void put_one(struct unit *u, struct buf *out, const struct diag *d)
{
    struct spot at = d->has_span ? spot_of(u, d->span) : (struct spot){ 0 };
    struct expansion e = expansion_of(u, d);
    put_message(u, out, d, d->has_span ? &at : NULL);
    buf_puts(out, ", \"children\": [");
    if (e.at.column)
        put_child(u, out, &(struct diag){ .severity = SEVERITY_NOTE, .text = expansion_text(u, e) }, e.at);
    for (const struct diag *note = d->notes; note; note = note->next)
        put_child(u, out, note, spot_of(u, note->span));
    buf_puts(out, "]}");
}

void diag_put_json(struct unit *u, struct buf *document)
{
    size_t count;
    struct diag **all = diags_sorted(u, &count);
    if (!document->len)
        buf_putc(document, '[');
    for (size_t i = 0; i < count; i++)
        put_one(u, document, all[i]);
}

void diag_end_json(struct buf *document)
{
    buf_puts(document, document->len ? "]\n" : "[]\n");
}

// --- SARIF -------------------------------------------------------------------------------------------------------------------

static bool is_plain_in_uri(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/!$&'()*+,;=@", c);
}

static void put_artifact(struct buf *out, const char *path)
{
    buf_puts(out, "\"artifactLocation\": {\"uri\": \"");
    buf_puts(out, *path == '/' ? "file://" : "");
    for (; *path; path++)
        if (is_plain_in_uri(*path))
            buf_putc(out, *path);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*path);
    buf_puts(out, "\"}");
}

// Columns count code points.
static uint32_t code_points(const char *from, const char *to)
{
    uint32_t count = 0;
    for (; from < to; from++)
        count += ((unsigned char)*from & 0xC0) != 0x80;
    return count;
}

static void put_region(struct unit *u, struct buf *out, const char *name, uint32_t file, uint32_t lo, uint32_t hi)
{
    const char *text = u->files[file].text;
    struct place from = file_place(u, file, lo), to = file_place(u, file, hi);
    buf_printf(out, "\"%s\": {\"startLine\": %u, \"startColumn\": %u, ", name, file_presumed(u, file, from.line).line,
               code_points(text + lo - (from.column - 1), text + lo) + 1);
    buf_printf(out, "\"endLine\": %u, \"endColumn\": %u, ", file_presumed(u, file, to.line).line,
               code_points(text + hi - (to.column - 1), text + hi) + 1);
    buf_printf(out, "\"byteOffset\": %u, \"byteLength\": %u}", lo, hi - lo);
}

static void put_physical(struct unit *u, struct buf *out, const struct spot *s)
{
    buf_puts(out, "\"physicalLocation\": {");
    struct presumed at = file_presumed(u, s->file, s->line);
    put_artifact(out, at.path);
    buf_puts(out, ", ");
    if (s->column)
        put_region(u, out, "region", s->file, s->lo, s->hi);
    else
        buf_printf(out, "\"region\": {\"startLine\": %u}", at.line ? at.line : 1);
    buf_putc(out, '}');
}

static void put_text(struct buf *out, const char *text)
{
    buf_puts(out, "\"message\": {");
    put_member(out, "text", text);
    buf_putc(out, '}');
}

static void put_related(struct unit *u, struct buf *out, const char *text, const struct spot *at)
{
    put_separator(out);
    buf_putc(out, '{');
    put_physical(u, out, at);
    buf_puts(out, ", ");
    put_text(out, text);
    buf_putc(out, '}');
}

// One fix with all edits of a message, which belong together; edits in other files than the first one's are left out.
static void put_sarif_fix(struct unit *u, struct buf *out, const struct diag *d)
{
    bool is_open = false;
    uint32_t file = 0;
    for (const struct fix *fix = d->fixes; fix; fix = fix->next) {
        struct correction c = correction_of(u, fix);
        if (!c.is_known || (is_open && c.file != file))
            continue;
        if (!is_open) {
            buf_puts(out, ", \"fixes\": [{\"artifactChanges\": [{");
            put_artifact(out, u->files[c.file].path);
            buf_puts(out, ", \"replacements\": [");
        }
        is_open = true;
        file = c.file;
        put_separator(out);
        buf_putc(out, '{');
        put_region(u, out, "deletedRegion", c.file, c.lo, c.hi);
        buf_puts(out, ", \"insertedContent\": {");
        put_member(out, "text", c.text);
        buf_puts(out, "}}");
    }
    if (is_open)
        buf_puts(out, "]}]}]");
}

static void put_result(struct unit *u, struct buf *out, const struct diag *d)
{
    struct expansion e = expansion_of(u, d);
    put_separator(out);
    buf_putc(out, '{');
    if (diag_rule(u, d)) {
        put_member(out, "ruleId", diag_rule(u, d));
        buf_puts(out, ", ");
    }
    put_member(out, "level", severity_words[d->severity]);
    buf_puts(out, ", ");
    put_text(out, d->text);
    if (d->has_span) {
        struct spot at = spot_of(u, d->span);
        buf_puts(out, ", \"locations\": [{");
        put_physical(u, out, &at);
        buf_puts(out, "}]");
    }
    if (e.at.column || d->notes) {
        buf_puts(out, ", \"relatedLocations\": [");
        if (e.at.column)
            put_related(u, out, expansion_text(u, e), &e.at);
        for (const struct diag *note = d->notes; note; note = note->next) {
            struct spot at = spot_of(u, note->span);
            put_related(u, out, note->text, &at);
        }
        buf_putc(out, ']');
    }
    put_sarif_fix(u, out, d);
    buf_putc(out, '}');
}

static const struct rule { const char *name, *text; } rules[] = {
#define ERROR(KIND, name) { name, NULL },
#include "lexer/error.def"
#undef ERROR
#define WARNING(KIND, flag, on, text) { "-W" flag, text },
#include "lexer/warn.def"
#undef WARNING
};

static void begin_sarif(struct buf *document)
{
    if (document->len)
        return;
    buf_puts(document, "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\", \"runs\": [{"
                       "\"tool\": {\"driver\": {\"name\": \"acc\", \"version\": \"" ACC_VERSION "\", \"rules\": [");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        put_separator(document);
        buf_putc(document, '{');
        put_member(document, "id", rules[i].name);
        if (rules[i].text) {
            buf_puts(document, ", \"shortDescription\": {");
            put_member(document, "text", rules[i].text);
            buf_putc(document, '}');
        }
        buf_putc(document, '}');
    }
    buf_puts(document, "]}}, \"columnKind\": \"unicodeCodePoints\", \"results\": [");
}

void diag_put_sarif(struct unit *u, struct buf *document)
{
    size_t count;
    struct diag **all = diags_sorted(u, &count);
    begin_sarif(document);
    for (size_t i = 0; i < count; i++)
        put_result(u, document, all[i]);
}

void diag_end_sarif(struct buf *document)
{
    begin_sarif(document);
    buf_puts(document, "]}]}\n");
}
