// Bodies of synchronous functions that have nothing to do with async are the C compiler's alone: they are not read.
//
//     async int fetch(int);                          fetch is noted
//     struct ops { async int (*read)(int); };        read and ops are noted
//     int f(int x) { return g(x) + 1; }      →       { }: nothing noted, no async word stands in it
//
// What has async in its type gets it from a declared name, a member or a typedef, and a body that uses it names one of them.
#include "parser/build.h"

#include "grammar.h"

static bool may_have_async(const struct type *t)
{
    for (;; t = t->base)
        switch (t->kind) {
        case TYPE_POINTER: case TYPE_ARRAY: case TYPE_VECTOR: case TYPE_COMPLEX:
            break;
        case TYPE_FUNCTION:
            if (t->function.is_async)
                return true;
            for (const struct param *p = t->function.params; p; p = p->next)
                if (may_have_async(p->type))
                    return true;
            break;
        case TYPE_STRUCT: case TYPE_UNION:
            return t->tag->has_async;
        case TYPE_TYPEDEF:
            return t->symbol->name->is_async;
        case TYPE_TYPEOF: case TYPE_AUTO: case TYPE_HANDLE: case TYPE_FRAME:
            return true;
        case TYPE_VOID: case TYPE_BOOL: case TYPE_CHAR: case TYPE_SCHAR: case TYPE_UCHAR: case TYPE_SHORT: case TYPE_USHORT:
        case TYPE_INT: case TYPE_UINT: case TYPE_LONG: case TYPE_ULONG: case TYPE_LLONG: case TYPE_ULLONG: case TYPE_INT128:
        case TYPE_UINT128: case TYPE_BITINT: case TYPE_FLOAT: case TYPE_DOUBLE: case TYPE_LDOUBLE: case TYPE_FLOAT16:
        case TYPE_FLOAT32: case TYPE_FLOAT64: case TYPE_FLOAT128: case TYPE_FLOAT32X: case TYPE_FLOAT64X: case TYPE_BFLOAT16:
        case TYPE_DECIMAL32: case TYPE_DECIMAL64: case TYPE_DECIMAL128: case TYPE_NULLPTR: case TYPE_VA_LIST: case TYPE_ENUM:
        case TYPE_ERROR:
            return false;
        }
}

bool note_async(struct name *name, const struct type *t)
{
    if (!may_have_async(t))
        return false;
    if (name)
        name->is_async = true;
    return true;
}

// The brace that closes the one in front of `token`; 0: there is none, or something async may be meant on the way.
static uint32_t plain_end(const struct unit *u, uint32_t token)
{
    uint32_t depth = 1;
    for (; u->tokens[token].kind != TOK_END; token++) {
        const struct token *t = &u->tokens[token];
        if (t->kind == '{')
            depth++;
        else if (t->kind == '}' && --depth == 0)
            return token;
        else if (t->name && t->name->is_async)
            return 0;
    }
    return 0;
}

void skip_plain_body(struct unit *u)
{
    uint32_t end = u->reads_all ? 0 : plain_end(u, u->next_token);
    if (end)
        reader_skip_to(u, end);
}
