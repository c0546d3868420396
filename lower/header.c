#include "lower/header.h"

#include <ctype.h>
#include <string.h>

#include "lower/ctype.h"
#include "lower/emit.h"
#include "lower/lower.h"

// One function, as the header's texts need it.
struct entry {
    const struct async *async;
    const char *name;
    const char *type;           // of the result, without qualifiers
    const char *params;         // "(const char *url, int n)"
    const char *members;        // "const char *url; int n; "
    const char *arguments;      // "url, n"
    const char *from_call;      // ", ac_call->url, ac_call->n"
    const char *initialisers;   // ".url = url, .n = n"
    bool is_void, has_params;
};

static const char *file_name(const struct unit *u)
{
    const char *slash = strrchr(u->path, '/');
    return slash ? slash + 1 : u->path;
}

// --- what cannot be in a header ---------------------------------------------------------------------------------------------------

static bool is_of_file(struct unit *u, uint32_t token)
{
    return token_origin(u, token).file == 0;
}

// Whether other files do not know a tag well enough: to point to what is opaque, a header that says `struct conn;` will do.
static bool is_private_tag(struct unit *u, const struct tag *tag, bool is_pointed_to)
{
    bool is_defined_here = tag->body.hi > tag->body.lo && is_of_file(u, tag->body.lo);
    return is_defined_here && !(is_pointed_to && !is_of_file(u, tag->first));
}

static bool is_nameless(const struct type *t)
{
    bool has_tag = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM;
    return has_tag && (!t->tag->name || t->tag->is_named_by_acc);
}

// A tag or typedef name of the .ac file itself that t mentions; NULL: other files can know them all.
static const char *private_name(struct unit *u, struct type *t)
{
    bool is_pointed_to = false;
    for (; t; is_pointed_to = t->kind == TYPE_POINTER, t = t->kind == TYPE_BITINT ? NULL : t->base) {
        if (t->kind == TYPE_TYPEDEF)
            return is_of_file(u, t->symbol->span.lo) ? t->symbol->name->text : NULL;
        bool has_tag = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM;
        if (has_tag && is_private_tag(u, t->tag, is_pointed_to) && !is_nameless(t))
            return t->tag->name->text;
        for (struct param *p = t->kind == TYPE_FUNCTION ? t->function.params : NULL; p; p = p->next) {
            const char *name = private_name(u, p->type);
            if (name)
                return name;
        }
    }
    return NULL;
}

// Whether t mentions a struct, union or enum that has neither a tag nor, where it is mentioned, a typedef's name. A `typeof` is written as
// what it stands for.
static bool has_nameless(struct unit *u, struct type *t)
{
    for (; t && t->kind != TYPE_TYPEDEF; t = t->kind == TYPE_BITINT ? NULL : t->base) {
        t = type_plain(u, t);
        if (is_nameless(t))
            return true;
        for (struct param *p = t->kind == TYPE_FUNCTION ? t->function.params : NULL; p; p = p->next)
            if (has_nameless(u, p->type))
                return true;
    }
    return false;
}

static bool mentions_async(struct unit *u, struct type *t)
{
    return strcmp(type_text(u, t, "", true), type_text_lowered(u, t, "", true)) != 0;
}

// Whether declarations of t end with the name.
static bool is_prefix(struct unit *u, struct type *t)
{
    const char *text = type_text(u, t, "x", true);
    return text[strlen(text) - 1] == 'x';
}

// Why a function is left out; NULL: it is not.
static const char *why_not(struct unit *u, const struct async *a)
{
    struct type *t = type_plain(u, a->fn->symbol->type);
    const char *name = private_name(u, t);
    if (name)
        return arena_printf(&u->arena, "only %s knows %s", file_name(u), name);
    if (has_nameless(u, t))
        return "it has a type without a name: give it a tag, or a typedef";
    bool takes_async = mentions_async(u, t->base);
    for (struct param *p = t->function.params; p; p = p->next)
        takes_async |= mentions_async(u, p->type);
    if (takes_async)
        return "it passes on async functions or handles, for which its prototype is enough";
    return is_prefix(u, t->base) ? NULL : "its result needs a typedef";
}

// --- texts -------------------------------------------------------------------------------------------------------------------------

static void read_params(struct unit *u, struct entry *e, const struct type *function)
{
    struct buf params = {0}, members = {0}, arguments = {0}, from_call = {0}, initialisers = {0};
    uint32_t n = 0;
    for (const struct param *p = function->function.params; p && type_plain(u, p->type)->kind != TYPE_VOID; p = p->next) {
        const char *name = p->symbol ? p->symbol->name->text : arena_printf(&u->arena, "ac_%u", n + 1);
        struct type *t = param_type(u, p);
        buf_printf(&params, "%s%s", n ? ", " : "", c_decl(u, t, name, true));
        buf_printf(&members, "%s; ", c_argument(u, type_unqualified(u, t), name));
        buf_printf(&arguments, "%s%s", n ? ", " : "", name);
        buf_printf(&from_call, ", ac_call->%s", name);
        buf_printf(&initialisers, "%s.%s = %s", n++ ? ", " : "", name, name);
    }
    e->has_params = n > 0;
    e->params = buf_keep(&u->arena, &params);
    e->members = buf_keep(&u->arena, &members);
    e->arguments = buf_keep(&u->arena, &arguments);
    e->from_call = buf_keep(&u->arena, &from_call);
    e->initialisers = buf_keep(&u->arena, &initialisers);
}

static struct entry entry_of(struct unit *u, const struct async *a)
{
    struct entry e = {.async = a, .name = a->fn->symbol->name->text};
    e.is_void = a->result->kind == TYPE_VOID;
    e.type = c_decl(u, type_unqualified(u, type_plain(u, a->fn->symbol->type)->base), "", true);
    read_params(u, &e, type_plain(u, a->fn->symbol->type));
    return e;
}

// --- printing ----------------------------------------------------------------------------------------------------------------------

// As large as the frame, with the result where it is.
static void frame_struct(struct unit *u, const struct entry *e, FILE *out)
{
    const struct async *a = e->async;
    uint64_t used = u->target->size_pointer;
    fprintf(out, "\nstruct %s_frame {\n    struct ac_node node;\n", e->name);
    if (!e->is_void) {
        uint32_t align = type_align(u, a->result);
        used = (used + align - 1) / align * align + type_size(u, a->result);
        fprintf(out, "    %s result;\n", e->type);
    }
    if (a->frame_size > used)
        fprintf(out, "    char ac_bytes[%llu];\n", (unsigned long long)(a->frame_size - used));
    fprintf(out, "} __attribute__((__aligned__(%u)));\n", a->frame_align);
}

static void prototype(const struct entry *e, FILE *out)
{
    if (e->has_params)
        fprintf(out, "AC_ASYNC(%s, %s, %s, (%s), %s_frame)\n", e->async->poll_type, e->type, e->name, e->params, e->name);
    else
        fprintf(out, "AC_ASYNC_VOID(%s, %s, %s, %s_frame)\n", e->async->poll_type, e->type, e->name, e->name);
}

static const char *params_or_void(const struct entry *e)
{
    return e->has_params ? e->params : "void";
}

// The erased twin: it is the function itself.
static void calls_erased(const struct entry *e, FILE *out)
{
    const char *separator = e->has_params ? ", " : "";
    fprintf(out, "#elif defined(AC_ERASED)\nstatic inline %s %s_block_on(%s)\n{\n    %s%s(%s);\n}\n", e->type, e->name,
            params_or_void(e), e->is_void ? "" : "return ", e->name, e->arguments);
    fprintf(out, "static inline int %s_spawn(struct ac_executor *ac_executor%s%s)\n{\n    (void)ac_executor;\n    (void)%s(%s);\n"
                 "    return 0;\n}\n", e->name, separator, e->params, e->name, e->arguments);
}

// The call, from its arguments in a struct.
static void enter_print(const struct entry *e, FILE *out)
{
    const struct async *a = e->async;
    fprintf(out, "struct ac_call_%s { %s%s ac_result; };\n", e->name, e->members, e->is_void ? "char" : e->type);
    fprintf(out, "%s ac_lowered_%s(void *ac_frame, struct ac_task *ac_task, unsigned ac_point%s%s) AC_SYMBOL(\"%s\");\n",
            a->poll_type, e->name, e->has_params ? ", " : "", e->params, e->name);
    fprintf(out, "static inline _Bool ac_enter_%s(void *ac_frame, struct ac_task *ac_task, void *ac_args)\n{\n"
                 "    struct ac_call_%s *ac_call = ac_args;\n    (void)ac_call;\n"
                 "    %s ac_r = ac_lowered_%s(ac_frame, ac_task, 0%s);\n", e->name, e->name, a->poll_type, e->name, e->from_call);
    if (!e->is_void && !a->result_in_frame)
        fprintf(out, "    if (!ac_r.pending)\n        AC_RESULT(ac_frame, %s) = ac_r.value;\n", e->type);
    fputs("    return ac_r.pending;\n}\n", out);
}

static void block_on_call(struct unit *u, const struct entry *e, FILE *out)
{
    bool has_errors = !e->is_void && type_is_integer(u, e->async->result) && type_is_signed(u, e->async->result);
    fprintf(out, "static inline %s %s_block_on(%s)\n{\n    struct ac_call_%s ac_call = { %s };\n", e->type, e->name,
            params_or_void(e), e->name, e->has_params ? e->initialisers : "0");
    fprintf(out, "    if (ac_run_root(sizeof(struct %s_frame), ac_enter_%s, &ac_call, ", e->name, e->name);
    if (e->is_void)
        fputs("0, 0, 0))\n", out);
    else
        fprintf(out, "&ac_call.ac_result, AC_OFFSET(struct %s_frame, result),\n                    sizeof ac_call.ac_result))\n", e->name);
    fprintf(out, has_errors ? "        return -AC_ENOMEM;\n" : "        ac_no_memory(\"%s\");\n", e->name);
    fputs(e->is_void ? "}\n" : "    return ac_call.ac_result;\n}\n", out);
}

static void spawn_call(const struct entry *e, FILE *out)
{
    fprintf(out, "static inline int %s_spawn(struct ac_executor *ac_executor%s%s)\n{\n    struct ac_call_%s ac_call = { %s };\n"
                 "    return ac_start_root(ac_executor, sizeof(struct %s_frame), ac_enter_%s, &ac_call);\n}\n",
            e->name, e->has_params ? ", " : "", e->params, e->name, e->has_params ? e->initialisers : "0", e->name, e->name);
}

static void entry_print(struct unit *u, const struct async *a, FILE *out)
{
    struct entry e = entry_of(u, a);
    frame_struct(u, &e, out);
    prototype(&e, out);
    fputs("#if defined(__ACC__)          // has ac_block_on and ac_spawn\n", out);
    calls_erased(&e, out);
    fprintf(out, "#else\nAC_NEEDS_FRAME(%s, %llu)\n", e.name, (unsigned long long)a->frame_size);
    enter_print(&e, out);
    block_on_call(u, &e, out);
    spawn_call(&e, out);
    fputs("#endif\n", out);
}

static void guard_print(const struct unit *u, const char *directive, FILE *out)
{
    fprintf(out, "%s ", directive);
    for (const char *c = file_name(u); *c; c++)
        fputc(isalnum((unsigned char)*c) ? toupper((unsigned char)*c) : '_', out);
    fputs("_H\n", out);
}

void header_print(struct unit *u, FILE *out)
{
    fprintf(out, "// The async functions of %s, for other files: their frames lie inside their callers', and plain C calls NAME_block_on\n"
                 "// or NAME_spawn. Written by acc --header. Include it after the types that it mentions.\n", file_name(u));
    guard_print(u, "#ifndef", out);
    guard_print(u, "#define", out);
    fputs("#include <acc/declare.h>\n", out);
    for (const struct async *a = u->lowering->asyncs; a; a = a->next) {
        const char *why = function_is_exported(a) ? why_not(u, a) : NULL;
        if (why)
            fprintf(out, "\n// not here: %s (%s)\n", a->fn->symbol->name->text, why);
        else if (function_is_exported(a))
            entry_print(u, a, out);
    }
    fputs("\n#endif\n", out);
}
