// #pragma pack, in all its spellings: which alignment is in force from here on. Other pragmas are the compiler's.
#include <stdlib.h>
#include <string.h>

#include "parser/build.h"

struct pragma { const char *at, *end; };

static void pragma_skip_space(struct pragma *p)
{
    while (p->at < p->end && strchr(" \t\"\\", *p->at))
        p->at++;
}

static bool pragma_eat(struct pragma *p, const char *word)
{
    size_t len = strlen(word);
    pragma_skip_space(p);
    if ((size_t)(p->end - p->at) < len || memcmp(p->at, word, len))
        return false;
    p->at += len;
    return true;
}

static struct name *pragma_name(struct unit *u, struct pragma *p)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$";
    pragma_skip_space(p);
    const char *start = p->at;
    while (p->at < p->end && strchr(letters, *p->at))
        p->at++;
    return p->at == start ? NULL : name_of(&u->names, start, (size_t)(p->at - start));
}

// pop, or pop to the push with that name.
static void pack_pop(struct reader *r, const struct name *name)
{
    struct pack *p = r->packs;
    while (p && name && p->name != name)
        p = p->outer;
    if (!p)
        return;
    r->pack = p->bytes;
    r->packs = p->outer;
}

static void pack_push(struct unit *u, struct reader *r)
{
    struct pack *p = NEW(&u->ast, struct pack);
    p->bytes = r->pack;
    p->outer = r->packs;
    r->packs = p;
}

static bool is_number(const struct name *n)
{
    return n->text[0] >= '0' && n->text[0] <= '9';
}

// What stands in the parentheses: nothing, n, push[, name][, n], pop[, name][, n].
static void pack_read(struct unit *u, struct pragma *p)
{
    struct reader *r = &u->parser->reader;
    struct name *word = pragma_name(u, p);
    if (!word) {
        r->pack = 0;
        return;
    }
    bool is_push = !strcmp(word->text, "push"), is_pop = !strcmp(word->text, "pop");
    struct name *label = NULL, *number = is_number(word) ? word : NULL;
    while ((is_push || is_pop) && pragma_eat(p, ",") && (word = pragma_name(u, p)))
        *(is_number(word) ? &number : &label) = word;
    if (is_push) {
        pack_push(u, r);
        r->packs->name = label;
    }
    if (is_pop)
        pack_pop(r, label);
    if (number)
        r->pack = (uint32_t)strtoul(number->text, NULL, 0);
}

void pragma_read(struct unit *u, uint32_t token)
{
    const char *text = token_text(u, token);
    struct pragma p = { text, text + u->tokens[token].len };
    if (pragma_eat(&p, "_Pragma"))
        pragma_eat(&p, "(");
    else if (pragma_eat(&p, "#"))
        pragma_eat(&p, "pragma");
    if (pragma_eat(&p, "pack") && pragma_eat(&p, "("))
        pack_read(u, &p);
}
