// Edits over the source: the only way lowering changes anything.
//
// An edit replaces a range of tokens, or inserts text before or after one. Statements are lowered from the inside out:
// text that is moved is rendered with the edits made inside it so far, and then belongs to the edit of its new place.
//
// In the text of an edit a newline starts a new line of output that belongs to the same line of the source.
#ifndef ACC_LOWER_EDIT_H
#define ACC_LOWER_EDIT_H

#include "lexer/unit.h"

struct edit {
    struct edit *next;          // another insertion at the same place
    struct span span;           // tokens it replaces; empty: an insertion
    const char *text;
    uint32_t line_token;        // generated lines carry the source line of this token
    uint32_t indent_token;      // and are indented as the line of this one is
    bool is_inside;             // or one step more
};

// The edits at one token.
struct edits_at {
    struct edit *before, *after, *replace;
};

// All edits of a unit. Few tokens have any: those with none share list[0].
struct edits {
    uint32_t *by_token;         // index into list
    struct edits_at *list;
    uint32_t list_count, list_capacity;
    uint32_t token_count, count;
};

void edits_open(struct unit *u, struct edits *e);
static inline const struct edits_at *edits_at(const struct edits *all, uint32_t token)
{
    return &all->list[all->by_token[token]];
}
void edit_replace(struct unit *u, struct span span, const char *text);
// What is inserted around the tokens stays.
void edit_delete(struct unit *u, struct span span);
// Inserted later stands further out: before what was inserted before the same token earlier, ...
void edit_before(struct unit *u, uint32_t token, const char *text);
// ... and after what was inserted after it earlier.
void edit_after(struct unit *u, uint32_t token, const char *text);
// Statements in front of the brace that ends a block: as deep as the line of the block's last item, which begins with `item`
// (of an empty block: the brace).
void edit_before_end(struct unit *u, uint32_t brace, uint32_t item, const char *text);
// Statements in front of the body of a statement, which begins with `body`, on the line of what they come from.
void edit_before_body(struct unit *u, uint32_t body, uint32_t line_token, const char *text);
// Statements behind the body of a loop, on the line of what they come from, and a brace that closes both: as deep as the body where that
// begins a line, else one step in from the loop, whose first token is `loop`. Compilers take what stands deeper for misleading.
void edit_after_body(struct unit *u, struct span body, uint32_t loop, uint32_t line_token, const char *text);
// Texts may lie in u->fn until this is called: those that the output of a span is made of go to u->arena.
void edits_keep(struct unit *u, struct span span);
// The end of the tokens that came out of the same macro call as token i.
uint32_t call_end(const struct unit *u, uint32_t i, uint32_t end);
// What stands in front of a token that is written out of its macro call: "(void)" or nothing.
const char *token_dropping(const struct token *t);
// The tokens of a span with the edits made in it so far, in u->fn. Macros are expanded, but for calls that macros_keep lets stay.
const char *edit_render(struct unit *u, struct span span);
// One token as it stands in generated text.
void token_render(struct unit *u, struct buf *out, uint32_t token);

#endif
