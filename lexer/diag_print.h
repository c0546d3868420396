// What the printers of messages share.
#ifndef ACC_LEXER_DIAG_PRINT_H
#define ACC_LEXER_DIAG_PRINT_H

#include "lexer/arena.h"
#include "lexer/diag.h"

// All that was raised, by place.
struct diag **diags_sorted(struct unit *u, size_t *count);
// What stands in brackets behind a message: the flag that changes it, or the name of the error. NULL: neither.
const char *diag_name(struct unit *u, const struct diag *d);
// The same whether it is a warning or was made an error: what --explain takes.
const char *diag_rule(struct unit *u, const struct diag *d);

// Columns that a part of a line takes on a terminal, `line` being its start: tabs go to multiples of 8.
uint32_t text_width(const char *line, const char *at);

void diag_print_text(struct unit *u, FILE *out);
// Both add the messages of a unit to a document, which the other two make whole.
void diag_put_json(struct unit *u, struct buf *document);
void diag_put_sarif(struct unit *u, struct buf *document);
void diag_end_json(struct buf *document);
void diag_end_sarif(struct buf *document);

#endif
